"""Check stored releases: their proofs by adding up, and the whole content by making it again."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from time import perf_counter
from typing import Any

from edi_portal.clock import business_now
from edi_portal.disclosure.certificates import Certificate
from edi_portal.disclosure.measure import MeasureProtection
from edi_portal.disclosure.policy import Policy
from edi_portal.forks import Broken, answers
from kpis.models.collections import Collection
from kpis.models.releases import Release, ReleaseCertificate, ReleasedCount, ReleasedFigure
from kpis.release_content import FigureRow, ReleaseContent, ReleaseInput, build_content
from kpis.release_content.content import content_of
from kpis.release_content.people import PeopleTables, ProtectedTable, people_table
from kpis.release_content.protected_counts import people_tables
from kpis.release_content.rows import SIX_PLACES
from kpis.selectors.release_inputs import pins_of, protected, read_input, stored_tables
from kpis.services.release_rows import FIGURE_FIELDS, PLACES
from kpis.services.retention import SIGNED
from organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class ReleaseCheck:
    """What a check found. `faults` are sentences for portal admins: names of cells, never numbers of people.

    `certificates`: how many were added up; None when the check was of figures alone.
    """

    release: Release
    certificates: int | None
    faults: tuple[str, ...]
    seconds: float

    def __str__(self) -> str:
        """One line: "Release 14, 2019-20 Q2: 268 certificates hold, made again byte for byte, 3.1 s"."""
        name = f"{self.release}, {self.release.quarter.label}"
        if not self.faults:
            held = "figures" if self.certificates is None else f"{self.certificates} certificates hold,"
            return f"{name}: {held} made again byte for byte, {self.seconds:.1f} s"
        more = f"; and {len(self.faults) - 5} more" if len(self.faults) > 5 else ""
        return f"{name}: {'; '.join(self.faults[:5])}{more}, {self.seconds:.1f} s"


def input_of(release: Release) -> ReleaseInput:
    """Exactly what a stored release was made from."""
    return read_input(pins_of(release), release.quarter, Policy(**release.policy))


def check_release(release: Release) -> ReleaseCheck:
    """Add up every certificate again, and make the release again from the same returns."""
    started = perf_counter()
    given = input_of(release)
    certificates, faults = check_certificates(release, given)
    if not faults:
        faults = rebuild_faults(release, given)
    return ReleaseCheck(release, certificates, tuple(faults), perf_counter() - started)


def check_figures(release: Release) -> ReleaseCheck:
    """Make every figure again from the same returns and the protected counts as they are stored, without search or adding up.

    Says whether this machine with these programs computes the same bytes. Whether the counts hide enough is for `check_release`.
    """
    started = perf_counter()
    given = input_of(release)
    faults = content_faults(release, given, content_of(people_tables(given), stored_proofs(release)))
    return ReleaseCheck(release, None, tuple(faults), perf_counter() - started)


def stored_proofs(release: Release) -> tuple[ProtectedTable, ...]:
    """The protected counts of people of a stored release with their certificates, measure by measure, as they are stored."""
    rows = ReleaseCertificate.objects.filter(release=release).values_list("measure", "deltas")
    certificates = {measure: tuple(Certificate.from_data(data) for data in deltas) for measure, deltas in rows}
    return tuple(
        ProtectedTable(
            table.variant,
            table.parts,
            MeasureProtection(
                {key: protected(*count) for key, count in table.counts.items()}, certificates[table.variant.measure], 0
            ),
        )
        for table in stored_tables(release)
    )


def check_certificates(release: Release, given: ReleaseInput) -> tuple[int, list[str]]:
    """How many certificates there are, and the faults found by sums from scratch. No search."""
    stored = {table.variant.measure: table for table in stored_tables(release)}
    tables = PeopleTables(given, tuple(people_table(given, table.variant, table.parts) for table in stored.values()))
    rows = ReleaseCertificate.objects.filter(release=release).order_by("measure").values_list("measure", "deltas")
    found = 0
    faults: list[str] = []
    for measure, deltas in rows:
        certificates = tuple(Certificate.from_data(data) for data in deltas)
        found += len(certificates)
        faults.extend(f"{measure} {fault}" for fault in tables.verify(measure, stored[measure].counts, certificates))
    unproved = set(ReleasedCount.objects.filter(release=release).values_list("measure", flat=True).distinct()) - set(stored)
    return found, faults + [f"{measure} has no certificates." for measure in sorted(unproved)]


def rebuild_faults(release: Release, given: ReleaseInput) -> list[str]:
    """Where a release made again differs from the stored one; empty when it is the same."""
    return content_faults(release, given, build_content(given))


def content_faults(release: Release, given: ReleaseInput, content: ReleaseContent) -> list[str]:
    """Where a content differs from a stored release: fingerprint, certificates, and every stored row."""
    faults = []
    if content.fingerprint != release.fingerprint:
        changed = " since its definitions have changed" if given.framework.version != release.catalogue_version else ""
        faults.append(f"Made again it has another fingerprint{changed}.")
    if content.certificate_hash != release.audit["certificates"]:
        faults.append("Made again it has other certificates.")
    if stored_counts(release) != {tuple(row.canonical()) for row in content.counts}:
        faults.append("Its stored counts are not those of its fingerprint.")
    if _stored_figures(release) != _made_figures(content.figures):
        faults.append("Its stored figures are not those of its fingerprint.")
    return faults


def stored_counts(release: Release) -> set[tuple[Any, ...]]:
    """The stored counts of a release in the canonical form of `CountRow`."""
    rows = ReleasedCount.objects.filter(release=release).values_list(
        "measure", "part", "source", "level", "organisation__slug", "peer_group", "status", "value"
    )
    return {(*head, slug or group, status, value) for *head, slug, group, status, value in rows}


# What a row and its stored form have in common, in the order of `FIGURE_FIELDS`. A row's numbers have six decimals, and most
# columns have as many; only those of the others have to be rounded before they are compared.
_values_of = itemgetter(*[FigureRow._fields.index(name) for name in FIGURE_FIELDS])
_ROUNDED = [(3 + FIGURE_FIELDS.index(name), places) for name, places in PLACES.items() if places != SIX_PLACES]
_COMPONENT, _STATISTIC = 3 + FIGURE_FIELDS.index("component"), 3 + FIGURE_FIELDS.index("statistic")


def _stored_figures(release: Release) -> list[tuple[Any, ...]]:
    slugs = dict(Organisation.objects.values_list("pk", "slug"))
    rows = ReleasedFigure.objects.filter(release=release).values_list(
        "kpi_version_id", "level", "organisation_id", "peer_group", *FIGURE_FIELDS
    )
    return sorted(
        ((version, level, slugs[pk] if pk else group, *values) for version, level, pk, group, *values in rows), key=_place_of
    )


def _made_figures(figures: Iterable[FigureRow]) -> list[tuple[Any, ...]]:
    return sorted((_as_stored(row) for row in figures), key=_place_of)


def _as_stored(row: FigureRow) -> tuple[Any, ...]:
    figure = [row.version_id, *row.unit, *_values_of(row)]
    for place, places in _ROUNDED:
        if figure[place] is not None:
            figure[place] = figure[place].quantize(places)
    return tuple(figure)


def _place_of(figure: tuple[Any, ...]) -> tuple[Any, ...]:
    """Which reading of which definition, and whose. Lists are compared and not sets: a set works out a hash of each number."""
    return (*figure[:3], figure[_COMPONENT], figure[_STATISTIC])


def releases_to_check(number: int | None = None) -> list[Release]:
    """Every release that was ever published, or one of them, oldest first: those whose returns are still there."""
    releases = Release.objects.published().select_related("collection").order_by("number")
    chosen = releases.filter(number=number) if number is not None else releases
    return [release for release in chosen if is_made_from_what_is_kept(release)]


def check_in_processes(releases: Sequence[Release], *, processes: int, figures_alone: bool = False) -> Iterator[ReleaseCheck]:
    """The check of each release in its turn, done by several processes; one that breaks off is a fault of its release.

    By one process an error is raised as it is, with the release that it concerns.
    """
    work = partial(_named, check_figures if figures_alone else check_release)
    for release, answer in zip(releases, answers(work, releases, processes=processes), strict=True):
        if isinstance(answer, Broken):
            answer = ReleaseCheck(release, None, (f"The check broke off: {answer.why}.",), 0)
        yield answer


def _named(check: Callable[[Release], ReleaseCheck], release: Release) -> ReleaseCheck:
    try:
        return check(release)
    except Exception as error:
        error.add_note(f"While {release} was checked.")
        raise


def is_made_from_what_is_kept(release: Release) -> bool:
    """Whether all returns that it was made from still say what they said: what they say goes in time (`retention`)."""
    periods = {period for of_one in pins_of(release).returns.values() for period in of_one}
    return not Collection.objects.filter(period__in=periods, closes_at__lte=business_now() - SIGNED).exists()
