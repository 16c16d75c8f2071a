"""A milestone has a version, so that who changes one sees what a colleague saved meanwhile."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("steering", "0008_panels_are_kept"),
    ]

    operations = [
        migrations.AddField(
            model_name="milestone",
            name="version",
            field=models.PositiveIntegerField(
                db_default=0, default=0, help_text="Optimistic lock: rises with every save of title and day."
            ),
        ),
    ]
