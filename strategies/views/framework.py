"""The common framework: the version in force for everybody, and the draft of the next one for the steering group."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.exceptions import BusinessError
from edi_portal.ui.editing import edit, seen_version
from organisations.permissions import can, require
from organisations.requests import PortalRequest
from organisations.roles import Right
from strategies.dashboards.coverage import answers_to
from strategies.forms.framework import InForceForm, ThemeForm, initial_of_theme
from strategies.models import FrameworkVersion, Theme
from strategies.selectors.framework import draft_of_framework, framework_in_force
from strategies.services import framework as services
from strategies.views.documents import trail
from strategies.vocabulary import DOMAINS, DUTIES


@require_GET
def framework(request: PortalRequest) -> HttpResponse:
    """The themes in force, by domain, with what each answers to; earlier versions below."""
    version = framework_in_force()
    context = {
        "version": version,
        "domains": _by_domain(version),
        "earlier": FrameworkVersion.objects.filter(status=FrameworkVersion.Status.REPLACED),
        "draft": draft_of_framework(),
        "may_edit": can(request.user, Right.EDIT_FRAMEWORK),
        "breadcrumbs": trail(),
    }
    return render(request, "strategies/framework.html", context)


@require_GET
def version(request: PortalRequest, number: int) -> HttpResponse:
    """An earlier version as it was."""
    found = FrameworkVersion.objects.exclude(status=FrameworkVersion.Status.DRAFT).filter(number=number).first()
    if found is None:
        raise Http404
    context = {"version": found, "domains": _by_domain(found), "breadcrumbs": _framework_trail()}
    return render(request, "strategies/framework.html", context)


@require_POST
def begin(request: PortalRequest) -> HttpResponse:
    """Begin the next version, or go on with the one begun."""
    services.begin_draft(by=request.user)
    return redirect("strategies:framework-draft")


@require_http_methods(["GET", "POST"])
def draft(request: PortalRequest) -> HttpResponse:
    """The draft with its themes; putting it into force asks what changed."""
    require(request.user, Right.EDIT_FRAMEWORK)
    found = draft_of_framework()
    if found is None:
        return redirect("strategies:framework")
    form = InForceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.put_into_force(draft=found, by=request.user, **form.cleaned_data)
        except BusinessError as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, f"Version {found.number} of the common framework is in force.")
            return redirect("strategies:framework")
    context = {"draft": found, "domains": _by_domain(found), "form": form, "breadcrumbs": _framework_trail()}
    return render(request, "strategies/framework_draft.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def theme(request: PortalRequest, theme: str) -> HttpResponse:
    """Change a theme of the draft, add one (address `new`), or leave one out."""
    require(request.user, Right.EDIT_FRAMEWORK)
    found = draft_of_framework()
    if found is None:
        return redirect("strategies:framework")
    row = next((one for one in found.themes.all() if one.key == theme), None)
    if row is None and theme != "new":
        raise Http404
    if row is not None and request.POST.get("remove") == "yes":
        services.remove_theme(draft=found, key=row.key, seen_version=seen_version(request), by=request.user)
        messages.success(request, f"{row.name} is left out of the draft.")
        return redirect("strategies:framework-draft")
    form = ThemeForm(request.POST or None, initial=initial_of_theme(row) if row is not None else None)

    def save(seen: int) -> Theme:
        key = row.key if row is not None else None
        return services.save_theme(draft=found, key=key, entry=form.entry(), seen_version=seen, by=request.user)

    saved = edit(request, form, save, stored=row.version if row is not None else None)
    if saved.is_saved:
        messages.success(request, "The theme is in the draft.")
        return redirect("strategies:framework-draft")
    context = {
        "form": form,
        "theme": row,
        "version": saved.version,
        "draft": found,
        "breadcrumbs": [
            *_framework_trail(),
            {"label": f"Draft of version {found.number}", "url": reverse("strategies:framework-draft")},
        ],
    }
    return render(request, "strategies/theme_form.html", context, status=saved.status)


def _by_domain(version: FrameworkVersion) -> list[tuple[str, list[dict[str, object]]]]:
    themes = list(version.themes.all())
    return [
        (
            label,
            [
                {"theme": one, "answers_to": answers_to(one), "duties": [DUTIES[duty] for duty in one.duties if duty in DUTIES]}
                for one in themes
                if one.domain == key
            ],
        )
        for key, label in DOMAINS.items()
    ]


def _framework_trail() -> list[dict[str, str]]:
    return trail(("Common framework", reverse("strategies:framework")))
