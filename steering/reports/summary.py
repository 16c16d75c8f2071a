"""The summary report to the partnership, as the project document asks for it: what the mapping found, ways of learning, the
links to the workforce strategy, health inequalities and public health. From what the portal holds, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from django.contrib.auth.models import AnonymousUser

from edi_portal.charts.numbers import plural
from edi_portal.papers.content import Block, Bullets, Heading, Paper, Paragraph, Table
from kpis.dashboards.figure_words import DASH
from kpis.dashboards.home import SystemLine, system_lines
from kpis.models.releases import Release
from kpis.selectors.releases import returned_text
from steering.reports.assurance import SYNTHETIC, as_the_board_sees
from strategies.selectors.documents import coverage_for, lines_shown_to
from strategies.selectors.framework import themes_in_force
from workforce.career import PATH, QUALIFICATION_LEVELS

MAPPING = ("CAP-1", "CAP-2", "CAP-3", "CAP-4", "NET-1", "NET-2", "NET-3", "NET-4")
WORKFORCE = ("REP-BME-8V", "REP-DIS-8V", "WRES-2", "WDES-2", "GAP-CP-BME", "GAP-CP-DIS")
INEQUALITIES = ("HI-1",)
PUBLIC_HEALTH = ("PAT-1", "PAT-2", "PAT-3", "PAT-4", "EDS-D1")


def summary_paper(release: Release, day: date) -> Paper:
    """The report as it stands on a day, from a release in the board's tier and from what organisations share."""
    seen = as_the_board_sees(release)
    lines = system_lines(seen)
    return Paper(
        title="Equality, diversity and inclusion: summary report",
        kind="Report to the partnership",
        lines=(
            f"{seen.quarter.months}. From release {release.number}: {returned_text(release)}.",
            f"As it stood on {day:%-d %B %Y}",
        ),
        mark=SYNTHETIC if release.synthetic else "",
        day=day,
        blocks=(
            *_chapter(
                "What the mapping found",
                "The people who do this work, what they hold, and the networks that staff run.",
                lines,
                MAPPING,
            ),
            *_education(),
            *_chapter(
                "Links to the workforce strategy",
                "Figures that a workforce plan moves: senior posts, appointment, and belief in a fair career.",
                lines,
                WORKFORCE,
            ),
            *_promises(),
            *_chapter(
                "Health inequalities",
                "Whether organisations have a plan that uses the data of their wards, with owners and dates.",
                lines,
                INEQUALITIES,
            ),
            *_chapter(
                "Public health and patients",
                "What patients' services do for access, and what communities were asked.",
                lines,
                PUBLIC_HEALTH,
            ),
        ),
    )


def _chapter(title: str, about: str, lines: Iterable[SystemLine], codes: Sequence[str]) -> list[Block]:
    by_code = {line.definition.code: line for line in lines}
    found = [by_code[code] for code in codes if code in by_code]
    absent = [code for code in codes if code not in by_code]
    blocks: list[Block] = [Heading(title), Paragraph(about)]
    if found:
        rows = tuple(
            (
                f"{line.definition.code} {line.definition.name}",
                line.pooled_text,
                line.median_text,
                line.reading_word,
                line.change_word,
            )
            for line in found
        )
        columns = ("KPI", "All organisations", "Median organisation", "Reading", "Over time")
        blocks.append(Table(title, columns, rows, (1, 2), name=title, widths=(6, 3, 3, 3, 3)))
    if absent:
        blocks.append(Paragraph(f"Not in this release: {', '.join(absent)}. Some are collected in another quarter.", small=True))
    return blocks


def _education() -> list[Block]:
    """The career path with what each step asks for and how people reach the next."""
    rows = tuple((f"Band {step.band}", step.title, QUALIFICATION_LEVELS[step.qualification], step.route) for step in PATH)
    return [
        Heading("Ways of learning"),
        Paragraph("The career path that the portal proposes as a common standard, with ways to reach the next step."),
        Table(
            "The career path",
            ("Band", "Work", "Qualification", "How people go on"),
            rows,
            name="Career path",
            widths=(2, 3, 4, 6),
        ),
    ]


def _promises() -> list[Block]:
    """What the documents that organisations share promise, by theme of the common framework."""
    lines, themes = lines_shown_to(AnonymousUser()), themes_in_force()
    if not lines:
        return [Heading("What strategies promise"), Paragraph("No organisation shares a strategy yet.")]
    coverage = coverage_for(lines, themes)
    rows = tuple((theme.name, str(len(coverage.with_objective(theme.key))) or DASH) for theme in themes)
    owners = len({line.document.organisation_id for line in lines})
    none = [theme.name for theme in themes if not coverage.with_objective(theme.key)]
    blocks: list[Block] = [
        Heading("What strategies promise"),
        Paragraph(f"{plural(owners, 'organisation')} with a strategy or objectives that others may read."),
        Table(
            "Themes of the common framework",
            ("Theme", "Organisations with an objective"),
            rows,
            (1,),
            name="Themes",
            widths=(6, 2),
        ),
    ]
    return [*blocks, *([Bullets(tuple(f"No objective anywhere: {name}." for name in none))] if none else [])]
