"""What the portal holds on one person, closing their account, and forgetting who they were.

Signed returns, releases and the audit trail stay: they name an account by its number, so nothing of them has to change.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from axes.models import AccessAttempt
from django.apps import apps
from django.core.mail import send_mail
from django.db import models, transaction
from django.db.models import Q

from edi_portal.audit.models import AuditEvent
from edi_portal.audit.services import record
from edi_portal.clock import business_now
from edi_portal.exceptions import InvalidTransition
from organisations.models import ApiToken, Delegation, Invitation, Membership, User
from organisations.services.memberships import project_rights
from organisations.services.sessions import end_sessions

THEIR_OWN = frozenset({"user", "actor", "account", "by", "written_by", "opened_by", "uploaded_by", "replied_by"})
"""Relations whose row is by or about the person, so that its words are theirs. Of any other row only the fact is told."""
SECRETS = frozenset({"password", "token_hash", "digest", "data", "content"})
ERASED = "Account erased"


def personal_data(account: User) -> dict[str, Any]:
    """Everything the portal holds on this person, as plain values for a file. No row about anybody else, no secret, no figure."""
    return {
        "account": _plain(account, words=True),
        "invitations to this address": [_plain(row, words=True) for row in Invitation.objects.filter(email=account.email)],
        "named as delegate": [_plain(row, words=True) for row in Delegation.objects.filter(email=account.email)],
        "what happened to the account": [
            _plain(event, words=True) for event in AuditEvent.objects.filter(subject=f"user:{account.pk}", actor=None)
        ],
        "rows": list(_rows_of(account)),
    }


@transaction.atomic
def close_account(*, account: User, by: User | None) -> None:
    """End roles, tokens and sessions at once, and tell the person. The account can no longer sign in."""
    if not account.is_active:
        raise InvalidTransition("This account is closed already.")
    for membership in Membership.objects.in_force().filter(user=account).select_related("organisation"):
        membership.withdrawn_at, membership.ended_by, membership.end_reason = business_now(), by, "Account closed"
        membership.save(update_fields=["withdrawn_at", "ended_by", "end_reason"])
        project_rights(membership)
    ApiToken.objects.filter(user=account, ended_at=None).update(ended_at=business_now())
    account.is_active = False
    account.save(update_fields=["is_active"])
    end_sessions(account=account, by=by, why="closed")
    record(action="account.closed", by=by, subject=f"user:{account.pk}")
    address = account.email
    text = (
        "Your account of the EDI portal was closed. You are signed out everywhere.\n\nIf this is a mistake, tell a portal admin."
    )
    transaction.on_commit(lambda: send_mail("Your EDI portal account was closed", text, None, [address]))


@transaction.atomic
def erase_account(*, account: User, by: User | None) -> tuple[str, ...]:
    """Close the account if it is open, and put a placeholder where name and address were.

    Answers with the places where name or address still stand in words that people wrote: somebody has to read those.
    """
    name, address = account.display_name, account.email
    if account.is_active:
        close_account(account=account, by=by)
    invitations = Invitation.objects.filter(email=address)
    invitations.filter(accepted_at=None, withdrawn_at=None).update(withdrawn_at=business_now(), token_hash="")
    placeholder = f"erased-{account.pk}@erased.invalid"
    invitations.update(email=placeholder, display_name=ERASED)
    Delegation.objects.filter(email=address).update(email=placeholder, display_name=ERASED)
    AccessAttempt.objects.filter(username=address.lower()).delete()
    EmailAddress.objects.filter(user=account).delete()
    Authenticator.objects.filter(user=account).delete()
    SocialAccount.objects.filter(user=account).delete()
    account.email, account.display_name = placeholder, ERASED
    account.set_unusable_password()
    account.save(update_fields=["email", "display_name", "password"])
    record(action="account.erased", by=by, subject=f"user:{account.pk}")
    return tuple(_mentions(name, address))


def _rows_of(account: User) -> Iterator[dict[str, Any]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model is User:
                for row in model._default_manager.filter(**{field.name: account}).order_by("pk"):
                    what = {"what": str(model._meta.verbose_name), "as": field.name}
                    yield what | _plain(row, words=field.name in THEIR_OWN)


def _plain(row: models.Model, *, words: bool) -> dict[str, Any]:
    """The number of a row and its dates; with `words` its texts as well. Amounts, files and secrets are left out."""
    found: dict[str, Any] = {"number": str(row.pk)}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if field.is_relation or field.name in SECRETS or value in (None, ""):
            continue
        if isinstance(value, date | datetime):
            found[field.name] = value.isoformat()
        elif words and isinstance(value, str | bool):
            found[field.name] = value
    return found


def _mentions(name: str, address: str) -> Iterator[str]:
    for model in apps.get_models():
        texts = [field.name for field in model._meta.concrete_fields if isinstance(field, models.CharField | models.TextField)]
        if not texts:
            continue
        wanted = Q()
        for text in texts:
            wanted |= Q(**{f"{text}__icontains": name}) | Q(**{f"{text}__icontains": address})
        for row in model._default_manager.filter(wanted).order_by("pk")[:100]:
            yield f"{model._meta.verbose_name} {row.pk}"
