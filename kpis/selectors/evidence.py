"""Questions about an organisation's evidence: what is in the library, which questions of a return rest on it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from kpis.models.evidence import Evidence, EvidenceUse
from kpis.models.returns import KpiReturn
from organisations.models import Organisation


def evidence_by_measure(kpi_return: KpiReturn) -> Mapping[str, tuple[Evidence, ...]]:
    """Question → the items that it rests on. One query."""
    rows = EvidenceUse.objects.filter(kpi_return=kpi_return).select_related("evidence__file").defer("evidence__file__content")
    found: dict[str, list[Evidence]] = defaultdict(list)
    for row in rows.order_by("evidence__title", "pk"):
        found[row.measure].append(row.evidence)
    return {measure: tuple(items) for measure, items in found.items()}


def library_of(user: Any, kpi_return: KpiReturn, *, measures: Iterable[str] | None) -> QuerySet[Evidence]:
    """The organisation's items that this person may see, with the number of questions of this return that use each.

    `measures` are a contributor's own questions: they see what they added and what those questions rest on. None: everything.
    """
    rows = Evidence.objects.visible_to(user).filter(organisation=kpi_return.organisation_id)
    rows = rows.filter(Q(retired_at=None) | Q(uses__kpi_return=kpi_return)).distinct()
    if measures is not None:
        used = EvidenceUse.objects.filter(kpi_return__organisation=kpi_return.organisation_id, measure__in=list(measures))
        rows = rows.filter(Q(added_by=user) | Q(pk__in=used.values("evidence")))
    used_here = Count("uses", filter=Q(uses__kpi_return=kpi_return), distinct=True)
    return rows.annotate(used_here=used_here).select_related("added_by")


def bytes_kept(organisation: Organisation) -> int:
    """How much room an organisation's files take."""
    return Evidence.objects.filter(organisation=organisation).aggregate(kept=Sum("file_size"))["kept"] or 0


def evidence_offered(organisation: Organisation) -> QuerySet[Evidence]:
    """What can be chosen from the organisation's own library."""
    return Evidence.objects.offered().filter(organisation=organisation)
