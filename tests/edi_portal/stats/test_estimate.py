"""Estimates, reasons and normal quantiles."""

import re
from pathlib import Path

import pytest
from scipy import stats

from edi_portal.stats.estimate import REASONS, NotCalculable, z_of

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9, 0.95, 0.99, 0.998, 0.9999])
def test_normal_quantile_is_the_one_of_another_library(level: float) -> None:
    assert z_of(level) == pytest.approx(stats.norm.ppf((1 + level) / 2), rel=1e-14)


@pytest.mark.parametrize("level", [0, 1, 95, -0.5])
def test_level_outside_0_to_1_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        z_of(level)


def test_only_known_reasons() -> None:
    assert NotCalculable("no_staff_in_group").in_words == "there is nobody in the group"
    with pytest.raises(ValueError, match="not a reason"):
        NotCalculable("because")


def test_every_reason_that_is_given_anywhere_is_known_and_none_is_spare() -> None:
    modules = [path for app in ("edi_portal", "kpis", "steering") for path in (ROOT / app).rglob("*.py")]
    given = {reason for path in modules for reason in re.findall(r'NotCalculable\(\s*"(\w+)"', path.read_text())}
    assert given == set(REASONS)


def test_reasons_end_a_sentence() -> None:
    assert all(words[0].islower() and not words.endswith(".") for words in REASONS.values())
