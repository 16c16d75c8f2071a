"""Successive releases and revisions against readers who keep them all: probing leads, subtraction over time."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from edi_portal.disclosure.policy import DEFAULT_POLICY
from edi_portal.disclosure.universe import CellKey, build_universe
from edi_portal.periods import Quarter
from kpis.release_content import KeptRelease, KeptTable, ReleaseContent, ReleaseInput, ReleaseRefusedError, build_content
from kpis.release_content.inputs import StoredCount
from kpis.release_content.protected_counts import people_tables
from tests.attack.solver import Attacker, Clue, read_form
from tests.kpis.test_release_content import QUARTER, made_from

FLOW = "recruitment_ethnicity"


@dataclass(frozen=True)
class Published:
    """A release with what it was made from."""

    name: str
    given: ReleaseInput
    content: ReleaseContent

    def kept(self) -> KeptRelease:
        """The release as a later one sees it."""
        counts: dict[str, dict[CellKey, StoredCount]] = {}
        for row in self.content.counts:
            counts.setdefault(row.measure, {})[CellKey(*row.unit, row.part)] = (row.status, row.value)
        tables = tuple(KeptTable(proof.variant, proof.parts, counts[proof.variant.measure]) for proof in self.content.proofs)
        return KeptRelease(self.name, self.given.quarter, self.given.organisations, DEFAULT_POLICY, (), lambda: tables)

    def statuses(self) -> Mapping[tuple, tuple[str, int | None]]:
        """(measure, part, unit) → status and value."""
        return {(row.measure, row.part, row.unit): (row.status, row.value) for row in self.content.counts}

    def cells(self) -> Iterator[tuple[tuple, frozenset, str | None, int, str, int | None]]:
        """Every cell of people: name, its figures, owner, true count, status, released value."""
        stored = self.statuses()
        for table in people_tables(self.given).tables:
            structure = people_tables(self.given).structure
            for cell in build_universe(table.atoms, table.parts, structure, DEFAULT_POLICY):
                figures = frozenset((*atom, table.atoms[atom]) for atom in cell.atoms)
                name = (table.variant.measure, cell.key.part, (cell.key.level, cell.key.unit))
                status, value = stored[table.variant.measure, cell.key.part, (cell.key.level, cell.key.unit)]
                yield (self.name, *name), figures, cell.owner, sum(figure[2] for figure in figures), status, value


def publish(given: ReleaseInput, name: str) -> Published:
    return Published(name, given, build_content(given))


def narrowed(releases: Sequence[Published], readers: Sequence[frozenset[str]]) -> list[str]:
    """Hidden cells of any of the releases that a reader who keeps them all narrows below four candidates."""
    clues, promises, owned = [], [], {}
    for release in releases:
        for name, figures, owner, count, status, value in release.cells():
            low, high = read_form(str(value)) if status == "shown" else (0, float("inf"))
            if status == "hidden":  # the strongest reader even tells why a cell is hidden
                low, high = (8, high) if count > 7 else (1, 7)
                promises.append((name, figures, owner))
            clues.append(Clue(figures, low, high))
            owned.update({figure: figure[2] for figure in figures})
    assert promises, "nothing is hidden, so nothing is tried"
    found = []
    for reader in readers:
        attacker = Attacker(clues, {figure: count for figure, count in owned.items() if figure[0] in reader}, owned)
        for name, figures, owner in promises:
            if owner in reader or {figure[0] for figure in figures} <= reader:
                continue
            low, high = attacker.linear(figures)
            if high - low < 40:
                low, high = attacker.whole(figures)
            if high - low < DEFAULT_POLICY.width:
                found.append(f"{sorted(reader)} narrows {name} to {low:g}..{high:g}")
    return found


def few_appointed(slug: str, quarter: Quarter, values: dict) -> None:
    """Small numbers of appointments in some organisations, another in every quarter."""
    number = int(slug.removeprefix("org-"))
    if number % 2 == 0:
        values[FLOW, "bme", "appointed"] = Decimal((number + quarter.number) % 3)


def readers() -> list[frozenset[str]]:
    return [frozenset(), frozenset({"org-0"}), frozenset({"org-3"}), frozenset({"org-8"})]


def test_rolling_years_of_successive_releases_withstand_subtraction() -> None:
    done: list[Published] = []
    for back in (2, 1, 0):
        quarter = QUARTER.previous(back)
        given = made_from("WRES-2", change=few_appointed, quarter=quarter)
        given = replace(given, kept=tuple(release.kept() for release in done))
        done.append(publish(given, f"{quarter.slug}/1"))
    certified = {certificate.target.release for proof in done[-1].content.proofs for certificate in proof.certificates}
    assert certified == {"", "2018-19-q4/1", "2019-20-q1/1"}, "the numbers hidden earlier are certified again"
    assert narrowed(done, readers()) == []


def test_without_the_joint_audit_the_attacker_would_win() -> None:
    """The attacker is able: of windows released for themselves, with exact totals, it takes the difference."""
    figures = {("a", f"q{number}"): number + 1 for number in range(5)}
    clues = [Clue(frozenset(list(figures)[:4]), 10, 10), Clue(frozenset(list(figures)[1:]), 14, 14)]
    attacker = Attacker(clues, {("a", "q4"): 5})
    assert attacker.whole([("a", "q0")]) == (1, 1)


def revised(first: Published, changes: Mapping[str, Mapping[tuple[str, str, str], int]]) -> ReleaseInput:
    """The first release's returns with some counts of the quarter changed, to be audited with it."""
    organisations = []
    for one in first.given.organisations:
        quarters = dict(one.quarters)
        values = dict(quarters[QUARTER].values) | {key: Decimal(value) for key, value in changes.get(one.slug, {}).items()}
        quarters[QUARTER] = replace(quarters[QUARTER], values=values)
        organisations.append(replace(one, quarters=quarters))
    return replace(first.given, organisations=tuple(organisations), previous=first.kept())


def test_p7_a_revision_keeps_what_was_shown_of_others_and_what_was_hidden() -> None:
    first = publish(made_from("WRES-2", "DQ-1", change=few_appointed), "2019-20-q2/1")
    changes = {f"org-{number}": {(FLOW, "bme", "appointed"): 30, (FLOW, "white", "shortlisted"): 171} for number in (1, 2, 6)}
    second = publish(revised(first, changes), "2019-20-q2/2")
    before, after = first.statuses(), second.statuses()
    assert second.content.fingerprint != first.content.fingerprint
    assert {key for key, (status, _) in before.items() if status == "hidden"} <= {
        key for key, (status, _) in after.items() if status != "shown"
    }
    others = {key for key in before if key[2][0] == "organisation" and key[2][1] not in changes and before[key][0] == "shown"}
    assert others and all(after[key] == before[key] for key in others)
    assert (
        after[FLOW, "shortlisted.white", ("organisation", "org-1")]
        != before[FLOW, "shortlisted.white", ("organisation", "org-1")]
    )
    assert narrowed([first, second], readers()) == []


@pytest.mark.parametrize("typed", [0, 3, 8, 13, 20])
def test_p6_a_lead_who_probes_with_a_revision_learns_nothing(typed: int) -> None:
    first = publish(made_from("WRES-2", change=few_appointed), "2019-20-q2/1")
    second = revised(first, {"org-0": {(FLOW, "bme", "appointed"): typed}})
    try:
        releases = [first, publish(second, "2019-20-q2/2")]
    except ReleaseRefusedError as refusal:
        assert refusal.changed == ("org-0",)
        releases = [first]
    assert narrowed(releases, [frozenset({"org-0"}), frozenset()]) == []


def test_two_who_revise_together_are_taken_for_one_reader() -> None:
    first = publish(made_from("WRES-2", change=few_appointed), "2019-20-q2/1")
    given = revised(first, {name: {(FLOW, "bme", "appointed"): 9} for name in ("org-0", "org-3")})
    assert frozenset({"org-0", "org-3"}) in people_tables(given).structure.accounts
    try:
        releases = [first, publish(given, "2019-20-q2/2")]
    except ReleaseRefusedError as refusal:
        assert refusal.changed == ("org-0", "org-3")
        releases = [first]
    assert narrowed(releases, [frozenset({"org-0", "org-3"})]) == []


def test_a_total_that_differs_by_one_organisations_hours_is_withheld() -> None:
    first = publish(made_from("CAP-2"), "2019-20-q2/1")
    alone = publish(revised(first, {"org-1": {("edi_posts", "qualified", "value"): 9}}), "2019-20-q2/2")
    three = {f"org-{number}": {("edi_posts", "qualified", "value"): 9 + number % 2} for number in range(1, 6)}
    many = publish(revised(first, three), "2019-20-q2/2")

    def status(release: Published) -> list[str]:
        return [row.status for row in release.content.figures if row.statistic == "pooled"]

    assert (status(first), status(alone), status(many)) == (["shown"], ["withheld"], ["shown"])
