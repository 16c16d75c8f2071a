"""Disclosure control for portal admins (settings by two people, facts public elsewhere) and the public page of each release."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from edi_portal.clock import LONDON, business_today
from edi_portal.disclosure.policy import Policy
from kpis.forms.disclosure import WORDS, FactForm, PolicyForm, part_in_words
from kpis.forms.reasons import RetireForm
from kpis.models.disclosure import DisclosureChange, KnownFact
from kpis.models.releases import Release
from kpis.selectors import disclosure as selectors
from kpis.services import disclosure as services
from organisations.models import Organisation
from organisations.permissions import require
from organisations.roles import Right


def _crumbs(*more: tuple[str, str]) -> list[dict[str, str]]:
    return [{"label": label, "url": url} for label, url in (("Home", reverse("home")), *more)]


@require_http_methods(["GET", "POST"])
def policy_settings(request: HttpRequest) -> HttpResponse:
    """The settings in force, the change that waits, a form to propose one, and the log."""
    require(request.user, Right.PREPARE_RELEASE)
    policy, waiting = selectors.policy_in_force(), selectors.waiting_change()
    doing = request.POST.get("doing", "")
    if request.method == "POST" and doing in {"confirm", "drop"}:
        return _decide(request, doing)
    form = PolicyForm(request.POST or None, policy=policy)
    if request.method == "POST" and form.is_valid():
        services.propose_policy(values=form.settings(), reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, "The change is proposed. Nothing changes until a second portal admin confirms it.")
        return redirect("disclosure:settings")
    context = {
        "policy": policy,
        "rows": [{"key": label, "value": getattr(policy, name)} for name, (label, _) in WORDS.items()],
        "waiting": waiting,
        "waiting_rows": _differences(waiting) if waiting else [],
        "may_confirm": waiting is not None and waiting.proposed_by_id != request.user.pk,
        "log": [{"change": change, "rows": _differences(change)} for change in selectors.past_changes()],
        "form": form,
        "breadcrumbs": _crumbs(("Releases", reverse("releases:list"))),
    }
    return render(request, "kpis/disclosure_settings.html", context, status=422 if form.errors else 200)


def _decide(request: HttpRequest, doing: str) -> HttpResponse:
    key = request.POST.get("change", "")
    change = get_object_or_404(DisclosureChange, pk=int(key) if key.isascii() and key.isdigit() and len(key) < 10 else 0)
    if doing == "confirm":
        policy = services.confirm_policy(change=change, by=request.user)
        messages.success(request, f"Settings {policy.version} are in force for every period that is first released from now on.")
    else:
        services.drop_policy(change=change, by=request.user)
        messages.success(request, "The proposed change is dropped. It stays in the log.")
    return redirect("disclosure:settings")


def _differences(change: DisclosureChange) -> list[dict[str, Any]]:
    """What a change alters: name, value before, value after."""
    return [
        {"label": label, "before": change.before[name], "after": change.values[name]}
        for name, (label, _) in WORDS.items()
        if change.before.get(name) != change.values.get(name)
    ]


@require_http_methods(["GET", "POST"])
def known_facts(request: HttpRequest) -> HttpResponse:
    """Sums of counts that anyone can read elsewhere: enter one, retire one, see all."""
    require(request.user, Right.PREPARE_RELEASE)
    if request.method == "POST" and request.POST.get("doing") == "retire":
        return _retire(request)
    form = _fact_form(request.POST or None)
    if request.method == "POST" and form.is_valid():
        measure, part = form.cleaned_data.pop("subject")
        services.add_fact(measure=measure, part=part, by=request.user, **form.cleaned_data)
        messages.success(request, "The fact is entered. Releases that are prepared from now on take it as known to everybody.")
        return redirect("disclosure:facts")
    return _facts(request, form)


def _fact_form(data: Any = None) -> FactForm:
    return FactForm(
        data,
        measures=selectors.measures_about_people(),
        organisations=Organisation.objects.in_footprint(on=business_today()).order_by("short_name"),
    )


def _facts(request: HttpRequest, form: FactForm, retiring: RetireForm | None = None, at: int = 0) -> HttpResponse:
    """The page of facts. `retiring`: the refused reason for which the fact `at` was to be retired."""
    titles = {measure.code: measure.title for measure in selectors.measures_about_people()}
    known = list(selectors.facts())
    rows = _fact_rows([fact for fact in known if fact.retired_at is None], titles)
    for row in rows:
        row["form"] = retiring if retiring is not None and row["fact"].pk == at else RetireForm(row=row["fact"].pk)
    refused = retiring if retiring is not None else form
    context = {
        "rows": rows,
        "retired": _fact_rows([fact for fact in known if fact.retired_at is not None], titles),
        "form": form,
        "refused": refused,
        "breadcrumbs": _crumbs(("Releases", reverse("releases:list"))),
    }
    return render(request, "kpis/disclosure_facts.html", context, status=422 if refused.errors else 200)


def _fact_rows(known: Iterable[KnownFact], titles: Mapping[str, str]) -> list[dict[str, Any]]:
    return [{"fact": fact, "title": titles.get(fact.measure, fact.measure), "part": part_in_words(fact.part)} for fact in known]


def _retire(request: HttpRequest) -> HttpResponse:
    key = request.POST.get("fact", "")
    fact = get_object_or_404(KnownFact, pk=int(key) if key.isascii() and key.isdigit() and len(key) < 10 else 0)
    form = RetireForm(request.POST, row=fact.pk)
    # One that is retired meanwhile has no row to say it at: the service says so.
    if not form.is_valid() and fact.retired_at is None:
        return _facts(request, _fact_form(), form, fact.pk)
    services.retire_fact(fact=fact, reason=form.cleaned_data.get("reason", ""), by=request.user)
    messages.success(request, "The fact is retired. Releases that were made with it keep it.")
    return redirect("disclosure:facts")


@login_not_required
@require_GET
def release_protection(request: HttpRequest, release: int) -> HttpResponse:
    """What anyone may know of how a published release was protected: tallies, settings, time and hash of the audit."""
    found = get_object_or_404(selectors.published_releases(), number=release)
    total = found.counts_shown + found.counts_hidden + found.counts_withheld
    policy = Policy(**found.policy)
    context = {
        "release": found,
        "revised_by": Release.objects.published().filter(revises=found).order_by("number").first(),
        "share": round(100 * found.counts_shown / total) if total else None,
        "total": total,
        "facts": len(found.made_from.get("facts", [])),
        "rows": [{"key": label, "value": getattr(policy, name)} for name, (label, _) in WORDS.items()],
        "policy": policy,
        "breadcrumbs": _crumbs(("How we protect small numbers", reverse("method-disclosure"))),
    }
    return render(request, "kpis/release_protection.html", context)


def release_links() -> list[dict[str, Any]]:
    """Published releases for the method page: name, what became of it, and its own page."""
    revisions = {one.revises_id: one for one in selectors.published_releases() if one.revises_id}
    links = []
    for one in selectors.published_releases():
        later = revisions.get(one.pk)
        links.append(
            {
                "label": f"Release {one.number}, {one.quarter.label}",
                "note": f"revised on {later.published_at.astimezone(LONDON):%-d %B %Y}" if later and later.published_at else "",
                "url": reverse("method-release", args=[one.number]),
            }
        )
    return links
