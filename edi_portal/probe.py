"""Asks this container's own web server whether it is ready: `python -m edi_portal.probe`, exit status 0 or 1.

The request names a host the portal accepts and says that a proxy took it over HTTPS, as every real request does.
"""

import json
import os
import sys
import urllib.error
import urllib.request

WITHIN = 4.0  # seconds
DEFAULT_PORT = 8000


def ready(port: int, host: str) -> tuple[bool, str]:
    """Whether the server on a local port is ready, and what it said."""
    headers = {"Host": host, "X-Forwarded-Proto": "https"}
    request = urllib.request.Request(f"http://127.0.0.1:{port}/health/ready/", headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=WITHIN) as answer:
            return "database" in json.load(answer), "ready"
    except (OSError, urllib.error.URLError, ValueError) as error:
        return False, str(error)


if __name__ == "__main__":
    is_ready, said = ready(DEFAULT_PORT, os.environ.get("PORTAL_HOSTS", "localhost").split(",")[0].strip())
    print(said)
    sys.exit(0 if is_ready else 1)
