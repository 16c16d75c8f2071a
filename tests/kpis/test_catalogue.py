"""The catalogue: all 61 KPIs of the source, definitions that fit together, strict reading, and own KPIs of an organisation."""

from __future__ import annotations

import copy
import csv
import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from edi_portal.periods import Quarter, last_twelve
from kpis.catalogue import (
    WORKSTREAMS,
    BespokeDetails,
    CellKey,
    DefinitionError,
    Measure,
    bespoke_count,
    bespoke_likelihood,
    bespoke_share,
    build_catalogue,
    check_kpi,
    inputs_of,
    kpi_from_dict,
    load_catalogue,
    measure_from_dict,
    source_quarters,
)
from kpis.catalogue.bespoke import check_bespoke
from kpis.catalogue.formulas import PartRef
from kpis.catalogue.loading import DEFINITIONS
from kpis.indicators import Cell, Known, compute

CATALOGUE = load_catalogue()
with (DEFINITIONS / "source" / "kpis.csv").open(encoding="utf-8", newline="") as source_file:
    SOURCE = list(csv.DictReader(source_file))
KPIS = [pytest.param(kpi, id=kpi.code) for kpi in CATALOGUE.kpis.values()]
MEASURES = [pytest.param(measure, id=measure.code) for measure in CATALOGUE.measures.values()]


@pytest.mark.parametrize("row", SOURCE, ids=lambda row: row["code"])
def test_each_kpi_of_the_source_has_its_definition(row: dict[str, str]) -> None:
    kpi = CATALOGUE.kpi(row["code"])
    assert (kpi.name, kpi.question, kpi.standard) == (row["name"], row["question"], row["standard"])
    assert (kpi.domain, WORKSTREAMS[kpi.workstream]) == (row["domain"], row["workstream"])
    assert kpi.confidence == row["confidence"].partition(":")[0]


def test_there_is_no_kpi_beyond_the_source() -> None:
    assert sorted(CATALOGUE.kpis) == sorted(row["code"] for row in SOURCE)
    assert len(SOURCE) == 61


@pytest.mark.parametrize("kpi", KPIS)
def test_short_names_are_the_kpis_own_and_fit_a_table(kpi: Any) -> None:
    names = Counter(each.short_name for each in CATALOGUE.kpis.values())
    assert names[kpi.short_name] == 1
    assert len(kpi.short_name) <= 28


@pytest.mark.parametrize("kpi", KPIS)
def test_a_target_is_stated_in_words_that_hold_its_numbers(kpi: Any) -> None:
    for limit in (kpi.target.low, kpi.target.high):
        assert limit is None or limit == 1 or f"{limit.normalize():f}".rstrip("0").rstrip(".") in kpi.target.text
    assert (kpi.target.kind == "range") == (kpi.formula.kind == "likelihood")


@pytest.mark.parametrize("kpi", KPIS)
def test_definitions_are_written_in_short_sentences(kpi: Any) -> None:
    for text in (kpi.why_it_matters, kpi.notes, kpi.applies_note, kpi.confidence_note):
        assert all(len(sentence.split()) <= 22 for sentence in re.split(r"(?<=[.?!])\s+", text)), text


@pytest.mark.parametrize("measure", MEASURES)
def test_questions_are_written_in_short_sentences(measure: Measure) -> None:
    assert measure.question.endswith("?")
    for text in (measure.question, measure.help):
        assert all(len(sentence.split()) <= 20 for sentence in re.split(r"(?<=[.?!])\s+", text)), text


@pytest.mark.parametrize("kpi", KPIS)
def test_a_kpi_reads_back_from_its_stored_form(kpi: Any) -> None:
    assert kpi_from_dict(json.loads(json.dumps(kpi.to_dict()))) == kpi


@pytest.mark.parametrize("measure", MEASURES)
def test_a_measure_reads_back_from_its_stored_form(measure: Measure) -> None:
    assert measure_from_dict(json.loads(json.dumps(measure.to_dict()))) == measure


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_serves_a_kpi(measure: Measure) -> None:
    assert CATALOGUE.kpis_using(measure.code)


@pytest.mark.parametrize("measure", MEASURES)
def test_what_an_organisation_releases_does_not_overlap(measure: Measure) -> None:
    """The lean universe: below the group totals no cell is published twice, and the same holds among the group totals."""
    if measure.protection != "people":
        return
    for level in ("organisation", "group_total"):
        parts = [part for part in measure.parts if part.level == level]
        for one, other in combinations(parts, 2):
            assert not set(one.cells) & set(other.cells), (one.key, other.key)


@pytest.mark.parametrize("code", ["staff_ethnicity", "staff_disability"])
def test_six_clusters_hold_everybody_once(code: str) -> None:
    measure = CATALOGUE.measure(code)
    parts = [part for part in measure.parts if part.level == "organisation"]
    assert {part.line for part in parts} == {
        "cluster_1_4",
        "cluster_5",
        "cluster_6_7",
        "cluster_8a_8b",
        "cluster_8c_vsm",
        "medical",
    }
    assert len({part.group for part in parts}) == 3
    assert sorted(cell for part in parts for cell in part.cells) == sorted(measure.cells())
    assert set(measure.cells_of("total.all")) == set(measure.cells())


def test_money_time_and_posts_of_one_organisation_are_never_released() -> None:
    magnitudes = [measure for measure in CATALOGUE.measures.values() if measure.protection == "magnitude"]
    assert {measure.code for measure in magnitudes} == {"network_time", "network_budget", "edi_posts"}
    assert all(part.level == "system" for measure in magnitudes for part in measure.parts)


@pytest.mark.parametrize("measure", MEASURES)
def test_disability_faith_orientation_and_misconduct_are_sensitive(measure: Measure) -> None:
    about = re.search(r"disab|orientation|disciplinary|capability|wdes|engagement", measure.code)
    if about and measure.protection in {"people", "survey"}:
        assert measure.sensitive


@pytest.mark.parametrize("measure", MEASURES)
def test_survey_results_come_with_the_number_who_answered(measure: Measure) -> None:
    if measure.protection != "survey":
        return
    for row in measure.rows:
        units = [measure.unit_of(CellKey(row.key, column.key)) for column in measure.columns]
        assert units.count("people") == 1 and len(units) > 1


def applicability(code: str) -> tuple[str, str, str]:
    kpi = CATALOGUE.kpi(code)
    return kpi.applies_to["trust"], kpi.applies_to["ccg"], kpi.applies_to["csu"]


def test_standards_decide_to_whom_a_kpi_applies() -> None:
    for code in CATALOGUE.kpis:
        assert applicability(code)[0] == "required"
        if code.startswith("WDES"):
            assert applicability(code) == ("required", "not_applicable", "not_applicable")
        if code.startswith("EDS"):
            assert applicability(code) == ("required", "required", "not_applicable")
        if code.startswith("PAT"):
            assert applicability(code)[2] == "not_applicable"
        if code.startswith("GPG"):
            assert CATALOGUE.minimum_headcount(CATALOGUE.kpi(code)) == 250
    for code in ("WRES-1", "WRES-2", "WRES-3", "WRES-4", "WRES-9"):
        assert applicability(code) == ("required", "required", "voluntary")
    assert applicability("PAT-1") == ("required", "voluntary", "not_applicable")
    assert applicability("PAT-2") == ("required", "not_applicable", "not_applicable")
    assert CATALOGUE.minimum_headcount(CATALOGUE.kpi("DQ-3")) == 150
    assert CATALOGUE.minimum_headcount(CATALOGUE.kpi("WRES-2")) is None


def due_in(quarter: int) -> set[str]:
    return {kpi.code for kpi in CATALOGUE.kpis_due("trust", quarter)}


def test_when_each_kpi_is_due() -> None:
    every = set.intersection(*(due_in(quarter) for quarter in (1, 2, 3, 4)))
    assert due_in(1) - every == {"WRES-1", "WRES-9", "WDES-1", "WDES-9b", "WDES-10"}
    assert due_in(2) - every == {"CAP-4"}
    assert due_in(3) == every
    assert {"WRES-2", "WRES-3", "WRES-4", "WDES-2", "WDES-3", "RDR-1", "REP-DIS-67", "DQ-1", "NET-1", "EIA-1", "PAT-4"} <= every
    yearly = {"EDS-T", "GPG-6", "WRES-5", "WDES-4a", "WDES-9a", "GAP-CP-BME", "GAP-CP-DIS"}
    assert yearly <= due_in(4) - every
    assert 30 <= len(every) <= 40


def test_a_small_ccg_is_asked_less() -> None:
    large = {measure.code for measure in CATALOGUE.measures_due("ccg", 4, headcount=300)}
    small = {measure.code for measure in CATALOGUE.measures_due("ccg", 4, headcount=100)}
    assert large - small == {"hourly_pay", "bonus_pay", "bonus_receipt", "pay_quarters", "staff_orientation_religion"}
    assert "GPG-1" not in {kpi.code for kpi in CATALOGUE.kpis_due("ccg", 4, headcount=100)}
    assert not {code for code in large if "wdes" in code or code == "board_disability"}


def test_measures_come_in_the_order_of_the_workstreams() -> None:
    positions = [list(WORKSTREAMS).index(measure.workstream) for measure in CATALOGUE.measures_due("trust", 1)]
    assert positions == sorted(positions)
    first = [measure.code for measure in CATALOGUE.measures_due("trust", 3)][:6]
    assert first == [
        "staff_ethnicity",
        "recruitment_ethnicity",
        "disciplinary_ethnicity",
        "training_ethnicity",
        "staff_disability",
        "recruitment_disability",
    ]


def test_kpis_come_by_workstream_family_and_number() -> None:
    codes = list(CATALOGUE.kpis)
    assert codes[:6] == ["WRES-1", "WRES-2", "WRES-3", "WRES-4", "WRES-7", "WRES-8"]
    assert (
        codes.index("WDES-9a") < codes.index("GPG-1") < codes.index("EDS-D2") < codes.index("RDR-1") < codes.index("GAP-CP-BME")
    )
    staff_networks = [kpi.code for kpi in CATALOGUE.kpis.values() if kpi.workstream == "staff-networks"]
    assert staff_networks == ["WRES-5", "WRES-6", "WDES-4a", "WDES-4b", "WDES-9b", "NET-1", "NET-2", "NET-3", "NET-4"]


def test_a_figure_may_be_no_wider_shown_than_its_narrowest_part() -> None:
    assert CATALOGUE.level_of(CATALOGUE.kpi("WRES-2").formula) == "group_total"
    assert CATALOGUE.level_of(CATALOGUE.kpi("REP-BME-8V").formula) == "organisation"
    assert CATALOGUE.level_of(CATALOGUE.kpi("REP-BME-8V").formula_of("vsm")) == "system"
    assert CATALOGUE.measure("staff_ethnicity").level_of("tier_upper.bme") == "organisation"
    assert CATALOGUE.is_sensitive(CATALOGUE.kpi("WRES-3")) and not CATALOGUE.is_sensitive(CATALOGUE.kpi("WRES-2"))


def test_flows_are_added_up_and_stocks_are_read_once() -> None:
    quarter = Quarter(2019, 3)
    recruitment, staff = CATALOGUE.measure("recruitment_ethnicity"), CATALOGUE.measure("staff_ethnicity")
    assert source_quarters(recruitment, "twelve_months", quarter) == last_twelve(quarter)
    assert len(source_quarters(recruitment, "twenty_four_months", quarter)) == 8
    assert source_quarters(recruitment, "quarter", quarter) == (quarter,)
    assert source_quarters(recruitment, "last_march", quarter) == (Quarter(2018, 4),)
    assert source_quarters(staff, "twelve_months", quarter) == (quarter,)


def test_the_workforce_of_31_march_is_taken_from_the_return_before() -> None:
    first = Quarter(2019, 1)
    assert source_quarters(CATALOGUE.measure("staff_ethnicity"), "last_march", first) == (Quarter(2018, 4),)
    assert source_quarters(CATALOGUE.measure("board_ethnicity"), "last_march", first) == (first,)
    assert source_quarters(CATALOGUE.measure("survey_wres_5"), "quarter", Quarter(2019, 2)) == (Quarter(2018, 4),)


def test_a_training_quarter_is_never_added_up() -> None:
    assert CATALOGUE.kpi("WRES-4").formula.window == "quarter"


def test_cells_have_units_options_and_addresses() -> None:
    core = CATALOGUE.measure("networks_core")
    shared = CellKey("bame", "arrangement")
    assert (core.unit_of(shared), core.options_of(shared), core.is_optional(shared)) == ("choice", ("standalone", "shared"), True)
    assert core.column("arrangement").option_labels == ("Own network", "Shared with a partner")
    assert core.unit_of(CellKey("bame", "active")) == "yes_no"
    assert CATALOGUE.measure("edi_posts").unit_of(CellKey("practitioners", "value")) == "people"
    assert CATALOGUE.measure("interpreters").is_sensitive(CellKey("bsl_face", "requested"))
    assert not CATALOGUE.measure("interpreters").is_sensitive(CellKey("spoken_face", "requested"))
    assert str(shared) == "bame/arrangement" and CellKey.parse("bame/arrangement") == shared
    for text in ("bame", "bame/", "/active", "a/b/c"):
        with pytest.raises(ValueError, match="row/column"):
            CellKey.parse(text)


def test_totals_name_the_lines_they_add_up() -> None:
    totals = {total.label: total for total in CATALOGUE.measure("staff_ethnicity").totals}
    assert totals["All medical"].keys == ("medical.consultant", "medical.career_grade", "medical.trainee", "medical.other")
    assert len(totals["All staff"].keys) == 32
    assert totals["All groups"].axis == "columns"


def test_the_version_follows_the_content() -> None:
    measures, kpis = list(CATALOGUE.measures.values()), list(CATALOGUE.kpis.values())
    assert build_catalogue(measures, reversed(kpis)).version == CATALOGUE.version
    assert build_catalogue(reversed(measures), kpis).version == CATALOGUE.version
    changed = kpi_from_dict(kpis[0].to_dict() | {"notes": "Another note."})
    assert build_catalogue(measures, [changed, *kpis[1:]]).version != CATALOGUE.version


def measure_content(code: str = "recruitment_ethnicity") -> dict[str, Any]:
    return copy.deepcopy(CATALOGUE.measure(code).to_dict())


def kpi_content(code: str = "WRES-2") -> dict[str, Any]:
    return copy.deepcopy(CATALOGUE.kpi(code).to_dict())


def put(path: str, value: object) -> Callable[[dict[str, Any]], None]:
    """A change of one field, named by its path; `...` takes the field away."""

    def change(content: dict[str, Any]) -> None:
        *way, last = (int(step) if step.isdigit() else step for step in path.split("."))
        place: Any = content
        for step in way:
            place = place[step]
        if value is ...:
            del place[last]
        else:
            place[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "field", "mend"),
    [
        (put("title", ...), "title", "add this field"),
        (put("titel", "Recruitment"), "titel", "not known here. Known fields: .*title"),
        (put("title", "  "), "title", "write a text"),
        (put("unit", "heads"), "unit", "write one of people"),
        (put("protection", "none"), "protection", "write one of"),
        (put("sensitive", "yes"), "sensitive", "true or false"),
        (put("collected_in", [1, 5]), "collected_in", "financial quarters"),
        (put("collected_in", [2, 1]), "collected_in", "in order"),
        (put("collected_in", []), "collected_in", "financial quarters"),
        (put("applies_to", ["trust", "trust"]), "applies_to", "twice"),
        (put("applies_to", []), "applies_to", "at least one"),
        (put("minimum_headcount", -1), "minimum_headcount", "whole number"),
        (put("code", "Recruitment Ethnicity"), "code", "small letters"),
        (put("rows", "white"), "rows", "list"),
        (put("rows", []), "rows", "at least one"),
        (put("rows.0", "white"), r"rows\[1\]", "table"),
        (put("rows.0.key", "a/b"), r"rows\[1\].key", "cell addresses"),
        (put("rows.1.key", "white"), "rows", "same key"),
        (put("rows.0.options", ["a", "b"]), "option_labels", "one label for each"),
        (put("rows.0.unit", "choice"), "rows", "a choice needs options"),
        (put("parts", []), "parts", "at least one part"),
        (put("parts.0.cells", ["white/hired"]), "cells", "fits no cell"),
        (put("parts.0.level", "ward"), "level", "write one of group_total"),
        (put("parts.1.key", "shortlisted.white"), "parts", "named twice"),
        (put("unions", [{"key": "a", "parts": ["nowhere"]}]), "unions", "no part of this measure"),
        (put("unions", [{"key": "a", "parts": ["applied.white", "applied.white"]}]), "parts", "twice"),
        (put("totals.0.keys", ["black"]), "keys", "fits no key"),
        (put("checks.0.ordered", ["hired"]), "checks", "no key of the columns"),
        (put("checks.0.cells", ["*/hired"]), "checks", "fits no cell"),
        (put("checks.0.rule", "V99"), "rule", "write one of V1"),
        (put("checks.0.low", "few"), "low", "not a number"),
        (put("checks.0.low", True), "low", "write a number"),
        (put("checks.0.low", "NaN"), "low", "not a number"),
    ],
)
def test_a_faulty_measure_names_the_field_and_how_to_mend_it(
    change: Callable[[dict[str, Any]], None], field: str, mend: str
) -> None:
    content = measure_content()
    change(content)
    with pytest.raises(DefinitionError, match=mend) as caught:
        measure_from_dict(content, "recruitment_ethnicity.toml")
    assert caught.value.file == "recruitment_ethnicity.toml"
    assert re.search(field, caught.value.field)


@pytest.mark.parametrize(
    ("change", "field", "mend"),
    [
        (put("why_it_matters", ...), "why_it_matters", "add this field"),
        (put("purpose", "x"), "purpose", "not known"),
        (put("code", "9 LIVES"), "code", "letters, digits and hyphens"),
        (put("short_name", "x" * 29), "short_name", "at most 28"),
        (put("unit", "percent"), "unit", "a likelihood is measured in ratio"),
        (put("applies_to.ccg", "sometimes"), "applies_to.ccg", "write one of required"),
        (put("applies_to.icb", "required"), "applies_to.icb", "not known"),
        (put("applies_to", "all"), "applies_to", "table"),
        (put("reviewed_on", "2 September"), "reviewed_on", "2019-09-02"),
        (put("reviewed_on", 2019), "reviewed_on", "2019-09-02"),
        (put("next_review_on", "2019-09-01"), "next_review_on", "after the last review"),
        (put("target", {"kind": "range", "low": 1, "text": "x"}), "target.high", "needs high"),
        (put("target", {"kind": "none", "low": 1, "text": "x"}), "target.low", "has no low"),
        (put("target", {"kind": "range", "low": 2, "high": 1, "text": "x"}), "target.high", "above the low end"),
        (put("formula.kind", "odds"), "formula.kind", "write one of likelihood"),
        (put("formula.window", "week"), "formula.window", "write one of quarter"),
        (put("formula.base", "a:b"), "formula.base", "not known"),
        (put("formula.reference.events", "appointed"), "formula.reference.events", "write measure:part"),
        (put("formula.reference.label", ...), "formula.reference.label", "add this field"),
        (put("formula.reference", {"label": "x", "rate": "a:b", "base": "a:c"}), "formula.reference", "two counts"),
        (
            put("components", [{"key": "a", "label": "A", "kind": "count", "part": "a:b"}]),
            "components",
            "a: a count is measured in",
        ),
    ],
)
def test_a_faulty_kpi_names_the_field_and_how_to_mend_it(change: Callable[[dict[str, Any]], None], field: str, mend: str) -> None:
    content = kpi_content()
    change(content)
    with pytest.raises(DefinitionError, match=mend) as caught:
        kpi_from_dict(content, "wres-2.toml")
    assert (caught.value.file, caught.value.field) == ("wres-2.toml", field)
    assert str(caught.value).startswith(f"wres-2.toml, {field}: ")


@pytest.mark.parametrize(
    ("code", "change", "mend"),
    [
        ("EDS-T", put("formula.bands.0.low", "9"), "from the lowest to the highest"),
        ("EDS-T", put("formula.bands.0.low", ...), "lowest total"),
        ("EDS-T", put("formula.maximum", 0), "highest possible total"),
        ("EDS-T", put("formula.services.0", []), "one list of parts"),
        ("NET-3", put("components.0.per", 0), "above 0"),
        ("NET-4", put("components.1.key", "members"), "same key"),
        ("WRES-1", put("components.0.collected_in", [2]), "due in a quarter in which WRES-1 is not"),
        ("CAP-4", put("formula.good", ["led"]), "write one of lead"),
    ],
)
def test_faults_of_other_kinds_of_formula(code: str, change: Callable[[dict[str, Any]], None], mend: str) -> None:
    content = kpi_content(code)
    change(content)
    with pytest.raises(DefinitionError, match=mend):
        check_kpi(kpi_from_dict(content), CATALOGUE.measures)


@pytest.mark.parametrize(
    ("code", "change", "mend"),
    [
        ("WRES-2", put("formula.reference.events", "applications:appointed.white"), "does not exist"),
        ("WRES-2", put("formula.reference.events", "recruitment_ethnicity:hired.white"), "names no part or union"),
        ("WDES-2", put("applies_to.ccg", "required"), "not asked of a ccg"),
        ("WDES-9b", put("formula.part", "networks:active"), "yes_no needs yes_no there"),
        ("WDES-8", put("formula.rate", "survey_wdes_8:base.disabled"), "needs percent there"),
        ("CAP-4", put("formula.options", ["lead", "co_lead", "no", "consulted"]), "in their order"),
    ],
)
def test_a_kpi_must_fit_the_measures_it_reads(code: str, change: Callable[[dict[str, Any]], None], mend: str) -> None:
    content = kpi_content(code)
    change(content)
    kpi = kpi_from_dict(content)
    with pytest.raises(DefinitionError, match=mend):
        check_kpi(kpi, CATALOGUE.measures)


def test_a_yearly_answer_may_be_read_again_in_later_quarters() -> None:
    content = kpi_content("WDES-9b") | {"collected_in": [1, 2]}
    check_kpi(kpi_from_dict(content), CATALOGUE.measures)
    assert source_quarters(CATALOGUE.measure("disabled_voices"), "quarter", Quarter(2019, 2)) == (Quarter(2019, 1),)


def test_a_union_may_not_count_a_cell_twice() -> None:
    content = measure_content("staff_ethnicity")
    content["unions"].append({"key": "double.white", "parts": ["total.white", "medical.white"]})
    with pytest.raises(DefinitionError, match="double.white counts a cell twice"):
        measure_from_dict(content)


def test_a_rolling_year_needs_its_measure_in_every_quarter() -> None:
    content = measure_content() | {"collected_in": [1, 3]}
    with pytest.raises(DefinitionError, match="needs recruitment_ethnicity of quarter"):
        check_kpi(CATALOGUE.kpi("WRES-2"), {"recruitment_ethnicity": measure_from_dict(content)})


def test_two_definitions_may_not_share_a_code() -> None:
    measures, kpis = list(CATALOGUE.measures.values()), list(CATALOGUE.kpis.values())
    with pytest.raises(DefinitionError, match="two measures"):
        build_catalogue([*measures, measures[0]], [])
    with pytest.raises(DefinitionError, match="two KPIs"):
        build_catalogue(measures, [kpis[0], kpi_from_dict(kpis[0].to_dict() | {"code": kpis[0].code.lower()})])


def test_a_check_may_name_only_measures_that_exist() -> None:
    content = measure_content() | {"checks": [{"rule": "V5", "same_total_as": "nowhere"}]}
    with pytest.raises(DefinitionError, match="nowhere is no measure"):
        build_catalogue([measure_from_dict(content)], [])


def test_a_check_adds_up_cells_of_another_measure_that_exist() -> None:
    code = str(measure_content()["code"])
    misplaced = measure_content() | {"checks": [{"rule": "V5", "same_total_as": code, "other_cells": ["nobody/*"]}]}
    with pytest.raises(DefinitionError, match="fits no cell"):
        build_catalogue([measure_from_dict(misplaced)], [])
    alone = measure_content() | {"checks": [{"rule": "V5", "other_cells": ["*/*"]}]}
    with pytest.raises(DefinitionError, match="needs same_total_as"):
        build_catalogue([measure_from_dict(alone)], [])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one KPI and its measure, to spoil."""
    (tmp_path / "measures").mkdir()
    shutil.copy(DEFINITIONS / "wres-2.toml", tmp_path)
    shutil.copy(DEFINITIONS / "measures" / "recruitment_ethnicity.toml", tmp_path / "measures")
    return tmp_path


def test_a_folder_is_read_as_it_stands(folder: Path) -> None:
    assert list(load_catalogue(folder).kpis) == ["WRES-2"]


def test_a_file_is_named_after_its_code(folder: Path) -> None:
    (folder / "wres-2.toml").rename(folder / "shortlisting.toml")
    with pytest.raises(DefinitionError, match=r"shortlisting.toml, code: the file must be named wres-2.toml"):
        load_catalogue(folder)


def test_a_measure_file_is_named_after_its_code(folder: Path) -> None:
    (folder / "measures" / "recruitment_ethnicity.toml").rename(folder / "measures" / "jobs.toml")
    with pytest.raises(DefinitionError, match=r"jobs.toml, code: the file must be named recruitment_ethnicity.toml"):
        load_catalogue(folder)


def test_broken_toml_is_named(folder: Path) -> None:
    (folder / "wres-2.toml").write_text("code = WRES-2", encoding="utf-8")
    with pytest.raises(DefinitionError, match=r"wres-2.toml, whole file: this is not valid TOML"):
        load_catalogue(folder)


DETAILS = BespokeDetails(owner="EDI lead", reviewed_on=date(2020, 1, 20), next_review_on=date(2021, 1, 20))


def computed(pair: tuple[dict[str, object], dict[str, object]], parts: dict[str, int]) -> Decimal | None:
    """The figure of an own KPI from counts by part."""

    class Typed:
        def part(self, measure: str, part: str) -> Cell:
            assert measure == pair[0]["code"]
            return Known(Decimal(parts[part]))

    check_bespoke(*pair)
    return compute(kpi_from_dict(pair[1]), Typed()).value


def test_an_own_share() -> None:
    pair = bespoke_share(
        "COCH-1",
        "Managers trained in fair recruitment practice",
        "What share of our recruiting managers is trained?",
        numerator="Recruiting managers trained",
        denominator="Recruiting managers",
        details=BespokeDetails(
            owner="EDI lead", reviewed_on=date(2020, 1, 20), next_review_on=date(2021, 1, 20), target=Decimal(90), sensitive=True
        ),
    )
    measure, kpi = measure_from_dict(pair[0]), kpi_from_dict(pair[1])
    assert computed(pair, {"events": 45, "base": 60}) == 75
    assert (measure.code, measure.sensitive, measure.window) == ("own_coch_1", True, "quarter")
    assert kpi.short_name == "Managers trained in fair"
    assert kpi.target.is_met(Decimal(90)) and not kpi.target.is_met(Decimal("89.9"))
    assert measure.checks[0].ordered == ("events", "base")


def test_an_own_count_of_things() -> None:
    details = BespokeDetails(
        owner="EDI lead",
        reviewed_on=date(2020, 1, 20),
        next_review_on=date(2021, 1, 20),
        counts="items",
        flow=False,
        direction="lower",
        target=Decimal(3),
    )
    pair = bespoke_count(
        "COCH-2", "Open access faults", "How many access faults are open?", counted="Open faults", details=details
    )
    assert computed(pair, {"value": 7}) == 7
    assert (pair[0]["protection"], pair[0]["window"]) == ("things", "snapshot")
    target = kpi_from_dict(pair[1]).target
    assert target.is_met(Decimal(3)) and not target.is_met(Decimal(4))


def test_an_own_likelihood() -> None:
    pair = bespoke_likelihood(
        "COCH-3",
        "Flexible working, men vs women",
        "How much more likely are women than men to be allowed flexible working?",
        event="Allowed",
        base="Asked",
        verb="to be allowed flexible working",
        reference="Men",
        comparison="Women",
        over="comparison",
        details=DETAILS,
    )
    value = computed(pair, {"events.reference": 20, "base.reference": 40, "events.comparison": 60, "base.comparison": 80})
    assert value == Decimal("1.5")
    kpi = kpi_from_dict(pair[1])
    assert (kpi.formula.window, kpi.snapshot_rule, kpi.direction) == ("twelve_months", "twelve_months", "closer_to_1")
    assert kpi.target.is_met(Decimal("1.25")) and not kpi.target.is_met(Decimal("1.2504"))


def test_an_own_kpi_without_target_has_none() -> None:
    pair = bespoke_count("COCH-4", "Events", "How many events?", counted="Events", details=DETAILS)
    assert kpi_from_dict(pair[1]).target.is_met(Decimal(1)) is None


def test_an_own_kpi_and_its_measure_belong_together() -> None:
    pair = bespoke_count("COCH-4", "Events", "How many events?", counted="Events", details=DETAILS)
    with pytest.raises(DefinitionError, match="own measure"):
        check_bespoke(measure_content(), pair[1])


def test_own_kpis_join_the_catalogue() -> None:
    pair = bespoke_count("COCH-4", "Events", "How many events?", counted="Events", details=DETAILS)
    joined = build_catalogue(
        [*CATALOGUE.measures.values(), measure_from_dict(pair[0])], [*CATALOGUE.kpis.values(), kpi_from_dict(pair[1])]
    )
    assert joined.kpi("COCH-4").inputs() == (PartRef("own_coch_4", "value"),)
    assert inputs_of(joined.kpi("COCH-4").formula) == (PartRef("own_coch_4", "value"),)
