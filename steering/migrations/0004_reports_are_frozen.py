"""A published report keeps its content, its file and its number: only that a revision took its place may be noted."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION published_report_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.number IS NULL THEN
        IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.status IN ('published', 'superseded')
       AND to_jsonb(NEW) - 'status' = to_jsonb(OLD) - 'status' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A published report does not change.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER published_report_stays BEFORE UPDATE OR DELETE ON steering_assurancereport
    FOR EACH ROW EXECUTE FUNCTION published_report_stays();

CREATE FUNCTION pack_archive_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'An archive of packs does not change.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER pack_archive_stays BEFORE UPDATE ON steering_packarchive
    FOR EACH ROW EXECUTE FUNCTION pack_archive_stays();
"""
GUARDS_BACK = """
DROP TRIGGER pack_archive_stays ON steering_packarchive;
DROP FUNCTION pack_archive_stays();
DROP TRIGGER published_report_stays ON steering_assurancereport;
DROP FUNCTION published_report_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("steering", "0003_reports")]
    operations = [migrations.RunSQL(GUARDS, GUARDS_BACK)]
