"""What every writer here does before it saves: refuse a save that would overwrite somebody's newer one, and check the row."""

from typing import Any

from django.core.exceptions import ValidationError

from edi_portal.exceptions import Incomplete, StaleData


def refuse_stale(stored: Any, seen_version: int | None, *, noun: str = "entry") -> None:
    """Raise StaleData when the stored row is newer than the one the writer saw."""
    if stored.version != seen_version:
        raise StaleData(
            f"Somebody changed this {noun} while you were typing, and nothing of theirs is lost. "
            "Look at it in another window, then save yours again if it still holds."
        )


def check_row(row: Any, *not_these: str) -> None:
    """Raise Incomplete with the sentences of every rule that the row breaks."""
    try:
        row.full_clean(exclude=list(not_these))
    except ValidationError as error:
        raise Incomplete(" ".join(error.messages)) from error
