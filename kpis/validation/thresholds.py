"""The numbers that the rules compare with: one frozen set, editable as a setting, never written into a rule."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Defaults as agreed for the framework year. Shares and gaps are in percentage points, head counts in people."""

    headcount_change_percent: Decimal = Decimal(10)
    headcount_change_people: Decimal = Decimal(50)
    share_change_points: Decimal = Decimal(5)
    share_least_base: Decimal = Decimal(50)
    """A share of fewer people than this moves by chance: its change is not asked about."""
    ratio_change: Decimal = Decimal("0.5")
    ratio_high: Decimal = Decimal(5)
    ratio_low: Decimal = Decimal("0.2")
    ratio_least_events: Decimal = Decimal(10)
    """A ratio that rests on fewer events than this in both groups together is not asked about."""
    ratio_ceiling: Decimal = Decimal(10)
    """A published ratio above this is taken for a percentage."""
    unknown_percent: tuple[tuple[str, Decimal], ...] = (("ethnicity", Decimal(10)), ("disability", Decimal(20)))
    quarter_difference: Decimal = Decimal(1)
    quarter_error: Decimal = Decimal(5)
    board_least: Decimal = Decimal(5)
    board_most: Decimal = Decimal(30)
    network_meeting_quarters: int = 2
    survey_least_base: Decimal = Decimal(11)
    swap_closeness: Decimal = Decimal("0.5")
    """Swapped: the exchanged reading lies at most this part as far from last year's figures as the plain one does."""
    swap_least_gap: Decimal = Decimal(1)
    """Groups closer together than this many points cannot be told apart by a swap."""
    reversal_least_distance: Decimal = Decimal(6)
    """Pay quarters whose shares moved by fewer points than this in all have no order to reverse."""
    rising_share_points: Decimal = Decimal(3)
    pay_gap_change_points: Decimal = Decimal(12)
    sum_within: Decimal = Decimal("0.2")
    fraction_sum: tuple[Decimal, Decimal] = (Decimal("0.98"), Decimal("1.02"))
    """Fractions of one whole add up to this, where percentages add up to 100."""
    bonus_sum_within: Decimal = Decimal("0.05")
    band_low: Decimal = Decimal("0.80")
    band_high: Decimal = Decimal("1.25")
    series_jump_points: Decimal = Decimal(20)
    """A share that moves by this much in a year has usually changed its definition."""
    small_count: Decimal = Decimal(7)
    """Counts from 1 to this are hidden; a percentage from which one can be worked out is as good as the count."""
    recoverable_base: int = 20
    """Percentages to 1 decimal give the counts away when a base up to this reproduces them."""
    integer_within: Decimal = Decimal("0.000001")

    def is_fraction_sum(self, total: Decimal) -> bool:
        """Whether parts of one whole were given as fractions of 1, judged by their sum."""
        return self.fraction_sum[0] <= total <= self.fraction_sum[1]

    def unknown_limit(self, code: str) -> Decimal | None:
        """The highest share not known, in percent, for a measure of this code; None where no limit is set."""
        for characteristic, limit in self.unknown_percent:
            if characteristic in code:
                return limit
        return None


DEFAULT_THRESHOLDS = Thresholds()
