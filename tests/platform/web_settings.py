"""Settings of the web server of web_rig.py: its sockets hold little, so that it waits while a slow reader takes a small file."""

import socket
from typing import Any

HELD = 4_096
"""Bytes; the kernel makes twice that of it. Sockets of connections have what the listening one was given."""


def when_ready(server: Any) -> None:
    """Gunicorn listens and has no process that answers yet."""
    for listener in server.LISTENERS:
        listener.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, HELD)
