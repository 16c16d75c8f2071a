"""Signing in is on record: that it went well, that it did not, that it was slowed down. By the number of the account alone.

No address that was typed, no address of a computer, no password. What is typed for an account that does not exist leaves the
same event without a number, so that both cost the same. The events bear no organisation: when a person works is shown to that
person, on the page "Sign out everywhere else", and to nobody at their organisation. Beside a role stands one hint for those who
may end it, "Not signed in for 90 days", and no day (`selectors.access_reviews.quiet_roles`).
"""

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import user_logged_in
from allauth.mfa.signals import authentication_failed
from axes.signals import user_locked_out
from django.contrib.auth.signals import user_login_failed
from django.db.models import QuerySet
from django.dispatch import receiver
from django.http import HttpRequest

from edi_portal.audit.models import AuditEvent
from edi_portal.audit.services import record
from organisations.models import User

SIGNED_IN, FAILED, SLOWED, CODE_REFUSED = (
    "account.signed_in",
    "account.sign_in_failed",
    "account.sign_in_slowed",
    "account.code_refused",
)
WORDS = {
    SIGNED_IN: "Signed in",
    FAILED: "Somebody gave a wrong password",
    SLOWED: "Signing in was slowed down after wrong passwords",
    CODE_REFUSED: "The password was right, the code was wrong",
}
MOST = 20


@receiver(user_logged_in)
def signed_in(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Every step of signing in is done. Which proofs were given is told, not what was typed."""
    proofs = sorted({str(one["method"]) for one in get_authentication_records(request, user)})
    record(action=SIGNED_IN, by=user, subject=f"user:{user.pk}", details={"proofs": proofs})


@receiver(user_login_failed)
def failed(credentials: dict[str, Any], **kwargs: Any) -> None:
    """Email and password did not fit, or were not looked at because of failures before."""
    record(action=FAILED, by=None, subject=_account(credentials.get("email") or credentials.get("username")))


@receiver(user_locked_out)
def slowed(username: str | None, **kwargs: Any) -> None:
    """So many failures that this account has to wait at this computer."""
    record(action=SLOWED, by=None, subject=_account(username))


def typed_address(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Whose failures are counted: the address as typed. Without it all people behind one address would share a count."""
    given = credentials or {}
    return str(given.get("email") or given.get("username") or request.POST.get("login", "")).lower()


@receiver(authentication_failed)
def code_refused(user: User, **kwargs: Any) -> None:
    """Whoever knew the password did not have the second factor, which its owner should know of."""
    record(action=CODE_REFUSED, by=None, subject=f"user:{user.pk}")


def latest_of(user: User) -> QuerySet[AuditEvent]:
    """The last sign-ins and failures of this account, the newest first."""
    return AuditEvent.objects.filter(subject=f"user:{user.pk}", action__in=WORDS)[:MOST]


def _account(address: Any) -> str:
    # The column of addresses is compared as the sign-in itself compares it.
    account = User.objects.filter(email__iexact=str(address or "")).values_list("pk", flat=True).first()
    return f"user:{account}" if account else ""
