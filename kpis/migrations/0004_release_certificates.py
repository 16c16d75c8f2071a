"""Certificates of releases, and the keys of what a release was made from; neither changes once the release is published."""

import django.db.models.deletion
from django.db import migrations, models

GUARDS = """
CREATE TRIGGER release_certificate_is_frozen BEFORE UPDATE OR DELETE ON kpis_releasecertificate
    FOR EACH ROW EXECUTE FUNCTION released_content_is_frozen();

CREATE OR REPLACE FUNCTION published_release_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.published_at IS NULL THEN RETURN OLD; END IF;
    ELSIF (NEW.fingerprint, NEW.input_digest, NEW.collection_id, NEW.made_from)
              = (OLD.fingerprint, OLD.input_digest, OLD.collection_id, OLD.made_from)
          AND (OLD.published_at IS NULL OR (NEW.published_at, NEW.number) = (OLD.published_at, OLD.number)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A published release does not change.' USING ERRCODE = 'restrict_violation';
END $$;
"""
GUARDS_BACK = """
CREATE OR REPLACE FUNCTION published_release_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.published_at IS NULL THEN RETURN OLD; END IF;
    ELSIF (NEW.fingerprint, NEW.input_digest, NEW.collection_id) = (OLD.fingerprint, OLD.input_digest, OLD.collection_id)
          AND (OLD.published_at IS NULL OR (NEW.published_at, NEW.number) = (OLD.published_at, OLD.number)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A published release does not change.' USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER release_certificate_is_frozen ON kpis_releasecertificate;
"""


class Migration(migrations.Migration):
    dependencies = [("kpis", "0003_measure_position")]

    operations = [
        migrations.AddField(
            model_name="release",
            name="made_from",
            field=models.JSONField(
                default=dict,
                help_text="Keys of the definitions, returns and earlier releases it was made from, to make it again.",
            ),
        ),
        migrations.CreateModel(
            name="ReleaseCertificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("measure", models.CharField(max_length=60)),
                ("source", models.CharField(max_length=24)),
                ("parts", models.JSONField(help_text="The parts as they were declared: key, cells, level, sensitive.")),
                (
                    "deltas",
                    models.JSONField(
                        help_text="For each hidden count the changes that lead to two other tables with the same release."
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="certificates", to="kpis.release"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("release", "measure"),
                        name="release_certificate_once",
                        violation_error_message="This measure has its certificates.",
                    )
                ],
            },
        ),
        migrations.RunSQL(GUARDS, GUARDS_BACK),
    ]
