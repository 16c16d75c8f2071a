"""A9: whatever people do to a return, in any order and in any role, it stays in a state that the rules know.

A small model of its own says what each step should do. After every step the database is compared with it, and asked for what
must never be: read by SQL, not by the code under test.
"""

from typing import Any

import pytest
from django.db import connection
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from kpis.catalogue import CellKey
from kpis.models.returns import KpiReturn, ReturnValue
from kpis.selectors.returns import content_of
from kpis.services import collections, returns
from kpis.services.return_saving import CellChange
from kpis.services.returns import SponsorComment
from organisations.models import User
from organisations.roles import Role
from tests.kpis.factories import close
from tests.kpis.return_world import GRID, ReturnWorld, return_world
from tests.organisations.factories import hold, person
from tests.platform.walks import Walk, never, play

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
WHO = st.sampled_from(["lead", "both", "contributor", "sponsor", "second sponsor", "admin", "stranger"])
AMOUNTS = st.integers(60, 62)
SENDS, DECIDES, TYPES = {"lead", "both"}, {"sponsor", "second sponsor", "both"}, {"lead", "both", "contributor"}
OPEN, DONE = {"draft", "sent_back"}, {"signed_off", "not_required"}
NEVER = {
    "two living versions": "SELECT 1 FROM kpis_kpireturn WHERE superseded_at IS NULL GROUP BY collection_id, organisation_id "
    "HAVING count(*) > 1",
    "a gap between versions": "SELECT 1 FROM kpis_kpireturn GROUP BY collection_id, organisation_id "
    "HAVING count(*) <> max(number) OR min(number) <> 1",
    "an older version that nobody had finished": "SELECT 1 FROM kpis_kpireturn WHERE superseded_at IS NOT NULL "
    "AND status NOT IN ('signed_off', 'not_required')",
    "signed by who sent it or typed in it": "SELECT 1 FROM kpis_kpireturn r WHERE signed_off_by_id = submitted_by_id OR EXISTS "
    "(SELECT FROM kpis_returnvalue v WHERE v.kpi_return_id = r.id AND v.updated_by_id = r.signed_off_by_id)",
    "signed or sent without a name, or named without being so": "SELECT 1 FROM kpis_kpireturn WHERE "
    "(status = 'signed_off') <> (signed_off_by_id IS NOT NULL) OR "
    "(status IN ('submitted', 'signed_off') AND submitted_by_id IS NULL) OR (status = 'draft' AND submitted_by_id IS NOT NULL)",
    "a step without its audit event": "SELECT 1 FROM kpis_returnevent e JOIN kpis_kpireturn r ON r.id = e.kpi_return_id "
    "WHERE e.kind IN ('submit', 'recall', 'send_back', 'sign_off') AND NOT EXISTS "
    "(SELECT FROM audit_auditevent a WHERE a.action = 'return.' || e.kind AND a.actor_id = e.by_id)",
}


class ReturnLife(Walk):
    """Seven people around one return, and a clock that may run out."""

    tables = ("kpis_kpireturn", "kpis_returnvalue", "kpis_returncomment", "kpis_returnevent", "audit_auditevent", "jobs_job")
    made: ReturnWorld
    people: dict[str, User]

    @initialize()
    def begin(self) -> None:
        """A filled draft; whatever this run does is taken back."""
        self.set_out()
        self.status, self.number, self.is_open, self.sender = "draft", 1, True, ""
        self.amount, self.typed_by = int(ReturnValue.objects.get(**self.cell()).amount), set[str]()
        self.signed: dict[int, tuple[str, str]] = {}

    def cell(self) -> dict[str, Any]:
        return {"kpi_return": self.live(), "measure": GRID, "row": "white", "column": "applied"}

    def live(self) -> KpiReturn:
        return KpiReturn.objects.live().get(organisation=self.made.organisation, collection=self.made.draft.collection)

    @rule(who=WHO, amount=AMOUNTS)
    def type_a_figure(self, who: str, amount: int) -> None:
        """One cell, by the form's service."""
        change = CellChange(GRID, CellKey("white", "applied"), amount)  # type: ignore[arg-type]
        may = who in TYPES and self.status in OPEN and self.is_open
        if self.step(may, lambda: returns.save_answers(kpi_return=self.live(), by=self.people[who], cells=[change])):
            if amount != self.amount:
                self.typed_by = {who}
            self.amount = amount

    @rule(who=WHO)
    def submit(self, who: str) -> None:
        """To the sponsor."""
        may = who in SENDS and self.status in OPEN and self.is_open and self.is_whole()
        if self.step(may, lambda: returns.submit_return(kpi_return=self.live(), by=self.people[who])):
            self.status, self.sender = "submitted", who

    @rule(who=WHO, why=st.sampled_from(["", "A figure is wrong."]))
    def recall(self, who: str, why: str) -> None:
        """Back from the sponsor's desk."""
        may = who in SENDS and self.status == "submitted" and bool(why)
        if self.step(may, lambda: returns.recall_return(kpi_return=self.live(), by=self.people[who], comment=why)):
            self.status = "draft"

    @rule(who=WHO, why=st.sampled_from(["", "Look again."]))
    def send_back(self, who: str, why: str) -> None:
        """By a sponsor, with a comment."""
        comments = [SponsorComment(why)]
        may = self.may_decide(who) and bool(why)
        if self.step(may, lambda: returns.send_back_return(kpi_return=self.live(), by=self.people[who], comments=comments)):
            self.status = "sent_back"

    @rule(who=WHO)
    def sign(self, who: str) -> None:
        """By a sponsor who neither sent it nor typed in it."""
        kpi_return, by = self.live(), self.people[who]
        seen = returns.content_hash(kpi_return)

        def deed() -> None:
            returns.sign_off_return(kpi_return=kpi_return, by=by, statement="I have reviewed it.", seen_hash=seen)

        if self.step(self.may_decide(who) and self.is_whole(), deed):
            self.status = "signed_off"
            self.signed[self.number] = (seen, content(self.live()))

    @rule(who=WHO, why=st.sampled_from(["", "A count was wrong."]))
    def reopen(self, who: str, why: str) -> None:
        """As a new version."""
        may = who in SENDS and self.status in DONE and self.is_open and bool(why)
        if self.step(may, lambda: returns.reopen_return(kpi_return=self.live(), by=self.people[who], reason=why)):
            self.status, self.number = "draft", self.number + 1

    @rule(who=st.sampled_from(["admin", "lead", "sponsor"]))
    def excuse(self, who: str) -> None:
        """Not required after all."""
        may = who == "admin" and self.status in OPEN
        if self.step(may, lambda: collections.excuse_return(kpi_return=self.live(), reason="Merged.", by=self.people[who])):
            self.status = "not_required"

    @precondition(lambda self: self.is_open and self.number > 1)
    @rule()
    def time_runs_out(self) -> None:
        """The collection closes."""
        close(self.live().collection)
        self.is_open = False

    def is_whole(self) -> bool:
        """Whether the figures may be sent is a matter of the validation rules, which have tests of their own."""
        return content_of(self.live()).can_be_sent

    def may_decide(self, who: str) -> bool:
        return who in DECIDES and self.status == "submitted" and who != self.sender and who not in self.typed_by

    @invariant()
    def the_database_says_what_the_model_says(self) -> None:
        """Status, version and figure."""
        if self.is_under_way:
            kpi_return = self.live()
            assert (kpi_return.status, kpi_return.number) == (self.status, self.number)
            assert ReturnValue.objects.get(**self.cell()).amount == self.amount

    @invariant()
    def nothing_is_that_must_never_be(self) -> None:
        """Asked by SQL."""
        never(NEVER)

    @invariant()
    def what_was_signed_stays(self) -> None:
        """Every signed version still says what its sponsor saw."""
        for number, (seen, said) in getattr(self, "signed", {}).items():
            version = KpiReturn.objects.get(
                organisation=self.made.organisation, collection=self.made.draft.collection, number=number
            )
            assert (version.content_hash, content(version)) == (seen, said)


def content(kpi_return: KpiReturn) -> str:
    """The cells of a version, as the database holds them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT md5(string_agg(concat_ws('/', measure, row, \"column\", amount), ',' ORDER BY measure, row, \"column\")) "
            "FROM kpis_returnvalue WHERE kpi_return_id = %s",
            [kpi_return.pk],
        )
        return str(cursor.fetchone()[0])


@pytest.fixture
def machine() -> type[ReturnLife]:
    """The machine around a filled draft."""
    world = return_world()
    world.filled()
    both = person(Role.EDI_LEAD, world.organisation)
    hold(both, Role.EXECUTIVE_SPONSOR, world.organisation)
    ReturnLife.made = world
    ReturnLife.people = {
        "lead": world.lead,
        "both": both,
        "contributor": world.recruiter,
        "sponsor": world.sponsor,
        "second sponsor": person(Role.EXECUTIVE_SPONSOR, world.organisation),
        "admin": person(Role.PORTAL_ADMIN),
        "stranger": world.stranger,
    }
    return ReturnLife


def test_a9_no_sequence_of_steps_leads_a_return_astray(machine: type[ReturnLife]) -> None:
    play(machine, examples=3, steps=15)


@pytest.mark.long
def test_a9_no_long_sequence_of_steps_leads_a_return_astray(machine: type[ReturnLife]) -> None:
    play(machine, examples=60, steps=40)
