"""Every field in which somebody can write words is behind the review gate, or says here why nobody else reads it unreviewed.

A new field fails until it is put into `REVIEWED` of its model, or is named below with its reason. Look at pages, files, charts
and search before you name one: a text that another organisation reads belongs behind the gate.
"""

from collections.abc import Iterator, Mapping

import pytest
from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

from edi_portal.reviews.models import ReviewedTexts
from steering.models.texts import Reviewed

OURS = {"api", "audit", "jobs", "reviews", "organisations", "workforce", "kpis", "strategies", "steering"}

CODES = "keys, codes and words that the portal makes or chooses from its own lists"
OWN = "read by its own organisation, and by portal admins where their work needs it"
ADMINS = "written and read by portal admins"
REFERENCE = "loaded from the repository's reference data with its source, never typed"
GOVERNANCE = "written by the steering group or a portal admin for everybody: the system's own text, of no organisation"
ACCOUNTS = "the name or address of an account, read where its role is administered"
OTHER_GATE = "behind the gate by kpis.selectors.own_kpi_texts"
GATED_ASSESSMENT = "behind the gate by strategies.selectors.assessments"
GATED_MODEL = "behind the gate by strategies.selectors.model_documents"
GATED_APPRAISAL = "behind the gate by strategies.selectors.appraisals"
GATED_POOLED = "behind the gate by strategies.selectors.pooled; the reason of an end and the slug name nothing to others"
GATED_STEERING = "behind the gate by steering.selectors.texts"
GATED_REPORT = "behind the gate by steering.selectors.reports: a report is published once a reviewer passed its words"
DISPUTE = "read by its own organisation and by the governing roles that answer it, each in their own words"
RELEASED = "made by the release from definitions, codes and texts that passed the gate"

# Model → field → why it needs no gate. "*" stands for every field of the model that is not reviewed or named.
REASONS: Mapping[str, Mapping[str, str]] = {
    "audit.AuditEvent": {"*": CODES},
    "audit.AuditLink": {"*": CODES},
    "jobs.Job": {"*": CODES},
    "api.Replay": {"*": "the answer to a person's own request, kept for 24 hours and given back to that person alone"},
    "reviews.TextReview": {"*": "the queue itself: portal admins alone"},
    "organisations.Organisation": {"*": REFERENCE},
    "organisations.FootprintMembership": {"*": REFERENCE},
    "organisations.PeerGroupMembership": {"*": REFERENCE},
    "organisations.ServedBy": {"*": REFERENCE},
    "organisations.OrganisationName": {"*": REFERENCE},
    "organisations.OrganisationCode": {"*": REFERENCE},
    "organisations.Succession": {"*": REFERENCE},
    "organisations.ReferenceLoad": {"*": CODES},
    "organisations.Place": {"*": REFERENCE},
    "organisations.User": {"*": ACCOUNTS},
    "organisations.ApiToken": {"*": "read by the person whose token it is"},
    "organisations.Delegation": {"*": ACCOUNTS},
    "organisations.Invitation": {"*": ACCOUNTS},
    "organisations.Membership": {"*": ACCOUNTS},
    "organisations.OutboxMessage": {"*": "mails of the demonstration, read by their recipient and portal admins"},
    "workforce.StaffNetwork": {
        "slug": "made of the organisation's slug and a number, or of a published name",
        "characteristics": CODES,
        "chair": OWN,
        "sponsor": OWN,
        "terms_link": OWN,
        "end_reason": OWN,
        "source_url": REFERENCE,
        "published_as_of": REFERENCE,
        "note": REFERENCE,
    },
    "workforce.EdiPost": {"*": OWN},
    "workforce.EdiApprenticeship": {"*": OWN},
    "workforce.EdiYear": {"*": CODES},
    "kpis.SectionApproval": {"*": CODES},
    "kpis.Assignment": {"*": CODES},
    "kpis.SectionVisit": {"*": CODES},
    "kpis.Collection": {"*": CODES},
    "kpis.Extension": {"*": DISPUTE},
    "kpis.ExtensionRequest": {"*": DISPUTE},
    "kpis.Reminder": {"*": CODES},
    "kpis.Measure": {"code": CODES, "fingerprint": CODES, "definition": OTHER_GATE},
    "kpis.Kpi": {"*": CODES, "retired_reason": "read by those who may change the KPI: its owner's lead, or portal admins"},
    "kpis.KpiVersion": {"from_period": CODES, "fingerprint": CODES, "definition": OTHER_GATE, "note": OTHER_GATE},
    "kpis.Setting": {"*": CODES},
    "kpis.DisclosureChange": {"*": ADMINS},
    "kpis.KnownFact": {"*": ADMINS},
    "kpis.Discussion": {"*": CODES},
    "kpis.Remark": {"*": OWN},
    "kpis.EvidenceFile": {"*": CODES},
    "kpis.Evidence": {"*": OWN},
    "kpis.EvidenceUse": {"*": CODES},
    "kpis.KpiReturn": {"*": OWN},
    "kpis.ReturnAnswer": {"*": OWN},
    "kpis.ReturnValue": {"*": CODES},
    "kpis.Explanation": {"*": OWN},
    "kpis.ReturnComment": {"*": OWN},
    "kpis.ReturnEvent": {"*": OWN},
    "kpis.Extract": {"*": OWN},
    "kpis.ValueMeaning": {"*": "words of a file's columns, read by its own organisation and by portal admins who map them"},
    "kpis.WorkbookUpload": {"*": OWN},
    "kpis.PublishedSource": {"*": REFERENCE},
    "kpis.PublishedFigure": {"*": REFERENCE},
    "kpis.WardPack": {"*": ADMINS},
    "kpis.WardIndicator": {"*": "what a publisher calls its figures, imported with source and licence by a portal admin"},
    "kpis.WardFigure": {"*": CODES},
    "kpis.ReleaseBuild": {"*": ADMINS},
    "kpis.BuildPart": {"*": CODES},
    "kpis.Release": {"*": RELEASED, "discard_reason": ADMINS},
    "kpis.ReleasedCount": {"*": RELEASED},
    "kpis.ReleaseCertificate": {"*": RELEASED},
    "kpis.ReleasedFigure": {"*": RELEASED},
    "kpis.SeriesRebase": {
        "before": CODES,
        "role": CODES,
        "undone_reason": "read on the page of those who may rebase, and nowhere else",
    },
    "kpis.Waiver": {"*": DISPUTE},
    "strategies.StrategyDocument": {
        "slug": "made of the organisation's slug, kind, year and a number, or of a published title",
        "source_url": REFERENCE,
        "stated_objectives": REFERENCE,
        "completeness": REFERENCE,
    },
    "strategies.Objective": {
        "themes": CODES,
        "kpis": CODES,
        "taken_themes": CODES,
        "taken_kpis": CODES,
        "published_theme": REFERENCE,
    },
    "strategies.FileContent": {"*": CODES},
    "strategies.StrategyFile": {"file_type": CODES, "found": OWN},
    "strategies.ProposedLine": {"*": OWN},
    "strategies.SharedHours": {"basis": "keys and numbers for comparison alone; no page reads them"},
    "strategies.FrameworkVersion": {"*": GOVERNANCE},
    "strategies.Theme": {"*": GOVERNANCE},
    "strategies.CriteriaVersion": {"*": REFERENCE},
    "strategies.Criterion": {"*": REFERENCE},
    "strategies.SelfAssessment": {"*": OWN},
    "strategies.CriterionAnswer": {"*": GATED_ASSESSMENT},
    "strategies.ModelVersion": {"*": GATED_MODEL},
    "strategies.ModelReply": {"*": GATED_MODEL},
    "strategies.PlanStep": {"*": GATED_MODEL},
    "strategies.OptionsAppraisal": {"*": GATED_APPRAISAL},
    "strategies.AppraisalOption": {"*": GATED_APPRAISAL},
    "strategies.AppraisalCriterion": {"*": GATED_APPRAISAL},
    "strategies.AppraisalScore": {"*": GATED_APPRAISAL},
    "strategies.PooledOffer": {"*": GATED_POOLED},
    "strategies.PooledUse": {"*": CODES},
    "strategies.JointProject": {"*": GATED_POOLED},
    "strategies.SharedObjective": {"*": GOVERNANCE},
    "steering.Action": {"kpi": CODES, "period": CODES},
    "steering.ActionUpdate": {},
    "steering.Milestone": {},
    "steering.RagOverride": {},
    "steering.Workstream": {"*": REFERENCE},
    "steering.WorkstreamLead": {"*": GOVERNANCE},
    "workforce.CodeBook": {"*": GOVERNANCE},
    "workforce.MappingRound": {"*": CODES},
    "workforce.MappingInterview": {
        "*": "read by the organisation interviewed and by the interviewer who wrote it; others read theme labels"
    },
    "workforce.StepProgress": {"*": OWN},
    "workforce.Resource": {"audiences": CODES, "slug": "made of the organisation's slug and a number"},
    # The steering app's gate is `steering.selectors.texts.Words`, over the fields in TEXTS of each row.
    "steering.ComplianceRecord": {"duty": CODES, "link": "a public web address, by law", "withdrawn_reason": OWN},
    "steering.MovedDueDate": {"*": GATED_STEERING},
    "steering.Baseline": {"*": GATED_STEERING},
    "steering.ImpactAssessment": {"*": OWN},
    "steering.ImpactAction": {"*": OWN},
    "steering.Efficiency": {
        "financial_year": CODES,
        "basis": OWN,
        "link": "a web address that its owner gives to the group as evidence",
        "decision_reason": DISPUTE,
    },
    "steering.OrganisationChallenges": {"*": CODES},
    "steering.EfficiencyYear": {"*": RELEASED},
    "steering.PracticeNote": {"*": GATED_STEERING},
    "steering.PracticeAdoption": {"*": CODES},
    "steering.OutcomeWording": {"*": GATED_STEERING},
    "steering.OutcomeEvidence": {"*": GATED_STEERING},
    "steering.DigestEntry": {"*": GATED_STEERING},
    "steering.PanelScore": {"financial_year": CODES},
    "steering.PanelComment": {"about": CODES},
    "steering.PanelAnswer": {},
    "steering.Consultation": {"*": GATED_STEERING},
    "steering.ConsultationAnswer": {"*": GATED_STEERING},
    "steering.GroupMember": {"role_holder": "the role, not a name, as named by the group", "end_reason": GOVERNANCE},
    "steering.Meeting": {"agenda": "frozen with the papers, in the words that everybody may read"},
    "steering.AssuranceReport": {"*": RELEASED},
    "steering.ReportText": {"*": GATED_REPORT},
    "steering.ReportLevel": {"*": GATED_REPORT},
    "steering.PackArchive": {"*": CODES},
    "steering.Decision": {"kpi": CODES, "period": CODES},
    "steering.Proposal": {"subject_key": CODES},
    "steering.Risk": {"kpi": CODES},
}


def written(model: type[models.Model]) -> Iterator[str]:
    """The fields of a model that can hold words; a choice from a list cannot."""
    for field in model._meta.local_fields:
        inner = field.base_field if isinstance(field, ArrayField) else field
        if isinstance(inner, models.CharField | models.TextField | models.JSONField) and not inner.choices:
            yield field.name


def reviewed(model: type[models.Model]) -> frozenset[str]:
    """The fields behind the gate: of whole rows, or of governance, which shows words instead of those that wait."""
    if issubclass(model, ReviewedTexts):
        return frozenset(model.REVIEWED)
    return frozenset(model.TEXTS + model.LATER) if issubclass(model, Reviewed) else frozenset()


MODELS = {model._meta.label: model for model in apps.get_models() if model._meta.app_label in OURS}


@pytest.mark.parametrize("label", MODELS)
def test_every_text_is_reviewed_before_others_read_it_or_says_why_not(label: str) -> None:
    model, named = MODELS[label], REASONS.get(label, {})
    gated, fields = reviewed(model), set(written(model))
    unknown = set() if "*" in named else fields - gated - set(named)
    assert not unknown, f"{label}: {sorted(unknown)} neither in REVIEWED nor named with a reason"
    assert gated <= fields and not gated & set(named), f"{label}: reviewed and named"
    assert set(named) - {"*"} <= fields, f"{label}: names fields that are gone"


def test_no_reason_is_kept_for_a_model_that_is_gone() -> None:
    assert set(REASONS) <= set(MODELS)


def test_what_is_reviewed_has_a_name_in_the_queue_that_no_other_row_can_have() -> None:
    rows = [model(pk=7) for model in MODELS.values() if issubclass(model, ReviewedTexts)]
    subjects = [row.review_subject for row in rows]
    assert len(rows) >= 4 and len(set(subjects)) == len(subjects)
    assert all(subject.endswith(":7") for subject in subjects), "a name that could be given again would show the old text"
