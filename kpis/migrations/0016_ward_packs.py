"""Packs of published figures by ward."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

import edi_portal.clock


class Migration(migrations.Migration):
    dependencies = [
        ("kpis", "0015_published_releases_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="WardPack",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file_name", models.CharField(max_length=120)),
                ("digest", models.CharField(help_text="SHA-256 of the file.", max_length=64)),
                (
                    "status",
                    models.CharField(
                        choices=[("checked", "Checked, not shown yet"), ("shown", "Shown"), ("withdrawn", "Withdrawn")],
                        default="checked",
                        max_length=10,
                    ),
                ),
                ("synthetic", models.BooleanField(default=False, help_text="Demonstration data that describe nobody.")),
                ("checked_at", models.DateTimeField(db_default=edi_portal.clock.BusinessNow(), editable=False)),
                (
                    "shown_at",
                    models.DateTimeField(
                        blank=True, help_text="When it was first shown; a later pack goes before it.", null=True
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("withdrawn_reason", models.CharField(blank=True, max_length=200)),
                (
                    "checked_by",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "shown_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "withdrawn_by",
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
                "ordering": ["-pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("shown_at__isnull", True), ("status", "checked")),
                            models.Q(models.Q(("status", "checked"), _negated=True), ("shown_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="ward_pack_shown_once_confirmed",
                        violation_error_message="A pack is shown from a moment on.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("status", "withdrawn"), _negated=True),
                            models.Q(("withdrawn_at__isnull", False), models.Q(("withdrawn_reason", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="ward_pack_withdrawn_with_reason",
                        violation_error_message="Who withdraws a pack says why.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WardIndicator",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.SlugField(max_length=60)),
                ("title", models.CharField(max_length=120)),
                (
                    "better",
                    models.CharField(
                        choices=[("higher", "Higher is better"), ("lower", "Lower is better"), ("neither", "Neither is better")],
                        max_length=10,
                    ),
                ),
                ("period", models.CharField(max_length=30)),
                ("source", models.CharField(max_length=200)),
                ("licence", models.CharField(max_length=120)),
                (
                    "pack",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="indicators", to="kpis.wardpack"),
                ),
            ],
            options={
                "ordering": ["title", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("pack", "code"),
                        name="ward_indicator_once",
                        violation_error_message="The pack has this indicator twice.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(models.Q(("source", ""), _negated=True), models.Q(("licence", ""), _negated=True)),
                        name="ward_indicator_has_source",
                        violation_error_message="An indicator has its source and licence.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WardFigure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("ward_code", models.CharField(max_length=9)),
                ("numerator", models.PositiveIntegerField(blank=True, null=True)),
                ("denominator", models.PositiveIntegerField(blank=True, null=True)),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="figures", to="kpis.wardindicator"
                    ),
                ),
            ],
            options={
                "ordering": ["ward_code"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("indicator", "ward_code"),
                        name="ward_figure_once",
                        violation_error_message="The ward stands twice for this indicator.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("denominator__isnull", True), ("numerator__isnull", True)),
                            models.Q(
                                ("denominator__gt", 0),
                                ("denominator__isnull", False),
                                ("numerator__isnull", False),
                                ("numerator__lte", models.F("denominator")),
                                models.Q(("numerator", 0), ("numerator__gt", 7), _connector="OR"),
                                models.Q(
                                    ("numerator", models.F("denominator")),
                                    (
                                        "numerator__lt",
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("denominator"), "-", models.Value(7)
                                        ),
                                    ),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="ward_figure_is_no_small_count",
                        violation_error_message="A ward's figure is whole and no small count, or withheld.",
                    ),
                ],
            },
        ),
    ]
