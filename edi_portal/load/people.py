"""The people of a deadline hour: writers who save and send, readers, one who uploads. Each is a thread with a session.

Every request is noted with its kind, its answer and its time; what was acknowledged is kept for the check afterwards.
"""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from edi_portal.gameday.visitor import TOKEN, Answer, Visitor

PAGES = ("/", "/overview/", "/overview/exceptions/", "/overview/completeness/", "/published/", "/strategies/")
BOUNDARY = "----edi-portal-load"
VALUES = 10  # a cell goes round through so many numbers, all of which pass the rules


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: its kind, the answer's status (0: none), how long it took, and when it began (seconds, monotonic)."""

    kind: str
    status: int
    seconds: float
    began: float

    @property
    def failed(self) -> bool:
        """No answer, or the portal said that it failed."""
        return self.status == 0 or self.status >= 500


@dataclass(slots=True)
class Notes:
    """What all people did; appended to by many threads."""

    asked: list[Asked] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def of(self, kind: str) -> list[Asked]:
        """The requests of one kind."""
        return [one for one in self.asked if one.kind == kind]


class Person(Visitor):
    """A browser that notes how long each answer took."""

    def __init__(self, port: int, account: str, notes: Notes) -> None:
        super().__init__(port)
        self.account, self.notes, self.token = account, notes, ""

    def ask(self, kind: str, path: str, content: bytes | None = None, **headers: str) -> Answer:
        """One request with whatever page it leads to."""
        own = {"Referer": f"{self.address}{path}", **{name.replace("_", "-"): value for name, value in headers.items()}}
        began = time.monotonic()
        try:
            answer = self._ask(urllib.request.Request(f"{self.address}{path}", content, own))
        except http.client.HTTPException:
            answer = Answer(0, time.monotonic() - began, "")
        self.notes.asked.append(Asked(kind, answer.status, answer.seconds, began))
        return answer

    def form(self, kind: str, path: str, **fields: str) -> Answer:
        """Send fields with the token of the last page."""
        return self.ask(kind, path, urllib.parse.urlencode({"csrfmiddlewaretoken": self.token, **fields}).encode())

    def upload(self, kind: str, path: str, file: Path) -> Answer:
        """Send a workbook."""
        parts = [
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n{self.token}\r\n'.encode(),
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="workbook"; filename="{file.name}"\r\n'.encode(),
            b"Content-Type: application/vnd.openxmlformats-officedocument.spreadsheetml.sheet\r\n\r\n",
            file.read_bytes(),
            f"\r\n--{BOUNDARY}--\r\n".encode(),
        ]
        return self.ask(kind, path, b"".join(parts), Content_Type=f"multipart/form-data; boundary={BOUNDARY}")

    def arrive(self, page: str) -> None:
        """Sign in and open a page whose token later forms carry. Raises ConnectionError."""
        self.sign_in(self.account)
        found = TOKEN.search(self.get(page).text)
        if not found:
            raise ConnectionError(f"{self.account} found no form at {page}")
        self.token = found[1]


@dataclass
class Writer:
    """Somebody who fills in a return: one cell is theirs alone, so what was acknowledged last must be what is stored."""

    person: Person
    organisation: str
    path: str  # of the return
    section: str
    cell: str
    base: int
    sends_after: float | None  # seconds; None for colleagues of the one who sends
    sent: threading.Event  # set when sending begins; shared by the return's people
    acknowledged: int | None = None
    uncertain: set[int] = field(default_factory=set)  # tried since, without an answer
    saves: int = 0
    send_acknowledged: bool = False

    def live(self, began: float, ends: float, every: float) -> None:
        """Save in a rhythm until the return is sent or the time is over."""
        chance = random.Random(self.cell + self.path + self.person.account)
        due = None if self.sends_after is None else began + self.sends_after
        following = began + chance.random() * every
        while (now := time.monotonic()) < ends and not self.sent.is_set():
            if due is not None and now >= due:
                self.send(ends)
                return
            if now >= following:
                self.save()
                following += every
            until = min(following, ends, due or ends)
            self.sent.wait(max(0.005, until - time.monotonic()))
        if due is not None and not self.sent.is_set():
            self.send(ends)

    def save(self) -> None:
        """Type the next number into the cell."""
        self.saves += 1
        number = self.base + self.saves % VALUES
        fields = {self.cell: str(number)}
        if self.acknowledged is not None and not self.uncertain:
            fields["seen"] = json.dumps({self.cell: str(self.acknowledged)})
        answer = self.person.form("save", f"{self.path}/{self.section}/autosave/", **fields)
        if answer.status == 200 and self._kept(answer):
            self.acknowledged = number
            self.uncertain.clear()
        elif answer.status in (0, 500, 502, 503, 504):
            self.uncertain.add(number)
        elif not self.sent.is_set():
            self.person.notes.refused.append(f"{self.organisation}: a save was answered {answer.status}")

    def _kept(self, answer: Answer) -> bool:
        said: dict[str, Any] = json.loads(answer.text)
        kept = not said.get("conflicts") and self.cell not in said.get("errors", {})
        if not kept:
            self.person.notes.refused.append(f"{self.organisation}: {self.cell} was not kept")
        return kept

    def send(self, ends: float) -> None:
        """Send the return; after an error again, as a person would, until half a minute after the end."""
        self.sent.set()
        while time.monotonic() < ends + 30:
            answer = self.person.form("send", f"{self.path}/submit/")
            if answer.status == 200:
                self.send_acknowledged = True
                return
            if answer.status and answer.status < 500:
                self.person.notes.refused.append(f"{self.organisation}: sending was answered {answer.status}")
                return
            time.sleep(1)


def read(person: Person, began: float, ends: float, every: float) -> None:
    """Go from dashboard to dashboard."""
    chance = random.Random(threading.current_thread().name)
    following = began + chance.random() * every
    while (now := time.monotonic()) < ends:
        if now >= following:
            person.ask("read", chance.choice(PAGES))
            following += every
        time.sleep(max(0.005, min(following, ends) - time.monotonic()))


def uploads(person: Person, path: str, file: Path, began: float, ends: float, every: float) -> None:
    """Upload a workbook and look at its check, again and again."""
    following = began + every / 2
    while (now := time.monotonic()) < ends:
        if now >= following:
            person.upload("upload", f"{path}/upload/", file)
            following += every
        time.sleep(max(0.005, min(following, ends) - time.monotonic()))
