"""The executive sponsor's pages: returns waiting, and the decision."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from kpis import permissions
from kpis.dashboards.return_overview import returns_of
from kpis.dashboards.sign_off import SHOWN_ROWS, SignOffPage, sign_off_page
from kpis.models.returns import KpiReturn
from kpis.selectors.returns import content_of, get_return
from kpis.services import returns as services
from kpis.workflow import Status


@require_GET
def waiting(request: HttpRequest) -> HttpResponse:
    """The returns of the sponsor's organisations: those to sign first."""
    rows = sorted(returns_of(request.user), key=lambda row: row.kpi_return.status != Status.SUBMITTED)
    context = {
        "to_sign": [row for row in rows if row.kpi_return.status == Status.SUBMITTED],
        "others": [row for row in rows if row.kpi_return.status != Status.SUBMITTED],
        "breadcrumbs": [{"label": "Home", "url": reverse("home")}],
    }
    return render(request, "kpis/sign_off_list.html", context)


@require_http_methods(["GET", "POST"])
def sign_off(request: HttpRequest, organisation: str, period: str) -> HttpResponse:
    """One page for the decision: approve or send back per section; the statement and one button."""
    kpi_return = get_return(request.user, organisation, period)
    if kpi_return.status != Status.SUBMITTED:
        return redirect(reverse("returns:overview", args=[organisation, period]))
    permissions.check_can_decide_return(request.user, kpi_return)
    page = sign_off_page(content_of(kpi_return))
    decided: dict[str, str] = {}
    problems: list[dict[str, str]] = []
    if request.method == "POST":
        decided, comments, problems = _read_decisions(request, page)
        if not problems and comments:
            services.send_back_return(kpi_return=kpi_return, by=request.user, comments=comments)
            messages.success(request, "The return is back with your EDI lead, with your comments. They have been told by email.")
            return redirect(reverse("home"))
        if not problems:
            statement = services.STATEMENT.format(organisation=kpi_return.organisation)
            services.sign_off_return(
                kpi_return=kpi_return, by=request.user, statement=statement, seen_hash=request.POST.get("content_hash", "")
            )
            return redirect(reverse("returns:versions", args=[organisation, period]))
    return _render(request, kpi_return, page, decided, problems)


def _read_decisions(
    request: HttpRequest, page: SignOffPage
) -> tuple[dict[str, str], list[services.SponsorComment], list[dict[str, str]]]:
    """Decision per section, the comments of those sent back, and what is missing."""
    decided: dict[str, str] = {}
    comments: list[services.SponsorComment] = []
    problems: list[dict[str, str]] = []
    for section in page.sections:
        choice = request.POST.get(f"decision-{section.slug}", "")
        decided[section.slug] = choice
        text = request.POST.get(f"comment-{section.slug}", "").strip()
        if choice not in {"approve", "back"}:
            problems.append({"field": f"id_decision-{section.slug}", "text": f"Choose approve or send back for {section.title}"})
        elif choice == "back" and not text:
            problems.append({"field": f"comment-{section.slug}", "text": f"Say what should change in {section.title}"})
        elif choice == "back":
            comments.append(services.SponsorComment(text, workstream=section.slug))
    if not comments and not problems and not request.POST.get("statement"):
        problems.append({"field": "statement", "text": "Tick the statement to sign off the return"})
    return decided, comments, problems


def _render(
    request: HttpRequest, kpi_return: KpiReturn, page: SignOffPage, decided: dict[str, str], problems: list[dict[str, str]]
) -> HttpResponse:
    shown = request.GET.get("all") or len(page.movements) <= SHOWN_ROWS
    context = {
        "kpi_return": kpi_return,
        "page": page,
        "movements": page.movements if shown else page.movements[:SHOWN_ROWS],
        "previews": page.previews if request.GET.get("all") else page.previews[:SHOWN_ROWS],
        "all_shown": bool(request.GET.get("all")),
        "decisions": [
            {
                "section": section,
                "chosen": decided.get(section.slug, "approve"),
                "comment": request.POST.get(f"comment-{section.slug}", ""),
                "problem": next((item["text"] for item in problems if section.slug in item["field"]), ""),
            }
            for section in page.sections
        ],
        "problems": problems,
        "has_errors": bool(problems),
        "statement": services.STATEMENT.format(organisation=kpi_return.organisation),
        "content_hash": services.content_hash(kpi_return),
        "breadcrumbs": [{"label": "Home", "url": reverse("home")}, {"label": "Sign-off", "url": reverse("returns:sign-offs")}],
    }
    return render(request, "kpis/sign_off.html", context, status=422 if problems else 200)
