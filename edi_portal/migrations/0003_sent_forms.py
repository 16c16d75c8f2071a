"""A form that was sent a moment ago is known again."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("edi_portal", "0002_shared_cache"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SentForm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "form",
                    models.CharField(
                        help_text="Digest of the token that this showing of the page gave its forms.", max_length=64
                    ),
                ),
                (
                    "content",
                    models.CharField(
                        db_default="", default="", help_text="Digest of address and fields; empty until done.", max_length=64
                    ),
                ),
                ("led_to", models.CharField(db_default="", default="", max_length=500)),
                ("sent_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                (
                    "person",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["sent_at"], name="sent_form_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("person", "form"), name="sent_form_once", violation_error_message="This form was sent before."
                    )
                ],
            },
        ),
    ]
