"""A KPI: a figure computed from parts of measures, with everything a reader needs to judge it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from kpis.catalogue.formula_reading import formula_from_fields
from kpis.catalogue.formulas import UNITS_OF_KIND, Formula, PartRef, formula_to_dict, inputs_of
from kpis.catalogue.reading import Fields
from kpis.catalogue.vocabulary import (
    APPLICABILITIES,
    COMPARATORS,
    CONFIDENCES,
    DIRECTIONS,
    DOMAINS,
    KPI_UNITS,
    ORGANISATION_CLASSES,
    SNAPSHOT_RULES,
    TARGET_KINDS,
    WORKSTREAMS,
)

SHORT_NAME_LIMIT = 28


@dataclass(frozen=True, slots=True)
class Target:
    """What to aim for, in the KPI's unit. `low` and `high` are set as the kind asks; `text` says it in words."""

    kind: str
    text: str
    low: Decimal | None = None
    high: Decimal | None = None

    def is_met(self, value: Decimal) -> bool | None:
        """Whether an unrounded value meets the target, both ends included; None when there is no target."""
        if self.kind == "none":
            return None
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)


@dataclass(frozen=True, slots=True)
class Component:
    """A further figure of the same KPI: one band, one item, one group. Same formula fields as the headline."""

    key: str
    label: str
    unit: str
    direction: str
    formula: Formula
    collected_in: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class KpiDefinition:
    """One KPI. Field by field as in `kpis/definitions/*.toml`."""

    code: str
    name: str
    short_name: str
    question: str
    why_it_matters: str
    standard: str
    domain: str
    workstream: str
    numerator: str
    denominator: str
    groups: str
    orientation: str
    direction: str
    unit: str
    applies_to: Mapping[str, str] = field(hash=False)
    applies_note: str
    collected_in: tuple[int, ...]
    snapshot_rule: str
    source: str
    data_source: str
    confidence: str
    confidence_note: str
    owner: str
    reviewed_on: date
    next_review_on: date
    target: Target
    comparator: str
    formula: Formula
    components: tuple[Component, ...]
    notes: str

    @property
    def slug(self) -> str:
        """The code as it stands in addresses: "wres-2"."""
        return self.code.lower()

    def component(self, key: str) -> Component:
        """The component of a key; KeyError when there is none."""
        for component in self.components:
            if component.key == key:
                return component
        raise KeyError(f"{self.code} has no component {key}")

    def formula_of(self, component: str | None = None) -> Formula:
        """The formula of the headline, or of a component."""
        return self.formula if component is None else self.component(component).formula

    def unit_of(self, component: str | None = None) -> str:
        """The unit of the headline, or of a component."""
        return self.unit if component is None else self.component(component).unit

    def direction_of(self, component: str | None = None) -> str:
        """Which way is good, for the headline or for a component."""
        return self.direction if component is None else self.component(component).direction

    def quarters_of(self, component: str | None = None) -> tuple[int, ...]:
        """The financial quarters in which the headline, or a component, is due."""
        return self.collected_in if component is None else self.component(component).collected_in

    def inputs(self) -> tuple[PartRef, ...]:
        """Every part that the headline and the components read, each once."""
        read = [*inputs_of(self.formula), *(part for component in self.components for part in inputs_of(component.formula))]
        return tuple(dict.fromkeys(read))

    def measures(self) -> tuple[str, ...]:
        """The codes of the measures it is computed from, each once."""
        return tuple(dict.fromkeys(part.measure for part in self.inputs()))

    def to_dict(self) -> dict[str, object]:
        """The same definition as plain values that JSON can hold; `kpi_from_dict` reads it back."""
        content: dict[str, object] = {name: getattr(self, name) for name in _TEXTS}
        content |= {name: getattr(self, name) for name in ("applies_note", "notes") if getattr(self, name)}
        content["applies_to"] = dict(self.applies_to)
        content["collected_in"] = list(self.collected_in)
        content["reviewed_on"] = self.reviewed_on.isoformat()
        content["next_review_on"] = self.next_review_on.isoformat()
        target: dict[str, object] = {"kind": self.target.kind, "text": self.target.text}
        target |= {name: str(getattr(self.target, name)) for name in ("low", "high") if getattr(self.target, name) is not None}
        content["target"] = target
        content["formula"] = formula_to_dict(self.formula)
        content["components"] = [
            {
                "key": component.key,
                "label": component.label,
                "unit": component.unit,
                "direction": component.direction,
                "collected_in": list(component.collected_in),
            }
            | formula_to_dict(component.formula)
            for component in self.components
        ]
        return content


_TEXTS = (
    "code",
    "name",
    "short_name",
    "question",
    "why_it_matters",
    "standard",
    "domain",
    "workstream",
    "numerator",
    "denominator",
    "groups",
    "orientation",
    "direction",
    "unit",
    "snapshot_rule",
    "source",
    "data_source",
    "confidence",
    "confidence_note",
    "owner",
    "comparator",
)


def kpi_from_dict(content: Mapping[str, object], file: str = "definition") -> KpiDefinition:
    """Read a KPI from plain values (TOML, JSON or a form). Raises `DefinitionError`; `file` names it in messages."""
    fields = Fields(content, file)
    code = fields.text("code")
    if not code.replace("-", "").isalnum() or not code[0].isalpha():
        raise fields.fail("code", "use letters, digits and hyphens only, and begin with a letter, such as WRES-2.")
    short_name = fields.text("short_name")
    if len(short_name) > SHORT_NAME_LIMIT:
        raise fields.fail("short_name", f"it has {len(short_name)} characters; use at most {SHORT_NAME_LIMIT}.")
    unit = fields.text("unit", KPI_UNITS)
    direction = fields.text("direction", DIRECTIONS)
    collected_in = fields.quarters("collected_in")
    formula_table = fields.table("formula")
    formula = formula_from_fields(formula_table)
    formula_table.finish()
    kpi = KpiDefinition(
        code=code,
        name=fields.text("name"),
        short_name=short_name,
        question=fields.text("question"),
        why_it_matters=fields.text("why_it_matters"),
        standard=fields.text("standard"),
        domain=fields.text("domain", DOMAINS),
        workstream=fields.text("workstream", WORKSTREAMS),
        numerator=fields.text("numerator"),
        denominator=fields.text("denominator"),
        groups=fields.text("groups"),
        orientation=fields.text("orientation"),
        direction=direction,
        unit=unit,
        applies_to=_applies_to(fields.table("applies_to")),
        applies_note=fields.optional_text("applies_note") or "",
        collected_in=collected_in,
        snapshot_rule=fields.text("snapshot_rule", SNAPSHOT_RULES),
        source=fields.text("source"),
        data_source=fields.text("data_source"),
        confidence=fields.text("confidence", CONFIDENCES),
        confidence_note=fields.text("confidence_note"),
        owner=fields.text("owner"),
        reviewed_on=fields.day("reviewed_on"),
        next_review_on=fields.day("next_review_on"),
        target=_target(fields.table("target")),
        comparator=fields.text("comparator", COMPARATORS),
        formula=formula,
        components=tuple(_component(table, unit, direction, collected_in) for table in fields.tables("components")),
        notes=fields.optional_text("notes") or "",
    )
    fields.finish()
    _look_over(kpi, fields)
    return kpi


def _applies_to(table: Fields) -> dict[str, str]:
    found = {name: table.text(name, APPLICABILITIES) for name in ORGANISATION_CLASSES}
    table.finish()
    return found


def _target(table: Fields) -> Target:
    target = Target(table.text("kind", TARGET_KINDS), table.text("text"), table.number("low"), table.number("high"))
    wanted = {"range": (True, True), "at_least": (True, False), "at_most": (False, True), "none": (False, False)}[target.kind]
    for name, wants in zip(("low", "high"), wanted, strict=True):
        if wants != (getattr(target, name) is not None):
            raise table.fail(name, f"a target of kind {target.kind} {'needs' if wants else 'has no'} {name}.")
    if target.kind == "range" and target.low is not None and target.high is not None and target.low >= target.high:
        raise table.fail("high", "write a high end above the low end.")
    table.finish()
    return target


def _component(table: Fields, unit: str, direction: str, collected_in: tuple[int, ...]) -> Component:
    key = table.text("key")
    label = table.text("label")
    own_unit = table.text("unit", KPI_UNITS, default=unit)
    own_direction = table.text("direction", DIRECTIONS, default=direction)
    own_quarters = table.quarters("collected_in") if table.has("collected_in") else collected_in
    formula = formula_from_fields(table)
    table.finish()
    return Component(key, label, own_unit, own_direction, formula, own_quarters)


def _look_over(kpi: KpiDefinition, fields: Fields) -> None:
    """Faults that show only in the whole."""
    keys = [component.key for component in kpi.components]
    if len(set(keys)) != len(keys):
        raise fields.fail("components", "two components have the same key; give each its own.")
    if kpi.unit not in UNITS_OF_KIND[kpi.formula.kind]:
        raise fields.fail("unit", f"a {kpi.formula.kind} is measured in {' or '.join(UNITS_OF_KIND[kpi.formula.kind])}.")
    for component in kpi.components:
        if component.unit not in UNITS_OF_KIND[component.formula.kind]:
            allowed = " or ".join(UNITS_OF_KIND[component.formula.kind])
            raise fields.fail("components", f"{component.key}: a {component.formula.kind} is measured in {allowed}.")
        if not set(component.collected_in) <= set(kpi.collected_in):
            raise fields.fail("components", f"{component.key} is due in a quarter in which {kpi.code} is not.")
    if kpi.next_review_on <= kpi.reviewed_on:
        raise fields.fail("next_review_on", "write a day after the last review.")
