"""Shared work on one open return of the demonstration: assignments, visits, discussions and evidence, as people left them."""

from __future__ import annotations

from datetime import date, timedelta

from edi_portal.clock import business_now
from kpis.models.assignments import Assignment, SectionVisit
from kpis.models.discussions import Discussion, Remark
from kpis.models.evidence import Evidence, EvidenceUse
from kpis.models.returns import KpiReturn
from organisations.models import User
from organisations.services.demonstration_accounts import CONTRIBUTORS, DOMAIN, FEATURED

TRAINING, SECTION = "training_ethnicity", "patient-participation"
ASKED = "98 BME people applied, but 104 were shortlisted. Which of the two reports is right?"
SETTLED = (
    "Are bank staff left out of these counts?",
    "Yes. The report counts substantive staff on the last day of the quarter.",
)
REPORT = "Equality information and objectives 2019"
REPORT_LINK = "https://www.example.org/equality-information-2019"
RESTING = ("publications", "disabled_voices")


def write_shared_work(draft: KpiReturn) -> None:
    """Write it for the return of the first featured organisation."""
    of = {begins: User.objects.get(email=f"{begins}.{FEATURED[0]}@{DOMAIN}") for begins in ("lead", "sponsor", *CONTRIBUTORS)}
    organisation, lead = draft.organisation, of["lead"]
    Assignment.objects.create(organisation=organisation, user=of["learning"], measure=TRAINING, assigned_by=lead)
    Assignment.objects.create(organisation=organisation, user=of["patients"], workstream=SECTION, assigned_by=lead)
    yesterday = business_now() - timedelta(days=1)
    SectionVisit.objects.create(
        kpi_return=draft, workstream=SECTION, user=of["patients"], first_at=yesterday, last_at=yesterday + timedelta(minutes=12)
    )
    Remark.objects.create(
        discussion=Discussion.objects.create(
            kpi_return=draft, measure="recruitment_ethnicity", row="bme", column="applied", opened_by=lead, opened_at=yesterday
        ),
        text=ASKED,
        written_by=lead,
        written_at=yesterday,
    )
    closed = Discussion.objects.create(
        kpi_return=draft,
        measure="staff_ethnicity",
        opened_by=of["sponsor"],
        opened_at=yesterday - timedelta(days=3),
        closed_at=yesterday,
        closed_by=of["sponsor"],
    )
    for person, text, days in ((of["sponsor"], SETTLED[0], 3), (lead, SETTLED[1], 1)):
        Remark.objects.create(discussion=closed, text=text, written_by=person, written_at=yesterday - timedelta(days=days))
    report = Evidence.objects.create(
        organisation=organisation, title=REPORT, link=REPORT_LINK, dated_on=date(2019, 10, 1), added_by=lead, added_at=yesterday
    )
    EvidenceUse.objects.bulk_create(
        EvidenceUse(kpi_return=draft, measure=measure, evidence=report, used_by=lead) for measure in RESTING
    )


__all__ = ["write_shared_work"]
