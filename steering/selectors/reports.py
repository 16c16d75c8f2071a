"""Questions about assurance reports: which ones a reader may open, what stands beside their figures, who took them out."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from edi_portal.audit.models import AuditEvent
from edi_portal.charts.numbers import plural
from edi_portal.papers.content import Paper
from edi_portal.periods import Quarter
from edi_portal.reviews.selectors import cleared, refusals
from kpis.dashboards.home import system_lines
from kpis.models.releases import Release
from kpis.selectors.releases import newest_release, release_of_quarter
from kpis.selectors.waivers import waivers_in_force
from organisations.permissions import can
from organisations.roles import Right
from steering.dashboards.compliance import board_lines
from steering.efficiencies import ALL
from steering.models.actions import Action
from steering.models.reports import AssuranceReport, ReportLevel, ReportQuerySet, ReportText
from steering.outcomes import plans
from steering.reports.assurance import as_the_board_sees, assurance_paper, standings_of
from steering.reports.commentary import unsupported_claims
from steering.reports.inputs import EVERYWHERE, Beside, LevelSet, OutcomeSaid, WaiverSaid
from steering.selectors.compliance import baseline_quarters, bound_organisations, standings
from steering.selectors.efficiencies import frozen_years
from steering.selectors.outcomes import wordings
from steering.selectors.proposals import operating_model_for

NOT_REVIEWED = "The reason was not reviewed for other readers."
HEAVY = ("content", "pdf", "beside")


def reports_shown_to(user: Any) -> ReportQuerySet:
    """Published reports for whoever may read them; drafts for those who write or publish them. Without content and file."""
    rows = AssuranceReport.objects.defer(*HEAVY).select_related("release__collection", "proposed_by", "published_by")
    if can(user, Right.WRITE_REPORT) or can(user, Right.PUBLISH_REPORT):
        return rows
    return rows.published() if can(user, Right.VIEW_REPORTS) else rows.none()


def get_report(user: Any, pk: int) -> AssuranceReport:
    """The report with its content, if this account may open it; Http404 otherwise."""
    found = reports_shown_to(user).defer(None).defer("pdf").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def pdf_of(report: AssuranceReport) -> bytes:
    """The file of a published report as it was frozen."""
    stored = AssuranceReport.objects.values_list("pdf", flat=True).get(pk=report.pk)
    return bytes(stored or b"")


def release_for_report(period: str) -> Release | None:
    """The published release that a report of this period is made from; None when there is none."""
    try:
        return release_of_quarter(Quarter.parse(period))
    except ValueError:
        return None


def no_release_sentence(period: str) -> str:
    """Why no report of a period can be made."""
    try:
        what = Quarter.parse(period).months
    except ValueError:
        what = "this period"
    newest = newest_release()
    known = f" The newest release covers {newest.quarter.months}." if newest is not None else ""
    return f"No release covers {what}, so no report of it can be made.{known} Choose a period that is released."


def texts_of(report: AssuranceReport) -> dict[str, ReportText]:
    """Place → what is written there, empty places left out. One query."""
    return {row.place: row for row in report.texts.all() if row.text.strip()}


def levels_in_force(report: AssuranceReport) -> dict[str, ReportLevel]:
    """Workstream → the level that is set against the rule. One query."""
    return {row.workstream: row for row in report.levels.filter(ended_at__isnull=True)}


def unreviewed(report: AssuranceReport) -> tuple[str, ...]:
    """The subjects of texts of a draft that no reviewer has passed. Three queries."""
    texts = {row.subject: row.text for row in texts_of(report).values()}
    texts |= {row.subject: row.reason for row in levels_in_force(report).values()}
    return tuple(sorted(set(texts) - cleared(texts)))


def refused_texts(report: AssuranceReport) -> dict[str, str]:
    """Place → why a reviewer sent its text back. Two queries."""
    rows = texts_of(report)
    back = refusals({row.subject: row.text for row in rows.values()})
    return {place: back[row.subject] for place, row in rows.items() if row.subject in back}


def claims_to_check(report: AssuranceReport) -> dict[str, tuple[str, ...]]:
    """Place → sentences that claim what no verdict says."""
    rows = texts_of(report)
    if not rows:
        return {}
    standings = standings_of(system_lines(as_the_board_sees(report.release)))
    found = {place: unsupported_claims(row.text, place, standings) for place, row in rows.items()}
    return {place: said for place, said in found.items() if said}


def beside_now(report: AssuranceReport, day: date) -> Beside:
    """What stands beside the figures of a draft as of a day."""
    return Beside(
        commentary={place: row.text.strip() for place, row in texts_of(report).items()},
        levels={slug: LevelSet(row.level, row.reason) for slug, row in levels_in_force(report).items()},
        owners=_owners(),
        waivers=_waivers(day),
        efficiencies=_efficiencies(),
        duties=board_lines(standings(bound_organisations(day), day)),
        baselines={code: quarter.slug for code, quarter in baseline_quarters().items()},
        outcomes=_outcomes(),
    )


def _outcomes() -> dict[str, OutcomeSaid]:
    """Number → its title in reviewed words, and what shows progress beside the figures. Eight queries at most."""
    words, model, years = wordings(None), operating_model_for(None), frozen_years()
    facts = {}
    for plan in plans():
        if plan.operating_model and model is not None:
            facts[plan.number] = f"{model.version}: {model.words.lower()}."
        elif plan.efficiencies and (year := years.first()) is not None:
            facts[plan.number] = f"{plural(year.accepted or 0, 'efficiency', 'efficiencies')} of {year.financial_year} accepted."
    return {
        str(plan.number): OutcomeSaid(
            words[plan.number].title if plan.number in words else plan.title, facts.get(plan.number, "")
        )
        for plan in plans()
    }


def _owners() -> dict[str, str]:
    """ "KPI/organisation", or "KPI/*" for all of them → who answers for the open action about it, and until when. Two queries.

    Of the action only its owner and its day: its words are free text, and a board does not read actions.
    """
    found: dict[str, str] = {}
    rows = Action.objects.open_now().exclude(kpi="").select_related("owner_organisation").prefetch_related("organisations")
    for action in rows.order_by("due_on", "pk"):
        said = f"{action.owner}, until {action.due_on:%-d %B %Y}"
        for where in [one.slug for one in action.organisations.all()] or [EVERYWHERE]:
            found.setdefault(f"{action.kpi.upper()}/{where}", said)
    return found


def _efficiencies() -> tuple[str, ...]:
    """The newest frozen year, in a sentence for each unit; a withheld total is said to be withheld. One query."""
    year = frozen_years().first()
    if year is None:
        return ()
    known = [f"{year.financial_year}: {plural(year.accepted or 0, 'efficiency was', 'efficiencies were')} accepted."]
    for unit, words in (("hours", "Hours a year no longer spent twice"), ("pounds", "Pounds a year saved")):
        total = (year.content or {}).get(unit, {}).get(ALL)
        known.append(f"{words}: {Decimal(total):,f}." if total is not None else f"{words}: withheld, as too few contribute.")
    return tuple(known)


def _waivers(day: date) -> tuple[WaiverSaid, ...]:
    """Waivers as a board may read them: an organisation's reason only after a review."""
    lines = waivers_in_force(day)
    passed = cleared({f"waiver:{line.number}:reason": line.reason for line in lines})
    return tuple(
        WaiverSaid(
            organisation=line.organisation,
            rule=f"{line.rule} {line.rule_title}",
            question=line.question,
            until=f"{line.until:%-d %B %Y}" if line.until else "",
            reason=line.reason if f"waiver:{line.number}:reason" in passed else NOT_REVIEWED,
        )
        for line in lines
    )


def paper_of(report: AssuranceReport, day: date) -> Paper:
    """The report as a paper: the frozen one as it is stored, a draft as it stands on a day."""
    if report.content is not None:
        return Paper.from_data(report.content)
    return assurance_paper(as_the_board_sees(report.release), beside_now(report, day), number=None, day=day)


def made_again(report: AssuranceReport) -> Paper:
    """A published report made anew from its release and what was stored beside it: to show that it is the same."""
    if report.day is None:
        raise ValueError("Only a published report can be made again.")
    release = Release.objects.select_related("collection").get(pk=report.release_id)
    return assurance_paper(as_the_board_sees(release), Beside.from_data(report.beside), number=report.number, day=report.day)


def downloads_of(report: AssuranceReport, most: int = 100) -> QuerySet[AuditEvent]:
    """Who took the report out, newest first."""
    rows = AuditEvent.objects.filter(subject=f"report:{report.pk}", action="report.downloaded")
    return rows.select_related("actor")[:most]
