"""The fixed pages that everybody may read (help, accessibility, privacy, method), and the gallery of components."""

from collections.abc import Callable, Sequence
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from edi_portal.disclosure.policy import DEFAULT_POLICY, Policy
from edi_portal.ui.gallery import example_charts, example_forms, families
from edi_portal.ui.navigation import address_of

PolicyInForce = Callable[[], Policy]
ReleasesShown = Callable[[], Sequence[dict[str, Any]]]
_in_force: list[PolicyInForce] = [lambda: DEFAULT_POLICY]
_releases: list[ReleasesShown] = [lambda: ()]


def show_disclosure(policy: PolicyInForce, releases: ReleasesShown) -> None:
    """Let the app that owns releases say which settings are in force, and name published releases (`label`, `note`, `url`)."""
    _in_force[:], _releases[:] = [policy], [releases]


ROLES = (
    (
        "EDI lead",
        "Fills in the return, asks contributors, mends errors, explains queries, sends it to the sponsor",
        "own exact figures; released figures of others",
    ),
    ("Contributor", "Answers the questions of one team, such as Recruitment", "own questions only"),
    (
        "Executive sponsor",
        "Reads what moved, signs or sends back; never signs what they sent",
        "own exact figures; released figures of others",
    ),
    ("Steering group member", "Sees where the system stands and decides on action", "released figures by organisation"),
    ("Board member", "Reads the assurance report and what is asked of the board", "released group totals"),
    ("Healthwatch reader", "Reads what is true for the place and answers what was asked", "released public figures"),
    (
        "Portal admin",
        "Opens collections, invites people, prepares releases; two publish together",
        "who has returned what; no right to sign",
    ),
)
MISSING = (
    ("Withheld to protect people", "A count behind it is too small, or would let a small one be worked out."),
    ("Too few to tell", "There are too few cases or too few quarters to say whether it is more than chance."),
    ("Not returned", "The organisation has not sent the figure, and it was due."),
    ("Not applicable", "The organisation does not have what is counted, with the reason."),
    ("Not available yet", "The organisation cannot count it yet. It says why and from when it can."),
)
KEPT = (
    ("Drafts of returns", "2 years"),
    ("Signed returns and releases", "8 years"),
    ("Record of who did what", "8 years"),
    ("Uploaded workbooks", "30 days"),
    ("Sessions", "12 hours at most, or until the browser is closed"),
)


@login_not_required
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """What each role does, what to do when something is stuck, whom to ask."""
    return _fixed(
        request,
        "pages/help.html",
        role_columns=_columns("Role", "What they do here", "What they see"),
        role_rows=_rows(ROLES),
        contact=getattr(settings, "PORTAL_CONTACT", ""),
    )


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """Accessibility statement."""
    return _fixed(request, "pages/accessibility.html")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """What is held about people, why, and how long."""
    return _fixed(request, "pages/privacy.html", keep_columns=_columns("What", "How long"), keep_rows=_rows(KEPT))


@login_not_required
@require_safe
def method(request: HttpRequest) -> HttpResponse:
    """How the figures are worked out, in plain words."""
    return _fixed(request, "pages/method.html", missing_columns=_columns("We write", "It means"), missing_rows=_rows(MISSING))


@login_not_required
@require_safe
def method_disclosure(request: HttpRequest) -> HttpResponse:
    """How small numbers are protected, with the settings in force."""
    policy = _in_force[0]()
    return _fixed(
        request,
        "pages/method_disclosure.html",
        policy=policy,
        open_values=policy.width + 1,
        collude_words="one person" if policy.collude == 1 else f"{policy.collude} people",
        rule_columns=_columns("Number", "What others see"),
        rule_rows=_rows(disclosure_rules(policy)),
        releases=_releases[0](),
        settings_shown=[
            {"label": "T, highest hidden count", "value": policy.threshold},
            {"label": "B, rounding base", "value": policy.base},
            {"label": "W, width kept open", "value": policy.width, "note": f"at least {policy.width + 1} possible values"},
            {"label": "Fewest survey answers", "value": policy.survey_respondents},
        ],
    )


def disclosure_rules(policy: Policy) -> tuple[tuple[str, str], ...]:
    """What happens to a number, as pairs of words, from the settings in force."""
    first = policy.threshold + 1
    rounded = _nearest(first, policy.base)
    last = rounded + (policy.base - 1) // 2
    return (
        ("0", f'0. For sensitive subjects, such as disability or complaints: "{policy.threshold} or fewer"'),
        (f"1 to {policy.threshold}", "Withheld"),
        (f"{first} to {last}", f"{rounded}"),
        (f"{last + 1} and more", f"Rounded to the nearest {policy.base}"),
        ("A survey result", f"Shown when at least {policy.survey_respondents} people answered"),
        ("Money and hours", f"Shown when at least {policy.fewest_contributors} organisations are in it and none stands out"),
    )


@login_not_required
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Every component in each of its states; only in the demonstration, in development and in tests."""
    if not (settings.DEMONSTRATION or settings.DEBUG or settings.TESTING):
        raise Http404
    return render(
        request, "ui/gallery.html", {"families": families(), "gallery_forms": example_forms(), "charts": example_charts()}
    )


def _nearest(count: int, base: int) -> int:
    return (2 * count + base) // (2 * base) * base


def _columns(*labels: str) -> list[dict[str, str]]:
    return [{"label": label} for label in labels]


def _rows(lines: Sequence[Sequence[str]]) -> list[dict[str, Any]]:
    return [{"cells": [{"text": text} for text in line]} for line in lines]


def _fixed(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    links = {
        "method": address_of("method"),
        "disclosure": address_of("method-disclosure"),
        "accessibility": address_of("accessibility"),
        "privacy": address_of("privacy"),
    }
    return render(request, template, {"links": links, **context})
