"""`make mutants`: does a test notice when the code is wrong? Prints how many of the tried faults were, and which were not.

A sample is the same for the same seed while the code is the same; a change elsewhere moves only its own mutants.
Exits with 1 where a part falls below the floor. Writes `var/mutants.json`, and with --write the table of `docs/tests.md`.
"""

import argparse
import hashlib
import itertools
import json
import math
import sys
import time
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from tests.quality import figures, learning, trials, warm
from tests.quality.changes import Mutant, mutants_of
from tests.quality.learning import Learned
from tests.quality.parts import FLOOR, PARTS, ROOT, Part
from tests.quality.trials import Outcome, Result
from tests.quality.warm import Trial

JUDGED = ROOT / "tests" / "quality" / "judged.toml"
FOLDER = ROOT / "var"
NOTICED = (Outcome.KILLED, Outcome.TIMED_OUT)


@dataclass
class Report:
    """What became of the mutants of one part."""

    part: str
    of: int
    judged: int
    seed: int = 1
    seconds: float = 0
    counts: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    survivors: list[dict[str, str]] = field(default_factory=list)

    @property
    def tried(self) -> int:
        return sum(self.counts.values())

    @property
    def is_low(self) -> bool:
        """Whether too few were noticed. Of a handful, one that was not says nothing yet."""
        return self.score < FLOOR and len(self.survivors) > 1

    @property
    def score(self) -> float:
        """The share that was noticed; 1 where nothing was tried."""
        return sum(self.counts[outcome] for outcome in NOTICED) / self.tried if self.tried else 1.0

    def add(self, mutant: Mutant, outcome: Outcome) -> None:
        """Count one trial."""
        self.counts[outcome] += 1
        if outcome not in NOTICED:
            place = f"{mutant.path.relative_to(ROOT)}:{mutant.line}"
            self.survivors.append({"mutant": mutant.key, "place": place, "outcome": outcome})

    def as_row(self) -> list[object]:
        """For `docs/tests.md`, after the part's name."""
        lost = len(self.survivors)
        noticed = [self.tried, self.tried - lost, f"{100 * self.score:.1f} %", lost]
        return [f"{self.of:,}", self.seed, *noticed, self.judged, figures.today()]

    def as_json(self) -> dict[str, object]:
        """For `var/mutants.json`."""
        counted = {"mutants": self.of, "judged_equivalent": self.judged, "tried": self.tried, "score": round(self.score, 4)}
        return {**counted, **self.counts, "seconds": round(self.seconds), "survivors": self.survivors}


def all_mutants(part: Part) -> list[Mutant]:
    """Every mutant of a part."""
    return [mutant for path in part.modules() for mutant in mutants_of(path, ROOT)]


def judged_equivalent() -> dict[str, str]:
    """Key → reason of the mutants that change nothing anybody could see."""
    return {each["mutant"]: each["reason"] for each in tomllib.loads(JUDGED.read_text())["equivalent"]}


def sample_of(mutants: Iterable[Mutant], size: int | None, seed: int) -> list[Mutant]:
    """A random sample that hangs on the seed and on each mutant's own key alone."""
    drawn = sorted(mutants, key=lambda mutant: hashlib.sha256(f"{seed} {mutant.key}".encode()).digest())
    return drawn if size is None else drawn[:size]


def learned_about(part: Part) -> Learned:
    """Which test reaches which line: as saved, and from a run of the test files that are new or were changed."""
    FOLDER.mkdir(exist_ok=True)
    saved, marks = FOLDER / f"mutants-{part.name}.json", learning.marks_of(part)
    learned, kept = learning.read(saved, marks)
    files = sorted(marks.keys() - kept)
    if part.uses_database and not files:  # something must make the test database, or see that it still fits
        files = [learned.cheapest_file()]
    if files:
        print(f"{part.name}: running {len(files)} files of tests as they are …", flush=True)
        trials.learn(part, files, lambda more: learning.write(learning.joined(learned, more), saved, marks))
        learned, _ = learning.read(saved, marks)
    return learned


def try_part(part: Part, options: argparse.Namespace) -> Report:
    """Try a sample of a part's mutants; each result is saved as it comes, so that a stopped run can go on."""
    started, judged = time.perf_counter(), judged_equivalent()
    mutants = all_mutants(part)
    if options.only:
        mutants = [mutant for mutant in mutants if options.only in mutant.key]
    open_ones = [mutant for mutant in mutants if mutant.key not in judged]
    report = Report(part.name, len(mutants), len(mutants) - len(open_ones), options.seed)
    sample = sample_of(open_ones, None if options.all else options.size, options.seed)
    results = FOLDER / f"mutants-{part.name}-results.json"
    known = results_before(results, sample) if options.again else {}
    open_first = sorted(sample, key=lambda mutant: mutant.key not in known)  # what no test noticed before goes first
    wanted = [mutant for mutant in open_first if known.get(mutant.key) not in NOTICED]
    for trial, result in trials_of(part, wanted, options.seconds):
        known[trial.mutant.key] = result.outcome
        results.write_text(json.dumps(known, indent=1, ensure_ascii=False))
        if options.verbose or result.outcome not in NOTICED:
            by = f"  by {result.noticed_by}" if result.noticed_by else ""
            place = f"{result.outcome:9} {result.seconds:5.1f} s  line {trial.mutant.line}"
            print(f"  {place}  {trial.mutant.key}{by}", flush=True)
    for mutant in sample:
        if mutant.key in known:
            report.add(mutant, known[mutant.key])
    report.seconds = time.perf_counter() - started
    return report


def results_before(results: Path, sample: Iterable[Mutant]) -> dict[str, Outcome]:
    """What became of a sample's mutants in the last run, of those that it tried."""
    saved = json.loads(results.read_text()) if results.exists() else {}
    return {mutant.key: Outcome(saved[mutant.key]) for mutant in sample if mutant.key in saved}


def trials_of(part: Part, sample: list[Mutant], seconds: float) -> Iterator[tuple[Trial, Result]]:
    """Try these mutants of a part, once its tests have passed as they are."""
    if not sample or seconds <= 0:
        return
    learned = learned_about(part)
    wanted = [trial_of(mutant, learned) for mutant in sample]
    if reached := [trial.tests for trial in wanted if trial.tests]:
        trials.control(part, min(reached, key=len))
    yield from results_of(wanted, learned, time.monotonic() + seconds)


def trial_of(mutant: Mutant, learned: Learned) -> Trial:
    """A mutant with the tests that could notice it."""
    tests = learned.tests_for(mutant)
    return Trial(mutant, tests, sum(learned.seconds[test] for test in tests))


def results_of(wanted: list[Trial], learned: Learned, until: float) -> Iterator[tuple[Trial, Result]]:
    """The result of each trial, those in functions first; none begins after `until`."""
    afresh = [trial for trial in wanted if learned.is_read_at_import(trial.mutant)]
    for trial, result in warm.try_out_all([trial for trial in wanted if trial not in afresh], until):
        if result is None:
            afresh.append(trial)
        else:
            yield trial, result
    for trial in itertools.takewhile(lambda _: time.monotonic() < until, afresh):
        yield trial, trials.try_out(trial.mutant, trial.tests, trial.seconds)


def main(words: list[str]) -> int:
    """Try the parts named, or all; returns the exit status."""
    options = arguments(words)
    trials.warm_up()
    reports = [try_part(PARTS[name], options) for name in options.parts or PARTS]
    print(f"{'part':12} {'mutants':>8} {'tried':>6} {'noticed':>8} {'not':>4} {'equivalent':>11} {'share':>6} {'time':>7}")
    for report in reports:
        lost = len(report.survivors)
        counted = f"{report.of:8} {report.tried:6} {report.tried - lost:8} {lost:4} {report.judged:11} {report.score:6.0%}"
        print(f"{report.part:12} {counted} {report.seconds:5.0f} s")
    written = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "seed": options.seed, "floor": FLOOR}
    written["parts"] = {report.part: report.as_json() for report in reports}  # type: ignore[assignment]
    Path(FOLDER / "mutants.json").write_text(json.dumps(written, indent=1, ensure_ascii=False))
    if options.write:
        figures.put(figures.MUTANTS, {report.part: report.as_row() for report in reports})
    low = [report.part for report in reports if report.is_low]
    if low:
        print(f"Below {FLOOR:.0%}: {', '.join(low)}. Each survivor above lacks a test, or a reason in tests/quality/judged.toml.")
    return 1 if low else 0


def arguments(words: list[str]) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="make mutants", description="Do the tests notice when the code is wrong?")
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--size", type=int, default=60, help="how many mutants of each part are tried (60)")
    parser.add_argument("--seed", type=int, default=1, help="another seed draws another sample (1)")
    parser.add_argument("--seconds", type=float, default=math.inf, help="begin no trial of a part later than this")
    parser.add_argument("--all", action="store_true", help="every mutant: hours")
    parser.add_argument("--only", default="", help="mutants whose key holds this text, such as a module or a function")
    parser.add_argument("--again", action="store_true", help="go on with a stopped run, or see what new tests notice")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/tests.md")
    parser.add_argument("--verbose", action="store_true", help="every trial with the test that noticed")
    return parser.parse_args(words)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except trials.Broken as broken:
        print(broken, file=sys.stderr)
        sys.exit(2)
