"""The parameters of disclosure control, as one frozen and numbered value."""

from __future__ import annotations

from dataclasses import dataclass

# The strictest published NHS rule that can be automated (NHS Digital, HES and ECDS, September 2018): hide 1 to 7, round to 5.
LOWEST_THRESHOLD = 7


# The least that each setting may be; what depends on another setting is checked where a policy is made.
LEAST: dict[str, int] = {
    "width": 1,
    "collude": 1,
    "threshold": LOWEST_THRESHOLD,
    "base": 2,
    "survey_respondents": 11,
    "small_organisation": 0,
    "fewest_organisations": 3,
    "fewest_contributors": 3,
    "dominance_percent": 1,
    "class_disclosure_below": 0,
}


class PolicyError(ValueError):
    """Parameters that would not protect anybody; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Parameters of one release. `version` numbers the settings; a release stores it with its figures.

    Counts are people, `small_organisation` is a headcount, `dominance_percent` is the p of the p% rule.
    """

    version: int = 1
    width: int = 3  # W: a hidden number keeps at least W + 1 candidates
    collude: int = 1  # readers who may pool the exact figures of their own organisations
    threshold: int = 7  # T: highest hidden count
    base: int = 5  # B: rounding base
    survey_respondents: int = 11  # fewest respondents of a survey result
    small_organisation: int = 800  # below this headcount only group totals are released
    fewest_organisations: int = 3  # fewest organisations in a type or system figure
    fewest_contributors: int = 3  # fewest non-zero contributors of a magnitude
    dominance_percent: int = 10  # p
    class_disclosure_below: int = 20  # a sensitive row under this total is hidden when one group holds all or none of it

    def __post_init__(self) -> None:
        if self.threshold < LOWEST_THRESHOLD:
            raise PolicyError(f"The highest hidden count is {self.threshold}; it must be {LOWEST_THRESHOLD} or more.")
        if self.base < 2 or self.base > 2 * (self.threshold + 1):
            # A larger base would round a shown count down to 0 and so make it look like an empty cell.
            raise PolicyError(f"The rounding base is {self.base}; it must be from 2 to {2 * (self.threshold + 1)}.")
        if not 1 <= self.width < self.threshold:
            raise PolicyError(f"The open width is {self.width}; it must be from 1 to {self.threshold - 1}.")
        for name, least in LEAST.items():
            if getattr(self, name) < least:
                raise PolicyError(f"The setting {name} is {getattr(self, name)}; it must be {least} or more.")


DEFAULT_POLICY = Policy()
# What may be stored as settings of the portal: nothing that shows more than the default does. (Smaller values are for tests.)
FLOOR: dict[str, int] = {name: max(least, getattr(DEFAULT_POLICY, name)) for name, least in LEAST.items()}


def check_floor(policy: Policy) -> Policy:
    """The policy, if it protects at least as much as the default; raises `PolicyError` otherwise.

    Stored counts are multiples of 5, so the base is 5, 10 or 15.
    """
    for name, least in FLOOR.items():
        if getattr(policy, name) < least:
            raise PolicyError(f"The setting {name} is {getattr(policy, name)}; it must be {least} or more.")
    if policy.base % DEFAULT_POLICY.base:
        raise PolicyError(f"The rounding base is {policy.base}; it must be a multiple of {DEFAULT_POLICY.base}.")
    return policy
