"""What the first visitor of a new process would wait for, done before there is one: every view and every template is loaded."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse


def warm() -> None:
    """Some two seconds of processor, once for all processes of a server that forks afterwards; they share the memory."""
    reverse("home")  # a first address makes Django import the views of all
    folders: Any = settings.TEMPLATES[0]["DIRS"]
    for folder in folders:
        for path in Path(folder).rglob("*.html"):
            get_template(path.relative_to(folder).as_posix())
