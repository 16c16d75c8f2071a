"""Runs management commands one after another in one process: `python -m edi_portal.embedded.preparation migrate ...`.

What they print is the progress shown to the user, and the last line the summary.
"""

import os
import sys

import django
from django.core.management import call_command

QUIET = {"migrate": {"verbosity": 0}}


def main(commands: list[str]) -> None:
    """Run the commands in order; the first that fails ends the process with its traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edi_portal.settings")
    django.setup()
    for name in commands:
        call_command(name, **QUIET.get(name, {}))
        if name == "migrate":
            print("tables are up to date", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
