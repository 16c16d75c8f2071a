"""The rows of the steering app, one module per noun."""

from steering.models.actions import Action, ActionUpdate
from steering.models.group import GroupMember, TermsOfReference
from steering.models.meetings import AgendaItem, Contribution, Decision, Meeting
from steering.models.proposals import Proposal, Reply
from steering.models.reports import AssuranceReport, PackArchive, ReportLevel, ReportText
from steering.models.risks import Risk, RiskScore
from steering.models.workstreams import Milestone, RagOverride, Workstream, WorkstreamLead

__all__ = [
    "Action",
    "ActionUpdate",
    "AgendaItem",
    "AssuranceReport",
    "Contribution",
    "Decision",
    "GroupMember",
    "Meeting",
    "Milestone",
    "PackArchive",
    "Proposal",
    "RagOverride",
    "Reply",
    "ReportLevel",
    "ReportText",
    "Risk",
    "RiskScore",
    "TermsOfReference",
    "Workstream",
    "WorkstreamLead",
]
