"""A KPI's rebases: where its series start anew by decision, making one, undoing one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from edi_portal.reviews.selectors import standings_of
from kpis.dashboards.catalogue import get_kpi, quarter_in_force, quarter_of_kpi
from kpis.forms.series import RebaseForm, UndoRebaseForm
from kpis.framework import KpiInForce
from kpis.models.definitions import Kpi
from kpis.models.series import SeriesRebase
from kpis.selectors.definitions import framework_for
from kpis.selectors.releases import members_of, newest_release
from kpis.services import series as services
from organisations.models import Organisation
from organisations.permissions import can
from organisations.roles import Right


def _asked(request: HttpRequest, code: str) -> KpiInForce:
    """The KPI, for those who may rebase; for others the page does not exist."""
    if not can(request.user, Right.REBASE_SERIES):
        raise Http404
    release = newest_release()
    kpi = get_kpi(request.user, framework_for(quarter_of_kpi(code, quarter_in_force(release))), code)
    if kpi.owner_id is not None:
        raise Http404
    return kpi


def _crumbs(kpi: KpiInForce, *more: tuple[str, str]) -> list[dict[str, str]]:
    page = reverse("kpis:detail", args=[kpi.definition.slug])
    trail = (("Home", reverse("home")), ("KPIs", reverse("kpis:list")), (kpi.definition.code, page), *more)
    return [{"label": label, "url": url} for label, url in trail]


@require_http_methods(["GET", "POST"])
def rebases(request: HttpRequest, code: str) -> HttpResponse:
    """Where the series of this KPI start anew by decision, and the form for one more."""
    kpi = _asked(request, code)
    release = newest_release()
    members = members_of(release) if release is not None else ()
    collected = [one for one in services.quarters_to_start_with() if one.number in kpi.definition.collected_in]
    form = RebaseForm(request.POST or None, organisations=[(one.slug, one.name) for one in members], quarters=collected)
    if request.method == "POST" and form.is_valid():
        slug = form.cleaned_data["organisation"]
        services.rebase_series(
            kpi=Kpi.objects.get(pk=kpi.kpi_id),
            organisation=None if slug == "all" else get_object_or_404(Organisation, slug=slug),
            before=form.cleaned_data["before"],
            reason=form.cleaned_data["reason"],
            by=request.user,
        )
        messages.success(request, "The series starts anew there. The next release says so; what is published stays as it is.")
        return redirect("kpis:rebases", code)
    rows = list(SeriesRebase.objects.filter(kpi=kpi.kpi_id).select_related("kpi", "organisation", "made_by").order_by("-made_at"))
    standings = standings_of(rows)
    context = {
        "kpi": kpi,
        "definition": kpi.definition,
        "rows": [{"rebase": one, "review": standings[one.review_subject].words} for one in rows],
        "form": form,
        "may_start": bool(collected),
        "breadcrumbs": _crumbs(kpi),
    }
    return render(request, "kpis/kpi_rebases.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, code: str, rebase: int) -> HttpResponse:
    """Undo a rebase, with a reason."""
    kpi = _asked(request, code)
    found = get_object_or_404(SeriesRebase.objects.select_related("organisation"), pk=rebase, kpi=kpi.kpi_id)
    form = UndoRebaseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.undo_rebase(rebase=found, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, "The rebase is undone. The next release reads the series through again.")
        return redirect("kpis:rebases", code)
    context = {
        "kpi": kpi,
        "definition": kpi.definition,
        "rebase": found,
        "form": form,
        "breadcrumbs": _crumbs(kpi, ("Rebases", reverse("kpis:rebases", args=[code]))),
    }
    return render(request, "kpis/kpi_rebase_undo.html", context, status=422 if form.errors else 200)
