"""The database and broker of one instance: its own, or those named by `DATABASE_URL` and `REDIS_URL`."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from edi_portal.embedded.broker import redis
from edi_portal.embedded.places import Instance, held, own_folder, servers_account
from edi_portal.embedded.postgresql import postgresql
from edi_portal.embedded.processes import Child


@dataclass(frozen=True, slots=True)
class Servers:
    """Addresses as environment variables, and the processes that were started for them."""

    addresses: dict[str, str]
    children: tuple[Child, ...]


@contextlib.contextmanager
def servers(instance: Instance, *, durable: bool) -> Iterator[Servers]:
    """Hold the instance and run each server that the environment does not name.

    Raises `CannotRun` when the instance runs already or a server does not start. Everything started here has ended
    when the block is left.
    """
    with held(instance), contextlib.ExitStack() as started:
        # What is there belongs to servers that are no more: nobody else can hold the lock.
        shutil.rmtree(instance.sockets, ignore_errors=True)
        addresses = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)}
        if len(addresses) < 2:
            own_folder(instance.sockets, account=servers_account())
            started.callback(shutil.rmtree, instance.sockets, ignore_errors=True)
        children = []
        if "DATABASE_URL" not in addresses:
            addresses["DATABASE_URL"], server = started.enter_context(postgresql(instance, durable=durable))
            children.append(server)
        if "REDIS_URL" not in addresses:
            addresses["REDIS_URL"], server = started.enter_context(redis(instance))
            children.append(server)
        yield Servers(addresses, tuple(children))
