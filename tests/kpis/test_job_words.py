"""The page of jobs speaks in plain words: every kind that can run has its own."""

import pytest
from django.utils.module_loading import autodiscover_modules

from edi_portal.jobs import services
from edi_portal.jobs.models import Job
from kpis import notifications
from kpis.dashboards.job_words import KINDS, NOTICES, job_lines, words_of
from kpis.models.release_builds import BuildPart, ReleaseBuild
from organisations.roles import Role
from tests.kpis.factories import open_collection
from tests.organisations.factories import person, signed_in


def test_every_kind_that_can_run_has_words_and_no_word_is_left_over() -> None:
    autodiscover_modules("tasks")
    assert set(KINDS) == set(services._handlers)
    assert set(NOTICES) == set(notifications._SENDERS)


def test_the_words_tell_kinds_apart_and_are_no_names_of_the_program() -> None:
    words = [*KINDS.values(), *NOTICES.values()]
    assert len(set(words)) == len(words)
    assert not [one for one in words if "_" in one or not one[0].isupper()]


def test_a_message_to_one_person_says_what_it_tells() -> None:
    assert words_of(Job(kind="notice", payload={"kind": "reminder:before_7"})) == "Reminder of a return"
    assert words_of(Job(kind="notice", payload={"kind": "digest:2020-W04"})) == "Weekly digest"
    assert words_of(Job(kind="notice", payload={})) == "Mail to one person"
    assert words_of(Job(kind="of_an_older_version")) == "of_an_older_version"


@pytest.mark.django_db
def test_the_page_shows_the_words() -> None:
    Job.objects.create(kind="release_part", key="one")
    Job.objects.create(kind="notice", key="two", payload={"kind": "reminder:overdue"}, status="done")
    text = signed_in(person(Role.PORTAL_ADMIN)).get("/jobs/").content.decode()
    assert "Part of a release" in text and "Reminder of a return" in text
    assert "release_part" not in text


@pytest.mark.django_db
@pytest.mark.usefixtures("reference")
def test_a_job_about_a_collection_says_its_months() -> None:
    collection = open_collection("2019-20-q3")
    build = ReleaseBuild.objects.create(collection=collection, input_digest="x", made_from={}, policy={})
    part = BuildPart.objects.create(build=build, key="x", title="X", measures=["x"])
    payloads = [{"collection": collection.pk}, {"period": "2019-20-q3"}, {"build": build.pk}, {"part": part.pk}]
    lines = job_lines([Job(kind="x", payload=payload) for payload in [*payloads, {"part": 0}, {}]])
    assert [line.months for line in lines] == ["October to December 2019"] * 4 + ["", ""]
