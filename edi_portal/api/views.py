"""The base of every address of the API: who is asking, with which scope, how often, and how refusals look."""

from collections.abc import Mapping
from typing import Any, ClassVar

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from edi_portal.api.limits import PerMinute
from edi_portal.api.problems import ProblemRenderer


class WithinScope(BasePermission):
    """A token opens only what its scopes name; a signed-in browser what its role opens. Visitors read what is public."""

    message = "This token may not do that: it lacks the scope “{scope}”. Make a token that has it."

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Whether somebody is there who may ask at all; rights over single things are asked further down."""
        scope = getattr(view, "scopes", {}).get(request.method, "")
        scopes = getattr(request.auth, "scopes", None)
        if scopes is not None:
            self.message = type(self).message.format(scope=scope)
            return scope in scopes
        return bool(request.user and request.user.is_authenticated) or getattr(view, "open_to_all", False)


class ApiView(APIView):
    """`scopes` names for each method what a token needs; `open_to_all` is set where visitors read public things."""

    permission_classes = [WithinScope]
    throttle_classes = [PerMinute]
    scopes: ClassVar[Mapping[str, str]] = {}
    open_to_all: ClassVar[bool] = False

    def finalize_response(self, request: Request, response: Any, *arguments: Any, **options: Any) -> Response:
        """A refusal is a problem whatever format was asked for; answers differ by who asks."""
        if response.status_code >= 400:
            request.accepted_renderer = ProblemRenderer()
            request.accepted_media_type = ProblemRenderer.media_type
        finished: Response = super().finalize_response(request, response, *arguments, **options)
        finished.headers["Vary"] = "Accept, Authorization, Cookie"
        return finished
