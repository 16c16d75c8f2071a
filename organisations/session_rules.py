"""What a step of signing in does to the session: when it began, a new key, and an end to all others.

Called by Django's and the sign-in library's signals, which is how both tell of such steps.
"""

import time
from typing import Any

from allauth.account.signals import authentication_step_completed
from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from organisations.models import User
from organisations.services.sessions import end_sessions

BEGAN, SEEN = "began_at", "seen_at"
"""Keys of the session: seconds since 1970."""


@receiver(user_logged_in)
def note_the_beginning(request: HttpRequest, **kwargs: Any) -> None:
    """The twelve hours and the thirty minutes count from here."""
    request.session[BEGAN] = request.session[SEEN] = int(time.time())


@receiver(authentication_step_completed)
def change_the_key(request: HttpRequest, reauthenticated: bool = False, **kwargs: Any) -> None:
    """A key that somebody saw before the proof is worth nothing after it. Signing in changes the key by itself."""
    if reauthenticated:
        request.session.cycle_key()


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def end_the_others(request: HttpRequest, user: User, **kwargs: Any) -> None:
    """A changed second factor ends all sessions but the one that changed it; the library sends the mail."""
    end_sessions(account=user, by=user, why="second_factor")
    if request.user == user:
        update_session_auth_hash(request, user)
