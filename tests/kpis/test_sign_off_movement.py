"""What the sponsor reads under "What moved": better, worse, new and gone, and what needs an eye."""

import pytest
from django.urls import reverse

from kpis.dashboards.sign_off import Movement, SignOffPage, sign_off_page
from kpis.models.returns import KpiReturn, ReturnValue
from kpis.selectors.returns import content_of
from kpis.services import returns
from tests.kpis.factories import close, fill, open_collection, plain_values, signed_return
from tests.kpis.return_world import ReturnWorld, return_world
from tests.organisations.factories import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]


@pytest.fixture
def world() -> ReturnWorld:
    return return_world()


@pytest.fixture
def draft(world: ReturnWorld) -> KpiReturn:
    """A draft with the same figures as the return that was signed for the quarter before."""
    before = open_collection("2019-20-q2")
    values = plain_values(world.organisation, before.quarter)
    signed_return(before, world.organisation, values, lead=world.lead, sponsor=world.sponsor)
    close(before)
    fill(world.draft, plain_values(world.organisation, world.draft.quarter))
    return world.draft


def interpreters(draft: KpiReturn, requested: int, met: int) -> None:
    """Every kind of interpreter the same."""
    cells = ReturnValue.objects.filter(kpi_return=draft, measure="interpreters")
    assert cells.filter(column="requested").update(amount=requested) and cells.filter(column="fulfilled").update(amount=met)


def seen(draft: KpiReturn) -> tuple[SignOffPage, dict[str, Movement]]:
    page = sign_off_page(content_of(draft), {})
    return page, {row.code: row for row in page.movements}


def test_figures_that_stayed_are_counted_and_not_listed(draft: KpiReturn) -> None:
    page, moved = seen(draft)
    assert not moved and page.unmoved > 20 and (page.better, page.worse) == (0, 0)
    assert page.signed_before == "July to September 2019"


def test_a_change_beyond_chance_is_better_or_worse_and_needs_an_eye_when_it_is_worse(draft: KpiReturn) -> None:
    interpreters(draft, 500, 495)
    page, moved = seen(draft)
    better = moved["PAT-2"]
    assert (better.verdict, better.word, better.now) == ("better", "Better than last time", "99.0%")
    assert better.change.startswith("+") and better.change.endswith("pp")
    assert (page.better, page.worse) == (1, 0)
    (section,) = (one for one in page.sections if one.slug == "patient-participation")
    assert section.note.endswith("1 to look at")
    interpreters(draft, 500, 5)
    page, moved = seen(draft)
    assert (moved["PAT-2"].verdict, moved["PAT-2"].change[0]) == ("worse", "\u2212")
    assert (page.better, page.worse) == (0, 1)
    assert next(iter(moved)) == "PAT-2", "what is worse stands first"


def test_a_figure_that_was_there_and_is_not_is_said_to_be_gone_and_never_new(draft: KpiReturn) -> None:
    ReturnValue.objects.filter(kpi_return=draft, measure="interpreters").delete()
    _, moved = seen(draft)
    gone = moved["PAT-2"]
    assert (gone.now, gone.change, gone.verdict) == ("no figure", "no longer there", "too_few")
    assert gone.before.endswith("%")


def test_the_first_return_has_new_figures_alone(world: ReturnWorld) -> None:
    sent = world.sent()
    page, moved = seen(sent)
    assert moved and {row.change for row in moved.values()} == {"new"} and {row.before for row in moved.values()} == {"no figure"}
    assert page.signed_before == "" and page.can_be_signed
    address = reverse("returns:sign-off", args=[sent.organisation.slug, sent.collection.period])
    assert "No earlier signed return to compare with." in signed_in(world.sponsor).get(address).content.decode()


def test_the_page_says_how_many_moved_in_words_and_with_the_explanation(world: ReturnWorld, draft: KpiReturn) -> None:
    members = ReturnValue.objects.filter(kpi_return=draft, measure="network_members")
    assert members.update(amount=900) == 1
    for finding in content_of(draft).open_queries:
        returns.explain(kpi_return=draft, finding=finding.key, text=f"Because of {finding.measure}.", by=world.lead)
    draft.refresh_from_db()
    returns.submit_return(kpi_return=draft, by=world.lead)
    address = reverse("returns:sign-off", args=[draft.organisation.slug, draft.collection.period])
    text = signed_in(world.sponsor).get(address).content.decode()
    assert "1 figure moved since you signed July to September 2019." in text
    row = text.partition("<small>NET-4</small>")[2].partition("</tr>")[0]
    assert "Because of network_members." in row and "Because of publications." not in row
    assert "Nothing blocks it. 0 of " in text
    KpiReturn.objects.filter(pk=draft.pk).update(status="draft")
    interpreters(draft, 500, 5)
    assert seen(draft)[0].headline.startswith("Nothing blocks it. 1 of ")
