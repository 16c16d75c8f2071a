"""Named places at which a test or a game day may kill the process; in every other process they do nothing.

`PORTAL_CRASHPOINT` names the place, `PORTAL_CRASHPOINT_NOTE` a file that is made when the process dies there, so that it dies
once. `check --deploy` refuses both. A new step of a job or a release gets its place here, and the tests loop over the table.
"""

import os
import signal

CRASHPOINTS = {
    "bell": "the work is stored, the bell is not rung yet",
    "job.claimed": "a worker has taken the job and done nothing yet",
    "job.written": "the results are written and not committed",
    "job.marked": "the job is marked done and not committed",
    "job.done": "everything is committed, and the message is not given up yet",
    "release.written": "the rows of a release are written and not committed",
    "release.superseded": "the older release has stepped back, the new one has not stepped forward",
    "release.published": "the new release is current and not committed",
}


def crashpoint(name: str) -> None:
    """Die here without a word (SIGKILL), if this process was started to do so."""
    if os.environ.get("PORTAL_CRASHPOINT") != name:
        return
    note = os.environ["PORTAL_CRASHPOINT_NOTE"]
    try:
        os.close(os.open(note, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)
