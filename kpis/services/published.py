"""Load published figures from their data files. They stand apart: nothing here reaches a collection or a release."""

import csv
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db import transaction

from edi_portal.audit.services import record
from kpis.models.published import PublishedFigure, PublishedSource
from kpis.published_indicators import INDICATORS, NATIONAL, PAY_GAP, STAFF_SURVEY, indicators_of, snapshot_day
from organisations.models import OrganisationCode

DATA = Path(__file__).resolve().parent.parent / "data" / "published"
ENGLAND = "England"


@dataclass(frozen=True, slots=True)
class PublishedRow:
    """One figure as the files give it. `code` is the ODS code of the publisher, empty for England."""

    source: str
    code: str
    reported_name: str
    reporting_unit: str
    year: str
    indicator: str
    value: Decimal
    unit: str
    base: Decimal | None = None
    note: str = ""
    address: str = ""


@transaction.atomic
def load_published(*, data: Path = DATA) -> int:
    """Store the files' figures; returns how many figures were written. Loading the same files again writes nothing."""
    known = _Organisations()
    written = 0
    for about in _read(data / "sources.csv"):
        rows = list(_rows(about["code"], data))
        linked = [(row, known.holder(row)) for row in rows]
        content = [about, [[str(part) for part in (*_plain(row), holder)] for row, holder in linked]]
        mark = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
        if PublishedSource.objects.filter(code=about["code"], fingerprint=mark).exists():
            continue
        source, _ = PublishedSource.objects.update_or_create(code=about.pop("code"), defaults={**about, "fingerprint": mark})
        source.figures.all().delete()
        PublishedFigure.objects.bulk_create(_figure(source, row, holder) for row, holder in linked)
        written += len(linked)
    if written:
        record(action="published.loaded", by=None, subject="published", details={"rows": written})
    return written


def _figure(source: PublishedSource, row: PublishedRow, holder: int | None) -> PublishedFigure:
    return PublishedFigure(
        source=source,
        organisation_id=holder,
        reported_name=row.reported_name,
        reporting_unit=row.reporting_unit,
        year=row.year,
        indicator=row.indicator,
        value=row.value,
        unit=row.unit,
        base=row.base,
        note=row.note,
        address=row.address,
    )


def _plain(row: PublishedRow) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in PublishedRow.__slots__)


class _Organisations:
    """Who held an ODS code on the day of which a figure speaks."""

    def __init__(self) -> None:
        self._held: dict[str, list[OrganisationCode]] = {}
        for code in OrganisationCode.objects.all():
            self._held.setdefault(code.code, []).append(code)

    def holder(self, row: PublishedRow) -> int | None:
        """The organisation's key; None for England and for a row of two organisations together."""
        day = snapshot_day(row.source, row.year)
        return next((code.organisation_id for code in self._held.get(row.code, ()) if code.holds_on(day)), None)


def _read(file: Path) -> Iterator[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def _rows(source: str, data: Path) -> Iterator[PublishedRow]:
    readers = {PAY_GAP: _pay_gap, STAFF_SURVEY: _staff_survey, NATIONAL: _national}
    return readers[source](data)


def _pay_gap(data: Path) -> Iterator[PublishedRow]:
    for line in _read(data / "pay_gap.csv"):
        note = f"Filed on {date.fromisoformat(line['filed_on']):%-d %B %Y}." if line["filed_on"] else ""
        for indicator in indicators_of(PAY_GAP):
            if line[indicator.column]:
                yield PublishedRow(
                    PAY_GAP,
                    line["ods_code"],
                    line["reported_name"],
                    line["reporting_unit"],
                    line["year"],
                    indicator.slug,
                    Decimal(line[indicator.column]),
                    indicator.unit,
                    note=note,
                    address=line["address"],
                )


def _staff_survey(data: Path) -> Iterator[PublishedRow]:
    by_item = {indicator.column: indicator for indicator in indicators_of(STAFF_SURVEY)}
    for line in _read(data / "staff_survey.csv"):
        if line["rate"]:
            indicator = by_item[line["item"]]
            yield PublishedRow(
                STAFF_SURVEY,
                line["ods_code"],
                line["reported_name"],
                "",
                line["year"],
                indicator.slug,
                Decimal(line["rate"]),
                indicator.unit,
                base=Decimal(line["base"]),
            )


def _national(data: Path) -> Iterator[PublishedRow]:
    for line in _read(data / "national_values.csv"):
        yield PublishedRow(
            NATIONAL,
            "",
            ENGLAND,
            line["reporting_unit"],
            line["year"],
            line["indicator"],
            Decimal(line["value"]),
            INDICATORS[line["indicator"]].unit,
            note=line["note"],
            address=line["address"],
        )
