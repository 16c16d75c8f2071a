"""The faults of a game day. Each hurts the running demonstration and asks what must hold; `Broken` says what did not."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from redis import Redis

from edi_portal.gameday.stage import Stage
from edi_portal.gameday.visitor import Answer, Visitor

AT_MOST = 2.0  # seconds that a person waits although the broker hangs
MAILS = "SELECT count(*), count(*) FILTER (WHERE status = 'done') FROM jobs_job WHERE kind = 'return_mail'"


class Broken(Exception):
    """Something that must hold did not; the message says what."""


def must(holds: object, otherwise: str) -> None:
    """Raise Broken with the sentence unless it holds."""
    if not holds:
        raise Broken(otherwise)


class Scene:
    """The stage with one EDI lead whose return is with the sponsor."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        [(self.organisation, self.period, account)] = stage.ask(
            "SELECT o.slug, c.period, u.email FROM kpis_kpireturn r JOIN kpis_collection c ON c.id = r.collection_id "
            "JOIN organisations_organisation o ON o.id = r.organisation_id JOIN organisations_user u ON u.id = r.submitted_by_id "
            "WHERE r.status = 'submitted' AND c.closed_at IS NULL ORDER BY o.slug LIMIT 1"
        )
        self.lead = Visitor(stage.port)
        self.lead.sign_in(account)

    def path(self, page: str) -> str:
        """The path of one of the return's pages."""
        return f"/returns/{self.organisation}/{self.period}/{page}/"

    def state(self) -> str:
        """Where the return stands."""
        [(status,)] = self.stage.ask(
            "SELECT r.status FROM kpis_kpireturn r JOIN kpis_collection c ON c.id = r.collection_id "
            "JOIN organisations_organisation o ON o.id = r.organisation_id "
            "WHERE o.slug = %s AND c.period = %s AND r.superseded_at IS NULL",
            self.organisation,
            self.period,
        )
        return str(status)

    def send(self) -> Answer:
        """Take the return back if need be, then send it to the sponsor: one mail to do in the background."""
        if self.state() == "submitted":
            must(self.lead.post(self.path("take-back"), reason="Game day").status == 200, "the return could not be taken back")
        return self.lead.post(self.path("submit"))

    def mails(self) -> tuple[int, int]:
        """Mails to send, and mails sent."""
        [(asked, done)] = self.stage.ask(MAILS)
        return int(asked), int(done)

    def settled(self) -> bool:
        """Whether every mail is sent."""
        asked, done = self.mails()
        return asked == done

    @contextmanager
    def one_more(self, number: int = 1) -> Iterator[None]:
        """What happens inside asks for so many mails; afterwards each was sent once and none twice."""
        asked_before, sent_before = self.mails()[0], self._sent()
        yield
        try:
            self.stage.wait(self.settled)
        except TimeoutError:
            raise Broken(f"after 90 s {self.mails()[1]} of {self.mails()[0]} mails were sent") from None
        asked = self.mails()[0] - asked_before
        must(asked == number, f"{asked} mails were asked for instead of {number}")
        per_send = self._sent() - sent_before
        must(per_send % number == 0 and per_send > 0, f"{per_send} messages for {number} mails: one is missing or double")

    def _sent(self) -> int:
        [(count,)] = self.stage.ask("SELECT count(*) FROM organisations_outboxmessage")
        return int(count)


def worker_killed(scene: Scene) -> str:
    """F1: the worker's process dies (SIGKILL) after it wrote its results and before they count."""
    stage = scene.stage
    for place in ("job.claimed", "job.written", "job.marked", "job.done"):
        stage.stop_process("worker")
        note = stage.instance.home / place
        stage.start_process("worker", log=f"worker-{place}", PORTAL_CRASHPOINT=place, PORTAL_CRASHPOINT_NOTE=str(note))
        with scene.one_more():
            must(scene.send().status == 200, "the return could not be sent")
            stage.wait(note.exists)
    stage.stop_process("worker")
    stage.start_process("worker")
    return "killed at four places; every mail went out once"


def broker_stopped(scene: Scene) -> str:
    """F2: Redis is stopped while a return is sent."""
    return _without_broker(scene, lambda: scene.stage.stop_server("broker"), lambda: scene.stage.start_server("broker"))


def broker_hangs(scene: Scene) -> str:
    """F3: Redis hangs: it takes connections and says nothing (SIGSTOP)."""
    stage = scene.stage
    return _without_broker(scene, lambda: stage.signal("broker", signal.SIGSTOP), lambda: stage.signal("broker", signal.SIGCONT))


def _without_broker(scene: Scene, hurt: Callable[[], None], heal: Callable[[], None]) -> str:
    with scene.one_more():
        if scene.state() == "submitted":
            scene.lead.post(scene.path("take-back"), reason="Game day")
        hurt()
        try:
            answer = scene.send()
            must(answer.status == 200, f"sending answered {answer.status}")
            must(answer.seconds < AT_MOST, f"sending took {answer.seconds:.1f} s")
            must(scene.state() == "submitted", "the return was not sent")
        finally:
            heal()
        began = time.monotonic()
    followed = time.monotonic() - began
    return f"the return was sent in {answer.seconds:.1f} s; the mail followed {followed:.0f} s after the broker was back"


def broker_emptied(scene: Scene) -> str:
    """F4: Redis forgets everything (FLUSHALL) while ten jobs wait."""
    stage = scene.stage
    stage.stop_process("worker")
    with scene.one_more(10):
        for _ in range(10):
            must(scene.send().status == 200, "a return could not be sent")
        broker_is_emptied(stage)
        stage.start_process("worker")
    return "ten of ten mails went out although every message was lost"


def database_restarts(scene: Scene) -> str:
    """F5: PostgreSQL is restarted; a person tries to send a return while it is gone."""
    stage = scene.stage
    with scene.one_more():
        if scene.state() == "submitted":
            scene.lead.post(scene.path("take-back"), reason="Game day")
        form = scene.path("submit")
        stage.stop_server("database")
        during = scene.lead.get(form)
        must(during.status in (500, 503), f"without a database a page answered {during.status}")
        stage.start_server("database")
        must(scene.state() == "draft", "the return changed although the database was away")
        after = scene.lead.post(form)
        must(after.status == 200 and scene.state() == "submitted", f"sending again answered {after.status}")
    return "the page said that it failed; sent again it went through once; web and worker needed no restart"


def two_beats(scene: Scene) -> str:
    """F17: two beats run, then none, then one again."""
    stage = scene.stage
    stage.start_process("second beat")
    with scene.one_more(3):
        for _ in range(3):
            must(scene.send().status == 200, "a return could not be sent")
    stage.stop_process("second beat")
    stage.stop_process("beat")
    stage.stop_process("worker")
    with scene.one_more():
        must(scene.send().status == 200, "a return could not be sent")
        broker_is_emptied(stage)
        stage.start_process("worker")
        time.sleep(3 * 2)
        must(not scene.settled(), "the mail went out although nobody rang: this fault showed nothing")
        stage.start_process("beat")
    return "two beats doubled nothing; what a dead one missed was caught up with"


def broker_is_emptied(stage: Stage) -> None:
    """Every message is lost."""
    with Redis(unix_socket_path=urlsplit(stage.addresses["REDIS_URL"]).path) as client:
        client.flushall()


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of docs/reliability.md in words for a visitor."""

    number: str
    title: str
    play: Callable[[Scene], str]


FAULTS = (
    Fault("F1", "A worker is killed in the middle of its work", worker_killed),
    Fault("F2", "The message broker is gone while a return is sent", broker_stopped),
    Fault("F3", "The message broker hangs while a return is sent", broker_hangs),
    Fault("F4", "The message broker forgets everything", broker_emptied),
    Fault("F5", "The database restarts while a return is sent", database_restarts),
    Fault("F17", "The clock that starts periodic work runs twice, then not at all", two_beats),
)
