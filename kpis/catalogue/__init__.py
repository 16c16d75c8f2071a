"""What is asked and what is computed from it: measures and KPIs as plain values, read from reviewed definition files. Pure."""

from kpis.catalogue.bespoke import BespokeDetails, bespoke_count, bespoke_likelihood, bespoke_share
from kpis.catalogue.definitions import Component, KpiDefinition, Target, kpi_from_dict
from kpis.catalogue.formulas import Formula, PartRef, inputs_of
from kpis.catalogue.loading import Catalogue, build_catalogue, check_kpi, load_catalogue
from kpis.catalogue.measures import Axis, CellKey, Check, Measure, Part, Total, Union, measure_from_dict
from kpis.catalogue.reading import DefinitionError
from kpis.catalogue.vocabulary import CONTRIBUTORS, DOMAINS, WORKSTREAMS
from kpis.catalogue.windows import source_quarters

__all__ = [
    "CONTRIBUTORS",
    "DOMAINS",
    "WORKSTREAMS",
    "Axis",
    "BespokeDetails",
    "Catalogue",
    "CellKey",
    "Check",
    "Component",
    "DefinitionError",
    "Formula",
    "KpiDefinition",
    "Measure",
    "Part",
    "PartRef",
    "Target",
    "Total",
    "Union",
    "bespoke_count",
    "bespoke_likelihood",
    "bespoke_share",
    "build_catalogue",
    "check_kpi",
    "inputs_of",
    "kpi_from_dict",
    "load_catalogue",
    "measure_from_dict",
    "source_quarters",
]
