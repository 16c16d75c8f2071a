"""Mail about duties, actions, ratifications, comments and years to freeze: what is due and where; never figures or free text.

Every message looks again before it goes: what was published, done or answered meanwhile is not asked for.
"""

from datetime import date, datetime
from typing import Any

from django.urls import reverse

from edi_portal.clock import LONDON, business_today
from kpis.notifications import send_message, send_reminder
from organisations.models import Organisation, User
from organisations.permissions import can
from organisations.roles import Right
from steering.compliance import duties
from steering.models import Action, PanelAnswer, PanelComment
from steering.permissions import body_of
from steering.reminders import GIVEN, step_of
from steering.selectors.compliance import standings
from steering.selectors.efficiencies import proposed_years
from steering.selectors.proposals import asked_of
from steering.selectors.reminders import model_to_remind_of


def remind_of_duty(about: int, detail: str, user: User, by: Any) -> int:
    """Remind one person of one due date of an organisation; 0 when it was answered meanwhile."""
    key, due, _ = detail.split("@")
    organisation = Organisation.objects.get(pk=about)
    standing = standings([organisation], business_today())[organisation][key]
    if standing.due_on != datetime.strptime(due, "%Y%m%d").date() or standing.day is None:  # noqa: DTZ007  (a day has no zone)
        return 0
    duty = duties()[key]
    lines = [f"{duty.name} of {organisation} {_when(standing.day)}.", "Record where it is published, and this reminder stops."]
    return send_reminder(user, f"{duty.name}: {organisation}", lines, reverse("compliance:record", args=[key]))


def remind_of_action(about: int, detail: str, user: User, by: Any) -> int:
    """Tell one person of an action that is theirs; 0 when it is done, belongs to others, or has another day by now."""
    action = Action.objects.open_now().visible_to(user).select_related("owner_organisation").filter(pk=about).first()
    if action is None or detail != _detail_now(action):
        return 0
    matter = f"Action {action.pk}" + (f" about {action.kpi}" if action.kpi else "")
    lines = [
        f"{matter} of {action.owner} {_when(action.due_on)}.",
        "Say how it stands, or that it is done. After its day the portal shows whether the figure moved.",
    ]
    return send_reminder(user, f"{matter}: {action.owner}", lines, reverse("actions:detail", args=[action.pk]))


def _detail_now(action: Action) -> str:
    step = step_of(action.due_on, business_today())
    return f"{GIVEN}@{action.owner_organisation_id}" if step == GIVEN else step


def remind_of_proposal(about: int, detail: str, user: User, by: Any) -> int:
    """Ask one person for the reply of their body; 0 when it was given, or the proposal is no longer open."""
    found = next((one.proposal for one in asked_of(user) if one.proposal.pk == about), None)
    if found is None or detail != step_of(found.reply_by, business_today()):
        return 0
    lines = [
        f"{found.get_kind_display()}: proposal {found.pk} of the steering group waits for your reply.",
        f"The reply {_when(found.reply_by)}.",
        "You can ratify it, or return it with a reason.",
    ]
    return send_reminder(user, f"To ratify: proposal {found.pk}", lines, reverse("ratifications:detail", args=[found.pk]))


def remind_of_model(about: int, detail: str, user: User, by: Any) -> int:
    """Ask one person for the reply of their body to the operating model; 0 when it was given or another version is proposed."""
    found, (replies, place) = model_to_remind_of(), body_of(user)
    if found is None or found[0].pk != about or not replies or (place.pk if place is not None else None) in found[1]:
        return 0
    lines = [f"{found[0]} waits for your reply.", "You can ratify it, or return it with a reason."]
    page = reverse("operating-model:version", args=[found[0].number])
    return send_reminder(user, f"To ratify: {found[0]}", lines, page)


def remind_of_year(about: int, detail: str, user: User, by: Any) -> int:
    """Ask a portal admin to freeze the totals of a year; 0 when somebody did."""
    row = proposed_years().filter(pk=about).exclude(proposed_by=user).first()
    if row is None or not can(user, Right.PUBLISH_RELEASE):
        return 0
    lines = [
        f"The steering group proposed to freeze the totals of efficiencies of {row.financial_year}.",
        "A second person freezes them, once. What is accepted later enters no total of that year.",
    ]
    return send_reminder(user, f"To freeze: efficiencies of {row.financial_year}", lines, reverse("efficiencies:list"))


def _when(day: date) -> str:
    left = (day - business_today()).days
    if left == 0:
        return "is due today"
    return f"{'was' if left < 0 else 'is'} due on {day:%-d %B %Y}"


def tell_of_comment(about: int, detail: str, user: User, by: Any) -> int:
    """Tell an EDI lead that a Healthwatch commented; 0 when it was answered meanwhile."""
    comment = PanelComment.objects.select_related("place", "organisation").get(pk=about)
    if comment.answers.exists():
        return 0
    text = f"{comment.body} has commented on {comment.organisation}. Please answer by {comment.answer_due_on:%-d %B %Y}."
    page = reverse("eds:answer", args=[comment.pk])
    return send_message(user, f"Comment of {comment.body}: {comment.organisation}", [text], page)


def tell_of_answer(about: int, detail: str, user: User, by: Any) -> int:
    """Tell a reader of the Healthwatch that its comment is answered."""
    comment = PanelAnswer.objects.select_related("comment__organisation", "comment__place").get(pk=about).comment
    text = f"{comment.organisation} has answered the comment of {comment.body} of {comment.made_at.astimezone(LONDON):%-d %B %Y}."
    page = reverse("eds:organisation", args=[comment.organisation.slug])
    return send_message(user, f"Answer to {comment.body}: {comment.organisation}", [text], page)
