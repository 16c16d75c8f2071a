"""The rows of the workforce app, one module per noun."""

from workforce.models.networks import NetworkMeeting, StaffNetwork

__all__ = ["NetworkMeeting", "StaffNetwork"]
