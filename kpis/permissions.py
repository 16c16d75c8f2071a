"""Who may do what with a return, a KPI or a release, and when. Checks raise with a reason; each has a boolean twin."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from edi_portal.clock import LONDON
from edi_portal.exceptions import InvalidTransition, NotAllowed
from kpis import workflow
from organisations.permissions import as_bool, can, memberships_that_count, require
from organisations.roles import Right, roles_granting

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kpis.catalogue import Measure
    from kpis.models.releases import Release
    from kpis.models.returns import KpiReturn


def closes_at_for(kpi_return: KpiReturn) -> datetime:
    """When this organisation's return closes, by London's clock: the collection's hard date, or its own extension."""
    # All of the collection's extensions, a few rows: pages that ask several times have them prefetched.
    extensions = kpi_return.collection.extensions.all()
    own = [extension.until for extension in extensions if extension.organisation_id == kpi_return.organisation_id]
    closes: datetime = kpi_return.collection.closes_at
    return max([closes, *own]).astimezone(LONDON)


def check_can_edit_return(user: Any, kpi_return: KpiReturn, now: datetime) -> None:
    """Typing figures: the right, an editable state, an open collection."""
    require(user, Right.EDIT_RETURN, kpi_return.organisation)
    if not kpi_return.is_editable:
        raise InvalidTransition(
            f"This return is “{kpi_return.get_status_display()}”, so its figures cannot change. "
            "To change them, take it back or reopen it."
        )
    closes = closes_at_for(kpi_return)
    if now >= closes:
        raise InvalidTransition(
            f"This collection closed on {closes:%-d %B %Y}. Ask the portal admin for an extension if a figure must still change."
        )


def check_can_submit_return(user: Any, kpi_return: KpiReturn, now: datetime) -> None:
    """Sending to the sponsor: the right, an editable state, an open collection."""
    require(user, Right.SUBMIT_RETURN, kpi_return.organisation)
    workflow.check("submit", kpi_return.status)
    closes = closes_at_for(kpi_return)
    if now >= closes:
        raise InvalidTransition(f"This collection closed on {closes:%-d %B %Y}. Ask the portal admin for an extension.")


def check_can_decide_return(user: Any, kpi_return: KpiReturn) -> None:
    """Signing off or sending back: the sponsor's right, a sent return, and never the person who sent it."""
    require(user, Right.SIGN_OFF_RETURN, kpi_return.organisation)
    if kpi_return.status != workflow.Status.SUBMITTED:
        raise InvalidTransition(f"There is nothing to decide: the return is “{kpi_return.get_status_display()}”.")
    if kpi_return.submitted_by_id == user.pk:
        raise NotAllowed(f"You sent this return, so someone else signs it. {who_may_sign(user, kpi_return)}")
    if kpi_return.values.filter(updated_by=user).exists():
        raise NotAllowed(f"You entered figures of this return, so someone else signs it. {who_may_sign(user, kpi_return)}")


def who_may_sign(user: Any, kpi_return: KpiReturn) -> str:
    """Who signs in place of somebody who may not, as a sentence."""
    from organisations.selectors.delegations import signers_of

    others = signers_of(kpi_return.organisation, besides=user)
    if others:
        return f"Who may: {', '.join(others)}."
    return "Nobody else can yet: another executive sponsor must name a delegate, or a portal admin invites one."


def check_can_discuss(user: Any, kpi_return: KpiReturn, measure: Measure) -> None:
    """Asking and answering about a question: those who may see it, until the return is signed."""
    require(user, Right.VIEW_RETURN, kpi_return.organisation)
    if not measures_open_to(user, kpi_return, [measure]):
        raise NotAllowed("This question is not one of yours.")
    if kpi_return.status in workflow.REOPENS:
        raise InvalidTransition(f"This return is “{kpi_return.get_status_display()}”, so nothing more is asked about it.")


def check_can_reopen_return(user: Any, kpi_return: KpiReturn, now: datetime) -> None:
    """Reopening a signed return as a new version: the lead's right, the newest version, time left."""
    require(user, Right.SUBMIT_RETURN, kpi_return.organisation)
    if kpi_return.superseded_at is not None:
        raise InvalidTransition("A later version of this return exists. Open that one.")
    if kpi_return.status not in workflow.REOPENS:
        raise InvalidTransition(f"Only a signed-off return is reopened; this one is “{kpi_return.get_status_display()}”.")
    closes = closes_at_for(kpi_return)
    if now >= closes:
        raise InvalidTransition(
            f"This collection closed on {closes:%-d %B %Y}. Ask the portal admin for an extension: "
            "the correction then goes into a revision."
        )


def check_can_publish_release(user: Any, release: Release) -> None:
    """Confirming a proposed release: a portal admin other than the one who proposed it."""
    require(user, Right.PUBLISH_RELEASE)
    if release.proposed_by_id is not None and release.proposed_by_id == user.pk:
        raise NotAllowed("You proposed this release, so another portal admin confirms it.")


can_edit_return = as_bool(check_can_edit_return)
can_submit_return = as_bool(check_can_submit_return)
can_decide_return = as_bool(check_can_decide_return)
can_discuss = as_bool(check_can_discuss)
can_reopen_return = as_bool(check_can_reopen_return)
can_publish_release = as_bool(check_can_publish_release)


def sees_every_question(user: Any, kpi_return: KpiReturn) -> bool:
    """Whether the whole return is open to this person: to whoever sends it and whoever signs it."""
    organisation = kpi_return.organisation
    return can(user, Right.SUBMIT_RETURN, organisation) or can(user, Right.SIGN_OFF_RETURN, organisation)


def measures_open_to(user: Any, kpi_return: KpiReturn, measures: Iterable[Measure]) -> tuple[Measure, ...]:
    """The questions this person may see: all of them for a lead or sponsor.

    A contributor sees those that the lead assigned to them, and those of the own area that are assigned to nobody.
    """
    if sees_every_question(user, kpi_return):
        return tuple(measures)
    areas = {
        membership.area for membership in memberships_that_count(user) if membership.organisation_id == kpi_return.organisation_id
    }
    assigned = assigned_to(kpi_return)

    def is_mine(measure: Measure) -> bool:
        holder = answerer_of(measure, assigned)
        return measure.contributor in areas if holder is None else holder == user.pk

    return tuple(measure for measure in measures if is_mine(measure))


def answerer_of(measure: Measure, assigned: Mapping[tuple[str, str], int]) -> int | None:
    """The account to which a question is assigned: by itself, else with its section; None where it goes by area."""
    return assigned.get(("", measure.code), assigned.get((measure.workstream, "")))


def assigned_to(kpi_return: KpiReturn) -> Mapping[tuple[str, str], int]:
    """(Section, question) → account, read once for each return object. Whoever lost the role there holds nothing."""
    found: Mapping[tuple[str, str], int] | None = getattr(kpi_return, "_assigned_to", None)
    if found is None:
        from kpis.models.assignments import Assignment
        from organisations.models import Membership

        roles = [role.value for role in roles_granting(Right.EDIT_RETURN)]
        held = Membership.objects.in_force().filter(organisation=kpi_return.organisation_id, role__in=roles)
        rows = Assignment.objects.standing().filter(organisation=kpi_return.organisation_id, user__in=held.values("user"))
        found = {(workstream, code): user for workstream, code, user in rows.values_list("workstream", "measure", "user_id")}
        kpi_return._assigned_to = found  # type: ignore[attr-defined]
    return found
