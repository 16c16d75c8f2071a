"""A9: whatever happens to the versions of the shared operating model, in any order, one is in force and one is proposed at
most, and each stands where the replies say."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from edi_portal.clock import business_today, set_business_day
from organisations.models import Organisation, Place, User
from organisations.roles import Role
from strategies.models import ModelVersion
from strategies.services.model_documents import (
    VersionEntry,
    begin_version,
    propose_version,
    record_reply,
    save_version,
    take_back_version,
)
from strategies.shared_model.vocabulary import SECTIONS
from tests.organisations.factories import person
from tests.platform.walks import Walk, never, play
from tests.steering.test_workstreams_actions import TODAY
from tests.strategies.operating_models import pass_all

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
WHO = st.sampled_from(["member", "member", "member", "board", "liverpool", "sefton", "lead"])
BODIES = {"board", "liverpool", "sefton"}
WHICH = st.integers(0, 1)
SAID = st.sampled_from([("ratify", ""), ("return", "Nothing on carers."), ("return", " "), ("perhaps", "x")])
NEVER = {
    f"two versions that are {state}": f"SELECT 1 FROM strategies_modelversion WHERE state = '{state}' HAVING count(*) > 1"
    for state in ("draft", "proposed", "ratified")
} | {
    "a gap between the numbers": "SELECT 1 FROM strategies_modelversion HAVING count(*) <> max(number)",
    "replies to a draft": "SELECT 1 FROM strategies_modelversion v JOIN strategies_modelreply r ON r.document_id = v.id "
    "WHERE v.state = 'draft'",
    "a draft before another version": "SELECT 1 FROM strategies_modelversion v JOIN strategies_modelversion w "
    "ON w.number > v.number WHERE v.state = 'draft'",
}


@dataclass
class Modelled:
    """What should be so of one version. A text that was proposed is known by whether it says what changed."""

    state: str = "draft"
    is_whole: bool = False
    says_what_changed: bool = False
    waits: set[bool] = field(default_factory=set)
    passed: set[bool] = field(default_factory=set)
    replies: dict[str, str] = field(default_factory=dict)

    @property
    def is_passed(self) -> bool:
        """Whether a reviewer has passed what it says."""
        return self.says_what_changed in self.passed


class ModelLife(Walk):
    """The steering group writes; the board and each Healthwatch reply."""

    tables = ("strategies_modelversion", "strategies_modelreply", "reviews_textreview", "audit_auditevent")
    people: dict[str, User]
    others: dict[str, User]
    bodies: int

    @initialize()
    def begin(self) -> None:
        """There is no version yet."""
        self.set_out()
        self.made: list[Modelled] = []

    def row(self, which: int) -> tuple[Modelled, ModelVersion] | None:
        """The newest version, or the one before."""
        if len(self.made) <= which:
            return None
        number = len(self.made) - which
        return self.made[number - 1], ModelVersion.objects.get(number=number)

    @rule()
    def go_on(self) -> None:
        """From a draft to the version in force, and on to the next."""
        newest = self.made[-1] if self.made else None
        if newest is None or newest.state in {"returned", "ratified", "replaced"}:
            self.begin_one("member")
        elif newest.state == "draft" and not (newest.is_whole and newest.says_what_changed):
            self.save("member", 0, whole=True, says=True, is_late=False)
        elif newest.state == "draft":
            self.propose("member", 0)
        elif not newest.is_passed:
            self.review()
        elif missing := sorted(BODIES - newest.replies.keys()):
            self.reply(missing[0], 0, ("ratify", ""))
        else:
            self.all_others_ratify(0)

    @rule(who=WHO)
    def begin_one(self, who: str) -> None:
        """The draft that is there, or a copy of the newest."""
        drafted = any(one.state == "draft" for one in self.made)
        if self.step(who == "member", lambda: begin_version(by=self.people[who])) and not drafted:
            self.made.append(Modelled(is_whole=bool(self.made) and self.made[-1].is_whole))

    @rule(who=WHO, which=WHICH, whole=st.booleans(), says=st.booleans(), is_late=st.booleans())
    def save(self, who: str, which: int, whole: bool, says: bool, is_late: bool) -> None:
        """Some sections or all, by somebody who saw the newest draft or an older one."""
        if (row := self.row(which)) is None:
            return
        model, version = row
        entry = VersionEntry("Carers." if says else "", dict.fromkeys(SECTIONS, "Agreed.") if whole else {})
        seen = version.version - is_late
        may = who == "member" and model.state == "draft" and not is_late
        if self.step(may, lambda: save_version(version=version, entry=entry, seen_version=seen, by=self.people[who])):
            model.is_whole, model.says_what_changed = whole, says

    @rule(who=WHO, which=WHICH)
    def propose(self, who: str, which: int) -> None:
        """Put it before those who ratify."""
        if (row := self.row(which)) is None:
            return
        model, version = row
        others = [one for one in self.made if one is not model and one.state != "draft"]
        may = who == "member" and model.state == "draft" and model.is_whole and (model.says_what_changed or not others)
        may = may and all(one.state != "proposed" for one in others)
        if self.step(may, lambda: propose_version(version=version, by=self.people[who])):
            model.state = "proposed"
            model.waits = {model.says_what_changed} - model.passed

    @rule()
    def review(self) -> None:
        """A reviewer passes all that waits, also what was taken back since."""
        pass_all(self.people["admin"])
        for one in self.made:
            one.passed |= one.waits
            one.waits = set()

    @rule(who=WHO, which=WHICH)
    def take_back(self, who: str, which: int) -> None:
        """As long as nobody has replied and no next draft is there."""
        if (row := self.row(which)) is None:
            return
        model, version = row
        may = who == "member" and model.state == "proposed" and not model.replies
        may = may and all(one.state != "draft" for one in self.made)
        if self.step(may, lambda: take_back_version(version=version, by=self.people[who])):
            model.state = "draft"

    @rule(who=WHO, which=WHICH, said=SAID)
    def reply(self, who: str, which: int, said: tuple[str, str]) -> None:
        """By somebody of a body, or of none."""
        if (row := self.row(which)) is not None:
            self.replied(row, who, self.people[who], said)

    @rule(which=WHICH)
    def all_others_ratify(self, which: int) -> None:
        """Each Healthwatch that has nothing to say in this walk otherwise."""
        for place, reader in self.others.items():
            if (row := self.row(which)) is not None:
                self.replied(row, place, reader, ("ratify", ""))

    def replied(self, row: tuple[Modelled, ModelVersion], body: str, by: User, said: tuple[str, str]) -> None:
        model, version = row
        decision, reason = said
        later = self.made[self.made.index(model) + 1 :]
        may = (body in BODIES or body in self.others) and model.state in {"proposed", "returned"}
        may = may and model.is_passed and all(one.state == "draft" for one in later)
        may = may and (decision == "ratify" or (decision == "return" and bool(reason.strip())))
        today = business_today()
        if self.step(may, lambda: record_reply(version=version, by=by, decision=decision, reason=reason, on=today)):
            model.replies[body] = decision
            self.settle(model)

    def settle(self, model: Modelled) -> None:
        """By one return it is returned; when all agree it is in force, and the one before no more."""
        if "return" in model.replies.values():
            model.state = "returned"
        elif len(model.replies) < self.bodies:
            model.state = "proposed"
        else:
            for one in self.made:
                one.state = "replaced" if one.state == "ratified" else one.state
            model.state = "ratified"

    @invariant()
    def each_stands_where_the_model_says(self) -> None:
        """Every version's state, in their order."""
        states = list(ModelVersion.objects.order_by("number").values_list("state", flat=True))
        assert states == [one.state for one in getattr(self, "made", ())]

    @invariant()
    def nothing_is_that_must_never_be(self) -> None:
        """Asked by SQL."""
        never(NEVER)


@pytest.fixture
def machine() -> type[ModelLife]:
    """The machine with its people."""
    set_business_day(TODAY)
    places: dict[str, Any] = {place.slug: place for place in Place.objects.all()}
    readers = {slug: person(Role.HEALTHWATCH_READER, place) for slug, place in places.items()}
    ModelLife.people = {
        "member": person(Role.STEERING_MEMBER),
        "board": person(Role.BOARD_MEMBER),
        "admin": person(Role.PORTAL_ADMIN),
        "lead": person(Role.EDI_LEAD, Organisation.objects.get(slug="mid-cheshire")),
        "liverpool": readers.pop("liverpool"),
        "sefton": readers.pop("sefton"),
    }
    ModelLife.others, ModelLife.bodies = readers, len(places) + 1
    return ModelLife


def test_a9_no_sequence_of_steps_leads_the_operating_model_astray(machine: type[ModelLife]) -> None:
    play(machine, examples=4, steps=20)


@pytest.mark.long
def test_a9_no_long_sequence_of_steps_leads_the_operating_model_astray(machine: type[ModelLife]) -> None:
    play(machine, examples=80, steps=60)
