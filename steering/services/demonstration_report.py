"""The demonstration's assurance report: from its newest release, written and published as two people would have done.

A worker makes it once the older releases are there, because the verdicts over time rest on them.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction

from edi_portal.exceptions import NotAllowed
from edi_portal.jobs.models import Job
from edi_portal.jobs.services import enqueue
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import pass_text
from kpis.selectors.releases import newest_release
from organisations.models import User
from organisations.roles import Role
from steering.demonstration_content import COMMENTARY
from steering.models.reports import AssuranceReport
from steering.services.reports import propose_report, publish_report, start_report, write_commentary

KIND = "prepare_demonstration_report"
OURS = ("report-text:", "waiver:")


def queue_report() -> Job:
    """Queue it, once."""
    return enqueue(kind="prepare_demonstration_report", key=KIND, payload={})


@transaction.atomic
def plant_report() -> AssuranceReport | None:
    """Publish the report of the newest release; None where somebody began one, or there are no accounts to do it."""
    if not settings.DEMONSTRATION:
        raise NotAllowed("Demonstration data are loaded only with PORTAL_DEMONSTRATION=1.")
    release, member, admin = newest_release(), _account(Role.STEERING_MEMBER), _account(Role.PORTAL_ADMIN)
    if release is None or member is None or admin is None:
        return None
    period = release.collection.period
    if AssuranceReport.objects.filter(period=period).exists():
        return None
    report = start_report(period=period, by=member)
    for place, text in COMMENTARY.items():
        write_commentary(report=report, place=place, text=text, version=0, checked=False, by=member)
    for review in waiting():
        if review.subject.startswith(OURS):
            pass_text(review=review, nobody_recognisable=True, by=admin)
    return publish_report(report=propose_report(report=report, by=member), by=admin)


def _account(role: Role) -> Any:
    return User.objects.filter(is_demonstration=True, memberships__role=role).order_by("pk").first()
