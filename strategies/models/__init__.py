"""The rows of the strategies app, one module per noun."""

from strategies.models.appraisals import AppraisalCriterion, AppraisalOption, AppraisalScore, OptionsAppraisal
from strategies.models.assessments import CriteriaVersion, Criterion, CriterionAnswer, SelfAssessment
from strategies.models.documents import Objective, StrategyDocument
from strategies.models.files import FileContent, ProposedLine, StrategyFile
from strategies.models.framework import FrameworkVersion, Theme
from strategies.models.hours import FrozenHours, SharedHours
from strategies.models.model_documents import ModelReply, ModelVersion, PlanStep
from strategies.models.overlaps import OverlapJudgement, SharedObjective
from strategies.models.pooled import JointProject, PooledOffer, PooledUse

__all__ = [
    "AppraisalCriterion",
    "AppraisalOption",
    "AppraisalScore",
    "CriteriaVersion",
    "Criterion",
    "CriterionAnswer",
    "FileContent",
    "FrameworkVersion",
    "FrozenHours",
    "JointProject",
    "ModelReply",
    "ModelVersion",
    "Objective",
    "OptionsAppraisal",
    "OverlapJudgement",
    "PlanStep",
    "PooledOffer",
    "PooledUse",
    "ProposedLine",
    "SelfAssessment",
    "SharedHours",
    "SharedObjective",
    "StrategyDocument",
    "StrategyFile",
    "Theme",
]
