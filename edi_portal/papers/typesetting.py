"""Run apart, under limits of memory and processor time: set a paper with Typst, answer with the PDF.

Started as a script with an empty environment by `edi_portal.papers.pdf`; it imports neither Django nor this project. In: JSON
with the paper, its day in seconds and the folder of the fonts. Out: the PDF, or {"refused": why} and status 1.
"""

import json
import os
import resource
import struct
import sys
import unicodedata
from pathlib import Path
from typing import Any

MEMORY = 1024 * 1024 * 1024
SECONDS = 20
FACE = "Arimo_400Regular.ttf"
NOT_SET = "\u25a1"  # an empty box, which the font has
LAYOUT = Path(__file__).resolve().parent / "paper.typ"


def main() -> int:
    """Set the limits, read the task, set the paper. A warning is an error: a missing glyph or font is not to be printed."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    # One core sets a paper in less than a second; the others belong to those who wait for pages.
    os.environ["RAYON_NUM_THREADS"] = "1"
    import typst

    task = json.load(sys.stdin)
    known = characters_of((Path(task["fonts"]) / FACE).read_bytes())
    try:
        pdf, warnings = typst.compile_with_warnings(
            LAYOUT.read_bytes(),
            font_paths=[task["fonts"]],
            ignore_system_fonts=True,
            sys_inputs={"paper": json.dumps(settable(task["paper"], known), ensure_ascii=False)},
            pdf_standards=["ua-1"],
            timestamp=task["seconds"],
            format="pdf",
        )
    except typst.TypstError as error:
        return _refuse(str(error))
    if warnings:
        return _refuse("; ".join(warning.message for warning in warnings))
    sys.stdout.buffer.write(pdf)
    return 0


def settable(value: Any, known: frozenset[int]) -> Any:
    """The paper with an empty box for every character that the font cannot show, which the standard forbids to print.

    Control and direction marks go without a trace: a line of a paper runs as it is read.
    """
    if isinstance(value, dict):
        return {key: settable(one, known) for key, one in value.items()}
    if isinstance(value, list):
        return [settable(one, known) for one in value]
    if not isinstance(value, str) or all(" " <= letter <= "~" for letter in value):
        return value
    return "".join(_settable(letter, known) for letter in value)


def _settable(letter: str, known: frozenset[int]) -> str:
    if letter in "\n\t":
        return letter
    if unicodedata.category(letter) in {"Cc", "Cf"}:
        return ""
    return letter if ord(letter) in known else NOT_SET


def characters_of(font: bytes) -> frozenset[int]:
    """The code points that a TrueType font has a glyph for, from the Unicode table (format 4) of its character map."""
    tables = (font[12 + 16 * index : 28 + 16 * index] for index in range(struct.unpack(">H", font[4:6])[0]))
    start = next(struct.unpack(">L", entry[8:12])[0] for entry in tables if entry[:4] == b"cmap")
    for index in range(struct.unpack(">H", font[start + 2 : start + 4])[0]):
        platform, encoding, offset = struct.unpack(">HHL", font[start + 4 + 8 * index : start + 12 + 8 * index])
        if (platform, encoding) == (3, 1):
            return _segments(font[start + offset :])
    return frozenset()


def _segments(table: bytes) -> frozenset[int]:
    count = struct.unpack(">H", table[6:8])[0] // 2
    ends, starts, deltas, ranges = (
        struct.unpack(f">{count}H", table[at : at + 2 * count]) for at in (14, 16 + 2 * count, 16 + 4 * count, 16 + 6 * count)
    )
    found = set()
    for index in range(count):
        for code in range(starts[index], ends[index] + 1):
            glyph = code
            if ranges[index]:
                at = 16 + 6 * count + 2 * index + ranges[index] + 2 * (code - starts[index])
                glyph = struct.unpack(">H", table[at : at + 2])[0]
                if not glyph:
                    continue
            if (glyph + deltas[index]) & 0xFFFF:
                found.add(code)
    return frozenset(found)


def _refuse(why: str) -> int:
    json.dump({"refused": why[:2000]}, sys.stdout)
    return 1


if __name__ == "__main__":
    sys.exit(main())
