"""Cells of a return whose time is over may be deleted (kpis/services/retention.py); nothing else of the guard changes."""

from django.db import migrations

GUARD = """
CREATE OR REPLACE FUNCTION return_content_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    return_id bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.kpi_return_id ELSE NEW.kpi_return_id END;
    is_open boolean;
    is_over boolean;
BEGIN
    SELECT r.status IN ('draft', 'sent_back') AND business_now() < greatest(
               c.closes_at,
               (SELECT e.until FROM kpis_extension e
                 WHERE e.collection_id = r.collection_id AND e.organisation_id = r.organisation_id)),
           {over}
      INTO is_open, is_over
      FROM kpis_kpireturn r JOIN kpis_collection c ON c.id = r.collection_id
     WHERE r.id = return_id;
    IF NOT coalesce(is_open, false) AND NOT (TG_OP = 'DELETE' AND coalesce(is_over, false)) THEN
        RAISE EXCEPTION 'The figures of a return that is sent, signed or closed do not change.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
"""
OVER = "business_now() > c.closes_at + CASE WHEN r.signed_off_at IS NULL THEN interval '731 days' ELSE interval '2922 days' END"


class Migration(migrations.Migration):
    dependencies = [("kpis", "0016_ward_packs")]

    operations = [migrations.RunSQL(GUARD.replace("{over}", OVER), GUARD.replace("{over}", "false"))]
