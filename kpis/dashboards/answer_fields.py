"""What is said about a question beside its figures, as the form asks for it, and what was changed by two people at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from edi_portal.clock import LONDON
from kpis.catalogue import Measure
from kpis.dashboards.return_snapshot import typed_day
from kpis.models.returns import AnswerState
from kpis.return_changes import SaidAnswer, TextConflict
from kpis.selectors.returns import ReturnContent

PARTS = {"answer": "Whether there are figures", "evidence": "Where the evidence is", "explain": "The explanation"}


@dataclass(frozen=True, slots=True)
class AnswerFields:
    """State, reason, expected day and evidence: as held, or as typed where they could not be saved."""

    state: str
    reason: str
    expected: str
    evidence: str
    reason_error: str = ""
    expected_error: str = ""

    @property
    def is_open(self) -> bool:
        """Whether the fields are shown at once: somebody said that there is no figure, or must mend it."""
        return self.state != AnswerState.VALUE or bool(self.reason_error or self.expected_error)


def answer_fields(content: ReturnContent, measure: Measure, texts: Mapping[str, str], errors: Mapping[str, str]) -> AnswerFields:
    """The fields of one question."""
    held = content.answers.get(measure.code)
    expected = typed_day(held.expected_on) if held and held.expected_on else ""
    return AnswerFields(
        state=texts.get(f"state/{measure.code}", held.state if held else AnswerState.VALUE),
        reason=texts.get(f"reason/{measure.code}", held.reason if held else ""),
        expected=texts.get(f"expected/{measure.code}", expected),
        evidence=texts.get(f"evidence/{measure.code}", held.evidence if held else ""),
        reason_error=errors.get(f"reason/{measure.code}", ""),
        expected_error=errors.get(f"expected/{measure.code}", ""),
    )


def seen_texts(content: ReturnContent, measures: Iterable[Measure], findings: Iterable[str]) -> dict[str, list[str]]:
    """The words that a person sees before they type, as the form carries them."""
    found: dict[str, list[str]] = {}
    for measure in measures:
        held = content.answers.get(measure.code)
        day = held.expected_on.isoformat() if held and held.expected_on else ""
        found[f"answer/{measure.code}"] = [held.state, held.reason, day] if held else [AnswerState.VALUE, "", ""]
        found[f"evidence/{measure.code}"] = [held.evidence if held else ""]
    for finding in findings:
        given = content.explanations.get(finding)
        found[f"explain/{finding}"] = [given.text if given else ""]
    return found


def text_conflict(item: TextConflict, measures: Mapping[str, Measure]) -> dict[str, str]:
    """The parameters of the `conflict` component."""
    about = f": {measures[item.of].title}" if item.of in measures else ""
    return {
        "label": f"{PARTS[item.part]}{about}",
        "name": f"choose/{item.part}/{item.of}",
        "mine": words_of(item.mine),
        "theirs": words_of(item.theirs),
        "who": item.who,
        "when": f"{item.when.astimezone(LONDON):%H:%M}" if item.when else "",
    }


def words_of(said: SaidAnswer | str) -> str:
    """As a person reads it: "Not available yet: the survey is late. Expected on 31 March 2020."."""
    if isinstance(said, str):
        return said
    words = f"{AnswerState(said.state).label}{': ' if said.reason else ''}{said.reason}"
    return f"{words}. Expected on {said.expected_on:%-d %B %Y}." if said.expected_on else words


def fields_of(item: TextConflict) -> tuple[str, ...]:
    """The names of the fields that stay as typed while a person decides."""
    parts = ("state", "reason", "expected") if item.part == "answer" else (item.part,)
    return tuple(f"{part}/{item.of}" for part in parts)
