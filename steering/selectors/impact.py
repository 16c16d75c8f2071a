"""Questions about impact assessments: the organisation's own, and what they answer in a return."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from edi_portal.periods import Quarter
from organisations.models import Organisation
from organisations.permissions import organisations_with_right
from organisations.roles import Right
from steering.impact import Cell, eia_cells
from steering.models.impact import ImpactAction, ImpactAssessment


def assessments_of(user: Any) -> QuerySet[ImpactAssessment]:
    """The assessments of the organisations whose registers this account may see whole; nobody else's."""
    own = organisations_with_right(user, Right.VIEW_REGISTERS)
    rows = ImpactAssessment.objects.filter(organisation__in=own)
    return rows.select_related("organisation", "evidence", "signed_by", "changed_by").prefetch_related("actions")


def get_assessment(user: Any, pk: int) -> ImpactAssessment:
    """The assessment, if this account may see it; Http404 otherwise."""
    return get_object_or_404(assessments_of(user), pk=pk)


def get_action(user: Any, pk: int) -> ImpactAction:
    """An action of an assessment that this account may see; Http404 otherwise."""
    rows = ImpactAction.objects.filter(assessment__in=assessments_of(user))
    return get_object_or_404(rows.select_related("assessment__organisation"), pk=pk)


def register_answers(organisation: Organisation, quarter: Quarter) -> dict[Cell, Decimal]:
    """What the register of assessments answers in a return. Two queries."""
    rows = list(ImpactAssessment.objects.filter(organisation=organisation))
    actions = ImpactAction.objects.filter(assessment__organisation=organisation) if rows else ()
    return eia_cells((row.facts for row in rows), (action.facts for action in actions), quarter)
