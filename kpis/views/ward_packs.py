"""Packs of ward figures for portal admins: give a file, read what it would change, show it, withdraw it, bring it back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.exchange.reading import UnreadableSheet
from edi_portal.ui.downloads import Sheet, csv_response, xlsx_response
from kpis.dashboards.ward_packs import STATUS_TAGS, pack_lines
from kpis.forms.ward_packs import PackForm, ShowPackForm, WithdrawPackForm
from kpis.models.ward_packs import PackStatus, WardPack
from kpis.selectors.ward_packs import mark_of_what_is_shown, packs
from kpis.services import ward_packs as services
from kpis.ward_figures.sheet import COLUMNS, EXAMPLE, Problem
from organisations.permissions import can
from organisations.roles import Right

MOST_LISTED = 100


def _only_keepers(request: HttpRequest) -> None:
    """For everybody else the pages do not exist."""
    if not can(request.user, Right.KEEP_WARD_PACKS):
        raise Http404


def _crumbs(*, deep: bool = False) -> list[dict[str, str]]:
    crumbs = [{"label": "Home", "url": reverse("home")}, {"label": "Health inequalities", "url": reverse("inequalities:list")}]
    return [*crumbs, {"label": "Packs", "url": reverse("ward-packs:list")}] if deep else crumbs


def _pack(request: HttpRequest, number: int) -> WardPack:
    _only_keepers(request)
    return get_object_or_404(packs(), pk=number)


@require_http_methods(["GET", "POST"])
def pack_list(request: HttpRequest) -> HttpResponse:
    """All packs, and the place to give a file: it is checked whole, and nothing is shown yet."""
    _only_keepers(request)
    form = PackForm(request.POST or None, request.FILES or None)
    problems: tuple[Problem, ...] = ()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["sheet"]
        try:
            checked = services.check_pack(content=file.read(services.MOST_BYTES + 1), name=file.name or "", by=request.user)
        except UnreadableSheet as error:
            form.add_error("sheet", str(error))
        else:
            if isinstance(checked, WardPack):
                return redirect("ward-packs:detail", checked.pk)
            problems = checked
    context = {
        "form": form,
        "packs": [{"pack": one, "colour": STATUS_TAGS[PackStatus(one.status)]} for one in packs()],
        "problems": problems,
        "findings": [_finding(one) for one in problems[:MOST_LISTED]],
        "breadcrumbs": _crumbs(),
    }
    return render(request, "kpis/ward_pack_list.html", context, status=422 if form.errors or problems else 200)


def _finding(one: Problem) -> dict[str, str]:
    return {
        "kind": "error",
        "where": f"Row {one.row}",
        "field": one.column,
        "wrote": one.wrote,
        "wrong": one.wrong,
        "mend": one.mend,
    }


@require_GET
def pack_template(request: HttpRequest, kind: str) -> HttpResponse:
    """The headings with one example row."""
    _only_keepers(request)
    if kind == "xlsx":
        return xlsx_response("edi-ward-pack-template.xlsx", [Sheet(services.SHEET, COLUMNS, [EXAMPLE])])
    return csv_response("edi-ward-pack-template.csv", COLUMNS, [EXAMPLE])


@require_GET
def pack_detail(request: HttpRequest, pack: int) -> HttpResponse:
    """One pack: before it is shown a preview of what it would change, afterwards what it says."""
    found = _pack(request, pack)
    lines = pack_lines(found)
    context = {
        "pack": found,
        "colour": STATUS_TAGS[PackStatus(found.status)],
        "lines": lines,
        "replaced": sum(one.before is not None for one in lines),
        "form": ShowPackForm(initial={"instead_of": mark_of_what_is_shown()}),
        "breadcrumbs": _crumbs(deep=True),
    }
    return render(request, "kpis/ward_pack_detail.html", context)


@require_POST
def show_pack(request: HttpRequest, pack: int) -> HttpResponse:
    """Show a checked pack to everybody."""
    found = _pack(request, pack)
    form = ShowPackForm(request.POST)
    read = form.cleaned_data["instead_of"] if form.is_valid() else ""
    services.show_pack(pack=found, instead_of=read, by=request.user)
    messages.success(request, "The pack is shown. Everybody can read its figures now.")
    return redirect("ward-packs:detail", pack)


@require_POST
def discard_pack(request: HttpRequest, pack: int) -> HttpResponse:
    """Throw a pack away that was never shown."""
    services.discard_pack(pack=_pack(request, pack), by=request.user)
    messages.success(request, "The pack is thrown away. Nothing of it was shown.")
    return redirect("ward-packs:list")


@require_http_methods(["GET", "POST"])
def withdraw_pack(request: HttpRequest, pack: int) -> HttpResponse:
    """Take a shown pack away, with a reason."""
    found = _pack(request, pack)
    form = WithdrawPackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        services.withdraw_pack(pack=found, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, "The pack is withdrawn. You can bring it back.")
        return redirect("ward-packs:detail", pack)
    context = {"pack": found, "lines": pack_lines(found), "form": form, "breadcrumbs": _crumbs(deep=True)}
    return render(request, "kpis/ward_pack_withdraw.html", context, status=422 if form.errors else 200)


@require_POST
def bring_back_pack(request: HttpRequest, pack: int) -> HttpResponse:
    """Undo a withdrawal."""
    services.bring_back_pack(pack=_pack(request, pack), by=request.user)
    messages.success(request, "The pack is shown again.")
    return redirect("ward-packs:detail", pack)
