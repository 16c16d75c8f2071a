"""Mail about duties to publish. It says what is due and where to record it; it never holds figures."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from edi_portal.clock import business_today
from kpis.notifications import send_reminder
from organisations.models import Organisation, User
from steering.compliance import duties
from steering.selectors.compliance import standings


def remind_of_duty(about: int, detail: str, user: User, by: Any) -> int:
    """Remind one person of one due date of an organisation; 0 when it was answered meanwhile."""
    key, due, _ = detail.split("@")
    organisation = Organisation.objects.get(pk=about)
    standing = standings([organisation], business_today())[organisation][key]
    if standing.due_on != datetime.strptime(due, "%Y%m%d").date() or standing.day is None:  # noqa: DTZ007  (a day has no zone)
        return 0
    duty = duties()[key]
    left = standing.days_left(business_today()) or 0
    when = f"was due on {standing.day:%-d %B %Y}" if left < 0 else f"is due on {standing.day:%-d %B %Y}"
    lines = [f"{duty.name} of {organisation} {when}.", "Record where it is published, and this reminder stops."]
    return send_reminder(user, f"{duty.name}: {organisation}", lines, reverse("compliance:record", args=[key]))
