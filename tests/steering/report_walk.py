"""A9 for assurance reports: two writers, a second person, a board member and a reviewer around the reports of one period."""

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, rule

from edi_portal.reviews.selectors import waiting
from edi_portal.reviews.services import pass_text
from organisations.models import User
from organisations.permissions import can
from organisations.roles import Right
from steering.models.reports import AssuranceReport
from steering.services import reports
from tests.platform.walks import Walk, never

WHO = st.sampled_from(["writer", "writer", "second", "second", "admin", "board"])
WHICH = st.integers(0, 1)
PLACE = "overall"
WRITTEN, FROZEN = {"draft", "proposed"}, {"published", "superseded"}
NEVER = {
    "two reports that are written, or two that are current": "SELECT 1 FROM steering_assurancereport WHERE status IN "
    "('draft', 'proposed', 'published') GROUP BY period, status = 'published' HAVING count(*) > 1",
    "published by who proposed it": "SELECT 1 FROM steering_assurancereport WHERE published_by_id = proposed_by_id",
    "a number without a file, or a file without a number": "SELECT 1 FROM steering_assurancereport "
    "WHERE (number IS NULL) <> (pdf IS NULL) OR (number IS NULL) <> (content IS NULL)",
    "a number that is left out": "SELECT 1 FROM steering_assurancereport HAVING count(number) <> coalesce(max(number), 0)",
    "a published report that nobody finds on record": "SELECT 1 FROM steering_assurancereport r WHERE number IS NOT NULL AND "
    "NOT EXISTS (SELECT FROM audit_auditevent a WHERE a.action = 'report.published' AND a.actor_id = r.published_by_id "
    "AND a.subject = 'report:' || r.id)",
}


@dataclass
class Modelled:
    """What should be so of one report."""

    key: int
    status: str = "draft"
    text: str = ""
    version: int = 0
    is_reviewed: bool = True
    proposer: str = ""


class ReportLife(Walk):
    """Reports of one period, one after the other."""

    tables = ("steering_assurancereport", "steering_reporttext", "steering_reportlevel", "reviews_textreview", "audit_auditevent")
    people: dict[str, User]
    period: str

    @initialize()
    def begin(self) -> None:
        """No report is there yet."""
        self.set_out()
        self.made: list[Modelled] = []
        self.frozen: dict[int, tuple[Any, ...]] = {}

    def writes(self, who: str) -> bool:
        """Whose right it is has tests of its own."""
        return can(self.people[who], Right.WRITE_REPORT)

    def row(self, which: int) -> tuple[Modelled, AssuranceReport] | None:
        """The newest report, or the one before."""
        if len(self.made) <= which:
            return None
        model = self.made[-1 - which]
        return model, AssuranceReport.objects.get(pk=model.key)

    @rule()
    def go_on(self) -> None:
        """From a start to a published report."""
        newest = self.made[-1] if self.made else None
        if newest is None or newest.status not in WRITTEN:
            self.start("writer")
        elif newest.status == "proposed":
            self.publish("second", 0)
            self.publish("writer", 0)
        elif not newest.is_reviewed:
            self.review()
        elif not newest.text:
            self.write("writer", 0, "A quiet quarter.", is_late=False)
        else:
            self.propose("writer", 0)

    @rule(who=WHO)
    def start(self, who: str) -> None:
        """The draft that is there, or a new one with the words of the current report."""
        found: list[AssuranceReport] = []
        may = self.writes(who)
        if not self.step(may, lambda: found.append(reports.start_report(period=self.period, by=self.people[who]))):
            return
        if any(one.status in WRITTEN for one in self.made):
            assert found[0].pk == self.made[-1].key
            return
        current = next((one for one in self.made if one.status == "published"), None)
        fresh = Modelled(found[0].pk)
        if current is not None and current.text:
            fresh.text, fresh.is_reviewed = current.text, False
        self.made.append(fresh)

    @rule(who=WHO, which=WHICH, text=st.sampled_from(["A quiet quarter.", "A loud one."]), is_late=st.booleans())
    def write(self, who: str, which: int, text: str, is_late: bool) -> None:
        """What is said at one place, by somebody who saw the newest words or older ones."""
        if (row := self.row(which)) is None:
            return
        model, report = row
        stored = report.texts.filter(place=PLACE).first()
        seen = (stored.version if stored else 0) - is_late

        def deed() -> None:
            reports.write_commentary(report=report, place=PLACE, text=text, version=seen, checked=False, by=self.people[who])

        if self.step(self.writes(who) and model.status == "draft" and not is_late, deed):
            model.is_reviewed = model.is_reviewed and model.text == text
            model.text = text

    @rule()
    def review(self) -> None:
        """A reviewer passes all that waits."""
        for one in waiting():
            pass_text(review=one, nobody_recognisable=True, by=self.people["admin"])
        for model in self.made:
            model.is_reviewed = True

    @rule(who=WHO, which=WHICH)
    def propose(self, who: str, which: int) -> None:
        """Once every word is passed."""
        if (row := self.row(which)) is None:
            return
        model, report = row
        may = self.writes(who) and model.status == "draft" and model.is_reviewed
        if self.step(may, lambda: reports.propose_report(report=report, by=self.people[who])):
            model.status, model.proposer = "proposed", who

    @rule(who=WHO, which=WHICH)
    def take_back(self, who: str, which: int) -> None:
        """To change it."""
        if (row := self.row(which)) is None:
            return
        model, report = row
        may = self.writes(who) and model.status == "proposed"
        if self.step(may, lambda: reports.take_back_report(report=report, by=self.people[who])):
            model.status = "draft"

    @rule(who=WHO, which=WHICH)
    def publish(self, who: str, which: int) -> None:
        """By somebody else than who proposed it; the one before is out of date from then on."""
        if (row := self.row(which)) is None:
            return
        model, report = row
        may = can(self.people[who], Right.PUBLISH_REPORT) and model.status == "proposed" and who != model.proposer
        if self.step(may, lambda: reports.publish_report(report=report, by=self.people[who])):
            for one in self.made:
                one.status = "superseded" if one.status == "published" else one.status
            model.status = "published"
            self.frozen[model.key] = said(model.key)

    @rule(who=WHO, which=WHICH, why=st.sampled_from([" ", "Started too early."]))
    def discard(self, who: str, which: int, why: str) -> None:
        """With a reason."""
        if (row := self.row(which)) is None:
            return
        model, report = row
        may = self.writes(who) and model.status in WRITTEN and bool(why.strip())
        if self.step(may, lambda: reports.discard_report(report=report, reason=why, by=self.people[who])):
            model.status = "discarded"

    @invariant()
    def each_stands_where_the_model_says(self) -> None:
        """Every report's state, in their order."""
        if self.is_under_way:
            states = list(AssuranceReport.objects.order_by("pk").values_list("pk", "status"))
            assert states == [(one.key, one.status) for one in self.made]

    @invariant()
    def what_is_published_stays(self) -> None:
        """Number, day, content and file."""
        for key, before in getattr(self, "frozen", {}).items():
            assert said(key) == before

    @invariant()
    def nothing_is_that_must_never_be(self) -> None:
        """Asked by SQL."""
        never(NEVER)


def said(key: int) -> tuple[Any, ...]:
    """What a report says once it is published."""
    fields = ("number", "day", "content", "fingerprint", "pdf_fingerprint", "pages", "published_by", "proposed_by")
    return tuple(AssuranceReport.objects.values_list(*fields).get(pk=key))
