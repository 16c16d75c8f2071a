"""Packs of ward figures: checked from a file, shown, thrown away, withdrawn, brought back. The only writer of them."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now
from edi_portal.exceptions import Incomplete, InvalidTransition, StaleData
from edi_portal.exchange.reading import UnreadableSheet, read_book
from edi_portal.ui.downloads import safe_file_name
from kpis.models.ward_packs import PackStatus, WardFigure, WardIndicator, WardPack
from kpis.selectors.disclosure import policy_in_force
from kpis.selectors.ward_packs import mark_of_what_is_shown
from kpis.ward_figures.sheet import COLUMNS, Indicator, Problem, read_sheet
from organisations.permissions import require
from organisations.roles import Right
from organisations.selectors.places import all_wards

SHEET = "Ward figures"
MOST_BYTES = 4 * 1024 * 1024
MOST_ROWS = 15_000


def check_pack(*, content: bytes, name: str, by: Any) -> WardPack | tuple[Problem, ...]:
    """Read a file whole: a pack that waits to be shown, or every problem and nothing kept. Raises UnreadableSheet."""
    require(by, Right.KEEP_WARD_PACKS)
    rows = read_book(content, name, {SHEET: COLUMNS}, most=MOST_ROWS, most_bytes=MOST_BYTES).sheets[SHEET]
    if not rows:
        raise UnreadableSheet("The file has no rows below its headings. Fill in one row for each figure.")
    small = policy_in_force().threshold
    sheet = read_sheet([(row.number, row.cells) for row in rows], wards=all_wards(), small=small)
    if sheet.problems:
        return sheet.problems
    return keep_pack(sheet.indicators, file_name=name, digest=hashlib.sha256(content).hexdigest(), by=by)


@transaction.atomic
def keep_pack(indicators: tuple[Indicator, ...], *, file_name: str, digest: str, by: Any) -> WardPack:
    """Store indicators that were read without a problem as a pack that waits to be shown."""
    pack = WardPack.objects.create(
        file_name=safe_file_name(file_name)[:120], digest=digest, synthetic=bool(settings.DEMONSTRATION), checked_by=by
    )
    for one in indicators:
        row = WardIndicator.objects.create(
            pack=pack,
            code=one.code,
            title=one.title,
            better=one.better,
            period=one.period,
            source=one.source,
            licence=one.licence,
        )
        WardFigure.objects.bulk_create(
            WardFigure(indicator=row, ward_code=count.ward, numerator=count.numerator, denominator=count.denominator)
            for count in one.counts
        )
    _record("ward_pack.checked", pack, by, indicators=len(indicators))
    return pack


@transaction.atomic
def show_pack(*, pack: WardPack, instead_of: str, by: Any) -> WardPack:
    """Show a checked pack. `instead_of` is the mark of what was shown when the preview was read; StaleData when that changed."""
    pack = _locked(pack, by)
    if pack.status != PackStatus.CHECKED:
        raise InvalidTransition("This pack was shown before.")
    if instead_of != mark_of_what_is_shown():
        raise StaleData("Another pack was shown or withdrawn since you read this preview. Read it again, then decide.")
    pack.status, pack.shown_by, pack.shown_at = PackStatus.SHOWN, by, business_now()
    pack.save(update_fields=["status", "shown_by", "shown_at"])
    _record("ward_pack.shown", pack, by)
    return pack


@transaction.atomic
def discard_pack(*, pack: WardPack, by: Any) -> None:
    """Throw a pack away that was never shown; the audit trail keeps that there was one."""
    pack = _locked(pack, by)
    if pack.status != PackStatus.CHECKED:
        raise InvalidTransition("A pack that was shown stays on record. Withdraw it instead.")
    _record("ward_pack.discarded", pack, by)
    pack.delete()


@transaction.atomic
def withdraw_pack(*, pack: WardPack, reason: str, by: Any) -> WardPack:
    """Take a shown pack away; what it had replaced is shown again."""
    pack = _locked(pack, by)
    if pack.status != PackStatus.SHOWN:
        raise InvalidTransition("This pack is not shown.")
    words = " ".join(reason.split())
    if not words:
        raise Incomplete("Say why the pack is withdrawn.")
    pack.status, pack.withdrawn_by, pack.withdrawn_at = PackStatus.WITHDRAWN, by, business_now()
    pack.withdrawn_reason = words[:200]
    pack.save(update_fields=["status", "withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    _record("ward_pack.withdrawn", pack, by)
    return pack


@transaction.atomic
def bring_back_pack(*, pack: WardPack, by: Any) -> WardPack:
    """Undo a withdrawal. A pack that was shown after this one still goes before it."""
    pack = _locked(pack, by)
    if pack.status != PackStatus.WITHDRAWN:
        raise InvalidTransition("This pack was not withdrawn.")
    pack.status, pack.withdrawn_by, pack.withdrawn_at, pack.withdrawn_reason = PackStatus.SHOWN, None, None, ""
    pack.save(update_fields=["status", "withdrawn_by", "withdrawn_at", "withdrawn_reason"])
    _record("ward_pack.brought_back", pack, by)
    return pack


def _locked(pack: WardPack, by: Any) -> WardPack:
    """The pack as it is now. All packs are locked, because what is shown depends on every one of them."""
    require(by, Right.KEEP_WARD_PACKS)
    packs = {row.pk: row for row in WardPack.objects.select_for_update(of=("self",)).order_by("pk")}
    if pack.pk not in packs:
        raise InvalidTransition("This pack was thrown away.")
    return packs[pack.pk]


def _record(action: str, pack: WardPack, by: Any, **details: int) -> None:
    record(action=action, by=by, subject=f"ward-pack:{pack.pk}", details=dict(details))
