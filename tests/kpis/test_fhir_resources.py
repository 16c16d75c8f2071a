"""Single FHIR resources: whole counts alone, why there is no value, ids that FHIR allows, and whose figure it is."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from kpis.open_data.fhir import ABSENT, bundle
from kpis.open_data.tables import Definition, Due, Figure, OpenRelease

SHARE = Definition(
    code="REP-1",
    slug="rep-1",
    version=3,
    name="Senior posts",
    question="Who holds them?",
    workstream="pay",
    unit="percent",
    direction="higher",
    numerator="Held by BME staff",
    denominator="All senior posts",
    groups="",
    target="",
    how_to_read="As a share.",
    standard="WRES",
    source="ESR",
    is_share=True,
    components={"band_9": "Band 9"},
    reviewed_on=date(2019, 9, 1),
)
PAY_GAP = {"code": "GPG-1", "slug": "gpg-1", "name": "Pay gap", "unit": "points", "direction": "context"}
MEAN = replace(SHARE, **PAY_GAP, is_share=False, components={})  # type: ignore[arg-type]
OWN = Figure(
    kpi="REP-1",
    kpi_version=3,
    component="",
    level="organisation",
    organisation="here",
    peer_group="",
    statistic="own",
    status="shown",
    value=Decimal("31.250000"),
    unit="percent",
    low=Decimal(20),
    high=Decimal("44.5"),
    numerator=Decimal("125.000000"),
    denominator=Decimal(400),
    reference_numerator=None,
    reference_denominator=None,
    word="",
    reason="",
    verdict="similar",
    over_time="",
    contributing=None,
)


def release_of(*figures: Figure) -> OpenRelease:
    return OpenRelease(
        number=7,
        period="2019-20-q2",
        label="2019-20 Q2",
        first_day=date(2019, 7, 1),
        last_day=date(2019, 9, 30),
        revision=1,
        current=True,
        published_at=datetime(2019, 12, 2, 9, tzinfo=UTC),
        fingerprint="0" * 64,
        synthetic=True,
        publisher="The partnership",
        home="https://portal.example",
        figures=figures,
        kpis=(SHARE, MEAN),
        organisations=(Due("here", "Here Trust", "acute", "acute-trusts", True),),
    )


def resources(*figures: Figure) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in bundle(release_of(*figures))["entry"]]


def group_of(figure: Figure) -> dict[str, Any]:
    found: dict[str, Any] = resources(figure)[-1]["group"][0]
    return found


def test_a_share_has_its_counts_its_unit_and_its_interval() -> None:
    group = group_of(OWN)
    assert [one["count"] for one in group["population"]] == [125, 400]
    score = group["measureScore"]
    assert (score["value"], score["unit"], score["code"]) == (31.25, "percent", "%")
    assert score["extension"][0]["valueRange"] == {"low": {"value": 20}, "high": {"value": 44.5}}
    assert "extension" not in group_of(replace(OWN, high=None))["measureScore"], "half an interval is none"


def test_only_whole_counts_of_shares_are_counts_of_a_population() -> None:
    half = group_of(replace(OWN, numerator=Decimal("12.5")))
    assert [one["count"] for one in half["population"]] == [400]
    assert [one["count"] for one in group_of(replace(OWN, numerator=Decimal(0)))["population"]] == [0, 400], "0 is a count"
    mean = group_of(replace(OWN, kpi="GPG-1", unit="points", value=Decimal(-2)))
    assert "population" not in mean and mean["measureScore"]["value"] == -2 and "system" not in mean["measureScore"]


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("withheld", "masked"),
        ("not_applicable", "not-applicable"),
        ("not_returned", "unknown"),
        ("not_available", "temp-unknown"),
        ("not_collected", "not-asked"),
        ("anything", "unknown"),
    ],
)
def test_where_there_is_no_value_fhir_says_why(status: str, said: str) -> None:
    group = group_of(replace(OWN, value=None, status=status, numerator=None, denominator=None))
    assert group["measureScore"] == {"extension": [{"url": ABSENT, "valueCode": said}]} and "population" not in group
    assert group_of(replace(OWN, value=Decimal(0)))["measureScore"]["value"] == 0, "none of them is a value"


def test_a_report_says_whose_figure_it_is_and_its_parts_stand_in_it() -> None:
    kind = replace(OWN, level="type", organisation="", peer_group="acute-trusts", statistic="pooled")
    every = replace(kind, level="system", peer_group="")
    measure, own, of_kind, of_all = resources(OWN, replace(OWN, component="band_9"), kind, every)
    assert own["reporter"] == {
        "display": "Here Trust",
        "identifier": {"system": "https://portal.example/organisations/", "value": "here"},
    }
    assert [group["code"]["text"] for group in own["group"]] == ["headline", "band_9"]
    assert of_kind["reporter"] == {"display": "The partnership, acute trusts"}
    assert of_all["reporter"] == {"display": "The partnership, all organisations"}
    assert {one["measure"] for one in (own, of_kind, of_all)} == {f"{measure['url']}|3"}
    assert own["period"] == {"start": "2019-07-01", "end": "2019-09-30"}


def test_a_measure_says_what_is_better_only_where_something_is() -> None:
    share, mean = resources(OWN, replace(OWN, kpi="GPG-1"))[:2]
    assert share["improvementNotation"]["coding"][0]["code"] == "increase" and "improvementNotation" not in mean
    assert [group["code"]["text"] for group in share["group"]] == ["headline", "band_9"]
    assert share["experimental"] is True and mean["scoring"]["coding"][0]["code"] == "continuous-variable"
    assert [one["id"] for one in resources(OWN)] == ["rep-1-v3", "7-rep-1-own-here"], "no measure without a figure"


def test_ids_are_those_of_fhir_and_stay_apart_where_names_are_long() -> None:
    long = "a-trust-with-a-name-that-is-much-longer-than-an-id-of-fhir-may-be"
    found = resources(OWN, *(replace(OWN, organisation=f"{long}-{end}") for end in "ab"))
    ids = [one["id"] for one in found]
    assert len(set(ids)) == 4 and all(re.fullmatch(r"[A-Za-z0-9\-.]{1,64}", one) for one in ids)
    assert ids[2].startswith("7-rep-1-own-a-trust")
