"""Rules on the frame of a return: V12, P8 and P10, and on what backs an answer: V13 and V15."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kpis.catalogue.measures import CellKey, Measure
from kpis.validation.examples import PERIOD, facts, grid
from kpis.validation.facts import CollectionFacts, NetworkFacts, ReturnFacts
from kpis.validation.findings import Finding, Level, fingerprint
from kpis.validation.rules import Example, Rule, address, cell_name, cells_fingerprint, stated, within_sentence
from kpis.validation.statements import Filing, Filings, StatedSides, Statement
from kpis.validation.thresholds import Thresholds


def check_collection(known: ReturnFacts, thresholds: Thresholds) -> Iterator[Finding]:
    """V12: the collection is open, the snapshot lies in the period, and the return is the only live one."""
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
    on = collection.snapshot_on
    if on is not None and not known.period.first_day <= on <= known.period.last_day:
        message = f"The snapshot date must be between {day(known.period.first_day)} and {day(known.period.last_day)}"
        yield Finding(
            "V12", Level.ERROR, message, "Take the figures as they were on the last day of the quarter.", about="snapshot"
        )
    if collection.other_live_returns:
        message = f"There is another live return of {label} for your organisation"
        yield Finding("V12", Level.ERROR, message, "Continue the return that was started first.", about="one")


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
    """P10: measures compared with each other have the same snapshot date."""
    dated = [(measure, known.snapshots[measure.code]) for measure in known.answered() if measure.code in known.snapshots]
    for measure, on in dated:
        lead, lead_on = dated[0]
        if measure.window == lead.window and on != lead_on:
            yield Finding(
                "P10",
                Level.QUERY,
                f"{measure.title} is of {day(on)}, but {within_sentence(lead.title)} is of {day(lead_on)}",
                "Take both from the same day, or explain the difference.",
                measure.code,
                about=lead.code,
                fingerprint=fingerprint([("here", on.isoformat()), ("there", lead_on.isoformat())]),
            )


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
_BOARD = grid("board", ["voting"], ["white", "bme"])
_BOTH = ((_STAFF, [[820, 150]]), (_BOARD, [[12, 1]]))
_CLOSE = date(2019, 12, 31)
_WALTON = Filing("Walton Centre", "Walton Centre", "2018-19", 1, date(2019, 3, 29))


def _network(met: date | None) -> ReturnFacts:
    return facts(networks=(NetworkFacts("BAME staff network", True, met),))


def _collection(*, is_open: bool = True, snapshot_on: date = _CLOSE, others: int = 0) -> ReturnFacts:
    return facts(period=PERIOD, collection=CollectionFacts(is_open, snapshot_on, others))


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
            Example("snapshot of 31 March 2019", _collection(snapshot_on=date(2019, 3, 31)), False),
            Example("a second live return", _collection(others=1), False),
        ),
        check_collection,
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
            Example("both of 31 December", facts(*_BOTH, snapshots={"staff_ethnicity": _CLOSE, "board": _CLOSE}), True),
            Example("board of March", facts(*_BOTH, snapshots={"staff_ethnicity": _CLOSE, "board": date(2019, 3, 31)}), False),
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
