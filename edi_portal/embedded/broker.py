"""One Redis server on a unix socket. It only rings the bell for jobs, whose state is in the database: nothing is saved."""

import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

from edi_portal.embedded.places import Instance, servers_account
from edi_portal.embedded.processes import Child, start, stop, wait_until
from edi_portal.embedded.wheels import redis_program


@contextlib.contextmanager
def redis(instance: Instance) -> Iterator[tuple[str, Child]]:
    """Run the instance's server; gives the address for `REDIS_URL` and the process. The caller holds the instance's lock."""
    address = instance.sockets / "redis.sock"
    options = {
        "port": "0",
        "unixsocket": address,
        "unixsocketperm": "700",
        "dir": instance.sockets,
        "save": "",
        "appendonly": "no",
        "daemonize": "no",
    }
    server = start(
        "Redis",
        [redis_program(), *(word for name, value in options.items() for word in (f"--{name}", value))],
        log=instance.log("redis"),
        environment={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC", "HOME": "/"},
        account=servers_account(),
    )
    try:
        wait_until(lambda: _answers(address), server, seconds=30)
        yield f"redis+socket://{address}?virtual_host=0", server
    finally:
        stop(server)


def _answers(address: Path) -> bool:
    """Whether the server answers a ping."""
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(address))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False
