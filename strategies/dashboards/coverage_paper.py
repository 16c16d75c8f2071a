"""The agreement of strategies as a paper for a board: gaps, work done several times, themes, and what was promised."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from edi_portal.charts.numbers import plural
from edi_portal.papers.content import Block, Bullets, Facts, Heading, Paper, Paragraph, Table
from strategies.dashboards.coverage import CoveragePage, ThemeRow
from strategies.models import Objective
from strategies.vocabulary import DEPTHS, LINE_KINDS

WITH_OBJECTIVE = 2  # the least depth that is a promise
NONE_SAID = "Nothing of the kind was found."


def coverage_paper_of(page: CoveragePage, lines: Iterable[Objective], *, day: date, synthetic: bool) -> Paper:
    """The paper as it stands on a day. Everything in it is what its reader may read on the page as well."""
    return Paper(
        title="How the strategies of organisations agree",
        kind="Paper for a board",
        lines=(f"As it stood on {day:%-d %B %Y}", "Replaced and ended documents are left out."),
        mark="Synthetic demonstration data" if synthetic else "",
        day=day,
        blocks=(*_in_short(page), *_themes(page), *_promises(lines)),
    )


def _in_short(page: CoveragePage) -> list[Block]:
    return [
        Heading("In short"),
        Facts(
            "The state of strategies",
            (
                ("Organisations with a document", str(len(page.owners))),
                ("Themes of the common framework", str(len(page.rows))),
                ("Themes that nobody has an objective for", str(len(page.gaps))),
                ("Themes that several organisations wrote objectives for apart", str(len(page.overlaps))),
            ),
        ),
        Heading("Gaps", 2),
        _list_of(page.gaps),
        Heading("Work done several times", 2),
        _list_of(page.overlaps),
    ]


def _list_of(texts: tuple[str, ...]) -> Block:
    return Bullets(texts) if texts else Paragraph(NONE_SAID)


def _themes(page: CoveragePage) -> list[Block]:
    names = dict(page.owners)
    rows = tuple((row.theme.name, row.domain, row.answers_to or "\u2013", _who(row, names)) for row in page.rows)
    return [
        Heading("Themes and who covers them"),
        Paragraph(f"An organisation covers a theme when it has an objective for it, not when it only names it. {_depths()}"),
        Table(
            "Themes of the common framework", ("Theme", "Domain", "Answers to", "Who has an objective"), rows, widths=(3, 2, 4, 5)
        ),
    ]


def _depths() -> str:
    return "The file with everything tells four depths apart: " + "; ".join(text.lower() for text in DEPTHS.values()) + "."


def _who(row: ThemeRow, names: dict[str, str]) -> str:
    found = [names[owner] for owner, depth, _ in row.cells if depth >= WITH_OBJECTIVE]
    named = f" ({plural(row.only_named, 'other')} only {'names' if row.only_named == 1 else 'name'} it)" if row.only_named else ""
    return (", ".join(found) or "nobody") + named


def _promises(lines: Iterable[Objective]) -> list[Block]:
    by_owner: dict[str, list[Objective]] = defaultdict(list)
    for line in lines:
        by_owner[line.document.organisation.short_name].append(line)
    blocks: list[Block] = [Heading("What each organisation promised")]
    if not by_owner:
        return [*blocks, Paragraph("No document is on record yet.")]
    for owner in sorted(by_owner, key=str.casefold):
        rows = tuple((LINE_KINDS[line.kind], line.words, line.document.title) for line in by_owner[owner])
        blocks += [
            Heading(owner, 2),
            Table(f"What {owner} promised", ("Kind", "In its words", "Document"), rows, name=owner, widths=(2, 7, 4)),
        ]
    return blocks
