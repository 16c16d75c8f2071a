"""A3: whatever happens to returns before and while a release is made part by part, the release says what one says that is made at
once from the returns as they then stand.

The model is a dictionary: organisation → the counts that were signed last. What is made at once is made from it, not from rows.
"""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from edi_portal.exceptions import BusinessError
from kpis.catalogue import CellKey
from kpis.exact_counts import ReturnedQuarter
from kpis.models.collections import Collection
from kpis.models.release_builds import BuildPart, ReleaseBuild
from kpis.models.releases import Release
from kpis.models.returns import KpiReturn
from kpis.release_content import PartResult, build_content
from kpis.selectors import release_inputs
from kpis.selectors.definitions import framework_for
from kpis.selectors.returns import content_of
from kpis.services import release_parts, releases, returns
from kpis.services.return_saving import CellChange
from kpis.services.returns import SponsorComment
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.kpis.factories import Values, fill, open_collection, plain_values, signed_return
from tests.kpis.release_world import hold_few, people, shrink_partnership
from tests.organisations.factories import person
from tests.platform.walks import Walk, play

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
PERIOD, GRID = "2019-20-q2", "recruitment_ethnicity"
CELL = (GRID, "white", "applied")
RELEASED = {"DQ-1", "WRES-2", "BRD-1", "PAT-1"}
MOVING = 3
"""Organisations whose returns move; those of the others are signed and stay."""


class ReleaseLife(Walk):
    """Three returns that people work on, and a release that is being made meanwhile."""

    collection: Collection
    leads: list[User]
    sponsors: list[User]
    moving: list[Organisation]
    resting: dict[str, Values]
    first: list[Values]
    often = False

    @initialize()
    def begin(self) -> None:
        """Drafts; whatever this run does is taken back."""
        self.set_out()
        self.signed: dict[str, Values] = dict(self.resting)
        self.typed: list[Values] = list(self.first)
        self.late: list[tuple[BuildPart, PartResult | None]] = []

    def teardown(self) -> None:
        """At the end the release is made; then nothing of it happened."""
        try:
            if self.is_under_way:
                self.made_in_parts_is_made_at_once()
        finally:
            super().teardown()

    def live(self, which: int) -> KpiReturn:
        return KpiReturn.objects.live().get(organisation=self.moving[which], collection=self.collection)

    def tried(self, deed: Callable[[], Any]) -> bool:
        """Whether the rules let it happen."""
        try:
            deed()
        except BusinessError:
            return False
        return True

    @rule(which=st.integers(0, MOVING - 1), amount=st.integers(60, 64))
    def revise(self, which: int, amount: int) -> None:
        """One cell of a draft."""
        change = CellChange(GRID, CellKey("white", "applied"), Decimal(amount))
        if self.tried(lambda: returns.save_answers(kpi_return=self.live(which), by=self.leads[which], cells=[change])):
            self.typed[which] = {**self.typed[which], CELL: Decimal(amount)}

    @rule(which=st.integers(0, MOVING - 1))
    def submit_and_sign(self, which: int) -> None:
        """What most returns do."""
        self.submit(which)
        self.sign(which)

    @rule(which=st.integers(0, MOVING - 1))
    def submit(self, which: int) -> None:
        """To the sponsor."""
        self.tried(lambda: returns.submit_return(kpi_return=self.live(which), by=self.leads[which]))

    @rule(which=st.integers(0, MOVING - 1))
    def withdraw(self, which: int) -> None:
        """Back from the sponsor's desk."""
        self.tried(lambda: returns.recall_return(kpi_return=self.live(which), by=self.leads[which], comment="A figure is wrong."))

    @rule(which=st.integers(0, MOVING - 1))
    def send_back(self, which: int) -> None:
        """By the sponsor."""
        said = [SponsorComment("Look again.")]
        self.tried(lambda: returns.send_back_return(kpi_return=self.live(which), by=self.sponsors[which], comments=said))

    @rule(which=st.integers(0, MOVING - 1))
    def sign(self, which: int) -> None:
        """By the sponsor: from here on a release holds what was typed."""
        kpi_return, by = self.live(which), self.sponsors[which]
        seen = returns.content_hash(kpi_return)
        if self.tried(lambda: returns.sign_off_return(kpi_return=kpi_return, by=by, statement="Reviewed.", seen_hash=seen)):
            self.signed[self.moving[which].slug] = self.typed[which]

    @rule(which=st.integers(0, MOVING - 1))
    def reopen(self, which: int) -> None:
        """As a new version; the signed one counts until the new one is signed."""
        self.tried(lambda: returns.reopen_return(kpi_return=self.live(which), by=self.leads[which], reason="A count was wrong."))

    @rule()
    def prepare(self) -> None:
        """Somebody asks for the release: a build under way goes on, or makes way where returns changed."""
        plan = releases.plan_release(collection=self.collection)
        if not isinstance(plan, Release):
            release_parts.begin_build(plan=plan, by=None)

    @rule(pick=st.randoms(use_true_random=False), is_late=st.booleans())
    def do_a_part(self, pick: Any, is_late: bool) -> None:
        """A worker does any part; a slow one brings its result only later, perhaps when nobody waits for it any more."""
        if waiting := list(BuildPart.objects.select_related("build__collection").filter(done_at=None, build__ended_at=None)):
            part = pick.choice(waiting)
            self.late.append((part, release_parts.do_part(part=part, progress=nobody_listens)))
            if not is_late:
                self.a_late_part_comes()

    @precondition(lambda self: self.late)
    @rule()
    def a_late_part_comes(self) -> None:
        """Whatever became of its build; a second time changes nothing."""
        part, result = self.late.pop()
        release_parts.keep_part(part=part, result=result)
        assert not release_parts.keep_part(part=part, result=result)

    @precondition(lambda self: self.often)
    @rule()
    def made_in_parts_is_made_at_once(self) -> None:
        """The build goes on to its end, and is held against the release that the model makes."""
        self.prepare()
        for build in ReleaseBuild.objects.unfinished():
            for part in build.parts.select_related("build__collection").order_by("-pk"):
                release_parts.keep_part(part=part, result=release_parts.do_part(part=part, progress=nobody_listens))
            release_parts.join_build(build=build, progress=nobody_listens)
        release = releases.plan_release(collection=self.collection)
        assert isinstance(release, Release)
        given = release_inputs.read_input(release_inputs.pins_of(release), self.collection.quarter, self.policy(release))
        at_once = build_content(replace(given, organisations=tuple(map(self.as_modelled, given.organisations))))
        assert (release.fingerprint, release.audit["certificates"]) == (at_once.fingerprint, at_once.certificate_hash)

    def policy(self, release: Release) -> Any:
        return release_parts.Policy(**release.policy)

    def as_modelled(self, one: Any) -> Any:
        """An organisation with what the model says that it signed."""
        values = self.signed.get(one.slug)
        quarters = {} if values is None else {self.collection.quarter: ReturnedQuarter(dict(values))}
        return replace(one, quarters=quarters)


def nobody_listens(percent: int, doing: str) -> None:
    """Progress of a worker that nobody watches."""


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> type[ReleaseLife]:
    """The machine around seven signed returns and three drafts; a release of a few KPIs in several parts."""

    def a_few(quarter: Any) -> Any:
        whole = framework_for(quarter)
        return replace(whole, kpis=tuple(one for one in whole.kpis if one.definition.code in RELEASED))

    monkeypatch.setattr(release_inputs, "framework_for", a_few)
    shrink_partnership()
    lead, sponsor, *_ = people()
    collection = open_collection(PERIOD)
    kept = list(Organisation.objects.in_footprint(on=collection.quarter.last_day).order_by("slug"))
    ReleaseLife.collection, ReleaseLife.moving, ReleaseLife.resting = collection, kept[:MOVING], {}
    for position, organisation in enumerate(kept[MOVING:], start=MOVING):
        values = plain_values(organisation, collection.quarter, scale=3 * position)
        hold_few(position, values)
        signed_return(collection, organisation, values, lead=lead, sponsor=sponsor)
        ReleaseLife.resting[organisation.slug] = values
    ReleaseLife.leads = [person(Role.EDI_LEAD, one) for one in ReleaseLife.moving]
    ReleaseLife.sponsors = [person(Role.EXECUTIVE_SPONSOR, one) for one in ReleaseLife.moving]
    ReleaseLife.first = [drafted(collection, one, by) for one, by in zip(ReleaseLife.moving, ReleaseLife.leads, strict=True)]
    return ReleaseLife


def drafted(collection: Collection, organisation: Organisation, by: User) -> Values:
    """A draft that may be sent, and what it says."""
    draft = KpiReturn.objects.create(collection=collection, organisation=organisation)
    values = plain_values(organisation, collection.quarter)
    fill(draft, values)
    for finding in content_of(draft).open_queries:
        returns.explain(kpi_return=draft, finding=finding.key, text="Checked with the data owner.", by=by)
    assert content_of(draft).can_be_sent
    return values


def test_a3_a_release_made_while_returns_move_is_the_one_made_at_once(machine: type[ReleaseLife]) -> None:
    play(machine, examples=2, steps=12)


@pytest.mark.long
def test_a3_a_release_made_while_returns_move_is_the_one_made_at_once_in_long_sequences(machine: type[ReleaseLife]) -> None:
    machine.often = True
    play(machine, examples=25, steps=40)
