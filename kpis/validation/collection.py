"""Rules on the frame of a return: V12, P8 and P10, and on what backs an answer: V13 and V15."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kpis.catalogue.measures import CellKey, Measure
from kpis.catalogue.windows import snapshot_days
from kpis.validation.examples import PERIOD, facts, grid
from kpis.validation.facts import CollectionFacts, NetworkFacts, ReturnFacts
from kpis.validation.findings import Finding, Level, fingerprint
from kpis.validation.rules import Example, Rule, address, cell_name, cells_fingerprint, stated, within_sentence
from kpis.validation.statements import Filing, Filings, StatedSides, Statement
from kpis.validation.thresholds import Thresholds


def check_collection(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """V12: the collection is open, and the return is the only live one."""
    collection = known.collection
    if collection is None:
        return
    label = known.period.label
    if not collection.is_open:
        yield Finding(
            "V12",
            Level.ERROR,
            f"The collection of {label} is closed",
            "Ask for an extension, or for the return to be reopened.",
            about="open",
        )
    if collection.other_live_returns:
        message = f"There is another live return of {label} for your organisation"
        yield Finding("V12", Level.ERROR, message, "Continue the return that was started first.", about="one")


def check_snapshot_days(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """V12: each snapshot date that is stated lies in the period that its question asks about."""
    for measure in known.answered():
        days, on = snapshot_days(measure, known.period), known.snapshots.get(measure.code)
        if days is None or on is None or days[0] <= on <= days[1]:
            continue
        message = f"{measure.title}: the figures are of {day(on)}, not of a day from {day(days[0])} to {day(days[1])}"
        mend = f"Take the figures as they were on {day(days[1])}."
        yield Finding("V12", Level.ERROR, message, mend, measure.code, about="snapshot")


def check_frame(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """V12 as a whole."""
    yield from check_collection(known, thresholds)
    yield from check_snapshot_days(known, thresholds)


def check_evidence(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """V13: an answer of yes has a link or a file."""
    for measure in known.answered():
        if not any(check.rule == "V13" or check.evidence for check in measure.checks):
            continue
        if measure.code in known.evidence or known.texts.get((measure.code, "evidence"), "").strip():
            continue
        yes = [cell for cell in _evidence_cells(measure) if known.value(measure.code, cell) == 1]
        if yes:
            names = "; ".join(cell_name(measure, cell) for cell in yes[:3]) + (f"; and {len(yes) - 3} more" if yes[3:] else "")
            mend = "Add a link or a file, or say where the evidence can be seen."
            digest = cells_fingerprint(known, [address(measure, cell) for cell in yes])
            message = f"You answered yes and gave no evidence: {names}"
            yield Finding("V13", Level.QUERY, message, mend, measure.code, address(measure, yes[0]), "evidence", digest)


def _evidence_cells(measure: Measure) -> tuple[CellKey, ...]:
    """The yes-or-no cells that the measure asks evidence for; all of them where it names none."""
    named = {
        cell for check in measure.checks if check.rule == "V13" for pattern in check.cells for cell in measure.match(pattern)
    }
    return tuple(cell for cell in measure.cells() if measure.unit_of(cell) == "yes_no" and (not named or cell in named))


def check_networks_meet(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """V15: an active network met within the last two quarters."""
    yield from _answered_networks(known)
    since = known.period.previous(thresholds.network_meeting_quarters - 1).first_day
    for network in known.networks:
        met = network.last_met_on
        if network.is_active and (met is None or met < since):
            last = f"last met on {day(met)}" if met else "has no meeting date"
            yield Finding(
                "V15",
                Level.QUERY,
                f"{network.name} is marked active and {last}",
                f"Add a meeting on or after {day(since)}, mark the network as not active, or explain.",
                about=network.name,
                fingerprint=fingerprint([("met", met.isoformat() if met else None), ("since", since.isoformat())]),
            )


def _answered_networks(known: ReturnFacts) -> Iterator[Finding]:
    """V15 where the return itself asks, row by row, whether a network is active and whether it met: the ordered columns."""
    for measure in known.answered():
        for check in measure.checks:
            if check.rule != "V15" or len(check.ordered) != 2:
                continue
            for row in measure.rows:
                active, met = (CellKey(row.key, key) for key in check.ordered)
                if known.value(measure.code, active) == 1 and known.value(measure.code, met) == 0:
                    at = [address(measure, active), address(measure, met)]
                    message = f"{row.label}: marked active, but without a meeting in the last 2 quarters"
                    mend = "Correct one of the two answers, or explain."
                    yield Finding(
                        "V15", Level.QUERY, message, mend, measure.code, at[1], fingerprint=cells_fingerprint(known, at)
                    )


def check_filings(statement: Statement, thresholds: Thresholds) -> Iterator[Finding]:
    """P8: filings are told apart by organisation, reporting unit and version; a late one of a closed organisation is kept."""
    if not isinstance(statement, Filings):
        return
    seen: set[tuple[str, str, str, int]] = set()
    for filing in statement.filings:
        key = (filing.organisation, filing.reporting_unit, filing.year, filing.version)
        if key in seen:
            message = f"{filing.reporting_unit} filed twice for {filing.year} as version {filing.version}"
            yield stated(
                "P8",
                Level.QUERY,
                filing.organisation,
                message,
                "Keep both, the later as the next version.",
                filing.reporting_unit,
            )
        seen.add(key)
        if filing.closed_on is not None and filing.filed_on >= filing.closed_on:
            message = f"filed on {day(filing.filed_on)}, after the organisation closed on {day(filing.closed_on)}"
            yield stated(
                "P8", Level.INFORMATION, filing.organisation, message, "Keep it under the closed organisation.", "closed"
            )


def check_snapshots(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """P10: counts of people that are compared with each other are of the same day; the board with the workforce of 31 March."""
    dated = [(measure, on) for measure in known.answered() if (on := _snapshot_of(measure, known)) is not None]
    workforce = next((measure for measure, _ in dated if measure.window == "snapshot"), None)
    for measure, on in dated:
        lead, lead_on = next((one, first) for one, first in dated if one.window == measure.window)
        if measure.window != "snapshot" and workforce is not None and workforce.code in known.march_snapshots:
            lead, lead_on = workforce, known.march_snapshots[workforce.code]
        if on != lead_on:
            yield Finding(
                "P10",
                Level.QUERY,
                f"{measure.title} is of {day(on)}, but {within_sentence(lead.title)} is of {day(lead_on)}",
                "Take both from the same day, or explain the difference.",
                measure.code,
                about=lead.code,
                fingerprint=fingerprint([("here", on.isoformat()), ("there", lead_on.isoformat())]),
            )


def _snapshot_of(measure: Measure, known: ReturnFacts) -> date | None:
    """The day that a count of people is of; the day asked for where no other is stated."""
    days = snapshot_days(measure, known.period) if measure.unit == "people" else None
    return known.snapshots.get(measure.code, days[1]) if days else None


def check_sides(statement: Statement, thresholds: Thresholds) -> Iterator[Finding]:
    """P10 on print: both sides of a difference are of the same day."""
    if isinstance(statement, StatedSides) and statement.part_on != statement.whole_on:
        message = f"{statement.part} is of {day(statement.part_on)}, {statement.whole} of {day(statement.whole_on)}"
        yield stated("P10", Level.QUERY, statement.name, message, "Keep a snapshot date on each side.")


def day(on: date) -> str:
    """A date in words: "31 December 2019"."""
    return f"{on.day} {on:%B %Y}"


_VOICES = grid(
    "disabled_voices", ["action"], ["answer"], unit="yes_no", protection="things", checks=[{"rule": "V13", "evidence": True}]
)
_NETWORKS = grid(
    "networks_core",
    ["bame"],
    ["active", "met"],
    unit="yes_no",
    protection="things",
    checks=[{"rule": "V15", "ordered": ["active", "met"]}],
)
_STAFF = grid("staff_ethnicity", ["all"], ["white", "bme"])
_DISABILITY = grid("staff_disability", ["all"], ["disabled", "non_disabled"])
_BOARD = grid("board", ["voting"], ["white", "bme"], window="snapshot_31_march")
_BOTH = ((_STAFF, [[820, 150]]), (_DISABILITY, [[70, 900]]))
_WITH_BOARD = ((_STAFF, [[820, 150]]), (_BOARD, [[12, 1]]))
_CLOSE, _MARCH = date(2019, 12, 31), date(2019, 3, 31)
_WALTON = Filing("Walton Centre", "Walton Centre", "2018-19", 1, date(2019, 3, 29))


def _network(met: date | None) -> ReturnFacts:
    return facts(networks=(NetworkFacts("BAME staff network", True, met),))


def _collection(*, is_open: bool = True, snapshot_on: date = _CLOSE, others: int = 0) -> ReturnFacts:
    collection = CollectionFacts(is_open, others)
    return facts((_STAFF, [[820, 150]]), period=PERIOD, collection=collection, snapshots={"staff_ethnicity": snapshot_on})


RULES = (
    Rule(
        "V12",
        "The right collection",
        "The collection is open, the snapshot date lies in the period, and there is one live return for each "
        "organisation and period.",
        Level.ERROR,
        (
            Example("open, 31 December 2019", _collection(), True),
            Example("closed", _collection(is_open=False), False),
            Example("snapshot of 31 March 2019", _collection(snapshot_on=_MARCH), False),
            Example("a second live return", _collection(others=1), False),
        ),
        check_frame,
    ),
    Rule(
        "V13",
        "Evidence for a yes",
        "Where the answer is yes, a link or a file shows it.",
        Level.QUERY,
        (
            Example(
                "yes, with a link",
                facts((_VOICES, [[1]]), texts={("disabled_voices", "evidence"): "https://example.nhs.uk/voices"}),
                True,
            ),
            Example("yes, with a file", facts((_VOICES, [[1]]), evidence=frozenset({"disabled_voices"})), True),
            Example("no", facts((_VOICES, [[0]])), True),
            Example("yes, with nothing", facts((_VOICES, [[1]])), False),
        ),
        check_evidence,
    ),
    Rule(
        "V15",
        "Active networks meet",
        "A network marked active has a meeting date in the last 2 quarters.",
        Level.QUERY,
        (
            Example("met in September 2019", _network(date(2019, 9, 12)), True),
            Example("last met in May 2019", _network(date(2019, 5, 12)), False),
            Example("no meeting date", _network(None), False),
            Example("answered active and met", facts((_NETWORKS, [[1, 1]])), True),
            Example("answered active and not met", facts((_NETWORKS, [[1, 0]])), False),
        ),
        check_networks_meet,
    ),
    Rule(
        "P8",
        "Filings told apart",
        "A filing is known by organisation, reporting unit and version. Two of the same are asked about. "
        "A late filing of a closed organisation is kept.",
        Level.QUERY,
        (
            Example(
                "trust and Lead Employer",
                Filings((_WALTON, Filing("Walton Centre", "Lead Employer", "2018-19", 1, date(2019, 3, 29)))),
                True,
            ),
            Example("filed twice", Filings((_WALTON, _WALTON)), False),
            Example(
                "filed after closing",
                Filings((Filing("Liverpool Community Health", "Trust", "2018-19", 1, date(2019, 3, 29), date(2018, 4, 1)),)),
                False,
            ),
        ),
        on_statement=check_filings,
    ),
    Rule(
        "P10",
        "One snapshot date on both sides",
        "Figures that are compared are of the same day: the board and the workforce, a band and the whole.",
        Level.QUERY,
        (
            Example("both of 31 December", facts(*_BOTH, period=PERIOD, snapshots={"staff_disability": _CLOSE}), True),
            Example("by disability of 30 November", facts(*_BOTH, snapshots={"staff_disability": date(2019, 11, 30)}), False),
            Example(
                "the board and the workforce of March", facts(*_WITH_BOARD, march_snapshots={"staff_ethnicity": _MARCH}), True
            ),
            Example(
                "the board of March, the workforce of February",
                facts(*_WITH_BOARD, march_snapshots={"staff_ethnicity": date(2019, 2, 28)}),
                False,
            ),
            Example(
                "printed, same day",
                StatedSides("WRES 9", "the board", date(2020, 3, 31), "the workforce", date(2020, 3, 31)),
                True,
            ),
            Example(
                "printed, a year apart",
                StatedSides("WRES 9", "the board", date(2020, 3, 31), "the workforce", date(2019, 3, 31)),
                False,
            ),
        ),
        check_snapshots,
        check_sides,
    ),
)
