"""How often one token, account or address may ask in a minute."""

from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from edi_portal.ui.rate_limit import MINUTE, Window, address_of

READS, WRITES = 600, 120


class PerMinute(BaseThrottle):
    """Reads and writes are counted apart, in the memory of each web process, like the limits of public forms."""

    windows: dict[str, Window] = {"read": Window(READS), "write": Window(WRITES)}

    def allow_request(self, request: Request, view: APIView) -> bool:
        """Whether this one is within the limit."""
        kind = "read" if request.method in {"GET", "HEAD", "OPTIONS"} else "write"
        return not self.windows[kind].is_over(_who(request))

    def wait(self) -> float:
        """Seconds after which the count begins anew, at most."""
        return MINUTE


def _who(request: Request) -> str:
    if getattr(request.user, "is_authenticated", False):
        return f"user:{request.user.pk}"
    return address_of(request._request)
