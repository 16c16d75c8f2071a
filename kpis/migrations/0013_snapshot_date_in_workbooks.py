"""The workbook asks of which day a snapshot is: open collections go on with version 2 of its template."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0012_release_reader"),
    ]

    operations = [
        migrations.AlterField(
            model_name="collection",
            name="template_version",
            field=models.PositiveSmallIntegerField(default=2, help_text="Rises when the workbook's layout changes."),
        ),
        migrations.RunSQL(
            sql="UPDATE kpis_collection SET template_version = 2 WHERE closed_at IS NULL AND template_version = 1",
            reverse_sql="UPDATE kpis_collection SET template_version = 1 WHERE closed_at IS NULL AND template_version = 2",
        ),
    ]
