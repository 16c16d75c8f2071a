"""Who reaches senior bands: the page for all together or one organisation, and its files."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_GET

from edi_portal.ui.downloads import Sheet, csv_response, xlsx_response
from kpis.dashboards.kinds import is_crowded, kind_shown, kinds_of
from kpis.dashboards.representation import FILE_HEADS, GROUPS, StaffGroup, file_rows, page_of
from kpis.forms.overview import RepresentationFilter
from kpis.selectors.releases import release_as_seen
from kpis.views.overview import PROVENANCE_HEADS, provenance, release_line_of
from organisations.models import PeerGroup
from organisations.permissions import active_membership


def _group(request: HttpRequest) -> StaffGroup:
    return GROUPS.get(request.GET.get("group", ""), GROUPS["bme"])


def _organisation(request: HttpRequest) -> str:
    """The organisation in the address, otherwise the reader's own."""
    if "organisation" in request.GET:
        return request.GET["organisation"]
    membership = active_membership(request)
    organisation = membership.organisation if membership is not None else None
    return organisation.slug if organisation is not None else ""


@require_GET
def representation(request: HttpRequest) -> HttpResponse:
    """The share of a group by band, where it falls, and what parity would take."""
    crumbs = [{"label": "Home", "url": reverse("home")}, {"label": "KPIs", "url": reverse("kpis:list")}]
    seen = release_as_seen(request)
    if seen is None:
        return render(request, "kpis/overview_empty.html", {"heading": "No release yet", "breadcrumbs": crumbs})
    group, slug, address = _group(request), _organisation(request), reverse("kpis:representation")
    kind = request.GET.get("kind", "") if request.GET.get("kind", "") in PeerGroup.values else ""
    kind = kind_shown(seen.members, kind)
    pinned = {"release": request.GET["release"]} if request.GET.get("release") else {}
    files = urlencode({"group": group.key, "release": str(seen.release.number)})
    page = page_of(seen, group, slug, address=f"{reverse('kpis:representation-csv')}?{files}", kind=kind)
    chosen = {"organisation": page.member.slug if page.member else ""} | pinned

    def linked(**changed: str) -> str:
        return f"{address}?{urlencode({'group': group.key} | chosen | changed)}"

    context = {
        "page": page,
        "asked_for_another": bool(request.GET.get("organisation")) and page.member is None,
        "form": RepresentationFilter(
            initial={"organisation": chosen["organisation"]},
            organisations=[(row.slug, row.name) for row in seen.members] if page.organisations else [],
        ),
        "segments": {
            "label": "Staff",
            "items": [{"label": one.label, "url": linked(group=one.key), "current": one is group} for one in GROUPS.values()],
        },
        "hidden": [{"name": "group", "value": group.key}, *({"name": k, "value": v} for k, v in pinned.items())],
        "kinds": kinds_of(seen.members, None, lambda one: linked(kind=one), kind) if is_crowded(seen.members) else (),
        "release": seen.release,
        "files": files,
        "linked": f"group={group.key}" + (f"&release={pinned['release']}" if pinned else ""),
        "breadcrumbs": crumbs,
        "release_line": release_line_of(seen.release),
    }
    return render(request, "kpis/representation.html", context)


@require_GET
def representation_data(request: HttpRequest, ending: str) -> HttpResponse:
    """The bands of everybody whom the reader's tier holds, as a file."""
    seen = release_as_seen(request)
    if seen is None:
        raise Http404
    group, release = _group(request), seen.release
    rows = [[*row, *provenance(release)] for row in file_rows(seen, group, request.GET.get("organisation", ""))]
    heads = [*FILE_HEADS, *PROVENANCE_HEADS]
    name = f"edi-representation-{group.key}-{release.collection.period}-release-{release.number}"
    if ending == "xlsx":
        return xlsx_response(f"{name}.xlsx", [Sheet(group.label, heads, rows)])
    return csv_response(f"{name}.csv", heads, rows)
