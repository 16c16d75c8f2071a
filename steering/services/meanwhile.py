"""Rows without a version: whether somebody saved one while another person typed, and the words that say who and when."""

from typing import Any

from edi_portal.audit.models import AuditEvent
from edi_portal.clock import LONDON
from edi_portal.exceptions import StaleData
from organisations.models import Organisation


def refuse_changed(
    seen: int | None,
    now: int,
    *,
    what: str,
    subject: str,
    actions: tuple[str, ...],
    organisation: Organisation | None = None,
    **details: Any,
) -> None:
    """Raise StaleData when what was seen is not what is stored. `seen` is None where no page was read before.

    `actions`, `details` and the organisation, where each has a row of its own, find the events of the audit trail that tell who
    saved it.
    """
    if seen is None or seen == now:
        return
    wanted: dict[str, Any] = {f"details__{name}": value for name, value in details.items()}
    if organisation is not None:
        wanted["organisation"] = organisation.slug
    events = AuditEvent.objects.filter(action__in=actions, subject=subject, **wanted).select_related("actor")
    last = events.order_by("-pk").first()
    when = f" on {last.at.astimezone(LONDON):%-d %B %Y at %H:%M}" if last is not None else ""
    who = last.actor if last is not None and last.actor is not None else "Somebody"
    raise StaleData(f"{who} {what}{when}, after you opened this page. Look at both before you save.")
