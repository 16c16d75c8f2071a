"""The wall of arrivals cell by cell: how far, in which state, what is not due; errors of one return count for no other."""

from datetime import date
from types import MappingProxyType

import pytest

from edi_portal.clock import business_now, business_today
from kpis.catalogue import WORKSTREAMS
from kpis.dashboards.arrivals_wall import arrivals_wall
from kpis.models.collections import Collection
from kpis.models.returns import KpiReturn
from kpis.models.waivers import Waiver
from kpis.selectors.arrivals import Arrival
from kpis.selectors.definitions import framework_for
from kpis.selectors.open_errors import errors_to_mend
from kpis.selectors.returns import content_of
from kpis.workflow import Status
from organisations.models import Organisation
from organisations.roles import Role
from tests.kpis.factories import fill, open_collection, plain_values
from tests.kpis.test_arrivals import IMPOSSIBLE
from tests.organisations.factories import person

FIRST, SECOND, *OTHERS = WORKSTREAMS


def arrival(status: Status, asked: dict[str, int], answered: dict[str, int], name: str = "Here Trust") -> Arrival:
    kpi_return = KpiReturn(status=status, organisation=Organisation(short_name=name))
    numbers = MappingProxyType(answered), MappingProxyType(asked)
    return Arrival(kpi_return, 2, *numbers, None, (), None, None, date(2020, 1, 20))


@pytest.mark.parametrize(
    ("status", "answered", "mark", "said"),
    [
        (Status.DRAFT, 0, "none", "0 of 4 questions answered, not started"),
        (Status.DRAFT, 1, "part", "1 of 4 questions answered, in progress"),
        (Status.DRAFT, 4, "part", "4 of 4 questions answered, in progress"),
        (Status.SENT_BACK, 4, "part", "4 of 4 questions answered, in progress"),
        (Status.SUBMITTED, 4, "sent", "4 of 4 questions answered, sent, not signed"),
        (Status.SIGNED_OFF, 3, "signed", "3 of 4 questions answered, signed off"),
        (Status.NOT_REQUIRED, 2, "not_due", "nothing due"),
    ],
)
def test_a_cell_says_how_far_and_in_which_state(status: Status, answered: int, mark: str, said: str) -> None:
    wall = arrivals_wall([arrival(status, {FIRST: 4}, {FIRST: answered})], "July to September 2019")
    first, second, *_ = wall["rows"][0]["cells"]
    assert (first["mark"], first["words"]) == (mark, f"{WORKSTREAMS[FIRST]}: {said}")
    assert first["text"] == ("\u2013" if mark == "not_due" else f"{answered}/4")
    assert (second["mark"], second["words"]) == ("not_due", f"{WORKSTREAMS[SECOND]}: nothing due"), "nothing of it is asked"


def test_the_wall_keeps_the_order_of_the_board_and_is_empty_without_returns() -> None:
    rows = [arrival(Status.DRAFT, {SECOND: 1}, {}, name) for name in ("Zeta", "Alpha")]
    wall = arrivals_wall(rows, "July to September 2019")
    assert [row["label"] for row in wall["rows"]] == ["Zeta", "Alpha"]
    assert {len(row["cells"]) for row in wall["rows"]} == {len(wall["columns"])} == {len(WORKSTREAMS)}
    assert wall["caption"].endswith("July to September 2019") and arrivals_wall([], "none")["rows"] == []


@pytest.mark.django_db
@pytest.mark.usefixtures("reference")
def test_a_waiver_leaves_out_the_error_of_its_organisation_while_it_runs() -> None:
    collection: Collection = open_collection("2019-20-q3")
    drafts = []
    for slug in ("east-cheshire", "mid-cheshire"):
        organisation = Organisation.objects.get(slug=slug)
        draft = KpiReturn.objects.create(collection=collection, organisation=organisation, last_edited_at=business_now())
        fill(draft, plain_values(organisation, collection.quarter) | IMPOSSIBLE)
        drafts.append(draft)
    one, other = drafts

    def errors() -> list[int]:
        found = errors_to_mend(drafts, framework=framework_for(collection.quarter), now=business_now())
        return [found[draft.pk] for draft in drafts]

    before, error = errors(), content_of(one).errors[0]
    assert min(before) > 0 and error.key in {found.key for found in content_of(other).errors}, "both have the same error"
    waiver = Waiver.objects.create(
        organisation=one.organisation,
        collection=collection,
        rule=error.rule,
        finding=error.key,
        measure=error.measure,
        reason="The wards moved.",
        asked_by=person(Role.EDI_LEAD, one.organisation),
        state=Waiver.GRANTED,
        answer="Checked.",
        until=business_today(),
        decided_by=person(Role.PORTAL_ADMIN),
        decided_at=business_now(),
    )
    assert errors() == [before[0] - 1, before[1]]
    Waiver.objects.filter(pk=waiver.pk).update(until=date.fromordinal(business_today().toordinal() - 1))
    assert errors() == before, "a waiver that is over waives nothing"
    assert errors_to_mend([], framework=framework_for(collection.quarter), now=business_now()) == {}
