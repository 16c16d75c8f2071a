"""Mail about strategies that end, self-assessments that wait and texts to review. It says what and where; it never holds figures
or free text.

Every message looks again before it goes: what was renewed, confirmed or reviewed meanwhile is not asked for.
"""

from typing import Any

from django.urls import reverse

from edi_portal.clock import business_today
from kpis.notifications import send_reminder
from organisations.models import User
from strategies.reminders import CONFIRM, FINISH, step_of_end, step_of_review, steps_of_draft
from strategies.selectors.reminders import documents_without_successor, drafts_of_this_year, resources_to_review
from strategies.vocabulary import DOCUMENT_KINDS


def remind_of_end(about: int, detail: str, user: User, by: Any) -> int:
    """Tell one person that a document ends or has expired; 0 when it was renewed or has another last day by now."""
    found = next((one for one in documents_without_successor() if one.pk == about), None)
    if found is None or found.ends_on is None or step_of_end(found.ends_on, business_today()) != detail:
        return 0
    what = f"{DOCUMENT_KINDS[found.kind]} of {found.organisation}"
    ended = found.ends_on < business_today()
    lines = [
        f"It {'expired' if ended else 'ends'} on {found.ends_on:%-d %B %Y}, and nothing replaces it.",
        "Add the document that replaces it, move its last day, or say what became of it.",
    ]
    return send_reminder(
        user, f"{what} {'has expired' if ended else 'ends soon'}", lines, reverse("strategies:document", args=[found.slug])
    )


def remind_of_assessment(about: int, detail: str, user: User, by: Any) -> int:
    """Tell one person that a self-assessment waits for them; 0 when it no longer does."""
    found = next(((row, draft) for row, draft in drafts_of_this_year() if row.pk == about), None)
    if found is None or detail not in steps_of_draft(found[1], business_today()):
        return 0
    row, draft = found
    name = f"Self-assessment {row.financial_year} of {row.organisation}"
    if detail.startswith(CONFIRM):
        lines = ["Every criterion is answered. Confirm it, or send it back with a reason."]
    elif detail.startswith(FINISH):
        lines = [f"{draft.criteria - draft.answered} of its {draft.criteria} criteria have no answer yet."]
    else:
        lines = ["It came back with a reason. Mend it, and the executive sponsor is asked again."]
    page = reverse("operating-model:assessment", args=[row.organisation.slug, row.financial_year])
    return send_reminder(user, f"{name} waits for you", [f"{name} waits for you.", *lines], page)


def remind_of_review(about: int, detail: str, user: User, by: Any) -> int:
    """Tell one person that a text of the toolkit is due for review; 0 when it was reviewed or withdrawn."""
    found = resources_to_review().filter(pk=about).first()
    if found is None or step_of_review(found.review_on, business_today()) != detail:
        return 0
    lines = [
        f"A text of {found.owner_name} was to be looked at again by {found.review_on:%-d %B %Y}. Others may be using it.",
        "Change what is out of date and set the next day of review, or withdraw it.",
    ]
    return send_reminder(
        user, f"Toolkit: a text of {found.owner_name} is due for review", lines, reverse("toolkit:detail", args=[found.slug])
    )
