"""One organisation's released figures as a paper, in the steering tier: the pack that others may hold."""

from __future__ import annotations

from datetime import date

from django.utils.text import capfirst

from edi_portal.charts.verdicts import verdict_for
from edi_portal.clock import LONDON
from edi_portal.papers.content import Block, Facts, Heading, Paper, Paragraph, Table
from edi_portal.papers.figures import figure_of_chart
from kpis.dashboards.figure_words import DASH, counts_of
from kpis.dashboards.organisation_page import OrganisationFigures, OwnRow, page_of
from kpis.models.releases import Release
from kpis.selectors.releases import TIERS_OF, Member, ReleaseAsSeen
from organisations.roles import Tier
from steering.reports import chapters
from steering.reports.assurance import SYNTHETIC


def as_the_group_sees(release: Release) -> ReleaseAsSeen:
    """The release in the steering tier, with earlier periods as they stood when it was published."""
    release.as_of = release.number
    return ReleaseAsSeen(release, TIERS_OF[Tier.STEERING])


def released_pack_paper(seen: ReleaseAsSeen, member: Member) -> Paper:
    """What the release says of one organisation. Nothing in it is exact."""
    page = page_of(seen, member.slug)
    release = seen.release
    if page is None:
        raise ValueError(f"{member.name} was not due in release {release.number}.")
    return Paper(
        title=member.name,
        kind=f"Released figures, {seen.quarter.label}",
        lines=(f"{seen.quarter.months}. Release {release.number}.", f"Compared with {member.group_label.lower()}."),
        mark=SYNTHETIC if release.synthetic else "",
        day=day_of(release),
        blocks=(*_in_short(page), *_spine(page), *_figures(page), *chapters.method(seen)),
    )


def day_of(release: Release) -> date:
    """The day its papers carry: that of the release's publication."""
    if release.published_at is None:
        raise ValueError("Only a published release has packs.")
    return release.published_at.astimezone(LONDON).date()


def _in_short(page: OrganisationFigures) -> list[Block]:
    facts = tuple((fact["label"], f"{fact['value']}. {capfirst(fact['note'])}.") for fact in page.facts)
    blocks: list[Block] = [Heading("In short"), Facts("The organisation in short", facts)]
    if not page.member.returned:
        blocks.append(Paragraph("It did not return in this period, so there is no figure of it."))
    if page.small:
        blocks.append(Paragraph("Most figures are withheld: the organisation is small, and its people are to stay unrecognised."))
    return [*blocks, *([Paragraph(page.false_alarms)] if page.false_alarms else [])]


def _spine(page: OrganisationFigures) -> list[Block]:
    if page.spine is None:
        return []
    return [Heading("Among its peers"), figure_of_chart(page.spine)]


def _figures(page: OrganisationFigures) -> list[Block]:
    blocks: list[Block] = [Heading("All figures")]
    columns = ("KPI", "Figure", "95% interval", "Counts", "Median of peers", "All pooled", "Reading", "Over time")
    for section in page.sections:
        table = Table(
            "Released figures with counts, peers and readings",
            columns,
            tuple(_row(row) for row in section.rows),
            (1, 2, 3, 4, 5),
            name=section.title,
            widths=(5, 2, 3, 4, 2, 2, 3, 3),
        )
        blocks += [Heading(section.title, 2), table]
    return blocks if page.sections else [*blocks, Paragraph("The release holds no figure of it.")]


def _row(row: OwnRow) -> tuple[str, ...]:
    counts = " against ".join(counts_of(row.definition, row.reading)) if row.reading.value is not None else ""
    word = verdict_for(row.reading.verdict).word
    return (
        f"{row.definition.code} {row.definition.short_name}",
        row.value,
        row.interval or DASH,
        counts or DASH,
        row.peer_median,
        row.pooled,
        f"{word}. {row.note}." if row.note else word,
        row.change_words or DASH,
    )
