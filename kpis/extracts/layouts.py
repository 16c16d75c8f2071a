"""The columns of each kind of file, and which of them it cannot do without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kpis.extracts.kinds import ExtractKind


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one kind of file: without the needed ones nothing can be counted; the telling ones give the kind away."""

    fields: tuple[str, ...]
    needed: tuple[tuple[str, ...], ...]
    """Each entry is a choice: one of its fields has to be there."""
    telling: tuple[str, ...]


LAYOUTS: Mapping[ExtractKind, Layout] = {
    ExtractKind.STAFF_IN_POST: Layout(
        (
            "staff_key",
            "assignment_key",
            "primary",
            "assignment_status",
            "assignment_category",
            "fte",
            "staff_group",
            "occ_code",
            "job_role",
            "pay_scale",
            "ethnic_origin",
            "disability",
            "sexual_orientation",
            "religious_belief",
            "gender",
            "latest_start",
            "organisation_code",
        ),
        (("staff_key", "assignment_key"), ("pay_scale",), ("staff_group", "occ_code"), ("ethnic_origin", "disability")),
        ("staff_group", "pay_scale", "assignment_category", "assignment_status", "primary", "occ_code"),
    ),
    ExtractKind.RECRUITMENT: Layout(
        (
            "application_key",
            "vacancy_ref",
            "stage",
            "shortlisted_on",
            "offered_on",
            "vacancy_status",
            "vacancy_type",
            "international",
            "guaranteed_interview",
            "internal",
            "pay_scale",
            "staff_group",
            "ethnic_origin",
            "disability",
            "gender",
            "organisation_code",
        ),
        (("vacancy_ref",), ("stage",), ("shortlisted_on",), ("ethnic_origin", "disability")),
        ("vacancy_ref", "application_key", "stage", "shortlisted_on", "vacancy_status"),
    ),
    ExtractKind.EMPLOYEE_RELATIONS: Layout(
        (
            "case_key",
            "staff_key",
            "case_type",
            "formal_start",
            "outcome",
            "ethnic_origin",
            "disability",
            "gender",
            "organisation_code",
        ),
        (("case_key", "staff_key"), ("case_type",), ("formal_start",)),
        ("case_key", "case_type", "formal_start", "outcome"),
    ),
    ExtractKind.TRAINING: Layout(
        (
            "staff_key",
            "course",
            "training_type",
            "completed_on",
            "funded",
            "latest_start",
            "ethnic_origin",
            "gender",
            "organisation_code",
        ),
        (("staff_key",), ("training_type",), ("completed_on",)),
        ("course", "training_type", "completed_on", "funded"),
    ),
    ExtractKind.PAY_GAP: Layout(
        ("staff_key", "primary", "gender", "hourly_rate", "quartile", "bonus", "pay_scale", "organisation_code"),
        (("staff_key",), ("gender",), ("hourly_rate", "bonus")),
        ("hourly_rate", "quartile", "bonus", "gender"),
    ),
    ExtractKind.BOARD_REGISTER: Layout(
        ("board_role", "voting", "ethnic_origin", "disability", "developed_on", "objective", "organisation_code"),
        (("board_role",), ("voting",)),
        ("board_role", "voting", "developed_on", "objective"),
    ),
    ExtractKind.STAFF_SURVEY: Layout(
        ("question", "survey_group", "rate", "base", "weighted", "organisation_code"),
        (("question",), ("survey_group",), ("rate",), ("base",)),
        ("question", "survey_group", "rate", "base", "weighted"),
    ),
    ExtractKind.PATIENT_ETHNICITY: Layout(
        ("service", "patient_ethnic", "records", "organisation_code"),
        (("service",), ("patient_ethnic",), ("records",)),
        ("service", "patient_ethnic", "records"),
    ),
    ExtractKind.PATIENT_INFORMATION: Layout(
        ("seen", "recorded", "contacts", "met", "service", "organisation_code"),
        (("seen",), ("recorded",), ("contacts",), ("met",)),
        ("seen", "recorded", "contacts", "met"),
    ),
    ExtractKind.PATIENT_INTERPRETERS: Layout(
        ("language", "mode", "requested", "fulfilled", "organisation_code"),
        (("language",), ("mode",), ("requested",), ("fulfilled",)),
        ("language", "mode", "requested", "fulfilled"),
    ),
    ExtractKind.PATIENT_COMPLAINTS: Layout(
        (
            "received",
            "complete",
            "with_ethnicity",
            "with_disability",
            "with_age",
            "with_sex",
            "with_orientation",
            "with_religion",
            "organisation_code",
        ),
        (("received",), ("complete",), ("with_ethnicity",)),
        ("received", "complete", "with_ethnicity", "with_disability"),
    ),
}
