"""`manage.py verify_packs FILE --key KEY`: whether an archive of packs is whole and was signed by the portal with this key."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from django.core.management.base import BaseCommand, CommandError

from edi_portal.papers.signing import public_key
from steering.services.packs import faults_of


class Command(BaseCommand):
    """Check an archive of packs."""

    help = "Check the signature and every file of an archive of packs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and the public key it should be signed with."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--key", default="", help="public key in base64; without it that of this installation")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say that it is whole, or end with what is wrong."""
        try:
            with ZipFile(options["file"]) as archive:
                faults = faults_of(archive, options["key"] or public_key())
        except (OSError, BadZipFile) as error:
            raise CommandError(f"{options['file']} is no archive that can be read: {error}") from error
        if faults:
            raise CommandError(" ".join(faults))
        self.stdout.write("Whole, and signed with this key.")
