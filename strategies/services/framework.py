"""The only writer of the common framework: a draft is copied from the version in force, changed, and put into force."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from edi_portal.audit.services import record
from edi_portal.exceptions import Incomplete, InvalidTransition, StaleData
from organisations.permissions import require
from organisations.roles import Right
from strategies.models import FrameworkVersion, Theme

COPIED = ("key", "position", "name", "domain", "description", "eds2", "eds2022", "plan", "duties", "also")


@dataclass(frozen=True, slots=True)
class ThemeEntry:
    """A theme as typed."""

    name: str
    domain: str
    description: str
    eds2: tuple[int, ...] = ()
    eds2022: tuple[int, ...] = ()
    plan: tuple[int, ...] = ()
    duties: tuple[str, ...] = ()


@transaction.atomic
def begin_draft(*, by: Any) -> FrameworkVersion:
    """The draft of the next version: the one being written, or a copy of the version in force."""
    require(by, Right.EDIT_FRAMEWORK)
    draft = FrameworkVersion.objects.filter(status=FrameworkVersion.Status.DRAFT).first()
    if draft is not None:
        return draft
    current = FrameworkVersion.objects.get(status=FrameworkVersion.Status.IN_FORCE)
    number = (FrameworkVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    draft = FrameworkVersion.objects.create(number=number, made_by=by)
    Theme.objects.bulk_create(
        Theme(framework=draft, **{name: getattr(theme, name) for name in COPIED}) for theme in current.themes.all()
    )
    record(action="framework.drafted", by=by, subject=f"framework:{draft.number}")
    return draft


@transaction.atomic
def save_theme(*, draft: FrameworkVersion, key: str | None, entry: ThemeEntry, by: Any, seen_version: int | None = None) -> Theme:
    """Change a theme of the draft, or add one (`key` None). Raises StaleData when somebody saved it since `seen_version`."""
    require(by, Right.EDIT_FRAMEWORK)
    draft = _locked_draft(draft)
    if not entry.name.strip() or not entry.description.strip():
        raise Incomplete("A theme has a name and a sentence that says what is true when it is met.")
    values = {name: getattr(entry, name) for name in ThemeEntry.__dataclass_fields__}
    values = {name: sorted(value) if isinstance(value, tuple) else value for name, value in values.items()}
    if key is None:
        position = (draft.themes.aggregate(last=Max("position"))["last"] or 0) + 1
        key = slugify(entry.name).replace("-", "_")[:40]
        if key in ("", "new"):  # no address: the one of the page that adds a theme is taken
            key = f"theme_{position}"
        if draft.themes.filter(key=key).exists():
            raise Incomplete("The framework already has a theme of that name.")
        theme = Theme.objects.create(framework=draft, key=key, position=position, **values)
    else:
        theme = _theme_as_seen(draft, key, seen_version)
        for name, value in values.items():
            setattr(theme, name, value)
        theme.version += 1
        theme.save()
    record(action="framework.theme_saved", by=by, subject=f"framework:{draft.number}", details={"theme": theme.key})
    return theme


@transaction.atomic
def remove_theme(*, draft: FrameworkVersion, key: str, seen_version: int, by: Any) -> None:
    """Leave a theme out of the draft. Objectives keep its key; it counts again if it comes back.

    Raises StaleData when somebody saved it since `seen_version`: that is not left out unread.
    """
    require(by, Right.EDIT_FRAMEWORK)
    draft = _locked_draft(draft)
    _theme_as_seen(draft, key, seen_version).delete()
    record(action="framework.theme_removed", by=by, subject=f"framework:{draft.number}", details={"theme": key})


@transaction.atomic
def put_into_force(*, draft: FrameworkVersion, note: str, on: date, by: Any) -> FrameworkVersion:
    """The draft replaces the version in force; the earlier version stays readable."""
    require(by, Right.EDIT_FRAMEWORK)
    draft = _locked_draft(draft)
    if not note.strip():
        raise Incomplete("Say what changed and why.")
    if _domains(draft.themes.all()) != {"technical", "cultural"}:
        raise Incomplete("The framework needs themes in both domains, technical and cultural.")
    FrameworkVersion.objects.filter(status=FrameworkVersion.Status.IN_FORCE).update(status=FrameworkVersion.Status.REPLACED)
    draft.status, draft.note, draft.in_force_from = FrameworkVersion.Status.IN_FORCE, note.strip(), on
    draft.save()
    record(action="framework.in_force", by=by, subject=f"framework:{draft.number}")
    return draft


def _theme_as_seen(draft: FrameworkVersion, key: str, seen_version: int | None) -> Theme:
    """The theme of a locked draft, refused when it is not what the writer saw."""
    theme = draft.themes.filter(key=key).first()
    if theme is None:
        raise InvalidTransition("Somebody left this theme out of the draft meanwhile.")
    if theme.version != seen_version:
        raise StaleData("Somebody saved this theme while you had it open. Look at both, then go on.")
    return theme


def _domains(themes: Sequence[Theme] | Any) -> set[str]:
    return {theme.domain for theme in themes}


def _locked_draft(draft: FrameworkVersion) -> FrameworkVersion:
    """The draft as it is now: nobody puts it into force while it is written, and what is in force by now is not written."""
    draft = FrameworkVersion.objects.select_for_update().get(pk=draft.pk)
    if draft.status != FrameworkVersion.Status.DRAFT:
        raise InvalidTransition("A version in force is never edited. Begin the next one.")
    return draft
