"""A paper as PDF/UA-1: tagged, with real alternative texts, its fonts inside, the same bytes whenever it is made.

Typst refuses what the standard forbids. It runs in a child process without an environment, so that a text which breaks the
typesetter finds no secret there and cannot fill the memory of a web server.
"""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, time
from pathlib import Path
from subprocess import TimeoutExpired

from edi_portal import children
from edi_portal.embedded.assets import FONTS
from edi_portal.papers.content import Paper, PaperRefused

PATIENCE = 30.0
PDF_TYPE = "application/pdf"
_SCRIPT = Path(__file__).with_name("typesetting.py")
_log = logging.getLogger(__name__)


def pdf_bytes(paper: Paper) -> bytes:
    """The paper as a PDF. Raises PaperRefused where it cannot be set."""
    if not (FONTS / "Arimo_400Regular.ttf").exists():
        raise PaperRefused("The font of papers is not built: run 'make assets'.")
    noon = datetime.combine(paper.day, time(12), UTC)
    task = {"paper": paper.as_data(), "seconds": int(noon.timestamp()), "fonts": str(FONTS)}
    try:
        done = children.run(_SCRIPT, content=json.dumps(task).encode(), patience=PATIENCE)
    except TimeoutExpired:
        raise PaperRefused("The paper could not be set in time. Make it shorter, or try again.") from None
    if done.returncode == 0 and done.stdout.startswith(b"%PDF"):
        return done.stdout
    # The reason may quote the paper, which not everybody who reads logs may read.
    _log.error("A paper could not be set as PDF: status %s", done.returncode)
    raise PaperRefused(f"The paper could not be set as PDF: {_reason(done.stdout)}")


def _reason(output: bytes) -> str:
    try:
        return str(json.loads(output)["refused"])
    except (ValueError, KeyError, TypeError):
        return "the typesetter stopped."


def page_count(pdf: bytes) -> int:
    """How many pages a PDF of ours has, for the words beside its link."""
    return pdf.count(b"/Type/Page\n") + pdf.count(b"/Type/Page/") or pdf.count(b"/Type /Page\n")
