"""Why a KPI is no longer asked, for those who may change it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kpis", "0017_what_was_kept_long_enough_goes")]

    operations = [
        migrations.AddField(
            model_name="kpi",
            name="retired_reason",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="Why, for those who may change the KPI.", max_length=300
            ),
        )
    ]
