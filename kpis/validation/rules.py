"""What a rule is: an id, its words, its level, its checks and the examples that prove it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from kpis.catalogue.measures import CellKey, Measure
from kpis.validation.facts import ReturnFacts
from kpis.validation.findings import CellAddress, Finding, Level, fingerprint
from kpis.validation.statements import Statement
from kpis.validation.thresholds import Thresholds

ReturnCheck = Callable[[ReturnFacts, Thresholds], Iterable[Finding]]
StatementCheck = Callable[[Statement, Thresholds], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Example:
    """One case of a rule: a return or a published statement, and whether the rule lets it pass."""

    note: str
    case: ReturnFacts | Statement
    passes: bool


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of validation. `level` is its usual level; the text says when a finding is graver.

    `on_return` checks a return, `on_statement` a published or imported figure; a rule has one of them or both.
    """

    id: str
    title: str
    text: str
    level: Level
    examples: tuple[Example, ...]
    on_return: ReturnCheck | None = None
    on_statement: StatementCheck | None = None

    def check(self, case: ReturnFacts | Statement, thresholds: Thresholds) -> tuple[Finding, ...]:
        """What the rule finds in a return or in a statement; empty where it does not apply."""
        if isinstance(case, ReturnFacts):
            return tuple(self.on_return(case, thresholds)) if self.on_return else ()
        return tuple(self.on_statement(case, thresholds)) if self.on_statement else ()


def figure(value: Decimal) -> str:
    """A number as a sentence shows it: thousands with a comma, no empty decimals, a real minus sign."""
    plain = format(value.normalize(), "f")
    whole, point, decimals = plain.lstrip("-").partition(".")
    return ("\u2212" if value < 0 else "") + f"{int(whole):,}" + point + decimals


def rounded(value: Decimal, places: int) -> str:
    """A number rounded half up for a sentence, with its decimals kept."""
    text = format(abs(round_half_up(value, places)), f",.{places}f")
    return ("\u2212" if round_half_up(value, places) < 0 else "") + text


def round_half_up(value: Decimal, places: int) -> Decimal:
    """Round as published tables do: a half goes away from zero."""
    return value.quantize(Decimal(1).scaleb(-places), rounding="ROUND_HALF_UP")


def cell_name(measure: Measure, cell: CellKey) -> str:
    """What a cell is called in a sentence: "BME, applied"; the row alone where the measure has one column."""
    row = measure.row(cell.row).label
    if len(measure.columns) == 1:
        return row
    column = measure.column(cell.column).short
    return f"{row}, {within_sentence(column)}"


def within_sentence(title: str) -> str:
    """A title in the middle of a sentence: its first letter small, unless it begins with an abbreviation."""
    return title if title[1:2].isupper() else title[:1].lower() + title[1:]


def address(measure: Measure, cell: CellKey) -> CellAddress:
    """The address of a cell within the return."""
    return CellAddress(measure.code, cell.row, cell.column)


def cells_fingerprint(facts: ReturnFacts, addresses: Iterable[tuple[str, str, str]], **others: Decimal | str | None) -> str:
    """A digest of the present values of cells, and of further named values that a finding rests on."""
    values: list[tuple[str, Decimal | str | None]] = [("/".join(at), facts.values.get(at)) for at in addresses]
    return fingerprint([*values, *others.items()])


def stated(rule: str, level: Level, name: str, message: str, mend: str, about: str = "") -> Finding:
    """A finding on a published or imported figure; its name keeps findings of one file apart."""
    return Finding(rule, level, f"{name}: {message}", mend, about=":".join(part for part in (name, about) if part))
