"""Roles and rights in code: who may do what, in words that the screens and the documentation show.

Pure. A membership in the database says which person holds which role where and when; this table says what the role grants.
`docs/roles.md` is made from it by `roles_table()`.
"""

from dataclasses import dataclass
from enum import StrEnum, auto


class Role(StrEnum):
    """The seven roles of the portal."""

    EDI_LEAD = auto()
    CONTRIBUTOR = auto()
    EXECUTIVE_SPONSOR = auto()
    STEERING_MEMBER = auto()
    BOARD_MEMBER = auto()
    HEALTHWATCH_READER = auto()
    PORTAL_ADMIN = auto()


class Scope(StrEnum):
    """Where a role is held: at one organisation, for one place, or for the whole portal."""

    ORGANISATION = auto()
    PLACE = auto()
    PORTAL = auto()


class Tier(StrEnum):
    """How much of a release a reader sees."""

    STEERING = auto()
    BOARD = auto()
    PUBLIC = auto()


class Right(StrEnum):
    """Everything a role can grant. The values are the codenames of permissions on `Organisation`."""

    VIEW_RETURN = auto()
    EDIT_RETURN = auto()
    SUBMIT_RETURN = auto()
    SIGN_OFF_RETURN = auto()
    ADD_BESPOKE_KPI = auto()
    VIEW_REGISTERS = auto()
    KEEP_REGISTERS = auto()
    VIEW_PEOPLE = auto()
    MANAGE_PEOPLE = auto()
    VIEW_RELEASED_STEERING = auto()
    VIEW_RELEASED_BOARD = auto()
    VIEW_RELEASED_PUBLIC = auto()
    VIEW_OVERVIEW = auto()
    ADOPT_KPI = auto()
    EDIT_FRAMEWORK = auto()
    CONFIRM_SELF_ASSESSMENT = auto()
    WRITE_OPERATING_MODEL = auto()
    GRANT_WAIVER = auto()
    REBASE_SERIES = auto()
    VIEW_ARRIVALS = auto()
    MANAGE_COLLECTIONS = auto()
    PREPARE_RELEASE = auto()
    PUBLISH_RELEASE = auto()
    ONBOARD = auto()
    VIEW_AUDIT = auto()
    VIEW_JOBS = auto()
    DECIDE_MEANINGS = auto()
    KEEP_WARD_PACKS = auto()
    VIEW_WORKSTREAMS = auto()
    VIEW_ACTIONS = auto()
    KEEP_ACTIONS = auto()
    VIEW_GOVERNANCE = auto()
    GOVERN = auto()
    RATIFY = auto()
    SCORE_PANELS = auto()
    VIEW_REPORTS = auto()
    WRITE_REPORT = auto()
    PUBLISH_REPORT = auto()


@dataclass(frozen=True, slots=True)
class RightDescription:
    """A right in words; `at_organisation` is true where it is always a right over one organisation's things."""

    label: str
    at_organisation: bool = False


RIGHTS: dict[Right, RightDescription] = {
    Right.VIEW_RETURN: RightDescription("See the return and its exact figures", at_organisation=True),
    Right.EDIT_RETURN: RightDescription("Enter figures in the return", at_organisation=True),
    Right.SUBMIT_RETURN: RightDescription("Send the return to the sponsor", at_organisation=True),
    Right.SIGN_OFF_RETURN: RightDescription("Sign off the return or send it back", at_organisation=True),
    Right.ADD_BESPOKE_KPI: RightDescription("Add a KPI for the own organisation", at_organisation=True),
    Right.VIEW_REGISTERS: RightDescription("See the registers of networks and EDI posts whole", at_organisation=True),
    Right.KEEP_REGISTERS: RightDescription("Keep the registers of networks and EDI posts", at_organisation=True),
    Right.VIEW_PEOPLE: RightDescription("See who holds a role at the organisation", at_organisation=True),
    Right.MANAGE_PEOPLE: RightDescription("Invite people, and end or withdraw their roles", at_organisation=True),
    Right.VIEW_RELEASED_STEERING: RightDescription("Read released figures of the steering tier"),
    Right.VIEW_RELEASED_BOARD: RightDescription("Read released figures of the board tier"),
    Right.VIEW_RELEASED_PUBLIC: RightDescription("Read released figures of the public tier"),
    Right.VIEW_OVERVIEW: RightDescription("See the overview of KPIs and organisations"),
    Right.ADOPT_KPI: RightDescription("Adopt an organisation's own KPI for everyone"),
    Right.EDIT_FRAMEWORK: RightDescription("Write the common framework, and judge which objectives say the same"),
    Right.CONFIRM_SELF_ASSESSMENT: RightDescription(
        "Confirm the self-assessment against the shared operating model", at_organisation=True
    ),
    Right.WRITE_OPERATING_MODEL: RightDescription("Write the shared operating model, its options and its plan"),
    Right.GRANT_WAIVER: RightDescription("Set a rule aside for one organisation until a day"),
    Right.REBASE_SERIES: RightDescription("Start the usual range of a series anew, with a reason"),
    Right.VIEW_ARRIVALS: RightDescription("See which returns have arrived, and remind people"),
    Right.MANAGE_COLLECTIONS: RightDescription("Open collections, set dates and grant extensions"),
    Right.PREPARE_RELEASE: RightDescription("Prepare a release and propose it"),
    Right.PUBLISH_RELEASE: RightDescription("Confirm a release that another admin proposed"),
    Right.ONBOARD: RightDescription("Add, merge and close organisations"),
    Right.VIEW_AUDIT: RightDescription("Read the audit trail"),
    Right.VIEW_JOBS: RightDescription("See background work"),
    Right.DECIDE_MEANINGS: RightDescription("Approve what organisations say that values of their files mean"),
    Right.KEEP_WARD_PACKS: RightDescription("Import packs of ward figures, withdraw them and bring them back"),
    Right.VIEW_WORKSTREAMS: RightDescription("Read the workstreams, and what was proposed and ratified"),
    Right.VIEW_ACTIONS: RightDescription("See the actions that concern the organisation", at_organisation=True),
    Right.KEEP_ACTIONS: RightDescription("Raise actions of the organisation, and report on them", at_organisation=True),
    Right.VIEW_GOVERNANCE: RightDescription("Read risks, meetings and decisions of the steering group"),
    Right.GOVERN: RightDescription("Decide with the steering group: workstreams, actions, risks, meetings, proposals"),
    Right.RATIFY: RightDescription("Ratify what the steering group proposes, or return it with a reason"),
    Right.SCORE_PANELS: RightDescription(
        "Score EDS outcomes beside the organisation, and comment, for the Healthwatch of a place"
    ),
    Right.VIEW_REPORTS: RightDescription("Read published assurance reports"),
    Right.WRITE_REPORT: RightDescription("Write assurance reports and propose them"),
    Right.PUBLISH_REPORT: RightDescription("Publish an assurance report that another person proposed"),
}


@dataclass(frozen=True, slots=True)
class RoleDescription:
    """A role in words: where it is held, what it is for, what it grants, and the tier of others' figures it reads."""

    label: str
    description: str
    scope: Scope
    tier: Tier
    rights: frozenset[Right]


ROLES: dict[Role, RoleDescription] = {
    Role.EDI_LEAD: RoleDescription(
        label="EDI lead",
        description="Fills in the return, shares it out among contributors, and sends it to the sponsor.",
        scope=Scope.ORGANISATION,
        tier=Tier.STEERING,
        rights=frozenset(
            {
                Right.VIEW_RETURN,
                Right.EDIT_RETURN,
                Right.SUBMIT_RETURN,
                Right.ADD_BESPOKE_KPI,
                Right.VIEW_REGISTERS,
                Right.KEEP_REGISTERS,
                Right.VIEW_PEOPLE,
                Right.VIEW_RELEASED_STEERING,
                Right.VIEW_RELEASED_PUBLIC,
                Right.VIEW_WORKSTREAMS,
                Right.VIEW_ACTIONS,
                Right.KEEP_ACTIONS,
                Right.VIEW_REPORTS,
            }
        ),
    ),
    Role.CONTRIBUTOR: RoleDescription(
        label="Contributor",
        description="Types in the figures of one area, such as recruitment, or of the questions that the EDI lead assigned.",
        scope=Scope.ORGANISATION,
        tier=Tier.PUBLIC,
        rights=frozenset(
            {
                Right.VIEW_RETURN,
                Right.EDIT_RETURN,
                Right.VIEW_RELEASED_PUBLIC,
                Right.VIEW_WORKSTREAMS,
            }
        ),
    ),
    Role.EXECUTIVE_SPONSOR: RoleDescription(
        label="Executive sponsor",
        description="Checks the return, and signs it off or sends it back. Never signs what they sent.",
        scope=Scope.ORGANISATION,
        tier=Tier.STEERING,
        rights=frozenset(
            {
                Right.VIEW_RETURN,
                Right.SIGN_OFF_RETURN,
                Right.CONFIRM_SELF_ASSESSMENT,
                Right.VIEW_REGISTERS,
                Right.VIEW_PEOPLE,
                Right.VIEW_RELEASED_STEERING,
                Right.VIEW_RELEASED_PUBLIC,
                Right.VIEW_WORKSTREAMS,
                Right.VIEW_ACTIONS,
                Right.VIEW_REPORTS,
            }
        ),
    ),
    Role.STEERING_MEMBER: RoleDescription(
        label="Steering group member",
        description="Reads released figures of all organisations and decides with the group what to do about them.",
        scope=Scope.PORTAL,
        tier=Tier.STEERING,
        rights=frozenset(
            {
                Right.VIEW_RELEASED_STEERING,
                Right.VIEW_RELEASED_PUBLIC,
                Right.VIEW_OVERVIEW,
                Right.ADOPT_KPI,
                Right.EDIT_FRAMEWORK,
                Right.WRITE_OPERATING_MODEL,
                Right.GRANT_WAIVER,
                Right.REBASE_SERIES,
                Right.VIEW_WORKSTREAMS,
                Right.VIEW_ACTIONS,
                Right.KEEP_ACTIONS,
                Right.VIEW_GOVERNANCE,
                Right.GOVERN,
                Right.VIEW_REPORTS,
                Right.WRITE_REPORT,
                Right.PUBLISH_REPORT,
            }
        ),
    ),
    Role.BOARD_MEMBER: RoleDescription(
        label="Board member",
        description="Reads the assurance reports and the figures that were released for the partnership's board.",
        scope=Scope.PORTAL,
        tier=Tier.BOARD,
        rights=frozenset(
            {
                Right.VIEW_RELEASED_BOARD,
                Right.VIEW_RELEASED_PUBLIC,
                Right.VIEW_WORKSTREAMS,
                Right.RATIFY,
                Right.VIEW_REPORTS,
            }
        ),
    ),
    Role.HEALTHWATCH_READER: RoleDescription(
        label="Healthwatch reader",
        description="Reads the public figures of one place, scores EDS outcomes beside them, and comments.",
        scope=Scope.PLACE,
        tier=Tier.PUBLIC,
        rights=frozenset(
            {
                Right.VIEW_RELEASED_PUBLIC,
                Right.VIEW_WORKSTREAMS,
                Right.RATIFY,
                Right.SCORE_PANELS,
            }
        ),
    ),
    Role.PORTAL_ADMIN: RoleDescription(
        label="Portal admin",
        description="Runs the portal: organisations, people, dates and releases. Sees no organisation's exact figures.",
        scope=Scope.PORTAL,
        tier=Tier.STEERING,
        rights=frozenset(
            {
                Right.VIEW_PEOPLE,
                Right.MANAGE_PEOPLE,
                Right.VIEW_RELEASED_STEERING,
                Right.VIEW_RELEASED_PUBLIC,
                Right.VIEW_OVERVIEW,
                Right.GRANT_WAIVER,
                Right.REBASE_SERIES,
                Right.VIEW_ARRIVALS,
                Right.MANAGE_COLLECTIONS,
                Right.PREPARE_RELEASE,
                Right.PUBLISH_RELEASE,
                Right.ONBOARD,
                Right.VIEW_AUDIT,
                Right.VIEW_JOBS,
                Right.DECIDE_MEANINGS,
                Right.KEEP_WARD_PACKS,
                Right.VIEW_WORKSTREAMS,
                Right.VIEW_ACTIONS,
                Right.VIEW_GOVERNANCE,
                Right.VIEW_REPORTS,
                Right.PUBLISH_REPORT,
            }
        ),
    ),
}

# What a contributor answers for. What the lead assigns goes before the area; without an area, only what is assigned.
CONTRIBUTOR_AREAS: dict[str, str] = {
    "workforce-information": "workforce information",
    "recruitment": "recruitment",
    "employee-relations": "employee relations",
    "learning": "learning and development",
    "patient-experience": "patient experience",
    "governance": "governance",
    "finance": "finance",
    "edi": "equality, diversity and inclusion",
}


def roles_of_scope(scope: Scope) -> tuple[Role, ...]:
    """The roles held in this way, in the order of the table."""
    return tuple(role for role, description in ROLES.items() if description.scope is scope)


def roles_granting(right: Right) -> tuple[Role, ...]:
    """The roles that grant a right, in the order of the table."""
    return tuple(role for role, description in ROLES.items() if right in description.rights)


# What a token of the API may do, in the order of its page; each needs the right beside it, or none beyond signing in.
TOKEN_SCOPES: dict[str, str] = {
    "released:read": "Read definitions, collections and released figures as your role does",
    "returns:read": "Read your organisation's own returns with their exact figures",
    "returns:write": "Enter figures and explanations in your organisation's returns",
    "returns:submit": "Send a return to the executive sponsor",
    "governance:read": "Read workstreams, actions and assurance reports as your role does",
    "jobs:read": "See background work",
}
SCOPE_NEEDS: dict[str, Right] = {
    "returns:read": Right.VIEW_RETURN,
    "returns:write": Right.EDIT_RETURN,
    "returns:submit": Right.SUBMIT_RETURN,
    "governance:read": Right.VIEW_WORKSTREAMS,
    "jobs:read": Right.VIEW_JOBS,
}


def scopes_of(role: str) -> tuple[str, ...]:
    """What tokens of a role may do at most."""
    rights = ROLES[Role(role)].rights
    return tuple(scope for scope in TOKEN_SCOPES if scope not in SCOPE_NEEDS or SCOPE_NEEDS[scope] in rights)


SCOPE_WORDS = {
    Scope.ORGANISATION: "one organisation",
    Scope.PLACE: "one place",
    Scope.PORTAL: "the whole portal",
}


def roles_table() -> str:
    """The two tables of `docs/roles.md` in Markdown: what each role is, and which rights it grants."""
    lines = [
        "| Role | Held for | What it is for | Tier of others' figures |",
        "|---|---|---|---|",
    ]
    lines += [f"| {d.label} | {SCOPE_WORDS[d.scope]} | {d.description} | {d.tier} |" for d in ROLES.values()]
    lines += [
        "",
        "| Right | " + " | ".join(d.label for d in ROLES.values()) + " |",
        "|---|" + "---|" * len(ROLES),
    ]
    for right, about in RIGHTS.items():
        marks = " | ".join("yes" if right in d.rights else "no" for d in ROLES.values())
        lines.append(f"| {about.label} (`{right}`) | {marks} |")
    return "\n".join(lines) + "\n"
