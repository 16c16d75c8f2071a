"""An organisation's own pack: its exact figures beside the released ones, for its lead and its sponsor alone.

Apart from `steering.reports`, which can reach no return.
"""

from __future__ import annotations

from edi_portal.papers.content import Block, Callout, Heading, Paper, Paragraph, Table
from kpis.dashboards.figure_words import DASH
from kpis.dashboards.organisation_page import own_rows
from kpis.dashboards.own_figures import ExactFigure, exact_headlines
from kpis.selectors.releases import Member, ReleaseAsSeen
from organisations.models import Organisation
from steering.reports.assurance import SYNTHETIC
from steering.reports.packs import day_of

NOTICE = "Exact figures. Small numbers in it could show who somebody is: keep it inside your organisation and do not publish it."


def own_pack_paper(seen: ReleaseAsSeen, organisation: Organisation, member: Member) -> Paper:
    """Exact beside released, KPI by KPI, and what the difference is."""
    release = seen.release
    return Paper(
        title=f"{member.name}: own pack",
        kind=f"Exact figures beside released ones, {seen.quarter.label}",
        lines=(f"{seen.quarter.months}. Release {release.number}.", "For the EDI lead and the executive sponsor."),
        mark=f"{SYNTHETIC}. Not for publication." if release.synthetic else "Not for publication.",
        day=day_of(release),
        blocks=(
            Heading("How to use it"),
            Callout("Keep it inside", NOTICE),
            Paragraph(
                "The released figure is what others read: worked out from counts that are rounded or withheld. The exact figure "
                "comes from the return that your sponsor signed. Quote the released one outside."
            ),
            *_figures(seen, organisation, member),
        ),
    )


def _figures(seen: ReleaseAsSeen, organisation: Organisation, member: Member) -> list[Block]:
    rows, _peers = own_rows(seen, member)
    codes = [row.definition.code for row in rows]
    exact = exact_headlines(organisation, seen.quarter, codes, framework=seen.framework) if member.returned else {}
    body = tuple(
        (
            f"{row.definition.code} {row.definition.short_name}",
            *_exact(exact.get(row.definition.code)),
            row.value,
            row.interval or DASH,
            row.peer_median,
        )
        for row in rows
    )
    blocks: list[Block] = [Heading("Exact beside released")]
    if not member.returned:
        blocks.append(Paragraph("No signed return of this period is in the release, so there is no exact figure beside it."))
    if not body:
        return [*blocks, Paragraph("The release holds no figure of your organisation.")]
    columns = ("KPI", "Exact figure", "Exact counts", "Released figure", "Released 95% interval", "Median of peers")
    return [*blocks, Table("Exact beside released", columns, body, (1, 2, 3, 4, 5), name="Figures", widths=(5, 2, 4, 2, 3, 2))]


def _exact(figure: ExactFigure | None) -> tuple[str, str]:
    return (figure.value, figure.counts or DASH) if figure is not None else (DASH, DASH)
