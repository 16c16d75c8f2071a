"""Published figures by indicator: what each one says, in which unit, and how its years are counted. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

PAY_GAP, STAFF_SURVEY, NATIONAL = "pay-gap", "staff-survey", "national-values"


@dataclass(frozen=True, slots=True)
class PublishedIndicator:
    """One published figure. `slug` is its address; `column` its column or item in the data file.

    `finding` completes "…% " in a sentence on one year. `good` says the direction of good, or how to read a figure that has none.
    """

    slug: str
    source: str
    column: str
    title: str
    question: str
    finding: str
    unit: str
    good: str
    kpi: str = ""

    @property
    def is_gap(self) -> bool:
        """Whether it compares women's pay with men's: above 0 women's is lower."""
        return self.source == PAY_GAP and not self.column.startswith(("women", "bonus_men", "bonus_women"))


def snapshot_day(source: str, year: str) -> date:
    """The day of which a figure of this year speaks: who held a name, a code or a service then is what counts.

    Public bodies report pay of 31 March before the reporting year begins. The survey goes to the staff of 1 September.
    """
    first = int(year[:4])
    return date(first, 9, 1) if source == STAFF_SURVEY else date(first, 3, 31)


def years_between(years: tuple[str, ...]) -> tuple[str, ...]:
    """Every year from the first to the last, written as the publisher writes them: 2017-18, or 2021."""
    if not years:
        return ()
    first, last = min(years), max(years)
    split = "-" in first
    return tuple(f"{year}-{(year + 1) % 100:02d}" if split else str(year) for year in range(int(first[:4]), int(last[:4]) + 1))


_GAP = "Above 0, women's pay is below men's. Good is close to 0"
_BONUS = "Shares of different people: the two need not add up to 100"
_QUARTER = "Compare with the other quarters: an even spread has the same share in all four"
_LESS = "Lower is better"


def _pay(slug: str, column: str, title: str, question: str, finding: str, good: str, kpi: str = "") -> PublishedIndicator:
    return PublishedIndicator(slug, PAY_GAP, column, title, question, finding, "percent", good, kpi)


def _survey(slug: str, item: str, title: str, question: str, finding: str, good: str = _LESS) -> PublishedIndicator:
    return PublishedIndicator(slug, STAFF_SURVEY, item, title, question, finding, "percent", good)


def _national(slug: str, title: str, question: str, unit: str, good: str, kpi: str = "") -> PublishedIndicator:
    return PublishedIndicator(slug, NATIONAL, slug, title, question, "", unit, good, kpi)


_ALL = (
    _pay(
        "gpg-mean",
        "mean",
        "Mean gender pay gap",
        "How far is women's mean hourly pay below men's?",
        "women's mean hourly pay",
        _GAP,
        "gpg-1",
    ),
    _pay(
        "gpg-median",
        "median",
        "Median gender pay gap",
        "How far is women's median hourly pay below men's?",
        "women's median hourly pay",
        _GAP,
        "gpg-2",
    ),
    _pay(
        "gpg-bonus-mean",
        "bonus_mean",
        "Mean bonus gap",
        "How far are women's mean bonuses below men's?",
        "women's mean bonus",
        _GAP,
    ),
    _pay(
        "gpg-bonus-median",
        "bonus_median",
        "Median bonus gap",
        "How far are women's median bonuses below men's?",
        "women's median bonus",
        _GAP,
    ),
    _pay("gpg-bonus-men", "bonus_men", "Men with a bonus", "What share of men had a bonus?", "of men had a bonus", _BONUS),
    _pay(
        "gpg-bonus-women", "bonus_women", "Women with a bonus", "What share of women had a bonus?", "of women had a bonus", _BONUS
    ),
    _pay(
        "gpg-women-lower",
        "women_lower",
        "Women in the lowest paid quarter",
        "What share of the lowest paid quarter are women?",
        "of the lowest paid quarter are women",
        _QUARTER,
    ),
    _pay(
        "gpg-women-lower-middle",
        "women_lower_middle",
        "Women in the lower middle quarter",
        "What share of the lower middle pay quarter are women?",
        "of the lower middle pay quarter are women",
        _QUARTER,
    ),
    _pay(
        "gpg-women-upper-middle",
        "women_upper_middle",
        "Women in the upper middle quarter",
        "What share of the upper middle pay quarter are women?",
        "of the upper middle pay quarter are women",
        _QUARTER,
    ),
    _pay(
        "gpg-women-top",
        "women_top",
        "Women in the highest paid quarter",
        "What share of the highest paid quarter are women?",
        "of the highest paid quarter are women",
        _QUARTER,
    ),
    _survey(
        "nss-harassment-public",
        "harassment_public",
        "Harassment by patients or the public",
        "How many staff were harassed, bullied or abused by patients or the public in a year?",
        "of staff were harassed, bullied or abused by patients or the public",
    ),
    _survey(
        "nss-harassment-manager",
        "harassment_manager",
        "Harassment by managers",
        "How many staff were harassed, bullied or abused by a manager in a year?",
        "of staff were harassed, bullied or abused by a manager",
    ),
    _survey(
        "nss-harassment-colleagues",
        "harassment_colleagues",
        "Harassment by colleagues",
        "How many staff were harassed, bullied or abused by other colleagues in a year?",
        "of staff were harassed, bullied or abused by other colleagues",
    ),
    _survey(
        "nss-discrimination-internal",
        "discrimination_internal",
        "Discrimination by manager or colleagues",
        "How many staff were discriminated against by a manager or colleagues in a year?",
        "of staff were discriminated against by a manager or colleagues",
    ),
    _survey(
        "nss-discrimination-public",
        "discrimination_public",
        "Discrimination by patients or the public",
        "How many staff were discriminated against by patients or the public in a year?",
        "of staff were discriminated against by patients or the public",
    ),
    _survey(
        "nss-violence-public",
        "violence_public",
        "Violence by patients or the public",
        "How many staff met physical violence from patients or the public in a year?",
        "of staff met physical violence from patients or the public",
    ),
    _survey(
        "nss-violence-manager",
        "violence_manager",
        "Violence by managers",
        "How many staff met physical violence from a manager in a year?",
        "of staff met physical violence from a manager",
    ),
    _survey(
        "nss-violence-colleagues",
        "violence_colleagues",
        "Violence by colleagues",
        "How many staff met physical violence from other colleagues in a year?",
        "of staff met physical violence from other colleagues",
    ),
    _survey(
        "nss-ethnic-minority",
        "ethnic_minority",
        "Ethnic minority staff among those who answered",
        "What share of those who answered the survey are from an ethnic minority?",
        "of those who answered are from an ethnic minority",
        "Who answered, not who works there: no direction is better",
    ),
    _survey(
        "nss-female",
        "female",
        "Women among those who answered",
        "What share of those who answered the survey are women?",
        "of those who answered are women",
        "Who answered, not who works there: no direction is better",
    ),
    _national(
        "national-wres-1",
        "WRES 1, England",
        "What share of NHS staff in England are BME?",
        "percent",
        "Context for WRES 1",
        "wres-1",
    ),
    _national(
        "national-wres-1-vsm",
        "WRES 1, very senior managers, England",
        "What share of very senior managers in England are BME?",
        "percent",
        "Compare with the share among all staff",
        "wres-1",
    ),
    _national(
        "national-wres-1-band-5",
        "WRES 1, band 5, England",
        "What share of band 5 staff in England are BME?",
        "percent",
        "Compare with the share among all staff",
        "wres-1",
    ),
    _national(
        "national-wres-2",
        "WRES 2, England",
        "Once shortlisted, how much more likely is a White applicant than a BME applicant to be appointed?",
        "ratio",
        "White over BME. Good is close to 1",
        "wres-2",
    ),
    _national(
        "national-wres-2-spread",
        "WRES 2, trusts where White applicants are likelier",
        "In how many trusts are White applicants likelier to be appointed, by more than chance?",
        "percent",
        _LESS,
        "wres-2",
    ),
    _national(
        "national-wres-3",
        "WRES 3, England",
        "How much more likely are BME staff than White staff to enter the disciplinary process?",
        "ratio",
        "BME over White. Good is close to 1",
        "wres-3",
    ),
    _national(
        "national-wres-3-inside",
        "WRES 3, trusts inside the accepted range",
        "In how many trusts does WRES 3 lie between 0.80 and 1.25?",
        "percent",
        "Higher is better",
        "wres-3",
    ),
    _national(
        "national-wres-6",
        "WRES 6, BME staff, England",
        "How many BME staff in England were harassed, bullied or abused by other staff in a year?",
        "percent",
        _LESS,
        "wres-6",
    ),
    _national(
        "national-wres-9",
        "WRES 9, board members, England",
        "What share of board members in England are BME?",
        "percent",
        "Compare with the share among all staff",
        "wres-9",
    ),
    _national(
        "national-wdes-1",
        "WDES 1, England",
        "What share of NHS staff in England have declared a disability?",
        "percent",
        "Context for WDES 1",
        "wdes-1",
    ),
    _national(
        "national-wdes-2",
        "WDES 2, England",
        "Once shortlisted, how much more likely is a non-disabled applicant than a disabled applicant to be appointed?",
        "ratio",
        "Non-disabled over disabled. Good is close to 1",
        "wdes-2",
    ),
    _national(
        "national-wdes-3",
        "WDES 3, England",
        "How much more likely are disabled staff than non-disabled staff to enter the capability process?",
        "ratio",
        "Disabled over non-disabled. Good is close to 1",
        "wdes-3",
    ),
)

INDICATORS: Mapping[str, PublishedIndicator] = MappingProxyType({indicator.slug: indicator for indicator in _ALL})


def indicators_of(source: str) -> tuple[PublishedIndicator, ...]:
    """The indicators of one source, in the order of their pages."""
    return tuple(indicator for indicator in _ALL if indicator.source == source)
