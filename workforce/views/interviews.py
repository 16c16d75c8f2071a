"""Mapping interviews: one's own and those held, their rounds, the themes that others may read, and the code book."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.clock import business_today
from edi_portal.exceptions import BusinessError
from edi_portal.periods import Quarter
from edi_portal.ui.editing import edit, seen_version
from organisations.models import Organisation
from organisations.permissions import can, require
from organisations.requests import PortalRequest
from organisations.roles import Right
from workforce.forms.interviews import InterviewForm, RoundForm, ThemeForm, organisations_to_interview
from workforce.mapping import AREA_LABELS
from workforce.models import MappingInterview, MappingRound
from workforce.selectors import interviews as selectors
from workforce.services import interviews as services
from workforce.views.asking import own_organisation

TRAIL = ("Mapping interviews", "interviews:list")


def _trail(*more: tuple[str, str]) -> list[dict[str, str]]:
    return [{"label": label, "url": reverse(name)} for label, name in (TRAIL, *more)]


def _may_add(request: PortalRequest) -> bool:
    own = own_organisation(request)
    return can(request.user, Right.GOVERN) or (own is not None and can(request.user, Right.KEEP_REGISTERS, own))


@require_GET
def interview_list(request: PortalRequest) -> HttpResponse:
    """The interviews that this reader may read; for whoever runs the mapping, also who was interviewed in which round."""
    runs = can(request.user, Right.GOVERN)
    year = Quarter.containing(business_today()).financial_year
    rounds = list(reversed(selectors.rounds()))
    current = next((one for one in rounds if one.financial_year == year), None)
    context: dict[str, Any] = {
        "organisation": own_organisation(request),
        "interviews": list(selectors.interviews_shown_to(request.user)),
        "rounds": rounds,
        "year": year,
        "current": current,
        "runs_mapping": runs,
        "may_add": _may_add(request) and current is not None and current.is_open,
    }
    if runs and current is not None:
        held = selectors.interviewed_in(current)
        members = list(Organisation.objects.in_footprint(business_today()))
        waiting = [one for one in members if one.pk not in held]
        context |= {"members": len(members), "held": len(members) - len(waiting), "waiting": waiting}
    return render(request, "workforce/interview_list.html", context)


@require_GET
def themes(request: PortalRequest) -> HttpResponse:
    """What anybody with an account may know of the interviews, beside what the project found itself."""
    source, findings = selectors.project_findings()
    told = selectors.themes_for_others()
    by_area: dict[str, list[Any]] = {}
    for line in told.lines:
        by_area.setdefault(AREA_LABELS[line.theme.area], []).append(line)
    context = {
        "told": told,
        "by_area": by_area,
        "findings": findings,
        "source": source,
        "runs_mapping": can(request.user, Right.GOVERN),
        "breadcrumbs": _trail(),
    }
    return render(request, "workforce/interview_themes.html", context)


@require_GET
def detail(request: PortalRequest, pk: int) -> HttpResponse:
    """One interview, for its organisation and for whoever held it."""
    found = selectors.get_interview(request.user, pk)
    codes = {theme.key: theme for theme in found.code_book.all_themes}
    context = {
        "interview": found,
        "themes": [codes[key] for key in found.themes if key in codes],
        "area_labels": AREA_LABELS,
        "may_keep": services.may_keep(request.user, found) and found.round.is_open,
        "breadcrumbs": _trail(),
    }
    return render(request, "workforce/interview_page.html", context)


@require_http_methods(["GET", "POST"])
def add(request: PortalRequest) -> HttpResponse:
    """Note an interview that was held."""
    if not _may_add(request):
        require(request.user, Right.KEEP_REGISTERS, own_organisation(request))
    return _edit(request, MappingInterview())


@require_http_methods(["GET", "POST"])
def change(request: PortalRequest, pk: int) -> HttpResponse:
    """Change an interview while its round is open, or take out one that was a mistake."""
    found = selectors.get_interview(request.user, pk)
    services.require_keep(request.user, found)
    if request.POST.get("remove") == "yes":
        services.remove_interview(interview=found, seen_version=seen_version(request), by=request.user)
        messages.success(request, "The interview is taken out.")
        return redirect("interviews:list")
    return _edit(request, found)


def _edit(request: PortalRequest, row: MappingInterview) -> HttpResponse:
    runs, own = can(request.user, Right.GOVERN), own_organisation(request)
    book = row.code_book if row.pk is not None else selectors.newest_code_book()
    form = InterviewForm(
        request.POST or None,
        instance=row,
        book=book,
        organisations=organisations_to_interview(request.user, own, runs_mapping=runs),
        initial={} if row.pk is not None else {"organisation": own.slug if own is not None else "", "held_on": business_today()},
    )

    def save(seen: int) -> MappingInterview:
        return services.save_interview(interview=form.save(commit=False), seen_version=seen, by=request.user)

    done = edit(request, form, save, stored=row.version)
    if done.is_saved:
        messages.success(request, "The interview is saved.")
        return redirect("interviews:detail", done.saved.pk)
    context = {
        "form": form,
        "row": row,
        "version": done.version,
        "breadcrumbs": _trail(),
    }
    return render(request, "workforce/interview_form.html", context, status=done.status)


@require_POST
def open_round(request: PortalRequest) -> HttpResponse:
    """Begin the round of the year that the business clock shows."""
    require(request.user, Right.GOVERN)
    year = Quarter.containing(business_today()).financial_year
    services.open_round(financial_year=year, by=request.user)
    messages.success(request, f"The round of {year} is open. Interviews can be noted.")
    return redirect("interviews:list")


@require_http_methods(["GET", "POST"])
def close_round(request: PortalRequest) -> HttpResponse:
    """A page that says what closing a round does, and the button that does it."""
    require(request.user, Right.GOVERN)
    form = RoundForm(request.POST if request.method == "POST" else {"year": request.GET.get("year", "")})
    year = form.cleaned_data["year"] if form.is_valid() else ""
    if request.method == "POST" and not year:
        return redirect("interviews:list")
    found = MappingRound.objects.filter(financial_year=year).first() if year else None
    if request.method == "POST":
        one = get_object_or_404(MappingRound, financial_year=year)
        services.close_round(one=one, by=request.user)
        messages.success(request, f"The round of {year} is closed. Its themes can be read.")
        return redirect("interviews:themes")
    context = {"round": found, "held": len(selectors.interviewed_in(found)) if found else 0, "breadcrumbs": _trail()}
    return render(request, "workforce/interview_close.html", context)


@require_http_methods(["GET", "POST"])
def code_book(request: PortalRequest) -> HttpResponse:
    """The themes in force and every earlier version; whoever runs the mapping makes the next one here."""
    runs = can(request.user, Right.GOVERN)
    if request.method == "POST":
        require(request.user, Right.GOVERN)
    book = selectors.newest_code_book()
    form = ThemeForm(request.POST or None, book=book)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.revise_code_book(theme=form.theme(), note=form.cleaned_data["note"], by=request.user)
        except BusinessError as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, f"Version {made.number} of the code book is in force. A reviewer reads new words first.")
            return redirect("interviews:code-book")
    texts = selectors.theme_texts(book.all_themes) if book is not None else {}
    passed = selectors.cleared(texts)
    readable = [
        {"theme": theme, "area": AREA_LABELS[theme.area], "waits": f"theme:{theme.key}" in texts.keys() - passed}
        for theme in (book.all_themes if book is not None else ())
    ]
    context = {
        "book": book,
        "rows": [row for row in readable if runs or not row["waits"]],
        "versions": list(selectors.code_books()) if runs else [],
        "form": form if runs else None,
        "breadcrumbs": _trail(),
    }
    return render(request, "workforce/code_book.html", context, status=422 if form.errors else 200)
