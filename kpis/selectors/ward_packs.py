"""What packs of ward figures say: the indicators that are shown, and their figures. Public, and apart from every release."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.db.models import Count, QuerySet

from kpis.models.ward_packs import PackStatus, WardFigure, WardIndicator, WardPack
from kpis.ward_figures.sheet import WardCount


def shown_indicators(*, without: int | None = None) -> list[WardIndicator]:
    """Of every indicator the version shown last, by title; `without` leaves a pack out. One query."""
    rows = WardIndicator.objects.filter(pack__status=PackStatus.SHOWN).exclude(pack=without).select_related("pack")
    newest = rows.order_by("code", "-pack__shown_at", "-pack_id").distinct("code")
    return sorted(newest, key=lambda one: (one.title.casefold(), one.code))


def shown_indicator(code: str) -> WardIndicator | None:
    """The version of one indicator that is shown, if any. One query."""
    rows = WardIndicator.objects.filter(pack__status=PackStatus.SHOWN, code=code).select_related("pack")
    return rows.order_by("-pack__shown_at", "-pack_id").first()


def mark_of_what_is_shown() -> str:
    """A mark that changes whenever another pack is shown, withdrawn or brought back."""
    packs = WardPack.objects.filter(status=PackStatus.SHOWN).order_by("pk").values_list("pk", flat=True)
    return "-".join(str(pk) for pk in packs) or "none"


def counts_of(
    indicators: Iterable[WardIndicator], *, wards: Collection[str] | None = None
) -> Mapping[int, Mapping[str, WardCount]]:
    """Indicator's key → ward → figure, of all wards or of some. One query."""
    chosen = [one.pk for one in indicators]
    rows = WardFigure.objects.filter(indicator__in=chosen)
    if wards is not None:
        rows = rows.filter(ward_code__in=wards)
    found: dict[int, dict[str, WardCount]] = {pk: {} for pk in chosen}
    for pk, ward, numerator, denominator in rows.values_list("indicator_id", "ward_code", "numerator", "denominator"):
        found[pk][ward] = WardCount(ward, numerator, denominator)
    return found


def waiting_packs() -> QuerySet[WardPack]:
    """Packs that were checked and wait to be shown or thrown away."""
    return WardPack.objects.filter(status=PackStatus.CHECKED)


def packs() -> QuerySet[WardPack]:
    """Every pack with how many indicators it has, newest first."""
    rows = WardPack.objects.select_related("checked_by", "shown_by", "withdrawn_by")
    return rows.annotate(indicator_count=Count("indicators")).order_by("-pk")
