"""The rows of the workforce app, one module per noun."""

from workforce.models.interviews import CodeBook, MappingInterview, MappingRound
from workforce.models.networks import NetworkMeeting, StaffNetwork
from workforce.models.posts import EdiApprenticeship, EdiPost, EdiYear
from workforce.models.toolkit import OutreachAction, Resource, ResourceUse, StepProgress

__all__ = [
    "CodeBook",
    "EdiApprenticeship",
    "EdiPost",
    "EdiYear",
    "MappingInterview",
    "MappingRound",
    "NetworkMeeting",
    "OutreachAction",
    "Resource",
    "ResourceUse",
    "StaffNetwork",
    "StepProgress",
]
