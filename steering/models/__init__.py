"""The rows of the steering app, one module per noun."""

from steering.models.actions import Action, ActionUpdate
from steering.models.compliance import Baseline, ComplianceRecord, MovedDueDate
from steering.models.consultations import Consultation, ConsultationAnswer
from steering.models.digest import DigestEntry
from steering.models.efficiencies import Efficiency, EfficiencyYear, OrganisationChallenges
from steering.models.group import GroupMember, TermsOfReference
from steering.models.impact import ImpactAction, ImpactAssessment
from steering.models.meetings import AgendaItem, Contribution, Decision, Meeting
from steering.models.outcomes import OutcomeEvidence, OutcomeWording
from steering.models.panels import PanelAnswer, PanelComment, PanelScore
from steering.models.practice import PracticeAdoption, PracticeNote
from steering.models.proposals import Proposal, Reply
from steering.models.reports import AssuranceReport, PackArchive, ReportLevel, ReportText
from steering.models.risks import Risk, RiskScore
from steering.models.workstreams import Milestone, RagOverride, Workstream, WorkstreamLead

__all__ = [
    "Action",
    "ActionUpdate",
    "AgendaItem",
    "AssuranceReport",
    "Baseline",
    "ComplianceRecord",
    "Consultation",
    "ConsultationAnswer",
    "Contribution",
    "Decision",
    "DigestEntry",
    "Efficiency",
    "EfficiencyYear",
    "GroupMember",
    "ImpactAction",
    "ImpactAssessment",
    "Meeting",
    "Milestone",
    "MovedDueDate",
    "OrganisationChallenges",
    "OutcomeEvidence",
    "OutcomeWording",
    "PackArchive",
    "PanelAnswer",
    "PanelComment",
    "PanelScore",
    "PracticeAdoption",
    "PracticeNote",
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
