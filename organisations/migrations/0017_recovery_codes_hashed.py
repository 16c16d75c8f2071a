"""Of recovery codes only digests stay: the secret from which they could be worked out goes. Codes on paper go on working."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from organisations.recovery_codes import LibraryCodes, digest_of


def keep_digests(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for row in apps.get_model("mfa", "Authenticator").objects.filter(type="recovery_codes").iterator():
        if "digests" not in row.data:
            row.data = {"digests": [digest_of(row.user_id, code) for code in LibraryCodes(row).get_unused_codes()]}
            row.save(update_fields=["data"])


def forget_codes(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """There is no way back to a secret; people make new codes."""
    apps.get_model("mfa", "Authenticator").objects.filter(type="recovery_codes").delete()


class Migration(migrations.Migration):
    dependencies = [("organisations", "0016_panel_right"), ("mfa", "0003_authenticator_type_uniq")]
    operations = [migrations.RunPython(keep_digests, forget_codes)]
