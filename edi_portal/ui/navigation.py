"""The main navigation of each role: five to eight entries in order of use, more for the steering group, which governs.

An entry is shown only when a page of that name exists, so that no link leads nowhere. This module is a table:
the rights behind the pages are checked where the pages are.
"""

from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of the main navigation; `current` marks the branch of the page being shown."""

    label: str
    url: str
    current: bool = False


Links = tuple[tuple[str, str], ...]

HOME = ("Home", "home")
RETURNS = ("Returns", "returns:list")
KPIS = ("KPIs", "kpis:list")
ORGANISATIONS = ("Organisations", "organisations:directory")
ACTIONS = ("Actions", "actions:list")
STRATEGIES = ("Strategies", "strategies:list")
OPERATING_MODEL = ("Operating model", "operating-model:home")
RATIFICATIONS = ("Ratifications", "ratifications:list")
NETWORKS = ("Staff networks", "networks:list")
PLACES = ("Places", "places:list")
HELP = ("Help", "help")

NAVIGATION: dict[str, Links] = {
    "edi_lead": (HOME, RETURNS, KPIS, ORGANISATIONS, NETWORKS, STRATEGIES, ACTIONS, HELP),
    "contributor": (HOME, ("My questions", "returns:questions"), HELP),
    "executive_sponsor": (HOME, ("Sign-off", "returns:sign-offs"), KPIS, ORGANISATIONS, OPERATING_MODEL, ACTIONS, HELP),
    "steering_member": (
        HOME,
        ("Overview", "overview:table"),
        KPIS,
        ORGANISATIONS,
        ("Workstreams", "workstreams:list"),
        ACTIONS,
        ("Meetings", "meetings:list"),
        ("Reports", "reports:list"),
        ("Strategies", "strategies:list"),
        ("Staff networks", "networks:list"),
        HELP,
    ),
    "board_member": (
        HOME,
        ("Assurance reports", "reports:list"),
        KPIS,
        ORGANISATIONS,
        ("Outcomes", "outcomes:list"),
        OPERATING_MODEL,
        RATIFICATIONS,
        HELP,
    ),
    "healthwatch_reader": (HOME, PLACES, KPIS, ORGANISATIONS, ("EDS panels", "eds:list"), RATIFICATIONS, HELP),
    "portal_admin": (
        HOME,
        ("Arrivals", "collections:arrivals"),
        ("Collections", "collections:list"),
        ("Releases", "releases:list"),
        ORGANISATIONS,
        ("People", "organisations:people-index"),
        KPIS,
        ("Jobs", "jobs:list"),
        HELP,
    ),
}
PUBLIC: Links = (
    ("Equality metrics", "compendium:list"),
    ("Published figures", "published:list"),
    PLACES,
    ("Calculator", "calculator:list"),
    ("Method", "method"),
    ("Sign in", "account_login"),
)
SIGNED_IN_WITHOUT_ROLE: Links = (HOME, HELP)

FOOTER: Links = (
    ("Equality metrics", "compendium:list"),
    ("Open data", "open-data:list"),
    ("Accessibility", "accessibility"),
    ("How we protect small numbers", "method-disclosure"),
    ("How the figures are worked out", "method"),
    ("Privacy", "privacy"),
    ("Help and contact", "help"),
)


def entries(links: Links, path: str) -> tuple[Entry, ...]:
    """The links whose page exists; the one whose address is the longest beginning of `path` is current."""
    found = [(label, address) for label, name in links if (address := address_of(name))]
    branches = [address for _, address in found if path == address or (address != "/" and path.startswith(address))]
    current = max(branches, key=len, default="")
    return tuple(Entry(label, address, current=address == current) for label, address in found)


def address_of(name: str) -> str:
    """The address of a page by its URL name, or nothing when this installation has no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
