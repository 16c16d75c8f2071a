"""Keys with which a trust's own system asks the API in one person's name, under one of their roles, until a day."""

from datetime import date
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from edi_portal.clock import BusinessNow, business_today
from organisations.roles import TOKEN_SCOPES


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Tokens by whose they are and whether they still open anything."""

    def visible_to(self, user: Any) -> "ApiTokenQuerySet":
        """A person's own tokens; nobody sees another's."""
        return self.filter(user=user) if getattr(user, "is_authenticated", False) else self.none()


class ApiToken(models.Model):
    """One token. Its text is shown once and never stored: the digest recognises it, `hint` lets its owner tell it apart."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="api_tokens")
    membership = models.ForeignKey("organisations.Membership", on_delete=models.PROTECT, related_name="api_tokens")
    label = models.CharField("what it is for", max_length=80)
    scopes = ArrayField(models.CharField(max_length=30, choices=list(TOKEN_SCOPES.items())))
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=12, editable=False, help_text="Its first characters.")
    created_at = models.DateTimeField(db_default=BusinessNow(), editable=False)
    expires_on = models.DateField(help_text="The last day on which it works.")
    last_used_on = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(scopes__len=0), name="api_token_does_something", violation_error_message="Say what it may do."
            ),
            models.CheckConstraint(
                condition=Q(expires_on__gte=F("created_at__date")),
                name="api_token_ends_after_it_begins",
                violation_error_message="A token lasts at least until today.",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def works_until(self) -> date | None:
        """The last day on which it works; None when it has been ended or has run out."""
        return None if self.ended_at is not None or self.expires_on < business_today() else self.expires_on

    @property
    def scope_labels(self) -> list[str]:
        """What it may do, in words."""
        return [TOKEN_SCOPES[scope] for scope in self.scopes]
