"""Triggers that hold what the services promise: closed or signed returns and stored releases do not change."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION return_content_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    return_id bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.kpi_return_id ELSE NEW.kpi_return_id END;
    is_open boolean;
BEGIN
    SELECT r.status IN ('draft', 'sent_back') AND business_now() < greatest(
               c.closes_at,
               (SELECT e.until FROM kpis_extension e
                 WHERE e.collection_id = r.collection_id AND e.organisation_id = r.organisation_id))
      INTO is_open
      FROM kpis_kpireturn r JOIN kpis_collection c ON c.id = r.collection_id
     WHERE r.id = return_id;
    IF NOT coalesce(is_open, false) THEN
        RAISE EXCEPTION 'The figures of a return that is sent, signed or closed do not change.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER return_value_is_open BEFORE INSERT OR UPDATE OR DELETE ON kpis_returnvalue
    FOR EACH ROW EXECUTE FUNCTION return_content_is_open();
CREATE TRIGGER return_answer_is_open BEFORE INSERT OR UPDATE OR DELETE ON kpis_returnanswer
    FOR EACH ROW EXECUTE FUNCTION return_content_is_open();

CREATE FUNCTION released_content_is_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (
        SELECT FROM kpis_release r WHERE r.id = OLD.release_id AND r.published_at IS NOT NULL) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'The content of a release does not change.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER released_count_is_frozen BEFORE UPDATE OR DELETE ON kpis_releasedcount
    FOR EACH ROW EXECUTE FUNCTION released_content_is_frozen();
CREATE TRIGGER released_figure_is_frozen BEFORE UPDATE OR DELETE ON kpis_releasedfigure
    FOR EACH ROW EXECUTE FUNCTION released_content_is_frozen();

CREATE FUNCTION published_release_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.published_at IS NULL THEN RETURN OLD; END IF;
    ELSIF (NEW.fingerprint, NEW.input_digest, NEW.collection_id) = (OLD.fingerprint, OLD.input_digest, OLD.collection_id)
          AND (OLD.published_at IS NULL OR (NEW.published_at, NEW.number) = (OLD.published_at, OLD.number)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A published release does not change.' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER published_release_stays BEFORE UPDATE OR DELETE ON kpis_release
    FOR EACH ROW EXECUTE FUNCTION published_release_stays();
"""
GUARDS_BACK = """
DROP TRIGGER published_release_stays ON kpis_release;
DROP FUNCTION published_release_stays();
DROP TRIGGER released_figure_is_frozen ON kpis_releasedfigure;
DROP TRIGGER released_count_is_frozen ON kpis_releasedcount;
DROP FUNCTION released_content_is_frozen();
DROP TRIGGER return_answer_is_open ON kpis_returnanswer;
DROP TRIGGER return_value_is_open ON kpis_returnvalue;
DROP FUNCTION return_content_is_open();
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0001_initial")]
    operations = [migrations.RunSQL(GUARDS, GUARDS_BACK)]
