"""Organisations of the partnership: names, codes, kinds, places. Public."""

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from edi_portal.api.formats import CsvRenderer, JsonRenderer
from edi_portal.api.pages import PageQuery, page_of, paged, part_of, read_query
from edi_portal.api.tags import tag_of, unless_known
from edi_portal.api.views import ApiView
from edi_portal.clock import business_today
from organisations.models import Kind, Organisation
from organisations.selectors.organisations import public_directory


class OrganisationRow(serializers.Serializer):
    """An organisation."""

    slug = serializers.SlugField(help_text="Its part of every address.")
    ods_code = serializers.CharField(help_text="Code of the Organisation Data Service.")
    name = serializers.CharField()
    short_name = serializers.CharField()
    kind = serializers.ChoiceField(choices=Kind.choices)
    place = serializers.CharField(allow_null=True, help_text="Slug of the place of its head office.")
    member = serializers.BooleanField(help_text="Whether it is a member of the partnership today.")


class OrganisationQuery(PageQuery):
    """Filters of the list."""

    kind = serializers.ChoiceField(choices=Kind.choices, required=False)
    search = serializers.CharField(required=False, max_length=80, help_text="Part of a name or town, or an ODS code.")
    former = serializers.BooleanField(required=False, default=False, help_text="Also those that have left or closed.")


class Organisations(ApiView):
    """Every member of the partnership."""

    open_to_all = True
    scopes = {"GET": "released:read"}
    renderer_classes = [JsonRenderer, CsvRenderer]

    @extend_schema(
        operation_id="organisations", parameters=[OrganisationQuery], responses=paged(OrganisationRow), tags=["Organisations"]
    )
    def get(self, request: Request) -> Response:
        """The members of the partnership by short name, a page at a time."""
        given = read_query(OrganisationQuery, request)
        asked = part_of(given)
        rows = public_directory(
            on=business_today(), words=given.get("search", ""), kind=given.get("kind", ""), former=given["former"]
        )
        page = page_of(request, rows.count(), asked, lambda part: [row_of(one) for one in rows[part]])
        return unless_known(request, tag_of(page), lambda: page)


class OneOrganisation(ApiView):
    """One organisation, also a former one."""

    open_to_all = True
    scopes = {"GET": "released:read"}

    @extend_schema(operation_id="organisation", responses=OrganisationRow, tags=["Organisations"])
    def get(self, request: Request, organisation: str) -> Response:
        """One organisation by its slug."""
        found = public_directory(on=business_today(), former=True).filter(slug=organisation).first()
        if found is None:
            raise Http404
        row = row_of(found)
        return unless_known(request, tag_of(row), lambda: row)


def row_of(organisation: Organisation) -> dict[str, Any]:
    """An organisation of the directory as a row."""
    places = [held.place.slug for held in organisation.organisation_places.all() if held.relation == "based"]
    codes = [held.code for held in organisation.codes.all() if held.valid_to is None]
    return {
        "slug": organisation.slug,
        "ods_code": codes[0] if codes else "",
        "name": organisation.name_then,  # type: ignore[attr-defined]  # annotated by the directory
        "short_name": organisation.short_name_then,  # type: ignore[attr-defined]
        "kind": organisation.kind,
        "place": places[0] if places else None,
        "member": bool(organisation.standing),  # type: ignore[attr-defined]
    }
