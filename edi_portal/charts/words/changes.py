"""Sentences over time. "Better" and "worse" stand only where a stored verdict says so."""

from __future__ import annotations

from edi_portal.charts.numbers import plural
from edi_portal.charts.words.absences import ABSENCES, sentence_for_no_figure
from edi_portal.charts.words.sentence import Sentence

POINTS_FOR_LIMITS = 12
_GETTING = {"better": "Getting better", "worse": "Getting worse"}


def sentence_for_time(
    verdict: str,
    *,
    points: int,
    since: str = "",
    run: int = 0,
    side: str = "",
    unit: str = "quarter",
    all_inside: bool = True,
) -> Sentence:
    """A series of independent periods.

    better and worse: `since` the period of the first point of the run ("Q1 2018-19"), `run` its length, `side`
    "below" or "above" the earlier average. changed: the same where no direction is better. no_difference: the newest
    point is inside the usual range, `all_inside` when every point is. too_few: fewer points than limits need.
    Other codes of the vocabulary say why there is no series; raises ValueError for an unknown one.
    """
    few = f" {plural(points, 'point')} so far; limits need {POINTS_FOR_LIMITS}." if points < POINTS_FOR_LIMITS else ""
    if verdict in _GETTING or verdict == "changed":
        strong = _GETTING.get(verdict, "Changed")
        opening = f"{strong} since {since}" if since else strong
        if run and side:
            found = f"{opening}: {plural(run, unit)} {side} the earlier average."
        else:
            found = f"{opening}, by more than chance."
        neither = " That is neither good nor bad in itself." if verdict == "changed" else ""
        return Sentence(f"{found}{neither}{few}", strong)
    if verdict == "no_difference":
        if few:
            return Sentence(f"No real change over {plural(points, unit)}.{few}")
        if not all_inside:
            return Sentence("The newest figure lies inside the usual range; earlier ones did not.", "inside the usual range")
        return Sentence(f"It is not changing: all {plural(points, unit)} lie inside the usual range.", "not changing")
    if verdict == "too_few":
        return Sentence(f"{plural(points, 'point')} so far; limits need {POINTS_FOR_LIMITS}.")
    if verdict in ABSENCES:
        return sentence_for_no_figure(verdict)
    raise ValueError(f"{verdict!r} is not a verdict over time.")


def sentence_for_two_windows(verdict: str, *, before_text: str, before: str, after_text: str, after: str) -> Sentence:
    """A rolling figure, judged from two windows that do not overlap: figures as text, windows in words."""
    levels = f"{before_text} in {before}, {after_text} in {after}"
    if verdict in _GETTING:
        strong = _GETTING[verdict]
        return Sentence(f"{strong}, by more than chance: {levels}.", strong)
    if verdict == "no_difference":
        return Sentence(f"No real change: {levels}.")
    if verdict in ABSENCES:
        return sentence_for_no_figure(verdict)
    raise ValueError(f"{verdict!r} is not a verdict over time.")


def sentence_for_action(verdict: str, *, since: str) -> Sentence:
    """What the figure has done since an action; `since` is its month, "May 2019"."""
    if verdict in _GETTING:
        strong = _GETTING[verdict]
        return Sentence(f"{strong} since the action of {since}, by more than chance.", strong)
    if verdict == "no_difference":
        return Sentence(f"No change yet since the action of {since}.")
    if verdict == "too_few":
        return Sentence(f"Too few points since the action of {since} to tell.")
    if verdict in ABSENCES:
        return sentence_for_no_figure(verdict)
    raise ValueError(f"{verdict!r} is not a verdict over time.")
