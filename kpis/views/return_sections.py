"""One section of a return: the form, saving while somebody types, and pasting a block from a spreadsheet."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from edi_portal.clock import LONDON, business_now
from edi_portal.exceptions import BusinessError, NotAllowed, StaleData
from kpis import permissions
from kpis.catalogue import WORKSTREAMS, Measure
from kpis.dashboards.answer_fields import fields_of, seen_texts, text_conflict
from kpis.dashboards.return_overview import overview_of
from kpis.dashboards.return_section import (
    Typed,
    amount_text,
    amount_words,
    cell_label,
    field_name,
    question_blocks,
    seen_amounts,
    sentences_by_measure,
)
from kpis.dashboards.return_snapshot import typed_day
from kpis.forms.returns import PostedSection, read_pasted_block, read_section, read_seen
from kpis.models.returns import KpiReturn
from kpis.selectors.definitions import framework_for
from kpis.selectors.returns import ReturnContent, content_of, get_return, values_of
from kpis.selectors.shared_work import earlier_explanations, visits_of
from kpis.services import returns as services
from kpis.services.assignments import note_visit
from kpis.services.explanations import explain_standing
from kpis.validation.findings import Level
from kpis.validation.waiving import NEVER_WAIVED
from kpis.views.returns import address_of, crumbs_of
from kpis.workflow import REOPENS
from organisations.permissions import can
from organisations.roles import Right

AUTOSAVE_REFUSED: dict[type[BusinessError], int] = {StaleData: 409, NotAllowed: 403}


def _section_measures(content: ReturnContent, user: Any, section: str) -> tuple[Measure, ...]:
    return _open_measures(content.kpi_return, content.measures, user, section)


def _open_measures(kpi_return: KpiReturn, due: tuple[Measure, ...], user: Any, section: str) -> tuple[Measure, ...]:
    """The questions of a section that this person may answer."""
    if section not in WORKSTREAMS:
        return ()
    open_to = permissions.measures_open_to(user, kpi_return, due)
    return tuple(measure for measure in open_to if measure.workstream == section)


@require_http_methods(["GET", "POST"])
def section(request: HttpRequest, organisation: str, period: str, section: str) -> HttpResponse:
    """One section: count grids with live sentences. Saving keeps what is right, shows what is not, and overwrites nobody."""
    kpi_return = get_return(request.user, organisation, period)
    content = content_of(kpi_return)
    measures = _section_measures(content, request.user, section)
    if not measures:
        get_object_or_404(KpiReturn.objects.none())
    typed = Typed()
    outcome = services.SaveOutcome(kpi_return.version, 0)
    if request.method == "POST":
        posted = read_section(request.POST.dict(), measures)
        if "reuse" in request.POST:
            _take_earlier(content, measures, posted, request.POST["reuse"])
        outcome = _save(request, kpi_return, posted)
        note_visit(kpi_return=kpi_return, workstream=section, by=request.user)
        if not (posted.errors or outcome.conflicts or outcome.texts):
            messages.success(request, f"Saved at {timezone.now().astimezone(LONDON):%H:%M}.")
            return redirect(_next_address(kpi_return, content, request, section))
        kpi_return.refresh_from_db()
        content = content_of(kpi_return)
        typed = _typed(posted, outcome)
    return _render_section(request, content, measures, section, typed, outcome)


def _queries_of(content: ReturnContent, measures: Iterable[Measure]) -> list[str]:
    codes = {measure.code for measure in measures}
    return [finding.key for finding in content.findings if finding.level is Level.QUERY and finding.measure in codes]


def _take_earlier(content: ReturnContent, measures: Iterable[Measure], posted: PostedSection, chosen: str) -> None:
    """Fill in the earlier explanation that was chosen, below whatever was typed already."""
    offered = earlier_explanations(content.kpi_return, _queries_of(content, measures))
    for finding, texts in offered.items():
        for earlier in texts:
            if str(earlier.key) == chosen:
                typed = posted.explanations.get(finding, "").strip()
                posted.explanations[finding] = f"{typed}\n{earlier.text}" if typed and typed != earlier.text else earlier.text


def _save(request: HttpRequest, kpi_return: KpiReturn, posted: PostedSection) -> services.SaveOutcome:
    outcome = services.save_answers(
        kpi_return=kpi_return, by=request.user, cells=posted.cells, answers=posted.answers, snapshots=posted.snapshots
    )
    for item in outcome.days:
        posted.errors[f"snapshot/{item.measure}"] = (
            f"{item.who} changed the date of these figures to {typed_day(item.theirs)} meanwhile. "
            f"That date stands; save again if {typed_day(item.mine)} is right."
        )
    kept = explain_standing(
        kpi_return=kpi_return, explanations=posted.explanations, by=request.user, seen=posted.seen_explanations
    )
    return replace(outcome, texts=(*outcome.texts, *kept))


ANSWER_PARTS = ("state", "reason", "expected", "evidence")
"""What is said of a question beside its figures: where one part must be mended, all of them stay as they were typed."""


def _typed(posted: PostedSection, outcome: services.SaveOutcome) -> Typed:
    """What must stay on the page as typed: fields with an error, and fields somebody else changed."""
    stay = {name for name in posted.errors} | {field_name(item.measure, item.cell) for item in outcome.conflicts}
    stay |= {name for item in outcome.texts for name in fields_of(item)}
    for part, _, code in (name.partition("/") for name in posted.errors):
        stay |= {f"{one}/{code}" for one in ANSWER_PARTS} if part in ANSWER_PARTS else set()
    return Typed({name: text for name, text in posted.texts.items() if name in stay}, posted.errors)


def _next_address(kpi_return: KpiReturn, content: ReturnContent, request: HttpRequest, section: str) -> str:
    """The next section that has questions for this person, or the task list after the last one."""
    if request.POST.get("stay") or "reuse" in request.POST:
        return request.path
    order = [slug for slug in WORKSTREAMS if _section_measures(content, request.user, slug)]
    following = order[order.index(section) + 1 :] if section in order else []
    return address_of(kpi_return, "section", following[0]) if following else address_of(kpi_return, "overview")


def _render_section(
    request: HttpRequest,
    content: ReturnContent,
    measures: tuple[Measure, ...],
    section: str,
    typed: Typed,
    outcome: services.SaveOutcome,
) -> HttpResponse:
    kpi_return = content.kpi_return
    editable = permissions.can_edit_return(request.user, kpi_return, content.now)
    by_code = {measure.code: measure for measure in measures}
    page = overview_of(content, request.user)
    problems = [{"field": name, "text": text} for name, text in typed.errors.items()]
    problems += [
        {"field": f"{finding.cell}" if finding.cell else f"question-{finding.measure}", "text": finding.message}
        for finding in content.errors
        if finding.measure in by_code and request.method == "POST"
    ]
    context = {
        "kpi_return": kpi_return,
        "section": section,
        "title": WORKSTREAMS[section],
        "blocks": question_blocks(
            content,
            measures,
            typed=typed,
            texts=earlier_explanations(kpi_return, _queries_of(content, measures)) if editable else {},
            asked=page.asked,
        ),
        "here": next((one.here for one in page.sections if one.slug == section), ()),
        "may_discuss": kpi_return.status not in REOPENS,
        "conflicts": _conflicts(outcome, by_code),
        "problems": problems,
        "has_errors": bool(problems),
        "editable": editable,
        "may_dispute": editable and can(request.user, Right.SUBMIT_RETURN, kpi_return.organisation),
        "never_waived": NEVER_WAIVED,
        "seen": {
            field_name(measure.code, cell): amount_text(
                content.facts.values.get((measure.code, cell.row, cell.column)), measure.unit_of(cell)
            )
            for measure in measures
            for cell in measure.cells()
        },
        "seen_texts": seen_texts(content, measures, _queries_of(content, measures)),
        "page": page,
        "comments": [comment for comment in kpi_return.comments.filter(settled_at=None) if comment.workstream in {section, ""}],
        "breadcrumbs": crumbs_of(kpi_return, (kpi_return.quarter.months, address_of(kpi_return, "overview"))),
    }
    return render(request, "kpis/return_section.html", context, status=422 if problems or context["conflicts"] else 200)


def _conflicts(outcome: services.SaveOutcome, measures: Mapping[str, Measure]) -> list[dict[str, str]]:
    """Values, answers, evidence and explanations that two people changed, for the page and for the script."""
    cells = [_conflict(item, measures[item.measure]) for item in outcome.conflicts]
    return cells + [text_conflict(item, measures) for item in outcome.texts]


def _conflict(item: services.Conflict, measure: Measure) -> dict[str, str]:
    return {
        "label": cell_label(measure, item.cell),
        "name": f"choose/{field_name(item.measure, item.cell)}",
        "mine": amount_words(measure, item.cell, item.mine),
        "theirs": amount_words(measure, item.cell, item.theirs),
        "who": item.who,
        "when": f"{item.when.astimezone(LONDON):%H:%M}" if item.when else "",
    }


@require_POST
def autosave(request: HttpRequest, organisation: str, period: str, section: str) -> HttpResponse:
    """Save the changed fields of a section while somebody types; answers with what the figures now say.

    Without any field it only says that this person is at work here, and is told who else is.
    """
    kpi_return = get_return(request.user, organisation, period)
    framework = framework_for(kpi_return.quarter)
    measures = _open_measures(kpi_return, framework.due_measures(kpi_return.organisation), request.user, section)
    if not measures:
        raise Http404
    posted = read_section(request.POST.dict(), measures)
    try:
        note_visit(kpi_return=kpi_return, workstream=section, by=request.user)
        if not any("/" in name for name in request.POST):
            return JsonResponse({"here": _here(kpi_return, section, request.user)})
        outcome = _save(request, kpi_return, posted)
    except BusinessError as error:
        return JsonResponse({"problem": str(error)}, status=AUTOSAVE_REFUSED.get(type(error), 422))
    content = content_of(kpi_return, framework=framework)
    by_code = {measure.code: measure for measure in measures}
    said = sentences_by_measure(content, measures)
    return JsonResponse(
        {
            "saved_at": f"{timezone.now().astimezone(LONDON):%H:%M}",
            "here": _here(kpi_return, section, request.user),
            "errors": posted.errors
            | {str(finding.cell): finding.message for finding in content.errors if finding.cell and finding.measure in by_code},
            "conflicts": _conflicts(outcome, by_code),
            "said": {
                code: [
                    {"code": one.code, "text": one.sentence.text, "base": one.sentence.base, "waiting": one.waiting}
                    for one in rows
                ]
                for code, rows in said.items()
            },
            "queries": [finding.key for finding in content.open_queries if finding.measure in by_code],
            "values": {name: posted.texts[name] for name in posted.texts if name not in posted.errors},
        }
    )


def _here(kpi_return: KpiReturn, section: str, user: Any) -> list[str]:
    return list(visits_of(kpi_return, now=business_now(), besides=user).here.get(section, ()))


@require_http_methods(["GET", "POST"])
def paste(request: HttpRequest, organisation: str, period: str, section: str, measure: str) -> HttpResponse:
    """Paste a block copied from a spreadsheet: shown as it was understood before it is taken over.

    What somebody saved since it was shown stands, and is shown.
    """
    kpi_return = get_return(request.user, organisation, period)
    permissions.check_can_edit_return(request.user, kpi_return, business_now())
    content = content_of(kpi_return)
    found = {one.code: one for one in _section_measures(content, request.user, section)}.get(measure)
    if found is None:
        return redirect(address_of(kpi_return, "section", section))
    text, understood = request.POST.get("block", ""), None
    values, conflicts = content.facts.values, list[dict[str, str]]()
    if request.method == "POST":
        understood = read_pasted_block(text, found)
        if not understood.problem and request.POST.get("take_over"):
            posted, seen = read_section(understood.cells, [found]), read_seen(request.POST.get("seen", ""))
            posted.cells = [replace(one, seen=seen.get(field_name(one.measure, one.cell))) for one in posted.cells]
            if posted.errors:
                understood = type(understood)(understood.cells, "; ".join(posted.errors.values()))
            elif not (conflicts := _conflicts(_save(request, kpi_return, posted), {found.code: found})):
                messages.success(request, f"{len(posted.cells)} cells were filled from the block.")
                return redirect(address_of(kpi_return, "section", section) + f"#question-{found.code}")
            else:
                values = values_of(kpi_return)
    context = {
        "kpi_return": kpi_return,
        "measure": found,
        "block": text,
        "understood": understood,
        "seen": seen_amounts([found], values),
        "conflicts": conflicts,
        "has_errors": bool(conflicts),
        "rows": [
            (row.label, [understood.cells.get(f"{found.code}/{row.key}/{column.key}", "") for column in found.columns])
            for row in found.rows
        ]
        if understood and understood.cells
        else [],
        "back": address_of(kpi_return, "section", section),
        "breadcrumbs": crumbs_of(kpi_return, (kpi_return.quarter.months, address_of(kpi_return, "overview"))),
    }
    status = 409 if conflicts else 422 if understood and understood.problem else 200
    return render(request, "kpis/return_paste.html", context, status=status)
