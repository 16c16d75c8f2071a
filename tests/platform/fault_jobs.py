"""A kind of job for tests of faults, known only to workers that are started with `--include tests.platform.fault_jobs`."""

from edi_portal.audit.services import record
from edi_portal.jobs.services import Running, handles

KIND = "fault_note"
ACTION = "fault.noted"


@handles(KIND)
def note(running: Running) -> None:
    """Write one row that nobody can take back: how many there are says how often the work was done."""
    running.progress(50, "Noting")
    with running.finish() as result:
        record(action=ACTION, by=None, subject=running.job.key)
        result["noted"] = True
