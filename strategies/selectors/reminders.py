"""What somebody is reminded of: documents that end, self-assessments that wait, texts of the toolkit whose review is due."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Max, QuerySet
from django.utils import timezone

from edi_portal.clock import business_today
from edi_portal.periods import Quarter
from organisations.models import Membership
from organisations.roles import Right, roles_granting
from strategies.models import SelfAssessment, StrategyDocument
from strategies.reminders import Draft
from workforce.models import Resource


def documents_without_successor() -> list[StrategyDocument]:
    """Documents in use that have a last day, with nothing that replaces them. One query."""
    rows = StrategyDocument.objects.filter(successors__isnull=True, ended_on__isnull=True, ends_on__isnull=False)
    return [row for row in rows.select_related("organisation").order_by("pk") if row.is_published]


def drafts_of_this_year() -> list[tuple[SelfAssessment, Draft]]:
    """Self-assessments of this financial year that are not confirmed, with how far they are. One query."""
    year = Quarter.containing(business_today()).financial_year
    rows = SelfAssessment.objects.filter(state=SelfAssessment.State.DRAFT, financial_year=year).annotate(
        asked=Count("criteria__rows", distinct=True),
        given=Count("answers", distinct=True),
        newest=Max("answers__changed_at"),
    )
    return [(row, _draft(row)) for row in rows.select_related("organisation").order_by("pk")]


def _draft(row: Any) -> Draft:
    last = timezone.localtime(row.newest or row.begun_at).date()
    return Draft(row.asked, row.given, last, bool(row.sent_back), row.version)


def resources_to_review() -> QuerySet[Resource]:
    """Texts of the toolkit whose day of review has come. One query."""
    rows = Resource.objects.filter(withdrawn_on__isnull=True, review_on__lte=business_today())
    return rows.select_related("organisation").order_by("pk")


def people_of_partnership() -> list[Any]:
    """Who keeps what belongs to the partnership itself. One query."""
    rows = Membership.objects.in_force().filter(role__in=roles_granting(Right.GOVERN), user__is_active=True)
    return list({one.user_id: one.user for one in rows.select_related("user").order_by("pk")}.values())
