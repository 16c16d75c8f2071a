"""The verdict over time stored with each released figure, and rebases of series by a named person."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0010_around_the_return"),
        ("organisations", "0003_register_rights"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="releasedfigure",
            name="over_time",
            field=models.CharField(
                blank=True,
                default="",
                help_text="The verdict over time: better, worse, changed, no_difference or too_few.",
                max_length=20,
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="releasedfigure",
            name="variation",
            field=models.CharField(
                blank=True, default="", help_text="Making Data Count variation, of independent quarters.", max_length=20
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="releasedfigure",
            name="assurance",
            field=models.CharField(
                blank=True, default="", help_text="Making Data Count assurance against the target.", max_length=20
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="releasedfigure",
            name="time_points",
            field=models.PositiveSmallIntegerField(help_text="Points since the last break.", null=True),
        ),
        migrations.AddField(
            model_name="releasedfigure",
            name="time_detail",
            field=models.TextField(
                blank=True,
                default="",
                help_text="What the verdict rests on, as canonical JSON: limits, run, windows, breaks.",
            ),
            preserve_default=False,
        ),
        migrations.CreateModel(
            name="SeriesRebase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("before", models.CharField(help_text="The first quarter of the new range.", max_length=10)),
                ("reason", models.CharField(max_length=120)),
                ("role", models.CharField(help_text="The role in which it was decided.", max_length=20)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("undone_at", models.DateTimeField(blank=True, null=True)),
                ("undone_reason", models.CharField(blank=True, max_length=120)),
                (
                    "kpi",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="rebases", to="kpis.kpi"),
                ),
                (
                    "made_by",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organisations.organisation",
                    ),
                ),
                (
                    "undone_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["kpi", "before"],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("undone_at__isnull", True)),
                        fields=("kpi", "organisation", "before"),
                        name="series_rebase_once",
                        nulls_distinct=False,
                        violation_error_message="This series already starts anew with that quarter.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("undone_at__isnull", True), ("undone_by__isnull", True), ("undone_reason", "")),
                            models.Q(
                                ("undone_at__isnull", False),
                                ("undone_by__isnull", False),
                                models.Q(("undone_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="series_rebase_undone_by_somebody",
                        violation_error_message="Who undoes a rebase says why.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True),
                        name="series_rebase_has_reason",
                        violation_error_message="A rebase has its reason.",
                    ),
                ],
            },
        ),
    ]
