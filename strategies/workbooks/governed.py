"""What the steering group keeps for all, as workbooks: the implementation plan, and the draft of the common framework."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from edi_portal.exceptions import InvalidTransition
from edi_portal.exchange.columns import Column, Kind
from edi_portal.exchange.comparing import Register, Stored
from organisations.models import Organisation
from strategies.forms.framework import ThemeForm, initial_of_theme
from strategies.forms.model_documents import StepForm, initial_of_step
from strategies.models import FrameworkVersion, PlanStep
from strategies.selectors.assessments import members_today
from strategies.selectors.framework import draft_of_framework
from strategies.services.framework import save_theme
from strategies.services.plan_steps import add_step, change_step
from strategies.shared_model.vocabulary import MODEL_DOMAINS
from strategies.vocabulary import DOMAINS, DUTIES, EDS2_GOALS, EDS2022_DOMAINS, PLAN_ACTIONS


def plan_sheets(by: Any) -> Sequence[Register]:
    """The plan."""
    return (PlanSheet(by),)


def framework_sheets(by: Any) -> Sequence[Register]:
    """The themes of the draft. Raises InvalidTransition when none is being written: a version in force is never edited."""
    draft = draft_of_framework()
    if draft is None:
        raise InvalidTransition("No version of the framework is being written. Begin the next one first.")
    return (ThemeSheet(draft, by),)


class PlanSheet(Register):
    """One open step in each row; what is done or left out is not among them."""

    title = "Plan"
    noun = "step"

    def __init__(self, by: Any) -> None:
        self.by = by
        owners = (members_today() | Organisation.objects.filter(model_steps__in=self._open())).distinct()
        self.columns = (
            Column("name", "What is done"),
            Column("domain", "Domain", Kind.CHOICE, MODEL_DOMAINS),
            Column("owner", "Organisation that does it", Kind.CHOICE, {one.slug: one.short_name for one in owners}),
            Column("due_on", "Due on", Kind.DAY),
            Column("detail", "More about it"),
        )

    def _open(self) -> Any:
        return PlanStep.objects.filter(done_on__isnull=True, left_out_on__isnull=True).select_related("owner")

    def stored(self) -> dict[str, Stored]:
        """The open steps."""
        return {str(row.pk): Stored(row, initial_of_step(row), row.version, row.name) for row in self._open()}

    def form(self, data: dict[str, Any], entry: Stored | None) -> forms.BaseForm:
        """The form of the page."""
        return StepForm(data, step=entry.row if entry is not None else None)

    def save(self, form: Any, entry: Stored | None) -> None:
        """Add it, or change it where nobody saved it since."""
        if entry is None:
            add_step(entry=form.entry(), by=self.by)
        else:
            change_step(step=entry.row, entry=form.entry(), seen_version=entry.version, by=self.by)


class ThemeSheet(Register):
    """One theme of the draft in each row."""

    title = "Themes"
    noun = "theme"
    columns = (
        Column("name", "Theme"),
        Column("domain", "Domain", Kind.CHOICE, DOMAINS),
        Column("description", "What is true when it is met"),
        Column("eds2", "EDS2 goals", Kind.SEVERAL, {str(number): words for number, words in EDS2_GOALS.items()}),
        Column("eds2022", "EDS 2022 domains", Kind.SEVERAL, {str(number): words for number, words in EDS2022_DOMAINS.items()}),
        Column(
            "plan",
            "Actions of the improvement plan",
            Kind.SEVERAL,
            {str(number): words for number, words in PLAN_ACTIONS.items()},
        ),
        Column("duties", "Duties", Kind.SEVERAL, DUTIES),
    )

    def __init__(self, draft: FrameworkVersion, by: Any) -> None:
        self.draft, self.by = draft, by

    def stored(self) -> dict[str, Stored]:
        """The themes of the draft, in their order."""
        return {
            row.key: Stored(row, initial_of_theme(row), row.version, row.name) for row in self.draft.themes.order_by("position")
        }

    def form(self, data: dict[str, Any], entry: Stored | None) -> forms.BaseForm:
        """The form of the page."""
        return ThemeForm(data)

    def save(self, form: Any, entry: Stored | None) -> None:
        """Add it to the draft, or change it where nobody saved it since."""
        if entry is None:
            save_theme(draft=self.draft, key=None, entry=form.entry(), by=self.by)
        else:
            save_theme(draft=self.draft, key=entry.row.key, entry=form.entry(), seen_version=entry.version, by=self.by)
