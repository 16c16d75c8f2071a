"""What the checks of published figures say about pay-gap filings: shown as notes, and nothing is corrected."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kpis.selectors.published import PublishedValue
from kpis.validation import check_statement
from kpis.validation.statements import PayGapFiling, StatedPair

QUARTERS = ("gpg-women-lower", "gpg-women-lower-middle", "gpg-women-upper-middle", "gpg-women-top")
BONUS = ("gpg-bonus-men", "gpg-bonus-women")
MEAN = "gpg-mean"
CHECKED = (MEAN, *BONUS, *QUARTERS)

# Which indicators a rule speaks about, and what it found in a few words.
ABOUT: Mapping[str, tuple[tuple[str, ...], str]] = {
    "P4": (BONUS, "the bonus shares of men and women look exchanged"),
    "P5": (QUARTERS, "the pay quarters look reversed"),
    "P6": ((MEAN,), "the mean gap changed suddenly"),
    "P7": (BONUS, "the bonus shares add up to 100"),
}


@dataclass(frozen=True, slots=True)
class PublishedNote:
    """A finding about one filing: which organisation and year, in a few words, and in full."""

    label: str
    slug: str
    year: str
    rule: str
    short: str
    text: str

    @property
    def indicators(self) -> tuple[str, ...]:
        """The indicators it speaks about."""
        return ABOUT[self.rule][0]


def notes_of(values: Iterable[PublishedValue]) -> tuple[PublishedNote, ...]:
    """The findings on all filings among the values, by year and name. Each filing is read beside the one before it."""
    filings: dict[tuple[str, str], dict[str, dict[str, PublishedValue]]] = {}
    for one in values:
        if one.indicator in CHECKED:
            filings.setdefault((one.slug, one.unit_name), {}).setdefault(one.year, {})[one.indicator] = one
    notes: list[PublishedNote] = []
    for by_year in filings.values():
        before: Mapping[str, PublishedValue] = {}
        for year in sorted(by_year):
            notes += _notes(by_year[year], before)
            before = by_year[year]
    return tuple(sorted(notes, key=lambda note: (note.year, note.label.casefold(), note.rule)))


def _notes(now: Mapping[str, PublishedValue], before: Mapping[str, PublishedValue]) -> Sequence[PublishedNote]:
    first = next(iter(now.values()))
    name = f"{first.label} {first.year}"
    statements: list[PayGapFiling | StatedPair] = [
        PayGapFiling(
            name,
            women=_several(now, QUARTERS),
            last_women=_several(before, QUARTERS),
            mean_gap=_one(now, MEAN),
            last_mean_gap=_one(before, MEAN),
            bonus_men=_one(now, BONUS[0]),
            bonus_women=_one(now, BONUS[1]),
        )
    ]
    bonus, last_bonus = _several(now, BONUS), _several(before, BONUS)
    if len(bonus) == 2 and len(last_bonus) == 2:
        pair, last = (bonus[0], bonus[1]), (last_bonus[0], last_bonus[1])
        statements.append(StatedPair(f"{name}, bonus", ("men", "women"), pair, last))
    found = {
        finding.rule: PublishedNote(first.label, first.slug, first.year, finding.rule, ABOUT[finding.rule][1], finding.message)
        for statement in statements
        for finding in check_statement(statement)
        if finding.rule in ABOUT
    }
    return list(found.values())


def _one(filing: Mapping[str, PublishedValue], indicator: str) -> Decimal | None:
    return filing[indicator].value if indicator in filing else None


def _several(filing: Mapping[str, PublishedValue], indicators: Sequence[str]) -> tuple[Decimal, ...]:
    found = tuple(filing[indicator].value for indicator in indicators if indicator in filing)
    return found if len(found) == len(indicators) else ()
