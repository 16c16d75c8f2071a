"""Assurance reports: the list, one report chapter by chapter and as a file, its words, and the two people who publish it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from edi_portal.clock import business_today
from edi_portal.exceptions import Incomplete
from edi_portal.papers.content import Heading, Paper
from edi_portal.papers.files import paper_csv, paper_xlsx
from edi_portal.papers.pdf import PDF_TYPE, pdf_bytes
from edi_portal.ui.downloads import CSV_TYPE, XLSX_TYPE, attachment
from edi_portal.ui.editing import edit
from kpis.dashboards.completeness import levels_of
from kpis.selectors.releases import newest_release, released_periods
from organisations.permissions import can, require
from organisations.requests import PortalRequest
from organisations.roles import Right
from organisations.step_up import step_up_required
from steering.forms.reports import CommentaryForm, DiscardForm, LevelForm, StartForm
from steering.models.reports import AssuranceReport, ReportText
from steering.reports.assurance import as_the_board_sees, workstream_titles
from steering.reports.commentary import PLACES
from steering.reports.summary import summary_paper
from steering.selectors import reports as selectors
from steering.services import reports as services

TYPES = {"pdf": PDF_TYPE, "xlsx": XLSX_TYPE, "csv": CSV_TYPE}


def _crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    return [{"label": label, "url": url} for label, url in (("Reports", reverse("reports:list")), *more)]


def _trail(report: AssuranceReport) -> list[dict[str, str]]:
    return _crumbs((str(report), reverse("reports:detail", args=[report.pk])))


@require_GET
def report_list(request: PortalRequest) -> HttpResponse:
    """Published reports, newest first, and what is being written."""
    require(request.user, Right.VIEW_REPORTS)
    rows = list(selectors.reports_shown_to(request.user))
    published = [row for row in rows if row.is_frozen]
    context = {
        "current": [row for row in published if row.status == "published"],
        "older": [row for row in published if row.status == "superseded"],
        "drafts": [row for row in rows if row.status in {"draft", "proposed"}],
        "may_write": can(request.user, Right.WRITE_REPORT),
        "sees_packs": _sees_packs(request.user),
        "newest": newest_release(),
    }
    return render(request, "steering/report_list.html", context)


def _sees_packs(user: Any) -> bool:
    return can(user, Right.WRITE_REPORT) or can(user, Right.PUBLISH_REPORT)


@require_http_methods(["GET", "POST"])
def start(request: PortalRequest) -> HttpResponse:
    """Begin a report; a period without a release is refused with a sentence."""
    require(request.user, Right.WRITE_REPORT)
    newest = newest_release()
    periods = [(period, _period_words(period)) for period, _number in released_periods(newest)] if newest is not None else []
    asked = request.POST.get("period", "")
    if request.method == "POST" and asked and asked not in dict(periods):
        raise Incomplete(selectors.no_release_sentence(asked))
    form = StartForm(request.POST or None, periods=periods)
    if request.method == "POST" and form.is_valid():
        report = services.start_report(period=form.cleaned_data["period"], by=request.user)
        messages.success(request, "The draft is there. Add what the figures cannot say, then propose it.")
        return redirect("reports:detail", report.pk)
    context = {"form": form, "periods": periods, "breadcrumbs": _crumbs()}
    return render(request, "steering/report_start.html", context, status=422 if form.errors else 200)


def _period_words(period: str) -> str:
    from edi_portal.periods import Quarter

    quarter = Quarter.parse(period)
    return f"{quarter.label}, {quarter.months}"


def chapters_of(paper: Paper) -> list[tuple[str, Paper]]:
    """The paper cut at its chapters: (title, a paper of that chapter alone)."""
    found: list[tuple[str, list[Any]]] = []
    for block in paper.blocks:
        if isinstance(block, Heading) and block.level == 1:
            found.append((block.text, []))
        if found:
            found[-1][1].append(block)
    return [(title, Paper(paper.title, paper.kind, paper.lines, paper.mark, paper.day, tuple(blocks))) for title, blocks in found]


@require_GET
def detail(request: PortalRequest, report: int) -> HttpResponse:
    """Cover, contents, who published it, and its files; of a draft also what is left to do."""
    found = selectors.get_report(request.user, report)
    paper = selectors.paper_of(found, business_today())
    chapters = chapters_of(paper)
    may_write = can(request.user, Right.WRITE_REPORT)
    context = {
        "report": found,
        "paper": paper,
        "cover": chapters[0][1] if chapters else None,
        "chapters": list(enumerate((title for title, _ in chapters), start=1)),
        "revised_by": found.revisions.published().first() if found.status == "superseded" else None,
        "may_write": may_write,
        "may_publish": can(request.user, Right.PUBLISH_REPORT),
        "work": _work(found) if not found.is_frozen else None,
        "breadcrumbs": _crumbs(),
    }
    return render(request, "steering/report_detail.html", context)


def _work(report: AssuranceReport) -> dict[str, Any]:
    """What a draft still needs, place by place."""
    texts, waiting, refused = selectors.texts_of(report), selectors.unreviewed(report), selectors.refused_texts(report)
    claims, levels = selectors.claims_to_check(report), selectors.levels_in_force(report)
    rule = levels_of(as_the_board_sees(report.release))
    places = [
        {
            "place": place,
            "title": title,
            "text": texts.get(place),
            "waiting": place in texts and texts[place].subject in waiting,
            "refused": refused.get(place, ""),
            "claims": claims.get(place, ()),
            "is_workstream": place in workstream_titles(),
            "level": levels.get(place),
            "rule": rule[place].level if place in rule else "none",
        }
        for place, title in PLACES.items()
    ]
    return {"places": places, "waiting": len(waiting), "claims": sum(len(said) for said in claims.values())}


@require_GET
def chapter(request: PortalRequest, report: int, chapter: int) -> HttpResponse:
    """One chapter on the screen, with the way to the next."""
    found = selectors.get_report(request.user, report)
    chapters = chapters_of(selectors.paper_of(found, business_today()))
    if not 1 <= chapter <= len(chapters):
        raise Http404
    context = {
        "report": found,
        "chapter": chapters[chapter - 1][1],
        "title": chapters[chapter - 1][0],
        "number": chapter,
        "count": len(chapters),
        "contents": list(enumerate((title for title, _ in chapters), start=1)),
        "before": (chapter - 1, chapters[chapter - 2][0]) if chapter > 1 else None,
        "after": (chapter + 1, chapters[chapter][0]) if chapter < len(chapters) else None,
        "breadcrumbs": _trail(found),
    }
    return render(request, "steering/report_chapter.html", context)


@require_GET
def file(request: PortalRequest, report: int, ending: str) -> HttpResponse:
    """The report as a file. A published PDF is the stored one; every download is put on record."""
    found = selectors.get_report(request.user, report)
    if ending not in TYPES:
        raise Http404
    frozen = found.is_frozen and ending == "pdf"
    content = selectors.pdf_of(found) if frozen else file_of(selectors.paper_of(found, business_today()), ending)
    services.note_download(report=found, ending=ending, by=request.user)
    name = f"edi-assurance-report-{found.number}" if found.is_frozen else f"edi-assurance-report-draft-{found.period}"
    return attachment(content, f"{name}.{ending}", TYPES[ending])


def file_of(paper: Paper, ending: str) -> bytes:
    """A paper in one of its formats."""
    return {"pdf": pdf_bytes, "xlsx": paper_xlsx, "csv": paper_csv}[ending](paper)


@require_http_methods(["GET", "POST"])
def write(request: PortalRequest, report: int, place: str) -> HttpResponse:
    """What is said at one place of a draft."""
    require(request.user, Right.WRITE_REPORT)
    found = selectors.get_report(request.user, report)
    if place not in PLACES:
        raise Http404
    row = found.texts.filter(place=place).first()
    form = CommentaryForm(request.POST or None, place=place, initial={"text": row.text if row else ""})

    def save(seen: int) -> ReportText:
        checked = bool(form.cleaned_data.get("checked"))
        text = form.cleaned_data["text"]
        return services.write_commentary(report=found, place=place, text=text, version=seen, checked=checked, by=request.user)

    done = edit(request, form, save, stored=row.version if row else 0)
    if done.is_saved:
        said = selectors.claims_to_check(found).get(place, ())
        if said:
            messages.warning(request, f"Saved, but check this before you propose the report: {' '.join(said)}")
        else:
            messages.success(request, "Saved. A portal admin reviews it before the report is published.")
        return redirect("reports:detail", found.pk)
    context = {"form": form, "report": found, "title": PLACES[place], "seen": done.version, "breadcrumbs": _trail(found)}
    return render(request, "steering/report_write.html", context, status=done.status)


@require_http_methods(["GET", "POST"])
def level(request: PortalRequest, report: int, workstream: str) -> HttpResponse:
    """Set the level of a workstream's data against the rule, or go back to the rule."""
    require(request.user, Right.WRITE_REPORT)
    found = selectors.get_report(request.user, report)
    if workstream not in workstream_titles():
        raise Http404
    row = selectors.levels_in_force(found).get(workstream)
    shown = {"level": row.level if row else "", "reason": row.reason if row else ""}
    form = LevelForm(request.POST or None, initial=shown)

    def save(seen: int) -> object:
        return services.set_level(report=found, workstream=workstream, seen=seen, by=request.user, **form.cleaned_data)

    done = edit(request, form, save, stored=row.pk if row else 0)
    if done.is_saved:
        messages.success(request, "Saved. The report prints the level beside what the rule says.")
        return redirect("reports:detail", found.pk)
    rule = levels_of(as_the_board_sees(found.release)).get(workstream)
    context = {
        "form": form,
        "report": found,
        "title": workstream_titles()[workstream],
        "rule": rule,
        "seen": done.version,
        "breadcrumbs": _trail(found),
    }
    return render(request, "steering/report_level.html", context, status=done.status)


@require_http_methods(["GET", "POST"])
@step_up_required
def publish(request: PortalRequest, report: int) -> HttpResponse:
    """Propose a draft, take a proposed one back, or publish it as the second person."""
    found = selectors.get_report(request.user, report)
    require(request.user, Right.WRITE_REPORT if found.is_draft else Right.PUBLISH_REPORT)
    if request.method == "POST":
        doing = request.POST.get("doing", "")
        if doing == "back":
            services.take_back_report(report=found, by=request.user)
            messages.success(request, "It is a draft again.")
        elif doing == "publish":
            published = services.publish_report(report=found, by=request.user)
            messages.success(request, f"Assurance report {published.number} is published. Nothing in it changes any more.")
        else:
            # Who pressed the button of a draft does not publish it because somebody else proposed it meanwhile.
            services.propose_report(report=found, by=request.user)
            messages.success(request, "The report is proposed. A second person publishes it.")
        return redirect("reports:detail", found.pk)
    context = {
        "report": found,
        "work": _work(found) if not found.is_frozen else None,
        "is_own": found.proposed_by_id == request.user.pk,
        "may_write": can(request.user, Right.WRITE_REPORT),
        "breadcrumbs": _trail(found),
    }
    return render(request, "steering/report_publish.html", context)


@require_http_methods(["GET", "POST"])
def discard(request: PortalRequest, report: int) -> HttpResponse:
    """Take a draft out of the way, with a reason."""
    require(request.user, Right.WRITE_REPORT)
    found = selectors.get_report(request.user, report)
    form = DiscardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.discard_report(report=found, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, "The draft is discarded. Nothing was published.")
        return redirect("reports:list")
    context = {"report": found, "form": form, "breadcrumbs": _trail(found)}
    return render(request, "steering/report_discard.html", context, status=422 if form.errors else 200)


@require_GET
def downloads(request: PortalRequest, report: int) -> HttpResponse:
    """Who took the report out, in which format and when: for those who write or publish it."""
    if not _sees_packs(request.user):
        require(request.user, Right.PUBLISH_REPORT)
    found = selectors.get_report(request.user, report)
    context = {"report": found, "rows": selectors.downloads_of(found), "breadcrumbs": _trail(found)}
    return render(request, "steering/report_downloads.html", context)


@require_GET
def summary(request: PortalRequest) -> HttpResponse:
    """The summary report to the partnership on the screen."""
    require(request.user, Right.VIEW_REPORTS)
    release = newest_release()
    paper = summary_paper(release, business_today()) if release is not None else None
    return render(request, "steering/report_summary.html", {"paper": paper, "breadcrumbs": _crumbs()})


@require_GET
def summary_file(request: PortalRequest, ending: str) -> HttpResponse:
    """The same as a file."""
    require(request.user, Right.VIEW_REPORTS)
    release = newest_release()
    if ending not in TYPES or release is None:
        raise Http404
    return attachment(
        file_of(summary_paper(release, business_today()), ending), f"edi-summary-{release.number}.{ending}", TYPES[ending]
    )
