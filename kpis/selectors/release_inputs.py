"""What a release is made from, read by key: definitions, signed returns, accounts, earlier releases.

First the keys are chosen (`choose_pins`), then everything is read by them (`read_input`). A stored release keeps its keys, so
it is made again from exactly the same rows, however much has happened since.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Any, cast

from django.db.models import Q

from edi_portal.disclosure.policy import Policy
from edi_portal.disclosure.protection import Hidden, Protected, Shown, Withheld
from edi_portal.disclosure.universe import CellKey, Level, PublishedPart
from edi_portal.exceptions import Incomplete
from edi_portal.garbage import cycles_searched_later
from edi_portal.periods import Quarter
from kpis.exact_counts import ReturnedQuarter
from kpis.framework import Framework, KpiInForce
from kpis.models.collections import Collection
from kpis.models.definitions import KpiVersion, Measure
from kpis.models.disclosure import KnownFact
from kpis.models.releases import Release, ReleaseCertificate, ReleasedCount
from kpis.models.returns import KpiReturn, ReturnAnswer, ReturnValue
from kpis.release_content import KeptRelease, KeptTable, OrganisationInput, ReleaseInput, Unit
from kpis.release_content.content import canonical_bytes
from kpis.release_content.inputs import FactInput, StoredCount, Variant, needed_counts
from kpis.release_content.protected_counts import quarters_to_read
from kpis.selectors.definitions import framework_for, kpis_by_fingerprint, measures_by_fingerprint
from kpis.selectors.series import breaks_up_to, past_as_data, read_past, releases_before
from kpis.validation.facts import AnswerState
from kpis.workflow import Status
from organisations.models import Organisation, PeerGroupMembership
from organisations.selectors.people import blocks


@dataclass(frozen=True, slots=True)
class Pins:
    """Keys of everything a release is made from, in the shape that is stored (`Release.made_from`).

    `organisations`: slug, key, kind, class and headcount of those due; `returns`: slug → period → key of the signed return;
    `taken_over`: releases whose snapshots are read; `previous`: the one it revises; `kept`: others that are audited with it;
    `facts`: sums that are public elsewhere; `series`: earlier releases whose figures verdicts over time are read from;
    `breaks`: where series break; `pattern`: the releases of earlier periods whose hidden cells repair prefers among equals.
    """

    versions: list[int]
    organisations: list[list[Any]]
    returns: dict[str, dict[str, int]]
    accounts: list[list[str]]
    taken_over: list[int] = field(default_factory=list)
    previous: int | None = None
    kept: list[int] = field(default_factory=list)
    facts: list[int] = field(default_factory=list)
    series: list[int] = field(default_factory=list)
    breaks: list[list[str]] = field(default_factory=list)
    pattern: list[int] = field(default_factory=list)

    def as_data(self) -> dict[str, Any]:
        """The stored form."""
        return asdict(self)


def pins_of(release: Release) -> Pins:
    """The keys of a stored release."""
    if not release.made_from:
        raise Incomplete(
            f"{release} is from before releases kept what they were made from, so nothing can be audited together with it. "
            "Empty the database and load the data again."
        )
    return Pins(**release.made_from)


def choose_pins(collection: Collection) -> Pins:
    """The keys of a release that would be made now."""
    quarter = collection.quarter
    baseline = [kpi for kpi in framework_for(quarter).kpis if kpi.owner_id is None]
    framework = framework_of([kpi.version_id for kpi in baseline], quarter)
    organisations = _owing(collection)
    previous = Release.objects.current().filter(collection=collection).first()
    return Pins(
        versions=sorted(kpi.version_id for kpi in baseline),
        organisations=_facts_of(organisations, quarter),
        returns=_signed(organisations, quarters_to_read(framework, quarter)),
        accounts=[sorted(block) for block in blocks() if len(block) > 1],
        taken_over=_taken_over(framework, quarter),
        previous=previous.pk if previous else None,
        kept=kept_for(collection, framework, previous),
        facts=sorted(KnownFact.objects.in_force().values_list("pk", flat=True)),
        series=releases_before(quarter),
        breaks=[mark.as_data() for mark in breaks_up_to(quarter)],
        pattern=_last_released(framework, quarter),
    )


def _owing(collection: Collection) -> list[Organisation]:
    excused = KpiReturn.objects.filter(collection=collection, status=Status.NOT_REQUIRED).live()
    without = set(excused.values_list("organisation_id", flat=True))
    due = Organisation.objects.in_footprint(on=collection.quarter.last_day).order_by("slug")
    return [organisation for organisation in due if organisation.pk not in without]


def _facts_of(organisations: Iterable[Organisation], quarter: Quarter) -> list[list[Any]]:
    groups = dict(PeerGroupMembership.objects.on(quarter.last_day).values_list("organisation_id", "group"))
    return [
        [one.slug, one.pk, groups.get(one.pk, one.kind), one.applicability_class, one.headcount_estimate] for one in organisations
    ]


def _signed(organisations: Iterable[Organisation], quarters: Iterable[Quarter]) -> dict[str, dict[str, int]]:
    """slug → period → key of the newest signed return."""
    rows = KpiReturn.objects.filter(
        organisation__in=[organisation.pk for organisation in organisations],
        collection__period__in=[quarter.slug for quarter in quarters],
        status=Status.SIGNED_OFF,
    ).order_by("number")
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for slug, period, pk in rows.values_list("organisation__slug", "collection__period", "pk"):
        found[slug][period] = pk
    return dict(found)


def _taken_over(framework: Framework, quarter: Quarter) -> list[int]:
    """The current releases of the quarters whose snapshots this quarter's figures read."""
    sources = {needed.variant.quarters[-1].slug for needed in needed_counts(framework, quarter)} - {quarter.slug}
    return sorted(Release.objects.current().filter(collection__period__in=sources).values_list("pk", flat=True))


def kept_for(collection: Collection, framework: Framework, previous: Release | None) -> list[int]:
    """The published releases, besides the one that is revised, that add up returns which a release made now would add up too."""
    wanted = {needed.variant.measure: needed.variant for needed in needed_counts(framework, collection.quarter)}
    rows = ReleaseCertificate.objects.filter(release__in=Release.objects.published(), measure__in=wanted)
    if previous is not None:
        rows = rows.exclude(release=previous)
    found = {
        pk
        for pk, measure, source in rows.values_list("release", "measure", "source")
        if Variant.of(measure, source).overlaps(wanted[measure])
    }
    return sorted(found)


def _last_released(framework: Framework, quarter: Quarter) -> list[int]:
    """For each measure the current release of the newest earlier period that has it."""
    earlier = Release.objects.current().filter(collection__period__lt=quarter.slug)
    return sorted({pk for _measure, pk in _newest_of_each(framework, earlier.values_list("pk", flat=True))})


def _newest_of_each(framework: Framework, releases: Iterable[int]) -> list[tuple[str, int]]:
    """Each measure with the release of the newest period, among some, that says anything of it. One query."""
    rows = ReleaseCertificate.objects.filter(release__in=releases, measure__in=sorted(framework.measures))
    newest = rows.order_by("measure", "-release__collection__period").distinct("measure")
    return list(newest.values_list("measure", "release"))


def framework_of(versions: Iterable[int], quarter: Quarter) -> Framework:
    """The framework of certain versions of KPIs, all taken as baseline, and of the measures they are computed from."""
    rows = list(
        KpiVersion.objects.filter(pk__in=list(versions)).order_by("pk").values_list("kpi_id", "pk", "number", "fingerprint")
    )
    read = kpis_by_fingerprint(tuple(mark for *_, mark in rows))
    kpis = tuple(KpiInForce(kpi_id, pk, number, None, read[mark]) for kpi_id, pk, number, mark in rows)
    wanted = sorted({code for kpi in kpis for code in kpi.measures})
    measures = Measure.objects.filter(code__in=wanted).order_by("code").values_list("code", "fingerprint")
    marks = dict(measures)
    version = canonical_bytes([[mark for *_, mark in rows], list(marks.values())])
    contents = measures_by_fingerprint(tuple(marks.values()))
    content = {code: contents[mark] for code, mark in marks.items()}
    return Framework(quarter, content, kpis, hashlib.sha256(version).hexdigest())


@cycles_searched_later()
def read_input(pins: Pins, quarter: Quarter, policy: Policy) -> ReleaseInput:
    """Everything behind the keys, as plain values."""
    framework = framework_of(pins.versions, quarter)
    before = list(Release.objects.filter(pk__in=[*pins.kept, *filter(None, [pins.previous])]).select_related("collection"))
    contents = _contents(framework, quarter, pins, [pins_of(release) for release in before])
    kept = {release.pk: _kept(release, contents) for release in before}
    return ReleaseInput(
        framework=framework,
        quarter=quarter,
        organisations=_organisations(pins, contents),
        policy=policy,
        earlier=_earlier_counts(pins, framework, quarter),
        accounts=tuple(frozenset(account) for account in pins.accounts),
        seed=quarter.slug,
        previous=kept[pins.previous] if pins.previous else None,
        kept=tuple(kept[pk] for pk in pins.kept),
        facts=_facts(pins),
        past=read_past(pins.series, pins.breaks, framework),
        patterns=_patterns(pins, framework),
    )


def _patterns(pins: Pins, framework: Framework) -> dict[str, frozenset[CellKey]]:
    """Measure → the cells that its last release did not show. Two queries; none for a release that pinned no pattern."""
    if not pins.pattern:
        return {}
    last = dict(_newest_of_each(framework, pins.pattern))
    found: dict[str, set[CellKey]] = defaultdict(set)
    rows = ReleasedCount.objects.filter(release__in=pins.pattern, measure__in=list(last)).exclude(status="shown")
    columns = ("release", "measure", "level", "organisation__slug", "peer_group", "part")
    for release, measure, level, slug, group, part in rows.values_list(*columns):
        if last[measure] == release:
            found[measure].add(CellKey(cast(Level, level), slug or group, part))
    return {measure: frozenset(cells) for measure, cells in sorted(found.items())}


def _facts(pins: Pins) -> tuple[FactInput, ...]:
    if not pins.facts:
        return ()
    rows = KnownFact.objects.filter(pk__in=pins.facts).order_by("pk")
    return tuple(FactInput(*row) for row in rows.values_list("pk", "measure", "part", "organisation__slug", "period"))


Contents = Mapping[int, ReturnedQuarter]


def _contents(framework: Framework, quarter: Quarter, pins: Pins, others: Iterable[Pins]) -> Contents:
    """Return → its content: of the quarter everything that is needed, of other returns only what is added up over quarters."""
    summed = [measure.code for measure in framework.measures.values() if measure.window == "quarter"]
    every = {pk for one in (pins, *others) for periods in one.returns.values() for pk in periods.values()}
    whole = {periods[quarter.slug] for one in (pins, *others) for periods in one.returns.values() if quarter.slug in periods}
    single = {one.variant.quarters[-1].slug for one in needed_counts(framework, quarter) if len(one.variant.quarters) == 1}
    whole |= {pk for periods in pins.returns.values() for period, pk in periods.items() if period in single}
    wanted = Q(kpi_return__in=whole, measure__in=list(framework.measures)) | Q(kpi_return__in=every - whole, measure__in=summed)
    values: dict[int, dict[tuple[str, str, str], Any]] = {pk: {} for pk in every}
    states: dict[int, dict[str, AnswerState]] = {pk: {} for pk in every}
    cells = ReturnValue.objects.filter(wanted).values_list("kpi_return_id", "measure", "row", "column", "amount")
    # Not by `iterator`: outside a transaction the server would first write all rows into a store for its cursor.
    for pk, measure, row, column, amount in cells:
        values[pk][measure, row, column] = amount
    answers = ReturnAnswer.objects.filter(wanted)
    for pk, measure, state, reason, expected in answers.values_list("kpi_return_id", "measure", "state", "reason", "expected_on"):
        states[pk][measure] = AnswerState(state, reason, expected)
    return {pk: ReturnedQuarter(values[pk], states[pk]) for pk in every}


def _organisations(pins: Pins, contents: Contents) -> tuple[OrganisationInput, ...]:
    return tuple(
        OrganisationInput(
            slug=slug,
            pk=pk,
            kind=kind,
            applicability_class=applicability_class,
            headcount_estimate=headcount,
            quarters={Quarter.parse(period): contents[key] for period, key in pins.returns.get(slug, {}).items()},
        )
        for slug, pk, kind, applicability_class, headcount in pins.organisations
    )


def _kept(release: Release, contents: Contents) -> KeptRelease:
    pins = pins_of(release)
    return KeptRelease(
        name=f"{release.collection.period}/{release.revision}",
        quarter=release.quarter,
        organisations=_organisations(pins, contents),
        policy=Policy(**release.policy),
        accounts=tuple(frozenset(account) for account in pins.accounts),
        read_tables=partial(stored_tables, release),
    )


def stored_tables(release: Release) -> tuple[KeptTable, ...]:
    """The counts of people of a stored release, measure by measure, with their parts. Two queries."""
    counts: dict[str, dict[CellKey, StoredCount]] = defaultdict(dict)
    rows = ReleasedCount.objects.filter(release=release)
    for measure, part, level, slug, group, status, value in rows.values_list(
        "measure", "part", "level", "organisation__slug", "peer_group", "status", "value"
    ):
        counts[measure][CellKey(cast(Level, level), slug or group, part)] = (status, value)
    return tuple(
        KeptTable(Variant.of(row.measure, row.source), tuple(parts_from_data(row.parts)), counts[row.measure])
        for row in ReleaseCertificate.objects.filter(release=release).only("measure", "source", "parts").order_by("measure")
    )


def parts_from_data(data: Iterable[list[Any]]) -> Iterable[PublishedPart]:
    """Read the stored parts of a certificate back."""
    return (PublishedPart(key, tuple(cells), level, sensitive) for key, cells, level, sensitive in data)


def _earlier_counts(pins: Pins, framework: Framework, quarter: Quarter) -> dict[tuple[str, str, str, Unit], Protected]:
    """Protected counts of the quarters whose snapshots this quarter's figures read, from the releases that are taken over."""
    sources = {one.variant.source for one in needed_counts(framework, quarter)} - {quarter.slug}
    rows = ReleasedCount.objects.filter(release__in=pins.taken_over, source__in=sources)
    return {
        (measure, part, source, Unit(level, slug or group or "")): protected(status, value)
        for measure, part, source, level, slug, group, status, value in rows.values_list(
            "measure", "part", "source", "level", "organisation__slug", "peer_group", "status", "value"
        )
    }


def protected(status: str, value: int | None) -> Protected:
    """A stored count as figures read it. Why it was hidden or withheld is not stored, and makes no difference to a figure."""
    if status == "shown" and value is not None:
        return Shown(value)
    return Hidden(0, None) if status == "hidden" else Withheld("small_numbers")


def returns_digest(given: ReleaseInput) -> str:
    """SHA-256 over what the returns of a release say and how it is made, whatever the order in which it was read."""
    content: dict[str, object] = {
        "framework": given.framework.version,
        "policy": asdict(given.policy),
        "accounts": sorted(sorted(block) for block in given.accounts),
        "earlier": sorted(repr(item) for item in given.earlier.items()),
        "organisations": [
            [
                organisation.slug,
                organisation.kind,
                organisation.headcount_estimate,
                sorted(
                    [
                        quarter.slug,
                        sorted((*key, str(value)) for key, value in returned.values.items()),
                        sorted(map(str, returned.states.items())),
                    ]
                    for quarter, returned in organisation.quarters.items()
                ),
            ]
            for organisation in sorted(given.organisations, key=lambda one: one.slug)
        ],
    }
    if given.facts:  # what no fact bears on keeps the digest it had before facts were known
        content["facts"] = [fact.canonical() for fact in given.facts]
    return hashlib.sha256(canonical_bytes(content)).hexdigest()


def input_digest(given: ReleaseInput) -> str:
    """SHA-256 over everything a release depends on: its returns, the releases it is audited together with, and last patterns."""
    before = [given.previous.name if given.previous else "", *(release.name for release in given.kept)]
    content: list[object] = [returns_digest(given), before, past_as_data(given.past)]
    if given.patterns:
        content.append([[measure, sorted(cells)] for measure, cells in sorted(given.patterns.items())])
    return hashlib.sha256(canonical_bytes(content)).hexdigest()
