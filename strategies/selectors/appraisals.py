"""Questions about options appraisals, as far as a reader may know them."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from edi_portal.reviews.selectors import cleared
from organisations.permissions import can
from organisations.roles import Right
from strategies.models import OptionsAppraisal


def appraisals_shown_to(user: Any) -> list[OptionsAppraisal]:
    """Every version: the draft for its writers, decided ones for others once a reviewer has passed their texts."""
    rows = list(
        OptionsAppraisal.objects.select_related("preferred", "decided_by").prefetch_related(
            "options__scores__criterion", "criteria"
        )
    )
    if can(user, Right.WRITE_OPERATING_MODEL):
        return rows
    decided = [one for one in rows if one.state != OptionsAppraisal.State.DRAFT]
    passed = cleared({subject_of(one): text_of(one) for one in decided})
    return [one for one in decided if subject_of(one) in passed]


def get_appraisal(user: Any, number: int) -> OptionsAppraisal:
    """The version, if this account may read it; Http404 otherwise."""
    found = next((one for one in appraisals_shown_to(user) if one.number == number), None)
    if found is None:
        raise Http404
    return found


def draft_of_appraisal() -> OptionsAppraisal | None:
    """The version being written, with everything in it."""
    rows = OptionsAppraisal.objects.filter(state=OptionsAppraisal.State.DRAFT)
    return rows.prefetch_related("options__scores__criterion", "criteria").first()


def subject_of(appraisal: OptionsAppraisal) -> str:
    """The name of its texts in the queue of reviews and in the audit trail."""
    return f"operating-model:appraisal:{appraisal.number}"


def text_of(appraisal: OptionsAppraisal) -> str:
    """Everything written into it."""
    lines = [appraisal.reason, *(criterion.name for criterion in appraisal.criteria.all())]
    for option in appraisal.options.all():
        lines += [f"{option.name}: {option.description}"]
        lines += [f"{score.criterion.name}: {score.reason}" for score in option.scores.all()]
    return "\n".join(line for line in lines if line)


def weights_of(appraisal: OptionsAppraisal) -> dict[str, int]:
    """Criterion → points."""
    return {criterion.key: criterion.weight for criterion in appraisal.criteria.all()}


def scores_of(appraisal: OptionsAppraisal) -> dict[str, dict[str, int]]:
    """Option → criterion → score, as far as they are given."""
    return {option.key: {one.criterion.key: one.score for one in option.scores.all()} for option in appraisal.options.all()}
