"""Which themes and KPIs came with a shared text, so that they go with it when it is left."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("strategies", "0006_line_version"),
    ]

    operations = [
        migrations.AddField(
            model_name="objective",
            name="taken_kpis",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20),
                blank=True,
                db_default=models.Value(
                    [],
                    output_field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=20), size=None),
                ),
                default=list,
                help_text="KPIs that came with the shared text, and go with it.",
                size=None,
            ),
        ),
        migrations.AddField(
            model_name="objective",
            name="taken_themes",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.SlugField(max_length=40),
                blank=True,
                db_default=models.Value(
                    [],
                    output_field=django.contrib.postgres.fields.ArrayField(base_field=models.SlugField(max_length=40), size=None),
                ),
                default=list,
                help_text="Themes that came with the shared text, and go with it.",
                size=None,
            ),
        ),
    ]
