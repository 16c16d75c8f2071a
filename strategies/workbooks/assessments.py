"""A self-assessment as a workbook: every criterion in its row, answered or not."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from edi_portal.exceptions import Incomplete
from edi_portal.exchange.columns import Column, Kind
from edi_portal.exchange.comparing import Register, Stored
from strategies.forms.assessments import AnswerForm
from strategies.models import Criterion, CriterionAnswer, SelfAssessment
from strategies.services.assessments import answer_criterion
from strategies.shared_model.vocabulary import LEVELS

LEVEL_CHOICES = {str(number): f"{number}. {words}" for number, words in LEVELS.items()}


class AnswerSheet(Register):
    """One criterion in each row. The criteria are the same for all, so only the answers are written."""

    title = "Self-assessment"
    noun = "criterion"
    takes_new = False
    columns = (
        Column("name", "Criterion"),
        Column("level", "Level", Kind.CHOICE, LEVEL_CHOICES),
        Column("evidence_link", "Link to evidence"),
        Column("evidence_text", "Evidence in a few words"),
        Column("note", "Note"),
        Column("target_level", "Target level", Kind.CHOICE, LEVEL_CHOICES),
        Column("target_by", "Reach the target by", Kind.DAY),
    )

    def __init__(self, assessment: SelfAssessment, by: Any) -> None:
        self.assessment, self.by = assessment, by

    def stored(self) -> dict[str, Stored]:
        """Every criterion of the assessment with its answer; what is not answered has version 0."""
        answers = {one.criterion_id: one for one in CriterionAnswer.objects.filter(assessment=self.assessment)}
        return {
            one.key: Stored(one, self._values(one, answer := answers.get(one.pk)), answer.version if answer else 0, one.name)
            for one in self.assessment.criteria.rows.all()
        }

    def _values(self, criterion: Criterion, answer: CriterionAnswer | None) -> dict[str, Any]:
        return {column.name: getattr(answer, column.name, "") for column in self.columns} | {"name": criterion.name}

    def form(self, data: dict[str, Any], entry: Stored | None) -> forms.BaseForm:
        """The form of the page."""
        return AnswerForm(data, criterion=cast("Stored", entry).row)

    def check(self, data: dict[str, Any], entry: Stored | None) -> None:
        """A criterion keeps its name."""
        if data["name"] != cast("Stored", entry).name:
            raise Incomplete("The name of a criterion is given. Write only what you say about it.")

    def save(self, form: Any, entry: Stored | None) -> None:
        """Write the answer, where nobody wrote it since."""
        stored = cast("Stored", entry)
        answer_criterion(
            assessment=self.assessment, criterion=stored.row, entry=form.entry(), seen_version=stored.version, by=self.by
        )
