"""What stands beside the figures of a KPI: told by apps above this one, such as actions and good practice."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class BesideRow:
    """One thing: what it is, where it can be read, and a word or two about it."""

    text: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """Things of one kind, under a heading; `all_of_them` leads to the whole list."""

    heading: str
    rows: tuple[BesideRow, ...]
    all_of_them: BesideRow | None = None


Teller = Callable[[HttpRequest, str], Iterable[Beside]]
_tellers: list[Teller] = []


def tell_beside(function: Teller) -> None:
    """Let an app say what it has about a KPI; the same function counts once."""
    if function not in _tellers:
        _tellers.append(function)


def beside_kpi(request: HttpRequest, code: str) -> tuple[Beside, ...]:
    """Everything that this reader may know of the KPI beside its figures; kinds without anything are left out."""
    return tuple(part for function in _tellers for part in function(request, code) if part.rows)
