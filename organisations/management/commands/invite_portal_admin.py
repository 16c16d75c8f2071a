"""`manage.py invite_portal_admin`: the first portal admin of an installation, which nobody else could invite."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from edi_portal.exceptions import BusinessError
from organisations.models import Membership
from organisations.roles import Role
from organisations.services.invitations import invite


class Command(BaseCommand):
    """Sends an invitation to be portal admin while there are fewer than two."""

    help = "Invite a portal admin. Works while there are fewer than two; after that admins invite each other."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Address and name."""
        parser.add_argument("email")
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Send the invitation."""
        # Two, because a new admin needs the word of two others.
        if Membership.objects.in_force().filter(role=Role.PORTAL_ADMIN, user__is_demonstration=False).count() >= 2:
            raise CommandError("There are two portal admins already. Ask one of them to invite another.")
        try:
            invite(email=options["email"], display_name=options["name"], role=Role.PORTAL_ADMIN, by=None)
        except BusinessError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"The invitation to {options['email']} is on its way.")
