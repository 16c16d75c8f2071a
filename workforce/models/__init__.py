"""The rows of the workforce app, one module per noun."""

from workforce.models.networks import NetworkMeeting, StaffNetwork
from workforce.models.posts import EdiApprenticeship, EdiPost, EdiYear

__all__ = ["EdiApprenticeship", "EdiPost", "EdiYear", "NetworkMeeting", "StaffNetwork"]
