"""What each kind of background work is called on the page of jobs. The one place; a test holds it against what can run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Model

from edi_portal.jobs.models import Job
from edi_portal.periods import Quarter
from kpis.models.collections import Collection
from kpis.models.release_builds import BuildPart, ReleaseBuild

KINDS = {
    "prepare_release": "Prepare a release",
    "release_part": "Part of a release",
    "join_release": "Join the parts of a release",
    "verify_releases": "Nightly check of the releases",
    "prepare_demonstration_release": "Older release of the demonstration",
    "prepare_demonstration_report": "Assurance report of the demonstration",
    "build_packs": "Released packs of all organisations",
    "return_mail": "Mail: a return moved on",
    "discussion_mail": "Mail: a question about a return",
    "notice": "Mail to one person",
    "password_link": "Mail: a link for a new password",
}
# Every message to one person is the same kind of job; what it tells stands before the first colon of its own kind.
NOTICES = {
    "reminder": "Reminder of a return",
    "digest": "Weekly digest",
    "compliance": "Reminder of a duty",
    "action": "Reminder of an action",
    "proposal": "Reminder of a proposal to ratify",
    "model_ratification": "Reminder to ratify the operating model",
    "panel_comment": "Mail: a Healthwatch commented",
    "panel_answer": "Mail: a comment is answered",
    "strategy_end": "Reminder of a strategy that ends",
    "self_assessment": "Reminder of a self-assessment that waits",
    "toolkit_review": "Reminder to review a text of the toolkit",
    "efficiency_year": "Reminder to freeze a year of efficiencies",
    "extension_asked": "Mail: more time is asked for",
    "extension_decided": "Mail: an answer about more time",
    "waiver_asked": "Mail: a rule is disputed",
    "waiver_granted": "Mail: a waiver is granted",
    "waiver_refused": "Mail: a waiver is refused",
    "waiver_ended": "Mail: a waiver has ended",
}


# Words of a payload that lead to a collection: from which model, and where its period stands.
LEADS: dict[str, tuple[type[Model], str]] = {
    "collection": (Collection, "period"),
    "build": (ReleaseBuild, "collection__period"),
    "part": (BuildPart, "build__collection__period"),
}


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job, what it is called, and the months that it is about ("" when it is about none)."""

    job: Job
    words: str
    months: str = ""


def words_of(job: Job) -> str:
    """The kind of a job in plain words; a row of an older version that nothing runs any more keeps its own name."""
    notice = str(job.payload.get("kind", "")).partition(":")[0] if job.kind == "notice" else ""
    return NOTICES.get(notice) or KINDS.get(job.kind, job.kind)


def job_lines(jobs: Iterable[Job]) -> tuple[JobLine, ...]:
    """Jobs in words, in their order. At most one query for each of `LEADS`."""
    rows = tuple(jobs)
    periods: dict[tuple[str, int], str] = {}
    for word, (model, path) in LEADS.items():
        if wanted := {job.payload[word] for job in rows if word in job.payload}:
            found = model._default_manager.filter(pk__in=wanted).values_list("pk", path)
            periods |= {(word, key): period for key, period in found}
    return tuple(JobLine(job, words_of(job), _months_of(job, periods)) for job in rows)


def _months_of(job: Job, periods: dict[tuple[str, int], str]) -> str:
    named = (periods.get((word, key)) for word, key in job.payload.items() if word in LEADS)
    period = job.payload.get("period") or next(filter(None, named), "")
    return Quarter.parse(period).months if period else ""
