"""`manage.py bench`: measure speed, size and queries on a scratch database, print a table, keep it in `var/bench.json`."""

import importlib.util
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from edi_portal.bench import BenchResult
from edi_portal.bench.registry import added_cases
from edi_portal.bench.report import failures, table, write_json
from kpis.bench import (
    aggregation,
    crowd,
    extracts,
    growth,
    open_data,
    pages,
    ramp,
    released_list,
    releases,
    returns,
    sign_off,
    start_up,
)
from kpis.bench.scratch import scratch_portal
from kpis.demonstration.loading import load_returns
from kpis.models.releases import Release
from kpis.services.release_checks import input_of

CASES = ("start", "statistics", "extracts", "aggregation", "releases", "open-data", "lists", "crowd", "pages", "returns")
# Cases that read published releases.
ON_RELEASES = {"releases", "open-data", "lists", "crowd", "pages"}
# The pages are measured with as many organisations as the demonstration has, and with so many times as many.
TIMES = 10


class Command(BaseCommand):
    """Measure the portal on demonstration data of its own. Nothing of the given database is read or changed."""

    help = "Measure speed, size and queries on a scratch database; real data are never touched."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to measure, where to keep it, and whether a limit that does not hold is a failure."""
        cases = (*CASES, *added_cases())
        parser.add_argument("--only", nargs="+", choices=cases, default=cases, metavar="CASE", help=f"of {', '.join(cases)}")
        parser.add_argument("--output", type=Path, default=settings.BASE_DIR / "var" / "bench.json", help="the JSON file")
        parser.add_argument("--strict", action="store_true", help="exit with status 1 when a limit does not hold")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure, print, keep."""
        self.began = time.monotonic()
        found = self._measure(set(options["only"]))
        write_json(found, options["output"])
        self.stdout.write(f"\n{table(found)}\n\n")
        broken = failures(found)
        self.stdout.write(f"{len(broken)} of {len(found)} measurements do not hold. Kept in {options['output']}.")
        if broken and options["strict"]:
            raise CommandError("A limit does not hold.")

    def _say(self, text: str) -> None:
        self.stdout.write(f"{time.monotonic() - self.began:6.1f} s  {text}")
        self.stdout.flush()

    def _measure(self, cases: set[str]) -> list[BenchResult]:
        found: list[BenchResult] = []
        if "start" in cases:
            self._say("starting")
            found += start_up.measure()
        if "statistics" in cases and importlib.util.find_spec("statsmodels"):
            from edi_portal.bench import statistics

            self._say("statistics")
            found += statistics.measure()
        if "extracts" in cases:
            self._say("extracts")
            found += extracts.measure()
        if cases & {"aggregation", *ON_RELEASES, "returns", *added_cases()}:
            with scratch_portal():
                found += self._measure_portal(cases)
        return found

    def _measure_portal(self, cases: set[str]) -> list[BenchResult]:
        found: list[BenchResult] = []
        if "aggregation" in cases:
            self._say("counting cases of 338 organisations")
            found += aggregation.measure()
        added = {key: measure for key, measure in added_cases().items() if key in cases}
        if not cases & {*ON_RELEASES, "returns"} and not added:
            return found
        call_command("load_reference", stdout=self.stdout)
        load_returns(say=self._say)
        seconds = releases.build_all(say=self._say) if cases & ON_RELEASES or added else 0.0
        if "releases" in cases:
            found += releases.measure(seconds, say=self._say)
            self._say("as many organisations, and ten times as many")
            newest = Release.objects.current().select_related("collection").latest("collection__period")
            found += growth.measure(input_of(newest))
            self._say("a sign-off until its owner sees it")
            found += sign_off.measure()
        if "open-data" in cases:
            self._say("open data and the compendium")
            found += open_data.measure()
        if "lists" in cases:
            self._say("all figures of a release by the API, and the search")
            found += released_list.measure()
        if "crowd" in cases:
            self._say("40 people on a real web server")
            found += ramp.measure()
        for key, measure in added.items():
            self._say(key)
            found += measure()
        if "returns" in cases:
            self._say("section, autosave and workbook")
            found += returns.measure()
        if "pages" in cases:
            found += self._measure_pages()
        return found

    def _measure_pages(self) -> list[BenchResult]:
        self._say("pages")
        few = pages.measure_pages()
        size = crowd.size()
        self._say(f"pages again, with {TIMES} times as many organisations")
        larger = crowd.multiply(TIMES)
        many = pages.measure_pages()
        return [
            *pages.results(few, many, (size, larger)),
            *pages.results_of_groups(pages.measure_pages_of_groups(), larger),
        ]
