"""Sentences from stored figures and verdicts: deterministic, one function per case, every branch tested.

Shape of a sentence: finding, size, uncertainty, base, direction of good, what it is not. A sentence never judges;
it tells the stored verdict.
"""

from edi_portal.charts.words.absences import sentence_for_no_figure, sentence_for_too_few
from edi_portal.charts.words.changes import sentence_for_action, sentence_for_time, sentence_for_two_windows
from edi_portal.charts.words.ratios import Side, sentence_for_direction, sentence_for_likelihood, sentence_for_no_cases
from edi_portal.charts.words.readings import (
    sentence_for_comparator,
    sentence_for_false_alarms,
    sentence_for_rank,
    sentence_for_system,
)
from edi_portal.charts.words.sentence import Sentence
from edi_portal.charts.words.shares import sentence_for_gap, sentence_for_pay_gap, sentence_for_share, sentence_for_simple_share

__all__ = [
    "Sentence",
    "Side",
    "sentence_for_action",
    "sentence_for_comparator",
    "sentence_for_direction",
    "sentence_for_false_alarms",
    "sentence_for_gap",
    "sentence_for_likelihood",
    "sentence_for_no_cases",
    "sentence_for_no_figure",
    "sentence_for_pay_gap",
    "sentence_for_rank",
    "sentence_for_share",
    "sentence_for_simple_share",
    "sentence_for_system",
    "sentence_for_time",
    "sentence_for_too_few",
    "sentence_for_two_windows",
]
