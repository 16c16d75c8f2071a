"""From signed returns to the content of a release: counts are protected first, figures come from protected counts alone. Pure."""

from kpis.release_content.content import ReleaseContent, build_content, join_content
from kpis.release_content.inputs import KeptRelease, KeptTable, OrganisationInput, ReleaseInput
from kpis.release_content.parts import PartResult, parts_of, protect_part
from kpis.release_content.people import ReleaseRefusedError
from kpis.release_content.rows import CountRow, FigureRow, Unit

__all__ = [
    "CountRow",
    "FigureRow",
    "KeptRelease",
    "KeptTable",
    "OrganisationInput",
    "PartResult",
    "ReleaseContent",
    "ReleaseInput",
    "ReleaseRefusedError",
    "Unit",
    "build_content",
    "join_content",
    "parts_of",
    "protect_part",
]
