"""What the newest release of the demonstration says of change over time.

It is ready before the first page, so before the older releases that the worker makes afterwards, and knows nothing of them then.
When they are there it is told: its counts and proofs stay as they were, and the verdicts over time, with the fingerprint, are
made again from the same rows and the older releases. Nothing else ever changes a published release: its guards are lifted here
alone, for synthetic data, by the owner of the tables, in one transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from django.db import connection, models, transaction

from edi_portal.disclosure.policy import Policy
from edi_portal.exceptions import InvalidTransition
from kpis.models.releases import Release, ReleasedFigure
from kpis.release_content import build_content
from kpis.selectors.release_inputs import input_digest, pins_of, read_input
from kpis.selectors.series import breaks_up_to, releases_before
from kpis.services.release_checks import stored_counts
from kpis.services.release_rows import write_figures


def add_history(release: Release) -> bool:
    """Tell a release what the older ones say; False when it knows. Raises InvalidTransition for a release of real returns."""
    if not release.synthetic:
        raise InvalidTransition("The content of a release does not change.")
    pins = pins_of(release)
    marks = [mark.as_data() for mark in breaks_up_to(release.quarter)]
    fresh = replace(pins, series=releases_before(release.quarter), breaks=marks)
    if fresh == pins:
        return False
    given = read_input(fresh, release.quarter, Policy(**release.policy))
    content = build_content(given)
    same_counts = stored_counts(release) == {tuple(row.canonical()) for row in content.counts}
    if not same_counts or content.certificate_hash != release.audit["certificates"]:
        raise InvalidTransition("The counts of this release cannot be made again, so nothing of it was changed.")
    ids = {organisation.slug: organisation.pk for organisation in given.organisations}
    with transaction.atomic(), _unguarded(ReleasedFigure), _unguarded(Release):
        ReleasedFigure.objects.filter(release=release).delete()
        write_figures(release, content, ids)
        Release.objects.filter(pk=release.pk).update(
            made_from=fresh.as_data(), input_digest=input_digest(given), fingerprint=content.fingerprint
        )
    return True


@contextmanager
def _unguarded(model: type[models.Model]) -> Iterator[None]:
    """The table without the triggers that refuse every change."""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        yield
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
