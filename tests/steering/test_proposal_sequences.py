"""A9: whatever the group, the board and each Healthwatch do about proposals, in any order, each stands where its replies say."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from edi_portal.clock import set_business_day
from organisations.models import Place, User
from organisations.roles import Role
from steering.models import Proposal, Reply
from steering.selectors.proposals import standing_of
from steering.services.proposals import ProposalEntry, propose, reply_to_proposal, take_back_reply, withdraw_proposal
from tests.organisations.factories import person
from tests.platform.walks import Walk, never, play
from tests.steering.test_workstreams_actions import TODAY, pass_everything

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
ENTRY = ProposalEntry("priority", "Fair shortlists", "Two trained people shortlist.", "Gaps are wide.", date(2020, 3, 31))
WHO = st.sampled_from(["member", "member", "member", "board", "second board", "liverpool", "sefton", "admin"])
WHICH = st.integers(0, 1)
BODY = {"board": "board", "second board": "board", "liverpool": "liverpool", "sefton": "sefton"}
OUTCOMES = st.sampled_from([("ratified", ""), ("returned", "Nothing for deaf patients."), ("returned", " ")])
NEVER = {
    "two replies of a body": "SELECT 1 FROM steering_reply WHERE taken_back_at IS NULL GROUP BY proposal_id, place_id "
    "HAVING count(*) > 1",
    "returned or withdrawn without a reason": "SELECT 1 FROM steering_reply r, steering_proposal p "
    "WHERE (r.outcome = 'returned' AND r.reason = '') OR (p.withdrawn_on IS NOT NULL AND p.withdraw_reason = '')",
    "a proposal that took the place of two": "SELECT 1 FROM steering_proposal WHERE replaces_id IS NOT NULL "
    "GROUP BY replaces_id HAVING count(*) > 1",
    "a reply that is not on record": "SELECT 1 FROM steering_reply r WHERE (SELECT count(*) FROM audit_auditevent a "
    "WHERE a.action = 'proposal.replied' AND a.subject = 'proposal:' || r.proposal_id) <> "
    "(SELECT count(*) FROM steering_reply o WHERE o.proposal_id = r.proposal_id)",
}


@dataclass
class Modelled:
    """What should be so of one proposal."""

    key: int
    passed: bool = False
    closed: str = ""
    replies: dict[str, str] = field(default_factory=dict)

    @property
    def state(self) -> str:
        """Where it stands."""
        if self.closed:
            return self.closed
        if "returned" in self.replies.values():
            return "returned"
        return "ratified" if len(self.replies) == ProposalLife.bodies else "waiting"


class ProposalLife(Walk):
    """The group, the board, every Healthwatch, and a reviewer."""

    tables = ("steering_proposal", "steering_reply", "reviews_textreview", "audit_auditevent")
    people: dict[str, User]
    others: dict[str, User]
    bodies: int

    @initialize()
    def begin(self) -> None:
        """Nothing is proposed yet."""
        self.set_out()
        self.made: list[Modelled] = []

    def row(self, which: int) -> tuple[Modelled, Proposal] | None:
        """One of the newest proposals."""
        if not self.made:
            return None
        model = self.made[-1 - which % len(self.made)]
        return model, Proposal.objects.get(pk=model.key)

    @rule()
    def go_on(self) -> None:
        """From a proposal to a ratified one, and on to the next."""
        newest = self.made[-1] if self.made else None
        if newest is None or newest.closed or newest.state == "ratified":
            self.propose("member", 0, is_new=True)
        elif not newest.passed:
            self.review()
        elif missing := [who for who in ("board", "liverpool", "sefton") if who not in newest.replies]:
            self.reply(missing[0], 0, ("ratified", ""))
        else:
            self.all_others_ratify(0)

    @rule(who=WHO, which=WHICH, is_new=st.booleans())
    def propose(self, who: str, which: int, is_new: bool) -> None:
        """Something new, or in place of an earlier one."""
        earlier = None if is_new else self.row(which)
        may = who == "member" and (earlier is None or not earlier[0].closed)
        found: list[Proposal] = []
        replaces = earlier[1] if earlier else None
        if self.step(may, lambda: found.append(propose(entry=ENTRY, replaces=replaces, by=self.people[who]))):
            if earlier:
                earlier[0].closed = "replaced"
            self.made.append(Modelled(found[0].pk))

    @rule()
    def review(self) -> None:
        """A reviewer passes all that waits."""
        pass_everything(self.people["admin"])
        for one in self.made:
            one.passed = True

    @rule(who=WHO, which=WHICH, said=OUTCOMES)
    def reply(self, who: str, which: int, said: tuple[str, str]) -> None:
        """Ratify, or return with a reason."""
        if (row := self.row(which)) is None:
            return
        model, proposal = row
        outcome, reason = said
        may = who in BODY and not model.closed and model.passed and (outcome == "ratified" or bool(reason.strip()))
        may = may and BODY.get(who) not in model.replies
        by = self.people[who]
        if self.step(may, lambda: reply_to_proposal(proposal=proposal, outcome=outcome, reason=reason, by=by)):
            model.replies[BODY[who]] = outcome

    @rule(which=WHICH)
    def all_others_ratify(self, which: int) -> None:
        """Each Healthwatch that has nothing to say in this walk otherwise."""
        if (row := self.row(which)) is None:
            return
        model, proposal = row
        for place, reader in self.others.items():
            may = not model.closed and model.passed and place not in model.replies
            if self.step(may, lambda by=reader: reply_to_proposal(proposal=proposal, outcome="ratified", reason="", by=by)):
                model.replies[place] = "ratified"

    @rule(who=st.sampled_from([*BODY, "member"]), which=WHICH, whose=st.sampled_from(["own", "own", "board", "sefton"]))
    def take_back(self, who: str, which: int, whose: str) -> None:
        """A reply, by somebody of the body that gave it or by another."""
        whose = BODY.get(who, "board") if whose == "own" else whose
        if (row := self.row(which)) is None:
            return
        model, proposal = row
        reply = Reply.objects.filter(proposal=proposal, place__slug=None if whose == "board" else whose).last()
        if reply is None:
            return
        may = BODY.get(who) == whose and not model.closed and whose in model.replies
        if self.step(may, lambda: take_back_reply(reply=reply, by=self.people[who])):
            del model.replies[whose]

    @rule(who=WHO, which=WHICH, why=st.sampled_from([" ", "We joined two."]))
    def withdraw(self, who: str, which: int, why: str) -> None:
        """By the group, with a reason."""
        if (row := self.row(which)) is None:
            return
        model, proposal = row
        may = who == "member" and not model.closed and bool(why.strip())
        if self.step(may, lambda: withdraw_proposal(proposal=proposal, reason=why, by=self.people[who])):
            model.closed = "withdrawn"

    @invariant()
    def each_stands_where_the_model_says(self) -> None:
        """State and number of replies."""
        for model in getattr(self, "made", ()):
            standing = standing_of(Proposal.objects.get(pk=model.key))
            assert (standing.state, standing.replied) == (model.state, len(model.replies))

    @invariant()
    def nothing_is_that_must_never_be(self) -> None:
        """Asked by SQL."""
        never(NEVER)


@pytest.fixture
def machine() -> type[ProposalLife]:
    """The machine with its people."""
    set_business_day(TODAY)
    places: dict[str, Any] = {place.slug: place for place in Place.objects.all()}
    readers = {slug: person(Role.HEALTHWATCH_READER, place) for slug, place in places.items()}
    ProposalLife.people = {
        "member": person(Role.STEERING_MEMBER),
        "board": person(Role.BOARD_MEMBER),
        "second board": person(Role.BOARD_MEMBER),
        "admin": person(Role.PORTAL_ADMIN),
        "liverpool": readers.pop("liverpool"),
        "sefton": readers.pop("sefton"),
    }
    ProposalLife.others, ProposalLife.bodies = readers, len(places) + 1
    return ProposalLife


def test_a9_no_sequence_of_steps_leads_a_proposal_astray(machine: type[ProposalLife]) -> None:
    play(machine, examples=4, steps=15)


@pytest.mark.long
def test_a9_no_long_sequence_of_steps_leads_a_proposal_astray(machine: type[ProposalLife]) -> None:
    play(machine, examples=60, steps=50)
