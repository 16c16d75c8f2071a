"""What an organisation published stands on its public page only where it chose so."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("steering", "0005_compliance_and_outcomes")]

    operations = [
        migrations.AddField(
            model_name="compliancerecord",
            name="on_public_page",
            field=models.BooleanField(default=False, help_text="Chosen by the organisation: everybody reads it on its page."),
        ),
    ]
