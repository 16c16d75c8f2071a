"""Each audit event is tied to the one before by a fingerprint, at the moment its transaction commits.

The link is made by a deferred trigger: the lock that keeps the chain in one line is held only while a transaction commits,
so that no save waits for another, and no lock on rows is asked for after it.
"""

import django.db.models.deletion
from django.db import migrations, models

CHAIN = r"""
CREATE FUNCTION audit_text(event audit_auditevent) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT concat_ws(E'\x1f', event.id, extract(epoch FROM event.at), coalesce(event.actor_id::text, '-'), event.action,
                     event.organisation, event.subject, event.details::text)
$$;
CREATE FUNCTION audit_link() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE latest audit_auditlink;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('audit_auditlink'));
    SELECT * INTO latest FROM audit_auditlink ORDER BY position DESC LIMIT 1;
    INSERT INTO audit_auditlink (position, event_id, fingerprint) VALUES (
        coalesce(latest.position, 0) + 1,
        NEW.id,
        encode(sha256(convert_to(coalesce(latest.fingerprint, '') || E'\x1f' || audit_text(NEW), 'UTF8')), 'hex')
    );
    RETURN NULL;
END $$;
DO $$
DECLARE event audit_auditevent; latest text := ''; place bigint := 0;
BEGIN
    FOR event IN SELECT * FROM audit_auditevent ORDER BY id LOOP
        place := place + 1;
        latest := encode(sha256(convert_to(latest || E'\x1f' || audit_text(event), 'UTF8')), 'hex');
        INSERT INTO audit_auditlink (position, event_id, fingerprint) VALUES (place, event.id, latest);
    END LOOP;
    SET CONSTRAINTS ALL IMMEDIATE;
END $$;
CREATE CONSTRAINT TRIGGER audit_link AFTER INSERT ON audit_auditevent
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_link();
CREATE TRIGGER audit_link_stays BEFORE UPDATE OR DELETE ON audit_auditlink
    FOR EACH ROW EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_link_stays_truncate BEFORE TRUNCATE ON audit_auditlink
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
"""
CHAIN_BACK = """
DROP TRIGGER audit_link_stays_truncate ON audit_auditlink;
DROP TRIGGER audit_link_stays ON audit_auditlink;
DROP TRIGGER audit_link ON audit_auditevent;
DROP FUNCTION audit_link();
DROP FUNCTION audit_text(audit_auditevent);
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]
    operations = [
        migrations.CreateModel(
            name="AuditLink",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("fingerprint", models.CharField(max_length=64)),
                (
                    "event",
                    models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="link", to="audit.auditevent"),
                ),
            ],
            options={"ordering": ["position"]},
        ),
        migrations.RunSQL(CHAIN, CHAIN_BACK),
    ]
