"""The only writer of options appraisals: a draft is copied from the version before, changed, and decided."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import Incomplete, InvalidTransition, StaleData
from edi_portal.reviews.services import ask_for_review
from organisations.permissions import require
from organisations.roles import Right
from strategies.models import AppraisalCriterion, AppraisalOption, AppraisalScore, OptionsAppraisal
from strategies.selectors.appraisals import draft_of_appraisal, get_appraisal, scores_of, subject_of, text_of, weights_of
from strategies.shared_model.appraisal import ALL_POINTS, HIGHEST, LOWEST

State = OptionsAppraisal.State
FEWEST_OPTIONS = 2


@dataclass(frozen=True, slots=True)
class OptionEntry:
    """An option as typed: its scores are criterion → (score, reason), all that it has; None leaves them as they are."""

    name: str
    description: str = ""
    scores: dict[str, tuple[int, str]] | None = None


@transaction.atomic
def begin_appraisal(*, by: Any, is_synthetic: bool = False) -> OptionsAppraisal:
    """The draft of the next version: the one being written, or a copy of the newest."""
    require(by, Right.WRITE_OPERATING_MODEL)
    draft = draft_of_appraisal()
    if draft is not None:
        return draft
    newest = OptionsAppraisal.objects.first()
    number = (OptionsAppraisal.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    draft = OptionsAppraisal.objects.create(
        number=number, changed_by=by, is_synthetic=is_synthetic or (newest is not None and newest.is_synthetic)
    )
    if newest is not None:
        _copy(newest, draft)
    record(action="appraisal.drafted", by=by, subject=subject_of(draft))
    return draft


@transaction.atomic
def save_criterion(
    *, draft: OptionsAppraisal, key: str | None, name: str, weight: int, seen_version: int, by: Any
) -> AppraisalCriterion:
    """Change a criterion and its weight, or add one (`key` None)."""
    draft = _locked(draft, seen_version, by)
    if not name.strip():
        raise Incomplete("Name what the options are weighed by.")
    if not 0 <= weight <= ALL_POINTS:
        raise Incomplete("A weight is 0 to 100 points.")
    key = key or _free_key(name, draft.criteria.values_list("key", flat=True))
    row = draft.criteria.filter(key=key).first() or AppraisalCriterion(
        appraisal=draft, key=key, position=draft.criteria.count() + 1
    )
    row.name, row.weight = name.strip(), weight
    row.save()
    _save(draft, by, "appraisal.criterion_saved", key)
    return row


@transaction.atomic
def save_option(*, draft: OptionsAppraisal, key: str | None, entry: OptionEntry, seen_version: int, by: Any) -> AppraisalOption:
    """Change an option with its scores, or add one (`key` None). A score without a reason is refused."""
    draft = _locked(draft, seen_version, by)
    if not entry.name.strip():
        raise Incomplete("Name the option.")
    key = key or _free_key(entry.name, draft.options.values_list("key", flat=True))
    row = draft.options.filter(key=key).first() or AppraisalOption(appraisal=draft, key=key, position=draft.options.count() + 1)
    row.name, row.description = entry.name.strip(), entry.description.strip()
    row.save()
    criteria = {one.key: one for one in draft.criteria.all()}
    for criterion, (score, reason) in (entry.scores or {}).items():
        if not LOWEST <= score <= HIGHEST:
            raise Incomplete(f"{criteria[criterion].name}: a score is {LOWEST} to {HIGHEST}.")
        if not reason.strip():
            raise Incomplete(f"{criteria[criterion].name}: say why you score it {score}.")
        AppraisalScore.objects.update_or_create(
            option=row, criterion=criteria[criterion], defaults={"score": score, "reason": reason.strip()}
        )
    if entry.scores is not None:
        row.scores.exclude(criterion__key__in=entry.scores).delete()
    _save(draft, by, "appraisal.option_saved", key)
    return row


@transaction.atomic
def remove_part(*, draft: OptionsAppraisal, part: str, key: str, seen_version: int, by: Any) -> None:
    """Leave an option or a criterion (`part`) out of the draft; earlier versions keep theirs."""
    draft = _locked(draft, seen_version, by)
    (draft.options if part == "option" else draft.criteria).filter(key=key).delete()
    _save(draft, by, f"appraisal.{part}_left_out", key)


@transaction.atomic
def decide_appraisal(*, draft: OptionsAppraisal, preferred: str, reason: str, seen_version: int, by: Any) -> OptionsAppraisal:
    """Record which option is preferred, why and by whom; the version decided before is replaced. Raises Incomplete."""
    draft = _locked(draft, seen_version, by)
    option = draft.options.filter(key=preferred).first()
    if option is None:
        raise Incomplete("Choose the preferred option.")
    if not reason.strip():
        raise Incomplete("Say why it is preferred.")
    found = draft_of_appraisal()
    assert found is not None
    _check_whole(found)
    OptionsAppraisal.objects.filter(state=State.DECIDED).update(state=State.REPLACED)
    draft.state, draft.preferred, draft.reason = State.DECIDED, option, reason.strip()
    draft.decided_on, draft.decided_by = business_today(), by
    _save(draft, by, "appraisal.decided", preferred)
    decided = get_appraisal(by, draft.number)
    ask_for_review(subject=subject_of(decided), text=text_of(decided), organisation=None, by=by, about=str(decided))
    return decided


def _check_whole(draft: OptionsAppraisal) -> None:
    weights, scores = weights_of(draft), scores_of(draft)
    if sum(weights.values()) != ALL_POINTS:
        raise Incomplete(f"The weights sum to {sum(weights.values())}. They must sum to {ALL_POINTS}.")
    if len(scores) < FEWEST_OPTIONS:
        raise Incomplete(f"Weigh at least {FEWEST_OPTIONS} options.")
    names = {one.key: one.name for one in draft.options.all()}
    if open_ones := [names[key] for key, given in scores.items() if set(given) != set(weights)]:
        raise Incomplete(f"These options have no score for every criterion: {', '.join(open_ones)}.")


def _copy(newest: OptionsAppraisal, draft: OptionsAppraisal) -> None:
    criteria = {}
    for old in newest.criteria.all():
        criteria[old.pk] = AppraisalCriterion.objects.create(
            appraisal=draft, key=old.key, position=old.position, name=old.name, weight=old.weight
        )
    for option in newest.options.prefetch_related("scores"):
        made = AppraisalOption.objects.create(
            appraisal=draft, key=option.key, position=option.position, name=option.name, description=option.description
        )
        AppraisalScore.objects.bulk_create(
            AppraisalScore(option=made, criterion=criteria[one.criterion_id], score=one.score, reason=one.reason)
            for one in option.scores.all()
        )


def _free_key(name: str, taken: Any) -> str:
    stem = slugify(name)[:50] or "part"
    known = {*taken, "new"}  # the address of the page that adds one
    return next(key for number in range(1, len(known) + 2) if (key := stem if number == 1 else f"{stem}-{number}") not in known)


def _locked(draft: OptionsAppraisal, seen_version: int, by: Any) -> OptionsAppraisal:
    require(by, Right.WRITE_OPERATING_MODEL)
    draft = OptionsAppraisal.objects.select_for_update().get(pk=draft.pk)
    if draft.state != State.DRAFT:
        raise InvalidTransition("A decided version is never edited. Begin the next one.")
    if draft.version != seen_version:
        raise StaleData("Somebody saved this appraisal while you were typing. Look at it again before you save.")
    return draft


def _save(draft: OptionsAppraisal, by: Any, action: str, part: str) -> None:
    draft.version += 1
    draft.changed_at, draft.changed_by = business_now(), by
    draft.save()
    record(action=action, by=by, subject=subject_of(draft), details={"part": part})
