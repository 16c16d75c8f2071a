"""What the API can do, as a page made from its own schema, and the schema itself."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

METHODS = ("get", "post", "patch", "put", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that can be asked."""

    method: str
    address: str
    does: str
    parameters: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Group:
    """The operations about one noun."""

    title: str
    operations: tuple[Operation, ...]


@lru_cache(maxsize=1)
def described() -> dict[str, Any]:
    """The OpenAPI document: the same for everybody, so made once."""
    return SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-any-return]


@login_not_required
@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document as JSON."""
    content = OpenApiJsonRenderer().render(described(), renderer_context={})
    return HttpResponse(content, content_type="application/vnd.oai.openapi+json; charset=utf-8")


@login_not_required
@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    """Every operation in words, with what it takes, and the first line to try."""
    return render(request, "pages/api.html", {"groups": _groups(), "base": f"{settings.BASE_URL}/api/v1"})


@lru_cache(maxsize=1)
def _groups() -> tuple[Group, ...]:
    found: dict[str, list[Operation]] = {}
    for address, item in described()["paths"].items():
        for method in METHODS:
            if method in item:
                operation = item[method]
                parameters = tuple((one["name"], one.get("description", "")) for one in operation.get("parameters", ()))
                made = Operation(method.upper(), address, operation.get("description", ""), parameters)
                found.setdefault(operation["tags"][0], []).append(made)
    return tuple(Group(title, tuple(operations)) for title, operations in found.items())
