"""The sources of the search; each app adds its own when it is ready, for apps are above this package.

A source gives only what its reader may read, with every gate passed. What is hidden is never compared with the words looked for,
so neither a result nor the number of results can give it away.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One page that can be found: its title, one line without a figure, its address, and the other words it is found by."""

    title: str
    line: str
    url: str
    words: str = ""


Entries = Callable[[Any], Iterable[Entry]]


@dataclass(frozen=True, slots=True)
class Source:
    """The entries of one kind, as one reader may read them; `public` if it also answers visitors."""

    kind: str
    entries: Entries
    public: bool = False


_sources: dict[str, Source] = {}


def add_source(kind: str, entries: Entries, *, public: bool = False) -> None:
    """Add a kind of thing, named in the plural as the page shows it; the same kind counts once. Visitors see it if `public`."""
    _sources[kind] = Source(kind, entries, public)


def sources_for(user: Any) -> tuple[Source, ...]:
    """The sources that answer this reader, in the order in which the apps were made ready."""
    return tuple(source for source in _sources.values() if source.public or user.is_authenticated)
