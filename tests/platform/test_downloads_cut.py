"""F15: the web server is killed while it sends a file. The reader sees that it is not whole, and nothing is listed as done;
asking again gives all of it."""

import http.client
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from edi_portal.audit.models import AuditEvent
from kpis.models.evidence import EvidenceFile
from kpis.models.returns import ReturnEvent
from kpis.selectors.arrivals import arrivals
from organisations.roles import Role
from strategies.models import FileContent
from tests.access.addresses import address
from tests.access.world import World, build_world
from tests.kpis.return_world import ReturnWorld, return_world
from tests.organisations.factories import signed_in
from tests.platform.fault_rig import wait_for
from tests.platform.web_rig import Web, web_server

pytestmark = pytest.mark.django_db(transaction=True)
PDF = b"%PDF-1.7\n" + bytes(4_000_000) + b"\n%%EOF\n"
FILES = {
    "returns:evidence-file": (Role.EDI_LEAD, "evidence.downloaded"),
    "strategies:file": (Role.EDI_LEAD, "strategy.file_downloaded"),
    "reports:file": (Role.STEERING_MEMBER, "report.downloaded"),
    "reports:own-pack": (Role.EDI_LEAD, "packs.downloaded"),
    "reports:released-pack": (Role.STEERING_MEMBER, "packs.downloaded"),
}
"""Page → who takes its file out, and what is put on record."""


@pytest.fixture
def web(tmp_path: Path, transactional_db: None) -> Iterator[Web]:
    with web_server(tmp_path) as running:
        yield running


def cut(web: Web, path: str, browser: Client) -> int:
    """Ask for a file and kill the server while it sends: how many bytes came. The reader is told that some are missing."""
    answer = web.ask(path, browser, slowly=True)
    assert answer.status == 200, answer.read()[:2000]
    promised = int(answer.headers["Content-Length"])
    answer.read(100)
    web.kill_worker()
    with pytest.raises(http.client.IncompleteRead) as broken:
        pytest.fail(f"{path}: all {100 + len(answer.read())} bytes came")
    assert 100 + len(broken.value.partial) + (broken.value.expected or 0) == promised
    return 100 + len(broken.value.partial)


def whole(web: Web, path: str, browser: Client) -> bytes:
    """The file, asked for again."""
    answer = web.ask(path, browser)
    assert answer.status == 200
    return answer.read()


def test_f15_a_workbook_that_broke_off_is_not_listed_as_downloaded(web: Web) -> None:
    world = return_world()
    browser, path = signed_in(world.lead), reverse("returns:workbook", args=[world.organisation.slug, "2019-20-q3"])
    came = cut(web, path, browser)
    assert listed(world) == ("Not downloaded", 0), "it did not arrive"
    assert recorded("return.workbook_downloaded") == 1, "some of it left: that is on record before the first byte does"
    content = whole(web, path, browser)
    assert len(content) > came and zipfile.ZipFile(io.BytesIO(content)).testzip() is None
    wait_for(lambda: listed(world) == ("Downloaded", 1), web.child, seconds=20)  # a moment after the last byte
    assert recorded("return.workbook_downloaded") == 2


@pytest.mark.long
def test_f15_every_kind_of_file_that_broke_off_is_seen_as_broken_and_comes_whole_when_asked_for_again(web: Web) -> None:
    world = with_large_files(build_world())
    for name, (role, action) in FILES.items():
        browser, path = world.client(role), address(world, name, "own").replace("/csv/", "/pdf/")
        before = recorded(action)
        came = cut(web, path, browser)
        assert recorded(action) == before + 1, name
        content = whole(web, path, browser)
        assert len(content) > came and (content == PDF or b"%%EOF" in content[-10:]), name
        assert recorded(action) == before + 2, name


def with_large_files(world: World) -> World:
    """What people uploaded, as large as such files are."""
    for rows in (EvidenceFile.objects, FileContent.objects):
        rows.update(content=PDF)
    return world


def listed(world: ReturnWorld) -> tuple[str, int]:
    """Where the board of arrivals puts the return, and how often its history says that the workbook was downloaded."""
    [row] = arrivals(world.draft.collection)
    return row.step_label, ReturnEvent.objects.filter(kpi_return=world.draft, kind="downloaded").count()


def recorded(action: str) -> int:
    return AuditEvent.objects.filter(action=action).count()
