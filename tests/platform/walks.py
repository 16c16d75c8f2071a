"""Random walks (A3, A9): a machine takes steps in any order against the database, and each walk is taken back after it.

Of steps drawn blindly few are allowed, and hypothesis leaves some kinds of step out of each walk. So a machine has a step
`go_on`, which does what usually comes next, and draws those who may act more often than others.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from edi_portal.exceptions import BusinessError


class Walk(RuleBasedStateMachine):
    """Steps that the rules allow or refuse; `tables` are those that a refusal leaves alone."""

    tables: Sequence[str] = ()

    def set_out(self) -> None:
        """Whatever is done from here on is taken back."""
        self.undo = transaction.atomic()
        self.undo.__enter__()

    @property
    def is_under_way(self) -> bool:
        """Whether the walk has begun: invariants are asked before that too."""
        return hasattr(self, "undo")

    def teardown(self) -> None:
        """Nothing of it happened."""
        if self.is_under_way:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def step(self, may: bool, deed: Callable[[], Any]) -> bool:
        """Do it; it works exactly when the model says so, and changes nothing when it does not."""
        before = rows(self.tables)
        try:
            deed()
        except BusinessError as refusal:
            assert not may, f"refused: {refusal}"
            assert rows(self.tables) == before, "a refusal changed something"
            return False
        assert may, "the rules should have refused it"
        return True


def rows(tables: Sequence[str]) -> tuple[Any, ...]:
    """Everything that a step may change, as the database holds it."""
    with connection.cursor() as cursor:
        digests = ", ".join(f"(SELECT md5(string_agg(t::text, ',' ORDER BY t.id)) FROM {table} t)" for table in tables)
        cursor.execute(f"SELECT {digests}")
        return tuple(cursor.fetchone())


def never(questions: dict[str, str]) -> None:
    """What must never be, asked by SQL and not by the code under test."""
    with connection.cursor() as cursor:
        for what, question in questions.items():
            cursor.execute(question)
            assert cursor.fetchone() is None, what


def play(machine: type[RuleBasedStateMachine], examples: int, steps: int) -> None:
    """Without shrinking: a sequence that fails is short enough, and shrinking one takes minutes."""
    told = settings(
        phases=[Phase.generate],
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(machine, settings=told)
