"""The portal as the people of a journey meet it: what is given, what they do, what they then see.

People walk through pages only; the test reaches behind them for two things: what was there before, and background work,
which is done on the spot because no worker runs.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from pathlib import Path

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.urls import reverse
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Browser, BrowserContext, Page, Response

from edi_portal.celery import app
from edi_portal.clock import LONDON, set_business_day
from edi_portal.jobs.models import Job, JobStatus
from edi_portal.jobs.services import run
from edi_portal.periods import Quarter
from kpis.catalogue import CellKey
from kpis.demonstration.composition import Composed, compose
from kpis.demonstration.footprint import breaks_by_quarter, members_by_quarter
from kpis.models.collections import Collection
from kpis.models.returns import KpiReturn
from kpis.selectors.definitions import framework_for
from kpis.services.collections import due_organisations
from kpis.workbooks.answers import shown_value
from kpis.workbooks.layout import Layout, layout_of
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.kpis.factories import whole_quarter
from tests.organisations.factories import PASSWORD, TOTP_SECRET, person, signed_in

TODAY = date(2020, 1, 20)
PERIOD = "2019-20-q3"
# A quarter of the same months, whose made-up figures add up and pass every rule.
FIGURES_OF = Quarter(2018, 3)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Cell = tuple[str, str, str]


class Portal:
    """A portal on 20 January 2020 with the collection of October to December 2019 open, until another quarter is opened."""

    def __init__(self, browser: Browser, address: str) -> None:
        self.browser = browser
        self.address = address
        self.contexts: list[BrowserContext] = []
        self.scripts = True
        self.open_collection(PERIOD, TODAY)

    def open_collection(self, period: str, today: date) -> None:
        """Go to a day in the month after a quarter, in which its collection is open."""
        set_business_day(today)
        self.period = period
        self.collection = Collection.objects.create(
            period=period,
            opens_on=today.replace(day=6),
            due_on=today.replace(day=30),
            closes_at=datetime.combine(today.replace(day=30) + timedelta(days=10), time(23, 59), LONDON),
        )

    def close(self) -> None:
        """Close every window."""
        for context in self.contexts:
            context.close()

    # Given

    def given_returns_of_others(self, without: Organisation, number: int) -> None:
        """Signed returns of several other organisations, so that there is something to compare with."""
        others = [one for one in due_organisations(self.collection) if one != without][:number]
        whole_quarter(
            self.collection,
            others,
            lead=person(Role.EDI_LEAD, others[0]),
            sponsor=person(Role.EXECUTIVE_SPONSOR, others[0]),
        )

    def given_a_draft_of(self, organisation: Organisation) -> KpiReturn:
        """An empty return."""
        return KpiReturn.objects.create(collection=self.collection, organisation=organisation)

    # Who

    @contextmanager
    def window(self, *, scripts: bool | None = None, width: int = 1280) -> Iterator[Page]:
        """A window of a visitor who is not signed in; a script's error or a refused resource fails the test.

        Scripts run unless the journey's `portal.scripts`, or this window, says no.
        """
        scripts = self.scripts if scripts is None else scripts
        context = self.browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=scripts, accept_downloads=True, base_url=self.address
        )
        self.contexts.append(context)
        page = context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if _is_complaint(said.text, said.type) else None)
        yield page
        assert complaints == []

    @contextmanager
    def as_person(self, user: User, *, scripts: bool | None = None, width: int = 1280) -> Iterator[Page]:
        """A window in which this person is signed in, on the home page."""
        session = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
        with self.window(scripts=scripts, width=width) as page:
            page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.address}])
            page.goto("/")
            yield page

    def sign_in(self, page: Page, user: User) -> None:
        """Sign in as people do: address and password, then the code of the authenticator app."""
        page.goto("/")
        page.get_by_label("Email").fill(user.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        self.give_code(page)
        page.wait_for_url(f"{self.address}/")

    def give_code(self, page: Page) -> None:
        """The code of the authenticator app, on the page that asks for it."""
        page.get_by_label("code").fill(format_hotp_value(hotp_value(TOTP_SECRET, int(datetime.now().timestamp()) // 30)))
        page.get_by_role("button", name="Sign in", exact=True).click()

    # When

    def run_waiting_jobs(self) -> None:
        """Do the background work that waits, as a worker would."""
        app.loader.import_default_modules()
        while waiting := list(Job.objects.filter(status=JobStatus.QUEUED).order_by("pk")):
            for job in waiting:
                assert run(job.pk) is not None, job
        assert not Job.objects.exclude(status=JobStatus.DONE).exists()

    def path(self, name: str, organisation: Organisation, *more: str) -> str:
        """The path of one of the return's pages."""
        return reverse(f"returns:{name}", args=[organisation.slug, self.period, *more])

    # Then

    def is_on(self, page: Page, heading: str) -> None:
        """The page's heading says where one is."""
        assert heading in (page.locator("h1").text_content() or ""), page.locator("main").inner_text()


def _is_complaint(text: str, kind: str) -> bool:
    """Errors of scripts and of the content policy; a page that answers 404 or 422 on purpose is none."""
    return kind == "error" and "the server responded with a status of" not in text


def status_of(answer: Response | None) -> int:
    """The status of a page that was opened."""
    assert answer is not None
    return answer.status


def downloaded(page: Page, link: str) -> bytes:
    """The file behind a link."""
    with page.expect_download() as download:
        page.locator("a", has_text=link).click()
    return Path(download.value.path()).read_bytes()


def figures_of(organisation: Organisation, quarter: Quarter = FIGURES_OF) -> Composed:
    """Figures of this organisation that add up and pass every rule; the yes answers have evidence."""
    members = members_by_quarter([quarter])
    composed = compose([quarter], lambda quarter: members[quarter], framework_for, breaks_by_quarter())
    return next(one for one in composed if one.slug == organisation.slug)


class FilledWorkbook:
    """A downloaded workbook in the hands of an EDI lead."""

    def __init__(self, content: bytes, organisation: Organisation) -> None:
        self.book: Workbook = load_workbook(BytesIO(content))
        measures = framework_for(Quarter.parse(PERIOD)).due_measures(organisation)
        self.layout: Layout = layout_of(measures, template_version=2)

    def fill(self, cells: Mapping[Cell, Decimal], evidence: Mapping[str, str]) -> None:
        """Type every figure, and where the evidence is."""
        for (measure, row, column), amount in cells.items():
            block = self.layout.by_measure[measure]
            self.type(measure, row, column, shown_value(block.measure, CellKey(row, column), amount))
        for measure, text in evidence.items():
            sheet, cell = self.layout.by_measure[measure].answer_places()["evidence"]
            self.book[sheet][cell].value = text

    def type(self, measure: str, row: str, column: str, value: object) -> None:
        """Type into one cell."""
        sheet, cell = self.place(measure, row, column)
        self.book[sheet][cell].value = value

    def place(self, measure: str, row: str, column: str) -> tuple[str, str]:
        """Sheet and cell of an answer."""
        return tuple(self.layout.by_measure[measure].place(CellKey(row, column)))

    def saved(self) -> dict[str, object]:
        """The file as a browser uploads it."""
        buffer = BytesIO()
        self.book.save(buffer)
        return {"name": "our return.xlsx", "mimeType": XLSX, "buffer": buffer.getvalue()}
