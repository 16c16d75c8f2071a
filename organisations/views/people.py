"""People and their roles: the list, inviting, ending a role, and the invitations still open."""

from collections.abc import Iterable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from edi_portal.clock import business_today
from edi_portal.exceptions import StaleData
from edi_portal.ui.editing import edit
from organisations.forms import EndRoleForm, InviteForm, PortalInviteForm
from organisations.models import Invitation, Membership, Organisation, User
from organisations.permissions import can
from organisations.requests import PortalRequest
from organisations.roles import Right, Role
from organisations.selectors.access_reviews import quiet_roles, review_state, reviews_due
from organisations.selectors.organisations import get_organisation
from organisations.selectors.people import is_link_dead, memberships_shown_to, open_invitations_shown_to, sees_all_people
from organisations.services import access_reviews, invitations, memberships
from organisations.step_up import step_up_required


@require_GET
def people_index(request: PortalRequest) -> HttpResponse:
    """Everybody's roles and all open invitations, for those who run the portal."""
    if not sees_all_people(request.user):
        raise Http404
    rows = list(memberships_shown_to(request.user))
    due = reviews_due(business_today())
    context = {
        "memberships": rows,
        "quiet": quiet_roles(rows),
        "review": review_state(None, rows),
        "due": [one for one in due if one.slug],
        "invitations": _with_state(open_invitations_shown_to(request.user), request.user),
    }
    return render(request, "organisations/people_index.html", context)


@require_GET
def people_of_organisation(request: PortalRequest, slug: str) -> HttpResponse:
    """Who holds which role at one organisation."""
    organisation = _organisation_with_people(request.user, slug)
    rows = list(memberships_shown_to(request.user, organisation=organisation))
    may_manage = can(request.user, Right.MANAGE_PEOPLE, organisation)
    context = {
        "organisation": organisation,
        "memberships": rows,
        "quiet": quiet_roles(rows) if may_manage else frozenset(),
        "review": review_state(organisation, rows),
        "invitations": _with_state(open_invitations_shown_to(request.user, organisation=organisation), request.user),
        "may_manage": may_manage,
        "breadcrumbs": _trail(organisation),
    }
    return render(request, "organisations/people_of_organisation.html", context)


@require_POST
def confirm_access(request: PortalRequest, slug: str) -> HttpResponse:
    """Everybody with a role at the organisation still needs it."""
    organisation = _organisation_with_people(request.user, slug)
    if not can(request.user, Right.MANAGE_PEOPLE, organisation):
        raise Http404
    return _confirmed(request, organisation)


@require_POST
def confirm_portal_access(request: PortalRequest) -> HttpResponse:
    """Everybody with a role outside organisations still needs it."""
    if not can(request.user, Right.ONBOARD):
        raise Http404
    return _confirmed(request, None)


@require_http_methods(["GET", "POST"])
@step_up_required
def invite(request: PortalRequest, slug: str) -> HttpResponse:
    """Invite a person to a role at an organisation."""
    organisation = _organisation_with_people(request.user, slug)
    if not can(request.user, Right.MANAGE_PEOPLE, organisation):
        raise Http404
    form = InviteForm(request.POST or None)

    def save(seen: int) -> Invitation:
        answers = form.cleaned_data
        return invitations.invite(
            email=answers["email"],
            display_name=answers["display_name"],
            role=Role(answers["role"]),
            area=answers["area"],
            organisation=organisation,
            by=request.user,
        )

    done = edit(request, form, save)
    if done.is_saved:
        messages.success(request, f"The invitation to {form.cleaned_data['email']} is on its way. Its link works for 7 days.")
        return redirect("organisations:people", slug=slug)
    context = {"form": form, "organisation": organisation, "breadcrumbs": _trail(organisation)}
    return render(request, "organisations/person_invite.html", context, status=done.status)


@require_http_methods(["GET", "POST"])
@step_up_required
def invite_to_portal(request: PortalRequest) -> HttpResponse:
    """Invite a person to a role that is not held at an organisation."""
    if not can(request.user, Right.ONBOARD):
        raise Http404
    form = PortalInviteForm(request.POST or None)

    def save(seen: int) -> Invitation:
        answers = form.cleaned_data
        return invitations.invite(
            email=answers["email"],
            display_name=answers["display_name"],
            role=Role(answers["role"]),
            place=answers["place"],
            by=request.user,
        )

    done = edit(request, form, save)
    if done.is_saved:
        if invitations.needs_second_admin(done.saved):
            messages.success(request, "Another portal admin must confirm this invitation. Until then nothing is sent.")
        else:
            messages.success(request, f"The invitation to {done.saved.email} is on its way. Its link works for 7 days.")
        return redirect("organisations:people-index")
    context = {"form": form, "breadcrumbs": _trail(None)}
    return render(request, "organisations/person_invite.html", context, status=done.status)


@require_http_methods(["GET", "POST"])
def end_role(request: PortalRequest, pk: int) -> HttpResponse:
    """End a role at once or after a day, with a reason."""
    membership = get_object_or_404(memberships_shown_to(request.user), pk=pk)
    needed = Right.MANAGE_PEOPLE if membership.organisation else Right.ONBOARD
    if not can(request.user, needed, membership.organisation):
        raise Http404
    form = EndRoleForm(request.POST or None)
    done = edit(request, form, lambda seen: _end(membership, form, request.user))
    if done.is_saved:
        messages.success(request, f"The role of {membership.user} ends: {membership.label}.")
        return redirect(_people_url(membership.organisation))
    context = {"form": form, "membership": membership, "breadcrumbs": _trail(membership.organisation)}
    return render(request, "organisations/role_end.html", context, status=done.status)


@require_POST
@step_up_required
def confirm_invitation(request: PortalRequest, pk: int) -> HttpResponse:
    """A second admin agrees to a new portal admin."""
    invitation = _invitation(request.user, pk)
    invitations.confirm_invitation(invitation=invitation, by=request.user)
    messages.success(request, f"Confirmed. The invitation to {invitation.email} is on its way.")
    return redirect(_people_url(invitation.organisation))


@require_POST
def send_invitation_again(request: PortalRequest, pk: int) -> HttpResponse:
    """A new link for another 7 days."""
    invitation = _invitation(request.user, pk)
    invitations.send_again(invitation=invitation, by=request.user)
    messages.success(request, f"A new link is on its way to {invitation.email}. The old one no longer works.")
    return redirect(_people_url(invitation.organisation))


@require_POST
def withdraw_invitation(request: PortalRequest, pk: int) -> HttpResponse:
    """Take an offer back."""
    invitation = _invitation(request.user, pk)
    invitations.withdraw_invitation(invitation=invitation, by=request.user)
    messages.success(request, f"The invitation to {invitation.email} is withdrawn. Its link no longer works.")
    return redirect(_people_url(invitation.organisation))


def _confirmed(request: PortalRequest, organisation: Organisation | None) -> HttpResponse:
    """Confirm the roles that the page showed. When they changed, the page is shown anew and says so: nothing was typed."""
    shown = request.POST.get("seen", "").split(",")
    seen = {int(key) for key in shown if key.isascii() and key.isdecimal() and len(key) < 10}
    try:
        review = access_reviews.confirm_access(organisation=organisation, by=request.user, seen=seen)
    except StaleData as changed:
        messages.warning(request, str(changed))
    else:
        roles = "1 role is" if review.roles == 1 else f"{review.roles} roles are"
        messages.success(request, f"Confirmed: {roles} still needed.")
    return redirect(_people_url(organisation))


def _end(membership: Membership, form: EndRoleForm, by: User) -> None:
    answers = form.cleaned_data
    if answers["when"] == EndRoleForm.AT_ONCE:
        memberships.withdraw_membership(membership=membership, by=by, reason=answers["reason"])
    else:
        memberships.end_membership(membership=membership, by=by, last_day=answers["last_day"], reason=answers["reason"])


def _organisation_with_people(user: User, slug: str) -> Organisation:
    organisation = get_organisation(user, slug)
    if not can(user, Right.VIEW_PEOPLE, organisation):
        raise Http404
    return organisation


def _invitation(user: User, pk: int) -> Invitation:
    return get_object_or_404(open_invitations_shown_to(user), pk=pk)


def _with_state(rows: Iterable[Invitation], user: User) -> list[dict[str, object]]:
    return [
        {
            "row": row,
            "dead": is_link_dead(row),
            "waits": invitations.needs_second_admin(row),
            "may_confirm": invitations.needs_second_admin(row) and row.invited_by_id != user.pk,
        }
        for row in rows
    ]


def _people_url(organisation: Organisation | None) -> str:
    if organisation is None:
        return reverse("organisations:people-index")
    return reverse("organisations:people", args=[organisation.slug])


def _trail(organisation: Organisation | None) -> list[dict[str, str]]:
    if organisation is None:
        return [{"label": "People", "url": reverse("organisations:people-index")}]
    return [
        {"label": "Organisations", "url": reverse("organisations:directory")},
        {"label": organisation.short_name, "url": reverse("organisations:detail", args=[organisation.slug])},
    ]
