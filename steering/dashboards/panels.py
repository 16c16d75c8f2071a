"""What the pages of EDS panels say: the organisation's own scores, those of each Healthwatch, and where they differ."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from kpis.catalogue import KpiDefinition
from organisations.models import Organisation, Place
from steering.models import PanelAnswer, PanelComment, PanelScore
from steering.models.proposals import healthwatch_name
from steering.panels import DOMAINS, OUTCOMES, Outcome, difference_words, differs, rating_of, score_words, total_of
from steering.selectors.panels import OwnScores, in_force, state_of
from steering.selectors.texts import Words

STATES = {"answered": ("Answered", "green"), "waits": ("Waits for an answer", "grey"), "late": ("Answer is late", "orange")}


@dataclass(frozen=True, slots=True)
class Standing:
    """One body beside an organisation: how much it scored, where it differs, and its total once everything is scored."""

    body: str
    scores: Mapping[str, PanelScore]
    own: Mapping[str, int]

    @property
    def scored(self) -> int:
        """How many outcomes it scored."""
        return len(self.scores)

    @property
    def differing(self) -> int:
        """How many of them the organisation scores otherwise."""
        return sum(differs(row.score, self.own.get(key)) for key, row in self.scores.items())

    @property
    def compared(self) -> int:
        """How many outcomes both have scored."""
        return len(set(self.scores) & set(self.own))

    @property
    def words(self) -> str:
        """The finding: "differs on 3 of 7 outcomes"."""
        if not self.scored:
            return "has scored nothing"
        if not self.compared:
            return f"has scored {counted(self.scored, 'outcome')}, and there is no own score beside it"
        if not self.differing:
            return f"agrees on {'the one outcome' if self.compared == 1 else f'all {self.compared} outcomes'} it scored"
        if self.compared == 1:
            return "differs on the one outcome it scored"
        return f"differs on {self.differing} of the {self.compared} outcomes it scored"

    @property
    def total(self) -> str:
        """Its own total of 33 with the rating, or how many outcomes are missing. Totals of two bodies are never joined."""
        return total_words(total_of({key: row.score for key, row in self.scores.items()}), self.scored)


@dataclass(frozen=True, slots=True)
class ListRow:
    """One organisation in the list."""

    organisation: Organisation
    is_of_place: bool
    total: str
    standings: tuple[Standing, ...]
    waiting: int
    late: int

    @property
    def comments(self) -> str:
        """What waits for an answer."""
        if not self.waiting:
            return "nothing waits"
        waits = "waits" if self.waiting == 1 else "wait"
        return f"{counted(self.waiting, 'comment')} {waits}" + (f", {self.late} late" if self.late else "")


@dataclass(frozen=True, slots=True)
class ScoreCell:
    """What one body said of one outcome."""

    body: str
    row: PanelScore | None
    reason: str
    difference: str

    @property
    def words(self) -> str:
        """The score with its word."""
        return score_words(self.row.score) if self.row is not None else ""


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """One outcome: the organisation's own score and each body's."""

    outcome: Outcome
    own: str
    cells: tuple[ScoreCell, ...]


@dataclass(frozen=True, slots=True)
class Earlier:
    """A version that a later one took the place of."""

    row: PanelScore
    reason: str

    @property
    def words(self) -> str:
        """The score of then, and how it stood to the organisation's own."""
        beside = f", {self.row.difference}" if self.row.difference else ""
        return f"{score_words(self.row.score)}{beside}"


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer as the reader may read it."""

    row: PanelAnswer
    text: str


@dataclass(frozen=True, slots=True)
class CommentLine:
    """One comment with its answers as the reader may read them."""

    row: PanelComment
    about: str
    text: str
    state: str
    answers: tuple[AnswerLine, ...]

    @property
    def label(self) -> str:
        """Where it stands."""
        return STATES[self.state][0]

    @property
    def colour(self) -> str:
        """The colour of its tag."""
        return STATES[self.state][1]


@dataclass(frozen=True, slots=True)
class PanelPage:
    """Everything that the page of one organisation says."""

    organisation: Organisation
    own: OwnScores
    own_total: str
    standings: tuple[Standing, ...]
    domains: tuple[tuple[str, tuple[OutcomeRow, ...]], ...]
    earlier: tuple[Earlier, ...]
    comments: tuple[CommentLine, ...]

    @property
    def finding(self) -> str:
        """The first line of the page."""
        first = next((one for one in self.standings if one.differing), next(iter(self.standings), None))
        if first is None:
            return f"No Healthwatch has scored {self.organisation.short_name} yet"
        return f"{first.body} {first.words}"


def counted(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def total_words(total: int | None, scored: int) -> str:
    """A total with its rating, or what is missing for one."""
    if total is not None:
        return f"{total} of 33, {rating_of(total)}"
    return f"no total: {scored} of {len(OUTCOMES)} outcomes scored" if scored else "not scored"


def own_total_words(own: OwnScores, organisation: Organisation) -> str:
    """An organisation's released total."""
    total = own.totals.get(organisation.pk)
    return f"{total} of 33, {rating_of(total)}" if total is not None else "not released"


def list_rows(
    organisations: Sequence[Organisation],
    own: OwnScores,
    given: Iterable[PanelScore],
    comments: Iterable[PanelComment],
    today: date,
) -> tuple[ListRow, ...]:
    """The list, in the order of the organisations."""
    newest, several = in_force(given), list(comments)
    rows = []
    for one in organisations:
        states = [state_of(comment, today) for comment in several if comment.organisation_id == one.pk]
        standings = [
            Standing(next(iter(scores.values())).body, scores, own.of(one))
            for (organisation, _), scores in newest.items()
            if organisation == one.pk
        ]
        waiting, late = sum(state != "answered" for state in states), states.count("late")
        is_of_place = bool(getattr(one, "is_of_place", False))
        rows.append(ListRow(one, is_of_place, own_total_words(own, one), tuple(standings), waiting, late))
    return tuple(rows)


def panel_page(
    organisation: Organisation,
    own: OwnScores,
    given: Sequence[PanelScore],
    comments: Sequence[PanelComment],
    *,
    user: Any,
    place: Place | None,
    today: date,
    kpis: Mapping[str, KpiDefinition],
) -> PanelPage:
    """The page of one organisation for a reader; the reader's own Healthwatch comes first."""
    answers = [answer for comment in comments for answer in comment.answers.all()]
    words = Words(user, [*given, *comments, *answers])
    newest = in_force(given)
    order = sorted(newest, key=lambda key: (place is None or key[1] != place.pk, next(iter(newest[key].values())).body))
    scores_own = own.of(organisation)
    standings = [Standing(next(iter(newest[key].values())).body, newest[key], scores_own) for key in order]
    if place is not None and all(key[1] != place.pk for key in order):
        standings.insert(0, Standing(healthwatch_name(place), {}, scores_own))
    current = {row.pk for scores in newest.values() for row in scores.values()}
    return PanelPage(
        organisation,
        own,
        own_total_words(own, organisation),
        tuple(standings),
        tuple((title, _rows(code, standings, scores_own, words)) for code, title in DOMAINS.items()),
        tuple(Earlier(row, words.of(row, "reason")) for row in reversed(given) if row.pk not in current),
        tuple(_comment(row, words, today, kpis) for row in comments),
    )


def _rows(code: str, standings: Sequence[Standing], own: Mapping[str, int], words: Words) -> tuple[OutcomeRow, ...]:
    return tuple(
        OutcomeRow(
            outcome,
            score_words(own.get(outcome.key)),
            tuple(_cell(one, outcome.key, words) for one in standings),
        )
        for outcome in OUTCOMES.values()
        if outcome.kpi == code
    )


def _cell(one: Standing, key: str, words: Words) -> ScoreCell:
    row = one.scores.get(key)
    if row is None:
        return ScoreCell(one.body, None, "", "")
    return ScoreCell(one.body, row, words.of(row, "reason"), difference_words(row.score, one.own.get(key)))


def _comment(row: PanelComment, words: Words, today: date, kpis: Mapping[str, KpiDefinition]) -> CommentLine:
    lines = tuple(AnswerLine(answer, words.of(answer, "text")) for answer in row.answers.all())
    return CommentLine(row, about_words(row.about, kpis), words.of(row, "text"), state_of(row, today), lines)


def about_words(about: str, kpis: Mapping[str, KpiDefinition]) -> str:
    """What a comment is about, in words."""
    kind, _, key = about.partition(":")
    if kind == "eds" and key in OUTCOMES:
        return OUTCOMES[key].name
    if kind == "kpi":
        return f"{key} {kpis[key].short_name}" if key in kpis else key
    return "The organisation as a whole"
