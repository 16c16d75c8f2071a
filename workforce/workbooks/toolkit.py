"""Entries of the toolkit, steps of the Merseyside model, and outreach, as workbooks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms

from edi_portal.exceptions import Incomplete
from edi_portal.exchange.columns import Column, Kind
from edi_portal.exchange.comparing import Register, Stored
from organisations.models import Organisation
from workforce.engagement import AUDIENCES, FORMATS, LANGUAGES, OUTREACH_GROUPS, PATIENT_KPIS, REACH_BANDS, STEP_STATES, TOPICS
from workforce.forms.toolkit import OutreachForm, ResourceForm, StepForm, initial_of
from workforce.models import OutreachAction, Resource
from workforce.selectors.toolkit import cheshire_organisations, own_steps
from workforce.services.toolkit import NOT_IN_CHESHIRE, add_resource, change_resource, save_outreach, save_step
from workforce.workbooks.rows import OwnRegister, RowSheet


def toolkit_sheets(organisation: Organisation | None, by: Any) -> Sequence[Register]:
    """The entries of an organisation, or of the partnership where there is none."""
    return (ResourceSheet(organisation, by),)


def outreach_sheets(organisation: Organisation, by: Any) -> Sequence[Register]:
    """What an organisation does with people outside of it."""
    return (OutreachSheet(organisation, by),)


def step_sheets(organisation: Organisation, by: Any) -> Sequence[Register]:
    """How far an organisation of Cheshire is. Raises Incomplete for any other: it shares the model already."""
    if organisation not in cheshire_organisations():
        raise Incomplete(NOT_IN_CHESHIRE)
    return (StepSheet(organisation, by),)


class StepSheet(OwnRegister):
    """One step in each row, said or not. The steps are the same for all, so only how far one is is written."""

    title = "Steps"
    noun = "step"
    takes_new = False
    columns = (
        Column("name", "Step"),
        Column("state", "How far", Kind.CHOICE, STEP_STATES),
        Column("since", "Since", Kind.DAY),
        Column("note", "Note for yourselves"),
    )

    def stored(self) -> dict[str, Stored]:
        """Every step; one that nothing was said of has version 0."""
        return {
            step.key: Stored(
                progress,
                {"name": step.name, "state": progress.state, "since": progress.since, "note": progress.note},
                progress.version,
                step.name,
            )
            for step, progress in own_steps(self.organisation)
        }

    def form(self, data: dict[str, Any], entry: Stored | None) -> forms.BaseForm:
        """The form of the page."""
        return StepForm(data)

    def check(self, data: dict[str, Any], entry: Stored | None) -> None:
        """A step keeps its name."""
        if data["name"] != cast("Stored", entry).name:
            raise Incomplete("The name of a step is given. Write only how far you are.")

    def save(self, form: Any, entry: Stored | None) -> None:
        """Write how far the organisation is, where nobody wrote it since."""
        progress = cast("Stored", entry).row
        for name, value in form.cleaned_data.items():
            setattr(progress, name, value)
        save_step(progress=progress, by=self.by, seen_version=progress.version)


class ResourceSheet(Register):
    """One entry in each row; withdrawn ones are not among them."""

    title = "Toolkit"
    noun = "entry"
    columns = (
        Column("kind", "What it is", Kind.CHOICE, dict(Resource.Kind.choices)),
        Column("title", "Title"),
        Column("summary", "What it says"),
        Column("link", "Link"),
        Column("body", "Words to copy"),
        Column("audiences", "Whom it is for", Kind.SEVERAL, AUDIENCES),
        Column("topic", "Topic", Kind.CHOICE, TOPICS),
        Column("format", "Form", Kind.CHOICE, FORMATS),
        Column("language", "Language", Kind.CHOICE, LANGUAGES),
        Column("review_on", "Next review", Kind.DAY),
        Column("is_shared", "Others may use it", Kind.YES),
    )

    def __init__(self, organisation: Organisation | None, by: Any) -> None:
        self.organisation, self.by = organisation, by

    def stored(self) -> dict[str, Stored]:
        """The entries in use."""
        rows = Resource.objects.filter(organisation=self.organisation, withdrawn_on__isnull=True).select_related("organisation")
        return {row.slug: Stored(row, initial_of(row), row.version, row.title) for row in rows}

    def form(self, data: dict[str, Any], entry: Stored | None) -> forms.BaseForm:
        """The form of the page; an entry without a language is in English, as the page's form begins."""
        return ResourceForm(data | {"language": data["language"] or "en"})

    def save(self, form: Any, entry: Stored | None) -> None:
        """Add it, or change it where nobody saved it since."""
        if entry is None:
            add_resource(organisation=self.organisation, entry=form.entry(), by=self.by)
        else:
            change_resource(resource=entry.row, entry=form.entry(), seen_version=entry.version, by=self.by)


class OutreachSheet(RowSheet):
    """One action in each row."""

    title = "Outreach"
    noun = "action"
    model = OutreachAction
    form_class = OutreachForm
    columns = (
        Column("title", "Name of the action"),
        Column("what", "What was done"),
        Column("group", "With whom", Kind.CHOICE, OUTREACH_GROUPS),
        Column("started_on", "First day", Kind.DAY),
        Column("ended_on", "Last day", Kind.DAY),
        Column("reach", "About how many it reached", Kind.CHOICE, REACH_BANDS),
        Column("aims_at", "Figure it should move", Kind.CHOICE, PATIENT_KPIS),
        Column("is_shared", "Others may know of it", Kind.YES),
    )

    def save(self, form: Any, entry: Stored | None) -> None:
        """Save it where nobody saved it since; what others are to read waits for a reviewer."""
        seen = entry.version if entry is not None else None
        save_outreach(action=form.save(commit=False), by=self.by, seen_version=seen)
