"""The rows of the steering app, one module per noun."""

from steering.models.actions import Action, ActionUpdate
from steering.models.workstreams import Milestone, RagOverride, Workstream, WorkstreamLead

__all__ = ["Action", "ActionUpdate", "Milestone", "RagOverride", "Workstream", "WorkstreamLead"]
