"""Definitions for an organisation's own (bespoke) KPI: a small measure and the KPI on it, as plain values ready to be stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kpis.catalogue.definitions import SHORT_NAME_LIMIT, kpi_from_dict
from kpis.catalogue.loading import check_kpi
from kpis.catalogue.measures import measure_from_dict
from kpis.catalogue.reading import DefinitionError

Definition = dict[str, object]


@dataclass(frozen=True, slots=True)
class BespokeDetails:
    """What an EDI lead says about an own KPI besides the numbers. Only owner and review day have no default.

    `counts` is what is counted: "people", "records" or "items". `flow` is true when the quarter's events are counted, false for a
    state on its last day. `target` is in the KPI's unit; which side is good follows from the direction.
    """

    owner: str
    reviewed_on: date
    next_review_on: date
    workstream: str = "equality-assurance"
    domain: str = "cultural"
    why_it_matters: str = "Our organisation chose to watch this."
    help: str = "Count as our own definition says."
    source: str = "Own definition of the organisation"
    data_source: str = "Own records"
    contributor: str = "edi"
    counts: str = "people"
    sensitive: bool = False
    flow: bool = True
    direction: str = "higher"
    target: Decimal | None = None
    applies_to: tuple[str, ...] = ("trust", "ccg", "csu")
    collected_in: tuple[int, ...] = (1, 2, 3, 4)


def bespoke_share(
    code: str, name: str, question: str, *, numerator: str, denominator: str, details: BespokeDetails
) -> tuple[Definition, Definition]:
    """Measure and KPI for "so many out of so many", in percent. `numerator` and `denominator` are the two counts in words."""
    measure = _measure(code, name, details)
    measure |= {
        "rows": [{"key": "base", "label": denominator}, {"key": "events", "label": numerator}],
        "columns": [{"key": "value", "label": "Number"}],
        "parts": [_part("base", "base/value"), _part("events", "events/value")],
        "checks": [{"rule": "V1", "axis": "rows", "ordered": ["events", "base"]}],
    }
    source = measure["code"]
    kpi = _kpi(code, name, question, "percent", details) | {
        "numerator": numerator,
        "denominator": denominator,
        "groups": "All together",
        "orientation": f"Share: {_good_in_words(details.direction)}",
        "formula": {"kind": "share", "group": denominator, "events": f"{source}:events", "base": f"{source}:base"},
    }
    return _checked(measure, kpi)


def bespoke_count(code: str, name: str, question: str, *, counted: str, details: BespokeDetails) -> tuple[Definition, Definition]:
    """Measure and KPI for one number. `counted` says in words what is counted."""
    measure = _measure(code, name, details)
    measure |= {
        "rows": [{"key": "value", "label": counted}],
        "columns": [{"key": "value", "label": "Number"}],
        "parts": [_part("value", "value/value")],
        "checks": [{"rule": "V1", "cells": ["value/value"], "low": "0"}],
    }
    kpi = _kpi(code, name, question, "count", details) | {
        "numerator": counted,
        "denominator": "No denominator: a count",
        "groups": "All together",
        "orientation": f"Number: {_good_in_words(details.direction)}",
        "formula": {"kind": "count", "part": f"{measure['code']}:value"},
    }
    return _checked(measure, kpi)


def bespoke_likelihood(
    code: str,
    name: str,
    question: str,
    *,
    event: str,
    base: str,
    verb: str,
    reference: str,
    comparison: str,
    over: str,
    details: BespokeDetails,
) -> tuple[Definition, Definition]:
    """Measure and KPI for "how much more likely": two groups, each with a base and those of it to whom the event happened.

    `event` and `base` head the two columns; `verb` completes "n times as likely …"; `reference` and `comparison` name the
    majority and the protected group; `over` is "reference" or "comparison", the group above the line. Good is always close to 1.
    """
    measure = _measure(code, name, details)
    groups = {"reference": reference, "comparison": comparison}
    measure |= {
        "rows": [{"key": key, "label": label} for key, label in groups.items()],
        "columns": [{"key": "base", "label": base}, {"key": "events", "label": event}],
        "parts": [_part(f"{column}.{key}", f"{key}/{column}") for column in ("base", "events") for key in groups],
        "checks": [{"rule": "V1", "ordered": ["events", "base"]}],
    }
    source = measure["code"]
    first, second = (reference, comparison) if over == "reference" else (comparison, reference)
    rolling = details.flow and len(details.collected_in) == 4
    formula: Definition = {"kind": "likelihood", "over": over, "window": "twelve_months" if rolling else "quarter"}
    formula |= {
        key: {"label": label, "events": f"{source}:events.{key}", "base": f"{source}:base.{key}", "verb": verb}
        for key, label in groups.items()
    }
    kpi = _kpi(code, name, question, "ratio", details) | {
        "numerator": f"{first}: {event}, out of {base}",
        "denominator": f"{second}: {event}, out of {base}",
        "groups": f"{reference}; {comparison}",
        "orientation": f"{first} over {second}: above 1 means that {first} is the likelier",
        "direction": "closer_to_1",
        "target": {"kind": "range", "low": "0.80", "high": "1.25", "text": "0.80 to 1.25; 1.00 is parity"},
        "formula": formula,
    }
    if rolling:
        kpi["snapshot_rule"] = "twelve_months"
    return _checked(measure, kpi)


def _measure(code: str, name: str, details: BespokeDetails) -> Definition:
    measure: Definition = {
        "code": f"own_{code.lower().replace('-', '_')}",
        "title": name,
        "question": f"{name}: what are the figures?",
        "help": details.help,
        "workstream": details.workstream,
        "contributor": details.contributor,
        "source": details.data_source,
        "unit": details.counts,
        "protection": "things" if details.counts == "items" else "people",
        "sensitive": details.sensitive,
        "window": "quarter" if details.flow else "snapshot",
        "applies_to": list(details.applies_to),
        "collected_in": list(details.collected_in),
    }
    return measure


def _part(key: str, cell: str) -> Definition:
    return {"key": key, "cells": [cell], "level": "group_total"}


def _kpi(code: str, name: str, question: str, unit: str, details: BespokeDetails) -> Definition:
    return {
        "code": code,
        "name": name,
        "short_name": _shortened(name),
        "question": question,
        "why_it_matters": details.why_it_matters,
        "standard": "Own KPI",
        "domain": details.domain,
        "workstream": details.workstream,
        "direction": details.direction,
        "unit": unit,
        "applies_to": {name: "required" if name in details.applies_to else "not_applicable" for name in ("trust", "ccg", "csu")},
        "collected_in": list(details.collected_in),
        "snapshot_rule": "quarter_flow" if details.flow else "quarter_end",
        "source": details.source,
        "data_source": details.data_source,
        "confidence": "UNCONFIRMED",
        "confidence_note": "An organisation's own measure with no national definition.",
        "owner": details.owner,
        "reviewed_on": details.reviewed_on.isoformat(),
        "next_review_on": details.next_review_on.isoformat(),
        "target": _target(details),
        "comparator": "none",
    }


def _target(details: BespokeDetails) -> Definition:
    if details.target is None or details.direction not in ("higher", "lower"):
        return {"kind": "none", "text": "No target: look at our own trend"}
    if details.direction == "higher":
        return {"kind": "at_least", "low": str(details.target), "text": f"At least {details.target}"}
    return {"kind": "at_most", "high": str(details.target), "text": f"At most {details.target}"}


def _good_in_words(direction: str) -> str:
    return {"higher": "higher is better", "lower": "lower is better"}.get(direction, "no direction is better")


def _shortened(name: str) -> str:
    """The name itself where it fits, else its first whole words."""
    if len(name) <= SHORT_NAME_LIMIT:
        return name
    return name[:SHORT_NAME_LIMIT].rpartition(" ")[0].rstrip(" ,;:-") or name[:SHORT_NAME_LIMIT]


def _checked(measure: Definition, kpi: Definition) -> tuple[Definition, Definition]:
    """Read both back so that a fault shows at once, and return them in the stored form."""
    read = measure_from_dict(measure, f"{measure['code']}")
    definition = kpi_from_dict(kpi, f"{kpi['code']}")
    check_kpi(definition, {read.code: read})
    return read.to_dict(), definition.to_dict()


def check_bespoke(measure: Mapping[str, object], kpi: Mapping[str, object]) -> None:
    """Check a stored pair again. Raises `DefinitionError` when either is faulty or they do not fit together."""
    read = measure_from_dict(measure)
    definition = kpi_from_dict(kpi)
    if read.code not in definition.measures():
        raise DefinitionError(definition.code, "formula", f"the KPI does not read its own measure {read.code}.")
    check_kpi(definition, {read.code: read})
