"""The assurance report of one period as a paper, from a release in the board's tier and what was stored beside it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from edi_portal.clock import LONDON
from edi_portal.papers.content import Block, Callout, Facts, Heading, Paper, Paragraph, Table
from edi_portal.periods import Quarter
from kpis.catalogue import WORKSTREAMS
from kpis.dashboards.completeness import level_rule
from kpis.dashboards.exceptions import exceptions_of
from kpis.dashboards.home import SystemLine, WorkstreamLine, board_home
from kpis.models.releases import Release
from kpis.selectors.releases import TIERS_OF, ReleaseAsSeen, returned_text
from organisations.roles import Tier
from steering.dashboards.outcomes import progress_of
from steering.reports import chapters, checklist
from steering.reports.commentary import ASKED, OVERALL, Standing
from steering.reports.inputs import Beside

TITLE = "Equality, diversity and inclusion across Cheshire and Merseyside"
LEVEL_WORDS = {"full": "Full", "partial": "Partial", "none": "None"}
SYNTHETIC = "Synthetic demonstration data"
NOTHING_ASKED = "Nothing is asked of the board in this report."


def as_the_board_sees(release: Release) -> ReleaseAsSeen:
    """The release in the board's tier, with earlier periods as they stood when it was published: a report never changes."""
    release.as_of = release.number
    return ReleaseAsSeen(release, TIERS_OF[Tier.BOARD])


def assurance_paper(seen: ReleaseAsSeen, beside: Beside, *, number: int | None, day: date) -> Paper:
    """The whole report. `number` is None while it is a draft; `day` is that of its publication, or of the draft."""
    release = seen.release
    home = board_home(seen)
    rows = exceptions_of(seen)
    published = f"{release.published_at.astimezone(LONDON):%-d %B %Y}" if release.published_at else ""
    frozen = f"Frozen on {day:%-d %B %Y}" if number else f"Draft of {day:%-d %B %Y}: it may still change"
    blocks: list[Block] = [
        *_cover(home.lines, beside),
        Paragraph(
            f"Signed by {len(release.returned)} executive sponsors; {returned_text(release)}. Release {release.number} was "
            f"published by two portal admins; its fingerprint begins {release.fingerprint[:12]}.",
            small=True,
        ),
        *_said(beside, OVERALL, "The steering group's view"),
        *_trust(home.workstreams, beside),
        *chapters.highlights(home.system),
        *chapters.concerns(home.system),
        *chapters.movers(seen),
        *chapters.gaps(seen, home.workstreams),
        *chapters.exceptions(seen, rows, beside.owners),
        *chapters.charts(seen, home.system, rows),
        *chapters.outcomes(progress_of(seen, _baselines(beside)), beside.outcomes),
        *chapters.duties(beside.duties),
        *chapters.efficiencies(beside.efficiencies),
        *chapters.waivers(beside.waivers),
        *checklist.questions(seen),
        *chapters.method(seen),
        *chapters.appendix(seen, home.system),
    ]
    return Paper(
        title=TITLE,
        kind=f"Assurance report {number}" if number else "Assurance report, draft",
        lines=(f"{seen.quarter.months} ({seen.quarter.label})", f"From release {release.number} of {published}. {frozen}."),
        mark=SYNTHETIC if release.synthetic else "",
        day=day,
        blocks=tuple(blocks),
    )


def _baselines(beside: Beside) -> dict[str, Quarter]:
    return {code: Quarter.parse(period) for code, period in beside.baselines.items()}


def _six(lines: Iterable[dict[str, str]], beside: Beside) -> tuple[tuple[str, str], ...]:
    asked = " ".join(beside.commentary.get(ASKED, "").split()) or NOTHING_ASKED
    return tuple((line["label"], asked if line["label"] == "Asked of you" else line["text"]) for line in lines)


def _cover(lines: Iterable[dict[str, str]], beside: Beside) -> list[Block]:
    return [Heading("In six lines"), Facts("The report in six lines", _six(lines, beside))]


def _said(beside: Beside, place: str, title: str) -> list[Block]:
    text = beside.commentary.get(place, "").strip()
    return [Callout(title, text)] if text else []


def _trust(lines: Iterable[WorkstreamLine], beside: Beside) -> list[Block]:
    """Two questions, kept apart: the level says nothing of the result, and the result nothing of the level."""
    rows = []
    notes: list[Block] = []
    for line in lines:
        rule = LEVEL_WORDS[line.data.level]
        level = beside.levels.get(line.slug)
        shown = f"{LEVEL_WORDS[level.level]} (set by the steering group; the rule says {rule.lower()})" if level else rule
        if level:
            notes.append(Paragraph(level.reason, strong=f"{line.title}, level set to {LEVEL_WORDS[level.level].lower()}:"))
        returned = f"{line.data.answered:,} of {line.data.due:,}" if line.data.due else "nothing due"
        rows.append((line.title, line.domain, shown, returned, line.change_word, line.act_word, line.finding))
        notes += _said(beside, line.slug, line.title)
    return [
        Heading("Can the data be relied on, and what do they say?"),
        Paragraph(f"Two questions, kept apart. {level_rule()} A level says nothing about the result."),
        Table(
            "The seven workstreams: level of the data, and result",
            ("Workstream", "Domain", "Trust the data?", "Figures returned", "Result over time", "To act on", "In one line"),
            tuple(rows),
            name="Workstreams",
            widths=(5, 3, 4, 3, 3, 2, 6),
        ),
        *notes,
    ]


def standings_of(lines: Iterable[SystemLine]) -> tuple[Standing, ...]:
    """What the release says of each KPI over time, to hold commentary against."""
    return tuple(
        Standing(about.code, about.short_name, about.workstream, line.change.verdict, line.change_word)
        for line in lines
        for about in (line.definition,)
    )


def workstream_titles() -> dict[str, str]:
    """Slug → title, in order."""
    return dict(WORKSTREAMS)
