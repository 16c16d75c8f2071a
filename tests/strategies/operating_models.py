"""A decided appraisal, a proposed document and a plan, each with the draft or step that follows: for tests of several pages."""

from datetime import date
from typing import Any

from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import pass_text
from organisations.models import Organisation
from strategies.models import JointProject, ModelVersion, OptionsAppraisal, PlanStep, PooledOffer, PooledUse
from strategies.selectors.appraisals import draft_of_appraisal
from strategies.services.appraisals import OptionEntry, begin_appraisal, decide_appraisal, save_criterion, save_option
from strategies.services.model_documents import VersionEntry, begin_version, propose_version, save_version
from strategies.services.plan_steps import StepEntry, add_step
from strategies.shared_model.vocabulary import SECTIONS

WEIGHTS = {"Cost": 40, "Reach": 60}
OPTIONS = {"Each alone": (4, 1), "Shared team": (2, 4)}


def decided_appraisal(by: Any) -> OptionsAppraisal:
    """Version 1, decided for the shared team."""
    begin_appraisal(by=by)
    for name, weight in WEIGHTS.items():
        save_criterion(draft=_draft(), key=None, name=name, weight=weight, seen_version=_draft().version, by=by)
    for name, scores in OPTIONS.items():
        given = {key: (score, f"{name} by {key}") for key, score in zip(("cost", "reach"), scores, strict=True)}
        save_option(draft=_draft(), key=None, entry=OptionEntry(name, "", given), seen_version=_draft().version, by=by)
    return decide_appraisal(
        draft=_draft(), preferred="shared-team", reason="It reaches all.", seen_version=_draft().version, by=by
    )


def proposed_version(by: Any) -> ModelVersion:
    """Version 1, every section written and put before those who ratify."""
    draft = begin_version(by=by)
    entry = VersionEntry("The first one.", {key: f"What we agree about {label}" for key, label in SECTIONS.items()})
    return propose_version(version=save_version(version=draft, entry=entry, seen_version=0, by=by), by=by)


def step(owner: Organisation, by: Any, due_on: date = date(2020, 3, 31)) -> PlanStep:
    """A step of the plan."""
    return add_step(entry=StepEntry("One pool of panels", "talent", owner, due_on, "For all trusts"), by=by)


def pooled(owner: Organisation, asker: Organisation) -> tuple[PooledOffer, PooledUse, JointProject]:
    """An offer that others may not read, what was asked of it, and a project that others may not read."""
    offer = PooledOffer.objects.create(
        organisation=owner, slug=f"{owner.slug}-analyst", kind="post", title="Analyst", offered_from=date(2020, 1, 1)
    )
    use = PooledUse.objects.create(offer=offer, organisation=asker, hours=50, starts_on=date(2020, 4, 1))
    project = JointProject.objects.create(organisation=owner, slug=f"{owner.slug}-panels", name="Panels", aim="Fair panels")
    return offer, use, project


def pass_all(by: Any) -> None:
    """A reviewer passes whatever waits."""
    for review in waiting().filter(subject__startswith="operating-model:"):
        pass_text(review=review, nobody_recognisable=True, by=by)


def _draft() -> OptionsAppraisal:
    found = draft_of_appraisal()
    assert found is not None
    return found
