"""The only writer of mapping interviews, their rounds and the code book."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from edi_portal.audit.services import record
from edi_portal.clock import business_now, business_today
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from edi_portal.periods import Quarter
from edi_portal.reviews.services import ask_for_review
from organisations.models import Organisation
from organisations.permissions import can, require
from organisations.roles import Right
from organisations.selectors.organisations import history_of
from workforce.mapping import Theme
from workforce.models import CodeBook, MappingInterview, MappingRound
from workforce.selectors.interviews import newest_code_book, open_round_of, proposed_themes, theme_texts
from workforce.services.saving import check_row, refuse_stale

KEPT = "A closed round stays as it is: others have read its themes."


def may_keep(user: Any, interview: MappingInterview) -> bool:
    """Whether this account may write it: whoever held it, and those who keep the registers of its organisation."""
    held = interview.interviewer_id == user.pk and can(user, Right.GOVERN)
    return held or can(user, Right.KEEP_REGISTERS, interview.organisation)


def require_keep(user: Any, interview: MappingInterview) -> None:
    """Pass silently, or raise `NotAllowed` with a sentence that says who may."""
    if not may_keep(user, interview):
        raise NotAllowed("An interview is written by whoever held it, or by the EDI lead of its organisation.")


@transaction.atomic
def open_round(*, financial_year: str, by: Any, synthetic: bool = False) -> MappingRound:
    """Begin the interviews of a financial year."""
    require(by, Right.GOVERN)
    if MappingRound.objects.filter(financial_year=financial_year).exists():
        raise InvalidTransition(f"The round of {financial_year} was opened before.")
    made = MappingRound(financial_year=financial_year, opened_by=by, opened_at=business_now(), is_synthetic=synthetic)
    check_row(made)
    made.save()
    record(action="mapping.round_opened", by=by, subject=f"mapping-round:{financial_year}")
    return made


@transaction.atomic
def close_round(*, one: MappingRound, by: Any) -> MappingRound:
    """End a round: its themes can be read by others from now on, and its interviews stay as they are."""
    require(by, Right.GOVERN)
    one = MappingRound.objects.select_for_update().get(pk=one.pk)
    if not one.is_open:
        raise InvalidTransition(f"The round of {one.financial_year} is closed already.")
    if not one.interviews.exists():
        raise Incomplete(f"Nobody was interviewed in {one.financial_year} yet, so there is nothing to close.")
    one.closed_at, one.closed_by = business_now(), by
    one.save(update_fields=["closed_at", "closed_by"])
    record(action="mapping.round_closed", by=by, subject=f"mapping-round:{one.financial_year}")
    return one


@transaction.atomic
def save_interview(*, interview: MappingInterview, by: Any, seen_version: int | None = None) -> MappingInterview:
    """Save a new or changed interview; its round is that of the day on which it was held.

    Raises StaleData when somebody saved it since, Incomplete for an organisation that had closed, a day to come, a year
    without an open round, and an interview that says nothing.
    """
    if interview.pk is not None:
        stored = MappingInterview.objects.select_for_update(of=("self",)).select_related("round").get(pk=interview.pk)
        refuse_stale(stored, seen_version, noun="interview")
        if not stored.round.is_open:
            raise InvalidTransition(KEPT)
    else:
        interview.interviewer = by
    require_keep(by, interview)
    _check_day(interview)
    _check_themes(interview)
    interview.version += 1
    interview.changed_at, interview.changed_by = business_now(), by
    check_row(interview, "changed_by", "interviewer")
    interview.save()
    _record(interview, "saved", by)
    return interview


@transaction.atomic
def remove_interview(*, interview: MappingInterview, seen_version: int | None = None, by: Any) -> None:
    """Take out an interview that was a mistake, while its round is open.

    `seen_version` is the version that a page showed; what somebody wrote since is not taken out unread: StaleData.
    """
    require_keep(by, interview)
    stored = MappingInterview.objects.select_for_update(of=("self",)).filter(pk=interview.pk).first()
    if not _locked_round(interview.round_id).is_open:
        raise InvalidTransition(KEPT)
    if stored is None:
        raise InvalidTransition("Somebody took out this interview already.")
    if seen_version is not None and stored.version != seen_version:
        raise StaleData("Somebody changed this interview since you opened it. Look at it again before you take it out.")
    _record(interview, "removed", by)
    interview.delete()


def _locked_round(pk: int) -> MappingRound:
    """A round that nobody closes until what is written into it is written."""
    return MappingRound.objects.select_for_update().get(pk=pk)


def refusal_of(organisation: Organisation, day: Any) -> str:
    """Why no interview can be held with an organisation on a day, as a sentence; empty where one can."""
    members = Organisation.objects.in_footprint(day)
    if members.filter(pk=organisation.pk).exists():
        return ""
    past = [line for line in history_of(organisation, on=day) if line.day is not None and not line.later]
    became = f" {past[-1].sentence}" if past else ""
    return (
        f"{organisation.short_name} was not part of the partnership on {day:%-d %B %Y}, so no interview could be held with it."
        f"{became} Choose the organisation that carries on its work, or the day on which the interview was held."
    )


@transaction.atomic
def revise_code_book(*, theme: Theme, note: str, by: Any) -> CodeBook:
    """The next version of the code book, in which one theme is new, reworded or retired."""
    require(by, Right.GOVERN)
    if not note.strip():
        raise Incomplete("Say what changed and why: the next reader of an old interview needs it.")
    book = CodeBook.objects.select_for_update().order_by("-number").first()
    themes = {one.key: one for one in (book.all_themes if book is not None else ())}
    if themes.get(theme.key) == theme:
        raise Incomplete("Nothing changed. Change the words of the theme, or retire it.")
    themes[theme.key] = theme
    made = _new_version((book.number if book is not None else 0) + 1, themes.values(), note.strip(), by)
    for subject, text in theme_texts((theme,)).items():
        ask_for_review(subject=subject, text=text, organisation=None, by=by)
    return made


@transaction.atomic
def load_code_book() -> int:
    """The first version, as it comes with the portal; 0 where there is one already."""
    if newest_code_book() is not None:
        return 0
    _new_version(1, proposed_themes(), "The first proposal, as it comes with the portal.", None)
    return 1


def _new_version(number: int, themes: Iterable[Theme], note: str, by: Any) -> CodeBook:
    data = [theme.as_data() for theme in themes]
    made = CodeBook.objects.create(number=number, themes=data, note=note, made_by=by, made_at=business_now())
    record(action="mapping.code_book_changed", by=by, subject=f"code-book:{number}")
    return made


def _check_day(interview: MappingInterview) -> None:
    if interview.held_on > business_today():
        raise Incomplete("An interview is noted when it has been held. Choose today or an earlier day.")
    if refusal := refusal_of(interview.organisation, interview.held_on):
        raise Incomplete(refusal)
    year = Quarter.containing(interview.held_on).financial_year
    found = open_round_of(year)
    if found is None:
        raise Incomplete(f"There is no open round of interviews for {year}. A steering group member opens one each year.")
    if interview.pk is not None and interview.round_id != found.pk:
        raise Incomplete(f"This interview belongs to the round of {interview.round}. Choose a day of that year.")
    interview.round = _locked_round(found.pk)
    if not interview.round.is_open:
        raise InvalidTransition(KEPT)


def _check_themes(interview: MappingInterview) -> None:
    if interview.code_book_id is None:
        book = newest_code_book()
        if book is None:
            raise Incomplete("There is no code book yet. Load the reference data.")
        interview.code_book = book
    unknown = set(interview.themes) - {theme.key for theme in interview.code_book.all_themes}
    if unknown:
        raise Incomplete(f"The code book has no theme {', '.join(sorted(unknown))}. Choose from its list.")
    interview.themes = sorted(set(interview.themes))


def _record(interview: MappingInterview, verb: str, by: Any) -> None:
    record(action=f"interview.{verb}", by=by, organisation=interview.organisation, subject=f"interview:{interview.pk}")
