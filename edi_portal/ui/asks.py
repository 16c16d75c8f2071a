"""What is asked of the person who is signed in, told by the apps that know; homes show it on top.

An app says once, when it is ready, what it asks: `tell_asks(function)`. The home is below most apps and may not import them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Ask:
    """One thing that waits for this person: what, where to do it, and until when in words."""

    text: str
    url: str
    note: str = ""


Asks = Callable[[HttpRequest], Sequence[Ask]]
_asks: list[Asks] = []


def tell_asks(function: Asks) -> None:
    """Add what an app asks; the same function counts once."""
    if function not in _asks:
        _asks.append(function)


def asks_of(request: HttpRequest) -> tuple[Ask, ...]:
    """Everything that is asked of the role in use, in the order in which the apps were made ready."""
    return tuple(ask for function in _asks for ask in function(request))
