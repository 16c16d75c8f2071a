"""Secrets of authenticator apps and recovery codes that lie there as they are become encrypted, and back."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from organisations.second_factor import EncryptingAdapter, encrypt

SECRETS = ("secret", "seed")


def encrypt_secrets(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for row in apps.get_model("mfa", "Authenticator").objects.filter(type__in=["totp", "recovery_codes"]):
        row.data |= {name: encrypt(row.data[name]) for name in SECRETS if name in row.data}
        row.save(update_fields=["data"])


def decrypt_secrets(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for row in apps.get_model("mfa", "Authenticator").objects.filter(type__in=["totp", "recovery_codes"]):
        row.data |= {name: EncryptingAdapter().decrypt(row.data[name]) for name in SECRETS if name in row.data}
        row.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [("organisations", "0014_session_epoch"), ("mfa", "0003_authenticator_type_uniq")]
    operations = [migrations.RunPython(encrypt_secrets, decrypt_secrets)]
