"""How the organisations stand together: a heat table of shared levels, counts per level, and who could help whom.

Made from assessments that their owners confirmed and shared. Readers below the steering tier get the counts alone, and only
when enough organisations share.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from edi_portal.ui.downloads import Cell, Sheet
from strategies.models import Criterion, SelfAssessment
from strategies.selectors.assessments import levels_of
from strategies.shared_model.levels import counts_per_level, who_could_help
from strategies.shared_model.vocabulary import FEWEST_ORGANISATIONS, LEVELS, MODEL_DOMAINS


@dataclass(frozen=True, slots=True)
class StandingRow:
    """One organisation: its level for each criterion in order, None where it has no answer."""

    assessment: SelfAssessment
    levels: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class CountLine:
    """One criterion: how many organisations stand at level 1, 2, … 5."""

    criterion: Criterion
    domain: str
    counts: tuple[int, ...]

    @property
    def of(self) -> int:
        """Organisations with an answer."""
        return sum(self.counts)

    @property
    def from_three(self) -> int:
        """Those that have it in place or further."""
        return sum(self.counts[2:])


@dataclass(frozen=True, slots=True)
class HelpLine:
    """For one criterion: names of those who could help, and of those who could use it."""

    criterion: Criterion
    helpers: tuple[str, ...]
    helped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SystemView:
    """Everything the system page shows. `rows` and `help` are empty for readers of counts alone."""

    year: str
    criteria: tuple[Criterion, ...]
    rows: tuple[StandingRow, ...]
    counts: tuple[CountLine, ...]
    help: tuple[HelpLine, ...]
    sharing: int
    members: int

    @property
    def is_too_few(self) -> bool:
        """Whether fewer share than are needed to count them."""
        return self.sharing < FEWEST_ORGANISATIONS

    @property
    def mostly_in_place(self) -> int:
        """Criteria at which most organisations have reached level 3."""
        return sum(2 * line.from_three > line.of for line in self.counts)


def system_view(
    assessments: Sequence[SelfAssessment],
    criteria: Iterable[Criterion],
    *,
    year: str,
    members: int,
    by_organisation: bool,
    domain: str = "",
) -> SystemView:
    """`assessments`: open to others, with answers and their criteria. `by_organisation`: the reader may see who stands where."""
    chosen = tuple(one for one in criteria if domain in ("", one.domain))
    levels = {one.pk: levels_of(one) for one in assessments}
    sharing = len(assessments)
    counts = tuple(
        CountLine(
            one, MODEL_DOMAINS[one.domain], counts_per_level(found[one.key] for found in levels.values() if one.key in found)
        )
        for one in chosen
    )
    if not by_organisation:
        return SystemView(year, chosen, (), counts if sharing >= FEWEST_ORGANISATIONS else (), (), sharing, members)
    rows = tuple(StandingRow(one, tuple(levels[one.pk].get(row.key) for row in chosen)) for one in assessments)
    standing = {one.organisation.short_name: levels[one.pk] for one in assessments}
    by_key = {one.key: one for one in chosen}
    offers = tuple(HelpLine(by_key[one.criterion], one.helpers, one.helped) for one in who_could_help(standing, by_key))
    return SystemView(year, chosen, rows, counts, offers, sharing, members)


def system_sheets(view: SystemView) -> list[Sheet]:
    """The same as a workbook: what the page shows this reader and nothing more."""
    heads = ["Domain", "Criterion", *(f"{number} {words}" for number, words in LEVELS.items()), "Organisations"]
    counts: list[list[Cell]] = [[line.domain, line.criterion.name, *line.counts, line.of] for line in view.counts]
    sheets = [Sheet("Counts per level", heads, counts)]
    if view.rows:
        names = ["Organisation", *(one.name for one in view.criteria)]
        standing: list[list[Cell]] = [
            [row.assessment.organisation.short_name + _mark(row.assessment), *row.levels] for row in view.rows
        ]
        helping: list[list[Cell]] = [[line.criterion.name, ", ".join(line.helpers), ", ".join(line.helped)] for line in view.help]
        sheets = [
            Sheet("Levels by organisation", names, standing),
            *sheets,
            Sheet("Who could help whom", ["Criterion", "At level 4 or 5", "At level 1 or 2"], helping),
        ]
    return sheets


def _mark(assessment: SelfAssessment) -> str:
    return " (synthetic)" if assessment.is_synthetic else ""
