"""Ask for the review of a text, pass it, send it back. Who may review is checked by the page that calls these."""

from typing import Any

from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed
from edi_portal.reviews.models import ReviewState, TextReview
from edi_portal.reviews.selectors import fingerprint


@transaction.atomic
def ask_for_review(*, subject: str, text: str, organisation: Any, by: Any) -> TextReview | None:
    """Put a text into the queue; the same text again changes nothing, and an empty one needs no review.

    What the same thing said before and still waits is taken out: nobody will read it.
    """
    if not text.strip():
        return None
    mark = fingerprint(text)
    TextReview.objects.filter(subject=subject, state=ReviewState.WAITING).exclude(fingerprint=mark).delete()
    slug = getattr(organisation, "slug", organisation) or ""
    review, fresh = TextReview.objects.get_or_create(
        subject=subject,
        fingerprint=mark,
        defaults={"text": text, "organisation": slug, "asked_by": by, "asked_at": business_now()},
    )
    if fresh:
        record(action="text.review_asked", by=by, subject=subject, organisation=organisation)
    return review


@transaction.atomic
def pass_text(*, review: TextReview, nobody_recognisable: bool, by: Any) -> TextReview:
    """The reviewer has read it and ticked that no person can be recognised; others may read it from now on."""
    if not nobody_recognisable:
        raise Incomplete("Tick that no person can be recognised, or send the text back.")
    return _decide(review, ReviewState.PASSED, "", by)


@transaction.atomic
def send_text_back(*, review: TextReview, reason: str, by: Any) -> TextReview:
    """The reviewer keeps it from others and says what to change."""
    if not reason.strip():
        raise Incomplete("Say what must change in the text.")
    return _decide(review, ReviewState.REFUSED, reason.strip(), by)


def _decide(review: TextReview, state: ReviewState, reason: str, by: Any) -> TextReview:
    review = TextReview.objects.select_for_update(of=("self",)).get(pk=review.pk)
    if review.state != ReviewState.WAITING:
        raise InvalidTransition("This text was reviewed already.")
    if review.asked_by_id is not None and review.asked_by_id == by.pk:
        raise NotAllowed("You wrote this text, so somebody else reviews it.")
    review.state, review.reason, review.decided_by, review.decided_at = state, reason, by, business_now()
    review.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    record(action=f"text.{state}", by=by, subject=review.subject, organisation=review.organisation or None)
    return review
