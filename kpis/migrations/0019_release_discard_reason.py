"""Why a release was discarded: it was asked for, and kept nowhere."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kpis", "0018_kpi_retired_reason")]

    operations = [
        migrations.AddField(
            model_name="release",
            name="discard_reason",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Why a portal admin discarded it, for portal admins.",
                max_length=500,
            ),
        )
    ]
