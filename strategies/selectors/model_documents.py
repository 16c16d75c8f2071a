"""Questions about the agreed document, its replies and the plan, as far as a reader may know their texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404

from edi_portal.reviews.selectors import cleared
from organisations.models import Place
from organisations.permissions import can, organisations_with_right
from organisations.roles import Right
from strategies.models import ModelReply, ModelVersion, PlanStep
from strategies.shared_model.replies import BOARD
from strategies.shared_model.vocabulary import SECTIONS


def text_of_version(version: ModelVersion) -> dict[str, str]:
    """Everything written into a version, under its name in the queue of reviews."""
    texts = [version.sections.get(key, "") for key in SECTIONS]
    return {f"operating-model:version:{version.number}": "\n\n".join(text for text in (version.what_changed, *texts) if text)}


def text_of_reply(reply: ModelReply) -> dict[str, str]:
    """The reason of a reply, under its name in the queue of reviews."""
    return {f"operating-model:reply:{reply.pk}": reply.reason}


def texts_of_step(step: PlanStep) -> dict[str, str]:
    """What a step says, and what was said when it was done, each under its own name in the queue of reviews."""
    return {
        step_subject(step): "\n".join(text for text in (step.name, step.detail, step.left_out_reason) if text),
        note_subject(step): step.done_note,
    }


def step_subject(step: PlanStep) -> str:
    """The name of a step's text in the queue of reviews."""
    return f"operating-model:step:{step.pk}"


def note_subject(step: PlanStep) -> str:
    """The name of the text that says what came of a step."""
    return f"operating-model:step-note:{step.pk}"


def versions_shown_to(user: Any) -> list[ModelVersion]:
    """Every version that this account may know of: the draft is the writers' own. One query."""
    rows = ModelVersion.objects.select_related("proposed_by", "changed_by")
    return list(rows if can(user, Right.WRITE_OPERATING_MODEL) else rows.exclude(state=ModelVersion.State.DRAFT))


def get_version(user: Any, number: int) -> ModelVersion:
    """The version, if this account may know of it; Http404 otherwise."""
    found = next((one for one in versions_shown_to(user) if one.number == number), None)
    if found is None:
        raise Http404
    return found


def is_version_readable(user: Any, version: ModelVersion) -> bool:
    """Whether this account reads the text: its writers always, others once a reviewer has passed it."""
    return can(user, Right.WRITE_OPERATING_MODEL) or is_version_passed(version)


def is_version_passed(version: ModelVersion) -> bool:
    """Whether a reviewer has passed the text as it stands, so that everybody reads it. One query."""
    return bool(cleared(text_of_version(version)))


def draft_of_model() -> ModelVersion | None:
    """The version being written."""
    return ModelVersion.objects.filter(state=ModelVersion.State.DRAFT).first()


def bodies_asked() -> dict[str, str]:
    """Who replies to a proposal: key → name. The STP board, and the Healthwatch of every place. One query."""
    places = Place.objects.all()
    return {BOARD: "STP board"} | {place.slug: place.healthwatch_name or f"Healthwatch {place.name}" for place in places}


def replies_to(version: ModelVersion) -> list[ModelReply]:
    """The replies in the order in which they came. One query."""
    return list(version.replies.select_related("place", "recorded_by"))


def body_of(reply: ModelReply) -> str:
    """The key of the body that replied."""
    return reply.place.slug if reply.place is not None else BOARD


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """One body that was asked: its newest reply, and whether the reader may read the reason."""

    key: str
    body: str
    reply: ModelReply | None
    reason: str


def reply_rows(user: Any, version: ModelVersion) -> list[ReplyRow]:
    """Everybody asked, with what they replied. Three queries."""
    replies = replies_to(version)
    latest = {body_of(reply): reply for reply in replies}
    open_ones = cleared({key: text for reply in latest.values() for key, text in text_of_reply(reply).items()})
    rows = []
    for key, name in bodies_asked().items():
        reply = latest.get(key)
        readable = reply is not None and (reply.recorded_by_id == user.pk or open_ones.issuperset(text_of_reply(reply)))
        rows.append(ReplyRow(key, name, reply, reply.reason if reply is not None and readable else ""))
    return rows


def steps_shown_to(user: Any) -> list[PlanStep]:
    """Steps whose text this account may read: writers and the owner all of theirs, others once passed. Three queries."""
    steps = list(PlanStep.objects.select_related("owner"))
    if can(user, Right.WRITE_OPERATING_MODEL):
        return steps
    own = own_organisations(user)
    passed = cleared({step_subject(one): texts_of_step(one)[step_subject(one)] for one in steps})
    return [one for one in steps if one.owner_id in own or step_subject(one) in passed]


def readable_notes(user: Any, steps: Iterable[PlanStep]) -> frozenset[int]:
    """Steps of which this account may read what came of them. Two queries."""
    found = list(steps)
    if can(user, Right.WRITE_OPERATING_MODEL):
        return frozenset(one.pk for one in found)
    own = own_organisations(user)
    passed = cleared({note_subject(one): one.done_note for one in found})
    return frozenset(one.pk for one in found if one.owner_id in own or note_subject(one) in passed)


def get_step(user: Any, pk: int) -> PlanStep:
    """The step, if this account may read it; Http404 otherwise."""
    found = next((one for one in steps_shown_to(user) if one.pk == pk), None)
    if found is None:
        raise Http404
    return found


def own_organisations(user: Any) -> set[int]:
    """Organisations whose registers this account sees whole. One query."""
    return set(organisations_with_right(user, Right.VIEW_REGISTERS).values_list("pk", flat=True))
