"""Questions about consultations: those a reader may read, who answered, and what was answered."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.shortcuts import get_object_or_404

from organisations.models import Organisation
from steering.models.consultations import POSITIONS, Consultation, ConsultationAnswer
from steering.selectors.texts import Words

ASKED = ("title", "question", "background")


def consultations_for(user: Any) -> list[Consultation]:
    """Every consultation whose question this reader may read, latest first, with its answers. At most three queries."""
    rows = list(Consultation.objects.prefetch_related("answers__organisation"))
    words = Words(user, rows)
    return [row for row in rows if all(words.may_read(row, field) for field in ASKED)]


def get_consultation(user: Any, pk: int) -> Consultation:
    """One of them; Http404 otherwise."""
    found = next((row for row in consultations_for(user) if row.pk == pk), None)
    return found if found is not None else get_object_or_404(Consultation.objects.none())


def answer_of(consultation: Consultation, organisation: Organisation | None) -> ConsultationAnswer | None:
    """What this organisation answered."""
    if organisation is None:
        return None
    return next((row for row in consultation.answers.all() if row.organisation_id == organisation.pk), None)


def positions_of(consultation: Consultation) -> list[tuple[str, int]]:
    """How many organisations took which position."""
    counted = Counter(row.position for row in consultation.answers.all())
    return [(label, counted[key]) for key, label in POSITIONS.items()]
