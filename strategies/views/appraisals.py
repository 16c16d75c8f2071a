"""Options appraisals of the shared operating model: versions to read, and the draft with its options, weights and choice."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.ui.downloads import xlsx_response
from edi_portal.ui.editing import edit, seen_version
from organisations.permissions import can, require
from organisations.requests import PortalRequest
from organisations.roles import Right
from strategies.dashboards.appraisals import appraisal_page, appraisal_sheets
from strategies.forms.appraisals import DecideForm, OptionForm, WeightForm, initial_of_option
from strategies.models import OptionsAppraisal
from strategies.selectors.appraisals import appraisals_shown_to, draft_of_appraisal, get_appraisal, subject_of, text_of
from strategies.selectors.review_words import review_words
from strategies.services import appraisals as services
from strategies.views.assessments import trail


@require_GET
def appraisals(request: PortalRequest) -> HttpResponse:
    """The newest decided version that the reader may know of, and every other; a newer one may wait for its reviewer."""
    rows = appraisals_shown_to(request.user)
    decided = next((one for one in rows if one.state != OptionsAppraisal.State.DRAFT), None)
    may_write = can(request.user, Right.WRITE_OPERATING_MODEL)
    context = {
        "appraisal": decided,
        "page": appraisal_page(decided) if decided is not None else None,
        "decided_by": _decided_by(request, decided),
        "versions": rows,
        "draft": next((one for one in rows if one.state == OptionsAppraisal.State.DRAFT), None),
        "may_write": may_write,
        "review_words": review_words({subject_of(decided): text_of(decided)}) if may_write and decided is not None else "",
        "breadcrumbs": trail(),
    }
    return render(request, "strategies/appraisal.html", context)


@require_GET
def version(request: PortalRequest, number: int) -> HttpResponse:
    """One version as it was decided."""
    found = get_appraisal(request.user, number)
    if found.state == OptionsAppraisal.State.DRAFT:
        return redirect("operating-model:appraisal-draft")
    context = {
        "appraisal": found,
        "page": appraisal_page(found),
        "decided_by": _decided_by(request, found),
        "breadcrumbs": _appraisal_trail(),
    }
    return render(request, "strategies/appraisal.html", context)


@require_GET
def version_data(request: PortalRequest, number: int) -> HttpResponse:
    """A version as a workbook."""
    found = get_appraisal(request.user, number)
    return xlsx_response(f"edi-options-appraisal-{found.number}.xlsx", appraisal_sheets(found))


@require_POST
def begin(request: PortalRequest) -> HttpResponse:
    """Begin the next version, or go on with the one begun."""
    services.begin_appraisal(by=request.user)
    return redirect("operating-model:appraisal-draft")


@require_http_methods(["GET", "POST"])
def draft(request: PortalRequest) -> HttpResponse:
    """The draft: options, weights, totals; and the choice, which ends it."""
    found = _draft(request)
    if found is None:
        return redirect("operating-model:appraisals")
    form = DecideForm(request.POST or None, options_to_choose=list(found.options.all()))

    def save(seen: int) -> None:
        services.decide_appraisal(draft=found, seen_version=seen, by=request.user, **form.cleaned_data)

    done = edit(request, form, save, stored=found.version)
    if done.is_saved:
        messages.success(request, f"Version {found.number} is decided. Others read it once a reviewer has passed it.")
        return redirect("operating-model:appraisals")
    context = {
        "draft": found,
        "page": appraisal_page(found),
        "form": form,
        "seen": done.version,
        "breadcrumbs": _appraisal_trail(),
    }
    return render(request, "strategies/appraisal_draft.html", context, status=done.status)


@require_http_methods(["GET", "POST"])
def part(request: PortalRequest, kind: str, part: str) -> HttpResponse:
    """Change an option or a criterion of the draft, add one (address `new`), or leave one out."""
    found = _draft(request)
    if found is None:
        return redirect("operating-model:appraisals")
    rows: list[Any] = list(found.options.all() if kind == "option" else found.criteria.all())
    row = next((one for one in rows if one.key == part), None)
    if row is None and part != "new":
        raise Http404
    key = row.key if row is not None else None
    if row is not None and request.POST.get("remove") == "yes":
        services.remove_part(draft=found, part=kind, key=row.key, seen_version=seen_version(request), by=request.user)
        messages.success(request, f"{row.name} is left out of the draft.")
        return redirect("operating-model:appraisal-draft")
    form: Any
    if kind == "option":
        form = OptionForm(request.POST or None, criteria=list(found.criteria.all()), initial=initial_of_option(row))
    else:
        form = WeightForm(request.POST or None, initial={"name": row.name, "weight": row.weight} if row is not None else None)

    def save(seen: int) -> None:
        if kind == "option":
            services.save_option(draft=found, key=key, entry=form.entry(), seen_version=seen, by=request.user)
        else:
            services.save_criterion(draft=found, key=key, seen_version=seen, by=request.user, **form.cleaned_data)

    done = edit(request, form, save, stored=found.version)
    if done.is_saved:
        messages.success(request, "It is in the draft.")
        return redirect("operating-model:appraisal-draft")
    context = {"draft": found, "form": form, "row": row, "kind": kind, "seen": done.version, "breadcrumbs": _appraisal_trail()}
    return render(request, "strategies/appraisal_part.html", context, status=done.status)


def _decided_by(request: PortalRequest, appraisal: OptionsAppraisal | None) -> str:
    """Who recorded the choice: by name for the steering group, as the group for everybody else."""
    named = appraisal is not None and can(request.user, Right.WRITE_OPERATING_MODEL)
    return str(appraisal.decided_by) if named and appraisal is not None and appraisal.decided_by else "the steering group"


def _draft(request: PortalRequest) -> OptionsAppraisal | None:
    require(request.user, Right.WRITE_OPERATING_MODEL)
    return draft_of_appraisal()


def _appraisal_trail() -> list[dict[str, str]]:
    return trail(("Options appraisal", reverse("operating-model:appraisals")))
