"""Registers the audit trail as a Django application."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Who did what, kept for good."""

    name = "edi_portal.audit"
    label = "audit"
    verbose_name = "Audit trail"
