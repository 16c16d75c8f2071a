"""The answer key of `docs/demonstration.md`: each of its lines is asserted here, by the test named in its first column."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from edi_portal.exceptions import NotAllowed
from edi_portal.jobs.models import Job, JobStatus
from edi_portal.jobs.services import run
from kpis.demonstration import stories
from kpis.demonstration.jobs import KIND, queue_next_release
from kpis.demonstration.loading import SETTING, load_returns
from kpis.demonstration.profile import FIRST_QUARTER
from kpis.demonstration.publishing import publish_newest, publish_period, summary
from kpis.exact_counts import ReturnedQuarter
from kpis.models.assignments import Assignment
from kpis.models.collections import Collection, Extension, ExtensionRequest, Reminder
from kpis.models.definitions import Setting
from kpis.models.discussions import Discussion
from kpis.models.releases import Release, ReleasedFigure
from kpis.models.returns import Explanation, KpiReturn, ReturnComment, ReturnEvent, ReturnValue
from kpis.models.waivers import Waiver
from kpis.permissions import can_decide_return, measures_open_to
from kpis.selectors.definitions import framework_for
from kpis.selectors.returns import content_of, own_figures, signed_quarters
from kpis.selectors.series import breaks_up_to
from kpis.selectors.waivers import waivers_in_force
from kpis.services.returns import content_hash
from kpis.workflow import Status
from organisations.models import Delegation, Organisation
from organisations.permissions import can
from organisations.roles import Right
from tests.kpis.demonstration_data import loaded_demonstration

# Each test runs inside the transaction of the module's data.
pytestmark = pytest.mark.django_db

KEY = Path(__file__).resolve().parents[2] / "docs" / "demonstration.md"
LINES = {
    cells[0]: f"{cells[1]}. {cells[2]}"
    for line in KEY.read_text(encoding="utf-8").partition("## Answer key")[2].splitlines()
    if line.startswith("| ") and len(cells := [cell.strip() for cell in line.strip("| ").split(" | ")]) == 3
    if cells[0] != "Line"
}


@pytest.fixture(scope="module", autouse=True)
def demonstration(django_db_setup, django_db_blocker):
    """The returns, the first release and the newest one."""
    with django_db_blocker.unblock(), loaded_demonstration() as said:
        publish_period(FIRST_QUARTER)
        publish_newest(say=said.append)
        yield said


def in_words(day):
    return f"{day:%-d %B %Y}"


def organisation(slug):
    return Organisation.objects.get(slug=slug)


def a_return(slug, quarter=stories.OPEN_QUARTER, number=None):
    rows = KpiReturn.objects.filter(organisation__slug=slug, collection__period=quarter.slug).select_related(
        "organisation", "collection"
    )
    return rows.get(number=number) if number else rows.get(superseded_at=None)


def cell(kpi_return, *address):
    measure, row, column = address
    return int(ReturnValue.objects.get(kpi_return=kpi_return, measure=measure, row=row, column=column).amount)


def staff(slug, quarter):
    rows = ReturnValue.objects.filter(kpi_return=a_return(slug, quarter), measure="staff_ethnicity")
    return int(sum(rows.values_list("amount", flat=True)))


def figure(number, code, slug=None, statistic="own"):
    rows = ReleasedFigure.objects.filter(release__number=number, kpi__code=code, component="", statistic=statistic)
    return rows.get(organisation__slug=slug) if slug else rows.get(level="system")


def released_share(one):
    return f"{one.value:.1f}% ({one.low:.1f} to {one.high:.1f})"


def names(rows):
    listed = sorted((row.organisation.short_name for row in rows), key=str.casefold)
    return ", ".join(listed[:-1]) + " and " + listed[-1] if len(listed) > 1 else listed[0]


def open_returns(**only):
    rows = KpiReturn.objects.live().filter(collection__period=stories.OPEN_QUARTER.slug, **only)
    return list(rows.select_related("organisation", "collection"))


def returns(line):
    closed = KpiReturn.objects.exclude(collection__period=stories.OPEN_QUARTER.slug)
    per_quarter = {collection.returns.live().count() for collection in Collection.objects.filter(closed_at__isnull=False)}
    assert per_quarter == {30} and Collection.objects.filter(closed_at__isnull=False).count() == 14
    assert len(open_returns()) == 29 and closed.exclude(superseded_at=None).count() == 1
    assert f"{KpiReturn.objects.count()} versions" in line
    assert "30 in each of 14 closed quarters, 29 in the open one, 1 corrected" in line


def newest_release(line):
    release = Release.objects.get(number=14)
    assert release.collection.period == "2019-20-q2" and release.synthetic and release.status == "published"
    assert (
        f"Release 14, of {release.quarter.label}, published on {in_words(release.published_at.date())}, marked synthetic" in line
    )
    assert release.published_by_id != release.proposed_by_id


def late(line):
    release = Release.objects.get(number=14)
    assert f"{len(release.returned)} of {len(release.due)} returned" in line
    assert set(release.due) - set(release.returned) == {"halton-ccg"} and "Halton CCG did not return 2019-20 Q2" in line
    mine = ReleasedFigure.objects.filter(release=release, organisation__slug="halton-ccg")
    assert set(mine.values_list("status", flat=True)) == {"not_returned", "not_applicable"}
    assert a_return("halton-ccg", stories.NEWEST_CLOSED).status == Status.DRAFT


def acquisition(line):
    quarter = stories.ACQUIRED_ON
    before, after = staff("mersey-care", quarter.previous()), staff("mersey-care", quarter)
    assert f"{before:,}, then {after:,} in {quarter.label}" in line
    content = content_of(a_return("mersey-care", quarter))
    keys = {finding.key for finding in content.explained_queries}
    assert "V7:staff_ethnicity:headcount" in keys and content.can_be_sent
    assert stories.ACQUISITION in [content.explanations[key].text for key in keys]
    assert any(finding.rule == "P14" and finding.measure == "staff_ethnicity" for finding in content.findings)


def merger(line):
    slug = "liverpool-university-hospitals"
    assert not KpiReturn.objects.filter(organisation__slug="royal-liverpool", collection__period="2019-20-q3").exists()
    before, after = staff(slug, stories.NEWEST_CLOSED), staff(slug, stories.OPEN_QUARTER)
    assert f"{before:,}, then {after:,}" in line
    assert after > before + staff("royal-liverpool", stories.NEWEST_CLOSED) - 100
    content = content_of(a_return(slug))
    assert [finding.key for finding in content.open_queries] == ["V7:staff_ethnicity:headcount"] and "1 query still open" in line
    assert not content.errors and content.kpi_return.status == Status.DRAFT


def mistyped(line):
    content = content_of(a_return("countess-of-chester"))
    (error,), (query,) = content.errors, content.open_queries
    values = content.facts.values
    applied, shortlisted = (values["recruitment_ethnicity", "bme", stage] for stage in ("applied", "shortlisted"))
    assert f"applied {applied:.0f}, shortlisted {shortlisted:.0f}: 1 error, “{error.message}”" in line
    was, now = re.findall(r"\d\.\d\d", query.message)
    assert query.measure == "training_ethnicity" and f"ratio {was}, then {now}" in line
    assert content.unanswered and content.kpi_return.status == Status.DRAFT


def twelve_months(line):
    trust = organisation("countess-of-chester")
    then = own_figures(trust, stories.NEWEST_CLOSED, codes=["WRES-2"], headlines_only=True)["WRES-2", ""]
    assert f"{then.value:.2f}" in line
    quarters = [stories.NEWEST_CLOSED.previous(back) for back in range(4)]
    content = content_of(a_return("countess-of-chester"))
    assert f"{_sums(quarters, 'white')} White and {_sums(quarters, 'bme')} BME" in line
    mended = dict(content.facts.values) | {("recruitment_ethnicity", "bme", "applied"): Decimal(498)}
    history = signed_quarters(trust, [stories.OPEN_QUARTER.previous(back) for back in range(1, 9)])
    now = own_figures(
        trust, stories.OPEN_QUARTER, draft=ReturnedQuarter(mended), history=history, codes=["WRES-2"], headlines_only=True
    )["WRES-2", ""]
    assert f"{now.value:.2f}, 95% interval {now.low:.2f} to {now.high:.2f}" in line
    assert "300 of 1,200 and 60 of 400" in line


def _sums(quarters, group):
    appointed, shortlisted = (
        sum(cell(a_return("countess-of-chester", quarter), "recruitment_ethnicity", group, stage) for quarter in quarters)
        for stage in ("appointed", "shortlisted")
    )
    return f"{appointed:,} of {shortlisted:,}"


def four_fifths(line):
    outside = ReleasedFigure.objects.filter(
        release__number=14, kpi__code="WRES-2", component="", level="organisation", verdict="act"
    ).select_related("organisation")
    assert names(outside) in line
    assert {row.organisation.slug for row in outside} == {*stories.OUTSIDE_FOUR_FIFTHS, "countess-of-chester"}
    assert all(row.value > Decimal("1.25") and row.low > 1 for row in outside)


def signal(line):
    counted, shown = [], []
    for number in (1, 14):
        mine = ReleasedFigure.objects.filter(release__number=number)
        readings = mine.filter(level="organisation", component="", value__isnull=False)
        counted.append((readings.filter(verdict="act").count(), readings.count()))
        cells = [mine.filter(status=status).count() for status in ("shown", "withheld")]
        shown.append(cells[0] / sum(cells))
    (act, of), (now, whole) = counted
    assert f"{act} of {of} readings of organisations to act on in release 1, {now} of {whole} in release 14" in line
    assert 0.08 <= now / whole <= 0.15
    assert f"{shown[0]:.1%} and {shown[1]:.1%} are shown" in line and min(shown) >= 0.8
    verdicts = set(readings.values_list("verdict", flat=True))
    assert {"better", "worse", "watch", "no_difference"} <= verdicts


def improving(line):
    first, newest = (figure(number, "PAT-2", "st-helens-and-knowsley") for number in (1, 14))
    assert f"{released_share(first)} in release 1, {released_share(newest)} in release 14" in line
    assert newest.low > first.high


def networks(line):
    first, newest = (figure(number, "NET-1", statistic="pooled").value for number in (1, 14))
    assert f"{first:.0f} core networks in release 1, {newest:.0f} in release 14" in line
    first, newest = (figure(number, "NET-1", statistic="median").value for number in (1, 14))
    assert f"median {first:.0f}, then {newest:.0f}" in line


def worsening(line):
    first, newest = (figure(number, "DQ-2", "southport-and-ormskirk") for number in (1, 14))
    for one in (first, newest):
        assert f"{one.value:.1f}% ({one.low:.1f} to {one.high:.1f}) not known" in line or released_share(one) in line
    assert newest.low > first.high and newest.verdict == "act" and line.endswith("act")


def tiny(line):
    mine = ReleasedFigure.objects.filter(release__number=14, organisation__slug="knowsley-ccg", component="")
    shown = mine.filter(status="shown").select_related("kpi")
    assert f"{shown.count()} figures shown and {mine.filter(status='withheld').count()} withheld" in line
    split = ("WRES", "WDES", "RDR", "REP", "DQ")
    assert not [one.kpi.code for one in shown if one.kpi.code.startswith(split)]
    assert mine.filter(status="withheld", kpi__code__startswith="WRES").exists()


def corrected(line):
    first, second = (a_return("warrington-and-halton", stories.CORRECTED_PERIOD, number) for number in (1, 2))
    was, now = (cell(version, *stories.CORRECTED_CELL) for version in (first, second))
    assert f"Version 1 has {was} spoken face-to-face bookings met, version 2 has {now}" in line
    assert first.superseded_at and second.reopens == first and second.reason == stories.CORRECTION
    quarter = stories.CORRECTED_PERIOD
    newest = signed_quarters(first.organisation, [quarter])[quarter]
    assert newest.values[stories.CORRECTED_CELL] == now
    assert [event.kind for event in ReturnEvent.objects.filter(kpi_return=second)] == ["reopened", "submit", "sign_off"]


def own_kpi(line):
    framework = framework_for(stories.OPEN_QUARTER)
    asked = [one for one in open_returns() if "own_ah_1" in {m.code for m in framework.due_measures(one.organisation)}]
    assert names(asked) in line and framework.kpi("AH-1").definition.name == "Interpreters offered at the first appointment"
    figures = own_figures(organisation("alder-hey"), stories.OPEN_QUARTER, codes=["AH-1"])
    assert figures["AH-1", ""].value > 50
    with pytest.raises(KeyError):
        framework_for(stories.BESPOKE_FROM.previous()).kpi("AH-1")
    assert f"from {stories.BESPOKE_FROM.label}" in line


def sent_back(line):
    (one,) = open_returns(status=Status.SENT_BACK)
    comments = ReturnComment.objects.filter(kpi_return=one, settled_at=None)
    assert names([one]) in line and f"{comments.count()} comments" in line
    assert [comment.measure.partition("_")[0] for comment in comments] == ["recruitment", "interpreters"]


def waiting(line):
    sent = open_returns(status=Status.SUBMITTED)
    assert f"{len(sent)}: {names(sent)}" in line


def explained(line):
    content = content_of(a_return("mersey-care"))
    (query,) = content.explained_queries
    assert query.rule == "V7" and query.measure == "training_ethnicity" and content.can_be_sent
    assert "leadership course" in content.explanations[query.key].text and "1 query about training (rule V7)" in line


def signed(line):
    those = open_returns(status=Status.SIGNED_OFF)
    assert f"{len(those)}: {names(those)}" in line


def ready(line):
    content = content_of(a_return("liverpool-heart-and-chest"))
    assert content.kpi_return.status == Status.DRAFT and content.can_be_sent and "Liverpool Heart & Chest" in line


def not_started(line):
    empty = [one for one in open_returns(status=Status.DRAFT) if one.version == 0]
    assert not ReturnValue.objects.filter(kpi_return__in=empty).exists()
    assert f"{len(empty)}: {names(empty)}" in line


def extension(line):
    (given,) = Extension.objects.all()
    assert given.organisation.short_name in line and in_words(given.until.date()) in line and given.reason


def asking(line):
    (request,) = ExtensionRequest.objects.filter(state=ExtensionRequest.ASKED)
    assert request.organisation.short_name in line and in_words(request.until) in line
    assert ExtensionRequest.objects.filter(state=ExtensionRequest.GRANTED, organisation__slug=stories.EXTENDED).exists()


def waivers(line):
    in_force = waivers_in_force(stories.TODAY)
    assert f"{len(in_force)} waivers in force" in line
    assert all(one.organisation in line and in_words(one.until) in line and one.rule == "V7" for one in in_force)
    assert [one.organisation for one in in_force if one.is_expiring] == ["Clatterbridge"]
    for story in stories.WAIVERS:
        assert [finding.key for finding in content_of(a_return(story.slug)).waived] == [story.finding]
    (dispute,) = Waiver.objects.filter(state=Waiver.ASKED)
    assert dispute.organisation.short_name in line
    assert dispute.finding in {finding.key for finding in content_of(a_return(dispute.organisation.slug)).open_queries}


def rebased(line):
    (mark,) = [mark for mark in breaks_up_to(stories.NEWEST_CLOSED) if mark.kind == "rebase"]
    assert mark.kpi in line and mark.before.label in line and f"“{mark.words}”" in line


def reminded(line):
    sent = Reminder.objects.filter(kind__startswith="before_14@")
    assert f"{sent.count()} leads" in line and in_words(sent[0].sent_at.date()) in line
    told = set(sent.values_list("organisation__slug", flat=True))
    assert told == {one.organisation.slug for one in open_returns() if one.status in {Status.DRAFT, Status.SENT_BACK}}


def clean(line):
    assert f"{Explanation.objects.count()} explanations" in line
    done = KpiReturn.objects.filter(status__in=[Status.SIGNED_OFF, Status.SUBMITTED]).select_related("organisation", "collection")
    for one in done.order_by("pk")[::23]:
        assert content_of(one).can_be_sent, one


def shared(line):
    draft = a_return(stories.MISTYPED)
    with_whom = {row.measure or row.workstream: row.user for row in Assignment.objects.standing()}
    assert set(with_whom) == {"training_ethnicity", "patient-participation"}
    measures = content_of(draft).facts.measures
    for key, user in with_whom.items():
        assert user.display_name.partition(",")[0].removeprefix("Contributor for ") in line
        opened = measures_open_to(user, a_return(stories.MISTYPED), measures.values())
        assert opened and all(key in (measure.code, measure.workstream) or user == with_whom[key] for measure in opened)


def asked(line):
    rows = Discussion.objects.filter(kpi_return=a_return(stories.MISTYPED))
    (one,) = rows.still_open()
    assert (one.measure, one.row, one.column) == ("recruitment_ethnicity", "bme", "applied")
    assert f"{rows.still_open().count()} open discussion" in line and rows.exclude(closed_at=None).count() == 1
    assert "98 applied, 104 shortlisted" in line and "98 BME people applied" in one.remarks.get().text


def rests_on(line):
    items = content_of(a_return(stories.MISTYPED)).evidence
    assert {item.title for held in items.values() for item in held} == {"Equality information and objectives 2019"}
    assert f"serves {len(items)} questions" in line


def delegate(line):
    (row,) = Delegation.objects.standing()
    assert row.organisation.slug == "mersey-care" and row.delegate is not None
    assert f"from {in_words(row.valid_from)} to {in_words(row.valid_to)}" in line
    assert can(row.delegate, Right.SIGN_OFF_RETURN, row.organisation)
    assert can_decide_return(row.delegate, a_return("mersey-care"))


@pytest.mark.parametrize("name", LINES)
def test_answer_key(name):
    globals()[name](LINES[name])


def test_the_answer_key_is_read_whole():
    assert len(LINES) >= 20


def test_signatures_are_those_of_the_stored_content():
    rows = KpiReturn.objects.filter(status=Status.SIGNED_OFF).select_related("organisation", "collection")
    for one in rows.order_by("pk")[::37]:
        assert content_hash(one) == one.content_hash
        assert one.submitted_by_id != one.signed_off_by_id and one.submitted_at < one.signed_off_at <= one.collection.closes_at


def test_guards_are_back_after_loading():
    value = ReturnValue.objects.filter(kpi_return=a_return("alder-hey", stories.NEWEST_CLOSED)).first()
    with pytest.raises(IntegrityError, match="do not change"), transaction.atomic():
        ReturnValue.objects.filter(pk=value.pk).update(amount=value.amount + 1)


def test_loading_again_changes_nothing():
    before = KpiReturn.objects.count()
    assert load_returns(say=print) is False
    assert publish_newest(say=print).number == 14
    assert (KpiReturn.objects.count(), Release.objects.count()) == (before, 2)


def test_data_of_an_earlier_version_stay_and_the_way_out_is_said():
    Setting.objects.filter(key=SETTING).update(value="an older seed/0")
    said = []
    assert load_returns(say=said.append) is False
    assert "make clean" in said[0]


def test_a_database_with_other_returns_is_refused():
    Setting.objects.filter(key=SETTING).delete()
    with pytest.raises(NotAllowed, match="empty database"):
        load_returns(say=print)


def test_outside_the_demonstration_nothing_is_loaded(settings):
    settings.DEMONSTRATION = False
    with pytest.raises(CommandError, match="PORTAL_DEMONSTRATION=1"):
        call_command("load_demonstration")


def test_older_releases_are_built_one_after_another_under_the_number_of_their_period():
    job = queue_next_release()
    assert job.payload == {"period": "2016-17-q2"} and queue_next_release() == job
    assert run(job.pk).status == JobStatus.DONE
    release = Release.objects.get(collection__period="2016-17-q2")
    assert (release.number, release.status) == (2, "published") and release.synthetic
    assert Job.objects.get(status=JobStatus.QUEUED, kind=KIND).payload == {"period": "2016-17-q3"}


def test_a_failed_release_is_tried_again_when_the_demonstration_starts():
    job = queue_next_release()
    Job.objects.filter(pk=job.pk).update(status=JobStatus.FAILED, attempts=5, error="lost")
    queue_next_release()
    job.refresh_from_db()
    assert (job.status, job.attempts) == (JobStatus.QUEUED, 0)


def test_one_line_says_what_there_is():
    shown = ReleasedFigure.objects.filter(status="shown").count()
    withheld = ReleasedFigure.objects.filter(status__in=["withheld", "too_few"]).count()
    expected = f"30 organisations, 61 KPIs, 2 of 14 releases ready, {shown:,} figures shown, {withheld:,} withheld"
    assert summary() == expected
    assert shown > 2000


def test_names_are_those_of_the_demonstrations_day():
    shown = {one.organisation.short_name for one in open_returns()}
    assert {"Liverpool University Hospitals", "St Helens & Knowsley", "Warrington & Halton"} <= shown
    signed_then = a_return("liverpool-university-hospitals", FIRST_QUARTER)
    assert "on behalf of Aintree" in signed_then.statement
