"""The bill of materials lists everything installed; known faults count unless a waiver holds today."""

import json
from datetime import date, timedelta
from importlib.metadata import distributions
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from edi_portal.audit.models import AuditEvent
from edi_portal.management.commands import audit_parts
from edi_portal.parts import Finding, Waiver, locked_parts, normal, read_waivers, unwaived

ROOT = Path(settings.BASE_DIR)
TODAY = date(2026, 11, 28)
NONE_IN_BROWSER = {"auditReportVersion": 2, "vulnerabilities": {}}
FAULT = Finding("somewhere", "1.0", "CVE-0000-1")


@pytest.mark.security(37)
def test_the_bill_lists_every_installed_distribution_with_its_address() -> None:
    out = StringIO()
    call_command("list_parts", stdout=out)
    bill = json.loads(out.getvalue())
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    listed = {part["purl"] for part in bill["components"]}
    assert {f"pkg:pypi/{normal(found.metadata['Name'])}@{found.version}" for found in distributions()} <= listed
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert len([address for address in listed if address.startswith("pkg:npm/")]) == len(locked) - 1 > 5, (
        "all but the portal itself"
    )
    assert any(address.startswith("pkg:npm/nhsuk-frontend@") for address in listed)
    assert len({part["bom-ref"] for part in bill["components"]}) == len(bill["components"])


@pytest.mark.security(37)
def test_a_pin_without_a_hash_is_refused_and_the_lock_has_none() -> None:
    parts = locked_parts((ROOT / "requirements-production.lock").read_text())
    assert "django" in parts and all(hashes for _, hashes in parts.values())
    with pytest.raises(ValueError, match="somewhere has no hash"):
        locked_parts("somewhere==1.0\nother==2.0 \\\n    --hash=sha256:" + "0" * 64)


@pytest.mark.security(37)
@pytest.mark.parametrize(
    ("waiver", "counts"),
    [
        (Waiver("CVE-0000-1", "Not called.", TODAY), False),
        (Waiver("CVE-0000-1", "Not called.", TODAY - timedelta(days=1)), True),
        (Waiver("CVE-0000-1", " ", TODAY), True),
        (Waiver("CVE-0000-2", "Not called.", TODAY), True),
    ],
)
@pytest.mark.security(37)
def test_a_fault_counts_unless_a_waiver_with_a_reason_holds(waiver: Waiver, counts: bool) -> None:
    assert unwaived([FAULT], [waiver], on=TODAY) == ((FAULT,) if counts else ())


@pytest.mark.django_db
@pytest.mark.security(37)
def test_the_look_up_fails_for_a_fault_and_bears_a_missing_network(monkeypatch: pytest.MonkeyPatch) -> None:
    assert all(waiver.until >= date.today() for waiver in read_waivers(ROOT / audit_parts.WAIVERS))
    found = {
        "dependencies": [{"name": "somewhere", "version": "1.0", "vulns": [{"id": "CVE-0000-1"}]}, {"name": "b", "version": "2"}]
    }
    monkeypatch.setattr(audit_parts, "look_up", lambda kind, root: json.dumps(found if kind == "python" else NONE_IN_BROWSER))
    with pytest.raises(CommandError, match="1 known faults"):
        call_command("audit_parts", stderr=StringIO())
    event = AuditEvent.objects.get(action="parts.looked_up")
    assert event.details == {"lists": ["browser", "python"], "found": 1, "unwaived": 1}
    monkeypatch.setattr(audit_parts, "look_up", lambda kind, root: None)
    out = StringIO()
    call_command("audit_parts", stdout=out)
    assert "Not looked up: python" in out.getvalue() and "No known fault" not in out.getvalue()
    with pytest.raises(CommandError, match="Not looked up: python, browser"):
        call_command("audit_parts", "--strict", stdout=StringIO())
    assert AuditEvent.objects.filter(action="parts.looked_up").count() == 1, "what was not looked up is not on record"


@pytest.mark.django_db
@pytest.mark.security(37)
def test_answers_of_another_machine_are_read_from_files(tmp_path: Path) -> None:
    python, browser = tmp_path / "python.json", tmp_path / "browser.json"
    python.write_text(json.dumps({"dependencies": [{"name": "b", "version": "2", "vulns": []}]}))
    browser.write_text(json.dumps(NONE_IN_BROWSER))
    out = StringIO()
    call_command("audit_parts", "--strict", python=python, browser=browser, stdout=out)
    assert out.getvalue() == "No known fault without a waiver.\n"
    advisory = {"url": "https://example.invalid/advisories/GHSA-0000", "range": "<2"}
    fault = {"name": "deep", "via": [advisory, "another"]}
    browser.write_text(json.dumps({"vulnerabilities": {"deep": fault, "another": {"name": "another", "via": ["deep"]}}}))
    said = StringIO()
    with pytest.raises(CommandError, match="1 known faults"):
        call_command("audit_parts", python=python, browser=browser, stdout=out, stderr=said)
    assert "deep <2: GHSA-0000" in said.getvalue()


@pytest.mark.security(37)
def test_an_answer_that_is_none_counts_as_not_looked_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "npm").write_text('#!/bin/sh\necho \'{"message": "no network"}\'\n')
    (tmp_path / "npm").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert audit_parts.look_up("browser", ROOT) is None and audit_parts.look_up("python", ROOT) is None
