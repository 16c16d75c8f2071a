"""Who replies to the shared operating model, and when, with the sentence that says why not."""

from typing import Any

from edi_portal.exceptions import InvalidTransition
from organisations.models import Place
from organisations.permissions import as_bool, memberships_that_count, require
from organisations.roles import ROLES, Right, Role
from strategies.models import ModelVersion
from strategies.selectors.model_documents import is_version_passed

State = ModelVersion.State


def check_can_reply(user: Any, version: ModelVersion) -> None:
    """The board and each Healthwatch reply to the newest version that was proposed, once a reviewer has passed its text."""
    require(user, Right.RATIFY)
    if version.state not in (State.PROPOSED, State.RETURNED):
        raise InvalidTransition("Replies are taken while a version is proposed.")
    if ModelVersion.objects.filter(number__gt=version.number).exclude(state=State.DRAFT).exists():
        raise InvalidTransition("A later version was proposed. Reply to that one.")
    if not is_version_passed(version):
        raise InvalidTransition("The text of this version waits for a reviewer. You can reply once it is passed.")


can_reply = as_bool(check_can_reply)


def place_replied_for(user: Any) -> Place | None:
    """The place whose Healthwatch somebody replies for, or None for the board. Raises NotAllowed for whoever acts for neither."""
    require(user, Right.RATIFY)
    return next(one.place for one in memberships_that_count(user) if Right.RATIFY in ROLES[Role(one.role)].rights)
