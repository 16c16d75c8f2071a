"""Ask for the review of a text, pass it, send it back. Who may review is checked by the page that calls these."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed
from edi_portal.reviews.models import ReviewedTexts, ReviewState, TextReview
from edi_portal.reviews.selectors import fingerprint, standings_of, together


@transaction.atomic
def ask_for_review(
    *, subject: str, text: str, organisation: Any, by: Any, about: str = "", parts: Mapping[str, str] | None = None
) -> TextReview | None:
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
        defaults={
            "text": text,
            "parts": dict(parts or {}),
            "about": about[:200],
            "organisation": slug,
            "asked_by": by,
            "asked_at": business_now(),
        },
    )
    if fresh:
        record(action="text.review_asked", by=by, subject=subject, organisation=organisation)
    return review


@transaction.atomic
def ask_for_reviews(*, rows: Iterable[ReviewedTexts], organisation: Any, by: Any) -> int:
    """Put into the queue what others do not read yet as it stands, and nobody is asked about; how many."""
    several = list(rows)
    found = standings_of(several)
    # What waits of an earlier text is taken out: nobody will read it.
    withdraw_reviews(row for row in several if not found[row.review_subject].waits)
    asked = 0
    for row in several:
        standing = found[row.review_subject]
        if standing.is_current or standing.waits or standing.refused:
            continue
        texts = row.texts_to_review()
        ask_for_review(
            subject=row.review_subject,
            text=together(texts),
            parts=texts,
            about=row.review_about,
            organisation=organisation,
            by=by,
        )
        asked += 1
    return asked


def withdraw_reviews(rows: Iterable[ReviewedTexts]) -> None:
    """Take out of the queue what nobody will read: things that are gone, or no longer shared."""
    TextReview.objects.filter(subject__in=[row.review_subject for row in rows], state=ReviewState.WAITING).delete()


def note_published(*, rows: Iterable[tuple[ReviewedTexts, Mapping[str, str]]], organisation: Any, source: str) -> None:
    """These texts of these rows stand on a public page of their organisation: others read them without a review."""
    TextReview.objects.bulk_create(
        (
            TextReview(
                subject=row.review_subject,
                fingerprint=fingerprint(together(texts)),
                text=together(texts),
                parts=dict(texts),
                about=row.review_about[:200],
                organisation=organisation.slug,
                source=source,
                state=ReviewState.PUBLISHED,
                asked_at=business_now(),
            )
            for row, texts in rows
        ),
        ignore_conflicts=True,
    )


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
