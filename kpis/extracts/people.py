"""What lives in memory only while files are read: who people are for a join, and the marks of very senior managers."""

from __future__ import annotations

import hashlib
import hmac
import re
from array import array
from collections.abc import Iterable, Mapping, Sequence

_SHORTENED = re.compile(r"\d(\.\d+)?e\+\d+")
"""What a spreadsheet makes of a long number: many people would become one."""
_SUFFIX = re.compile(r"-\d{1,2}$")


def person_key(raw: str) -> str:
    """The key of a person: without the number of the assignment, without the zeros that a spreadsheet may have dropped.

    Empty where there is none, also for a number that a spreadsheet has shortened to 2.01E+07.
    """
    if raw.isdigit() and raw[0] != "0":
        return raw
    key = _SUFFIX.sub("", raw.strip().casefold())
    if key.endswith(".0"):
        key = key[:-2]
    if _SHORTENED.fullmatch(key):
        return ""
    return key.lstrip("0") or key


Codes = tuple[str, str]


class People:
    """Codes of ethnic origin and disability by key, from the staff file, for cases and training. Never written anywhere.

    The index that the staff file was counted with is kept as it is: a key, a place, and a small number for each pair of codes.
    Of a million people that is a quarter of what a dictionary of pairs takes.
    """

    def __init__(self) -> None:
        self._files: list[tuple[Mapping[str, int], array[int], Sequence[Codes]]] = []

    def __len__(self) -> int:
        return sum(len(places) for places, _, _ in self._files)

    def learn(self, places: Mapping[str, int], numbers: array[int], codes: Sequence[Codes]) -> None:
        """The people of one staff file: the place of each key, at each place a number, for each number the codes."""
        self._files.append((places, numbers, codes))

    def codes_of(self, key: str) -> Codes | None:
        """The codes of a person, of the file that was read last; None for somebody who is in none."""
        for places, numbers, codes in reversed(self._files):
            place = places.get(key)
            if place is not None:
                return codes[numbers[place]]
        return None


class Marks:
    """The posts of very senior managers: by key, or by HMAC-SHA256 of the key under the organisation's own secret."""

    def __init__(self, keys: Iterable[str] = (), *, hashes: Iterable[str] = (), secret: bytes = b"") -> None:
        self._keys = frozenset(filter(None, map(person_key, keys)))
        self._hashes = frozenset(hashes)
        self._secret = secret

    def __contains__(self, key: str) -> bool:
        return key in self._keys or (bool(self._hashes) and mark_of(key, self._secret) in self._hashes)

    def __bool__(self) -> bool:
        return bool(self._keys or self._hashes)

    def hashes(self, secret: bytes) -> tuple[str, ...]:
        """The marks as HMACs: the only form in which they may be kept."""
        return tuple(sorted({*(mark_of(key, secret) for key in self._keys), *self._hashes}))


def mark_of(key: str, secret: bytes) -> str:
    """The HMAC of one key."""
    return hmac.new(secret, person_key(key).encode(), hashlib.sha256).hexdigest()
