"""Mail about returns: who is told what. Mail says that something happened and where to look; it never holds figures."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from edi_portal.clock import business_today
from kpis import permissions
from kpis.models.collections import ExtensionRequest, Reminder
from kpis.models.discussions import Remark
from kpis.models.returns import KpiReturn
from kpis.models.waivers import Waiver
from kpis.permissions import closes_at_for
from kpis.selectors.definitions import framework_for
from kpis.selectors.notices import digest_of
from kpis.workflow import Status
from organisations.models import Membership, User
from organisations.roles import Right, Role, roles_granting


def people_of(kpi_return: KpiReturn, *roles: Role) -> list[Any]:
    """Accounts that hold one of the roles at the return's organisation today, each once."""
    rows = Membership.objects.in_force().filter(organisation=kpi_return.organisation, role__in=roles, user__is_active=True)
    return list({membership.user_id: membership.user for membership in rows.select_related("user")}.values())


def people_at(organisation: Any) -> dict[int, Any]:
    """Leads and sponsors of an organisation today, by key."""
    rows = Membership.objects.in_force().filter(
        organisation=organisation, role__in=[Role.EDI_LEAD, Role.EXECUTIVE_SPONSOR], user__is_active=True
    )
    return {membership.user_id: membership.user for membership in rows.select_related("user")}


def _holding(right: Right) -> list[Any]:
    rows = Membership.objects.in_force().filter(role__in=roles_granting(right), user__is_active=True)
    return list({membership.user_id: membership.user for membership in rows.select_related("user")}.values())


def portal_admins() -> list[Any]:
    """Everybody who may grant more time."""
    return _holding(Right.MANAGE_COLLECTIONS)


def waiver_granters() -> list[Any]:
    """Everybody who may decide a dispute of a rule."""
    return _holding(Right.GRANT_WAIVER)


def roles_to_remind(kpi_return: KpiReturn, kind: str) -> frozenset[str]:
    """The lead first; the sponsor once the return lies there; both once it is overdue."""
    if kpi_return.status == Status.SUBMITTED:
        return frozenset({Role.EXECUTIVE_SPONSOR})
    if kind.startswith("overdue"):
        return frozenset({Role.EDI_LEAD, Role.EXECUTIVE_SPONSOR})
    return frozenset({Role.EDI_LEAD})


def people_to_remind(due: Mapping[KpiReturn, str]) -> dict[int, list[Any]]:
    """Return key → the people to remind, for returns with their kinds of reminder; one query."""
    rows = Membership.objects.in_force().filter(
        organisation__in={one.organisation_id for one in due},
        role__in=[Role.EDI_LEAD, Role.EXECUTIVE_SPONSOR],
        user__is_active=True,
    )
    held = list(rows.select_related("user"))
    found: dict[int, list[Any]] = {}
    for kpi_return, kind in due.items():
        wanted = roles_to_remind(kpi_return, kind)
        people = {
            one.user_id: one.user for one in held if one.organisation_id == kpi_return.organisation_id and one.role in wanted
        }
        found[kpi_return.pk] = list(people.values())
    return found


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
                f"It is due on {kpi_return.due_on:%-d %B %Y}.",
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
    measure = framework_for(kpi_return.quarter).measures.get(discussion.measure)
    if measure is None:  # it is asked no longer, so its page is gone
        return 0
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


def reminder_words(kpi_return: KpiReturn, today: date | None = None) -> tuple[str, list[str]]:
    """Subject and lines of a reminder as they would go out today; the arrivals board shows the same."""
    due = kpi_return.due_on
    days = (due - (today or business_today())).days
    when = f"is due in {days} days, on {due:%-d %B %Y}" if days > 1 else "is due tomorrow" if days == 1 else "is due today"
    if days < 0:
        when = f"was due on {due:%-d %B %Y}"
    page = "returns:sign-off" if kpi_return.status == Status.SUBMITTED else "returns:overview"
    return (
        f"Return for {kpi_return.quarter.months}: {kpi_return.organisation}",
        [
            f"The return of {kpi_return.organisation} for {kpi_return.quarter.months} {when}.",
            f"It closes on {closes_at_for(kpi_return):%-d %B %Y}. If you need more time, ask on the page of the return.",
            _address(page, kpi_return),
        ],
    )


def send_notice(*, kind: str, about: int, user: Any, by: Any = None) -> int:
    """Send one message to one person; 0 when it is no longer true, or was sent before."""
    name, _, detail = kind.partition(":")
    return _SENDERS[name](about, detail, user, by)


def _remind(about: int, kind: str, user: Any, by: Any) -> int:
    kpi_return = KpiReturn.objects.select_related("organisation", "collection").get(pk=about)
    if kpi_return.status in {Status.SIGNED_OFF, Status.NOT_REQUIRED} or kpi_return.superseded_at is not None:
        return 0
    _, fresh = Reminder.objects.get_or_create(
        collection=kpi_return.collection,
        organisation=kpi_return.organisation,
        kind=kind,
        recipient=user,
        defaults={"sent_by": by},
    )
    if not fresh:
        return 0
    subject, lines = reminder_words(kpi_return)
    return _send([user], subject, [*lines, _stop_line("reminders")])


def _stop_line(kind: str) -> str:
    address = settings.BASE_URL.rstrip("/") + reverse(f"notices:stop-{kind}")
    return f"To stop {'reminders' if kind == 'reminders' else 'the weekly digest'}: {address}"


def _digest(about: int, week: str, user: Any, by: Any) -> int:
    lines = [f"{one.text}\n{settings.BASE_URL.rstrip('/')}{reverse(one.page, args=one.arguments)}" for one in digest_of(user)]
    return _send([user], "Your week in the EDI portal", [*(lines or ["Nothing is waiting for you."]), _stop_line("digest")])


def _extension_asked(about: int, detail: str, user: Any, by: Any) -> int:
    request = ExtensionRequest.objects.select_related("organisation", "collection").get(pk=about)
    page = reverse("collections:decide-extension", args=[request.collection.period, request.organisation.slug])
    subject = f"More time asked: {request.organisation}, {request.collection.quarter.months}"
    text = f"{request.organisation} asks for more time until {request.until:%-d %B %Y}."
    return _send([user], subject, [text, settings.BASE_URL.rstrip("/") + page])


def _extension_decided(about: int, detail: str, user: Any, by: Any) -> int:
    request = ExtensionRequest.objects.select_related("organisation", "collection").get(pk=about)
    granted = request.state == ExtensionRequest.GRANTED
    subject = f"{'More time granted' if granted else 'No more time'}: {request.organisation}"
    text = f"The return for {request.collection.quarter.months} "
    text += f"may be sent until {request.until:%-d %B %Y}." if granted else "keeps its date."
    page = reverse("returns:extension", args=[request.organisation.slug, request.collection.period])
    return _send([user], subject, [text, request.answer, settings.BASE_URL.rstrip("/") + page])


def _waiver(about: int, detail: str, user: Any, by: Any) -> int:
    waiver = Waiver.objects.select_related("organisation").get(pk=about)
    words = {
        Waiver.ASKED: "disputes a rule of its return. Please decide.",
        Waiver.GRANTED: "has a waiver of a rule.",
        Waiver.REFUSED: "has no waiver: the rule stands.",
        Waiver.ENDED: "no longer has a waiver of a rule.",
    }
    text = f"{waiver.organisation} {words[waiver.state]} Rule {waiver.rule}."
    page = settings.BASE_URL.rstrip("/") + reverse("waivers:detail", args=[waiver.pk])
    return _send([user], f"Rule {waiver.rule}: {waiver.organisation}", [text, page])


def people_to_tell(organisations: Iterable[int]) -> dict[int, list[tuple[str, Any]]]:
    """Organisation → role and account of its leads and sponsors today; one query."""
    rows = Membership.objects.in_force().filter(
        organisation__in=set(organisations), role__in=[Role.EDI_LEAD, Role.EXECUTIVE_SPONSOR], user__is_active=True
    )
    found: dict[int, list[tuple[str, Any]]] = {}
    for membership in rows.select_related("user"):
        found.setdefault(membership.organisation_id or 0, []).append((membership.role, membership.user))
    return found


def send_reminder(user: Any, subject: str, lines: Iterable[str], page: str) -> int:
    """One reminder to one person, with the address of its page and the way to stop reminders."""
    return _send([user], subject, [*lines, settings.BASE_URL.rstrip("/") + page, _stop_line("reminders")])


def send_message(user: User, subject: str, lines: Iterable[str], page: str) -> int:
    """One message to one person about something that concerns them, with the address of its page; not a reminder."""
    return _send([user], subject, [*lines, settings.BASE_URL.rstrip("/") + page])


Sender = Callable[[int, str, User, Any], int]


def add_sender(name: str, sender: Sender) -> None:
    """Let an app above this one send messages of a kind: `name` is what stands before the colon of the kind."""
    _SENDERS[name] = sender


_SENDERS: dict[str, Sender] = {
    "reminder": _remind,
    "digest": _digest,
    "extension_asked": _extension_asked,
    "extension_decided": _extension_decided,
    "waiver_asked": _waiver,
    "waiver_granted": _waiver,
    "waiver_refused": _waiver,
    "waiver_ended": _waiver,
}
