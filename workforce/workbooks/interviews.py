"""Mapping interviews as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from edi_portal.exceptions import Incomplete
from edi_portal.exchange.columns import Column, Kind
from edi_portal.exchange.comparing import Register, Stored
from organisations.models import Organisation
from organisations.permissions import can
from organisations.roles import Right
from workforce.forms.interviews import InterviewForm, organisations_to_interview
from workforce.mapping import AREA_LABELS
from workforce.models import MappingInterview
from workforce.selectors.interviews import interviews_shown_to, newest_code_book
from workforce.services.interviews import save_interview


def interview_sheets(organisation: Organisation | None, by: Any) -> Sequence[Register]:
    """The interviews of an organisation, or those that whoever runs the mapping held."""
    return (InterviewSheet(organisation, by),)


class InterviewSheet(Register):
    """One interview in each row, known by its organisation and round."""

    title = "Interviews"
    noun = "interview"

    def __init__(self, organisation: Organisation | None, by: Any) -> None:
        self.by, self.book = by, newest_code_book()
        self.organisations = organisations_to_interview(by, organisation, runs_mapping=can(by, Right.GOVERN))
        self.read = list(interviews_shown_to(by).order_by("organisation__short_name", "round__financial_year"))
        known = [*self.organisations, *(one.organisation for one in self.read)]
        self.columns = (
            Column("organisation", "Organisation", Kind.CHOICE, {one.slug: one.short_name for one in known}),
            Column("held_on", "Day of the interview", Kind.DAY),
            Column("roles", "Who was interviewed (roles)"),
            *(Column(key, label) for key, label in AREA_LABELS.items()),
            Column("themes", "Themes that came up", Kind.SEVERAL, self._themes()),
        )

    def _themes(self) -> dict[str, str]:
        """The themes of the code book in force; one that is retired is still read where an interview has it."""
        used = {key for one in self.read for key in one.themes}
        themes = self.book.all_themes if self.book is not None else ()
        return {theme.key: theme.label for theme in themes if not theme.retired or theme.key in used}

    def stored(self) -> dict[str, Stored]:
        """The interviews that this person may read."""
        return {
            f"{one.organisation.slug}/{one.round}": Stored(one, self._values(one), one.version, str(one)) for one in self.read
        }

    def _values(self, row: MappingInterview) -> dict[str, Any]:
        values = {column.name: getattr(row, column.name) for column in self.columns}
        return values | {"organisation": row.organisation.slug, "themes": sorted(row.themes)}

    def form(self, data: dict[str, Any], entry: Stored | None) -> forms.BaseForm:
        """The form of the page."""
        instance = entry.row if entry is not None else MappingInterview()
        book = entry.row.code_book if entry is not None else self.book
        return InterviewForm(data, instance=instance, book=book, organisations=self.organisations)

    def check(self, data: dict[str, Any], entry: Stored | None) -> None:
        """An interview stays with its organisation."""
        if entry is not None and data["organisation"] != entry.values["organisation"]:
            raise Incomplete("An interview stays with its organisation. Add another row for the other organisation.")

    def save(self, form: Any, entry: Stored | None) -> None:
        """Save it where nobody saved it since; its round is that of its day."""
        seen = entry.version if entry is not None else None
        save_interview(interview=form.save(commit=False), by=self.by, seen_version=seen)
