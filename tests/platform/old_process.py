"""A process of the code before: it knows the tables as they were one step of each app ago, and works in the database of today.

Started by test_old_process.py. Lines in: "read", or "write" and a key. One line of JSON out for each.
"""

import json
import os
import sys
from typing import Any

import django
from django.apps import apps as todays
from django.db import connection
from django.db.migrations.loader import MigrationLoader

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "edi_portal.settings")
OWN = {"edi_portal", "organisations", "workforce", "kpis", "strategies", "steering"}


def models_of_before() -> Any:
    """The models one step ago; of an app with a single step as they are."""
    loader = MigrationLoader(connection)
    own = {config.label for config in todays.get_app_configs() if config.name.partition(".")[0] in OWN}
    chains = {app: sorted(name for label, name in loader.disk_migrations if label == app) for app in own}
    return loader.project_state([(app, chain[-2:][0]) for app, chain in sorted(chains.items()) if chain]).apps


def read(before: Any) -> dict[str, int]:
    """Every column that this code knows, of every row: how many there are of each model."""
    own = [model for model in before.get_models() if model._meta.managed and not model._meta.proxy]
    return {model._meta.label: len(list(model._default_manager.values_list())) for model in own}


def write(before: Any, key: str) -> dict[str, int]:
    """A job, an entry of the record and a figure, with what this code knows of them."""
    job = before.get_model("jobs", "Job").objects.create(kind="of_before", key=key, payload={"code": "before"})
    value = before.get_model("kpis", "ReturnValue").objects.latest("pk")
    value.amount = 4321
    value.save()
    return {"job": job.pk, "value": value.pk}


def main() -> None:
    """Answer line by line until nobody asks any more."""
    django.setup()
    before = models_of_before()
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        word, _, key = line.strip().partition(" ")
        print(json.dumps(read(before) if word == "read" else write(before, key)), flush=True)


if __name__ == "__main__":
    main()
