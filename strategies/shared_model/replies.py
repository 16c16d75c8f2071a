"""Where a proposed version of the operating model stands, by the replies of those who were asked. Pure."""

from collections.abc import Iterable, Mapping

BOARD = "board"
RATIFY, RETURN = "ratify", "return"
DECISIONS: dict[str, str] = {RATIFY: "Ratified", RETURN: "Returned with a reason"}


def standing(latest: Mapping[str, str], asked: Iterable[str]) -> str:
    """`latest`: body → its newest decision. "returned" by one return, "ratified" when all asked have agreed, else "proposed"."""
    if RETURN in latest.values():
        return "returned"
    return "ratified" if all(latest.get(body) == RATIFY for body in asked) else "proposed"
