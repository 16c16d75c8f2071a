"""A query of an organisation's rows that does not say whose they are does not run while a request is answered."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse

from edi_portal.scope import GuardedQuerySet, NobodysRows, OfAnOrganisation, answering, reach
from edi_portal.ui.middleware import ScopeMiddleware
from kpis.models.discussions import Remark
from kpis.models.evidence import EvidenceUse
from kpis.models.returns import KpiReturn, ReturnAnswer, ReturnValue
from kpis.selectors.returns import content_of
from organisations.roles import Role
from tests.kpis.return_world import ReturnWorld, return_world
from tests.organisations.factories import person

ROOT = Path(settings.BASE_DIR)
APPS = ("edi_portal", "organisations", "workforce", "kpis", "strategies", "steering")
NO_FIGURES = {
    "kpis.SectionVisit": "who opened which section when; named on pages of the own return",
    "steering.ComplianceRecord": "names an item of the library beside a duty that is public by law",
    "steering.ImpactAssessment": "names an item of the library; holds nothing of a return",
    "steering.Efficiency": "names an item of the library; holds nothing of a return",
}
"""Tables that hang on a return and are not guarded, and why."""

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> ReturnWorld:
    return return_world()


@pytest.fixture
def request_scope(world: ReturnWorld) -> Iterator[None]:
    with answering():
        yield


FORGOTTEN: list[Callable[[ReturnWorld], object]] = [
    lambda world: list(KpiReturn.objects.all()),
    lambda world: KpiReturn.objects.get(pk=world.draft.pk),
    lambda world: KpiReturn.objects.live().first(),
    lambda world: KpiReturn.objects.filter(organisation=world.organisation.pk).count(),
    lambda world: KpiReturn.objects.filter(organisation__slug=world.organisation.slug).exists(),
    lambda world: ReturnValue.objects.aggregate(most=F("pk")),
    lambda world: list(ReturnValue.objects.filter(kpi_return=world.draft).values_list("amount")),
    lambda world: list(ReturnValue.objects.filter(kpi_return__in=KpiReturn.objects.live()).iterator()),
    lambda world: list(ReturnValue.objects.filter(~Q(kpi_return=world.draft))),
    lambda world: ReturnAnswer.objects.filter(measure="any").update(reason=""),
    lambda world: EvidenceUse.objects.filter(measure="any").delete(),
    lambda world: list(Remark.objects.filter(discussion__kpi_return__collection=world.draft.collection_id)),
    lambda world: list(KpiReturn.objects.visible_to(world.lead) | KpiReturn.objects.live()),
    lambda world: list(KpiReturn.objects.live() | KpiReturn.objects.visible_to(world.lead)),
    lambda world: list(KpiReturn.objects.visible_to(world.lead).union(KpiReturn.objects.live())),
    lambda world: list(KpiReturn.objects.filter(Q(organisation=world.organisation) | Q(status="draft"))),
]


@pytest.mark.parametrize("forgotten", FORGOTTEN, ids=range(len(FORGOTTEN)))
@pytest.mark.security(11)
def test_a_query_that_does_not_say_whose_rows_does_not_run(
    forgotten: Callable[[ReturnWorld], object], world: ReturnWorld, request_scope: None
) -> None:
    with pytest.raises(NobodysRows):
        forgotten(world)


@pytest.mark.security(11)
def test_what_a_person_may_see_and_what_is_reached_through_it_is_read(world: ReturnWorld, request_scope: None) -> None:
    mine = KpiReturn.objects.visible_to(world.lead).live().get()
    assert ReturnValue.objects.filter(kpi_return=mine).exists() is False
    assert mine.events.count() == 0 and list(KpiReturn.objects.filter(pk__in=[mine.pk])) == [mine]
    assert list(ReturnValue.objects.filter(kpi_return__in=KpiReturn.objects.visible_to(world.lead))) == []
    assert KpiReturn.objects.none().count() == 0
    assert list(KpiReturn.objects.for_the_portal("a reason")) == [mine]


@pytest.mark.security(11)
def test_the_organisation_of_the_role_in_use_is_enough_and_another_one_is_not(world: ReturnWorld, request_scope: None) -> None:
    reach(world.organisation)
    own = KpiReturn.objects.get(organisation=world.organisation)
    assert content_of(own).kpi_return == own
    with pytest.raises(NobodysRows):
        list(KpiReturn.objects.filter(organisation__in=[world.organisation.pk, world.organisation.pk + 1]))
    with pytest.raises(NobodysRows):
        # What a changed number in a hidden field would ask for.
        list(ReturnValue.objects.filter(kpi_return=own.pk + 1))


@pytest.mark.security(11)
def test_a_view_that_forgets_shows_no_row_and_jobs_are_free(world: ReturnWorld) -> None:
    def forgetful(request: HttpRequest) -> HttpResponse:
        return HttpResponse(str(list(KpiReturn.objects.all())))

    with pytest.raises(NobodysRows):
        ScopeMiddleware(forgetful)(HttpRequest())
    assert list(KpiReturn.objects.all()), "after the request nothing is guarded"
    order = settings.MIDDLEWARE
    assert order.index("edi_portal.ui.middleware.ScopeMiddleware") < order.index("organisations.middleware.MembershipMiddleware")


@pytest.mark.security(11)
def test_whether_a_key_is_taken_is_asked_of_all_rows(world: ReturnWorld, request_scope: None) -> None:
    with pytest.raises(ValidationError, match="already has a return"):
        KpiReturn(collection=world.draft.collection, organisation=world.organisation).full_clean()
    with pytest.raises(NobodysRows):
        list(KpiReturn.objects.all())


@pytest.mark.security(11)
def test_a_steering_group_member_reaches_no_organisation(world: ReturnWorld, request_scope: None) -> None:
    assert not KpiReturn.objects.visible_to(person(Role.STEERING_MEMBER)).exists()


@pytest.mark.security(11)
def test_every_table_of_a_return_is_guarded() -> None:
    guarded = [model for model in apps.get_models() if issubclass(model, OfAnOrganisation)]
    assert len(guarded) >= 12
    for model in guarded:
        assert issubclass(type(model._default_manager.none()), GuardedQuerySet), model
    hanging = {
        model._meta.label
        for model in apps.get_models()
        for field in model._meta.local_fields
        if field.related_model in guarded and model not in guarded
    }
    assert hanging == set(NO_FIGURES), "guard the table (edi_portal/scope.py), or say why it needs none"


@pytest.mark.security(11)
def test_ways_around_the_guard_are_few_and_say_why() -> None:
    code = {path: path.read_text() for name in APPS for path in (ROOT / name).rglob("*.py") if "migrations" not in path.parts}
    around = {
        path.relative_to(ROOT).as_posix(): re.findall(r'\.for_the_portal\(\s*"(.{15,})"', text) for path, text in code.items()
    }
    assert {path: len(reasons) for path, reasons in around.items() if reasons} == {
        "kpis/dashboards/data_quality.py": 1,
        "kpis/selectors/arrivals.py": 2,
        "kpis/selectors/calendar.py": 1,
        "kpis/selectors/extracts.py": 1,
        "kpis/views/collections.py": 1,
        "kpis/views/extract_receiving.py": 1,
    }
    by_right = [path for path, text in code.items() for _ in re.findall(r"\.by_right\(\)", text)]
    assert len(by_right) == 3 and all(path.parent.name == "models" for path in by_right), "visible_to() of three models alone"
