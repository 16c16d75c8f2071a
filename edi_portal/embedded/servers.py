"""The database and broker of one instance: its own, or those named by `DATABASE_URL` and `REDIS_URL`."""

import contextlib
import os
import shutil
from collections.abc import Iterator

from edi_portal.embedded.broker import redis
from edi_portal.embedded.places import Instance, held, own_folder, servers_account
from edi_portal.embedded.postgresql import postgresql


@contextlib.contextmanager
def servers(instance: Instance, *, durable: bool) -> Iterator[dict[str, str]]:
    """Hold the instance and run each server that the environment does not name.

    Gives the two addresses as environment variables. Raises `CannotRun` when the instance runs already or a server
    does not start. Everything started here has ended when the block is left.
    """
    with held(instance), contextlib.ExitStack() as started:
        # What is there belongs to servers that are no more: nobody else can hold the lock.
        shutil.rmtree(instance.sockets, ignore_errors=True)
        addresses = {name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL") if os.environ.get(name)}
        if len(addresses) < 2:
            own_folder(instance.sockets, account=servers_account())
            started.callback(shutil.rmtree, instance.sockets, ignore_errors=True)
        if "DATABASE_URL" not in addresses:
            addresses["DATABASE_URL"] = started.enter_context(postgresql(instance, durable=durable))
        if "REDIS_URL" not in addresses:
            addresses["REDIS_URL"] = started.enter_context(redis(instance))
        yield addresses
