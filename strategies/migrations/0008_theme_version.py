"""A theme has a version, so that who changes one in the draft sees what a colleague saved meanwhile."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("strategies", "0007_what_came_with_a_shared_text"),
    ]

    operations = [
        migrations.AddField(
            model_name="theme",
            name="version",
            field=models.PositiveIntegerField(
                db_default=0, default=0, help_text="Optimistic lock: rises with every save in a draft."
            ),
        ),
    ]
