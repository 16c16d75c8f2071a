"""What one reader can take from rendered pages about counts, format by format: visible tables, chart data, CSV, workbook.

Everything is read off the bytes of responses and the public definitions of KPIs. Nothing of the disclosure engine is used:
how far a rounded count may lie from the truth is the published rule.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from io import BytesIO, StringIO

from openpyxl import load_workbook

from kpis.catalogue import KpiDefinition, Measure
from kpis.catalogue.formulas import CountGroup, Likelihood, PairGap, Share, ShareGap
from tests.attack.puzzle import Line

FORMATS = ("HTML", "chart data", "CSV", "XLSX", "API")
ROUNDING = 2  # a rounded count is within 2 of the truth
LEAST_SHOWN = 8
_PAIR = re.compile(r"([\d,]+) of ([\d,]+)")
_PERCENT = re.compile(r"(\d+)(\.\d)?%")


@dataclass(frozen=True)
class Told:
    """One statement about a figure: whose, of which group, and its count, base or share, whichever the format says."""

    code: str
    component: str
    who: str
    reference: bool = False
    count: int | None = None
    base: int | None = None
    share: tuple[float, float] | None = None


@dataclass
class Knowledge:
    """The public definitions, and who is behind each name on a page: (level, organisations)."""

    kpis: Mapping[str, KpiDefinition]
    measures: Mapping[str, Measure]
    names: Mapping[str, tuple[str, ...]]
    quarter: str
    told: set[Told] = field(default_factory=set)

    def formula(self, one: Told) -> Share | Likelihood | ShareGap | PairGap | None:
        """The formula that a statement speaks of, if it is one of counts."""
        kpi = self.kpis.get(one.code)
        component = next((item.key for item in kpi.components if one.component in (item.label, item.key)), None) if kpi else None
        if kpi is None or (one.component and component is None):
            return None
        formula = kpi.formula_of(component)
        return formula if isinstance(formula, Share | Likelihood | ShareGap | PairGap) else None

    def group(self, one: Told) -> CountGroup | None:
        """The group of people that a statement is about."""
        formula = self.formula(one)
        if isinstance(formula, Share):
            group = formula.group
        elif isinstance(formula, ShareGap):
            group = formula.whole if one.reference else formula.part
        elif formula is not None:
            group = formula.reference if one.reference else formula.comparison
        else:
            return None
        return group if isinstance(group, CountGroup) else None

    def lines(self, measure: str) -> Iterator[Line]:
        """Everything told about one measure as sums of unknown counts."""
        for one in sorted(self.told, key=repr):
            group = self.group(one)
            if group is None or group.events.measure != measure or group.base.measure != measure or one.who not in self.names:
                continue
            events, base = self._cells(one.who, group.events), self._cells(one.who, group.base)
            if one.count is not None:
                yield _counted(one.count, events, self._pieces(group.events))
            if one.base is not None:
                yield _counted(one.base, base, self._pieces(group.base))
            if one.share is not None:
                yield from self._shared(one.share, events, base, group)

    def _shared(self, share: tuple[float, float], events: frozenset, base: frozenset, group: CountGroup) -> Iterator[Line]:
        """low * N <= n <= high * N for released n and N, each within its rounding of the true sums."""
        slack = ROUNDING * (self._pieces(group.events) + self._pieces(group.base))
        for bound, low, high in ((share[0], -slack, float("inf")), (share[1], float("-inf"), slack)):
            weights = {name: (name in events) - bound * (name in base) for name in events | base}
            yield Line({name: weight for name, weight in weights.items() if weight}, low, high)

    def _pieces(self, ref: object) -> int:
        return len(self.measures[ref.measure].parts_of(ref.part))  # type: ignore[attr-defined]

    def _cells(self, who: str, ref: object) -> frozenset:
        cells = self.measures[ref.measure].cells_of(ref.part)  # type: ignore[attr-defined]
        return frozenset((slug, f"{self.quarter}:{cell}") for slug in self.names[who] for cell in cells)


def _counted(count: int, cells: frozenset, pieces: int) -> Line:
    if count == 0:
        return Line(dict.fromkeys(cells, 1.0), 0, 0)
    return Line(dict.fromkeys(cells, 1.0), max(count - ROUNDING * pieces, LEAST_SHOWN), count + ROUNDING * pieces)


def from_csv(code: str, content: bytes) -> Iterator[Told]:
    """The rows of the file of a KPI's figures."""
    for row in csv.DictReader(StringIO(content.decode("utf-8-sig"))):
        if row["Statistic"] == "median":
            continue
        for reference, heads in enumerate((("Numerator", "Denominator"), ("Reference numerator", "Reference denominator"))):
            count, base = (_whole(row[head]) for head in heads)
            if count is not None or base is not None:
                yield Told(code, row["Component"], row["Organisation or kind"], bool(reference), count, base)


def from_api(names: Mapping[str, str], content: bytes) -> Iterator[Told]:
    """The rows of the API's figures; `names` says how pages call an organisation, a kind and the whole."""
    for row in json.loads(content)["results"]:
        if row["statistic"] == "median":
            continue
        who = names[row["organisation"] or row["peer_group"]]
        for reference, heads in enumerate((("numerator", "denominator"), ("reference_numerator", "reference_denominator"))):
            count, base = (None if row[head] is None else int(row[head]) for head in heads)
            if count is not None or base is not None:
                yield Told(row["kpi"], row["component"], who, bool(reference), count, base)


def _whole(text: str) -> int | None:
    return int(float(text)) if text else None


class _Rows(HTMLParser):
    """Rows of tables: heading of the row, and label → text of its cells; scripts of chart data apart."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[tuple[str, dict[str, str]]] = []
        self.scripts: list[str] = []
        self._cell: str | None = None
        self._small = self._json = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "tr":
            self.rows.append(("", {}))
        elif tag == "th" and known.get("scope") == "row":
            self._cell = ""
        elif tag == "td" and self.rows:
            self._cell = known.get("data-l") or f"column {len(self.rows[-1][1])}"
        elif tag == "small":
            self._small = True
        elif tag == "script" and known.get("type") == "application/json":
            self._json = True

    def handle_endtag(self, tag: str) -> None:
        if tag in ("th", "td", "tr"):
            self._cell = None
        elif tag == "small":
            self._small = False
        elif tag == "script":
            self._json = False

    def handle_data(self, data: str) -> None:
        if self._json:
            self.scripts.append(data)
        elif self._cell is not None and not self._small and self.rows:
            name, cells = self.rows[-1]
            if self._cell == "":
                self.rows[-1] = (name + data.strip(), cells)
            else:
                cells[self._cell] = f"{cells.get(self._cell, '')} {data.strip()}".strip()


def from_html(kpi: KpiDefinition, page: str) -> Iterator[Told]:
    """Counts and shares in the visible tables of a KPI's page."""
    parser = _Rows()
    parser.feed(page)
    formula = kpi.formula_of(None)
    for name, cells in parser.rows:
        pairs = [found for text in cells.values() if (found := _PAIR.fullmatch(text))]
        for order, found in enumerate(pairs):
            reference = order == 0 if isinstance(formula, Likelihood) else order == 1
            yield Told(kpi.code, "", name, reference, *(int(part.replace(",", "")) for part in found.groups()))
        if isinstance(formula, Share) and (share := _share(cells.get("Figure") or cells.get("Pooled") or "")):
            yield Told(kpi.code, "", name, share=share)


def from_charts(kpi: KpiDefinition, page: str) -> Iterator[Told]:
    """Shares and counts in the data behind the charts, hover texts included."""
    parser = _Rows()
    parser.feed(page)
    if not isinstance(kpi.formula_of(None), Share):
        return
    for text in (leaf for script in parser.scripts for leaf in _texts(json.loads(script))):
        name, colon, rest = text.partition(": ")
        if colon and (share := _share(rest.split(",")[0].split(" ")[0])):
            yield Told(kpi.code, "", name, share=share)
        if colon and (pair := _PAIR.search(rest)):
            yield Told(kpi.code, "", name, False, *(int(part.replace(",", "")) for part in pair.groups()))


def _texts(item: object) -> Iterator[str]:
    if isinstance(item, str):
        yield item
    elif isinstance(item, dict):
        for value in item.values():
            yield from _texts(value)
    elif isinstance(item, list):
        for value in item:
            yield from _texts(value)


def from_workbook(content: bytes) -> Iterator[Told]:
    """Shares in the workbook of the overview; a hidden sheet would be read as well."""
    book = load_workbook(BytesIO(content), read_only=True)
    for sheet in book.worksheets:
        rows = list(sheet.iter_rows(values_only=True))
        if not rows or "Figure" not in rows[0]:
            continue
        heads = {str(head): number for number, head in enumerate(rows[0])}
        for row in rows[1:]:
            if share := _share(str(row[heads["Figure"]])):
                yield Told(str(row[heads["KPI"]]), "", str(row[heads["Organisation"]]), share=share)
    book.close()


def _share(text: str) -> tuple[float, float] | None:
    """What a rounded percentage can stand for: "12%" is 11.5 to 12.5."""
    found = _PERCENT.match(text.strip())
    if not found:
        return None
    half = 0.05 if found[2] else 0.5
    value = float(found[1] + (found[2] or ""))
    return max(value - half, 0) / 100, (value + half) / 100
