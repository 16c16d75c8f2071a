"""F12: while the new code serves, a process of the code before reads and writes the same tables; each understands the other."""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from edi_portal.jobs.models import Job, JobStatus
from kpis.models.returns import ReturnValue
from tests.kpis.return_world import GRID, SECTION, return_world
from tests.organisations.factories import signed_in
from tests.platform.web_rig import database_address

CELL = f"{GRID}/white/applied"


class OldProcess:
    """What the test says to it, and what it answers."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def answer(self) -> dict[str, int]:
        """Its next line."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, "it ended: its last words stand above"
        found: dict[str, int] = json.loads(line)
        return found

    def asked(self, words: str) -> dict[str, int]:
        """Its answer to these words."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{words}\n")
        self.process.stdin.flush()
        return self.answer()


@contextlib.contextmanager
def old_process() -> Iterator[OldProcess]:
    """It runs on the test's database."""
    own = {"DATABASE_URL": database_address(), "SECRET_KEY": "only-for-this-process"}
    command = [sys.executable, "-m", "tests.platform.old_process"]
    environment = os.environ | own
    with subprocess.Popen(
        command, cwd=settings.BASE_DIR, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        old = OldProcess(process)
        assert old.answer() == {"ready": True}
        try:
            yield old
        finally:
            process.stdin.close()


def typed(client: Client, amount: str, seen: str) -> int:
    """A figure saved at the page of today."""
    address = reverse("returns:section", args=["countess-of-chester", "2019-20-q3", SECTION])
    return client.post(address, {CELL: amount, f"seen-{CELL}": seen, "stay": "1"}).status_code


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_f12_a_process_of_the_code_before_works_beside_the_new_one() -> None:
    world = return_world()
    client = signed_in(world.lead)
    with old_process() as old:
        assert typed(client, "1234", "") == 302
        read = old.asked("read")
        assert read["kpis.ReturnValue"] == 1 and read["organisations.Organisation"] > 20 and len(read) > 100
        wrote = old.asked("write from-before")
        job = Job.objects.get(pk=wrote["job"])
        assert (job.key, job.status, job.payload) == ("from-before", JobStatus.QUEUED, {"code": "before"})
        assert job.payload_version == 1, "the database fills what the old code leaves out"
        assert ReturnValue.objects.get(pk=wrote["value"]).amount == Decimal(4321)
        assert typed(client, "1240", "4321") == 302, "the page takes up what the old code wrote"
        assert ReturnValue.objects.get(pk=wrote["value"]).amount == Decimal(1240)
        assert old.asked("read")["jobs.Job"] >= 1
