"""EDI capacity of the own organisation: posts, apprenticeships and years, each with its form."""

from typing import Any

from django.contrib import messages
from django.forms import ModelForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from edi_portal.clock import business_today
from edi_portal.periods import Quarter
from edi_portal.ui.editing import edit, seen_version
from organisations.permissions import can, require
from organisations.requests import PortalRequest
from organisations.roles import Right
from workforce.career import PATH, QUALIFICATION_LEVELS
from workforce.forms.posts import ApprenticeshipForm, LearningFilter, PostForm, YearForm
from workforce.forms.toolkit import read_filter
from workforce.learning import PostStanding, consistency, options_for
from workforce.models import EdiApprenticeship, EdiPost, EdiYear
from workforce.selectors.posts import capacity_register, wte_per_thousand
from workforce.services.posts import remove_row, save_row
from workforce.views.asking import own_organisation

Rows = type[EdiPost] | type[EdiApprenticeship] | type[EdiYear]

# The word in the address → what is kept, its form, and the noun on screen.
KINDS: dict[str, tuple[Rows, type[ModelForm], str]] = {
    "post": (EdiPost, PostForm, "post"),
    "apprenticeship": (EdiApprenticeship, ApprenticeshipForm, "apprenticeship"),
    "year": (EdiYear, YearForm, "year"),
}


@require_GET
def capacity(request: PortalRequest) -> HttpResponse:
    """The registers of the own organisation with what they add up to, and the career path for everybody."""
    organisation = own_organisation(request)
    quarter = Quarter.containing(business_today())
    register = capacity_register(organisation) if organisation is not None else None
    counts = register.counts(quarter) if register is not None else None
    context = {
        "organisation": organisation,
        "register": register,
        "counts": counts,
        "quarter": quarter,
        "per_thousand": wte_per_thousand(counts.funded, organisation.headcount_estimate) if counts and organisation else None,
        "may_keep": organisation is not None and can(request.user, Right.KEEP_REGISTERS, organisation),
        "path": [{"step": step, "qualification": QUALIFICATION_LEVELS[step.qualification]} for step in PATH],
    }
    return render(request, "workforce/capacity.html", context)


@require_GET
def career_path(request: PortalRequest) -> HttpResponse:
    """The path for everybody, with ways to learn for each band; the check of the own posts for their organisation alone."""
    organisation = own_organisation(request)
    form, answers = read_filter(LearningFilter, request.GET)
    posts = capacity_register(organisation).posts if organisation is not None else ()
    standing = [PostStanding(post.title, post.band, post.gaps, post.learning_days) for post in posts if post.valid_to is None]
    context = {
        "organisation": organisation,
        "checks": consistency(standing),
        "path": [
            {"step": step, "qualification": QUALIFICATION_LEVELS[step.qualification], "options": options_for(step.band)}
            for step in PATH
        ],
        "every": len(options_for()),
        "band": answers["band"],
        "options": options_for(answers["band"], answers["cost"]),
        "form": form,
        "breadcrumbs": [{"label": "EDI posts", "url": reverse("edi-posts:list")}],
    }
    return render(request, "workforce/career_path.html", context)


@require_GET
def apprenticeships(request: PortalRequest) -> HttpResponse:
    """The own organisation's apprenticeships as a pipeline with cost avoided; nobody else's."""
    organisation = own_organisation(request)
    require(request.user, Right.VIEW_REGISTERS, organisation)
    assert organisation is not None
    register = capacity_register(organisation)
    context = {
        "organisation": organisation,
        "pipeline": register.pipeline,
        "survey": [year for year in register.years if year.survey_part],
        "breadcrumbs": [{"label": "EDI posts", "url": reverse("edi-posts:list")}],
    }
    return render(request, "workforce/apprenticeships.html", context)


@require_http_methods(["GET", "POST"])
def add(request: PortalRequest, kind: str) -> HttpResponse:
    """A new entry."""
    organisation = own_organisation(request)
    require(request.user, Right.KEEP_REGISTERS, organisation)
    model, form_class, noun = KINDS[kind]
    row = model(organisation=organisation)
    return _edit(request, row, form_class, noun)


@require_http_methods(["GET", "POST"])
def change(request: PortalRequest, kind: str, pk: int) -> HttpResponse:
    """Change an entry, or take out one that was a mistake."""
    model, form_class, noun = KINDS[kind]
    row: Any = get_object_or_404(model.objects.visible_to(request.user).select_related("organisation"), pk=pk)  # type: ignore[attr-defined]
    require(request.user, Right.KEEP_REGISTERS, row.organisation)
    if request.POST.get("remove") == "yes":
        remove_row(row=row, seen_version=seen_version(request), by=request.user)
        messages.success(request, f"The {noun} is taken out of the register.")
        return redirect("edi-posts:list")
    return _edit(request, row, form_class, noun)


def _edit(request: PortalRequest, row: Any, form_class: type[ModelForm], noun: str) -> HttpResponse:
    form = form_class(request.POST or None, instance=row)

    def save(seen: int) -> Any:
        return save_row(row=form.save(commit=False), seen_version=seen, by=request.user)

    done = edit(request, form, save, stored=row.version)
    if done.is_saved:
        messages.success(request, f"The {noun} is in the register.")
        return redirect("edi-posts:list")
    context = {
        "form": form,
        "noun": noun,
        "row": row,
        "version": done.version,
        "organisation": row.organisation,
        "breadcrumbs": [{"label": "EDI posts", "url": reverse("edi-posts:list")}],
    }
    return render(request, "workforce/register_form.html", context, status=done.status)
