"""The bell that tells workers to look at a row. Ringing takes a moment or is given up: a request never waits for the broker.

A broker that was stopped in the middle (SIGSTOP, a full disk, a lost cable) refuses nothing and answers nothing. The client's own
limits and repetitions then add up to most of a minute, so each ring has a thread of its own that is waited for briefly.
"""

import logging
import threading
from functools import cache
from typing import Any

log = logging.getLogger(__name__)
PATIENCE = 0.8  # seconds


class Doorbell:
    """Rings, and stays quiet as long as an earlier ring hangs."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self.patience = patience
        self._hanging: threading.Thread | None = None

    def ring(self, job_id: int) -> bool:
        """Send "look at row N"; False when the broker does not take it in time. The sweep rings again for what gets lost."""
        app = _celery()
        if self._hanging is not None and self._hanging.is_alive():
            return False
        taken = threading.Event()
        ringing = threading.Thread(target=_send, args=(app, job_id, taken), name="doorbell", daemon=True)
        ringing.start()
        ringing.join(self.patience)
        if ringing.is_alive():
            self._hanging = ringing
        if not taken.is_set():
            log.warning("doorbell failed", extra={"job": job_id})
        return taken.is_set()


@cache
def _celery() -> Any:
    """The application, with what it imports at its first message: that takes a second or more, which is not the broker's."""
    from edi_portal.celery import app

    app.connection_for_write().transport  # noqa: B018  (asked for what it imports)
    return app


def _send(app: Any, job_id: int, taken: threading.Event) -> None:
    from kombu.exceptions import OperationalError

    try:
        app.send_task("edi_portal.jobs.tasks.run_job", args=[job_id])
    except (OperationalError, ConnectionError, TimeoutError, OSError):
        return
    taken.set()


doorbell = Doorbell()
