"""P1: for every reader and format, what linear and integer programs recover of the hidden numbers from rendered pages alone.

`make test ARGS="-n 0 -s -m long tests/attack/test_attack_table.py"` tries every hidden number and prints the table of
docs/measurements.md. The ordinary run tries some of them.
"""

import csv
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from io import StringIO
from pathlib import Path

import pytest

from edi_portal.disclosure.policy import DEFAULT_POLICY
from kpis.catalogue import Measure
from kpis.catalogue.formulas import inputs_of
from kpis.dashboards.figure_words import SYSTEM, group_words
from kpis.models.releases import ReleasedCount
from kpis.release_content import ReleaseInput
from kpis.services import release_checks
from organisations.models import Organisation, PeerGroup
from tests.attack.puzzle import Line, Puzzle
from tests.attack.readers import FORMATS, Knowledge, from_api, from_charts, from_csv, from_html, from_workbook
from tests.attack.test_rendered import OWNER, READERS, World, db, make_world  # noqa: F401

TOGETHER = "all together"
SOME_MEASURES = ("staff_ethnicity",)
SOME_TARGETS = 2
# The steering group reads all that the board and the public do; a lead has exact figures besides.
SOME_READERS = ("steering", "other_lead")
# Groups of few people; the middle bands of some organisations have next to nobody of them.
FEW = frozenset({"bme", "disabled"})
MIDDLE = ("band_8", "band_9", "vsm", "career_grade")


def few(position: int, values: dict[tuple[str, str, str], Decimal]) -> None:
    """Small numbers all over the returns, so that much has to be hidden and something for another's sake."""
    for measure, row, column in list(values):
        if measure.startswith("staff_") and column in FEW and any(word in row for word in MIDDLE):
            values[measure, row, column] = Decimal((position + len(row)) % 3 == 0 and position != OWNER)
        elif measure.startswith(("disciplinary", "capability")):
            values[measure, row, column] = Decimal((position * 3 + len(row) + len(column)) % 9)


@pytest.fixture(scope="module")
def small_world(db: None) -> World:  # noqa: F811
    """Returns with many small numbers, released and published."""
    return make_world(few)


@dataclass(frozen=True)
class Target:
    """A number that is hidden or withheld for being small: its atoms, whose it is, and what the public rule says of it."""

    name: tuple[str, ...]
    atoms: frozenset
    owner: str | None
    low: float
    high: float


@dataclass(frozen=True)
class Hidden:
    """One measure: the true counts, and the numbers that must stay open."""

    measure: Measure
    truth: Mapping[tuple[str, str], int]
    targets: tuple[Target, ...]


def hidden_numbers(world: World, given: ReleaseInput, code: str) -> Hidden:
    """The small numbers of a measure, from the returns; whether they are hidden, from the stored release."""
    measure = given.framework.measures[code]
    truth = {
        (one.slug, f"{given.quarter.slug}:{row}/{column}"): int(amount)
        for one in given.organisations
        if given.quarter in one.quarters
        for (held, row, column), amount in one.quarters[given.quarter].values.items()
        if held == code and amount == amount.to_integral_value()
    }
    kinds = {one.slug: one.kind for one in given.organisations}
    rows = ReleasedCount.objects.filter(release=world.release, measure=code, source=given.quarter.slug).exclude(status="shown")
    targets = []
    for part, level, slug, group, status in rows.values_list("part", "level", "organisation__slug", "peer_group", "status"):
        cells = {f"{given.quarter.slug}:{cell}" for cell in measure.cells_of(part)}
        atoms = frozenset(
            atom
            for atom in truth
            if atom[1] in cells and (level == "system" or atom[0] == slug or (level == "type" and kinds[atom[0]] == group))
        )
        count = sum(truth[atom] for atom in atoms)
        sensitive = measure.sensitive or all(measure.is_sensitive(cell) for cell in measure.cells_of(part))
        small = count <= DEFAULT_POLICY.threshold
        if status == "withheld" and not small:
            continue
        low, high = (
            (0 if sensitive or count == 0 else 1, DEFAULT_POLICY.threshold)
            if small
            else (DEFAULT_POLICY.threshold + 1, float("inf"))
        )
        targets.append(Target((code, part, slug or group or level), atoms, slug, low, high))
    return Hidden(measure, truth, tuple(sorted(targets, key=lambda one: one.name)))


def knowledge(world: World, given: ReleaseInput, hidden: Hidden) -> Knowledge:
    """What everybody may know before looking: definitions, and who is behind each name."""
    reporting = {slug for slug, _ in hidden.truth}
    names = {one.short_name: (one.slug,) for one in Organisation.objects.filter(slug__in=reporting)}
    for kind in {one.kind for one in given.organisations}:
        members = tuple(one.slug for one in given.organisations if one.kind == kind and one.slug in reporting)
        if len(members) >= DEFAULT_POLICY.fewest_organisations:
            words = group_words(kind)
            names[words] = names[words[:1].upper() + words[1:]] = members
    names[SYSTEM] = tuple(sorted(reporting))
    return Knowledge(
        {kpi.definition.code: kpi.definition for kpi in given.framework.kpis}, given.framework.measures, names, given.quarter.slug
    )


def told_to(world: World, reader: str, known: Knowledge, code: str) -> dict[str, Knowledge]:
    """What a reader is told about a measure in each format: every page of every KPI that reads it is asked for."""
    client = world.clients[reader]
    found: dict[str, set] = {form: set() for form in FORMATS}
    for kpi in known.kpis.values():
        formulas = [kpi.formula_of(None), *(kpi.formula_of(one.key) for one in kpi.components)]
        if not any(ref.measure == code for formula in formulas for ref in inputs_of(formula)):
            continue
        page = client.get(world.address("kpis:detail", code=kpi.slug))
        table = client.get(world.address("kpis:data", code=kpi.slug))
        if page.status_code == 200:
            found["HTML"].update(from_html(kpi, page.content.decode()))
            found["chart data"].update(from_charts(kpi, page.content.decode()))
        if table.status_code == 200:
            found["CSV"].update(from_csv(kpi.code, table.content))
        answer = client.get(world.address("api:figures"), {"components": "true", "page_size": 2000, "kpi": kpi.slug})
        if answer.status_code == 200:
            found["API"].update(from_api(_called(known), answer.content))
    workbook = client.get(world.address("overview:data-xlsx"))
    if workbook.status_code == 200:
        found["XLSX"].update(from_workbook(workbook.content))
    found[TOGETHER] = set().union(*found.values())
    return {form: replace(known, told=told) for form, told in found.items()}


def _called(known: Knowledge) -> dict[str, str]:
    """Slug or kind → the name on pages; the whole has no slug."""
    return (
        {members[0] if len(members) == 1 else "": name for name, members in known.names.items()}
        | {kind: group_words(kind) for kind in PeerGroup.values}
        | {"": SYSTEM}
    )


def attacked(
    world: World, codes: tuple[str, ...], most: int | None, readers: tuple[str, ...]
) -> Iterator[tuple[str, str, Target, float]]:
    """(reader, format, target, width that stays open) for every hidden number that is not the reader's own."""
    given = release_checks.input_of(world.release)
    for code in codes:
        hidden = hidden_numbers(world, given, code)
        step = max(1, len(hidden.targets) // most) if most else 1
        known = knowledge(world, given, hidden)
        rules = [Line(dict.fromkeys(one.atoms, 1.0), one.low, one.high) for one in hidden.targets]
        for reader in readers:
            own = {atom: count for atom, count in hidden.truth.items() if reader == "other_lead" and atom[0] == world.other.slug}
            for form, told in told_to(world, reader, known, code).items():
                lines = [*_about(told.lines(code), hidden.truth), *rules]
                _check(lines, hidden.truth, f"{reader}, {form}")
                puzzle = Puzzle(lines, own, hidden.truth)
                for target in hidden.targets[::step]:
                    if target.atoms and not all(atom in own for atom in target.atoms):
                        yield reader, form, target, puzzle.width(target.atoms)


def _about(lines: Iterator[Line], truth: Mapping[tuple[str, str], int]) -> Iterator[Line]:
    """The lines over counts that exist: an organisation that does not keep a cell has nobody in it."""
    for line in lines:
        weights = {atom: weight for atom, weight in line.weights.items() if atom in truth}
        if weights:
            yield Line(weights, line.low, line.high)


def _check(lines: list[Line], truth: Mapping[tuple[str, str], int], where: str) -> None:
    """The attacker reads the pages rightly: the truth agrees with everything it took from them."""
    for line in lines:
        total = sum(weight * truth[atom] for atom, weight in line.weights.items())
        assert line.low - 1e-6 <= total <= line.high + 1e-6, f"{where}: {total} is not in {line.low} to {line.high}"


def as_table(results: list[tuple[str, str, Target, float]]) -> str:
    """Reader × format × exactly recovered, narrowed, safe."""
    tally: dict[tuple[str, str], Counter] = {}
    for reader, form, _, width in results:
        verdict = "exact" if width < 1 else "narrowed" if width < DEFAULT_POLICY.width else "safe"
        tally.setdefault((reader, form), Counter())[verdict] += 1
    lines = ["| Reader | Format | Exactly recovered | Narrowed to 2 or 3 values | Safe |", "|---|---|---|---|---|"]
    lines += [f"| {reader} | {form} | {n['exact']} | {n['narrowed']} | {n['safe']} |" for (reader, form), n in tally.items()]
    return "\n".join(lines)


def _try(
    world: World, codes: tuple[str, ...], most: int | None, readers: tuple[str, ...] = READERS
) -> list[tuple[str, str, Target, float]]:
    results = list(attacked(world, codes, most, readers))
    weak = [(reader, form, target.name, width) for reader, form, target, width in results if width < DEFAULT_POLICY.width]
    assert not weak, weak[:10]
    return results


def test_p1_no_reader_narrows_a_hidden_number_from_what_was_rendered(small_world: World) -> None:
    results = _try(small_world, SOME_MEASURES, SOME_TARGETS, SOME_READERS)
    assert {(reader, form) for reader, form, _, _ in results} >= {("steering", form) for form in (*FORMATS, TOGETHER)}
    assert len({target.name for _, _, target, _ in results}) >= 2


@pytest.mark.long
def test_p1_every_hidden_number_of_every_measure_of_people(small_world: World) -> None:
    codes = ReleasedCount.objects.filter(release=small_world.release).values_list("measure", flat=True)
    results = _try(small_world, tuple(sorted(set(codes))), None)
    table = as_table(results)
    print(f"\n{table}")
    if place := os.environ.get("ATTACK_TABLE"):
        Path(place).write_text(f"{table}\n")


def test_the_attacker_of_rendered_pages_is_able(small_world: World) -> None:
    """Given one exact total beside the rendered page it recovers a hidden number: the zeros above are no weakness of it."""
    given = release_checks.input_of(small_world.release)
    hidden = hidden_numbers(small_world, given, "staff_ethnicity")
    target = next(one for one in hidden.targets if one.owner)
    own = {atom: count for atom, count in hidden.truth.items() if atom not in target.atoms or atom == min(target.atoms)}
    everything = Line(dict.fromkeys(hidden.truth, 1.0), *[sum(hidden.truth.values())] * 2)
    assert (
        Puzzle([everything], {atom: own[atom] for atom in own if atom not in target.atoms}, hidden.truth).width(target.atoms) == 0
    )


def test_a_page_with_exact_shares_would_be_found_out() -> None:
    """What is read off a page is used: of a share shown to a tenth of a percent with its base, the count follows."""
    lines = [Line({"n": 1, "rest": 1}, 1000, 1000), Line({"n": 1 - 0.00275, "rest": -0.00275}, 0, float("inf"))]
    lines.append(Line({"n": 1 - 0.00385, "rest": -0.00385}, float("-inf"), 0))
    assert Puzzle(lines, {}, ()).width(["n"]) == 0


def test_p4_every_percentage_is_that_of_the_released_counts_beside_it(small_world: World) -> None:
    """So the numerators that fit the percentage are those that fit the released counts, and it tells nothing more."""
    compared = 0
    for code in ("dq-1", "rep-bme", "wres-1", "rep-dis"):
        for reader in READERS:
            answer = small_world.clients[reader].get(small_world.address("kpis:data", code=code))
            rows = csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))) if answer.status_code == 200 else ()
            for row in rows:
                if not (row["Numerator"] and row["Denominator"] and row["Unit"] == "percent") or row["Reference numerator"]:
                    continue
                part, base = Decimal(row["Numerator"]), Decimal(row["Denominator"])
                assert part % 5 == 0 and base % 5 == 0, row
                assert Decimal(row["Value"]) == round(100 * part / base, 6), row
                compared += 1
    assert compared > 20
