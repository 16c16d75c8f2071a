"""The forms of signing in, in the words and manner of the portal's other forms."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as passkey_forms
from django.http import HttpRequest

from edi_portal.ui.forms import NamedMessages
from organisations.identity.provider import is_offered
from organisations.models import User
from organisations.services.password_links import ask_for_password_link

LABELS = {
    "login": "Email",
    "email": "Email",
    "password": "Password",
    "oldpassword": "Password you use now",
    "password1": "New password",
    "password2": "New password again",
    "code": "6-digit code",
    "name": "Name of the passkey",
}
HINTS = {
    "password1": "At least 12 characters. Three words that do not belong together work well.",
    "password2": "",
    "code": "From your authenticator app. A recovery code works as well.",
}
AUTOCOMPLETE = {"login": "username", "code": "one-time-code", "password1": "new-password", "password2": "new-password"}


class PortalManner(NamedMessages):
    """No placeholders, our labels and hints, messages that name the field."""

    use_required_attribute = False
    hints: dict[str, str] = HINTS

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = LABELS.get(name, field.label)
            field.help_text = self.hints.get(name, "")
            if name in AUTOCOMPLETE:
                field.widget.attrs["autocomplete"] = AUTOCOMPLETE[name]
        self.name_messages()


class LoginForm(PortalManner, account_forms.LoginForm):
    """Email and password."""


class ResetPasswordForm(PortalManner, account_forms.ResetPasswordForm):
    """The address to which a link for a new password goes."""

    def clean_email(self) -> str:
        """One look-up for every address: the library looks a second time for one that it does not know.

        An account that only a linked identity opens gets no password by mail: that would go round the provider's second factor.
        """
        email = str(self.cleaned_data["email"])
        found = User.objects.filter(email__iexact=email, is_active=True)
        self.users = [user for user in found if user.has_usable_password() or not is_offered()]
        return email

    def save(self, request: HttpRequest, **options: Any) -> str:
        """Have the link sent, and do the same work for an address without an account. Returns the address."""
        ask_for_password_link(account=next(iter(self.users), None))
        return str(self.cleaned_data["email"])


class ResetPasswordKeyForm(PortalManner, account_forms.ResetPasswordKeyForm):
    """The new password, twice."""


class ChangePasswordForm(PortalManner, account_forms.ChangePasswordForm):
    """The password in use, and the new one twice."""


class ReauthenticateForm(PortalManner, account_forms.ReauthenticateForm):
    """The password once more, before a sensitive step."""


class CodeForm(PortalManner, mfa_forms.AuthenticateForm):
    """The one-time code after the password."""


class CodeAgainForm(PortalManner, mfa_forms.ReauthenticateForm):
    """The one-time code once more, before a sensitive step."""


class ActivateCodeForm(PortalManner, totp_forms.ActivateTOTPForm):
    """The first code of a new authenticator app, which proves that it works."""

    hints = {"code": "Shown by your app now. It changes every 30 seconds."}


class PasskeyForm(PortalManner, passkey_forms.AddWebAuthnForm):
    """A name for a new passkey; the browser adds the passkey itself."""

    hints = {"name": "So that you know it later, such as: work phone."}
