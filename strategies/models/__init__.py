"""The rows of the strategies app, one module per noun."""

from strategies.models.assessments import CriteriaVersion, Criterion, CriterionAnswer, SelfAssessment
from strategies.models.documents import Objective, StrategyDocument
from strategies.models.files import FileContent, ProposedLine, StrategyFile
from strategies.models.framework import FrameworkVersion, Theme
from strategies.models.overlaps import OverlapJudgement, SharedObjective

__all__ = [
    "CriteriaVersion",
    "Criterion",
    "CriterionAnswer",
    "FileContent",
    "FrameworkVersion",
    "Objective",
    "OverlapJudgement",
    "ProposedLine",
    "SelfAssessment",
    "SharedObjective",
    "StrategyDocument",
    "StrategyFile",
    "Theme",
]
