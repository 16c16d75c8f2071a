"""Several files at once, the staff file first so that cases and training can be joined; and an aggregate as text."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, BinaryIO

from edi_portal.periods import Quarter
from kpis.extracts.aggregate import ExtractAggregate, Mappings
from kpis.extracts.kinds import ExtractKind
from kpis.extracts.people import Marks, People
from kpis.extracts.reading import Progress, kind_of, read_extract, silent

LARGEST_TEXT = 8 * 1024 * 1024
Opener = Callable[[], BinaryIO]


def read_extracts(
    files: Sequence[Opener],
    *,
    period: Quarter,
    organisation_code: str = "",
    organisations: Mapping[str, str] | None = None,
    mappings: Mappings | None = None,
    marks: Marks | None = None,
    sheet: str = "",
    progress: Progress = silent,
) -> list[ExtractAggregate]:
    """Read files that belong together, each opened twice: once to tell its kind, once to count. Answers in the order given."""
    kinds: list[ExtractKind] = []
    for opener in files:
        with opener() as source:
            kinds.append(kind_of(source, sheet))
    people = People()
    found: dict[int, ExtractAggregate] = {}
    for place in sorted(range(len(files)), key=lambda one: kinds[one] != ExtractKind.STAFF_IN_POST):
        with files[place]() as source:
            found[place] = read_extract(
                source,
                period=period,
                kind=kinds[place],
                organisation_code=organisation_code,
                organisations=organisations,
                mappings=mappings,
                marks=marks,
                people=people,
                sheet=sheet,
                progress=progress,
            )
    return [found[place] for place in range(len(files))]


def aggregate_as_text(aggregate: ExtractAggregate) -> str:
    """The text of an aggregate file."""
    return json.dumps(aggregate.as_data(), ensure_ascii=False, separators=(",", ":")) + "\n"


def aggregate_from_text(text: str | bytes) -> ExtractAggregate:
    """The aggregate of an aggregate file; raises ValueError with a sentence for anything else."""
    if len(text) > LARGEST_TEXT:
        raise ValueError("An aggregate file may have at most 8 MB. Make it again.")
    try:
        content = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as fault:
        raise ValueError("This is not an aggregate file, or it is damaged. Make it again.") from fault
    return ExtractAggregate.from_data(content)


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number")
