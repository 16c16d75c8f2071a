"""The rules of a return and of published figures. Pure: plain facts in, findings out; every rule with its examples."""

from kpis.validation.registry import RULES, check_measures, check_return, check_statement

__all__ = ["RULES", "check_measures", "check_return", "check_statement"]
