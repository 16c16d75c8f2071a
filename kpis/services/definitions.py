"""Bring the reviewed definition files into the database, and change definitions by new versions."""

import hashlib
import json
from typing import Any

from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from edi_portal.periods import Quarter
from edi_portal.reviews.services import ask_for_review
from kpis.catalogue import Catalogue, kpi_from_dict, load_catalogue, measure_from_dict
from kpis.models.collections import Collection
from kpis.models.definitions import Kpi, KpiVersion, Measure
from kpis.models.releases import ReleasedFigure
from kpis.selectors.own_kpi_texts import open_to_others, texts_of
from organisations.permissions import require
from organisations.roles import Right

FIRST_PERIOD = "2016-17-q1"
OWN = "OWN-"


def fingerprint(definition: dict[str, Any]) -> str:
    """SHA-256 of a definition in canonical JSON."""
    return hashlib.sha256(json.dumps(definition, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


@transaction.atomic
def load_catalogue_into_database(*, from_period: str = FIRST_PERIOD) -> int:
    """Store the catalogue's files; returns how many rows changed. Running it again changes nothing.

    A version that a release has used stays as it is: a changed file becomes the next version, from `from_period` on
    or from the quarter after the last one that used it.
    """
    catalogue: Catalogue = load_catalogue()
    changed = 0
    for position, measure in enumerate(catalogue.measures.values(), start=1):
        changed += _store_measure(measure.to_dict(), position)
    for position, kpi in enumerate(catalogue.kpis.values(), start=1):
        row, _ = Kpi.objects.update_or_create(code=kpi.code, defaults={"slug": kpi.slug, "position": position})
        changed += _store_version(row, kpi.to_dict(), from_period)
    if changed:
        record(action="catalogue.loaded", by=None, subject="catalogue", details={"rows": changed, "version": catalogue.version})
    return changed


def _store_measure(content: dict[str, Any], position: int) -> int:
    mark = fingerprint(content)
    if Measure.objects.filter(code=content["code"], fingerprint=mark, position=position).exists():
        return 0
    Measure.objects.update_or_create(
        code=content["code"], defaults={"definition": content, "fingerprint": mark, "position": position}
    )
    return 1


def _store_version(kpi: Kpi, content: dict[str, Any], from_period: str) -> int:
    mark = fingerprint(content)
    newest = kpi.versions.order_by("-number").first()
    if newest is None:
        KpiVersion.objects.create(kpi=kpi, number=1, from_period=from_period, definition=content, fingerprint=mark)
        return 1
    if newest.fingerprint == mark:
        return 0
    used_in = _last_period_used(newest)
    if used_in is None:
        KpiVersion.objects.filter(pk=newest.pk).update(definition=content, fingerprint=mark)
        return 1
    following = Quarter.parse(used_in).next().slug
    KpiVersion.objects.create(
        kpi=kpi, number=newest.number + 1, from_period=max(from_period, following), definition=content, fingerprint=mark
    )
    return 1


def _last_period_used(version: KpiVersion) -> str | None:
    periods = ReleasedFigure.objects.filter(kpi_version=version).values_list("release__collection__period", flat=True)
    return periods.order_by("-release__collection__period").first()


def next_own_code() -> str:
    """The next free code of an organisation's own KPI: OWN-1, OWN-2 and so on."""
    codes = Kpi.objects.filter(code__regex=r"^OWN-[0-9]+$").values_list("code", flat=True)
    return f"{OWN}{max((int(code.removeprefix(OWN)) for code in codes), default=0) + 1}"


@transaction.atomic
def change_definition(
    *, kpi: Kpi, content: dict[str, Any], from_period: str, note: str, seen_version: int, by: Any
) -> KpiVersion:
    """A new version of a KPI from a period on, as for another applicability. Raises DefinitionError for bad content.

    Raises StaleData when there is a newer version than the one that was seen: the content would undo it.
    """
    kpi = _locked(kpi)
    _require_change(kpi, by)
    _check_goes_on(kpi)
    kpi_from_dict(content, kpi.code)
    newest = kpi.versions.select_for_update().order_by("-number").first()
    if newest is not None and newest.number != seen_version:
        raise StaleData(f"Version {newest.number} was added while you had this page open. Look at both before you save.")
    if newest is not None and from_period <= newest.from_period:
        raise NotAllowed(
            f"Version {newest.number} starts in {newest.from_period}. Choose a later quarter: history is not rewritten."
        )
    used_in = _last_period_used(newest) if newest else None
    if used_in and from_period <= used_in:
        raise NotAllowed(f"A release of {used_in} has used this definition. Choose a later quarter.")
    version = KpiVersion.objects.create(
        kpi=kpi,
        number=newest.number + 1 if newest else 1,
        from_period=from_period,
        definition=content,
        fingerprint=fingerprint(content),
        created_by=by,
        note=note,
    )
    _ask_for_review(kpi, by)
    record(
        action="kpi.version_added", by=by, subject=f"kpi:{kpi.code}", organisation=kpi.owner, details={"version": version.number}
    )
    return version


@transaction.atomic
def add_bespoke_kpi(*, organisation: Any, measure: dict[str, Any], kpi: dict[str, Any], from_period: str, by: Any) -> Kpi:
    """A KPI of one organisation's own, with the measure that asks for its counts. Same engine, same pages."""
    require(by, Right.ADD_BESPOKE_KPI, organisation)
    parsed_measure, parsed = measure_from_dict(measure, "measure"), kpi_from_dict(kpi, "kpi")
    if Kpi.objects.filter(code__iexact=parsed.code).exists() or Measure.objects.filter(code=parsed_measure.code).exists():
        raise Incomplete(f"The code {parsed.code} is taken. Choose another.")
    Measure.objects.create(code=parsed_measure.code, owner=organisation, definition=measure, fingerprint=fingerprint(measure))
    row = Kpi.objects.create(code=parsed.code, slug=parsed.slug, owner=organisation, position=500)
    KpiVersion.objects.create(
        kpi=row, number=1, from_period=from_period, definition=kpi, fingerprint=fingerprint(kpi), created_by=by
    )
    _ask_for_review(row, by)
    record(action="kpi.bespoke_added", by=by, subject=f"kpi:{row.code}", organisation=organisation)
    return row


def _ask_for_review(kpi: Kpi, by: Any) -> None:
    """Others read what an organisation wrote into its own KPI after a reviewer has."""
    if kpi.is_bespoke:
        for subject, text in texts_of([kpi]).items():
            ask_for_review(subject=subject, text=text, organisation=kpi.owner, by=by)


@transaction.atomic
def adopt_kpi(*, kpi: Kpi, from_period: str, by: Any) -> Kpi:
    """Take an organisation's own KPI into the baseline: from that period on all it applies to are asked for it."""
    require(by, Right.ADOPT_KPI)
    kpi = _locked(kpi)
    if not kpi.is_bespoke:
        raise NotAllowed(f"{kpi.code} already belongs to the baseline.")
    _check_goes_on(kpi)
    if kpi.pk not in open_to_others([kpi.pk]):
        raise Incomplete("The text of this KPI waits for its review. It can be adopted when it is passed.")
    if _has_opened(Quarter.parse(from_period).slug):
        raise NotAllowed(
            "The collection of that quarter has opened. Choose a later quarter: nobody is asked more in mid-quarter."
        )
    kpi.adopted_from = Quarter.parse(from_period).slug
    kpi.save(update_fields=["adopted_from"])
    record(action="kpi.adopted", by=by, subject=f"kpi:{kpi.code}", organisation=kpi.owner, details={"from": kpi.adopted_from})
    return kpi


@transaction.atomic
def retire_kpi(*, kpi: Kpi, from_period: str, reason: str, by: Any) -> Kpi:
    """Ask for a KPI no longer from a period on; what was returned and released before stays."""
    kpi = _locked(kpi)
    _require_change(kpi, by)
    _check_goes_on(kpi)
    if not reason.strip():
        raise Incomplete("Say why it is asked no longer.")
    period = Quarter.parse(from_period).slug
    if _has_opened(period):
        raise InvalidTransition(
            "The collection of that quarter has opened. Choose a later one: no return changes in mid-quarter."
        )
    kpi.retired_from, kpi.retired_reason = period, reason.strip()
    kpi.save(update_fields=["retired_from", "retired_reason"])
    record(action="kpi.retired", by=by, subject=f"kpi:{kpi.code}", organisation=kpi.owner, details={"from": period})
    return kpi


@transaction.atomic
def ask_again(*, kpi: Kpi, by: Any) -> Kpi:
    """Undo the end of a KPI, as long as no return has gone without it."""
    kpi = _locked(kpi)
    _require_change(kpi, by)
    if not kpi.retired_from:
        raise InvalidTransition(f"{kpi.code} is still asked for.")
    if _has_opened(kpi.retired_from):
        raise InvalidTransition("A collection has opened without this KPI, so it stays as it is.")
    record(action="kpi.asked_again", by=by, subject=f"kpi:{kpi.code}", organisation=kpi.owner, details={"from": kpi.retired_from})
    kpi.retired_from = kpi.retired_reason = ""
    kpi.save(update_fields=["retired_from", "retired_reason"])
    return kpi


def _locked(kpi: Kpi) -> Kpi:
    return Kpi.objects.select_for_update().get(pk=kpi.pk)


def _require_change(kpi: Kpi, by: Any) -> None:
    """The owner's lead while it is the owner's own, whoever manages collections afterwards."""
    if kpi.is_bespoke:
        require(by, Right.ADD_BESPOKE_KPI, kpi.owner)
    else:
        require(by, Right.MANAGE_COLLECTIONS)


def _check_goes_on(kpi: Kpi) -> None:
    if kpi.retired_from:
        raise InvalidTransition(kpi.end_in_words)


def _has_opened(period: str) -> bool:
    """Whether a collection of this period or of a later one has opened."""
    return Collection.objects.opened().filter(period__gte=period).exists()
