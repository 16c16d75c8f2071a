"""The executive sponsor's pages: returns waiting, the decision, what each tier will see, and the receipt."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from edi_portal.clock import LONDON
from edi_portal.exceptions import Incomplete, NotAllowed
from kpis import permissions
from kpis.catalogue import WORKSTREAMS
from kpis.dashboards.preview import TIERS, tier_page
from kpis.dashboards.return_overview import returns_of
from kpis.dashboards.sign_off import SHOWN_ROWS, SignOffPage, sign_off_page
from kpis.models.returns import KpiReturn
from kpis.selectors.returns import ReturnContent, content_of, get_return
from kpis.selectors.shared_work import approvals_of, discussions_of
from kpis.services import returns as services
from kpis.services.retention import is_deleted
from kpis.validation.registry import rules_new_since
from kpis.views.returns import address_of, crumbs_of
from kpis.workflow import Status
from organisations.selectors.delegations import delegation_used
from organisations.step_up import step_up_required


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
@step_up_required
def sign_off(request: HttpRequest, organisation: str, period: str) -> HttpResponse:
    """One page for the decision: approve or send back per section; the statement and one button."""
    kpi_return = get_return(request.user, organisation, period)
    if kpi_return.status != Status.SUBMITTED:
        return redirect(address_of(kpi_return, "overview"))
    permissions.check_can_decide_return(request.user, kpi_return)
    content = content_of(kpi_return)
    page = sign_off_page(content, approvals_of(kpi_return))
    decided: dict[str, str] = {}
    problems: list[dict[str, str]] = []
    asked = [row for row in discussions_of(kpi_return, content.facts.measures) if row.closed_at is None]
    if request.method == "POST":
        decided, comments, problems = _read_decisions(request, page)
        if asked and not comments and not problems:
            problems = [{"field": "discussions", "text": f"Close {_counted(len(asked), 'discussion')} before you sign"}]
        if not problems:
            try:
                return _decide(request, kpi_return, decided, comments)
            except Incomplete as refused:
                problems = [{"field": "decision", "text": str(refused)}]
    return _render(request, content, page, decided, problems, asked)


def _decide(
    request: HttpRequest, kpi_return: KpiReturn, decided: Mapping[str, str], comments: list[services.SponsorComment]
) -> HttpResponse:
    """Send the return back where something is to change, else sign it. Raises Incomplete for what a rule still wants."""
    if comments:
        approved = [slug for slug, choice in decided.items() if choice == "approve"]
        services.send_back_return(kpi_return=kpi_return, by=request.user, comments=comments, approved=approved)
        kept = f" Your {_counted(len(approved), 'approval is', 'approvals are')} kept." if approved else ""
        messages.success(request, f"The return is back with your EDI lead, with your comments.{kept}")
        return redirect(reverse("home"))
    services.sign_off_return(
        kpi_return=kpi_return,
        by=request.user,
        statement=services.statement_for(kpi_return, request.user),
        seen_hash=request.POST.get("content_hash", ""),
    )
    messages.success(request, "The return is signed. Your EDI lead is told by email.")
    return redirect(address_of(kpi_return, "receipt"))


@require_GET
def preview(request: HttpRequest, organisation: str, period: str, tier: str) -> HttpResponse:
    """Every figure of the return as one group of readers will see it."""
    kpi_return = get_return(request.user, organisation, period)
    if tier not in TIERS:
        raise Http404
    if not permissions.sees_every_question(request.user, kpi_return):
        raise NotAllowed("This page holds every figure of the return. Ask your EDI lead or your executive sponsor.")
    trail = [(kpi_return.quarter.months, address_of(kpi_return, "overview"))]
    if permissions.can_decide_return(request.user, kpi_return):
        trail.append(("Sign off", address_of(kpi_return, "sign-off")))
    context = {
        "kpi_return": kpi_return,
        "page": tier_page(content_of(kpi_return), tier),
        "tiers": [
            {"label": title, "url": address_of(kpi_return, "preview", key), "current": key == tier}
            for key, title in TIERS.items()
        ],
        "breadcrumbs": crumbs_of(kpi_return, *trail),
    }
    return render(request, "kpis/sign_off_preview.html", context)


@require_GET
def receipt(request: HttpRequest, organisation: str, period: str) -> HttpResponse:
    """What was signed, by whom, when and for which content: the newest signed version."""
    kpi_return = get_return(request.user, organisation, period)
    chain = KpiReturn.objects.visible_to(request.user).filter(
        collection=kpi_return.collection, organisation=kpi_return.organisation, status=Status.SIGNED_OFF
    )
    signed = chain.select_related("organisation", "collection", "submitted_by", "signed_off_by").order_by("-number").first()
    if signed is None or signed.signed_off_by is None or signed.signed_off_at is None:
        raise Http404
    approvals, deleted = approvals_of(signed), is_deleted(signed)
    context = {
        "kpi_return": signed,
        "later": kpi_return if kpi_return.pk != signed.pk else None,
        "deleted": deleted,
        "unchanged": not deleted and services.content_hash(signed) == signed.content_hash,
        "delegation": delegation_used(signed.organisation, signed.signed_off_by, signed.signed_off_at.astimezone(LONDON).date()),
        "approvals": [(title, approvals[slug]) for slug, title in WORKSTREAMS.items() if slug in approvals],
        "hash_parts": [signed.content_hash[start : start + 8] for start in range(0, 64, 8)],
        "breadcrumbs": crumbs_of(signed, (signed.quarter.months, address_of(signed, "overview"))),
    }
    return render(request, "kpis/sign_off_receipt.html", context)


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
    request: HttpRequest,
    content: ReturnContent,
    page: SignOffPage,
    decided: Mapping[str, str],
    problems: list[dict[str, str]],
    asked: list[Any],
) -> HttpResponse:
    kpi_return = content.kpi_return
    everything = bool(request.GET.get("all"))
    shown = everything or len(page.movements) <= SHOWN_ROWS
    context = {
        "kpi_return": kpi_return,
        "page": page,
        "movements": page.movements if shown else page.movements[:SHOWN_ROWS],
        "previews": page.previews if everything else page.previews[:SHOWN_ROWS],
        "all_shown": everything,
        "tiers": [{"label": title, "url": address_of(kpi_return, "preview", key)} for key, title in TIERS.items()],
        "new_rules": rules_new_since(kpi_return.sent_rules),
        "asked": [
            {
                "label": content.facts.measures[row.measure].title,
                "url": address_of(kpi_return, "discuss", content.facts.measures[row.measure].workstream, row.measure),
            }
            for row in asked
        ],
        "may_delegate": request.membership is not None and request.membership.delegation_id is None,  # type: ignore[attr-defined]
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
        "statement": services.statement_for(kpi_return, request.user),
        "content_hash": services.content_hash_of(content),
        "breadcrumbs": [{"label": "Home", "url": reverse("home")}, {"label": "Sign-off", "url": reverse("returns:sign-offs")}],
    }
    return render(request, "kpis/sign_off.html", context, status=422 if problems else 200)


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or one + 's'}"
