"""Reading the audit trail: of one organisation, who saw or took out its data and who changed it; or all of it."""

from collections.abc import Collection
from datetime import date, datetime, time

from django.db.models import Q, QuerySet

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import LONDON

TAKING_OUT = ("downloaded", "exported")
"""How actions end that change nothing and show exact figures, or carry them away."""


def events_of(slug: str, *, only: str = "") -> QuerySet[AuditEvent]:
    """Events over this organisation's data, the newest first; `only` is "seen", "changed" or nothing."""
    return _only(AuditEvent.objects.filter(organisation=slug), only)


def whole_log(
    *,
    besides: Collection[str],
    slug: str = "",
    only: str = "",
    words: str = "",
    since: date | None = None,
) -> QuerySet[AuditEvent]:
    """Every event but those of the actions `besides`, the newest first.

    `slug`: of this organisation alone; `only`: as above; `words`: in what was done, in the thing, or in the name or address of
    who did it; `since`: the first day in London on which it was done.
    """
    rows = _only(AuditEvent.objects.exclude(action__in=besides), only)
    if slug:
        rows = rows.filter(organisation=slug)
    for word in words.split():
        who = Q(actor__display_name__icontains=word) | Q(actor__email__icontains=word)
        rows = rows.filter(who | Q(action__icontains=word.strip(":").replace("-", "_")) | Q(subject__icontains=word))
    if since is not None:
        rows = rows.filter(at__gte=datetime.combine(since, time.min, tzinfo=LONDON))
    return rows


def _only(rows: QuerySet[AuditEvent], only: str) -> QuerySet[AuditEvent]:
    taking_out = Q()
    for ending in TAKING_OUT:
        taking_out |= Q(action__endswith=ending)
    rows = rows.select_related("actor")
    if only == "seen":
        return rows.filter(taking_out)
    return rows.exclude(taking_out) if only == "changed" else rows


def action_in_words(action: str) -> str:
    """ "return.sent_back" → "Return: sent back"."""
    noun, _, verb = action.partition(".")
    return f"{noun.replace('_', ' ').capitalize()}: {verb.replace('_', ' ')}"


def subject_in_words(subject: str, slug: str = "") -> str:
    """ "return:mid-cheshire/2019-20-q3" → "Return 2019-20-q3": the organisation whose record it is goes without saying."""
    noun, _, which = subject.partition(":")
    parts = [part for part in which.split("/") if part and part != slug]
    return " ".join([noun.replace("_", " ").replace("-", " ").capitalize(), *parts]).strip()


def details_in_words(details: dict[str, object]) -> str:
    """{"door": "workbook", "number": 3} → "door: workbook, number: 3"."""
    return ", ".join(f"{key.replace('_', ' ')}: {_listed(value)}" for key, value in details.items())


def _listed(value: object) -> str:
    return " and ".join(map(str, value)) if isinstance(value, list) else str(value)
