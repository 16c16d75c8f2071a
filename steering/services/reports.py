"""Write, review, propose, publish and discard assurance reports; two people publish, and then nothing changes any more."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import transaction
from django.db.models import Max

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from edi_portal.papers.pdf import page_count, pdf_bytes
from edi_portal.reviews.services import ask_for_review
from edi_portal.turns import wait_for_turn
from kpis.dashboards.completeness import levels_of
from kpis.selectors.waivers import waivers_in_force
from organisations.permissions import require
from organisations.roles import Right
from steering.models.reports import AssuranceReport, ReportLevel, ReportStatus, ReportText
from steering.reports.assurance import as_the_board_sees, assurance_paper, workstream_titles
from steering.reports.commentary import PLACES, longest, small_numbers
from steering.selectors.reports import beside_now, no_release_sentence, release_for_report, unreviewed
from steering.services.meanwhile import refuse_changed


@transaction.atomic
def start_report(*, period: str, by: Any) -> AssuranceReport:
    """Begin the report of a period from its release; the draft that is there already is given back."""
    require(by, Right.WRITE_REPORT)
    release = release_for_report(period)
    if release is None:
        raise Incomplete(no_release_sentence(period))
    wait_for_turn(f"report:{period}")
    draft = AssuranceReport.objects.being_written().filter(period=period).first()
    if draft is not None:
        return draft
    current = AssuranceReport.objects.filter(period=period, status=ReportStatus.PUBLISHED).first()
    report = AssuranceReport.objects.create(
        release=release, period=period, revises=current, drafted_by=by, drafted_at=business_now()
    )
    if current is not None:
        for text in current.texts.exclude(text=""):
            ReportText.objects.create(report=report, place=text.place, text=text.text, written_by=by)
            ask_for_review(subject=f"report-text:{report.pk}:{text.place}", text=text.text, organisation=None, by=by)
    for line in waivers_in_force(business_today()):
        ask_for_review(subject=f"waiver:{line.number}:reason", text=line.reason, organisation=None, by=None)
    record(action="report.started", by=by, subject=_subject(report), details={"period": period, "release": release.number})
    return report


@transaction.atomic
def write_commentary(*, report: AssuranceReport, place: str, text: str, version: int, checked: bool, by: Any) -> ReportText:
    """Keep what is said at one place of a draft, and ask for its review.

    `checked`: the writer looked at the phrases with a small number and says that they point at nobody.
    """
    require(by, Right.WRITE_REPORT)
    report = _draft(report)
    if place not in PLACES:
        raise Incomplete("The report has no such place.")
    words = text.strip()
    if len(words) > longest(place):
        raise Incomplete(f"Shorten the text to {longest(place):,} characters: it has {len(words):,}.")
    if small_numbers(words) and not checked:
        raise Incomplete("The text holds a small number beside a word for people.")
    # The report is locked, so nobody writes a first text at the same time.
    stored = ReportText.objects.filter(report=report, place=place).first()
    if version != (stored.version if stored is not None else 0):
        raise StaleData("Somebody else changed this text since you opened it. Look at it again before you save.")
    row = stored or ReportText.objects.create(report=report, place=place)
    row.text, row.version, row.written_by, row.written_at = words, version + 1, by, business_now()
    row.save(update_fields=["text", "version", "written_by", "written_at"])
    ask_for_review(subject=row.subject, text=words, organisation=None, by=by)
    record(action="report.written", by=by, subject=_subject(report), details={"place": place})
    return row


@transaction.atomic
def set_level(
    *, report: AssuranceReport, workstream: str, level: str, reason: str, seen: int | None = None, by: Any
) -> ReportLevel | None:
    """Set the level of a workstream's data against the rule, with a reason; an empty level goes back to the rule.

    `seen`: the key of the level that the page showed, 0 for the rule's. Raises StaleData when somebody set another meanwhile.
    """
    require(by, Right.WRITE_REPORT)
    report = _draft(report)
    if workstream not in workstream_titles():
        raise Incomplete("There is no such workstream.")
    set_now = report.levels.filter(workstream=workstream, ended_at__isnull=True)
    stored = set_now.values_list("pk", flat=True).first() or 0
    events = ("report.level_set",)
    refuse_changed(seen, stored, what="set this level", subject=_subject(report), actions=events, workstream=workstream)
    set_now.update(ended_at=business_now())
    record(action="report.level_set", by=by, subject=_subject(report), details={"workstream": workstream, "level": level})
    if not level:
        return None
    if not reason.strip():
        raise Incomplete("Say why the rule is wrong here.")
    data = levels_of(as_the_board_sees(report.release)).get(workstream)
    row = ReportLevel.objects.create(
        report=report,
        workstream=workstream,
        level=level,
        rule_said=data.level if data is not None else "none",
        reason=reason.strip(),
        set_by=by,
        set_at=business_now(),
    )
    ask_for_review(subject=row.subject, text=row.reason, organisation=None, by=by)
    return row


@transaction.atomic
def propose_report(*, report: AssuranceReport, by: Any) -> AssuranceReport:
    """Put a draft forward once every word in it is reviewed; from then on nothing in it is changed."""
    require(by, Right.WRITE_REPORT)
    report = _draft(report)
    _check_reviewed(report)
    _check_release(report)
    report.status, report.proposed_by, report.proposed_at = ReportStatus.PROPOSED, by, business_now()
    report.save(update_fields=["status", "proposed_by", "proposed_at"])
    record(action="report.proposed", by=by, subject=_subject(report))
    return report


@transaction.atomic
def take_back_report(*, report: AssuranceReport, by: Any) -> AssuranceReport:
    """Make a proposed report a draft again, to change it."""
    require(by, Right.WRITE_REPORT)
    report = AssuranceReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if report.status != ReportStatus.PROPOSED:
        raise InvalidTransition("Only a proposed report can be taken back.")
    report.status, report.proposed_by, report.proposed_at = ReportStatus.DRAFT, None, None
    report.save(update_fields=["status", "proposed_by", "proposed_at"])
    record(action="report.taken_back", by=by, subject=_subject(report))
    return report


@transaction.atomic
def publish_report(*, report: AssuranceReport, by: Any) -> AssuranceReport:
    """The second person publishes: content and PDF are frozen, numbered and hashed."""
    require(by, Right.PUBLISH_REPORT)
    wait_for_turn("report numbers")
    report = AssuranceReport.objects.select_for_update(of=("self",)).select_related("release__collection").get(pk=report.pk)
    if report.status != ReportStatus.PROPOSED:
        raise InvalidTransition("This report is not proposed, so it cannot be published now.")
    if report.proposed_by_id == by.pk:
        raise NotAllowed("You proposed this report, so somebody else publishes it.")
    _check_reviewed(report)
    _check_release(report)
    number = (AssuranceReport.objects.aggregate(newest=Max("number"))["newest"] or 0) + 1
    day = business_today()
    beside = beside_now(report, day)
    paper = assurance_paper(as_the_board_sees(report.release), beside, number=number, day=day)
    pdf = pdf_bytes(paper)
    AssuranceReport.objects.filter(period=report.period, status=ReportStatus.PUBLISHED).update(status=ReportStatus.SUPERSEDED)
    report.number, report.day, report.status = number, day, ReportStatus.PUBLISHED
    report.published_by, report.published_at = by, business_now()
    report.beside, report.content, report.fingerprint = beside.as_data(), paper.as_data(), paper.fingerprint()
    report.pdf, report.pdf_fingerprint, report.pages = pdf, hashlib.sha256(pdf).hexdigest(), page_count(pdf)
    report.save()
    record(action="report.published", by=by, subject=_subject(report), details={"number": number, "pdf": report.pdf_fingerprint})
    return report


@transaction.atomic
def discard_report(*, report: AssuranceReport, reason: str, by: Any) -> AssuranceReport:
    """Take a report that is not published out of the way, with a reason."""
    require(by, Right.WRITE_REPORT)
    report = AssuranceReport.objects.select_for_update(of=("self",)).get(pk=report.pk)
    if report.status not in {ReportStatus.DRAFT, ReportStatus.PROPOSED}:
        raise InvalidTransition("Only a report that is not published yet can be discarded.")
    if not reason.strip():
        raise Incomplete("Say why the report is discarded.")
    report.status, report.discard_reason = ReportStatus.DISCARDED, reason.strip()
    report.save(update_fields=["status", "discard_reason"])
    record(action="report.discarded", by=by, subject=_subject(report))
    return report


def note_download(*, report: AssuranceReport, ending: str, by: Any) -> None:
    """Put on record that somebody took the report out."""
    record(action="report.downloaded", by=by, subject=_subject(report), details={"format": ending})


def _subject(report: AssuranceReport) -> str:
    return f"report:{report.pk}"


def _draft(report: AssuranceReport) -> AssuranceReport:
    found = AssuranceReport.objects.select_for_update(of=("self",)).select_related("release__collection").get(pk=report.pk)
    if found.status == ReportStatus.PROPOSED:
        raise InvalidTransition("This report is proposed. Take it back to change it.")
    if found.status != ReportStatus.DRAFT:
        raise InvalidTransition("This report is not a draft any more, so nothing in it changes. Start a revision.")
    return found


def _check_reviewed(report: AssuranceReport) -> None:
    waiting = len(unreviewed(report))
    if waiting:
        are = "texts of this report are" if waiting != 1 else "text of this report is"
        raise Incomplete(f"{waiting} {are} not passed by a reviewer yet. A portal admin reviews them on the page of texts.")


def _check_release(report: AssuranceReport) -> None:
    """A revision of the figures came meanwhile: the report would be out of date on its first day."""
    current = release_for_report(report.period)
    if current is None or current.pk != report.release_id:
        raise InvalidTransition(
            f"Release {report.release.number} was revised since this draft was started. Discard it and start the report again."
        )
