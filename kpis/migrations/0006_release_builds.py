"""Releases made by several workers: the build, and its parts with what each found until they are joined."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0005_release_day_is_a_job"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReleaseBuild",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("input_digest", models.CharField(max_length=64)),
                (
                    "made_from",
                    models.JSONField(help_text="Keys of the definitions, returns and earlier releases, as a release keeps them."),
                ),
                ("policy", models.JSONField(help_text="The disclosure settings it is made with.")),
                ("started_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("refusal", models.TextField(blank=True, help_text="Why it ended without a release.")),
                (
                    "asked_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "collection",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="builds", to="kpis.collection"),
                ),
                (
                    "release",
                    models.ForeignKey(
                        blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="kpis.release"
                    ),
                ),
            ],
            options={
                "ordering": ["-id"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("collection",),
                        name="release_build_one_at_a_time",
                        violation_error_message="A release of this period is being made.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="BuildPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=60)),
                ("title", models.CharField(max_length=120)),
                ("measures", django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=60), size=None)),
                ("result", models.JSONField(default=dict, help_text="Protected counts and proofs, until the parts are joined.")),
                ("seconds", models.FloatField(blank=True, help_text="How long protection took.", null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "build",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="parts", to="kpis.releasebuild"),
                ),
            ],
            options={
                "ordering": ["build", "key"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("build", "key"), name="build_part_once", violation_error_message="This part is in the build."
                    )
                ],
            },
        ),
    ]
