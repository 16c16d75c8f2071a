"""The score of a risk and its band. Pure."""

from steering.vocabulary import RISK_BANDS

HIGH_FROM = 8


def band_of(score: int) -> str:
    """The band of a score from 1 to 25."""
    return next(label for lowest, label in RISK_BANDS if score >= lowest)
