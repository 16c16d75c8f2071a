"""An organisation's own KPI: asked of its owner alone, same engine, in no release; once adopted, asked of everybody."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from edi_portal.exceptions import NotAllowed
from edi_portal.periods import Quarter
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import pass_text
from kpis.dashboards.own_kpis import own_kpis, quarters_ahead
from kpis.exact_counts import ReturnedQuarter
from kpis.forms.own_kpis import ChangeDefinitionForm, OwnKpiForm, initial_of
from kpis.models.definitions import Kpi, KpiVersion, Measure
from kpis.models.releases import ReleasedCount, ReleasedFigure
from kpis.selectors.definitions import framework_for, read_kpi
from kpis.selectors.returns import own_figures
from kpis.services import definitions, releases
from kpis.services.collections import due_organisations
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.kpis.factories import close, make_user, open_collection, plain_values, signed_return, whole_quarter
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]

NEXT = Quarter(2019, 4)
LATER = Quarter(2020, 1)


@pytest.fixture(autouse=True)
def collection_of_the_quarter_before() -> None:
    open_collection("2019-20-q3")


@pytest.fixture
def owner() -> Organisation:
    return Organisation.objects.get(slug="countess-of-chester")


@pytest.fixture
def other() -> Organisation:
    return Organisation.objects.get(slug="mid-cheshire")


@pytest.fixture
def lead(owner: Organisation) -> User:
    return person(Role.EDI_LEAD, owner)


def answers(**changed: Any) -> dict[str, Any]:
    """What an EDI lead answers for a share of people trained."""
    return {
        "name": "Staff trained in cultural competence",
        "question": "How many of our staff finished the training on cultural competence?",
        "why": "People asked for it in three listening events.",
        "shape": "share",
        "numerator": "Staff who finished the training",
        "denominator": "All staff",
        "reference": "",
        "comparison": "",
        "verb": "",
        "counts": "people",
        "time": "state",
        "help": "Headcount on the last day, bank staff left out.",
        "sensitive": "no",
        "direction": "higher",
        "target": "80",
        "quarters": ["2", "4"],
        "workstream": "equality-assurance",
        "domain": "cultural",
        "contributor": "learning",
        "from_period": NEXT.slug,
    } | changed


def added(lead: User, *, passed: bool = True, **changed: Any) -> Kpi:
    """An own KPI as the page adds it, its text reviewed unless told otherwise."""
    response = signed_in(lead).post(reverse("kpis:add"), answers(step="add", **changed))
    assert response.status_code == 302, response.content.decode()[:3000]
    for review in waiting() if passed else ():
        pass_text(review=review, nobody_recognisable=True, by=person(Role.PORTAL_ADMIN))
    return Kpi.objects.get(code="OWN-1")


def asked(organisation: Organisation, quarter: Quarter) -> set[str]:
    return {measure.code for measure in framework_for(quarter).due_measures(organisation)}


def test_it_is_asked_of_its_owner_alone_and_from_the_next_return_on(lead: User, owner: Organisation, other: Organisation) -> None:
    kpi = added(lead)
    assert kpi.owner == owner and Measure.objects.get(code="own_own_1").owner == owner
    assert "own_own_1" in asked(owner, NEXT)
    assert "own_own_1" not in asked(owner, NEXT.previous())
    assert "own_own_1" not in asked(owner, LATER)  # collected in Q2 and Q4 only
    assert not {
        organisation.slug
        for organisation in Organisation.objects.exclude(pk=owner.pk)
        if "own_own_1" in asked(organisation, NEXT)
    }


def test_the_same_engine_works_it_out(lead: User, owner: Organisation) -> None:
    added(lead)
    values = {("own_own_1", "base", "value"): Decimal(400), ("own_own_1", "events", "value"): Decimal(300)}
    figures = own_figures(
        owner, NEXT, framework=framework_for(NEXT), draft=ReturnedQuarter(values, {}), history={}, codes=["OWN-1"]
    )
    figure = figures["OWN-1", ""]
    assert figure.value == Decimal(75) and figure.unit == "percent"
    assert figure.low < 75 < figure.high


@pytest.mark.parametrize(
    ("changed", "values", "expected"),
    [
        ({"shape": "count", "denominator": "", "target": ""}, {("value", "value"): 12}, Decimal(12)),
        (
            {
                "shape": "likelihood",
                "reference": "White staff",
                "comparison": "BME staff",
                "verb": "to finish the training",
                "target": "",
                "quarters": ["4"],
            },
            {("reference", "base"): 200, ("reference", "events"): 100, ("comparison", "base"): 100, ("comparison", "events"): 40},
            Decimal("1.25"),
        ),
    ],
)
def test_counts_and_pairs_of_groups(
    lead: User, owner: Organisation, changed: dict[str, Any], values: dict[tuple[str, str], int], expected: Decimal
) -> None:
    added(lead, **changed)
    cells = {("own_own_1", row, column): Decimal(amount) for (row, column), amount in values.items()}
    found = own_figures(owner, NEXT, framework=framework_for(NEXT), draft=ReturnedQuarter(cells, {}), history={}, codes=["OWN-1"])
    assert found["OWN-1", ""].value == expected


def test_nothing_of_it_is_in_a_release(lead: User, owner: Organisation) -> None:
    added(lead)
    collection = open_collection(NEXT.slug)
    people = {"lead": make_user("lead@example.invalid"), "sponsor": make_user("sponsor@example.invalid")}
    others = [organisation for organisation in due_organisations(collection) if organisation != owner][:6]
    whole_quarter(collection, others, **people)
    values = plain_values(owner, NEXT) | {
        ("own_own_1", "base", "value"): Decimal(400),
        ("own_own_1", "events", "value"): Decimal(300),
    }
    signed_return(collection, owner, values, **people)
    close(collection)
    release = releases.prepare_release(collection=collection)
    assert ReleasedFigure.objects.filter(release=release, kpi__code="DQ-1").exists()
    assert not ReleasedFigure.objects.filter(release=release, kpi__code="OWN-1").exists()
    assert not ReleasedCount.objects.filter(release=release, measure="own_own_1").exists()


def test_after_adoption_everybody_it_applies_to_is_asked(lead: User, owner: Organisation, other: Organisation) -> None:
    kpi = added(lead, quarters=["1", "2", "3", "4"])
    member = person(Role.STEERING_MEMBER)
    page = signed_in(member).get(reverse("kpis:adopt", args=["own-1"]))
    assert "What will happen" in page.content.decode() and "must answer" in page.content.decode()
    response = signed_in(member).post(reverse("kpis:adopt", args=["own-1"]), {"from_period": LATER.slug})
    assert response.status_code == 302
    kpi.refresh_from_db()
    assert kpi.adopted_from == LATER.slug
    ccg = Organisation.objects.get(slug="halton-ccg")
    assert all("own_own_1" in asked(organisation, LATER) for organisation in (owner, other, ccg))
    assert "own_own_1" in asked(owner, NEXT) and "own_own_1" not in asked(other, NEXT)
    with pytest.raises(NotAllowed, match="already belongs"):
        definitions.adopt_kpi(kpi=kpi, from_period=LATER.slug, by=member)


def test_nobody_is_asked_more_in_mid_quarter(lead: User) -> None:
    kpi = added(lead)
    with pytest.raises(NotAllowed, match="has opened"):
        definitions.adopt_kpi(kpi=kpi, from_period="2019-20-q3", by=person(Role.STEERING_MEMBER))
    kpi.refresh_from_db()
    assert kpi.is_bespoke


def test_quarters_to_choose_from_begin_after_the_newest_opened_collection() -> None:
    assert quarters_ahead()[0] == NEXT
    assert quarters_ahead(after="2020-21-q2")[0] == Quarter(2020, 3)
    assert quarters_ahead(after="2016-17-q1")[0] == NEXT


def test_the_question_is_shown_before_anything_is_saved(lead: User) -> None:
    page = signed_in(lead).post(reverse("kpis:add"), answers(step="preview"))
    text = page.content.decode()
    assert page.status_code == 200 and not Kpi.objects.filter(code="OWN-1").exists()
    assert "Staff who finished the training" in text and "All staff" in text and "At least 80" in text
    assert 'name="quarters" value="2"' in text and 'name="quarters" value="4"' in text
    again = signed_in(lead).post(reverse("kpis:add"), answers(step="change"))
    assert "People asked for it in three listening events." in again.content.decode()
    assert not Kpi.objects.filter(code="OWN-1").exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"denominator": ""}, "denominator"),
        ({"shape": "likelihood", "target": "", "reference": "White staff", "comparison": "BME staff"}, "verb"),
        ({"target": "120"}, "target"),
        ({"direction": "none"}, "target"),
        ({"quarters": []}, "quarters"),
        ({"from_period": "2019-20-q3"}, "from_period"),
    ],
)
def test_answers_that_do_not_fit_are_named(changed: dict[str, Any], field: str) -> None:
    form = OwnKpiForm(answers(**changed), quarters=quarters_ahead())
    assert set(form.errors) == {field}


def test_a_form_with_an_error_adds_nothing(lead: User) -> None:
    page = signed_in(lead).post(reverse("kpis:add"), answers(step="add", denominator=""))
    assert page.status_code == 422 and "Enter out of whom or what" in page.content.decode()
    assert not Kpi.objects.filter(code="OWN-1").exists()


def test_a_second_one_gets_the_next_code(lead: User) -> None:
    added(lead)
    assert definitions.next_own_code() == "OWN-2"


def test_its_page_and_definition_open_for_its_owner_and_for_nobody_elses_lead(lead: User, other: Organisation) -> None:
    added(lead)
    stranger = person(Role.EDI_LEAD, other)
    for name in ("detail", "definition", "versions"):
        assert signed_in(lead).get(reverse(f"kpis:{name}", args=["own-1"])).status_code == 200
        assert signed_in(stranger).get(reverse(f"kpis:{name}", args=["own-1"])).status_code == 404
    assert signed_in(stranger).get(reverse("kpis:change", args=["own-1"])).status_code == 404
    assert "OWN-1" not in signed_in(stranger).get(reverse("kpis:own")).content.decode()


def test_who_sees_the_list_and_what_each_may_do(lead: User) -> None:
    added(lead)
    member, admin = person(Role.STEERING_MEMBER), person(Role.PORTAL_ADMIN)
    assert [(row.may_adopt, row.may_change) for row in own_kpis(lead)] == [(False, True)]
    assert [(row.may_adopt, row.may_change) for row in own_kpis(member)] == [(True, False)]
    assert [(row.may_adopt, row.may_change) for row in own_kpis(admin)] == [(False, False)]
    assert signed_in(person(Role.BOARD_MEMBER)).get(reverse("kpis:own")).status_code == 404
    assert "of its owner alone" in signed_in(member).get(reverse("kpis:own")).content.decode()


@pytest.mark.parametrize("role", [Role.STEERING_MEMBER, Role.BOARD_MEMBER, Role.PORTAL_ADMIN])
def test_only_a_lead_adds_one(role: Role) -> None:
    assert signed_in(person(role)).post(reverse("kpis:add"), answers(step="add")).status_code == 403
    assert not Kpi.objects.filter(code="OWN-1").exists()


def test_only_the_steering_group_adopts(lead: User) -> None:
    kpi = added(lead)
    for user in (lead, person(Role.BOARD_MEMBER)):
        assert signed_in(user).post(reverse("kpis:adopt", args=["own-1"]), {"from_period": LATER.slug}).status_code == 403
    kpi.refresh_from_db()
    assert kpi.is_bespoke
    assert signed_in(person(Role.STEERING_MEMBER)).get(reverse("kpis:adopt", args=["wres-1"])).status_code == 404


def change_answers(code: str, **changed: Any) -> dict[str, Any]:
    """The form of a definition as it stands, with some answers changed."""
    definition = read_kpi(KpiVersion.objects.filter(kpi__code=code).latest("number"))
    given = {name: value for name, value in initial_of(definition).items() if value is not None}
    day = given.pop("next_review_on")
    given |= {"next_review_on-day": day.day, "next_review_on-month": day.month, "next_review_on-year": day.year}
    return given | {"from_period": LATER.slug, "note": "Agreed by the steering group.", "version": 1} | changed


def test_an_admin_makes_a_new_version_and_history_stays() -> None:
    admin = signed_in(person(Role.PORTAL_ADMIN))
    response = admin.post(
        reverse("kpis:change", args=["wres-2"]),
        change_answers("WRES-2", csu="not_applicable", target_low="0.90", target_high="1.10", target_text="0.90 to 1.10"),
    )
    assert response.status_code == 302, response.content.decode()[:2000]
    before, after = framework_for(NEXT).kpi("WRES-2"), framework_for(LATER).kpi("WRES-2")
    assert (before.version_number, after.version_number) == (1, 2)
    assert before.definition.applies_to["csu"] == "voluntary" and after.definition.applies_to["csu"] == "not_applicable"
    assert after.definition.target.low == Decimal("0.9") and before.definition.target.low == Decimal("0.8")
    assert KpiVersion.objects.get(kpi__code="WRES-2", number=2).note == "Agreed by the steering group."


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "Nothing is changed"),
        ({"target_kind": "at_least"}, "Leave out the upper end"),
        ({"target_kind": "none"}, "Leave out the lower end"),
        ({"note": ""}, "Enter the note"),
        ({"next_review_on-year": date.today().year - 40}, "write a day after the last review"),
    ],
)
def test_a_version_that_does_not_fit_is_refused_in_words(changed: dict[str, Any], words: str) -> None:
    page = signed_in(person(Role.PORTAL_ADMIN)).post(reverse("kpis:change", args=["wres-2"]), change_answers("WRES-2", **changed))
    assert page.status_code == 422 and words in page.content.decode()
    assert KpiVersion.objects.filter(kpi__code="WRES-2").count() == 1


def test_a_quarter_in_which_its_question_is_not_asked_is_refused() -> None:
    definition = framework_for(NEXT).kpi("WRES-1").definition
    assert definition.collected_in == (1,)
    page = signed_in(person(Role.PORTAL_ADMIN)).post(
        reverse("kpis:change", args=["wres-5"]), change_answers("WRES-5", quarters=["1"])
    )
    assert page.status_code == 422 and "does not fit the questions" in page.content.decode()
    assert KpiVersion.objects.filter(kpi__code="WRES-5").count() == 1


def test_a_version_that_somebody_added_meanwhile_is_shown_before_it_is_undone() -> None:
    client, url = signed_in(person(Role.PORTAL_ADMIN)), reverse("kpis:change", args=["wres-2"])
    mine = change_answers("WRES-2", target_text="Words of mine", from_period=LATER.next().slug)
    theirs = change_answers("WRES-2", csu="not_applicable", target_text="Words of theirs", note="Support units have few staff.")
    assert client.post(url, theirs).status_code == 302
    taken = client.post(url, mine | {"from_period": LATER.slug})
    assert taken.status_code == 422 and 'name="version" value="1"' in taken.content.decode()
    refused = client.post(url, mine)
    page = refused.content.decode()
    assert refused.status_code == 409 and "Version 2 was added while you had this page open" in page
    assert "Saved meanwhile, beside what you typed" in page and "Words of theirs" in page and "Words of mine" in page
    assert "<span>Support units have few staff.</span>" in page and f"<span>{LATER.label}</span>" in page
    assert KpiVersion.objects.filter(kpi__code="WRES-2").count() == 2
    assert 'name="version" value="2"' in page
    assert client.post(url, mine | {"version": 2}).status_code == 302
    assert KpiVersion.objects.get(kpi__code="WRES-2", number=3).definition["target"]["text"] == "Words of mine"


def test_only_an_admin_changes_a_definition_of_the_baseline(lead: User) -> None:
    for user in (lead, person(Role.STEERING_MEMBER)):
        assert signed_in(user).get(reverse("kpis:change", args=["wres-2"])).status_code == 403


def test_the_form_of_a_definition_starts_as_it_stands() -> None:
    definition = framework_for(NEXT).kpi("WRES-2").definition
    form = ChangeDefinitionForm(initial=initial_of(definition), quarters=quarters_ahead())
    assert form["trust"].value() == "required" and form["target_high"].value() == Decimal("1.25")
