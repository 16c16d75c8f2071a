"""The coverage matrix as a page and as a file: organisations × themes, gaps and overlaps in words."""

from __future__ import annotations

from dataclasses import dataclass, replace

from edi_portal.ui.downloads import Cell as FileCell
from edi_portal.ui.downloads import Sheet
from organisations.models import Organisation
from strategies.alignment.coverage import Coverage, path_of
from strategies.models import Objective, Theme
from strategies.vocabulary import DEPTHS, DOMAINS, EDS2_GOALS, LINE_KINDS, PLAN_ACTIONS


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """One theme: who has an objective for it, who only names it, and what that means."""

    theme: Theme
    domain: str
    answers_to: str
    cells: tuple[tuple[str, int, str], ...]
    with_objective: int
    only_named: int
    shared_candidate: bool


@dataclass(frozen=True, slots=True)
class CoveragePage:
    """Everything the coverage page shows."""

    owners: tuple[tuple[str, str], ...]
    rows: tuple[ThemeRow, ...]
    gaps: tuple[str, ...]
    overlaps: tuple[str, ...]
    without_theme: tuple[Objective, ...]

    def of_owners(self, first: int, last: int) -> CoveragePage:
        """The same with some of the organisations as columns; what is said of all of them stays."""
        some = slice(first, last)
        return replace(self, owners=self.owners[some], rows=tuple(replace(row, cells=row.cells[some]) for row in self.rows))


def coverage_page(coverage: Coverage, themes: tuple[Theme, ...], lines: list[Objective]) -> CoveragePage:
    """The matrix of the organisations that have a document, with its gaps and overlaps in words."""
    names = _names(coverage)
    owners = tuple(owner for owner in coverage.owners if any(coverage.cell(owner, theme).depth for theme in coverage.themes))
    rows = tuple(
        ThemeRow(
            theme=theme,
            domain=DOMAINS[theme.domain],
            answers_to=answers_to(theme),
            cells=tuple((owner, depth := coverage.cell(owner, theme.key).depth, DEPTHS[depth]) for owner in owners),
            with_objective=len(coverage.with_objective(theme.key)),
            only_named=len(coverage.only_named(theme.key)),
            shared_candidate=theme.key in coverage.shared_candidates(),
        )
        for theme in themes
    )
    return CoveragePage(
        owners=tuple((owner, names.get(owner, owner)) for owner in owners),
        rows=rows,
        gaps=tuple(_gap(row, len(owners)) for row in rows if row.with_objective == 0),
        overlaps=tuple(_overlap(row) for row in rows if row.shared_candidate),
        without_theme=tuple(line for line in lines if not line.themes),
    )


def _gap(row: ThemeRow, organisations: int) -> str:
    named = f" {row.only_named} of them name it." if row.only_named else ""
    return f"{row.theme.name}: none of the {organisations} organisations has an objective for it.{named}"


def _overlap(row: ThemeRow) -> str:
    return f"{row.theme.name}: {row.with_objective} organisations each wrote an objective of their own for it."


def answers_to(theme: Theme) -> str:
    """The frameworks that a theme answers to, in words."""
    parts = [f"EDS2 goal {goal} ({EDS2_GOALS[goal].lower()})" for goal in theme.eds2]
    parts += [f"EDS 2022 domain {domain}" for domain in theme.eds2022]
    parts += [f"improvement plan action {action} ({PLAN_ACTIONS[action].lower()})" for action in theme.plan]
    return "; ".join(parts)


def _names(coverage: Coverage) -> dict[str, str]:
    rows = Organisation.objects.filter(slug__in=coverage.owners)
    return dict(rows.values_list("slug", "short_name"))


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an organisation's way to the common framework."""

    theme: Theme
    todo: str
    others: int


def path_page(coverage: Coverage, themes: tuple[Theme, ...], owner: str) -> tuple[Step, ...]:
    """What is left for an organisation to do, what most others have first."""
    by_key = {theme.key: theme for theme in themes}
    return tuple(Step(by_key[key], todo, len(coverage.with_objective(key))) for key, todo in path_of(coverage, owner))


def coverage_sheets(page: CoveragePage, lines: list[Objective]) -> list[Sheet]:
    """The matrix, the gaps and overlaps, and every line, for a board paper."""
    heads = ["Theme", "Domain", "Answers to", "With an objective", *(name for _, name in page.owners)]
    matrix: list[list[FileCell]] = [
        [row.theme.name, row.domain, row.answers_to, row.with_objective, *(depth for _, depth, _ in row.cells)]
        for row in page.rows
    ]
    words: list[list[FileCell]] = [
        [kind, text] for kind, texts in (("Gap", page.gaps), ("Overlap", page.overlaps)) for text in texts
    ]
    promises: list[list[FileCell]] = [
        [
            line.document.organisation.short_name,
            line.document.title,
            line.number,
            LINE_KINDS[line.kind],
            line.words,
            ", ".join(line.themes),
            "the list is not complete" if line.is_partial else "",
            line.document.source_url,
        ]
        for line in lines
    ]
    depths: list[list[FileCell]] = [[depth, text] for depth, text in DEPTHS.items()]
    return [
        Sheet("Coverage", heads, matrix),
        Sheet("What the numbers mean", ["Depth", "Meaning"], depths),
        Sheet("Gaps and overlaps", ["What", "In words"], words),
        Sheet("Objectives", ["Organisation", "Document", "No", "Kind", "Text", "Themes", "Note", "Source"], promises),
    ]
