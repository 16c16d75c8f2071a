"""Extracts that a trust can really produce, read row by row and kept as counts. Pure: no Django, no database, no clock.

A file with one row for each person is read once, from a stream, inside `read_extract`. What comes out is an `ExtractAggregate`:
counts of combinations that a measure asks for, and nothing from which a row could be rebuilt. No name, no key, no date of a
person leaves the function; a value that we do not know is repeated only where it is a spelling, not something about one person.

    aggregate = read_extract(stream, period=Quarter(2019, 3), organisation_code="REM", mappings={("pay_scale", "ad hoc"): "vsm"})
    stored = aggregate.as_data()                       # plain JSON
    aggregate = ExtractAggregate.from_data(stored)     # raises ValueError for anything else: also for files people upload

    cells_of([aggregate, …], measures, mappings)       # {(measure, row, column): Decimal}
    absent_cells([aggregate, …], measures)             # {cell: "suppressed at source"}
    trace_of(("staff_ethnicity", "clinical.band_5", "bme"), [aggregate, …], mappings)   # how was this 37 got

`mappings` says what spellings mean, `{(field, value): code}`, the value as `normalised()` writes it. They may be given when the
file is read; a mapping that is approved later applies to the stored aggregate without the file, because each value that was
not understood stays a line of its own (a code that begins with "?"). `FIELDS[field].codes` lists the meanings to choose from,
`aggregate.unmapped` the values to ask about with our suggestion. `aggregate.blocked(mappings)` is true above 2 % not understood.

`ExtractKind` lists the kinds of file, `kind.label` and the measures and KPIs that each fills. The kind is told from the headers
when it is not given. What cannot be read raises `ExtractRefusedError` with `code`, `sentence` and `how_to_mend`; it never quotes
a row. `progress(rows, what)` is called every few thousand rows; it may raise to cancel.

Cases and training carry no characteristics in many trusts: give the same `People()` to the staff file first and to them next;
it lives in memory only. `read_extracts` does so for several files. `marks` are the keys of very senior managers, or their
HMACs: `Marks`.

`python -m kpis.extracts FILE --period 2019-20-q3 --out aggregate.json` does all this on a computer without the portal; it
writes aggregate files, which `aggregate_from_text` reads.

| Module | Holds |
|-|-|
| `kinds` | the kinds of file and what each fills |
| `aggregate` | the aggregate: lines, steps, values not understood, problems with their rows; JSON |
| `refusals` | every reason not to read a file |
| `fields`, `headers` | what the columns are called; finding the header row |
| `spellings`, `ethnicity`, `grades` | what the values mean |
| `sources` | bytes to rows: CSV in any encoding, XLSX |
| `staff`, … | one counter for each kind |
| `cells` | from counts to cells, and the trace of a cell |
"""

from kpis.extracts.aggregate import CellFigure, CountedLine, ExtractAggregate, Problem, Step, UnmappedValue
from kpis.extracts.cells import Cell, Trace, absent_cells, cells_of, trace_of, without_international
from kpis.extracts.fields import FIELDS, Field, normalised
from kpis.extracts.kinds import ExtractKind
from kpis.extracts.people import Marks, People
from kpis.extracts.reading import kind_of, read_extract
from kpis.extracts.refusals import ExtractRefusedError
from kpis.extracts.together import aggregate_as_text, aggregate_from_text, read_extracts

__all__ = [
    "FIELDS",
    "Cell",
    "CellFigure",
    "CountedLine",
    "ExtractAggregate",
    "ExtractKind",
    "ExtractRefusedError",
    "Field",
    "Marks",
    "People",
    "Problem",
    "Step",
    "Trace",
    "UnmappedValue",
    "absent_cells",
    "aggregate_as_text",
    "aggregate_from_text",
    "cells_of",
    "kind_of",
    "normalised",
    "read_extract",
    "read_extracts",
    "trace_of",
    "without_international",
]
