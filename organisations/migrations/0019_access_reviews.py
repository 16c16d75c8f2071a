"""That somebody looked at who has access, quarter by quarter."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0018_ward_packs_right"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccessReview",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reviewed_on", models.DateField(help_text="The business day, which says for which quarter it counts.")),
                (
                    "reviewed_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(),
                        help_text="The real time, as in the record of who did what.",
                    ),
                ),
                ("roles", models.PositiveIntegerField(help_text="How many roles stood when it was confirmed.")),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty for the roles outside organisations.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="access_reviews",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "ordering": ["-reviewed_on", "-id"],
                "indexes": [models.Index(fields=["organisation", "reviewed_on"], name="access_review_newest")],
            },
        ),
    ]
