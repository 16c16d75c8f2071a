"""Who signs during leave: the list for sponsor, EDI lead and portal admin, and the sponsor's form."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from edi_portal.clock import business_today
from edi_portal.exceptions import BusinessError
from organisations.forms import DelegateForm
from organisations.models import Organisation, User
from organisations.permissions import as_bool, can
from organisations.requests import PortalRequest
from organisations.roles import Right
from organisations.selectors.delegations import delegations_shown_to
from organisations.selectors.people import sees_all_people
from organisations.services import delegations
from organisations.step_up import step_up_required


@require_http_methods(["GET", "POST"])
@step_up_required
def delegation_list(request: PortalRequest) -> HttpResponse:
    """Delegations that hold or will hold, earlier ones, and for a sponsor the form that names one."""
    organisation = request.membership.organisation if request.membership else None
    at_own = organisation is not None and can(request.user, Right.VIEW_PEOPLE, organisation)
    if not at_own and not sees_all_people(request.user):
        raise Http404
    may_name = organisation is not None and as_bool(delegations.check_may_delegate)(request.user, organisation)
    form = DelegateForm(request.POST or None) if may_name else None
    if request.method == "POST":
        if form is None or organisation is None:
            raise Http404
        if form.is_valid() and _named(form, organisation, request.user):
            named = form.cleaned_data["display_name"]
            messages.success(request, f"{named} is named. Somebody without a role here gets an email and must accept first.")
            return redirect("organisations:delegations")
    today = business_today()
    rows = [(row, delegations.may_end(request.user, row)) for row in delegations_shown_to(request.user)]
    over = [row for row, _ in rows if row.ended_at is not None or (row.valid_to is not None and row.valid_to < today)]
    context = {
        "form": form,
        "standing": [(row, may_end, row.holds_on(today)) for row, may_end in rows if row not in over],
        "over": over,
        "everywhere": not at_own,
        "breadcrumbs": [{"label": "Home", "url": reverse("home")}],
    }
    failed = request.method == "POST"
    return render(request, "organisations/delegation_list.html", context, status=422 if failed else 200)


@require_POST
def end_delegation(request: PortalRequest, pk: int) -> HttpResponse:
    """Take a delegate's right away at once."""
    row = get_object_or_404(delegations_shown_to(request.user), pk=pk)
    if not delegations.may_end(request.user, row):
        raise Http404
    delegations.end_delegation(delegation=row, by=request.user)
    messages.success(request, f"{row.display_name} no longer signs for {row.sponsor}.")
    return redirect("organisations:delegations")


def _named(form: DelegateForm, organisation: Organisation, by: User) -> bool:
    """Make the delegation; what the rules refuse stands beside the form, with everything typed."""
    try:
        delegations.make_delegation(organisation=organisation, by=by, **form.cleaned_data)
    except BusinessError as error:
        form.add_error(None, str(error))
        return False
    return True
