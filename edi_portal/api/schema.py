"""The OpenAPI description of every address, with the refusals that all of them share."""

from typing import Any, Literal

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiResponse
from rest_framework import serializers

from edi_portal.errors import PROBLEM_TYPE


class Problem(serializers.Serializer):
    """A refusal (RFC 9457): `detail` is a sentence that says what to do."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = serializers.JSONField(required=False, help_text="By field or cell, where input was refused.")  # type: ignore[assignment]  # a field of that name


REFUSALS = {
    400: "What was sent cannot be read or used",
    401: "The token is missing, unknown, ended or expired",
    403: "The role or the token does not allow it",
    404: "Nothing there, or not open to you",
    406: "No such format",
    429: "Too many requests in a minute: wait for the seconds in Retry-After",
}
OF_CHANGES = {
    409: "Not possible in the present state",
    412: "Changed since it was read: If-Match names an old version",
    415: "Send JSON",
    422: "A rule refuses it, or a value cannot be used",
    428: "If-Match is missing",
}


class Described(AutoSchema):
    """Adds the shared refusals, the conditional answer of a read, and the tag."""

    def get_auth(self) -> list[dict[str, list[str]]]:
        """A token or a signed-in browser; or nobody, where visitors read as well."""
        found: list[dict[str, list[str]]] = super().get_auth()
        return [*found, {}] if getattr(self.view, "open_to_all", False) else found

    def _get_response_bodies(self, direction: Literal["request", "response"] = "response") -> dict[str, Any]:
        found: dict[str, Any] = super()._get_response_bodies(direction)
        refusals = REFUSALS | ({} if self.method == "GET" else OF_CHANGES)
        for code, words in refusals.items():
            described = self._get_response_for_code(OpenApiResponse(Problem, words), str(code), [PROBLEM_TYPE])
            found.setdefault(str(code), described)
        if self.method == "GET":
            found["304"] = {"description": "Unchanged since the ETag that you sent in If-None-Match"}
        return found
