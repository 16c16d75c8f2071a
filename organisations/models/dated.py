"""Rows that hold from one day to another: their fields, the filter by day, and the constraints of dated tables.

`valid_to` is the last day on which the row holds; empty means it still holds.
"""

from datetime import date
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.expressions import Combinable


class DatedQuerySet(models.QuerySet):
    """Filters of a dated table."""

    def on(self, day: date) -> Self:
        """The rows that hold on this day."""
        return self.filter(in_force(day))


def in_force(day: date, prefix: str = "") -> Q:
    """The condition that a dated row, reached through `prefix`, holds on this day."""
    return Q(**{f"{prefix}valid_from__lte": day}) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": day})
    )


class Dated(models.Model):
    """A row that holds from `valid_from` to `valid_to`, both days included."""

    valid_from = models.DateField("from")
    valid_to = models.DateField("to", null=True, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True

    def holds_on(self, day: date) -> bool:
        """True when the row holds on this day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def days_in_order(name: str, message: str = "The last day must not be before the first day.") -> models.CheckConstraint:
    """The last day is empty or not before the first."""
    condition = Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from"))
    return models.CheckConstraint(condition=condition, name=name, violation_error_message=message)


def key_range(key: str | Combinable) -> Func:
    """A foreign key folded into a range, so that it can stand in an exclusion constraint without an extension."""
    return Func(key, key, Value("[]"), function="int8range")


def no_overlap(*keys: str | Combinable, name: str, message: str, condition: Q | None = None) -> ExclusionConstraint:
    """At most one row for the same keys on any day."""
    days = Func("valid_from", "valid_to", Value("[]"), function="daterange")
    return ExclusionConstraint(
        name=name,
        expressions=[*((key_range(key), "&&") for key in keys), (days, "&&")],
        condition=condition,
        violation_error_message=message,
    )
