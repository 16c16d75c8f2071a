"""Pooled resources and joint projects of an organisation as a workbook. What others asked of an offer is not in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from edi_portal.exchange.columns import Column, Kind
from edi_portal.exchange.comparing import Register, Stored
from organisations.models import Organisation
from strategies.forms.pooled import OfferForm, ProjectForm, initial_of_offer, initial_of_project
from strategies.models import JointProject, PooledOffer
from strategies.selectors.assessments import members_today
from strategies.services.pooled import save_offer, save_project
from strategies.shared_model.vocabulary import PROJECT_STATES, RESOURCE_KINDS


def pooled_sheets(organisation: Organisation, by: Any) -> Sequence[Register]:
    """Offers, then projects."""
    return (OfferSheet(organisation, by), ProjectSheet(organisation, by))


class OfferSheet(Register):
    """One offer in each row; those that have ended are not among them."""

    title = "Offers"
    noun = "offer"
    columns = (
        Column("kind", "What it is", Kind.CHOICE, RESOURCE_KINDS),
        Column("title", "Name of it"),
        Column("description", "What others get"),
        Column("hours", "Hours a year", Kind.NUMBER),
        Column("pounds", "Cost a year (£)", Kind.NUMBER),
        Column("offered_from", "Offered from", Kind.DAY),
        Column("offered_until", "Offered until", Kind.DAY),
        Column("is_shared", "Others may know of it", Kind.YES),
    )

    def __init__(self, organisation: Organisation, by: Any) -> None:
        self.organisation, self.by = organisation, by

    def stored(self) -> dict[str, Stored]:
        """The offers that stand."""
        rows = PooledOffer.objects.filter(organisation=self.organisation, ended_on__isnull=True).order_by("pk")
        return {row.slug: Stored(row, initial_of_offer(row), row.version, row.title) for row in rows}

    def form(self, data: dict[str, Any], entry: Stored | None) -> forms.BaseForm:
        """The form of the page."""
        return OfferForm(data)

    def save(self, form: Any, entry: Stored | None) -> None:
        """Add it, or change it where nobody saved it since."""
        row, seen = (entry.row, entry.version) if entry is not None else (None, -1)
        save_offer(organisation=self.organisation, offer=row, entry=form.entry(), seen_version=seen, by=self.by)


class ProjectSheet(Register):
    """One joint project that the organisation leads in each row."""

    title = "Joint projects"
    noun = "project"

    def __init__(self, organisation: Organisation, by: Any) -> None:
        self.organisation, self.by = organisation, by
        earlier = Organisation.objects.filter(joint_projects__organisation=organisation)
        others = (members_today() | earlier).distinct().exclude(pk=organisation.pk)
        self.columns = (
            Column("name", "Project"),
            Column("programme", "Programme"),
            Column("aim", "Aim"),
            Column("partners", "Partners", Kind.SEVERAL, {one.slug: one.short_name for one in others}),
            Column("other_partners", "Other partners"),
            Column("state", "State", Kind.CHOICE, PROJECT_STATES),
            Column("starts_on", "Started on", Kind.DAY),
            Column("ends_on", "Ended on, or due to end", Kind.DAY),
            Column("outcome", "Outcome"),
            Column("is_shared", "Others may read it", Kind.YES),
        )

    def stored(self) -> dict[str, Stored]:
        """The projects of the organisation."""
        rows = JointProject.objects.filter(organisation=self.organisation).prefetch_related("partners").order_by("pk")
        return {row.slug: Stored(row, self._values(row), row.version, row.name) for row in rows}

    def _values(self, row: JointProject) -> dict[str, Any]:
        values = initial_of_project(row)
        return values | {"partners": sorted(values["partners"])}

    def form(self, data: dict[str, Any], entry: Stored | None) -> forms.BaseForm:
        """The form of the page."""
        return ProjectForm(data, organisation=self.organisation, project=entry.row if entry is not None else None)

    def save(self, form: Any, entry: Stored | None) -> None:
        """Add it, or change it where nobody saved it since."""
        row, seen = (entry.row, entry.version) if entry is not None else (None, -1)
        save_project(organisation=self.organisation, project=row, entry=form.entry(), seen_version=seen, by=self.by)
