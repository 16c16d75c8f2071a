"""Which account an identity of the provider opens, linking the two, and taking the link away.

Of an identity the issuer and the subject are kept: no token, and nothing else that the provider says about the person.
"""

from __future__ import annotations

from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.exceptions import InvalidTransition
from organisations import notifications
from organisations.identity.provider import provider_key
from organisations.models import User
from organisations.services.sessions import end_sessions


def account_of(subject: str) -> User | None:
    """The account that was linked to this identity; closed accounts too, which the sign-in refuses."""
    link = SocialAccount.objects.filter(provider=provider_key(), uid=subject).select_related("user").first()
    return link.user if link else None


def is_linked(account: User) -> bool:
    """Whether an identity of the provider opens this account."""
    return SocialAccount.objects.filter(provider=provider_key(), user=account).exists()


@transaction.atomic
def link_identity(*, account: User, subject: str) -> None:
    """Let an identity open its owner's account; other sessions end, and the owner is told. Raises InvalidTransition."""
    User.objects.select_for_update().get(pk=account.pk)
    if account_of(subject) is not None:
        raise InvalidTransition("This account at work is linked to an account of the portal already.")
    if is_linked(account):
        raise InvalidTransition("Your account is linked already. Remove that link first.")
    SocialAccount.objects.create(user=account, provider=provider_key(), uid=subject, extra_data={})
    end_sessions(account=account, by=account, why="identity_linked")
    record(action="account.identity_linked", by=account, subject=f"user:{account.pk}")
    transaction.on_commit(lambda: notifications.send_identity_changed(account, linked=True))


@transaction.atomic
def unlink_identity(*, account: User) -> None:
    """Take the link away. Raises InvalidTransition where the account could not sign in without it."""
    links = SocialAccount.objects.select_for_update().filter(provider=provider_key(), user=account)
    if not links:
        raise InvalidTransition("Your account is not linked.")
    if not account.has_usable_password():
        raise InvalidTransition("You have no password, so you could not sign in any more. Ask a portal admin.")
    links.delete()
    end_sessions(account=account, by=account, why="identity_unlinked")
    record(action="account.identity_unlinked", by=account, subject=f"user:{account.pk}")
    transaction.on_commit(lambda: notifications.send_identity_changed(account, linked=False))
