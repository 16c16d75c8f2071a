"""The examples of docs/how-to/use-the-api.md, run as they stand against a real server."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from edi_portal.clock import business_today
from kpis.models.returns import ReturnValue
from organisations.services.tokens import make_token
from tests.kpis.release_world import closed_collection, people, published
from tests.kpis.return_world import return_world
from tests.kpis.ward_files import shown_pack

GUIDE = (Path(settings.BASE_DIR) / "docs/how-to/use-the-api.md").read_text()


def blocks(language: str) -> list[str]:
    """The examples of one language."""
    return re.findall(rf"```{language}\n(.*?)```", GUIDE, re.DOTALL)


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_every_example_of_the_guide_runs(live_server: Any) -> None:
    lead, sponsor, *admins = people()
    published(closed_collection("2019-20-q2", lead=lead, sponsor=sponsor), admins)
    world = return_world()
    shown_pack(by=admins[0])
    membership = world.lead.memberships.get()
    scopes = ("released:read", "returns:read", "returns:write", "returns:submit", "governance:read")
    until = business_today() + timedelta(days=1)
    _, token = make_token(by=world.lead, membership=membership, label="Guide", scopes=scopes, expires_on=until)
    surroundings = os.environ | {"PORTAL": live_server.url, "TOKEN": token}
    shell, python = blocks("sh"), blocks("python")
    assert len(shell) == 4 and len(python) == 1
    for example in shell:
        told = subprocess.run(
            ["bash", "-e", "-c", example], env=surroundings, capture_output=True, text=True, check=True, timeout=60
        )
        assert '"results"' in told.stdout
        assert "ward-figures" not in example or "bowel-screening,2018-19,liverpool,E05" in told.stdout
    told = subprocess.run(
        [sys.executable, "-c", python[0]], env=surroundings, capture_output=True, text=True, check=True, timeout=60
    )
    assert "questions still need an answer" in told.stdout
    assert ReturnValue.objects.get(kpi_return=world.draft, row="bme").amount == 97
