"""The only writer of audit events."""

from typing import Any

from edi_portal.audit.models import AuditEvent


def record(
    *, action: str, by: Any, subject: str = "", organisation: Any = None, details: dict[str, Any] | None = None
) -> AuditEvent:
    """Write one audit event in the caller's transaction.

    `by` is the user who acted, or None when the portal did. `organisation` is an organisation, its slug, or None.
    `details` must not hold figures, names or free text.
    """
    return AuditEvent.objects.create(
        action=action,
        actor=by,
        subject=subject,
        organisation=getattr(organisation, "slug", organisation) or "",
        details=details or {},
    )
