"""Questions about mapping interviews: one's own and those held, rounds, the code book, and the themes that others may read."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from edi_portal.reviews.selectors import cleared
from workforce.mapping import AREA_LABELS, Round, Theme, ThemeLine, theme_lines
from workforce.models import CodeBook, MappingInterview, MappingRound

DATA = Path(__file__).resolve().parent.parent / "data"


@dataclass(frozen=True, slots=True)
class ProjectFinding:
    """Something that the project itself found; `followed_by` is the KPI that shows what became of it."""

    area: str
    text: str
    followed_by: str

    @property
    def area_label(self) -> str:
        """Its area in words."""
        return AREA_LABELS[self.area]


@lru_cache(maxsize=1)
def project_findings() -> tuple[str, tuple[ProjectFinding, ...]]:
    """The source and the findings of the project, read from their reviewed file."""
    content = tomllib.loads((DATA / "project_findings.toml").read_text(encoding="utf-8"))
    return content["source"], tuple(ProjectFinding(**row) for row in content["findings"])


@lru_cache(maxsize=1)
def proposed_themes() -> tuple[Theme, ...]:
    """The themes that come with the portal; their texts were reviewed with it."""
    content = tomllib.loads((DATA / "code_book.toml").read_text(encoding="utf-8"))
    return tuple(Theme(**row) for row in content["themes"])


def newest_code_book() -> CodeBook | None:
    """The code book in force."""
    return CodeBook.objects.order_by("-number").first()


def code_books() -> QuerySet[CodeBook]:
    """Every version, newest first, with who made it."""
    return CodeBook.objects.select_related("made_by").order_by("-number")


def rounds() -> list[MappingRound]:
    """Every round, oldest first."""
    return list(MappingRound.objects.all())


def open_round_of(financial_year: str) -> MappingRound | None:
    """The round of a year, if it may still be added to."""
    return MappingRound.objects.filter(financial_year=financial_year, closed_at__isnull=True).first()


def interviews_shown_to(user: Any) -> QuerySet[MappingInterview]:
    """The interviews that this account may read, newest first."""
    return MappingInterview.objects.visible_to(user).select_related("organisation", "round", "interviewer", "code_book")


def get_interview(user: Any, pk: int) -> MappingInterview:
    """The interview, if this account may read it; Http404 otherwise."""
    return get_object_or_404(interviews_shown_to(user), pk=pk)


def interviewed_in(one: MappingRound) -> frozenset[int]:
    """Which organisations have an interview in the round: that there is one, never what it says."""
    return frozenset(MappingInterview.objects.filter(round=one).values_list("organisation_id", flat=True))


def theme_texts(themes: tuple[Theme, ...]) -> dict[str, str]:
    """The texts of themes under their names in the queue of reviews; those that came with the portal are reviewed already."""
    known = {theme.key: theme.text for theme in proposed_themes()}
    return {f"theme:{theme.key}": theme.text for theme in themes if known.get(theme.key) != theme.text}


@dataclass(frozen=True, slots=True)
class ThemesForOthers:
    """What anybody with an account may know of the interviews: themes of closed rounds, and how many were interviewed."""

    rounds: tuple[Round, ...]
    lines: tuple[ThemeLine, ...]
    synthetic: bool
    in_review: int


def themes_for_others() -> ThemesForOthers:
    """Themes that a reviewer passed and at least three organisations held, in closed rounds only. Four queries."""
    closed = [one for one in rounds() if not one.is_open]
    found: dict[int, dict[int, frozenset[str]]] = defaultdict(dict)
    rows = MappingInterview.objects.filter(round__in=closed).values_list("round_id", "organisation_id", "themes")
    for round_id, organisation, keys in rows:
        found[round_id][organisation] = frozenset(keys)
    told = tuple(Round(one.financial_year, found[one.pk]) for one in closed)
    book = newest_code_book()
    themes = book.all_themes if book is not None else ()
    texts = theme_texts(themes)
    passed = cleared(texts)
    readable = tuple(theme for theme in themes if f"theme:{theme.key}" not in texts or f"theme:{theme.key}" in passed)
    return ThemesForOthers(
        told, theme_lines(readable, told), any(one.is_synthetic for one in closed), len(themes) - len(readable)
    )
