"""Synthetic strategies for the demonstration: documents, lines, overlaps that people confirmed, shared objectives with hours.

Every text is invented and says so. What organisations really published stays beside it, untouched and unadopted.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from organisations.models import Organisation
from strategies.models import Objective, StrategyDocument
from strategies.services.documents import DocumentEntry, LineEntry, add_document, add_lines
from strategies.services.hours import freeze_hours
from strategies.services.overlaps import adopt_objective, judge_overlap, share_objective

MARK = "(synthetic)"
TITLE = f"Equality objectives 2019 to 2023 {MARK}"

# Several ways in which organisations say the same, and what each is for.
INTERPRETERS = (
    "Every patient who needs an interpreter is offered one before the appointment",
    "Offer an interpreter before the appointment to every patient who needs one",
    "Patients who need an interpreter are always offered one before they come",
    "All patients in need of an interpreter are offered one ahead of the appointment",
)
SHORTLISTING = (
    "Close the gap between BME and White applicants who are appointed from shortlisting",
    "BME applicants are appointed from shortlisting as often as White applicants",
)
# Three for each organisation, no two alike: what is left to find are the overlaps above.
OTHERS = (
    LineEntry("Three running staff networks, each with a sponsor on the board", themes=("networks",), kpis=("NET-1",)),
    LineEntry("Ask every new colleague about access needs in the first week", themes=("experience",)),
    LineEntry("Publish what we learn from complaints of disabled patients", kind="action", themes=("engagement",)),
    LineEntry("Be a place where everybody belongs", kind="aim", themes=("culture",)),
    LineEntry("Fewer than one in ten records without disability status", themes=("data",), kpis=("DQ-2",)),
    LineEntry("Mentors from other trusts for nurses who came from abroad", kind="action", themes=("representation",)),
    LineEntry("Halve the bonus gap of consultants by 2023", themes=("pay",)),
    LineEntry("Every board paper says whom the change touches", themes=("governance",), kpis=("EIA-1",)),
    LineEntry("Bystander training on each ward", kind="action", themes=("anti_discrimination",)),
    LineEntry("Two non-executives who live with a long-term condition", themes=("leadership",)),
    LineEntry("Prayer space and quiet room on both sites", themes=("experience",)),
    LineEntry("Contracts ask caterers and cleaners for their own figures", themes=("providers",)),
    LineEntry("A yearly award for teams that removed a barrier", kind="action", themes=("recognition",)),
    LineEntry("Signing lessons at reception desks", themes=("capability",)),
    LineEntry("Smear test clinics with Roma and Traveller health workers", themes=("outcomes",)),
)
# Organisation → which of the ways above it has, and the hours that it says a shared text saves.
INTERPRETER_HOURS = {
    "countess-of-chester": (0, 24),
    "mersey-care": (1, 30),
    "alder-hey": (2, 18),
    "st-helens-and-knowsley": (3, 26),
}
SHORTLISTING_HOURS: Mapping[str, tuple[int, int | None]] = {"countess-of-chester": (0, 12), "walton-centre": (1, None)}


@transaction.atomic
def plant_strategies(*, leads: Mapping[Organisation, Any], steering: Any) -> int:
    """Documents, confirmed overlaps and shared objectives, once; how many documents were made."""
    if StrategyDocument.objects.filter(title=TITLE).exists():
        return 0
    by_slug = {organisation.slug: organisation for organisation in leads}
    slugs = [slug for slug in {**INTERPRETER_HOURS, **SHORTLISTING_HOURS} if slug in by_slug]
    for place, slug in enumerate(slugs):
        _document(by_slug[slug], place, leads[by_slug[slug]])
    _confirm(INTERPRETERS, steering)
    _confirm(SHORTLISTING, steering)
    _share(INTERPRETERS[0], "access", "PAT-2", INTERPRETER_HOURS, leads, steering)
    _share(SHORTLISTING[0], "representation", "WRES-2", SHORTLISTING_HOURS, leads, steering)
    freeze_hours()
    return len(slugs)


def _document(organisation: Organisation, place: int, lead: Any) -> None:
    entry = DocumentEntry(
        kind="objectives",
        title=TITLE,
        starts_on=date(2019, 4, 1),
        ends_on=date(2023, 3, 31),
        owner="Director of people",
        approved_on=date(2019, 3, 27),
        approved_by="The board",
        vision="Everybody finds care and work that fit them. Synthetic text of the demonstration.",
        is_shared=True,
    )
    lines = [OTHERS[(3 * place + step) % len(OTHERS)] for step in range(3)]
    if (wording := INTERPRETER_HOURS.get(organisation.slug)) is not None:
        lines.insert(0, LineEntry(INTERPRETERS[wording[0]], themes=("access",), is_psed=True))
    if (other := SHORTLISTING_HOURS.get(organisation.slug)) is not None:
        lines.append(LineEntry(SHORTLISTING[other[0]], themes=("representation",), kpis=("WRES-2",)))
    document = add_document(organisation=organisation, entry=entry, by=lead)
    add_lines(document=document, entries=lines, by=lead)


def _lines(texts: tuple[str, ...]) -> list[Objective]:
    rows = Objective.objects.filter(document__title=TITLE, text__in=texts).select_related("document__organisation")
    return list(rows.order_by("pk"))


def _confirm(texts: tuple[str, ...], steering: Any) -> None:
    """The steering group said that these ask for the same."""
    lines = _lines(texts)
    for one, other in zip(lines, lines[1:], strict=False):
        judge_overlap(first=one, second=other, is_same=True, score=0.6, by=steering)


def _share(
    text: str,
    theme: str,
    kpi: str,
    hours: Mapping[str, tuple[int, int | None]],
    leads: Mapping[Organisation, Any],
    steering: Any,
) -> None:
    """One text in place of theirs; each adopts it with the hours that it expects to save."""
    shared = share_objective(text=f"{text} {MARK}", themes=(theme,), kpis=(kpi,), by=steering)
    texts = INTERPRETERS if theme == "access" else SHORTLISTING
    for line in _lines(texts):
        organisation = line.document.organisation
        adopt_objective(line=line, shared=shared, hours_saved=hours[organisation.slug][1], by=leads[organisation])
