"""Whose rows? While a request is answered, a query of guarded rows says whose they are, or it does not run.

Guarded are the tables of returns (`OfAnOrganisation`). Within a request one of their queries runs only where it

- was narrowed to what a person may see: `visible_to(user)`, which ends in `by_right()`;
- is held to the organisation of the role in use, or to rows that were reached like this before: `filter(kpi_return=…)`;
- says that it is for the whole portal, and why: `for_the_portal("the board of arrivals: states, no figures")`.

Any other raises `NobodysRows`, which is a fault of the code and never of the reader. So a view that forgets to ask for the right,
or that trusts the number in a hidden field, shows an error page and no row. Outside requests (jobs, commands) nothing is guarded.
Rows that a query of another table joins are not seen here: a test walks every page of those who have no return and looks for them
(tests/access/test_figures_registered.py).
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Self, TypeVar

from django.db import models
from django.db.models.lookups import Exact, In, Lookup
from django.db.models.sql import Query
from django.db.models.sql.where import OR, WhereNode

Reached = set[tuple[str, str]]
"""Rows that this request may hold its queries to: label of the model and primary key."""

_reached: ContextVar[Reached | None] = ContextVar("reached", default=None)
OWNER = "organisations.Organisation"
Row = TypeVar("Row", bound=models.Model)


class NobodysRows(RuntimeError):
    """A query of guarded rows that does not say whose they are."""


@contextmanager
def answering() -> Iterator[None]:
    """While a request is answered: nothing is reached yet."""
    token = _reached.set(set())
    try:
        yield
    finally:
        _reached.reset(token)


@contextmanager
def _free() -> Iterator[None]:
    """For questions that the database itself would answer, such as whether a key is taken."""
    token = _reached.set(None)
    try:
        yield
    finally:
        _reached.reset(token)


def reach(row: models.Model) -> None:
    """This row was reached rightly: queries of this request may be held to it."""
    reached = _reached.get()
    if reached is not None:
        reached.add((row._meta.label, str(row.pk)))


class GuardedQuerySet(models.QuerySet[Row]):
    """A query that asks, before it runs, whether it says whose rows it reads or changes."""

    def by_right(self) -> Self:
        """The query was narrowed to what a person may see. For `visible_to()` alone."""
        return self._says("by right")

    def for_the_portal(self, why: str) -> Self:
        """The rows of all organisations, for the reason given. Each use is listed in tests/platform/test_scope.py."""
        return self._says(why)

    def _says(self, why: str) -> Self:
        found = self.all()
        found.query.whose = why  # type: ignore[attr-defined]  # the query, not the set, is what every further step copies
        return found

    def __or__(self, other: Any) -> Any:
        """Both together say whose rows they read only where each of them does."""
        found = super().__or__(other)
        if not (_whose(self.query) and _whose(other.query)):
            found.query.whose = ""  # type: ignore[attr-defined]  # the left one is what was copied
        return found

    def _check(self) -> None:
        reached = _reached.get()
        if reached is not None and self._result_cache is None and not _says_whose(self.query, reached):
            raise NobodysRows(f"A query of {self.model._meta.label} does not say whose rows it reads (edi_portal/scope.py).")

    def _fetch_all(self) -> None:
        self._check()
        super()._fetch_all()

    def iterator(self, *args: Any, **kwargs: Any) -> Any:
        """Row by row; asks first."""
        self._check()
        return super().iterator(*args, **kwargs)

    def count(self) -> int:
        """How many; asks first."""
        self._check()
        return super().count()

    def exists(self) -> bool:
        """Whether any; asks first."""
        self._check()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Numbers over the rows; asks first."""
        self._check()
        return super().aggregate(*args, **kwargs)

    def update(self, **kwargs: Any) -> int:
        """Change the rows; asks first."""
        self._check()
        return super().update(**kwargs)

    def delete(self) -> Any:
        """Delete the rows; asks first."""
        self._check()
        return super().delete()


class OfAnOrganisation(models.Model):
    """A row that belongs to one organisation's return. What was read or made is reached: queries may be held to it."""

    class Meta:
        abstract = True

    @classmethod
    def from_db(cls, db: str | None, field_names: Iterable[str], values: Iterable[Any]) -> Self:
        """A row that a query brought."""
        row = super().from_db(db, field_names, values)  # type: ignore[arg-type]
        reach(row)
        return row

    def validate_unique(self, *args: Any, **kwargs: Any) -> None:
        """Whether there is such a row already is asked of all rows; nothing of them is shown."""
        with _free():
            super().validate_unique(*args, **kwargs)

    def validate_constraints(self, *args: Any, **kwargs: Any) -> None:
        """As above."""
        with _free():
            super().validate_constraints(*args, **kwargs)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """A row that the portal itself makes or changes."""
        super().save(*args, **kwargs)
        reach(self)


def _whose(query: Query) -> str:
    return getattr(query, "whose", "")


def _says_whose(query: Query, reached: Reached) -> bool:
    if query.combined_queries:
        return all(_says_whose(one, reached) for one in query.combined_queries)
    return bool(_whose(query)) or query.is_empty() or _is_held(query.where, reached)


def _is_held(where: WhereNode, reached: Reached) -> bool:
    """Whether every row that passes belongs to what was reached: one condition is enough, of alternatives each is needed."""
    if where.negated or not where.children:
        return False
    parts = (_is_held(one, reached) if isinstance(one, WhereNode) else _holds(one, reached) for one in where.children)
    return all(parts) if where.connector == OR else any(parts)


def _holds(condition: Any, reached: Reached) -> bool:
    """Whether a condition asks for the key of an organisation or of a guarded row, and for nothing but what was reached."""
    if not isinstance(condition, Exact | In) or (model := _model_of_key(condition)) is None:
        return False
    wanted = condition.rhs
    if isinstance(wanted, Query):
        return issubclass(wanted.model or model, OfAnOrganisation) and _says_whose(wanted, reached)
    keys = wanted if isinstance(condition, In) else [wanted]
    return all((model._meta.label, str(key)) in reached for key in keys)


def _model_of_key(condition: Lookup) -> type[models.Model] | None:
    field = getattr(condition.lhs, "target", None)
    if field is None:
        return None
    model = field.related_model if field.is_relation else field.model if field.primary_key else None
    return model if model and (model._meta.label == OWNER or issubclass(model, OfAnOrganisation)) else None
