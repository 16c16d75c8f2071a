"""A role of the database that may read released figures and what names them, and nothing else.

Nobody signs in as it. What reads only releases can take it on with SET ROLE; then a wrong query is an error and no leak. Rights
on columns keep from it what a release was made from, who prepared it and its proofs, and of an organisation all but its names.
Where the portal's own role may not make roles nothing happens; where the role exists (it belongs to the whole server, another
database may have made it) only the rights are given.
"""

from django.db import migrations

READER = """
DO $$
DECLARE
    -- From PostgreSQL 16 on whoever makes a role may hand it out, but not take it on by that alone.
    membership text := CASE WHEN current_setting('server_version_num')::int >= 160000 THEN 'SET' ELSE 'MEMBER' END;
BEGIN
    BEGIN
        CREATE ROLE edi_release_ro NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;
    EXCEPTION
        WHEN duplicate_object OR unique_violation THEN NULL;
        WHEN insufficient_privilege THEN RAISE WARNING 'edi_release_ro is not made: this role may not make roles.';
    END;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'edi_release_ro') THEN
        RETURN;
    END IF;
    IF NOT pg_has_role(current_user, 'edi_release_ro', membership) THEN
        BEGIN
            GRANT edi_release_ro TO CURRENT_USER;
        EXCEPTION
            WHEN unique_violation THEN NULL;
            WHEN insufficient_privilege THEN RAISE WARNING 'This role may not take on edi_release_ro.';
        END;
    END IF;
    GRANT SELECT ON kpis_releasedcount, kpis_releasedfigure TO edi_release_ro;
    GRANT SELECT (id, collection_id, number, revision, revises_id, status, fingerprint, catalogue_version, due, returned,
                  counts_shown, counts_hidden, counts_withheld, published_at, synthetic) ON kpis_release TO edi_release_ro;
    GRANT SELECT (id, period) ON kpis_collection TO edi_release_ro;
    GRANT SELECT (id, code, slug, position) ON kpis_kpi TO edi_release_ro;
    GRANT SELECT (id, slug, kind, name, short_name) ON organisations_organisation TO edi_release_ro;
END $$;
"""
READER_BACK = """
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'edi_release_ro') THEN
        RETURN;
    END IF;
    REVOKE ALL ON kpis_releasedcount, kpis_releasedfigure, kpis_release, kpis_collection, kpis_kpi, organisations_organisation
        FROM edi_release_ro;
    BEGIN
        DROP ROLE edi_release_ro;
    EXCEPTION
        -- Another database of this server gives it rights, or somebody else made it: it stays, without rights here.
        WHEN dependent_objects_still_exist OR insufficient_privilege THEN NULL;
    END;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0011_series_breaks"),
        ("organisations", "0008_rebase_right"),
    ]
    operations = [migrations.RunSQL(READER, READER_BACK)]
