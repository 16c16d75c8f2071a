"""Joint projects of organisations, on their own or with programmes such as Better Together."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from edi_portal.reviews.selectors import NOT_READ_YET, cleared
from edi_portal.ui.editing import edit
from organisations.models import Organisation
from organisations.permissions import can, require
from organisations.requests import PortalRequest
from organisations.roles import Right
from strategies.forms.pooled import ProjectForm, initial_of_project
from strategies.models import JointProject
from strategies.selectors.pooled import get_project, project_subject, project_text, projects_shown_to
from strategies.services import pooled as services
from strategies.views.assessments import trail
from strategies.views.documents import own_organisation
from strategies.views.pooled import keeper


@require_GET
def projects(request: PortalRequest) -> HttpResponse:
    """Every project that the reader may know of; a word narrows them."""
    organisation = own_organisation(request)
    wanted = request.GET.get("q", "").strip()
    every = projects_shown_to(request.user)
    rows = [one for one in every if wanted.casefold() in _words(one)]
    read = cleared({project_subject(one): project_text(one) for one in every})
    may_keep = organisation is not None and can(request.user, Right.KEEP_REGISTERS, organisation)
    context = {
        "rows": rows,
        "any": bool(every),
        "waiting": {one.pk for one in every if one.is_shared and project_subject(one) not in read},
        "wanted": wanted,
        "not_read_yet": NOT_READ_YET,
        "own": organisation.pk if may_keep and organisation is not None else None,
        "may_keep": may_keep,
        "breadcrumbs": trail(),
    }
    return render(request, "strategies/projects.html", context)


def _words(project: JointProject) -> str:
    """What the list says of a project, partners included, as it is searched."""
    who = (project.organisation, *project.partners.all())
    names = (name for one in who for name in (one.short_name, one.name))
    return " ".join([project_text(project), *names]).casefold()


@require_http_methods(["GET", "POST"])
def add(request: PortalRequest) -> HttpResponse:
    """A new project."""
    return _form(request, keeper(request), None)


@require_http_methods(["GET", "POST"])
def change(request: PortalRequest, project: str) -> HttpResponse:
    """Change a project."""
    found = get_project(request.user, project)
    if not can(request.user, Right.VIEW_REGISTERS, found.organisation):
        raise Http404
    require(request.user, Right.KEEP_REGISTERS, found.organisation)
    return _form(request, found.organisation, found)


def _form(request: PortalRequest, organisation: Organisation, found: JointProject | None) -> HttpResponse:
    form = ProjectForm(request.POST or None, organisation=organisation, project=found, initial=initial_of_project(found))

    def save(seen: int) -> JointProject:
        return services.save_project(
            organisation=organisation, project=found, entry=form.entry(), seen_version=seen, by=request.user
        )

    done = edit(request, form, save, stored=found.version if found is not None else None)
    if done.is_saved:
        messages.success(request, "The project is saved.")
        return redirect("operating-model:projects")
    context = {
        "form": form,
        "title": f"Change “{found.name}”" if found is not None else "Add a joint project",
        "button": "Save the project",
        "seen": done.version,
        "back": reverse("operating-model:projects"),
        "breadcrumbs": trail(("Joint projects", reverse("operating-model:projects"))),
    }
    return render(request, "strategies/pooled_form.html", context, status=done.status)
