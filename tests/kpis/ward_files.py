"""Packs of ward figures for tests: files as people give them, and packs that are checked or shown."""

from collections.abc import Callable, Iterable
from typing import Any

from edi_portal.ui.downloads import Cell, Sheet, csv_bytes, xlsx_bytes
from kpis.models.ward_packs import WardPack
from kpis.selectors.ward_packs import mark_of_what_is_shown
from kpis.services.ward_packs import check_pack, show_pack
from kpis.ward_figures.sheet import COLUMNS
from organisations.selectors.places import Ward, all_wards

Cases = Callable[[int, int], Cell]
BASE = 1000


def falling(place: int, wards: int) -> int:
    """50% in the most deprived ward, rising to 70% in the least."""
    return 500 + round(200 * place / (wards - 1))


def level(place: int, wards: int) -> int:
    """The same everywhere."""
    return 600


def pack_rows(
    *, code: str = "bowel-screening", better: str = "higher", period: str = "2018-19", cases: Cases = falling
) -> list[list[Cell]]:
    """A row for every ward, most deprived first, with 1,000 people counted in each."""
    wards: list[Ward] = sorted(all_wards().values(), key=lambda one: (one.mean_rank, one.code))
    title, source, licence = f"Title of {code}", "RightCare pack, test", "OGL v3.0"
    return [
        [code, title, better, ward.code, cases(place, len(wards)), BASE, period, source, licence]
        for place, ward in enumerate(wards)
    ]


def csv_file(rows: Iterable[list[Cell]]) -> bytes:
    """The pack as a CSV file."""
    return csv_bytes(COLUMNS, rows)


def xlsx_file(rows: Iterable[list[Cell]]) -> bytes:
    """The pack as a workbook."""
    return xlsx_bytes([Sheet("Ward figures", COLUMNS, rows)])


def checked_pack(*, by: Any, rows: list[list[Cell]] | None = None, **about: Any) -> WardPack:
    """A pack that waits to be shown."""
    pack = check_pack(content=csv_file(rows if rows is not None else pack_rows(**about)), name="pack.csv", by=by)
    assert isinstance(pack, WardPack), pack
    return pack


def shown_pack(*, by: Any, rows: list[list[Cell]] | None = None, **about: Any) -> WardPack:
    """A pack that everybody reads."""
    return show_pack(pack=checked_pack(by=by, rows=rows, **about), instead_of=mark_of_what_is_shown(), by=by)
