"""The people of a year at their browsers: each act of the diary as the pages and forms of the portal let it be done.

Every answer is looked at; what the portal refuses or fails is a sentence in `faults`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, timedelta

from edi_portal.gameday.visitor import TOKEN, Answer, Visitor
from kpis.demonstration.fit_to_send import fit_to_send
from kpis.demonstration.footprint import Accounts
from kpis.demonstration.year.diary import Act, Verb
from kpis.models.releases import Release, ReleaseStatus
from kpis.models.returns import KpiReturn
from kpis.workflow import EDITABLE, REOPENS, Status
from organisations.services.demonstration_accounts import DOMAIN

HASH = re.compile(r'name="content_hash" value="([0-9a-f]{64})"')
SECTIONS = re.compile(r'name="decision-([\w-]+)" value="approve"')
READ = ("/", "/overview/", "/overview/exceptions/", "/published/", "/strategies/", "/releases/", "/operating-model/", "/eds/")
REASON = "A simulated year of the demonstration (synthetic)."


class People:
    """Everybody of the demonstration, each with a session that begins with their first act of a collection."""

    def __init__(self, port: int, accounts: Accounts) -> None:
        self.port, self.accounts = port, accounts
        self.faults: list[str] = []
        self.seconds: list[float] = []
        self.left_out: list[str] = []
        self._browsers: dict[str, Visitor] = {}

    def sign_out(self) -> None:
        """Everybody begins anew: a fresh second factor, as after months."""
        self._browsers.clear()

    def do(self, act: Act) -> None:
        """Do one entry of the diary, where the return or release stands as the entry expects."""
        if act.organisation:
            found = _live(act)
            if found is not None:
                self._at_return(act, found)
        else:
            self._at_release(act)

    def read(self, day: date) -> None:
        """Some pages of the day, by those who only read, and one without an account."""
        page = READ[day.toordinal() % len(READ)]
        for account in (f"steering@{DOMAIN}", f"board@{DOMAIN}", f"healthwatch@{DOMAIN}"):
            self._look(account, self._browser(account).get(page), page, allowed=(200, 403, 404))
        self._look("a visitor", Visitor(self.port).get("/compendium/"), "/compendium/")

    def plan(self, label: str) -> None:
        """A portal admin plans the collection of a quarter, "2020-21 Q1"."""
        self._send(self._admin(0), "/collections/", period=label)

    def _at_return(self, act: Act, found: KpiReturn) -> None:
        place = f"/returns/{act.organisation}/{act.period}"
        lead, sponsor = self.accounts.leads.get(found.organisation_id), self.accounts.sponsors.get(found.organisation_id)
        if lead is None or sponsor is None:
            self.left_out.append(f"{act.organisation} has nobody in the demonstration")
        elif act.verb == Verb.SEND and found.status in EDITABLE:
            if fit_to_send(found, lead) is None:
                self.left_out.append(f"{act.organisation} {act.period} cannot be made fit to send")
            else:
                self._send(lead.email, f"{place}/submit/")
        elif act.verb in (Verb.SIGN, Verb.SEND_BACK) and found.status == Status.SUBMITTED:
            self._decide(sponsor.email, f"{place}/sign-off/", approve=act.verb == Verb.SIGN)
        elif act.verb == Verb.EXTEND:
            until = act.day + timedelta(14)
            address = f"/collections/{act.period}/dates/"
            more_time = {"form": "extension", "organisation": act.organisation, "until": f"{until:%d/%m/%Y}", "reason": REASON}
            self._send(self._admin(1), address, **more_time)
        elif act.verb == Verb.REOPEN and found.status in REOPENS:
            self._send(lead.email, f"{place}/reopen/", reason=REASON)

    def _decide(self, account: str, address: str, *, approve: bool) -> None:
        page = self._browser(account).get(address)
        self._look(account, page, address)
        sections = SECTIONS.findall(page.text)
        seen = HASH.search(page.text)
        fields = {f"decision-{section}": "approve" for section in sections}
        if not approve and sections:
            fields |= {f"decision-{sections[0]}": "back", f"comment-{sections[0]}": REASON}
        token = TOKEN.search(page.text)
        sent = {"csrfmiddlewaretoken": token[1] if token else "", "content_hash": seen[1] if seen else "", "statement": "on"}
        answer = self._browser(account).send(address, **sent, **fields)
        if answer.status == 422 and "before you sign" in answer.text:
            self.left_out.append(f"{address} has an open discussion")
            return
        self._look(account, answer, address)

    def _at_release(self, act: Act) -> None:
        newest = Release.objects.filter(collection__period=act.period).exclude(status=ReleaseStatus.DISCARDED)
        found = newest.order_by("-revision", "-pk").first()
        if act.verb == Verb.PREPARE:
            self._send(self._admin(0), f"/releases/prepare/{act.period}/", page="/releases/")
        elif found is None:
            self.faults.append(f"{act.day}: no release of {act.period} was prepared")
        elif act.verb == Verb.PROPOSE and found.status == ReleaseStatus.PREPARED:
            self._send(self._admin(0), f"/releases/{found.pk}/publish/")
        elif act.verb == Verb.PUBLISH and found.status == ReleaseStatus.PROPOSED:
            self._send(self._admin(1), f"/releases/{found.pk}/publish/")

    def _admin(self, which: int) -> str:
        email: str = self.accounts.admins[which].email
        return email

    def _browser(self, account: str) -> Visitor:
        if account not in self._browsers:
            self._browsers[account] = Visitor(self.port)
            self._browsers[account].sign_in(account)
        return self._browsers[account]

    def _send(self, account: str, address: str, *, page: str = "", **fields: str) -> None:
        """Send a form with the token of the page that holds it, which is its own address where none is named."""
        browser = self._browser(account)
        token = TOKEN.search(browser.get(page or address).text)
        self._look(account, browser.send(address, csrfmiddlewaretoken=token[1] if token else "", **fields), address)

    def _look(self, who: str, answer: Answer, address: str, allowed: Iterable[int] = (200,)) -> None:
        self.seconds.append(answer.seconds)
        if answer.status not in allowed:
            self.faults.append(f"{who} at {address}: {answer.status or 'no answer'}")


def _live(act: Act) -> KpiReturn | None:
    rows = KpiReturn.objects.live().select_related("organisation", "collection")
    return rows.filter(collection__period=act.period, organisation__slug=act.organisation).first()
