"""EDI posts, apprenticeships and years as a workbook."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from edi_portal.exceptions import Incomplete
from edi_portal.exchange.columns import Column, Kind
from edi_portal.exchange.comparing import Register, Stored
from organisations.models import Organisation
from workforce.career import BANDS, QUALIFICATION_LEVELS
from workforce.forms.posts import ApprenticeshipForm, PostForm, YearForm
from workforce.models import EdiApprenticeship, EdiPost, EdiYear
from workforce.workbooks.rows import RowSheet

QUALIFICATIONS = {str(number): words for number, words in QUALIFICATION_LEVELS.items()}


def capacity_sheets(organisation: Organisation, by: Any) -> Sequence[Register]:
    """Posts, apprenticeships and years."""
    return (PostSheet(organisation, by), ApprenticeshipSheet(organisation, by), YearSheet(organisation, by))


class PostSheet(RowSheet):
    """One post in each row."""

    title = "EDI posts"
    noun = "post"
    model = EdiPost
    form_class = PostForm
    columns = (
        Column("title", "Title of the post"),
        Column("band", "Band", Kind.CHOICE, BANDS),
        Column("side", "Whom the work is for", Kind.CHOICE, dict(EdiPost.Side.choices)),
        Column("funded_wte", "Funded WTE", Kind.NUMBER),
        Column("filled_wte", "WTE in post", Kind.NUMBER),
        Column("shared_with", "Shared with"),
        Column("qualification", "Highest qualification", Kind.CHOICE, QUALIFICATIONS),
        Column("is_recognised", "In EDI or closely related", Kind.YES),
        Column("learning_days", "Days a year for learning", Kind.NUMBER),
        Column("valid_from", "First day", Kind.DAY),
        Column("valid_to", "Last day", Kind.DAY),
    )


class ApprenticeshipSheet(RowSheet):
    """One apprenticeship in each row."""

    title = "Apprenticeships"
    noun = "apprenticeship"
    model = EdiApprenticeship
    form_class = ApprenticeshipForm
    columns = (
        Column("programme", "Programme"),
        Column("level", "Level", Kind.NUMBER),
        Column("band", "Band of the apprentice", Kind.CHOICE, BANDS),
        Column("started_on", "Started on", Kind.DAY),
        Column("expected_on", "Expected to end on", Kind.DAY),
        Column("completed_on", "Completed on", Kind.DAY),
        Column("withdrawn_on", "Given up on", Kind.DAY),
        Column("cost_avoided", "Cost avoided (£)", Kind.NUMBER),
    )


class YearSheet(RowSheet):
    """One financial year in each row."""

    title = "Years"
    noun = "year"
    model = EdiYear
    form_class = YearForm
    columns = (
        Column("financial_year", "Financial year"),
        Column("survey_part", "Part in the staff survey", Kind.CHOICE, dict(EdiYear.SurveyPart.choices)),
        Column("spending", "Spending, staff apart (£)", Kind.NUMBER),
        Column("consultants", "Of it consultants (£)", Kind.NUMBER),
    )

    def check(self, data: dict[str, Any], entry: Stored | None) -> None:
        """The year of an entry stays what it is."""
        if entry is not None and data["financial_year"] != entry.values["financial_year"]:
            raise Incomplete("The year of an entry cannot be changed. Add another row for the other year.")
