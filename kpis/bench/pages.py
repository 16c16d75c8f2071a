"""Pages as their readers ask for them: the right page first, then queries, size and time. In process, without a network."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from statistics import median
from time import perf_counter, process_time
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from edi_portal.bench import BenchResult, within
from organisations.models import PeerGroupMembership, User
from organisations.services.demonstration_accounts import DOMAIN, FEATURED
from organisations.step_up import note_code

RUNS = 20
MOST_QUERIES = 25
MOST_KILOBYTES = 200.0
MOST_MILLISECONDS = 100.0
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


# The test client's answer is an HttpResponse with more on it, which its type does not say.
Ask = Callable[[], Any]


class WrongPage(AssertionError):
    """A page did not answer as it should, so its speed means nothing."""


@dataclass(frozen=True, slots=True)
class Page:
    """An address, the demonstration account that reads it, and a text that the right page holds."""

    name: str
    account: str
    address: str
    holds: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What a page cost: database queries, kilobytes of HTML, milliseconds (median), and those of this process's processor.

    The last hardly depends on what else the machine does; it leaves out the database's work.
    """

    page: Page
    queries: int
    kilobytes: float
    milliseconds: float
    processor: float


LEAD = f"lead.{FEATURED[0]}"
PAGES = (
    Page("EDI lead's home", LEAD, "/", "What is waiting for you"),
    Page("Organisation's figures", "steering", "/organisations/countess-of-chester/figures/", "Countess of Chester"),
    Page("Steering home", "steering", "/", "What is waiting for you"),
    Page("Steering overview", "steering", "/overview/", "organisations stand"),
    Page("Exceptions", "steering", "/overview/exceptions/", "<h1"),
    Page("Completeness", "steering", "/overview/completeness/", "<h1"),
    Page("Page of WRES-2", "steering", "/kpis/wres-2/", "Shortlisting to appointment"),
    Page("KPI catalogue", "steering", "/kpis/", "WRES-2"),
    Page("Board home", "board", "/", "<h1"),
    Page("Healthwatch home", "healthwatch", "/", "<h1"),
    Page("Portal admin's home", "admin.one", "/", "<h1"),
    Page("Arrivals", "admin.one", "/collections/2019-20-q3/arrivals/", "<h1"),
)


def signed_in(account: str) -> Client:
    """A client signed in as a demonstration account."""
    return client_of(User.objects.get(email=f"{account}@{DOMAIN}"))


def client_of(user: User) -> Client:
    """A client in which this person is signed in, with a code just now."""
    client = Client()
    client.force_login(user, backend=BACKEND)
    note_code(client.session, user)
    return client


@dataclass(frozen=True, slots=True)
class Timed:
    """An answer with its queries, and medians in milliseconds: on the clock, and of this process's processor."""

    answer: Any
    queries: int
    milliseconds: float
    processor: float


def timed(ask: Ask, runs: int = RUNS) -> Timed:
    """Ask once unmeasured, once for the queries, then so many times for the medians."""
    ask()
    with CaptureQueriesContext(connection) as captured:
        answer = ask()
    queries = len(captured)  # now: the next request empties the log
    clock, processor = [], []
    for _ in range(runs):
        began, worked = perf_counter(), process_time()
        answer = ask()
        clock.append(perf_counter() - began)
        processor.append(process_time() - worked)
    return Timed(answer, queries, median(clock) * 1000, median(processor) * 1000)


def measure_page(page: Page, runs: int = RUNS) -> Measured:
    """Ask for the page as its reader; raises WrongPage for another answer than the right page."""
    client = signed_in(page.account)
    found = timed(lambda: client.get(page.address), runs)
    answer = found.answer
    if answer.status_code != 200 or page.holds not in answer.content.decode():
        raise WrongPage(f"{page.name} at {page.address} answered {answer.status_code} without “{page.holds}”.")
    return Measured(page, found.queries, len(answer.content) / 1000, found.milliseconds, found.processor)


def measure_pages(pages: Iterable[Page] = PAGES, runs: int = RUNS) -> list[Measured]:
    """All pages, one after another."""
    return [measure_page(page, runs) for page in pages]


def measure_pages_of_groups(runs: int = RUNS) -> list[Measured]:
    """The overview, the exceptions and the completeness of each peer group."""
    groups = PeerGroupMembership.objects.order_by("group").values_list("group", flat=True).distinct()
    found = []
    for group in groups:
        found += [
            Page(f"Overview of {group}", "steering", f"/overview/?kind={group}", "organisations stand"),
            Page(f"Exceptions of {group}", "steering", f"/overview/exceptions/?kind={group}", "<h1"),
            Page(f"Completeness of {group}", "steering", f"/overview/completeness/?kind={group}", "<h1"),
        ]
    return measure_pages(found, runs)


def results(few: Iterable[Measured], many: Iterable[Measured], sizes: tuple[int, int]) -> list[BenchResult]:
    """Limits at the smaller number of organisations; queries must not grow with their number."""
    at_few, at_many = f"{sizes[0]} organisations", f"{sizes[1]} organisations"
    found = []
    for small, large in zip(few, many, strict=True):
        name = small.page.name
        grown = large.queries != small.queries
        found += [
            BenchResult(f"{name}: queries, {at_few}", small.queries, "", MOST_QUERIES, small.queries <= MOST_QUERIES),
            BenchResult(f"{name}: queries more, {at_many}", large.queries - small.queries, "", 0, not grown),
            within(f"{name}: HTML, {at_few}", small.kilobytes, "kB", MOST_KILOBYTES),
            BenchResult(f"{name}: HTML, {at_many}", large.kilobytes, "kB", None, True),
            within(f"{name}: median, {at_few}", small.milliseconds, "ms", MOST_MILLISECONDS),
            BenchResult(f"{name}: of which processor, {at_few}", small.processor, "ms", None, True),
            BenchResult(f"{name}: median, {at_many}", large.milliseconds, "ms", None, True),
        ]
    return found


def results_of_groups(measured: Iterable[Measured], size: int) -> list[BenchResult]:
    """The pages of each peer group, at the larger number of organisations."""
    found = []
    for one in measured:
        found += [
            within(f"{one.page.name}: HTML, {size} organisations", one.kilobytes, "kB", MOST_KILOBYTES),
            within(f"{one.page.name}: median, {size} organisations", one.milliseconds, "ms", MOST_MILLISECONDS),
        ]
    return found
