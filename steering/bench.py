"""Speed of papers: one assurance report as PDF, and the released packs of all organisations as one archive.

A paper counts only when it is the same bytes twice; the archive only when every file is the one that its manifest names.
"""

from __future__ import annotations

import resource
import tempfile
from time import perf_counter
from zipfile import ZipFile

from edi_portal.bench import BenchResult, fastest, within
from edi_portal.clock import business_today
from edi_portal.papers.pdf import page_count, pdf_bytes
from edi_portal.papers.signing import public_key
from kpis.models.releases import Release
from kpis.selectors.releases import newest_release
from steering.reports.assurance import as_the_board_sees, assurance_paper
from steering.reports.inputs import Beside
from steering.services.packs import build_archive, faults_of

REPORT_SECONDS = 2.0
PACKS_SECONDS = 30.0
GROWTH_MEGABYTES = 20.0
FIRST = 5  # packs after which everything that is kept in memory once is there


class WrongPaperError(AssertionError):
    """A paper is not what it should be, so its time means nothing."""


def measure() -> list[BenchResult]:
    """The report and the packs of the newest release."""
    release = newest_release()
    if release is None:
        raise WrongPaperError("There is no release to make papers from.")
    return [*_report(release), *_packs(release)]


def _report(release: Release) -> list[BenchResult]:
    def make() -> bytes:
        fresh = Release.objects.select_related("collection").get(pk=release.pk)
        return pdf_bytes(assurance_paper(as_the_board_sees(fresh), Beside(), number=1, day=business_today()))

    first = make()
    if make() != first:
        raise WrongPaperError("The same report is not the same bytes twice.")
    return [
        within("Assurance report as PDF, figures read and set", fastest(make, 3), "s", REPORT_SECONDS),
        BenchResult("Its pages", page_count(first), "", None, True),
    ]


def _packs(release: Release) -> list[BenchResult]:
    held: list[float] = []
    with tempfile.TemporaryFile() as target:
        began = perf_counter()
        number = build_archive(release, target, lambda _percent, _doing: held.append(_megabytes()))
        seconds = perf_counter() - began
        target.seek(0)
        with ZipFile(target) as archive:
            faults = faults_of(archive, public_key())
        size = target.seek(0, 2) / 1024 / 1024
    if faults:
        raise WrongPaperError(" ".join(faults))
    growth = held[-1] - held[min(FIRST, len(held) - 1)]
    return [
        within(f"Released packs of {number} organisations, as one signed archive", seconds, "s", PACKS_SECONDS),
        within(f"Memory from pack {FIRST} to the last", growth, "MB", GROWTH_MEGABYTES),
        BenchResult("Size of the archive", size, "MB", None, True),
    ]


def _megabytes() -> float:
    """The most memory that this process held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
