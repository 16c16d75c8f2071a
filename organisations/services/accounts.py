"""Making accounts. Nobody registers alone: accounts come from invitations, or from the demonstration."""

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from edi_portal.audit.services import record
from edi_portal.exceptions import Incomplete
from organisations.models import User


def make_account(*, email: str, display_name: str, password: str | None) -> User:
    """An account for an address that its owner has proved by opening a link sent there. Raises Incomplete for a weak password.

    Without a password (None) it is opened by a linked identity alone.
    """
    account = User(email=email.strip().lower(), display_name=display_name)
    if password is not None:
        try:
            validate_password(password, account)
        except ValidationError as error:
            raise Incomplete(" ".join(error.messages)) from error
    account.set_password(password)
    account.save()
    prove_address(account)
    record(action="account.made", by=account, subject=f"user:{account.pk}")
    return account


def prove_address(account: User) -> None:
    """Tell the sign-in library that the address is the account's own."""
    EmailAddress.objects.get_or_create(user=account, email=account.email, defaults={"verified": True, "primary": True})
