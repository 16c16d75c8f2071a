"""The audit chain: unbroken with many writers at once, and what was changed past the portal is found."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from edi_portal.audit.chain import note_head, verify_chain
from edi_portal.audit.models import AuditEvent, AuditLink
from edi_portal.audit.services import record

TABLES = ("audit_auditevent", "audit_auditlink")


def commit() -> None:
    """What happens when a transaction commits, here where none ever does."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def run(statement: str) -> None:
    """One statement of SQL."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


@contextmanager
def superuser() -> Iterator[None]:
    """Somebody who switches the guards off, as a superuser can."""
    run("; ".join(f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in TABLES))
    yield
    commit()
    run("; ".join(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in TABLES))


@pytest.fixture
def events(db: None) -> list[AuditEvent]:
    """Five events, committed one after the other."""
    made = []
    for number in range(5):
        made.append(record(action="test.happened", by=None, subject=f"thing:{number}", details={"ü": number}))
        commit()
    assert verify_chain().problems == ()
    return made


HARM = {
    "altered": "UPDATE audit_auditevent SET subject = 'thing:9' WHERE id = {1}",
    "actor forgotten": "UPDATE audit_auditevent SET at = at - interval '1 day' WHERE id = {2}",
    "removed with its link": "DELETE FROM audit_auditlink WHERE event_id = {1}; DELETE FROM audit_auditevent WHERE id = {1}",
    "swapped": "UPDATE audit_auditlink SET event_id = CASE event_id WHEN {1} THEN {2} ELSE {1} END WHERE event_id IN ({1}, {2})",
    "slipped in": "INSERT INTO audit_auditevent (action, organisation, subject, details) VALUES ('forged', '', '', '{{}}')",
}


@pytest.mark.security(32)
@pytest.mark.parametrize("harm", HARM)
@pytest.mark.security(32)
def test_what_was_changed_past_the_portal_is_found(events: list[AuditEvent], harm: str) -> None:
    run("ALTER TABLE audit_auditlink DROP CONSTRAINT IF EXISTS audit_auditlink_event_id_key")
    with superuser():
        run(HARM[harm].format(*(event.pk for event in events)))
    assert verify_chain().problems
    with pytest.raises(CommandError, match="changed past the portal"):
        call_command("verify_audit")


@pytest.mark.security(32)
def test_a_cut_end_is_found_by_the_fingerprint_noted_outside(events: list[AuditEvent], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO", logger="edi_portal.audit"):
        head = note_head().head
    assert len(head) == 64 and head in caplog.text
    with superuser():
        run(f"DELETE FROM audit_auditlink WHERE event_id = {events[-1].pk}")
        run(f"DELETE FROM audit_auditevent WHERE id = {events[-1].pk}")
    assert verify_chain().problems == ()
    assert "noted earlier" in verify_chain(known=head).problems[0]


@pytest.mark.security(32)
@pytest.mark.parametrize(
    "statement", ["UPDATE audit_auditlink SET position = 99", "DELETE FROM audit_auditlink", "TRUNCATE audit_auditlink"]
)
@pytest.mark.security(32)
def test_the_chain_is_append_only_too(events: list[AuditEvent], statement: str) -> None:
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        run(statement)


# Long because rows that are really committed have to be emptied afterwards, and the reference data loaded anew.
@pytest.mark.long
@pytest.mark.security(32)
@pytest.mark.django_db(transaction=True)
@pytest.mark.security(32)
def test_fifty_writers_at_once_give_one_unbroken_chain() -> None:
    before = AuditLink.objects.count()
    gate = threading.Barrier(10)

    def write(number: int) -> None:
        gate.wait()
        for step in range(5):
            with transaction.atomic():
                record(action="test.happened", by=None, subject=f"writer:{number}.{step}")
        connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    report = verify_chain()
    assert report.problems == () and report.length == before + 50


def test_the_command_says_how_long_the_chain_is_and_looks_for_a_known_end(events: list[AuditEvent]) -> None:
    report, out = verify_chain(), StringIO()
    call_command("verify_audit", "--known", report.head, stdout=out)
    assert out.getvalue() == f"{report.length} events, each as it was written. Last fingerprint: {report.head}\n"
    err = StringIO()
    with pytest.raises(CommandError, match="changed past the portal"):
        call_command("verify_audit", "--known", "0" * 64, stdout=out, stderr=err)
    assert "The fingerprint noted earlier is not in the chain" in err.getvalue()
    assert out.getvalue().count("events") == 1, "a chain with a fault is not called whole"
