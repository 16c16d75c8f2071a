"""`manage.py person_data EMAIL [--close | --erase] [--really]`: a person's request to see, or to end, what is held on them."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from edi_portal.exceptions import BusinessError
from organisations.models import User
from organisations.services.personal_data import close_account, erase_account, personal_data


class Command(BaseCommand):
    """Prints everything held on a person; closes or erases the account when asked, and only with --really."""

    help = "Print what is held on a person (JSON). --close or --erase say what would be done; with --really they do it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose data, and what to do."""
        parser.add_argument("email")
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--close", action="store_true", help="End roles, tokens and sessions; the account signs in no more.")
        what.add_argument("--erase", action="store_true", help="Close it, and put a placeholder where name and address were.")
        parser.add_argument("--really", action="store_true", help="Do it. Without this nothing is changed.")

    def handle(self, *args: Any, **options: Any) -> None:
        """The answer to the request."""
        account = User.objects.filter(email=options["email"].strip().lower()).first()
        if account is None:
            raise CommandError("No account has this address.")
        if not options["close"] and not options["erase"]:
            self.stdout.write(json.dumps(personal_data(account), indent=1, ensure_ascii=False))
            return
        try:
            with transaction.atomic():
                mentions = erase_account(account=account, by=None) if options["erase"] else ()
                if options["close"]:
                    close_account(account=account, by=None)
                transaction.set_rollback(not options["really"])
        except BusinessError as refusal:
            raise CommandError(str(refusal)) from refusal
        done = "Done" if options["really"] else "This would be done (add --really)"
        self.stdout.write(f"{done}: the account is {'erased' if options['erase'] else 'closed'}.")
        for place in mentions:
            self.stdout.write(f"Read by hand, name or address stands there: {place}")
