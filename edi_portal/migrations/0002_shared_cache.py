"""The table of the cache that all web processes share, as Django's `createcachetable` makes it."""

from django.db import migrations

TABLE = """
CREATE TABLE edi_portal_shared (
    cache_key varchar(255) NOT NULL PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX edi_portal_shared_expires ON edi_portal_shared (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("edi_portal", "0001_business_clock")]
    operations = [migrations.RunSQL(TABLE, "DROP TABLE edi_portal_shared;")]
