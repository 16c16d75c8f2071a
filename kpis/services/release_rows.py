"""The rows of a release on their way into the database: thousands at once, by COPY.

The triggers and constraints of the tables hold for COPY as for any other insert.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection, models

from kpis.models.releases import Release, ReleaseCertificate, ReleasedCount, ReleasedFigure
from kpis.release_content import FigureRow, ReleaseContent, Unit
from kpis.release_content.people import ProtectedTable

# The fields that a figure's row and its stored form have in common.
FIGURE_FIELDS = tuple(name for name in FigureRow._fields if name not in {"unit", "code", "version_id"})
PLACES = {
    field.name: Decimal(1).scaleb(-field.decimal_places)
    for field in ReleasedFigure._meta.concrete_fields
    if isinstance(field, models.DecimalField)
}
SUBJECT = ("level", "organisation_id", "peer_group")
COUNT_COLUMNS = ("release_id", "measure", "part", "source", "status", "value", *SUBJECT)
FIGURE_COLUMNS = ("release_id", "kpi_version_id", *FIGURE_FIELDS, *SUBJECT)

# PostgreSQL's text format: a tab between fields, a line for each row, and what would look like either is written out.
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def write_content(release: Release, content: ReleaseContent, ids: Mapping[str, int]) -> None:
    """Store counts, figures and certificates of a release; `ids` are the keys of its organisations by slug."""
    counts = (
        (release.pk, row.measure, row.part, row.source, row.status, row.value, *_subject(row.unit, ids)) for row in content.counts
    )
    _copy(ReleasedCount, COUNT_COLUMNS, counts)
    write_figures(release, content, ids)
    ReleaseCertificate.objects.bulk_create(_certificate(release, proof) for proof in content.proofs)


def write_figures(release: Release, content: ReleaseContent, ids: Mapping[str, int]) -> None:
    """Store the figures of a release; `ids` are the keys of its organisations by slug."""
    figures = ((release.pk, row.version_id, *figure_values(row), *_subject(row.unit, ids)) for row in content.figures)
    _copy(ReleasedFigure, FIGURE_COLUMNS, figures)


def figure_values(row: FigureRow) -> Iterator[Any]:
    """The values of `FIGURE_FIELDS` as the database keeps them: numbers at the decimals of their columns."""
    for name in FIGURE_FIELDS:
        value = getattr(row, name)
        yield value.quantize(PLACES[name]) if isinstance(value, Decimal) else value


def _copy(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    lines = io.StringIO()
    for row in rows:
        lines.write("\t".join([r"\N" if value is None else str(value).translate(ESCAPES) for value in row]))
        lines.write("\n")
    lines.seek(0)
    names = ", ".join(connection.ops.quote_name(name) for name in columns)
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY {connection.ops.quote_name(model._meta.db_table)} ({names}) FROM STDIN", lines)


def _certificate(release: Release, proof: ProtectedTable) -> ReleaseCertificate:
    return ReleaseCertificate(
        release=release,
        measure=proof.variant.measure,
        source=proof.variant.source,
        parts=[[part.key, list(part.cells), part.level, part.sensitive] for part in proof.parts],
        deltas=[certificate.as_data() for certificate in proof.certificates],
    )


def _subject(unit: Unit, ids: Mapping[str, int]) -> tuple[str, int | None, str]:
    """Level, organisation and peer group, as the columns of `SUBJECT`."""
    if unit.level == "organisation":
        return unit.level, ids[unit.name], ""
    return unit.level, None, unit.name
