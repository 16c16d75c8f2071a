"""Questions about proposals: where each stands, who has replied, what waits for whom."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, QuerySet

from organisations.models import Place
from steering.models import Proposal, Reply
from steering.models.proposals import healthwatch_name
from steering.permissions import body_of
from steering.vocabulary import BOARD
from strategies.models import ModelVersion
from strategies.selectors.model_documents import bodies_asked, is_version_passed, replies_to
from strategies.selectors.model_documents import body_of as body_of_reply
from strategies.shared_model.replies import BOARD as MODEL_BOARD


@dataclass(frozen=True, slots=True)
class BodyState:
    """One body that is asked, and its reply if it gave one."""

    name: str
    place: Place | None
    reply: Reply | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a proposal stands: `state` is waiting, ratified, returned, withdrawn or replaced."""

    proposal: Proposal
    bodies: tuple[BodyState, ...]

    @property
    def returned(self) -> tuple[BodyState, ...]:
        """The bodies that returned it."""
        return tuple(one for one in self.bodies if one.reply is not None and one.reply.outcome == "returned")

    @property
    def replied(self) -> int:
        """How many bodies have replied."""
        return sum(one.reply is not None for one in self.bodies)

    @property
    def state(self) -> str:
        """Where it stands."""
        if self.proposal.withdrawn_on is not None:
            return "withdrawn"
        if hasattr(self.proposal, "replaced_by"):
            return "replaced"
        if self.returned:
            return "returned"
        return "ratified" if self.bodies and self.replied == len(self.bodies) else "waiting"

    @property
    def is_open(self) -> bool:
        """Whether bodies may reply."""
        return self.state in {"waiting", "returned", "ratified"}

    @property
    def words(self) -> str:
        """The same in words."""
        match self.state:
            case "withdrawn":
                return "Withdrawn"
            case "replaced":
                return f"Replaced by proposal {self.proposal.replaced_by.pk}"
            case "ratified":
                return "Ratified by all"
            case "returned":
                return f"Returned by {' and '.join(one.name for one in self.returned)}"
        return f"{self.replied} of {len(self.bodies)} have replied"

    def reply_of(self, place: Place | None) -> Reply | None:
        """The reply of the board (None) or of the Healthwatch of a place."""
        key = place.pk if place is not None else None
        return next((one.reply for one in self.bodies if (one.place.pk if one.place else None) == key), None)

    def is_late_on(self, day: date) -> bool:
        """Whether replies are missing after the day on which they are due."""
        return self.state == "waiting" and self.proposal.reply_by < day


@dataclass(frozen=True, slots=True)
class ModelState:
    """The newest version of the operating model that was proposed, and whether the reader's body still owes a reply.

    Its replies are kept with the model itself, so that there is one truth; here it is shown beside the proposals.
    """

    version: ModelVersion
    replied: int
    asked: int
    waits: bool

    @property
    def words(self) -> str:
        """Where it stands."""
        if self.version.state == ModelVersion.State.PROPOSED:
            return f"{self.replied} of {self.asked} have replied"
        return str(self.version.get_state_display())


def operating_model_for(user: Any) -> ModelState | None:
    """Where the operating model stands; None while no version was proposed. Four queries at most.

    It waits for a body that can read it: one whose text a reviewer has not passed yet asks for nothing.
    """
    version = ModelVersion.objects.exclude(state=ModelVersion.State.DRAFT).order_by("-number").first()
    if version is None:
        return None
    replied = {body_of_reply(reply) for reply in replies_to(version)}
    replies, place = body_of(user)
    own = place.slug if place is not None else MODEL_BOARD
    open_now = version.state in (ModelVersion.State.PROPOSED, ModelVersion.State.RETURNED)
    waits = replies and open_now and own not in replied and is_version_passed(version)
    return ModelState(version, len(replied), len(bodies_asked()), waits)


def proposals() -> QuerySet[Proposal]:
    """Every proposal with its replies. Two queries."""
    live = Reply.objects.filter(taken_back_at__isnull=True).select_related("place", "replied_by")
    rows = Proposal.objects.select_related("workstream", "decision", "replaced_by", "replaces")
    return rows.prefetch_related(Prefetch("replies", queryset=live))


def standings(rows: Iterable[Proposal]) -> tuple[Standing, ...]:
    """Where each stands. The bodies asked are the board and the Healthwatch of each place. One query."""
    places = list(Place.objects.all())
    found = []
    for row in rows:
        by_place = {reply.place_id: reply for reply in row.replies.all()}
        bodies = [BodyState(BOARD, None, by_place.get(None))]
        bodies += [BodyState(healthwatch_name(place), place, by_place.get(place.pk)) for place in places]
        found.append(Standing(row, tuple(bodies)))
    return tuple(found)


def standing_of(proposal: Proposal) -> Standing:
    """Where one stands."""
    return standings(proposals().filter(pk=proposal.pk))[0]


def asked_of(user: Any) -> tuple[Standing, ...]:
    """The open proposals that wait for a reply of this reader's body, those due first on top. Three queries at most."""
    replies, place = body_of(user)
    if not replies:
        return ()
    rows = standings(proposals().filter(withdrawn_on__isnull=True, replaced_by__isnull=True).order_by("reply_by", "pk"))
    return tuple(one for one in rows if one.is_open and one.reply_of(place) is None)


def returned_to_group() -> tuple[Standing, ...]:
    """The open proposals that a body returned: the group changes or withdraws them. Three queries."""
    rows = proposals().filter(withdrawn_on__isnull=True, replaced_by__isnull=True)
    return tuple(one for one in standings(rows) if one.state == "returned")
