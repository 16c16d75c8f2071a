"""Two people at one page: what somebody saved meanwhile is shown and never replaced unseen, and what was typed stays.

A page that changes something stored carries the version that it was opened with. Each of them is walked here by two browsers.
"""

from collections.abc import Mapping
from html import unescape
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse

from edi_portal.ui.sent_forms import FORM
from tests.access.addresses import address, cases
from tests.access.test_filled_forms import Form, Forms, forms
from tests.access.test_matrix import taken_back
from tests.access.world import World

THEIRS, MINE = "Words JKQ of theirs", "Words VXZ of mine"

PAGES: Mapping[str, tuple[str, str, str, str]] = {
    "networks:change": ("edi_lead", "purpose", THEIRS, MINE),
    "interviews:change": ("edi_lead", "approach", THEIRS, MINE),
    "toolkit:step": ("edi_lead", "note", THEIRS, MINE),
    "toolkit:change-outreach": ("edi_lead", "what", THEIRS, MINE),
    "toolkit:change": ("edi_lead", "summary", THEIRS, MINE),
    "edi-posts:change": ("edi_lead", "title", THEIRS, MINE),
    "edi-posts:change-apprenticeship": ("edi_lead", "programme", THEIRS, MINE),
    "edi-posts:change-year": ("edi_lead", "spending", "7411", "8522"),
    "reports:write": ("steering_member", "text", THEIRS, MINE),
    "strategies:change": ("edi_lead", "vision", THEIRS, MINE),
    "strategies:framework-theme": ("steering_member", "description", THEIRS, MINE),
    "strategies:change-line": ("edi_lead", "text", THEIRS, MINE),
    "operating-model:answer": ("edi_lead", "evidence_text", THEIRS, MINE),
    "operating-model:draft": ("steering_member", "purpose", THEIRS, MINE),
    "operating-model:change-step": ("steering_member", "detail", THEIRS, MINE),
    "operating-model:appraisal-option": ("steering_member", "description", THEIRS, MINE),
    "operating-model:appraisal-criterion": ("steering_member", "name", THEIRS, MINE),
    "operating-model:change-offer": ("edi_lead", "description", THEIRS, MINE),
    "operating-model:change-project": ("edi_lead", "aim", THEIRS, MINE),
    "actions:change": ("edi_lead", "what", THEIRS, MINE),
    "risks:change": ("steering_member", "cause", THEIRS, MINE),
    "workstreams:milestone": ("steering_member", "title", THEIRS, MINE),
    "meetings:minutes": ("steering_member", "minutes", THEIRS, MINE),
    "impact:change": ("edi_lead", "proposal", THEIRS, MINE),
    "reports:level": ("steering_member", "reason", THEIRS, MINE),
    "impact:decide": ("edi_lead", "decided_on-day", "11", "12"),
    "impact:close-action": ("edi_lead", "on-day", "11", "12"),
    "efficiencies:change": ("edi_lead", "how", THEIRS, MINE),
    "outcomes:word": ("steering_member", "statement", THEIRS, MINE),
    "practice:change": ("steering_member", "what", THEIRS, MINE),
    "digest:change": ("steering_member", "summary", THEIRS, MINE),
    "contributions:held": ("steering_member", "changed", THEIRS, MINE),
    "consultations:answer": ("edi_lead", "text", THEIRS, MINE),
    "group:seat": ("steering_member", "last-day", "11", "12"),
}
"""Page: who opens it, the field that both fill in, and what they type there."""

ELSEWHERE = {
    "returns:section": "each cell has what was seen of it; tests of the return's pages",
    "operating-model:appraisal-draft": "it changes no words; the draft that it decides about is on the page",
    "meetings:attendance": "it is ticked, not typed; test_saved_meanwhile",
    "kpis:change": "each version has a first quarter of its own; test_bespoke",
    "returns:registers": "nothing is typed: what the registers say is taken over; test_registers",
    "compliance:public": "it is pressed, not typed; test_compliance",
    "efficiencies:challenges": "it is ticked, not typed; test_saved_meanwhile",
    "efficiencies:decide": "it is about what others typed; test_efficiencies",
    "eds:score": "this world has no released scores; test_panels",
    "strategies:proposals": "what it takes over is ticked, not typed; the test of what a file says, below",
}
MORE: Mapping[str, Mapping[str, str]] = {
    "toolkit:step": {"state": "not_started"},
    "reports:level": {"level": "partial"},
    "impact:decide": {"decided_on-month": "12", "decided_on-year": "2019", "approved": "yes"},
    "impact:close-action": {"on-month": "12", "on-year": "2019"},
    "contributions:held": {"held_on-day": "11", "held_on-month": "12", "held_on-year": "2019"},
    "consultations:answer": {"position": "disagree"},
    "group:seat": {"last-month": "12", "last-year": "2020", "reason": "A new post"},
}
EMPTY = {"risks:change", "operating-model:answer"}
"""What the world made of these is not whole: what must be there is filled in first."""
WRONG: Mapping[str, Mapping[str, str]] = {
    "reports:write": {"text": "Only 3 disabled staff were promoted."},
    "edi-posts:change-year": {"spending": "-5"},
    "reports:level": {"level": "partial", "reason": ""},
    "impact:close-action": {"on-day": "40", "on-month": "12", "on-year": "2019"},
    "operating-model:draft": {"purpose": "Too long. " * 2000},
}


class Walk:
    """One page in the hands of two people."""

    def __init__(self, world: World, name: str) -> None:
        reader, self.field, *_ = PAGES[name]
        self.name, self.client = name, world.client(reader)
        self.url = address(world, name, "own")

    def opened(self) -> Form:
        """The form as the page shows it now."""
        return self.form_of(self.client.get(self.url))

    def form_of(self, answer: HttpResponse) -> Form:
        """The form that holds the field, as a browser would send it from this answer."""
        page = Forms()
        page.feed(answer.content.decode())
        return next(form for form in page.found if self.field in form.values)

    def send(self, form: Form, text: str) -> HttpResponse:
        """Save from that page with other words."""
        given = {key: values for key, values in form.values.items() if values != [""]}
        fields = (form.filled() if self.name in EMPTY else given) | {
            name: [value] for name, value in MORE.get(self.name, {}).items()
        }
        return self.posted(fields | {self.field: [text]})

    def send_wrong(self, form: Form) -> HttpResponse:
        """A mistake: what must be there is missing."""
        kept = {name: form.values[name] for name in ("version", "seen") if name in form.values}
        return self.posted(kept | {name: [value] for name, value in WRONG.get(self.name, {}).items()})

    def posted(self, fields: dict[str, list[str]]) -> HttpResponse:
        return self.client.post(self.url, urlencode(fields, doseq=True), content_type=FORM)

    def saved(self) -> str:
        """What is stored in the field."""
        return "".join(self.opened().values[self.field])


def check_conflict(walk: Walk, answer: HttpResponse, theirs: str, mine: str) -> None:
    """It is refused with both shown and mine still typed; pressed once more from that page, it is meant."""
    page = unescape(answer.content.decode())
    assert answer.status_code == 409, page
    assert "Saved meanwhile, beside what you typed" in page and theirs in page and mine in page
    assert walk.saved() == theirs
    again = walk.form_of(answer)
    assert again.values[walk.field] == [mine]
    answer = walk.send(again, mine)
    assert answer.status_code == 302, unescape(answer.content.decode())
    assert walk.saved() == mine


@pytest.mark.parametrize("name", PAGES)
def test_what_somebody_saved_meanwhile_is_shown_before_it_is_replaced(world: World, name: str) -> None:
    walk, (_, _, theirs, mine) = Walk(world, name), PAGES[name]
    mine_open = walk.opened()
    assert walk.send(walk.opened(), theirs).status_code == 302
    check_conflict(walk, walk.send(mine_open, mine), theirs, mine)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_with_a_mistake_does_not_take_over_what_somebody_saved_meanwhile(world: World, name: str) -> None:
    walk, (_, _, theirs, mine) = Walk(world, name), PAGES[name]
    form, mine_open = walk.opened(), walk.opened()
    assert walk.send(walk.opened(), theirs).status_code == 302
    refused = walk.send_wrong(mine_open)
    assert refused.status_code == 422
    form.values |= {key: given for key, given in walk.form_of(refused).values.items() if key in ("version", "seen")}
    check_conflict(walk, walk.send(form, mine), theirs, mine)


def test_what_a_file_says_takes_over_nothing_saved_meanwhile(world: World) -> None:
    client, document = world.client("edi_lead"), Walk(world, "strategies:change")
    url, found = address(world, "strategies:proposals", "own"), "A fair place for everybody"

    def seen_by(answer: HttpResponse) -> str:
        page = Forms()
        page.feed(answer.content.decode())
        return next(form.values["version"][0] for form in page.found if "version" in form.values)

    opened = seen_by(client.get(url))
    assert document.send(document.opened(), THEIRS).status_code == 302
    wrong = client.post(url, {"version": opened, "take-vision": "on", "take-1": "on", "text-1": ""})
    assert wrong.status_code == 422
    answer = client.post(url, {"version": seen_by(wrong), "take-vision": "on"})
    page = unescape(answer.content.decode())
    assert answer.status_code == 409 and document.saved() == THEIRS
    assert "Saved meanwhile, beside what you typed" in page and page.count(THEIRS) == 1 and page.count(found) == 2
    assert client.post(url, {"version": seen_by(answer), "take-vision": "on"}).status_code == 302
    assert document.saved() == found


def test_every_page_that_changes_something_with_a_version_is_walked(world: World) -> None:
    found = set()
    for line, thing, reader in forms():
        if "page" in cases(line.name) and line.name.partition(":")[2].startswith("add"):
            continue
        with taken_back():
            page = Forms()
            page.feed(world.client(reader).get(address(world, line.name, thing)).content.decode(errors="replace"))
        if any({"version", "seen"} & set(form.values) and form.action == "" for form in page.found):
            found.add(line.name)
    assert found - set(ELSEWHERE) == set(PAGES)
