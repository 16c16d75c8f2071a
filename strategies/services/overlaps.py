"""The only writer of judgements on overlaps and of shared objectives. A person decides; the score only says where to look."""

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.text import slugify

from edi_portal.audit.services import record
from edi_portal.clock import business_now
from edi_portal.exceptions import Incomplete, InvalidTransition
from edi_portal.turns import free_slug
from organisations.permissions import require
from organisations.roles import Right
from strategies.models import Objective, OverlapJudgement, SharedObjective


@transaction.atomic
def judge_overlap(*, first: Objective, second: Objective, is_same: bool, score: float, by: Any) -> OverlapJudgement:
    """Say whether two objectives ask for the same. A later judgement of the pair replaces the earlier one."""
    require(by, Right.EDIT_FRAMEWORK)
    if first.document.organisation_id == second.document.organisation_id:
        raise Incomplete("An overlap is between two organisations.")
    one, other = sorted((first, second), key=lambda line: line.pk)
    judgement, _ = OverlapJudgement.objects.update_or_create(
        first=one,
        second=other,
        defaults={
            "is_same": is_same,
            "score": Decimal(str(round(score, 4))),
            "judged_by": by,
            "judged_at": business_now(),
        },
    )
    record(action="overlap.judged", by=by, subject=f"overlap:{one.pk}-{other.pk}", details={"same": is_same})
    return judgement


@transaction.atomic
def share_objective(*, text: str, themes: tuple[str, ...], kpis: tuple[str, ...], by: Any) -> SharedObjective:
    """Propose one text in place of several. Organisations adopt it themselves."""
    require(by, Right.EDIT_FRAMEWORK)
    if not text.strip():
        raise Incomplete("Write the shared objective.")
    if not themes:
        raise Incomplete("Choose at least one theme, so that the coverage shows what the objective is for.")
    slug = free_slug(SharedObjective, slugify(text)[:60].strip("-") or "objective")
    shared = SharedObjective.objects.create(
        slug=slug, text=text.strip(), themes=sorted(set(themes)), kpis=sorted(set(kpis)), made_by=by
    )
    record(action="objective.shared", by=by, subject=f"shared-objective:{shared.slug}")
    return shared


@transaction.atomic
def adopt_objective(*, line: Objective, shared: SharedObjective, hours_saved: int | None, by: Any) -> Objective:
    """Take the shared text for an objective of the own organisation. Its own words stay on record and come back on leaving.

    The line takes on the themes and KPIs of the shared text, besides its own, until it leaves it.
    """
    row = Objective.objects.select_for_update(of=("self",)).select_related("document__organisation").get(pk=line.pk)
    organisation = row.document.organisation
    require(by, Right.KEEP_REGISTERS, organisation)
    if row.shared_id is not None:
        raise InvalidTransition("This objective already uses a shared text. Leave that one first.")
    row.shared, row.hours_saved = shared, hours_saved
    row.adopted_at, row.adopted_by = business_now(), by
    row.taken_themes = sorted({*shared.themes} - {*row.themes})
    row.taken_kpis = sorted({*shared.kpis} - {*row.kpis})
    row.themes = sorted({*row.themes, *shared.themes})
    row.kpis = sorted({*row.kpis, *shared.kpis})
    row.version += 1
    row.save()
    record(action="objective.adopted", by=by, organisation=organisation, subject=f"shared-objective:{shared.slug}")
    return row


@transaction.atomic
def leave_shared_objective(*, line: Objective, by: Any) -> Objective:
    """Go back to the organisation's own words, themes and KPIs: what came with the shared text is not claimed any longer."""
    row = Objective.objects.select_for_update(of=("self",)).select_related("document__organisation").get(pk=line.pk)
    require(by, Right.KEEP_REGISTERS, row.document.organisation)
    if row.shared_id is None:
        raise InvalidTransition("This objective uses its own words already.")
    row.shared = row.hours_saved = row.adopted_at = row.adopted_by = None
    row.themes = sorted({*row.themes} - {*row.taken_themes})
    row.kpis = sorted({*row.kpis} - {*row.taken_kpis})
    row.taken_themes, row.taken_kpis = [], []
    row.version += 1
    row.save()
    record(action="objective.left", by=by, organisation=row.document.organisation, subject=f"objective:{row.pk}")
    return row
