"""The only writer of EDS panels: a Healthwatch scores and comments, the organisation answers. Nothing is changed afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import Incomplete, StaleData
from kpis.services.notices import queue_notices
from organisations.models import Membership, Organisation, Place
from organisations.permissions import require
from organisations.roles import Right, Role
from steering.models import PanelAnswer, PanelComment, PanelScore
from steering.panels import ANSWER_DAYS, OUTCOMES, differs
from steering.permissions import check_can_comment, check_can_score
from steering.selectors.panels import OwnScores
from steering.services.texts import ask_for_reviews


@dataclass(frozen=True, slots=True)
class Given:
    """A score as typed, with the reason."""

    score: int
    reason: str = ""


@transaction.atomic
def score_outcomes(
    *, organisation: Organisation, own: OwnScores, given: Mapping[str, Given], seen: int, by: Any
) -> list[PanelScore]:
    """Add a version for every outcome whose score or reason is new; returns those.

    `seen` is how many versions the page showed: where a colleague has scored meanwhile, nothing is saved.
    """
    place = check_can_score(by, organisation)
    if own.release is None:
        raise Incomplete("No EDS scores have been released yet, so there is no year to score.")
    Place.objects.select_for_update().get(pk=place.pk)
    year = own.financial_year
    rows = list(PanelScore.objects.filter(organisation=organisation, place=place, financial_year=year).order_by("version"))
    if len(rows) != seen:
        raise StaleData("A colleague has scored meanwhile. Nothing of yours is lost: look at it, and save again.")
    now = {row.outcome: row for row in rows}
    made = []
    for key, typed in given.items():
        row, reason = now.get(key), typed.reason.strip()
        if row is not None and (row.score, row.reason) == (typed.score, reason):
            continue
        beside = own.of(organisation).get(key)
        if differs(typed.score, beside) and not reason:
            raise Incomplete(f"{OUTCOMES[key].name}: say why your score differs from the organisation's.")
        made.append(
            PanelScore(
                place=place,
                organisation=organisation,
                financial_year=year,
                outcome=key,
                version=row.version + 1 if row is not None else 1,
                score=typed.score,
                own_score=beside,
                release=own.release,
                reason=reason,
                scored_at=business_now(),
                scored_by=by,
            )
        )
    for one in made:
        _save(one)
        ask_for_reviews(one, by=by)
    if made:
        details = {"place": place.slug, "year": year, "outcomes": len(made)}
        record(action="panel.scored", by=by, organisation=organisation, subject=f"panel:{organisation.slug}", details=details)
    return made


@transaction.atomic
def comment_on(*, organisation: Organisation, about: str, text: str, by: Any) -> PanelComment:
    """Say something of an organisation's scores or figures; its EDI leads are told, and answer within four weeks."""
    place = check_can_comment(by)
    comment = PanelComment(
        place=place,
        organisation=organisation,
        about=about,
        text=text.strip(),
        answer_due_on=business_today() + timedelta(days=ANSWER_DAYS),
        made_at=business_now(),
        made_by=by,
    )
    _save(comment)
    ask_for_reviews(comment, by=by)
    queue_notices(kind="panel_comment", about=comment.pk, recipients=leads_of(organisation), by=by)
    details = {"place": place.slug, "about": about}
    record(action="panel.commented", by=by, organisation=organisation, subject=f"panel-comment:{comment.pk}", details=details)
    return comment


@transaction.atomic
def answer_comment(*, comment: PanelComment, text: str, promised_on: date | None, by: Any) -> PanelAnswer:
    """Answer for the organisation, or add to the answer; the readers of the Healthwatch are told."""
    organisation = comment.organisation
    require(by, Right.KEEP_REGISTERS, organisation)
    if promised_on is not None and promised_on < business_today():
        raise Incomplete("The day by which it is done must not be in the past.")
    answer = PanelAnswer(
        comment=comment,
        written_for=organisation,
        text=text.strip(),
        promised_on=promised_on,
        answered_at=business_now(),
        answered_by=by,
    )
    _save(answer)
    ask_for_reviews(answer, by=by)
    queue_notices(kind="panel_answer", about=answer.pk, recipients=readers_of(comment.place), by=by)
    record(action="panel.answered", by=by, organisation=organisation, subject=f"panel-comment:{comment.pk}")
    return answer


def leads_of(organisation: Organisation) -> list[Any]:
    """The accounts that are told of a comment."""
    return _accounts(role=Role.EDI_LEAD, organisation=organisation)


def readers_of(place: Place) -> list[Any]:
    """The accounts of the Healthwatch of a place."""
    return _accounts(role=Role.HEALTHWATCH_READER, place=place)


def _accounts(**where: object) -> list[Any]:
    rows = Membership.objects.in_force().filter(user__is_active=True, **where).select_related("user")
    return list({row.user_id: row.user for row in rows}.values())


def _save(row: PanelScore | PanelComment | PanelAnswer) -> None:
    try:
        row.full_clean()
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error
    row.save()
