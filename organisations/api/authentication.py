"""Who asks: the owner of a token, acting under the one role that it was made for."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from organisations.models import ApiToken, Membership, User
from organisations.permissions import use_role
from organisations.services.tokens import note_use, token_of

REFUSED = "This token is not known or no longer works. Make a new one on the page “API tokens”."


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer edi_…`. An ended, expired or unknown token, and one whose role has ended, say the same."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The account with the token's role in use; None when the request has no token."""
        given = get_authorization_header(request).split()
        if not given or given[0].lower() != b"bearer":
            return None
        token = token_of(given[1].decode("latin-1")) if len(given) == 2 else None
        if token is None or token.works_until is None or not token.user.is_active:
            raise AuthenticationFailed(REFUSED)
        if not Membership.objects.in_force().filter(pk=token.membership_id).exists():
            raise AuthenticationFailed(REFUSED)
        use_role(token.user, token.membership)
        # What reads the request's role, as the pages' selectors do, finds it where the middleware puts it.
        plain: Any = request._request
        plain.user, plain.membership, plain.memberships = token.user, token.membership, [token.membership]
        note_use(token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for."""
        return 'Bearer realm="EDI portal"'


class BrowserAuthentication(SessionAuthentication):
    """A signed-in browser, with the token of the form for whatever changes something."""


class TokenScheme(OpenApiAuthenticationExtension):
    """How the schema describes tokens."""

    target_class = "organisations.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """An HTTP bearer scheme."""
        return {"type": "http", "scheme": "bearer", "description": "A token from the page “API tokens”."}


class BrowserScheme(OpenApiAuthenticationExtension):
    """How the schema describes a signed-in browser."""

    target_class = "organisations.api.authentication.BrowserAuthentication"
    name = "browser"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """The session's cookie."""
        return {"type": "apiKey", "in": "cookie", "name": "edi_session"}
