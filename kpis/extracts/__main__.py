"""On a computer without the portal: read extracts, print what was understood, write their counts and nothing else.

python -m kpis.extracts staff.csv --period 2019-20-q3 --organisation REM --out staff.json
python -m kpis.extracts staff.csv cases.xlsx training.csv --period 2019-20-q3 --organisation REM --out counts/

Files that belong together are read together, so that cases and training find the people of the staff file in memory.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

from edi_portal.periods import PeriodError, Quarter
from kpis.extracts.aggregate import ExtractAggregate
from kpis.extracts.fields import FIELDS, normalised
from kpis.extracts.people import Marks
from kpis.extracts.refusals import ExtractRefusedError
from kpis.extracts.together import aggregate_as_text, read_extracts

MOST_SHOWN = 12


def main(arguments: Sequence[str] | None = None) -> int:
    """Read, print, write. 0: written; 1: a file was refused and nothing was written; 2: wrong arguments."""
    parser = _parser()
    options = parser.parse_args(arguments)
    try:
        aggregates = read_extracts(
            [partial(path.open, "rb") for path in options.files],
            period=options.period,
            organisation_code=options.organisation,
            mappings=_mappings(options.meanings),
            marks=Marks(_lines(options.marks)),
            sheet=options.sheet,
        )
    except ExtractRefusedError as refusal:
        print(f"Nothing was written.\n{refusal.sentence}\n{refusal.how_to_mend}", file=sys.stderr)
        if refusal.sheets:
            print("Name the sheet with --sheet.", file=sys.stderr)
        return 1
    except (OSError, ValueError) as fault:
        parser.error(str(fault))
    for path, aggregate in zip(options.files, aggregates, strict=True):
        print("\n".join(report(path.name, aggregate)))
    for path, aggregate in zip(_targets(options.out, aggregates), aggregates, strict=True):
        path.write_text(aggregate_as_text(aggregate), encoding="utf-8")
        print(f"Written: {path}. It holds counts, no person. Upload it in the portal in place of the extract.")
    return 0


def _targets(out: Path, aggregates: Sequence[ExtractAggregate]) -> list[Path]:
    """One file for one extract; in a folder, one for each, named by its kind."""
    if len(aggregates) == 1 and not out.is_dir():
        return [out]
    out.mkdir(parents=True, exist_ok=True)
    kinds = [one.kind.value for one in aggregates]
    numbers = [f"-{place}" if kinds.count(kind) > 1 else "" for place, kind in enumerate(kinds, start=1)]
    return [out / f"{kind}{number}.json" for kind, number in zip(kinds, numbers, strict=True)]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m kpis.extracts", description="Turn HR extracts into counts, on this computer."
    )
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="CSV files and Excel workbooks (.xlsx)")
    parser.add_argument("--period", required=True, type=_quarter, help="the quarter, for example 2019-20-q3")
    parser.add_argument("--organisation", default="", metavar="CODE", help="your ODS code: files of others are refused")
    parser.add_argument("--out", required=True, type=Path, help="the file to write, or for several extracts a folder")
    parser.add_argument("--marks", type=Path, metavar="FILE", help="employee numbers of very senior managers, one a line")
    parser.add_argument("--sheet", default="", metavar="NAME", help="the sheet of a workbook, where two may be meant")
    parser.add_argument("--meanings", type=Path, metavar="FILE", help="CSV with field, value and meaning of values not known")
    return parser


def _quarter(text: str) -> Quarter:
    try:
        return Quarter.parse(text.replace("-q", " q"))
    except PeriodError as fault:
        raise argparse.ArgumentTypeError(str(fault)) from None


def _lines(path: Path | None) -> list[str]:
    return path.read_text(encoding="utf-8-sig").split() if path else []


def _mappings(path: Path | None) -> dict[tuple[str, str], str]:
    """Meanings from a CSV file of three columns; a meaning that the field does not have is an error."""
    found: dict[tuple[str, str], str] = {}
    if path:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            for row in csv.reader(lines):
                if len(row) < 3 or row[0] == "field":
                    continue
                field, value, code = (cell.strip() for cell in row[:3])
                if field not in FIELDS or code not in FIELDS[field].codes:
                    raise ValueError(f"{path.name}: “{field}” cannot mean “{code}”.")
                found[field, normalised(value)] = code
    return found


def report(name: str, aggregate: ExtractAggregate) -> Iterator[str]:
    """What was understood of one file, as lines of text."""
    where = f"sheet “{aggregate.sheet}”" if aggregate.sheet else f"{aggregate.encoding}, {aggregate.separator}"
    yield f"{name}: {aggregate.kind.label} ({where}, headings in row {aggregate.header_row})"
    understood = [f"{one.header} → {FIELDS[one.field].label}" for one in aggregate.columns if one.field]
    yield f"  Columns: {'; '.join(understood)}"
    for step in aggregate.steps:
        taken = f" (−{step.removed:,}: {step.reason})" if step.removed else ""
        yield f"  {step.left:>9,}  {step.label}{taken}"
    for measure in aggregate.fills:
        yield f"  Fills {measure}"
    for key, note in aggregate.notes.items():
        yield f"  {key.replace('_', ' ')}: {note}"
    for value in aggregate.unmapped[:MOST_SHOWN]:
        hint = f"; we would say {value.suggestion}" if value.suggestion else ""
        yield f"  Not known: {FIELDS[value.field].label} “{value.shown}” in {value.rows:,} rows{hint}"
    for problem in aggregate.problems[:MOST_SHOWN]:
        yield f"  {problem.column}: {problem.what} {problem.how_to_mend} Rows {problem.where[:120]}"
    share = aggregate.unmapped_share()
    if share:
        blocked = " That is too much: the portal will ask for meanings first." if aggregate.blocked() else ""
        yield f"  {share:.1%} of the counts carry a value that is not known.{blocked}"


if __name__ == "__main__":
    sys.exit(main())
