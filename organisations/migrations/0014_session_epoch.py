"""A number on each account that voids its sessions when it is raised."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organisations", "0013_governance_tokens")]
    operations = [
        migrations.AddField(
            model_name="user",
            name="session_epoch",
            field=models.PositiveIntegerField(default=0, help_text="Raised to end every session of the account."),
        ),
    ]
