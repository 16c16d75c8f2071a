"""An options appraisal as a page and as a file: scores with reasons, weighted totals, and whether the first place is safe."""

from __future__ import annotations

from dataclasses import dataclass

from edi_portal.ui.downloads import Cell, Sheet
from strategies.models import AppraisalCriterion, AppraisalOption, AppraisalScore, OptionsAppraisal
from strategies.selectors.appraisals import scores_of, weights_of
from strategies.shared_model.appraisal import ALL_POINTS, first_of, sensitivity_in_words, total_of


@dataclass(frozen=True, slots=True)
class OptionRow:
    """One option: its scores in the order of the criteria, and its total where every score is given."""

    option: AppraisalOption
    scores: tuple[AppraisalScore | None, ...]
    total: float | None
    is_first: bool


@dataclass(frozen=True, slots=True)
class AppraisalPage:
    """Everything that the page of an appraisal shows."""

    criteria: tuple[AppraisalCriterion, ...]
    rows: tuple[OptionRow, ...]
    weights: int
    sensitivity: str

    @property
    def is_balanced(self) -> bool:
        """Whether the weights sum to 100."""
        return self.weights == ALL_POINTS


def appraisal_page(appraisal: OptionsAppraisal) -> AppraisalPage:
    """Options in the order of their totals; those not scored whole come last. Options and criteria should be prefetched."""
    criteria = tuple(appraisal.criteria.all())
    weights, scores = weights_of(appraisal), scores_of(appraisal)
    whole = {key: given for key, given in scores.items() if criteria and set(given) == set(weights)}
    balanced = sum(weights.values()) == ALL_POINTS
    first = first_of(whole, weights) if balanced and whole else ()
    rows = []
    for option in appraisal.options.all():
        given = {one.criterion.key: one for one in option.scores.all()}
        total = float(total_of(whole[option.key], weights)) if option.key in whole and balanced else None
        rows.append(OptionRow(option, tuple(given.get(one.key) for one in criteria), total, option.key in first))
    safe = ""
    if balanced and len(whole) > 1:
        names = {option.key: option.name for option in appraisal.options.all()}
        safe = sensitivity_in_words(whole, weights, names, {one.key: one.name for one in criteria})
    ordered = sorted(rows, key=lambda row: (row.total is None, -(row.total or 0), row.option.position))
    return AppraisalPage(criteria, tuple(ordered), sum(weights.values()), safe)


def appraisal_sheets(appraisal: OptionsAppraisal) -> list[Sheet]:
    """The same as a workbook: totals, and every score with its reason."""
    page = appraisal_page(appraisal)
    totals: list[list[Cell]] = [
        [row.option.name, *(one.score if one else None for one in row.scores), row.total] for row in page.rows
    ]
    reasons: list[list[Cell]] = [
        [row.option.name, one.criterion.name, one.score, one.reason] for row in page.rows for one in row.scores if one
    ]
    said: list[list[Cell]] = [["Does it hang on one weight?", page.sensitivity]]
    if appraisal.preferred is not None:
        said += [["Preferred", appraisal.preferred.name], ["Why", appraisal.reason], ["Decided on", appraisal.decided_on]]
    heads = ["Option", *(f"{one.name} ({one.weight})" for one in page.criteria), "Total of 5"]
    return [
        Sheet("Options", heads, totals),
        Sheet("Scores and reasons", ["Option", "Criterion", "Score", "Reason"], reasons),
        Sheet("Choice", ["What", "In words"], said),
    ]
