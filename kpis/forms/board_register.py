"""The board register typed member by member: reduced to counts when it is sent, and no line of it is kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any

from django import forms

from edi_portal.ui.forms import PortalForm

MOST_MEMBERS = 24
"""A trust's board has 10 to 18 members, a governing body up to 20."""
HEADINGS = ("Board role", "Voting", "Ethnic origin", "Disability", "EDI development date", "SMART objective")
YES_NO = [("", "Choose"), ("Yes", "Yes"), ("No", "No")]
ROLES = [
    ("", "Nobody in this line"),
    ("Chair", "Chair"),
    ("Non-executive director", "Non-executive director"),
    ("Chief executive", "Chief executive"),
    ("Executive director", "Executive director"),
]
ETHNIC = [
    ("", "Choose"),
    ("White", "White"),
    ("BME", "Black and minority ethnic (BME)"),
    ("Not stated", "Not known or not stated"),
]
DISABILITY = [("", "Choose"), ("Yes", "Disabled"), ("No", "Not disabled"), ("Not declared", "Not known or not declared")]


def _select(label: str, choices: list[tuple[str, str]]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, required=False, widget=forms.Select(attrs={"class": "nhsuk-select"}))


class MemberForm(PortalForm):
    """One member of the board. A line without a role is nobody."""

    role = _select("Role", ROLES)
    voting = _select("Votes", YES_NO)
    ethnic = _select("Ethnic group", ETHNIC)
    disability = _select("Disability", DISABILITY)
    developed = _select("EDI development in the last 12 months", YES_NO)
    objective = _select("SMART EDI objective", YES_NO)

    def clean(self) -> dict[str, Any]:
        """A line with a role is filled in whole; one without a role is empty."""
        found: dict[str, Any] = super().clean() or {}
        others = ("voting", "ethnic", "disability", "developed", "objective")
        for name in others if found.get("role") else ():
            if not found.get(name):
                self.add_error(name, f"Choose “{self.fields[name].label}” for this member")
        if not found.get("role") and any(found.get(name) for name in others):
            self.add_error("role", "Choose the role of this member, or empty the line")
        return found


MemberFormSet = forms.formset_factory(MemberForm, extra=18, max_num=MOST_MEMBERS, absolute_max=MOST_MEMBERS)


def as_register(members: Iterable[MemberForm]) -> bytes:
    """The lines as the file that a register would be, in memory, for the one reader of such files; empty without a member."""
    lines = [
        [form.cleaned_data[name] for name in ("role", "voting", "ethnic", "disability", "developed", "objective")]
        for form in members
        if form.cleaned_data.get("role")
    ]
    if not lines:
        return b""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    writer.writerows(lines)
    return text.getvalue().encode()
