"""The indicator calculator: what is asked for one figure, the figure from what was typed, and the mistakes it catches. Pure.

Nothing here keeps anything: counts go in, findings and a figure come out.
"""

from kpis.calculator.mistakes import Beside, find_mistakes
from kpis.calculator.printed import NotReadable, Printed, read_printed
from kpis.calculator.questions import Asked, Block, Question, question_of
from kpis.calculator.typed import TypedCounts

__all__ = [
    "Asked",
    "Beside",
    "Block",
    "NotReadable",
    "Printed",
    "Question",
    "TypedCounts",
    "find_mistakes",
    "question_of",
    "read_printed",
]
