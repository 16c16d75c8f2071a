"""More organisations than there are: copies of those of the demonstration, with their released figures and an open return.

Only to see whether a page's work grows with their number. The copies' figures are not protected together, so they say nothing.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.db import connection, transaction

from kpis.models.collections import Collection
from kpis.models.releases import Release, ReleasedFigure
from kpis.models.returns import KpiReturn
from kpis.services.collections import due_organisations
from organisations.models import FootprintMembership, Organisation, PeerGroupMembership

Copies = list[tuple[Organisation, Organisation]]

COPY = """
INSERT INTO {table} ({columns})
SELECT {values} FROM {table} AS figure
  JOIN unnest(%s::bigint[], %s::bigint[]) AS pair (original, copy) ON figure.organisation_id = pair.original
"""


@transaction.atomic
def multiply(times: int) -> int:
    """Let there be `times` as many organisations, `times - 1` copies of each; returns how many the newest release then has."""
    _copy_figures(copy_organisations(times))
    for release in Release.objects.all():
        release.due += [f"{slug}-{number}" for slug in release.due for number in range(1, times)]
        release.returned += [f"{slug}-{number}" for slug in release.returned for number in range(1, times)]
        release.save(update_fields=["due", "returned"])
    _open_returns()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return size()


def copy_organisations(times: int) -> Copies:
    """`times - 1` copies of every organisation, members and peers on the same days; returns (original, copy) pairs."""
    originals = list(Organisation.objects.ever_in_footprint())
    copies = [(one, _copy_of(one, number)) for one in originals for number in range(1, times)]
    Organisation.objects.bulk_create(copy for _, copy in copies)
    _copy_dated_rows(copies)
    return copies


def size() -> int:
    """How many organisations were due in the newest release."""
    return len(Release.objects.current().latest("collection__period").due)


def _copy_of(one: Organisation, number: int) -> Organisation:
    return Organisation(
        slug=f"{one.slug}-{number}",
        kind=one.kind,
        name=f"{one.name} {number}",
        short_name=f"{one.short_name} {number}",
        headcount_estimate=one.headcount_estimate,
    )


def _copy_dated_rows(copies: Copies) -> None:
    """The copies are members, and of a peer group, on the days of their originals."""
    members, groups = _by_organisation(FootprintMembership), _by_organisation(PeerGroupMembership)
    pairs = [(copy, one.pk) for one, copy in copies]
    FootprintMembership.objects.bulk_create(
        FootprintMembership(organisation=copy, valid_from=row.valid_from, valid_to=row.valid_to, note=row.note)
        for copy, original in pairs
        for row in members[original]
    )
    PeerGroupMembership.objects.bulk_create(
        PeerGroupMembership(organisation=copy, valid_from=row.valid_from, valid_to=row.valid_to, group=row.group)
        for copy, original in pairs
        for row in groups[original]
    )


def _by_organisation(table: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in table.objects.all():
        found[row.organisation_id].append(row)
    return found


def _copy_figures(copies: Copies) -> None:
    fields = [field for field in ReleasedFigure._meta.concrete_fields if not field.primary_key]
    columns = [connection.ops.quote_name(str(field.column)) for field in fields]
    values = [
        "pair.copy" if field.name == "organisation" else f"figure.{column}" for field, column in zip(fields, columns, strict=True)
    ]
    statement = COPY.format(table=ReleasedFigure._meta.db_table, columns=", ".join(columns), values=", ".join(values))
    with connection.cursor() as cursor:
        cursor.execute(statement, [[one.pk for one, _ in copies], [copy.pk for _, copy in copies]])


def _open_returns() -> None:
    for collection in Collection.objects.open_now():
        have = set(KpiReturn.objects.filter(collection=collection).values_list("organisation_id", flat=True))
        missing = [one for one in due_organisations(collection) if one.pk not in have]
        KpiReturn.objects.bulk_create(KpiReturn(collection=collection, organisation=one) for one in missing)
