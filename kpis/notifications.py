"""Mail about returns: who is told what. Mail says that something happened and where to look; it never holds figures."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from edi_portal.clock import business_today
from kpis import permissions
from kpis.models.collections import Reminder
from kpis.models.discussions import Remark
from kpis.models.returns import KpiReturn
from kpis.selectors.definitions import framework_for
from organisations.models import Membership
from organisations.roles import Right, Role, roles_granting


def people_of(kpi_return: KpiReturn, *roles: Role) -> list[Any]:
    """Accounts that hold one of the roles at the return's organisation today, each once."""
    rows = Membership.objects.in_force().filter(organisation=kpi_return.organisation, role__in=roles, user__is_active=True)
    return list({membership.user_id: membership.user for membership in rows.select_related("user")}.values())


def _send(recipients: Iterable[Any], subject: str, lines: Iterable[str]) -> int:
    body = "\n\n".join([*lines, "This message was sent by the EDI portal. It holds no figures."])
    return sum(EmailMessage(subject, body, to=[user.email]).send() for user in recipients)


def _address(name: str, kpi_return: KpiReturn) -> str:
    return settings.BASE_URL.rstrip("/") + reverse(name, args=[kpi_return.organisation.slug, kpi_return.collection.period])


def tell_about_return(kpi_return: KpiReturn, verb: str) -> int:
    """Tell the next person in line after a return was sent, sent back or signed; returns how many mails went out."""
    months, organisation = kpi_return.quarter.months, kpi_return.organisation
    if verb == "submit":
        return _send(
            people_of(kpi_return, Role.EXECUTIVE_SPONSOR),
            f"Return to sign off: {organisation}, {months}",
            [
                f"The EDI return of {organisation} for {months} is waiting for your sign-off.",
                f"It takes about five minutes: {_address('returns:sign-off', kpi_return)}",
                f"It is due on {kpi_return.collection.due_on:%-d %B %Y}.",
            ],
        )
    if verb == "send_back":
        return _send(
            people_of(kpi_return, Role.EDI_LEAD),
            f"Return sent back: {organisation}, {months}",
            [
                f"Your executive sponsor sent the return for {months} back with comments.",
                f"Read them and send it again: {_address('returns:overview', kpi_return)}",
            ],
        )
    return _send(
        people_of(kpi_return, Role.EDI_LEAD),
        f"Return signed off: {organisation}, {months}",
        [
            f"The return of {organisation} for {months} is signed off. There is nothing more to do.",
            _address("returns:overview", kpi_return),
        ],
    )


def tell_about_remark(remark: Remark) -> int:
    """Tell those who take part that somebody asked or answered: leads, the person assigned, whoever spoke, a deciding sponsor."""
    discussion = remark.discussion
    kpi_return = discussion.kpi_return
    roles = (Role.EDI_LEAD, *((Role.EXECUTIVE_SPONSOR,) if kpi_return.status == "submitted" else ()))
    told = {user.pk: user for user in people_of(kpi_return, *roles)}
    measure = framework_for(kpi_return.quarter).measures[discussion.measure]
    assigned = permissions.answerer_of(measure, permissions.assigned_to(kpi_return))
    spoke = set(discussion.remarks.values_list("written_by", flat=True))
    for user in people_of(kpi_return, *roles_granting(Right.VIEW_RETURN)):
        if (user.pk in spoke or user.pk == assigned) and permissions.measures_open_to(user, kpi_return, [measure]):
            told[user.pk] = user
    told.pop(remark.written_by_id, None)
    address = reverse(
        "returns:discuss",
        args=[kpi_return.organisation.slug, kpi_return.collection.period, measure.workstream, measure.code],
    )
    return _send(
        told.values(),
        f"A question about the return for {kpi_return.quarter.months}",
        [
            f"Somebody asked or answered about “{measure.title}” in the return of {kpi_return.organisation}.",
            settings.BASE_URL.rstrip("/") + address,
        ],
    )


def remind(kpi_return: KpiReturn, *, kind: str, by: Any) -> int:
    """Remind the lead, or the sponsor once the return lies with them. Each person gets each kind of reminder once."""
    roles = (Role.EXECUTIVE_SPONSOR,) if kpi_return.status == "submitted" else (Role.EDI_LEAD,)
    due = kpi_return.collection.due_on
    days = (due - business_today()).days
    when = f"is due in {days} days, on {due:%-d %B %Y}" if days > 1 else "is due tomorrow" if days == 1 else "is due today"
    if days < 0:
        when = f"was due on {due:%-d %B %Y}"
    sent = 0
    for user in people_of(kpi_return, *roles):
        _, fresh = Reminder.objects.get_or_create(
            collection=kpi_return.collection,
            organisation=kpi_return.organisation,
            kind=kind,
            recipient=user,
            defaults={"sent_by": by},
        )
        if fresh:
            page = "returns:sign-off" if kpi_return.status == "submitted" else "returns:overview"
            sent += _send(
                [user],
                f"Return for {kpi_return.quarter.months}: {kpi_return.organisation}",
                [f"The return of {kpi_return.organisation} for {kpi_return.quarter.months} {when}.", _address(page, kpi_return)],
            )
    return sent
