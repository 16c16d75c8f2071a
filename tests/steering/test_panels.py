"""EDS panels: a Healthwatch scores beside the organisation and comments; disagreement stays, and answers carry a date."""

import html
import re
from datetime import date

import pytest
from django.core import mail
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test.utils import CaptureQueriesContext

from edi_portal.clock import set_business_day
from edi_portal.exceptions import Incomplete, NotAllowed, StaleData
from edi_portal.jobs.models import Job
from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import pass_text
from kpis.catalogue import load_catalogue
from kpis.models.releases import Release
from kpis.notifications import send_notice
from organisations.models import Kind, Organisation, OrganisationPlace, Place, User
from organisations.roles import Role
from steering.models import PanelComment, PanelScore
from steering.panels import BANDS, DOMAINS, OUTCOMES, TOTAL, difference_words, rating_of, total_of
from steering.selectors.panels import own_scores
from steering.services.panels import Given, answer_comment, comment_on, score_outcomes
from tests.kpis.dashboard_factories import figure, published_release, write
from tests.organisations.factories import OrganisationFactory, person, signed_in

pytestmark = pytest.mark.django_db
TODAY, DUE = date(2020, 1, 20), date(2020, 2, 17)


@pytest.fixture(autouse=True)
def today() -> None:
    set_business_day(TODAY)


@pytest.fixture
def place() -> Place:
    return Place.objects.get(slug="liverpool")


@pytest.fixture
def trust(place: Place) -> Organisation:
    made = OrganisationFactory.create(slug="here", short_name="Here Trust")
    OrganisationPlace.objects.create(organisation=made, place=place)
    return made


@pytest.fixture
def elsewhere() -> Organisation:
    return OrganisationFactory.create(slug="elsewhere", short_name="Elsewhere Trust")


@pytest.fixture
def reader(place: Place) -> User:
    return person(Role.HEALTHWATCH_READER, place)


@pytest.fixture
def lead(trust: Organisation) -> User:
    return person(Role.EDI_LEAD, trust)


@pytest.fixture
def release(trust: Organisation, elsewhere: Organisation) -> Release:
    """Scores of 2018-19, and a newer release without any."""
    scored = published_release("2018-19-q4", 1, [trust, elsewhere])
    write(
        figure(scored, "EDS-T", trust, value=20),
        figure(scored, "EDS-D2", trust, value=2, component="2a"),
        figure(scored, "EDS-D2", trust, value=1, component="2b"),
        figure(scored, "EDS-D1", trust, value=3, component="1a_service_1"),
        figure(scored, "EDS-D2", trust, value=3, component="2c", tier="steering"),
        figure(scored, "EDS-D2", elsewhere, value=0, component="2a"),
    )
    return published_release("2019-20-q2", 2, [trust, elsewhere])


def passed() -> None:
    for review in waiting():
        pass_text(review=review, nobody_recognisable=True, by=person(Role.PORTAL_ADMIN))


def score(trust: Organisation, by: User, release: Release, *, seen: int = 0, **given: tuple[int, str]) -> list[PanelScore]:
    own = own_scores(release, [trust])
    return score_outcomes(
        organisation=trust, own=own, given={k.strip("_"): Given(*v) for k, v in given.items()}, seen=seen, by=by
    )


def page_of(user: User, trust: Organisation) -> str:
    return signed_in(user).get(f"/eds/{trust.slug}/").content.decode()


# The rules, on plain values


def test_outcomes_and_limits_are_those_of_the_definitions() -> None:
    catalogue = load_catalogue().kpis
    for code in DOMAINS:
        components = {
            one.key: one.label for one in catalogue[code].components if one.key not in {f"service_{n}" for n in (1, 2, 3)}
        }
        assert components == {key: one.name for key, one in OUTCOMES.items() if one.kpi == code}
    bands = catalogue[TOTAL].formula.bands
    assert {(int(one.low), one.label) for one in bands} == set(BANDS)
    assert len(OUTCOMES) == 19


def test_the_middle_service_counts_and_a_total_needs_every_outcome() -> None:
    by_service = {1: 3, 2: 2, 3: 1}  # services of 12, 8 and 4
    scores = {key: by_service.get(one.service, 2) for key, one in OUTCOMES.items()}
    assert total_of(scores) == 8 + 7 * 2
    scores.pop("3c")
    assert total_of(scores) is None
    assert [rating_of(total) for total in (0, 7, 8, 21, 22, 32, 33)] == [
        "Undeveloped",
        "Undeveloped",
        "Developing",
        "Developing",
        "Achieving",
        "Achieving",
        "Excelling",
    ]


def test_a_difference_is_said_and_never_averaged() -> None:
    assert difference_words(1, 2) == "1 lower" and difference_words(3, 1) == "2 higher"
    assert difference_words(2, 2) == "same" and difference_words(None, 2) == "" == difference_words(0, None)


# Scores


def test_own_scores_are_of_the_public_tier_and_of_the_newest_release_that_has_any(trust: Organisation, release: Release) -> None:
    own = own_scores(release, [trust])
    assert own.financial_year == "2018-19"
    assert own.of(trust) == {"2a": 2, "2b": 1, "1a_service_1": 3}  # 2c stands in the steering tier, and is not read
    assert own.totals[trust.pk] == 20
    assert own_scores(None, []).financial_year == ""


def test_both_scores_stand_side_by_side_with_day_and_reason(
    trust: Organisation, reader: User, lead: User, release: Release
) -> None:
    score(trust, reader, release, _2a=(1, "People wait for help."), _2b=(1, ""))
    page = page_of(lead, trust)
    assert "Healthwatch Liverpool differs on 1 of the 2 outcomes it scored" in page
    assert "2 Achieving" in page and "1 Developing" in page and "1 lower" in page
    assert ">1.5<" not in page and "average" not in page.replace("nothing is averaged", "")
    assert "20 Jan 2020" in page and "People wait for help." in page


def test_a_score_that_differs_says_why(trust: Organisation, reader: User, release: Release) -> None:
    with pytest.raises(Incomplete, match="2A Staff get support"):
        score(trust, reader, release, _2a=(0, " "))
    client = signed_in(reader)
    answer = client.post(f"/eds/{trust.slug}/score/", {"score_2a": "0", "reason_2b": "No score", "version": "0"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Say why your score differs" in page and "Choose a score, or leave out the reason" in page and "No score" in page
    assert not PanelScore.objects.exists()


def test_a_changed_mind_is_the_next_version_and_the_first_stays(
    trust: Organisation, reader: User, lead: User, release: Release
) -> None:
    score(trust, reader, release, _2a=(0, "Nobody answers."))
    set_business_day(date(2020, 3, 2))
    made = score(trust, reader, release, seen=1, _2a=(1, "Somebody answers now."), _2b=(1, ""))
    assert [(row.outcome, row.version) for row in made] == [("2a", 2), ("2b", 1)]
    assert score(trust, reader, release, seen=3, _2a=(1, "Somebody answers now.")) == []
    page = page_of(lead, trust)
    assert "Earlier scores" in page and "Nobody answers." in page and "0 Undeveloped, 2 lower" in page
    first = PanelScore.objects.get(outcome="2a", version=1)
    assert (first.score, first.own_score, first.release.number) == (0, 2, 1)


@pytest.mark.parametrize("work", ["UPDATE steering_panelscore SET score = 3", "DELETE FROM steering_panelscore"])
def test_the_database_refuses_to_change_a_score(trust: Organisation, reader: User, release: Release, work: str) -> None:
    score(trust, reader, release, _2b=(1, ""))
    with pytest.raises(DatabaseError, match="does not change"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(work)
    assert PanelScore.objects.get().score == 1


def test_a_colleagues_scores_are_not_passed_over(trust: Organisation, reader: User, place: Place, release: Release) -> None:
    client = signed_in(reader)
    score(trust, person(Role.HEALTHWATCH_READER, place), release, _2b=(1, ""))
    with pytest.raises(StaleData):
        score(trust, reader, release, seen=0, _2a=(2, ""))
    typed = {"score_2a": "1", "reason_2a": "Long waits", "score_2b": "1", "version": "0"}
    answer = client.post(f"/eds/{trust.slug}/score/", typed)
    page = answer.content.decode()
    assert answer.status_code == 409 and "A colleague has scored meanwhile" in page and "Long waits" in page
    assert 'name="version" value="1"' in page
    assert client.post(f"/eds/{trust.slug}/score/", typed | {"version": "1"}).status_code == 302
    assert PanelScore.objects.count() == 2


def test_an_outcome_left_open_that_a_colleague_scored_meanwhile_stays_as_the_colleague_scored_it(
    trust: Organisation, reader: User, place: Place, release: Release
) -> None:
    client, address = signed_in(reader), f"/eds/{trust.slug}/score/"
    score(trust, person(Role.HEALTHWATCH_READER, place), release, _2b=(1, ""))
    typed = {"score_2a": "1", "reason_2a": "Long waits", "score_2b": "", "reason_2b": ""}
    answer = client.post(address, typed | {"version": "0"})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 409 and "A colleague has scored meanwhile" in page and "Long waits" in page
    assert "Saved meanwhile, beside what you typed" in page
    field = page.partition('name="score_2b"')[2].partition("</select>")[0]
    # What the browser sends of it next: nothing that the reader did not choose.
    assert re.findall(r'<option value="(\d?)"[^>]* selected', field) == [""]
    assert client.post(address, typed | {"version": "1"}).status_code == 302
    assert {row.outcome: (row.score, row.version) for row in PanelScore.objects.all()} == {"2a": (1, 1), "2b": (1, 1)}


def test_a_healthwatch_scores_its_own_place_only_and_nobody_else_scores(
    trust: Organisation, elsewhere: Organisation, reader: User, lead: User, release: Release
) -> None:
    with pytest.raises(NotAllowed, match="organisations of Liverpool"):
        score(elsewhere, reader, release, _2a=(1, "Why"))
    for other in (lead, person(Role.STEERING_MEMBER), person(Role.BOARD_MEMBER)):
        with pytest.raises(NotAllowed):
            score(trust, other, release, _2a=(2, ""))
    assert not PanelScore.objects.exists()


# Who reads what


def test_reasons_and_comments_are_read_by_the_two_at_once_and_by_others_after_a_review(
    trust: Organisation, reader: User, lead: User, release: Release
) -> None:
    member, other = person(Role.STEERING_MEMBER), person(Role.HEALTHWATCH_READER, Place.objects.get(slug="sefton"))
    score(trust, reader, release, _2a=(0, "A reason to read."))
    made = comment_on(organisation=trust, about="eds:2a", text="A comment to read.", by=reader)
    answer_comment(comment=made, text="An answer to read.", promised_on=None, by=lead)
    words = ("A reason to read.", "A comment to read.", "An answer to read.")
    for user in (reader, lead):
        page = page_of(user, trust)
        assert all(text in page for text in words)
    for user in (member, other):
        page = page_of(user, trust)
        assert not any(text in page for text in words) and "These words wait for a reviewer." in page
        assert "0 Undeveloped" in page and "2 lower" in page
        assert "A reason to read." not in signed_in(user).get(f"/eds/{trust.slug}/scores.csv").content.decode()
    passed()
    for user in (member, other):
        assert all(text in page_of(user, trust) for text in words)


def test_a_lead_reads_the_own_panel_alone(trust: Organisation, elsewhere: Organisation, lead: User, release: Release) -> None:
    client = signed_in(lead)
    listed = client.get("/eds/").content.decode()
    assert "Here Trust" in listed and "Elsewhere Trust" not in listed
    assert client.get("/eds/elsewhere/").status_code == 404
    assert signed_in(person(Role.CONTRIBUTOR, trust, area="recruitment")).get("/eds/here/").status_code == 403


def test_the_own_place_comes_first_and_a_support_unit_is_left_out(
    trust: Organisation, elsewhere: Organisation, reader: User, release: Release
) -> None:
    OrganisationFactory.create(short_name="Support Unit", kind=Kind.CSU)
    page = signed_in(reader).get("/eds/").content.decode()
    assert "Healthwatch Liverpool has scored nothing yet" in page and "Support Unit" not in page
    first, second = page.index("Organisations of Liverpool"), page.index("Other organisations of Cheshire")
    assert first < page.index("Here Trust") < second < page.index("Elsewhere Trust")
    assert "20 of 33, Developing" in page


def test_the_group_sees_who_differs_and_what_waits(
    trust: Organisation, elsewhere: Organisation, reader: User, release: Release
) -> None:
    score(trust, reader, release, _2a=(0, "Why"), _2b=(1, ""))
    comment_on(organisation=elsewhere, about="", text="Why so low?", by=reader)
    member = person(Role.STEERING_MEMBER)
    page = signed_in(member).get("/eds/").content.decode()
    assert "Healthwatch differs on 1 outcome of 2 scored" in page and "1 comment waits" in page
    set_business_day(date(2020, 3, 2))
    assert "1 comment waits, 1 late" in signed_in(member).get("/eds/").content.decode()


# Comments and answers


def test_a_comment_is_asked_of_the_lead_answered_with_a_day_and_told(
    trust: Organisation, reader: User, lead: User, release: Release
) -> None:
    answer = signed_in(reader).post(f"/eds/{trust.slug}/comment/", {"about": "eds:2a", "text": "Why so high?"}, follow=True)
    assert "An answer is due by 17 February 2020." in answer.content.decode()
    made = PanelComment.objects.get()
    assert made.answer_due_on == DUE
    home = signed_in(lead).get("/").content.decode()
    assert "Answer Healthwatch Liverpool" in home and "by 17 February 2020" in home
    told = Job.objects.get(kind="notice", payload__kind="panel_comment")
    assert told.payload["user"] == lead.pk
    assert send_notice(kind="panel_comment", about=made.pk, user=lead) == 1
    assert "Why so high?" not in mail.outbox[-1].body and f"/eds/comments/{made.pk}/answer/" in mail.outbox[-1].body

    client = signed_in(lead)
    page = client.get(f"/eds/comments/{made.pk}/answer/").content.decode()
    assert "Why so high?" in page and "2A Staff get support" in page
    typed = {"text": "We asked staff again.", "promised_on": "2020-04-30"}
    assert client.post(f"/eds/comments/{made.pk}/answer/", typed | {"promised_on": "2019-04-30"}).status_code == 422
    assert client.post(f"/eds/comments/{made.pk}/answer/", typed).status_code == 302
    assert "Answer Healthwatch" not in signed_in(lead).get("/").content.decode()
    told = Job.objects.get(kind="notice", payload__kind="panel_answer")
    assert told.payload["user"] == reader.pk
    assert send_notice(kind="panel_answer", about=told.payload["about"], user=reader) == 1
    assert "has answered the comment of Healthwatch Liverpool of 20 January 2020" in mail.outbox[-1].body
    assert send_notice(kind="panel_comment", about=made.pk, user=lead) == 0
    page = page_of(reader, trust)
    assert "answered on 20 January 2020" in page and "Done by 30 April 2020" in page and "We asked staff again." in page
    assert "answered on 20 January 2020" in signed_in(reader).get("/").content.decode()


def test_a_later_answer_is_added_and_only_the_organisation_answers(
    trust: Organisation, elsewhere: Organisation, reader: User, lead: User
) -> None:
    made = comment_on(organisation=trust, about="", text="Hello?", by=reader)
    answer_comment(comment=made, text="First.", promised_on=None, by=lead)
    answer_comment(comment=made, text="Second.", promised_on=None, by=lead)
    page = page_of(reader, trust)
    assert page.index("First.") < page.index("Second.")
    for user in (reader, person(Role.STEERING_MEMBER), person(Role.EDI_LEAD, elsewhere), person(Role.EXECUTIVE_SPONSOR, trust)):
        with pytest.raises(NotAllowed):
            answer_comment(comment=made, text="Not mine.", promised_on=None, by=user)
    with pytest.raises(Incomplete):
        comment_on(organisation=trust, about="", text="  ", by=reader)


def test_a_comment_can_be_about_what_is_public_or_the_patients_side(trust: Organisation, reader: User, release: Release) -> None:
    write(figure(release, "GPG-1", trust, value=9), figure(release, "WRES-2", trust, value=1.4, tier="steering"))
    page = signed_in(reader).get(f"/eds/{trust.slug}/comment/?about=kpi:PAT-1").content.decode()
    assert 'value="kpi:PAT-1" selected' in page and 'value="kpi:GPG-1"' in page
    assert 'value="kpi:WRES-2"' not in page  # not public, so it is not named as if there were a figure
    client = signed_in(reader)
    assert client.post(f"/eds/{trust.slug}/comment/", {"about": "kpi:WRES-2", "text": "Why?"}).status_code == 422


@pytest.mark.parametrize("address", ["/eds/", "/eds/here/", "/eds/here/score/", "/eds/here/comment/", "/"])
def test_pages_need_as_many_queries_for_many_organisations_and_scores(
    trust: Organisation, reader: User, release: Release, address: str
) -> None:
    client = signed_in(reader)
    client.get(address)  # the first click of a session is noted
    with CaptureQueriesContext(connection) as few:
        assert client.get(address).status_code == 200
    for _ in range(30):
        more = OrganisationFactory.create()
        OrganisationPlace.objects.create(organisation=more, place=Place.objects.get(slug="liverpool"))
        comment_on(organisation=more, about="", text="Why?", by=reader)
    comment_on(organisation=trust, about="", text="Why?", by=reader)
    score(trust, reader, release, _2a=(1, "Why"), _2b=(1, ""), _1a_service_1=(0, "No ramp"))
    with CaptureQueriesContext(connection) as many:
        assert client.get(address).status_code == 200
    assert len(many) <= 25 and len(many) <= len(few) + 2  # prefetched answers and the reviews, once there is something to read


def test_before_the_first_release_there_is_nothing_to_score(trust: Organisation, reader: User) -> None:
    assert "No EDS scores have been released yet" in signed_in(reader).get("/eds/").content.decode()
    page = page_of(reader, trust)
    assert "Score the outcomes" not in page and "Comment on scores or figures" in page
    assert signed_in(reader).post(f"/eds/{trust.slug}/score/", {"score_2a": "1", "version": "0"}).status_code == 422
