"""Who answers what: the lead assigns sections and questions, and invites contributors."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from edi_portal.exceptions import BusinessError
from kpis.dashboards.assignments import AssignmentPage, assignment_page
from kpis.forms.shared_work import InviteContributorForm
from kpis.models.returns import KpiReturn
from kpis.selectors.returns import content_of, get_return
from kpis.services.assignments import Target, people_who_answer, share_out
from kpis.views.returns import address_of, crumbs_of
from organisations.permissions import require
from organisations.roles import Right, Role
from organisations.services.invitations import invite


@require_http_methods(["GET", "POST"])
def assignments(request: HttpRequest, organisation: str, period: str) -> HttpResponse:
    """The lead's page; its two forms are told apart by the hidden field `form`."""
    kpi_return = get_return(request.user, organisation, period)
    require(request.user, Right.SUBMIT_RETURN, kpi_return.organisation)
    people = people_who_answer(kpi_return.organisation)
    page = assignment_page(content_of(kpi_return), request.user, people)
    inviting = request.POST.get("form") == "invite"
    form = InviteContributorForm(request.POST if inviting else None)
    if request.method == "POST":
        if inviting:
            if form.is_valid() and _invited(form, kpi_return, request):
                return redirect(address_of(kpi_return, "assignments"))
        else:
            wanted, seen = _read(request, page)
            changed = share_out(kpi_return=kpi_return, wanted=wanted, seen=seen, by=request.user)
            said = "Nothing changed." if not changed else f"{changed} {'change' if changed == 1 else 'changes'} saved."
            messages.success(request, f"{said} Assignments hold for later returns as well.")
            return redirect(address_of(kpi_return, "assignments"))
    context = {
        "kpi_return": kpi_return,
        "page": page,
        "form": form,
        "breadcrumbs": crumbs_of(kpi_return, (kpi_return.quarter.months, address_of(kpi_return, "overview"))),
    }
    return render(request, "kpis/return_assignments.html", context, status=422 if inviting else 200)


def _invited(form: InviteContributorForm, kpi_return: KpiReturn, request: HttpRequest) -> bool:
    answers = form.cleaned_data
    try:
        invite(
            email=answers["email"],
            display_name=answers["display_name"],
            role=Role.CONTRIBUTOR,
            organisation=kpi_return.organisation,
            area=answers["area"],
            by=request.user,  # type: ignore[arg-type]  # signed in, or the return would not be found
        )
    except BusinessError as error:
        form.add_error("email", str(error))
        return False
    messages.success(request, f"The invitation to {answers['email']} is on its way. Assign questions once they have accepted.")
    return True


def _read(request: HttpRequest, page: AssignmentPage) -> tuple[dict[Target, int | None], dict[Target, int | None]]:
    """What was chosen for each section and question, and what the page had shown; anything but a number is nobody."""
    targets = {line.key: Target(workstream=line.status.slug) for line in page.sections}
    targets |= {one.key: Target(measure=one.measure.code) for line in page.sections for one in line.questions}
    wanted = {target: _number(request.POST[key]) for key, target in targets.items() if key in request.POST}
    return wanted, {target: _number(request.POST.get(f"seen/{key}", "")) for key, target in targets.items()}


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
