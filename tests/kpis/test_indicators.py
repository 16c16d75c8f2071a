"""Figures against worked numbers, edge rules, and properties that hold for any counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.catalogue import PartRef, load_catalogue
from kpis.catalogue.formulas import Disparity, Likelihood, inputs_of
from kpis.indicators import ABSENCES, REASONS, Absent, Cell, Figure, Known, compute

CATALOGUE = load_catalogue()


@dataclass(frozen=True)
class Given:
    """Counts by part; a text stands for the reason of an absent one, and every part not named is not returned."""

    parts: Mapping[str, int | str | Decimal] = field(default_factory=dict)

    def part(self, measure: str, part: str) -> Cell:
        found = self.parts.get(f"{measure}:{part}", "not_returned")
        return Absent(found) if isinstance(found, str) else Known(Decimal(found))


def figure(code: str, parts: Mapping[str, int | str | Decimal], component: str | None = None, **options: int) -> Figure:
    return compute(CATALOGUE.kpi(code), Given(parts), component=component, **options)


def about(value: Decimal | None, digits: int) -> Decimal:
    assert value is not None
    return round(value, digits)


def likelihood_parts(code: str, reference: tuple[int, int], comparison: tuple[int, int]) -> dict[str, int | str | Decimal]:
    formula = CATALOGUE.kpi(code).formula
    assert isinstance(formula, Likelihood)
    return {
        str(formula.reference.events): reference[0],
        str(formula.reference.base): reference[1],
        str(formula.comparison.events): comparison[0],
        str(formula.comparison.base): comparison[1],
    }


def survey_parts(
    measure: str, comparison: tuple[str, str, int], reference: tuple[str, str, int]
) -> dict[str, int | str | Decimal]:
    return {
        f"{measure}:{line}.{group}": Decimal(value)
        for group, rate, base in (comparison, reference)
        for line, value in (("rate", rate), ("base", base))
    }


WORKFORCE = {"staff_ethnicity:total.bme": 620, "staff_ethnicity:total.all": 4200}
DISABLED = {"staff_disability:total.disabled": 170, "staff_disability:total.all": 4200}


@pytest.mark.parametrize(
    ("code", "reference", "comparison", "ratio", "low", "high"),
    [
        ("WRES-2", (300, 1200), (60, 400), "1.67", "1.29", "2.15"),
        ("WRES-3", (30, 3400), (9, 620), "1.65", "0.78", "3.45"),
        ("WRES-4", (2040, 3400), (341, 620), "1.09", "1.01", "1.18"),
        ("WDES-2", (250, 1000), (20, 100), "1.25", "0.83", "1.88"),
        ("WDES-3", (20, 3000), (4, 170), "3.53", "1.22", "10.21"),
    ],
)
def test_relative_likelihoods(
    code: str, reference: tuple[int, int], comparison: tuple[int, int], ratio: str, low: str, high: str
) -> None:
    found = figure(code, likelihood_parts(code, reference, comparison))
    assert about(found.value, 2) == Decimal(ratio)
    assert (about(found.low, 2), about(found.high, 2)) == (Decimal(low), Decimal(high))
    assert (found.numerator, found.denominator) == comparison
    assert (found.reference_numerator, found.reference_denominator) == reference
    assert found.rounding_low is None and found.word == ""


def test_a_ratio_on_the_edge_of_the_band_is_exactly_there() -> None:
    assert figure("WDES-2", likelihood_parts("WDES-2", (250, 1000), (20, 100))).value == Decimal("1.25")


def test_the_two_orientations_differ() -> None:
    assert about(figure("WRES-2", likelihood_parts("WRES-2", (1, 10), (2, 10))).value, 2) == Decimal("0.50")
    assert about(figure("WRES-3", likelihood_parts("WRES-3", (1, 10), (2, 10))).value, 2) == Decimal("2.00")


def test_shares_of_bands_against_the_workforce() -> None:
    parts = {"staff_ethnicity:tier_upper.bme": 42, "staff_ethnicity:tier_upper.all": 510, **WORKFORCE}
    found = figure("WRES-1", parts)
    assert about(found.value, 2) == Decimal("-6.53")
    assert (about(found.group_value, 2), about(found.reference_value, 2)) == (Decimal("8.24"), Decimal("14.76"))
    assert found.low is not None and found.high is not None and found.low < found.value < found.high
    assert figure("REP-BME-8V", parts).value == found.value


def test_disabled_share_of_a_cluster() -> None:
    parts = {"staff_disability:cluster_1_4.disabled": 12, "staff_disability:cluster_1_4.all": 300, **DISABLED}
    assert about(figure("WDES-1", parts, "cluster_1_4").value, 2) == Decimal("-0.05")


def test_board_gaps() -> None:
    ethnicity = {"board_ethnicity:voting.bme": 1, "board_ethnicity:voting.all": 14, **WORKFORCE}
    assert about(figure("WRES-9", ethnicity).value, 2) == Decimal("-7.62")
    disability = {"board_disability:voting.disabled": 1, "board_disability:voting.all": 14, **DISABLED}
    assert about(figure("WDES-10", disability).value, 1) == Decimal("3.1")


def test_survey_pairs_stand_on_published_rates() -> None:
    harassment = survey_parts("survey_wres_5", ("bme", "30.0", 320), ("white", "25.0", 1820))
    assert figure("WRES-5", harassment).value == Decimal("5.0")
    chances = figure("WRES-7", survey_parts("survey_wres_7", ("bme", "45.0", 320), ("white", "59.0", 1820)))
    assert chances.value == Decimal("-14.0")
    assert (about(chances.low, 1), about(chances.high, 1)) == (Decimal("-19.8"), Decimal("-8.1"))
    assert chances.numerator is None and chances.reference_numerator is None, "a weighted rate is never rebuilt into a count"
    assert (chances.denominator, chances.reference_denominator) == (320, 1820)


def test_adjustments_and_engagement() -> None:
    adjusted = figure("WDES-8", {"survey_wdes_8:rate.disabled": Decimal("72.4"), "survey_wdes_8:base.disabled": 290})
    assert adjusted.value == Decimal("72.4") and adjusted.numerator is None and adjusted.denominator == 290
    scores = {"motivation": ("6.9", "7.2"), "involvement": ("6.6", "6.9"), "advocacy": ("6.6", "6.9")}
    parts: dict[str, int | str | Decimal] = {}
    for name, (ours, theirs) in scores.items():
        parts |= {f"survey_engagement:{name}.disabled": Decimal(ours), f"survey_engagement:{name}.non_disabled": Decimal(theirs)}
    parts |= {"survey_engagement:base.disabled": 290, "survey_engagement:base.non_disabled": 1500}
    found = figure("WDES-9a", parts)
    assert (found.group_value, found.reference_value, found.value) == (Decimal("6.7"), Decimal("7.0"), Decimal("-0.3"))
    assert (found.denominator, found.reference_denominator) == (290, 1500)


def test_race_disparity_ratios_multiply() -> None:
    parts: dict[str, int | str | Decimal] = {}
    for tier, (white, bme) in {"tier_lower": (1000, 300), "cluster_6_7": (600, 120), "tier_upper": (200, 20)}.items():
        parts |= {f"staff_ethnicity:{tier}.white": white, f"staff_ethnicity:{tier}.bme": bme}
    low, up, whole = (figure("RDR-1", parts, key).value for key in ("lower_middle", "middle_upper", None))
    assert (low, up, whole) == (Decimal("1.5"), Decimal(2), Decimal(3))


def test_pay_gaps_divide_by_mens_pay() -> None:
    def gap(code: str, stat: str, men: str, women: str) -> Decimal | None:
        measure = "hourly_pay" if code in ("GPG-1", "GPG-2") else "bonus_pay"
        return figure(code, {f"{measure}:{stat}.men": Decimal(men), f"{measure}:{stat}.women": Decimal(women)}).value

    assert about(gap("GPG-1", "mean", "18.50", "14.40"), 2) == Decimal("22.16")
    assert about(gap("GPG-2", "median", "16", "13"), 2) == Decimal("18.75")
    assert about(gap("GPG-1", "mean", "100", "101.8"), 1) == Decimal("-1.8")
    assert gap("GPG-3", "mean", "1000", "0") == 100
    assert figure("GPG-4", {"bonus_pay:median.men": 0, "bonus_pay:median.women": 10}).reason == "zero_pay"


def test_bonus_receipt_and_pay_quarters() -> None:
    receipt = {"bonus_receipt:received.women": 20, "bonus_receipt:employed.women": 2000}
    receipt |= {"bonus_receipt:received.men": 30, "bonus_receipt:employed.men": 600}
    assert figure("GPG-5", receipt).value == Decimal(-4)
    assert figure("GPG-5", receipt, "men").value == Decimal(5)
    quarters = {"pay_quarters:upper.women": 60, "pay_quarters:upper.all": 100}
    quarters |= {"pay_quarters:total.women": 300, "pay_quarters:total.all": 400}
    assert figure("GPG-6", quarters).value == Decimal(-15)
    assert figure("GPG-6", quarters, "upper").value == Decimal(60)


def eds_parts(services: tuple[int, int, int], domain_2: int, domain_3: int) -> dict[str, int | str | Decimal]:
    parts: dict[str, int | str | Decimal] = {}
    for number, total in enumerate(services, start=1):
        parts |= {f"eds_domain_1:1{letter}.service_{number}": 0 for letter in "abcd"} | {
            f"eds_domain_1:1a.service_{number}": total
        }
    parts |= {f"eds_domain_2:2{letter}": 0 for letter in "abcd"} | {"eds_domain_2:2a": domain_2}
    return parts | {f"eds_domain_3:3{letter}": 0 for letter in "abc"} | {"eds_domain_3:3a": domain_3}


def test_eds_takes_the_middle_service_and_rates_the_total() -> None:
    total = figure("EDS-T", eds_parts((9, 8, 6), 7, 6))
    assert (total.value, total.denominator, total.word) == (21, 33, "Developing")
    assert figure("EDS-T", eds_parts((9, 9, 6), 7, 6)).word == "Achieving"
    assert figure("EDS-D1", eds_parts((6, 5, 4), 0, 0)).value == 5
    assert figure("EDS-D1", eds_parts((4, 6, 5), 0, 0), "service_2").value == 6
    assert figure("EDS-T", eds_parts((12, 12, 12), 12, 9)).word == "Excelling"
    assert figure("EDS-T", eds_parts((0, 2, 3), 3, 2)).word == "Undeveloped"
    assert figure("EDS-D3", eds_parts((0, 0, 0), 0, 10)).reason == "impossible_counts"


def test_counts_sums_rates_and_answers() -> None:
    networks = {"networks_core:active.bame": 1, "networks_core:active.lgbt": 1, "networks_core:active.disability": 0}
    core = figure("NET-1", networks)
    assert (core.value, core.denominator) == (2, 3)
    assert figure("NET-1", networks, "disability").word == "no"
    members = {"network_members:members": 84, "staff_ethnicity:total.all": 4200, "network_budget:budget": 5000}
    assert figure("NET-4", members).value == 20
    assert figure("NET-4", members, "budget").value == 5000
    assert figure("CAP-1", {"edi_posts:funded": Decimal("2.10"), "staff_ethnicity:total.all": 4200}).value == Decimal("0.5")
    hours = {"network_time:lead_hours": 24, "network_time:leads": 6}
    assert figure("NET-3", hours, "lead_hours").value == 4
    assert figure("BRD-3", {"board_governance:discussed": 1, "board_governance:framework": 0}).value == 1
    assert figure("WDES-9b", {"disabled_voices:action": 1}).value == 1
    assert figure("WDES-9b", {"disabled_voices:action": 2}).reason == "impossible_counts"
    assert (
        figure(
            "STR-1", {f"strategy_alignment:{key}": 2 for key in ("vision", "objectives", "kpis", "governance", "review_date")}
        ).value
        == 10
    )


@pytest.mark.parametrize(("position", "option", "met"), [(1, "lead", 1), (2, "co_lead", 1), (3, "consulted", 0), (4, "no", 0)])
def test_a_choice_is_stored_by_its_position(position: int, option: str, met: int) -> None:
    found = figure("CAP-4", {"survey_leadership:role": position})
    assert (found.word, found.value) == (option, met)


@pytest.mark.parametrize("position", [0, 5, Decimal("1.5")])
def test_a_position_that_no_option_has_is_no_answer(position: int | Decimal) -> None:
    assert figure("CAP-4", {"survey_leadership:role": position}).reason == "impossible_counts"


def test_shares_of_things() -> None:
    found = figure("EIA-1", {"eia:assessed.all": 9, "eia:needed.all": 12})
    assert (found.value, found.numerator, found.denominator) == (75, 9, 12)
    nothing = figure("EIA-1", {"eia:assessed.all": 0, "eia:needed.all": 0})
    assert (nothing.status, nothing.reason, nothing.value) == ("not_calculable", "no_base", None)


def test_no_cases_above_the_line_is_nought_without_an_interval() -> None:
    found = figure("WRES-3", likelihood_parts("WRES-3", (30, 3400), (0, 620)))
    assert (found.value, found.low, found.high, found.status) == (0, None, None, "shown")


@pytest.mark.parametrize(
    ("reference", "comparison", "reason"),
    [
        ((0, 3400), (9, 620), "no_reference_cases"),
        ((0, 3400), (0, 620), "no_reference_cases"),
        ((0, 0), (9, 620), "no_comparison_group"),
        ((30, 3400), (0, 0), "no_staff_in_group"),
        ((3401, 3400), (9, 620), "impossible_counts"),
    ],
)
def test_ratios_that_cannot_be_calculated(reference: tuple[int, int], comparison: tuple[int, int], reason: str) -> None:
    found = figure("WRES-3", likelihood_parts("WRES-3", reference, comparison))
    assert (found.status, found.reason, found.value) == ("not_calculable", reason, None)
    assert (found.numerator, found.reference_numerator) == (comparison[0], reference[0])


def test_nobody_in_the_band_is_not_nought() -> None:
    empty = {"staff_ethnicity:vsm.bme": 0, "staff_ethnicity:vsm.all": 0, **WORKFORCE}
    assert figure("REP-BME-8V", empty, "vsm").reason == "no_staff_in_group"
    nobody = {"staff_ethnicity:total.bme": 0, "staff_ethnicity:total.all": 0}
    assert figure("REP-BME-8V", empty | nobody, "vsm").reason == "no_comparison_group"
    no_tier = dict.fromkeys(map(str, inputs_of(CATALOGUE.kpi("RDR-1").formula)), 0)
    assert figure("RDR-1", no_tier).reason == "no_lower_tier"


def test_counts_that_contradict_each_other_give_no_figure() -> None:
    assert figure("EIA-1", {"eia:assessed.all": 13, "eia:needed.all": 12}).reason == "impossible_counts"
    too_many = {"staff_ethnicity:vsm.bme": 3, "staff_ethnicity:vsm.all": 2, **WORKFORCE}
    assert figure("REP-BME-8V", too_many, "vsm").reason == "impossible_counts"
    whole = {
        "staff_ethnicity:vsm.bme": 1,
        "staff_ethnicity:vsm.all": 2,
        "staff_ethnicity:total.bme": 9,
        "staff_ethnicity:total.all": 8,
    }
    assert figure("REP-BME-8V", whole, "vsm").reason == "impossible_counts"
    survey = survey_parts("survey_wres_5", ("bme", "130.0", 320), ("white", "25.0", 1820))
    assert figure("WRES-5", survey).reason == "impossible_counts"
    assert figure("NET-4", {"network_members:members": 1, "staff_ethnicity:total.all": 0}).reason == "no_base"


def test_pooling_adds_up_counts_and_is_not_an_average() -> None:
    x, y = ((250, 1000), (15, 100)), ((60, 200), (50, 200))
    apart = [figure("WRES-2", likelihood_parts("WRES-2", *pair)).value for pair in (x, y)]
    assert [about(value, 2) for value in apart] == [Decimal("1.67"), Decimal("1.20")]
    pooled = figure("WRES-2", likelihood_parts("WRES-2", (310, 1200), (65, 300)))
    assert about(pooled.value, 2) == Decimal("1.19")


def test_unknown_staff_stay_in_the_denominator_of_a_share() -> None:
    with_unknown = figure("DQ-1", {"staff_ethnicity:total.unknown": 180, "staff_ethnicity:total.all": 4200})
    assert about(with_unknown.value, 2) == Decimal("4.29")
    white, bme, unknown = (
        CATALOGUE.measure("staff_ethnicity").cells_of(f"total.{group}") for group in ("white", "bme", "unknown")
    )
    assert set(CATALOGUE.measure("staff_ethnicity").cells_of("total.all")) == {*white, *bme, *unknown}


def test_a_released_ratio_carries_its_rounding_range() -> None:
    found = figure("WRES-2", likelihood_parts("WRES-2", (200, 700), (10, 60)), rounding=2)
    assert about(found.value, 2) == Decimal("1.71")
    assert (about(found.rounding_low, 1), about(found.rounding_high, 1)) == (Decimal("1.4"), Decimal("2.2"))


def test_a_count_may_state_its_own_spread() -> None:
    @dataclass(frozen=True)
    class Summed:
        def part(self, measure: str, part: str) -> Cell:
            return Known(Decimal(100), spread=Decimal(6)) if part == "total.all" else Known(Decimal(10), spread=Decimal(0))

    found = compute(CATALOGUE.kpi("DQ-1"), Summed(), rounding=2)
    assert (about(found.rounding_low, 2), about(found.rounding_high, 2)) == (Decimal("9.43"), Decimal("10.64"))


@pytest.mark.parametrize(
    ("reference", "comparison", "word"),
    [
        ((200, 700), (10, 60), "similar"),
        ((600, 700), (10, 60), "higher"),
        ((10, 700), (15, 60), "lower"),
        ((0, 700), (15, 60), "lower"),
    ],
)
def test_few_cases_give_a_word_and_no_number(reference: tuple[int, int], comparison: tuple[int, int], word: str) -> None:
    found = figure("WRES-2", likelihood_parts("WRES-2", reference, comparison), rounding=2, few_below=20)
    assert (found.status, found.reason, found.word) == ("too_few", "few_cases", word)
    assert (found.value, found.low, found.high, found.rounding_low) == (None, None, None, None)


def test_twenty_cases_are_enough_for_a_number() -> None:
    found = figure("WRES-2", likelihood_parts("WRES-2", (200, 700), (20, 60)), rounding=2, few_below=20)
    assert found.is_shown and found.word == ""


def test_a_disparity_from_few_people_is_a_word_too() -> None:
    formula = CATALOGUE.kpi("RDR-1").formula
    assert isinstance(formula, Disparity)
    parts = dict(zip(map(str, inputs_of(formula)), (1000, 0, 300, 10), strict=True))
    assert figure("RDR-1", parts, few_below=20).word == "lower"


@pytest.mark.parametrize("reason", ABSENCES)
def test_an_absent_count_gives_its_reason(reason: str) -> None:
    parts = likelihood_parts("WRES-2", (300, 1200), (60, 400)) | {"recruitment_ethnicity:appointed.bme": reason}
    found = figure("WRES-2", parts)
    assert (found.status, found.value, found.numerator) == (reason, None, None)


def test_withheld_outweighs_every_other_reason() -> None:
    for other in ABSENCES[1:]:
        parts = likelihood_parts("WRES-2", (300, 1200), (60, 400))
        parts |= {"recruitment_ethnicity:appointed.white": other, "recruitment_ethnicity:shortlisted.bme": "withheld"}
        assert figure("WRES-2", parts).status == "withheld"


def test_an_absence_needs_a_known_reason() -> None:
    with pytest.raises(ValueError, match="withheld"):
        Absent("lost")


def synthetic_cells() -> dict[tuple[str, str, str], Decimal]:
    """A full return: every cell of every measure, in agreement with the order the measure asks for."""
    plain = {"percent": "25", "score": "2", "yes_no": "1", "choice": "1", "pounds": "15", "wte": "2.5", "hours": "4"}
    values: dict[tuple[str, str, str], Decimal] = {}
    for measure in CATALOGUE.measures.values():
        ranks = {key: rank for check in measure.checks for rank, key in enumerate(check.ordered)}
        for cell in measure.cells():
            unit = measure.unit_of(cell)
            rank = max(ranks.get(cell.row, 0), ranks.get(cell.column, 0))
            values[measure.code, cell.row, cell.column] = Decimal(plain.get(unit) or 40 + 20 * rank)
    return values


@dataclass(frozen=True)
class FullReturn:
    """Sums of synthetic cells."""

    cells: Mapping[tuple[str, str, str], Decimal]

    def part(self, measure: str, part: str) -> Cell:
        keys = CATALOGUE.measure(measure).cells_of(part)
        return Known(sum((self.cells[measure, key.row, key.column] for key in keys), Decimal(0)))


def every_figure() -> list[tuple[str, str | None]]:
    return [(kpi.code, key) for kpi in CATALOGUE.kpis.values() for key in (None, *(item.key for item in kpi.components))]


@pytest.mark.parametrize(("code", "component"), every_figure())
def test_every_kpi_computes_from_a_full_return(code: str, component: str | None) -> None:
    kpi = CATALOGUE.kpi(code)
    found = compute(kpi, FullReturn(synthetic_cells()), component=component)
    assert found.is_shown, f"{found.status} {found.reason}"
    assert found.unit == kpi.unit_of(component)
    if found.unit == "percent" and kpi.formula_of(component).kind == "share":
        assert found.value is not None and 0 <= found.value <= 100


@pytest.mark.parametrize(("code", "component"), every_figure())
def test_every_kpi_is_withheld_when_one_of_its_counts_is(code: str, component: str | None) -> None:
    formula = CATALOGUE.kpi(code).formula_of(component)

    @dataclass(frozen=True)
    class OneHidden:
        hidden: PartRef

        def part(self, measure: str, part: str) -> Cell:
            return (
                Absent("withheld") if PartRef(measure, part) == self.hidden else FullReturn(synthetic_cells()).part(measure, part)
            )

    for ref in inputs_of(formula)[:2]:
        found = compute(CATALOGUE.kpi(code), OneHidden(ref), component=component)
        assert (found.status, found.value, found.numerator, found.group_value) == ("withheld", None, None, None)


def rounded(count: int) -> int:
    return (count + 2) // 5 * 5


counts = st.integers(8, 5000)


@given(counts, counts, counts, counts)
def test_the_rounding_range_holds_the_exact_ratio(a: int, more_a: int, b: int, more_b: int) -> None:
    exact = figure("WRES-2", likelihood_parts("WRES-2", (a, a + more_a), (b, b + more_b)))
    shown = figure(
        "WRES-2", likelihood_parts("WRES-2", (rounded(a), rounded(a + more_a)), (rounded(b), rounded(b + more_b))), rounding=2
    )
    assert shown.rounding_low is not None and shown.rounding_high is not None and exact.value is not None
    assert shown.rounding_low <= exact.value <= shown.rounding_high


@given(counts, counts)
def test_the_rounding_range_holds_the_exact_share(events: int, others: int) -> None:
    parts = {"staff_ethnicity:total.unknown": events, "staff_ethnicity:total.all": events + others}
    exact = figure("DQ-1", parts).value
    shown = figure("DQ-1", {key: rounded(int(value)) for key, value in parts.items()}, rounding=2)
    assert shown.rounding_low is not None and shown.rounding_high is not None and exact is not None
    assert shown.rounding_low <= exact <= shown.rounding_high


@given(counts, counts, counts, counts)
def test_a_ratio_lies_inside_its_interval_and_turns_over_with_the_groups(a: int, more_a: int, b: int, more_b: int) -> None:
    one = figure("WRES-2", likelihood_parts("WRES-2", (a, a + more_a), (b, b + more_b)))
    other = figure("WRES-3", likelihood_parts("WRES-3", (a, a + more_a), (b, b + more_b)))
    assert one.value is not None and other.value is not None and one.low is not None and one.high is not None
    assert one.low <= one.value <= one.high
    assert abs(one.value * other.value - 1) < Decimal("1e-20")


def test_every_reason_of_the_statistics_is_a_reason_of_a_figure() -> None:
    assert {"no_reference_cases", "no_staff_in_group", "no_comparison_group", "no_lower_tier", "zero_pay"} <= set(REASONS)
