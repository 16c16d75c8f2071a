"""What a release is made of, without a database: bad returns, empty periods, tiny organisations, refused releases."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache

import pytest

from edi_portal.disclosure.ledger import TargetKey
from edi_portal.disclosure.policy import DEFAULT_POLICY
from edi_portal.disclosure.repair import Uncertified
from edi_portal.disclosure.universe import CellKey
from edi_portal.periods import Quarter, last_quarters
from kpis.catalogue import load_catalogue
from kpis.exact_counts import ReturnedQuarter
from kpis.framework import Framework, KpiInForce
from kpis.release_content import OrganisationInput, ReleaseContent, ReleaseInput, ReleaseRefusedError, build_content, people
from kpis.release_content.inputs import needed_counts
from tests.kpis.factories import plain_amount

QUARTER = Quarter(2019, 2)
SOME_KPIS = ("DQ-1", "WRES-2", "WRES-3", "NET-3", "CAP-1", "CAP-2")
KINDS = ("acute", "acute", "acute", "acute", "mental_health", "mental_health", "mental_health", "ccg", "ccg", "ccg")
Change = Callable[[str, Quarter, dict], None]


@cache
def framework(*codes: str, quarter: Quarter = QUARTER) -> Framework:
    """A framework of a few KPIs and their measures."""
    catalogue = load_catalogue()
    chosen = [catalogue.kpis[code] for code in codes]
    kpis = tuple(KpiInForce(number, number, 1, None, kpi) for number, kpi in enumerate(chosen))
    wanted = {code for kpi in kpis for code in kpi.measures}
    return Framework(quarter, {code: catalogue.measures[code] for code in sorted(wanted)}, kpis, "test")


def content_of(scheme: Framework, number: int, quarter: Quarter) -> dict:
    return {
        (measure.code, cell.row, cell.column): plain_amount(measure, cell, 3 * number)
        for measure in scheme.measures.values()
        for cell in measure.cells()
    }


def made_from(*codes: str, change: Change = lambda slug, quarter, values: None, quarter: Quarter = QUARTER) -> ReleaseInput:
    """Ten organisations that returned the last four quarters; `change` may alter the values of each."""
    scheme = framework(*(codes or SOME_KPIS), quarter=quarter)
    organisations = []
    for number, kind in enumerate(KINDS):
        quarters = {}
        for source in last_quarters(quarter, 4):
            values = content_of(scheme, number, source)
            change(f"org-{number}", source, values)
            quarters[source] = ReturnedQuarter(values)
        grade = "ccg" if kind == "ccg" else "trust"
        organisations.append(OrganisationInput(f"org-{number}", number, kind, grade, 4000, quarters))
    return ReleaseInput(scheme, quarter, tuple(organisations), DEFAULT_POLICY, seed=quarter.slug)


def figures(content: ReleaseContent, code: str, **wanted: str) -> list:
    rows = [row for row in content.figures if row.code == code and not row.component]
    return [row for row in rows if all(getattr(row, name) == value for name, value in wanted.items())]


@pytest.mark.parametrize("amount", ["NaN", "-3", "4.5", "9000000000"])
def test_a_poison_value_costs_its_own_organisation_and_nobody_else(amount: str) -> None:
    def poison(slug: str, quarter: Quarter, values: dict) -> None:
        if slug == "org-2" and quarter == QUARTER:
            values["staff_ethnicity", "clinical.band_5", "white"] = Decimal(amount)

    content, clean = build_content(made_from(change=poison)), build_content(made_from())
    assert [(fault["organisation"], fault["measure"], fault["cell"]) for fault in content.problems] == [
        ("org-2", "staff_ethnicity", "clinical.band_5/white")
    ]
    assert amount not in content.problems[0]["why"]
    statuses = {row.unit.name: row.status for row in figures(content, "DQ-1", statistic="own")}
    assert statuses["org-2"] == "not_available"
    assert set(statuses.values()) == {"shown", "not_available"}
    (pooled,) = [row for row in figures(content, "DQ-1", statistic="pooled") if row.unit.level == "system"]
    assert pooled.contributing == len(KINDS) - 1
    assert figures(content, "WRES-2") == figures(clean, "WRES-2"), "a measure without the poison is as before"
    assert not clean.problems


def test_a_poison_amount_of_money_is_left_out_too() -> None:
    def poison(slug: str, quarter: Quarter, values: dict) -> None:
        if slug == "org-1":
            values["edi_posts", "qualified", "value"] = Decimal(-2)

    content = build_content(made_from("CAP-2", change=poison))
    assert [(fault["organisation"], fault["why"]) for fault in content.problems] == [("org-1", "below nothing")]
    (pooled,) = figures(content, "CAP-2", statistic="pooled")
    assert (pooled.status, pooled.contributing) == ("shown", len(KINDS) - 1)


def test_one_organisation_with_nearly_all_the_hours_withholds_the_total() -> None:
    def dominate(slug: str, quarter: Quarter, values: dict) -> None:
        for row in ("practitioners", "qualified"):
            values["edi_posts", row, "value"] = Decimal(1000 if slug == "org-1" else 1)

    (shared,) = figures(build_content(made_from("CAP-2")), "CAP-2", statistic="pooled")
    (dominated,) = figures(build_content(made_from("CAP-2", change=dominate)), "CAP-2", statistic="pooled")
    assert (shared.status, dominated.status) == ("shown", "withheld")


def test_a_period_with_no_returns_has_reasons_and_no_numbers() -> None:
    given = made_from()
    nobody = replace(given, organisations=tuple(replace(one, quarters={}) for one in given.organisations))
    content = build_content(nobody)
    assert content.counts == () and content.returned == ()
    assert {row.status for row in content.figures} <= {"not_returned", "not_applicable"}


def test_an_organisation_with_one_member_of_staff() -> None:
    def alone(slug: str, quarter: Quarter, values: dict) -> None:
        if slug == "org-9":
            for address in [address for address in values if address[0] == "staff_ethnicity"]:
                values[address] = Decimal(0)
            values["staff_ethnicity", "clinical.band_7", "bme"] = Decimal(1)

    content = build_content(made_from(change=alone))
    own = [row for row in content.counts if row.unit.name == "org-9" and row.measure == "staff_ethnicity"]
    assert own and all(row.value in (None, 0) for row in own)
    (figure,) = [row for row in figures(content, "DQ-1", statistic="own") if row.unit.name == "org-9"]
    assert figure.value is None and figure.verdict in {"withheld", "too_few"}


def test_zero_denominators_everywhere() -> None:
    def nothing(slug: str, quarter: Quarter, values: dict) -> None:
        for address in values:
            values[address] = Decimal(0)

    content = build_content(made_from(change=nothing))
    assert content.figures
    assert all(row.value is None or row.value == 0 for row in content.figures)
    assert {row.status for row in content.figures} <= {"not_calculable", "withheld", "too_few", "not_applicable", "shown"}
    assert not [row for row in content.figures if row.code == "WRES-2" and row.status == "shown"]


def test_the_order_of_the_returns_does_not_matter() -> None:
    given = made_from()
    assert build_content(replace(given, organisations=given.organisations[::-1])).fingerprint == build_content(given).fingerprint


def test_what_cannot_be_certified_is_refused_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **options: object) -> None:
        raise Uncertified([TargetKey("", CellKey("organisation", "org-4", "total.bme"))])

    monkeypatch.setattr(people, "protect_measure", refuse)
    with pytest.raises(ReleaseRefusedError) as refusal:
        build_content(made_from("DQ-1"))
    assert refusal.value.cells == ("staff_ethnicity organisation org-4 total.bme",)


def test_two_spans_of_one_measure_are_refused() -> None:
    scheme = framework("WRES-2")
    kpi = scheme.kpis[0]
    quarterly = replace(kpi.definition, code="X", formula=replace(kpi.definition.formula, window="quarter"))
    both = Framework(QUARTER, scheme.measures, (kpi, KpiInForce(9, 9, 1, None, quarterly)), "test")
    with pytest.raises(ValueError, match="recruitment_ethnicity over one span"):
        needed_counts(both, QUARTER)


def test_a_kpi_of_one_organisation_releases_nothing() -> None:
    scheme = framework("DQ-1")
    own = KpiInForce(9, 9, 1, 4, scheme.kpis[0].definition)
    assert needed_counts(Framework(QUARTER, scheme.measures, (own,), "test"), QUARTER) == ()
