"""The database's reader of releases reads those that were published: rows of a prepared or discarded one are not there for it.

The portal's own role owns the tables, so row policies do not concern it. A role that is given rights later and has no policy of
its own reads no row.
"""

from django.db import migrations

ON = """
ALTER TABLE kpis_release ENABLE ROW LEVEL SECURITY;
ALTER TABLE kpis_releasedcount ENABLE ROW LEVEL SECURITY;
ALTER TABLE kpis_releasedfigure ENABLE ROW LEVEL SECURITY;
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'edi_release_ro') THEN
        RETURN;
    END IF;
    CREATE POLICY published_only ON kpis_release FOR SELECT TO edi_release_ro
        USING (status IN ('published', 'superseded'));
    CREATE POLICY published_only ON kpis_releasedcount FOR SELECT TO edi_release_ro
        USING (release_id IN (SELECT id FROM kpis_release WHERE status IN ('published', 'superseded')));
    CREATE POLICY published_only ON kpis_releasedfigure FOR SELECT TO edi_release_ro
        USING (release_id IN (SELECT id FROM kpis_release WHERE status IN ('published', 'superseded')));
END $$;
"""
OFF = """
DROP POLICY IF EXISTS published_only ON kpis_releasedfigure;
DROP POLICY IF EXISTS published_only ON kpis_releasedcount;
DROP POLICY IF EXISTS published_only ON kpis_release;
ALTER TABLE kpis_releasedfigure DISABLE ROW LEVEL SECURITY;
ALTER TABLE kpis_releasedcount DISABLE ROW LEVEL SECURITY;
ALTER TABLE kpis_release DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0014_sheets_to_choose_from")]
    operations = [migrations.RunSQL(ON, OFF)]
