"""Figures as others print them: one frozen value for each kind of statement that a published page or a file makes.

A statement keeps what was printed (value, decimals, unit, words); the rules judge it and never correct it.
All percentages are 0 to 100; shares and gaps are in percentage points.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class StatedRatio:
    """A printed relative likelihood. `orientation` says which group is above the line ("White over BME"); empty when not said.

    `first_share` and `second_share` are the rates of the group above and below the line, unrounded.
    `says_first_more_likely` is what the words claim, None when they claim nothing; `events` the cases behind it, if known.
    """

    name: str
    value: Decimal
    decimals: int = 2
    orientation: str = ""
    has_percent_sign: bool = False
    first_share: Decimal | None = None
    second_share: Decimal | None = None
    says_first_more_likely: bool | None = None
    events: Decimal | None = None
    band: tuple[Decimal, Decimal] | None = None


@dataclass(frozen=True, slots=True)
class StatedShares:
    """Printed percentages of one whole, with their labels."""

    name: str
    parts: tuple[tuple[str, Decimal], ...]
    decimals: int = 1


@dataclass(frozen=True, slots=True)
class StatedChange:
    """A printed change of a figure. `unit` is "%" or "pp"; `base_unit` is "share" (both figures are percentages) or "count".

    `stated` is signed; None when only the direction is claimed: `claims_rise` is then true or false.
    """

    name: str
    before: Decimal
    now: Decimal
    base_unit: str
    stated: Decimal | None = None
    unit: str = "pp"
    claims_rise: bool | None = None
    decimals: int = 1


@dataclass(frozen=True, slots=True)
class StatedPence:
    """Words on a pay gap: how many pence more (negative: less) the group is said to earn for each pound."""

    name: str
    gap_percent: Decimal
    stated_pence_more: Decimal


@dataclass(frozen=True, slots=True)
class StatedPair:
    """Two groups' percentages, last year's where there is one, and which label usually has the higher figure."""

    name: str
    labels: tuple[str, str]
    now: tuple[Decimal, Decimal]
    last_year: tuple[Decimal, Decimal] | None = None
    usually_higher: str = ""


@dataclass(frozen=True, slots=True)
class PayGapFiling:
    """A gender pay gap filing. `women` is the share of women in each pay quarter, lowest first."""

    name: str
    women: tuple[Decimal, ...] = ()
    last_women: tuple[Decimal, ...] = ()
    mean_gap: Decimal | None = None
    last_mean_gap: Decimal | None = None
    bonus_men: Decimal | None = None
    bonus_women: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Filing:
    """One published filing of a reporting unit of an organisation; `closed_on` when the organisation has ended."""

    organisation: str
    reporting_unit: str
    year: str
    version: int
    filed_on: date
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Filings:
    """Filings to be stored together."""

    filings: tuple[Filing, ...]


@dataclass(frozen=True, slots=True)
class CountWithPercent:
    """A printed count and the percentage beside it; `total` when the whole is printed too."""

    label: str
    count: Decimal
    percent: Decimal
    decimals: int
    total: Decimal | None = None


@dataclass(frozen=True, slots=True)
class StatedCounts:
    """Counts with percentages that are said to have the same whole."""

    name: str
    items: tuple[CountWithPercent, ...]


@dataclass(frozen=True, slots=True)
class StatedSides:
    """The two sides of a difference, each with the day of its figures."""

    name: str
    part: str
    part_on: date
    whole: str
    whole_on: date


@dataclass(frozen=True, slots=True)
class StatedRate:
    """A printed percentage with the number who answered."""

    name: str
    percent: Decimal
    base: Decimal


@dataclass(frozen=True, slots=True)
class BandCount:
    """How many bodies lie above and below a band of ratios, and the percentage printed as inside."""

    name: str
    above: int
    below: int
    inside: int
    stated_inside_percent: Decimal
    decimals: int = 1


@dataclass(frozen=True, slots=True)
class StatedSeries:
    """A printed series of yearly percentages, oldest first, and the years at which its definition changed."""

    name: str
    points: tuple[tuple[int, Decimal], ...]
    breaks: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class StatedHeading:
    """The heading under which a figure was printed, and the name in the definition of the KPI."""

    kpi: str
    heading: str
    definition: str


@dataclass(frozen=True, slots=True)
class StatedComparator:
    """A national or peer value with its year and source; `standard_began` is the first year of its standard."""

    name: str
    value: Decimal
    year: int | None
    source: str
    standard_began: int


@dataclass(frozen=True, slots=True)
class TwoSources:
    """The same figures as two sources print them, by name."""

    name: str
    one: tuple[tuple[str, Decimal], ...]
    other: tuple[tuple[str, Decimal], ...]


@dataclass(frozen=True, slots=True)
class RequotedFigure:
    """A figure as printed at first, and as a later page quotes it with its decimals."""

    name: str
    first: Decimal
    quoted: Decimal
    quoted_decimals: int


Statement = (
    StatedRatio
    | StatedShares
    | StatedChange
    | StatedPence
    | StatedPair
    | PayGapFiling
    | Filings
    | StatedCounts
    | StatedSides
    | StatedRate
    | BandCount
    | StatedSeries
    | StatedHeading
    | StatedComparator
    | TwoSources
    | RequotedFigure
)
