"""Long lists in pages: how many there are in all, and the addresses of the next and the previous page."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.utils.urls import remove_query_param, replace_query_param

FIRST_SIZE, MOST = 100, 2_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of a list is wanted."""

    page: int
    size: int

    @property
    def slice(self) -> slice:
        """The rows of the page."""
        return slice((self.page - 1) * self.size, self.page * self.size)


class PageQuery(serializers.Serializer):
    """The part of a list that is wanted. A parameter that the address does not know is refused, not ignored."""

    page = serializers.IntegerField(required=False, default=1, min_value=1, max_value=100_000, help_text="Counted from 1.")
    page_size = serializers.IntegerField(
        required=False, default=FIRST_SIZE, min_value=1, max_value=MOST, help_text="Rows of one page."
    )

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        """Refuse what no field is there for: a mistyped filter would otherwise silently show everything."""
        unknown = set(self.initial_data) - set(self.fields)  # type: ignore[arg-type]
        if unknown:
            known = ", ".join(self.fields)
            raise ValidationError({name: [f"There is no such parameter. Known are: {known}."] for name in sorted(unknown)})
        return given


def read_query(shape: type[PageQuery], request: Request) -> dict[str, Any]:
    """The parameters of a request. Raises ValidationError for unknown ones and for values out of range."""
    query = shape(data=request.query_params.dict())
    query.is_valid(raise_exception=True)
    return dict(query.validated_data)


def part_of(given: Mapping[str, Any]) -> Asked:
    """The part of the list that read parameters ask for."""
    return Asked(given["page"], given["page_size"])


def page_of(request: Request, count: int, asked: Asked, rows: Callable[[slice], Sequence[Any]]) -> dict[str, Any]:
    """One page: count of all rows, addresses beside it, its rows; none beyond the last page."""
    pages = max(1, -(-count // asked.size))
    address = request.build_absolute_uri()
    before = remove_query_param(address, "page") if asked.page == 2 else replace_query_param(address, "page", asked.page - 1)
    return {
        "count": count,
        "next": replace_query_param(address, "page", asked.page + 1) if asked.page < pages else None,
        "previous": before if asked.page > 1 else None,
        "results": rows(asked.slice),
    }


@cache
def paged(row: type[serializers.Serializer]) -> type[serializers.Serializer]:
    """The shape of a page of such rows, for the schema."""
    name = row.__name__.removesuffix("Row")
    fields = {
        "count": serializers.IntegerField(help_text="Rows in all pages."),
        "next": serializers.URLField(allow_null=True, help_text="Address of the next page."),
        "previous": serializers.URLField(allow_null=True, help_text="Address of the previous page."),
        "results": row(many=True),
        "__doc__": f"One page of {name}.",
    }
    return type(f"{name}Page", (serializers.Serializer,), fields)
