"""Two people say different things about a question at once: both are shown, nothing is overwritten, each decides."""

import html
import json
import re
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from kpis.catalogue import CellKey
from kpis.dashboards.return_section import field_name
from kpis.models.returns import Explanation, ReturnAnswer, ReturnValue
from kpis.return_changes import UNSEEN, AnswerChange, CellChange, SaidAnswer, TextConflict
from kpis.selectors.returns import content_of
from kpis.services import returns
from kpis.services.return_saving import merged
from organisations.models import User
from organisations.roles import Role
from tests.kpis.return_world import GRID, SECTION, ReturnWorld, return_world
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]
ANSWER, EVIDENCE = f"answer/{GRID}", f"evidence/{GRID}"
THEIRS = AnswerChange(GRID, "not_collected", "The system is being replaced", evidence="Board paper 12")


@pytest.fixture
def world() -> ReturnWorld:
    return return_world()


@pytest.fixture
def colleague(world: ReturnWorld) -> User:
    return person(Role.EDI_LEAD, world.organisation)


@pytest.fixture
def address(world: ReturnWorld) -> str:
    return reverse("returns:section", args=[world.organisation.slug, world.draft.collection.period, SECTION])


def seen_on(client: Client, address: str) -> str:
    """The words that the page carries along, as a form posts them."""
    found = re.search(r"name=\"seen-texts\" value='([^']*)'", client.get(address).content.decode())
    assert found is not None
    return html.unescape(found[1])


def held(world: ReturnWorld) -> tuple[str, str, date | None, str]:
    row = ReturnAnswer.objects.get(kpi_return=world.draft, measure=GRID)
    return row.state, row.reason, row.expected_on, row.evidence


@pytest.mark.parametrize(
    ("mine", "stored", "seen", "stands", "clash"),
    [
        ("a", "", UNSEEN, "a", False),
        ("a", "", "", "a", False),
        ("", "b", "", "b", False),
        ("b", "b", "", "b", False),
        ("a", "b", "", "b", True),
        ("", "b", "a", "b", True),
    ],
)
def test_what_stands_after_a_save(mine: str, stored: str, seen: object, stands: str, clash: bool) -> None:
    assert merged(mine, stored, seen) == (stands, clash)


def test_a_page_left_open_does_not_undo_what_a_colleague_said(world: ReturnWorld, colleague: User, address: str) -> None:
    client = signed_in(world.lead)
    seen = seen_on(client, address)
    returns.save_answers(kpi_return=world.draft, by=colleague, answers=[THEIRS])
    answer = client.post(address, {f"state/{GRID}": "value", f"reason/{GRID}": "", "seen-texts": seen, "stay": "1"})
    assert answer.status_code == 302
    assert held(world) == ("not_collected", "The system is being replaced", None, "Board paper 12")


def test_both_are_shown_and_a_person_decides(world: ReturnWorld, colleague: User, address: str) -> None:
    client = signed_in(world.lead)
    seen = seen_on(client, address)
    returns.save_answers(kpi_return=world.draft, by=colleague, answers=[THEIRS])
    mine = {f"state/{GRID}": "not_available", f"reason/{GRID}": "Late extract", f"expected/{GRID}": "31/3/2020"}
    answer = client.post(address, mine | {"seen-texts": seen})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "Not available yet: Late extract. Expected on 31 March 2020." in page
    assert "Not collected here: The system is being replaced" in page and colleague.display_name in page
    assert f'name="reason/{GRID}" type="text" value="Late extract"' in page, "what was typed stays"
    assert held(world)[0] == "not_collected"
    now = re.search(r"name=\"seen-texts\" value='([^']*)'", answer.content.decode())
    assert now is not None
    again = mine | {"seen-texts": html.unescape(now[1]), "stay": "1"}
    assert client.post(address, again | {f"choose/{ANSWER}": "theirs"}).status_code == 302
    assert held(world)[1] == "The system is being replaced"
    assert client.post(address, again | {f"choose/{ANSWER}": "mine"}).status_code == 302
    assert held(world) == ("not_available", "Late extract", date(2020, 3, 31), "Board paper 12"), "evidence is another matter"


def test_evidence_has_a_conflict_of_its_own(world: ReturnWorld, colleague: User) -> None:
    returns.save_answers(kpi_return=world.draft, by=colleague, answers=[AnswerChange(GRID, evidence="Board paper 12")])
    change = AnswerChange(GRID, "not_collected", "New system", None, "Minute 7", SaidAnswer(), "")
    outcome = returns.save_answers(kpi_return=world.draft, by=world.lead, answers=[change])
    assert [(item.part, item.of, item.mine, item.theirs) for item in outcome.texts] == [
        ("evidence", GRID, "Minute 7", "Board paper 12")
    ]
    assert held(world) == ("not_collected", "New system", None, "Board paper 12")


def test_an_explanation_of_a_colleague_stands_until_a_person_decides(world: ReturnWorld, colleague: User, address: str) -> None:
    draft = world.filled()
    finding = next(item for item in content_of(draft).explained_queries)
    client = signed_in(world.lead)
    seen = seen_on(client, address)
    assert json.loads(seen)[f"explain/{finding.key}"] == ["Checked with the data owner."]
    returns.explain(kpi_return=draft, finding=finding.key, text="Two large vacancies closed.", by=colleague)
    old_page = {f"explain/{finding.key}": "Checked with the data owner.", "seen-texts": seen, "stay": "1"}
    assert client.post(address, old_page).status_code == 302
    assert Explanation.objects.get(finding=finding.key).text == "Two large vacancies closed."
    answer = client.post(address, old_page | {f"explain/{finding.key}": "A new ward opened."})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422 and "A new ward opened." in page and "Two large vacancies closed." in page
    assert Explanation.objects.get(finding=finding.key).text == "Two large vacancies closed."
    chosen = {f"explain/{finding.key}": "A new ward opened.", f"choose/explain/{finding.key}": "mine", "stay": "1"}
    assert client.post(address, chosen | {"seen-texts": seen}).status_code == 302
    assert Explanation.objects.get(finding=finding.key).text == "A new ward opened."
    kept = returns.explain(kpi_return=draft, finding=finding.key, text="", by=colleague, seen="Two large vacancies closed.")
    assert isinstance(kept, TextConflict) and kept.who == world.lead.display_name


def test_what_must_be_mended_stays_as_it_was_typed(world: ReturnWorld, address: str) -> None:
    answer = signed_in(world.lead).post(address, {f"state/{GRID}": "not_available", f"reason/{GRID}": "Late extract"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'name="reason/{GRID}" type="text" value="Late extract"' in page
    assert f'id="state-{GRID}-not_available" name="state/{GRID}" value="not_available" checked' in page
    assert f'id="id_expected/{GRID}-error"' in page


@pytest.mark.parametrize("nonsense", ["[" * 100_000, '{"%s": "sNaN"}', '{"%s": "Infinity"}', '{"%s": [1]}', "5"])
def test_nonsense_in_place_of_the_figures_seen_counts_as_nothing_seen(world: ReturnWorld, address: str, nonsense: str) -> None:
    cell = CellKey("white", "applied")
    name = field_name(GRID, cell)
    returns.save_answers(kpi_return=world.draft, by=world.lead, cells=[CellChange(GRID, cell, Decimal(5))])
    answer = signed_in(world.lead).post(address, {name: "7", "seen": nonsense.replace("%s", name), "stay": "1"})
    assert answer.status_code == 302
    assert ReturnValue.objects.get(kpi_return=world.draft, measure=GRID).amount == 7


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({f"state/{GRID}": "not_collected", f"reason/{GRID}": " "}, "say why there is no figure."),
        ({f"state/{GRID}": "not_available", f"reason/{GRID}": "Late", f"expected/{GRID}": ""}, "say when you expect the figure"),
        (
            {f"state/{GRID}": "not_available", f"reason/{GRID}": "Late", f"expected/{GRID}": "31/2/2020"},
            "write the expected date as 31/3/2020.",
        ),
    ],
)
def test_an_answer_without_a_figure_lacks_its_words_or_its_day(
    world: ReturnWorld, address: str, typed: dict[str, str], sentence: str
) -> None:
    answer = signed_in(world.lead).post(address, typed | {"stay": "1"})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422 and sentence in page
    assert not ReturnAnswer.objects.exists()
    assert all(f'value="{text}"' in page for text in ("31/2/2020", "Late") if text in typed.values()), "what was typed stays"


@pytest.mark.parametrize(
    ("odd", "sentence"),
    [
        ({"state": "9" * 5_000}, "choose one of the answers shown."),
        ({"reason": "The system changed. " * 40}, "say why there is no figure in 500 characters or fewer."),
        ({"evidence": "Minute 7 of the board. " * 40}, "say your evidence in 500 characters or fewer."),
    ],
)
def test_what_does_not_fit_an_answer_is_said_and_stays_typed(
    world: ReturnWorld, address: str, odd: dict[str, str], sentence: str
) -> None:
    typed = {"state": "not_collected", "reason": "The system is new", "evidence": "Minute 7"} | odd
    answer = signed_in(world.lead).post(address, {f"{part}/{GRID}": text for part, text in typed.items()})
    page = html.unescape(answer.content.decode())
    assert answer.status_code == 422 and sentence in page
    assert typed["reason"] in page
    assert not ReturnAnswer.objects.filter(measure=GRID, reason__contains="system").exists()


def test_a_character_that_no_database_holds_is_left_out(world: ReturnWorld, address: str) -> None:
    typed = {f"state/{GRID}": "not_collected", f"reason/{GRID}": "The system\x00 is new", "stay": "1"}
    assert signed_in(world.lead).post(address, typed).status_code == 302
    assert ReturnAnswer.objects.get(measure=GRID).reason == "The system is new"
