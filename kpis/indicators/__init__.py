"""Figures from counts, one way for the owner's exact counts and for the protected counts of a release alike. Pure."""

from kpis.indicators.computing import compute
from kpis.indicators.figures import ABSENCES, NOT_CALCULABLE, REASONS, SHOWN, Absent, Cell, Counts, Figure, Known

__all__ = ["ABSENCES", "NOT_CALCULABLE", "REASONS", "SHOWN", "Absent", "Cell", "Counts", "Figure", "Known", "compute"]
