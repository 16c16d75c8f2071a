"""Reading the audit trail of one organisation: who saw or took out its data, and who changed it."""

from django.db.models import Q, QuerySet

from edi_portal.audit.models import AuditEvent

TAKING_OUT = ("downloaded", "exported")
"""How actions end that change nothing and show exact figures, or carry them away."""


def events_of(slug: str, *, only: str = "") -> QuerySet[AuditEvent]:
    """Events over this organisation's data, the newest first; `only` is "seen", "changed" or nothing."""
    taking_out = Q()
    for ending in TAKING_OUT:
        taking_out |= Q(action__endswith=ending)
    rows = AuditEvent.objects.filter(organisation=slug).select_related("actor")
    if only == "seen":
        return rows.filter(taking_out)
    return rows.exclude(taking_out) if only == "changed" else rows


def action_in_words(action: str) -> str:
    """ "return.sent_back" → "Return: sent back"."""
    noun, _, verb = action.partition(".")
    return f"{noun.replace('_', ' ').capitalize()}: {verb.replace('_', ' ')}"


def subject_in_words(subject: str, slug: str) -> str:
    """ "return:mid-cheshire/2019-20-q3" → "Return 2019-20-q3": the organisation whose record it is goes without saying."""
    noun, _, which = subject.partition(":")
    parts = [part for part in which.split("/") if part and part != slug]
    return " ".join([noun.replace("_", " ").replace("-", " ").capitalize(), *parts]).strip()
