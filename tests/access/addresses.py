"""Every URL name of the portal, read from the resolver, and its address in the world of the matrix."""

from collections.abc import Iterator
from functools import cache

from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access.world import World


@cache
def names_and_parameters() -> dict[str, tuple[str, ...]]:
    """URL name with its namespace → the names of the parts of its address, in the order of the resolver."""
    return dict(_walk(get_resolver(), ""))


def _walk(resolver: URLResolver, namespace: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
        elif isinstance(pattern, URLPattern):
            if not pattern.name:
                raise AssertionError(f"The address {pattern.pattern} has no name, so nobody can say who may open it.")
            yield f"{namespace}{pattern.name}", tuple(pattern.pattern.regex.groupindex)


# Parts of an address that name something of an organisation, and parts that merely name something.
OF_ORGANISATIONS = frozenset({"organisation", "slug", "pk", "network", "document", "offer", "project", "resource"})
OF_THINGS = frozenset(
    {
        "period",
        "release",
        "job",
        "indicator",
        "token",
        "key",
        "uidb36",
        "theme",
        "number",
        "year",
        "criterion",
        "step",
        "part",
        "model_step",
    }
)
# The same for what the steering group keeps: actions belong to organisations, the rest merely is there.
OF_ORGANISATIONS |= {"action", "remark"}
OF_THINGS |= {"workstream", "milestone", "day", "risk", "seat", "decision", "contribution", "proposal"}
OF_THINGS |= {"workstream", "milestone"}
OF_THINGS |= {"report", "area", "pack"}
OF_THINGS |= {"duty", "kpi", "financial_year", "note", "entry", "consultation"}


def cases(name: str) -> tuple[str, ...]:
    """Which things a page can be asked for.

    The own organisation's, another's, and one that does not exist; a KPI can also be one that all share. Things that belong to
    nobody are there (own) or not (none). A page without a choice is just the page.
    """
    parts = set(names_and_parameters()[name])
    if "code" in parts:
        return ("shared", "own", "other", "none")
    if parts & OF_ORGANISATIONS:
        return ("own", "other", "none")
    return ("own", "none") if parts & OF_THINGS else ("page",)


def address(world: World, name: str, which: str) -> str:
    """The address of a page for the own, the other or a missing thing ("page" where there is nothing to choose)."""
    known = world.parameters(name, "own" if which == "page" else which)
    return reverse(name, kwargs={part: known[part] for part in names_and_parameters()[name]})
