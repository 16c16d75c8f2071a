"""A load says what was lost and what was doubled, from what the database holds."""

import threading
from typing import Any

from edi_portal.gameday.visitor import Answer
from edi_portal.load.people import Asked, Notes, Person, Writer
from edi_portal.load.verdict import Seen, percentile, results, value_is_newest

PLAN = {"returns": [{"id": 7, "organisation": "one"}]}
SEEN = Seen(away=[(10.0, 12.0)], seconds=1.0, since=0.0, worked_off=1.0, load=0.0)


class Silent(Person):
    """Its answers are given beforehand."""

    def __init__(self, *answers: Answer) -> None:
        super().__init__(0, "lead", Notes())
        self._given = list(answers)

    def _ask(self, request: Any) -> Answer:
        return self._given.pop(0)


def writer(*answers: Answer) -> Writer:
    return Writer(Silent(*answers), "one", "/returns/one/q", "people", "staff/white/all", 100, 0.0, threading.Event())


def verdict(one: Writer, *, stored: int, status: str = "submitted", events: int = 1, mails: int = 1) -> dict[str, Any]:
    def ask(question: str, *values: object) -> list[tuple[Any, ...]]:
        if "returnvalue" in question:
            return [(stored,)]
        if "kpireturn" in question:
            return [(status,)]
        if "returnevent" in question:
            return [(events,)]
        return [(mails, mails)] if "return_mail" in question else [(0,)]

    return {row.name: row for row in results(ask, one.person.notes, [one], PLAN, SEEN)}


def kept(status: int = 200) -> Answer:
    return Answer(status, 0.1, '{"conflicts": [], "errors": {}}')


def test_a_number_that_was_acknowledged_must_be_the_stored_one() -> None:
    one = writer(kept(), kept(), kept(0))
    one.save()
    one.save()
    assert one.acknowledged == 102 and value_is_newest(one, 102) and not value_is_newest(one, 101)
    one.save()
    assert value_is_newest(one, 102) and value_is_newest(one, 103), "without an answer either may be stored"
    assert verdict(one, stored=101)["Saves that were acknowledged and lost"].holds is False
    assert verdict(one, stored=102)["Saves that were acknowledged and lost"].holds is True


def test_a_send_that_was_acknowledged_is_there_once() -> None:
    one = writer(kept())
    one.send(float("inf"))
    lost, doubled = "Returns whose sending was acknowledged and lost", "Returns that were sent or told of twice"
    whole = verdict(one, stored=100)
    assert whole[lost].value == whole[doubled].value == 0
    assert verdict(one, stored=100, status="draft", events=0, mails=0)[lost].value == 1
    assert verdict(one, stored=100, mails=0)[lost].value == 1
    assert verdict(one, stored=100, events=2)[doubled].value == 1
    assert verdict(one, stored=100, mails=2)[doubled].value == 1


def test_an_error_counts_unless_a_server_was_away() -> None:
    one = writer()
    one.person.notes.asked += [Asked("read", 500, 0.1, 5.0), Asked("read", 0, 1.0, 9.5), Asked("read", 200, 0.2, 5.0)]
    found = verdict(one, stored=100)
    assert found["Errors"].value == 1 and not found["Errors"].holds
    assert found["Errors while a server was away"].value == 1
    assert found["Read a dashboard: p95"].value == 0.2
    assert percentile(range(1, 101), 0.95) == 95
