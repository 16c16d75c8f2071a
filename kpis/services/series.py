"""Where a series of figures starts anew by decision: by whom, why, and how it is undone."""

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from edi_portal.audit.services import record
from edi_portal.exceptions import Incomplete, InvalidTransition
from edi_portal.periods import Quarter
from edi_portal.reviews.services import ask_for_reviews, withdraw_reviews
from kpis.models.definitions import Kpi
from kpis.models.releases import Release
from kpis.models.series import SeriesRebase
from organisations.models import Organisation
from organisations.permissions import memberships_that_count, require
from organisations.roles import ROLES, Right, Role

LONGEST_REASON = 120


@transaction.atomic
def rebase_series(*, kpi: Kpi, before: Quarter, reason: str, by: Any, organisation: Organisation | None = None) -> SeriesRebase:
    """The usual range of a series starts anew with a quarter that has been released, from the next release on.

    Raises Incomplete without a reason, and InvalidTransition for a quarter that cannot start a range.
    """
    require(by, Right.REBASE_SERIES)
    words = " ".join(reason.split())
    if not words:
        raise Incomplete("Say why the series starts anew: the reason stands in the chart.")
    if len(words) > LONGEST_REASON:
        raise Incomplete(f"The reason stands in the chart, so it has at most {LONGEST_REASON} characters.")
    if before not in quarters_to_start_with():
        raise InvalidTransition("A range starts with a quarter that has a release, and an earlier quarter comes before it.")
    try:
        with transaction.atomic():
            rebase = SeriesRebase.objects.create(
                kpi=kpi, organisation=organisation, before=before.slug, reason=words, role=_role_of(by), made_by=by
            )
    except IntegrityError as error:
        raise InvalidTransition("This series already starts anew with that quarter.") from error
    ask_for_reviews(rows=[rebase], organisation=organisation, by=by)
    record(
        action="series.rebased",
        by=by,
        organisation=organisation,
        subject=f"kpi:{kpi.code}",
        details={"from": before.slug, "role": rebase.role},
    )
    return rebase


@transaction.atomic
def undo_rebase(*, rebase: SeriesRebase, reason: str, by: Any) -> SeriesRebase:
    """The series is read through again, from the next release on. The decision and its end both stay on record."""
    require(by, Right.REBASE_SERIES)
    rebase = SeriesRebase.objects.select_for_update(of=("self",)).get(pk=rebase.pk)
    if rebase.undone_at is not None:
        raise InvalidTransition("This rebase was undone before.")
    words = " ".join(reason.split())
    if not words:
        raise Incomplete("Say why the rebase is undone.")
    rebase.undone_at, rebase.undone_by, rebase.undone_reason = timezone.now(), by, words[:LONGEST_REASON]
    rebase.save(update_fields=["undone_at", "undone_by", "undone_reason"])
    withdraw_reviews([rebase])
    record(
        action="series.rebase_undone",
        by=by,
        organisation=rebase.organisation,
        subject=f"kpi:{rebase.kpi.code}",
        details={"from": rebase.before},
    )
    return rebase


def quarters_to_start_with() -> list[Quarter]:
    """Released quarters, newest first, but the oldest: nothing comes before that one."""
    periods = Release.objects.current().order_by("-collection__period").values_list("collection__period", flat=True)
    return [Quarter.parse(period) for period in periods][:-1]


def _role_of(user: Any) -> str:
    """The role in which the decision is taken: it stands in the chart in place of a name."""
    return next(one.role for one in memberships_that_count(user) if Right.REBASE_SERIES in ROLES[Role(one.role)].rights)
