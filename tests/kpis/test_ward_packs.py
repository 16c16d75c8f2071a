"""Packs of ward figures: a file is taken whole or not at all, shown after a preview, withdrawn and brought back."""

import csv
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from edi_portal.audit.models import AuditEvent
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed, StaleData
from edi_portal.exchange.reading import UnreadableSheet
from kpis.demonstration.ward_packs import PACKS, plant_ward_packs
from kpis.models.ward_packs import WardFigure, WardIndicator, WardPack
from kpis.selectors.ward_packs import counts_of, mark_of_what_is_shown, shown_indicator, shown_indicators
from kpis.services import ward_packs as services
from organisations.models import User
from organisations.roles import Role
from tests.kpis.ward_files import checked_pack, csv_file, level, pack_rows, shown_pack, xlsx_file
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]


@pytest.fixture
def admin() -> User:
    """Somebody who keeps packs."""
    return person(Role.PORTAL_ADMIN)


def give(client: Client, content: bytes, name: str = "pack.csv") -> HttpResponse:
    """Upload a file as the page does."""
    answer: HttpResponse = client.post(reverse("ward-packs:list"), {"sheet": SimpleUploadedFile(name, content)})
    return answer


@pytest.mark.parametrize(("made", "name"), [(csv_file, "pack.csv"), (xlsx_file, "pack.xlsx")])
def test_a_file_is_checked_previewed_and_only_then_shown(admin: User, client: Client, made: Any, name: str) -> None:
    keeper = signed_in(admin)
    answer = give(keeper, made(pack_rows()), name)
    pack = WardPack.objects.get()
    assert answer.status_code == 302 and answer["Location"] == reverse("ward-packs:detail", args=[pack.pk])
    assert (pack.status, pack.indicators.count(), WardFigure.objects.count()) == ("checked", 1, 246)
    preview = keeper.get(answer["Location"]).content.decode()
    assert "Nothing is shown yet. 1 indicator is ready." in preview and "All of it is new" in preview
    public = reverse("inequalities:detail", args=["bowel-screening"])
    assert client.get(public).status_code == 404 and shown_indicators() == []
    done = keeper.post(reverse("ward-packs:show", args=[pack.pk]), {"instead_of": mark_of_what_is_shown()})
    assert done.status_code == 302
    assert "Title of bowel-screening" in client.get(public).content.decode()
    assert [one.action for one in AuditEvent.objects.filter(subject=f"ward-pack:{pack.pk}").order_by("pk")] == [
        "ward_pack.checked",
        "ward_pack.shown",
    ]


def test_a_file_with_mistakes_saves_nothing_and_names_each_place(admin: User) -> None:
    rows = pack_rows()
    rows[0][4], rows[1][3], rows[2][5], rows[3][7], rows[5][3] = 3, "E05999999", 0, "", rows[4][3]
    answer = give(signed_in(admin), csv_file(rows))
    page = answer.content.decode()
    assert answer.status_code == 422 and not WardPack.objects.exists()
    assert not AuditEvent.objects.filter(action__startswith="ward_").exists()
    assert "Nothing has been saved. 5 cells must be mended." in page
    for row, words in (
        (2, "A count of 1 to 7 people could point at a person."),
        (3, "E05999999 is no ward of the nine places."),
        (4, "The denominator is 0: nobody was counted in this ward."),
        (5, "The source is missing."),
        (7, "The ward stands twice for bowel-screening: in row 6 and here."),
    ):
        assert f"Row {row}<" in page and words in page


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"indicator,title\na,b\n", "pack.csv", "lacks these columns: better, ward_code"),
        (b"", "pack.csv", "lacks these columns"),
        (csv_file([]), "pack.csv", "The file has no rows below its headings."),
        (b"\xff\xfe\x00", "pack.csv", "The CSV file is not in UTF-8."),
        (b"a\x00b", "pack.csv", "This is not a CSV file."),
        (b"%PDF-1.7", "pack.pdf", "Choose an XLSX or CSV file"),
        (b"x" * 200_000, "pack.csv", "The CSV file cannot be read."),
        (b"PK\x03\x04 no workbook", "pack.xlsx", "This is not a whole XLSX file."),
        (b"x," * services.MOST_BYTES, "pack.csv", "The file is larger than 4 MB."),
        (b"x\n" * (services.MOST_ROWS + 2), "pack.csv", "at most 15000 are read at once"),
    ],
)
def test_what_is_no_pack_is_refused_in_one_sentence(admin: User, content: bytes, name: str, words: str) -> None:
    with pytest.raises(UnreadableSheet, match=words.split(":")[0]) as refused:
        services.check_pack(content=content, name=name, by=admin)
    assert words in str(refused.value)
    assert not WardPack.objects.exists()


def test_an_upload_that_is_no_pack_says_so_at_the_field(admin: User) -> None:
    answer = give(signed_in(admin), b"%PDF-1.7", "pack.pdf")
    assert answer.status_code == 422 and "Choose an XLSX or CSV file" in answer.content.decode()


def test_a_later_pack_goes_before_and_withdrawing_it_brings_the_earlier_back(admin: User) -> None:
    first = shown_pack(by=admin, period="2017-18")
    second = checked_pack(by=admin, period="2018-19", cases=level)
    preview = signed_in(admin).get(reverse("ward-packs:detail", args=[second.pk])).content.decode()
    assert "1 indicator takes the place of what readers see now." in preview
    assert f"Instead of pack {first.pk}, 2017-18" in preview and "was 60.0%" in preview
    services.show_pack(pack=second, instead_of=mark_of_what_is_shown(), by=admin)
    assert [one.period for one in shown_indicators()] == ["2018-19"]
    services.withdraw_pack(pack=second, reason="Wrong year", by=admin)
    assert [one.period for one in shown_indicators()] == ["2017-18"]
    services.bring_back_pack(pack=second, by=admin)
    assert [one.period for one in shown_indicators()] == ["2018-19"]
    # An older pack that is brought back does not push a newer one aside.
    services.withdraw_pack(pack=first, reason="Old", by=admin)
    services.bring_back_pack(pack=first, by=admin)
    found = shown_indicator("bowel-screening")
    assert found is not None and found.period == "2018-19"
    assert AuditEvent.objects.filter(action="ward_pack.withdrawn").count() == 2
    assert not any(one.details for one in AuditEvent.objects.filter(action="ward_pack.withdrawn"))  # no words, no figures


def test_a_preview_is_void_once_another_pack_is_shown(admin: User) -> None:
    waiting = checked_pack(by=admin)
    mark = mark_of_what_is_shown()
    shown_pack(by=admin, code="other")
    with pytest.raises(StaleData, match="Read it again"):
        services.show_pack(pack=waiting, instead_of=mark, by=admin)
    answer = signed_in(admin).post(reverse("ward-packs:show", args=[waiting.pk]), {"instead_of": mark})
    assert answer.status_code == 409 and shown_indicator("bowel-screening") is None


def test_each_step_is_taken_once_and_in_its_order(admin: User) -> None:
    pack = checked_pack(by=admin)
    for step, given in ((services.withdraw_pack, {"reason": "x"}), (services.bring_back_pack, {})):
        with pytest.raises(InvalidTransition):
            step(pack=pack, by=admin, **given)  # type: ignore[operator]
    services.show_pack(pack=pack, instead_of="none", by=admin)
    with pytest.raises(InvalidTransition, match="shown before"):
        services.show_pack(pack=pack, instead_of=mark_of_what_is_shown(), by=admin)
    with pytest.raises(InvalidTransition, match="stays on record"):
        services.discard_pack(pack=pack, by=admin)
    with pytest.raises(Incomplete, match="Say why"):
        services.withdraw_pack(pack=pack, reason="  ", by=admin)


def test_a_pack_that_was_never_shown_can_be_thrown_away(admin: User) -> None:
    pack = checked_pack(by=admin)
    answer = signed_in(admin).post(reverse("ward-packs:discard", args=[pack.pk]))
    assert answer.status_code == 302 and not WardPack.objects.exists() and not WardFigure.objects.exists()
    assert AuditEvent.objects.filter(action="ward_pack.discarded").count() == 1
    with pytest.raises(InvalidTransition, match="thrown away"):
        services.show_pack(pack=pack, instead_of="none", by=admin)


@pytest.mark.parametrize("role", [Role.STEERING_MEMBER, Role.EDI_LEAD, Role.HEALTHWATCH_READER])
def test_nobody_else_imports_or_withdraws(admin: User, role: Role) -> None:
    from organisations.models import Organisation, Place

    where: Any = {Role.EDI_LEAD: Organisation.objects.all()[:1].get(), Role.HEALTHWATCH_READER: Place.objects.all()[:1].get()}
    other = person(role, where.get(role))
    pack = shown_pack(by=admin)
    with pytest.raises(NotAllowed):
        services.check_pack(content=csv_file(pack_rows()), name="pack.csv", by=other)
    with pytest.raises(NotAllowed):
        services.withdraw_pack(pack=pack, reason="x", by=other)


@pytest.mark.parametrize(("numerator", "denominator"), [(3, 100), (95, 100), (9, 8), (0, 0), (None, 100), (20, None)])
def test_the_database_itself_keeps_no_small_count(admin: User, numerator: int | None, denominator: int | None) -> None:
    indicator = WardIndicator.objects.get(pack=shown_pack(by=admin))
    with pytest.raises(IntegrityError), transaction.atomic():
        WardFigure.objects.create(indicator=indicator, ward_code="E05000000", numerator=numerator, denominator=denominator)


def test_a_withheld_ward_has_no_number_in_page_or_file(admin: User, client: Client) -> None:
    rows = pack_rows()
    rows[0][4] = "*"
    pack = shown_pack(by=admin, rows=rows)
    ward = rows[0][3]
    assert counts_of(pack.indicators.all())[pack.indicators.get().pk][str(ward)].withheld
    answer = client.get(reverse("inequalities:data", args=["bowel-screening"]))
    found = {row["Ward code (2017)"]: row for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))}
    assert (found[str(ward)]["Numerator"], found[str(ward)]["Denominator"]) == ("[c]", "[c]")
    assert len(found) == 246 and {row["Licence"] for row in found.values()} == {"OGL v3.0"}
    page = client.get(reverse("inequalities:detail", args=["bowel-screening"])).content.decode()
    assert "1 ward is withheld to protect people. They count in no fifth." in page


def test_the_page_of_an_indicator_says_what_is_true_in_one_sentence(admin: User, client: Client) -> None:
    shown_pack(by=admin)
    address = reverse("inequalities:detail", args=["bowel-screening"])
    page = client.get(address).content.decode()
    assert "where people are most deprived, and that is worse. Chance alone does not explain it." in page
    assert "Slope index of inequality" in page and "Relative index of inequality" in page
    assert page.index('id="fifths-table"') > 0 and "Most deprived fifth" in page and "246" not in page.split("<footer")[0][:200]
    assert page.count('class="edi-tile ') == 9  # each with its share, and the table holds them all
    place = client.get(address, {"place": "halton"}).content.decode()
    assert 'class="edi-tile ' not in place
    assert "Appleton" in place and "Ward by ward" in place
    assert client.get(address, {"place": "nowhere"}).status_code == 404


def test_without_a_good_side_nothing_is_worse_and_chance_is_named(admin: User, client: Client) -> None:
    shown_pack(by=admin, code="neutral", better="neither")
    shown_pack(by=admin, code="flat", cases=level)
    neutral = client.get(reverse("inequalities:detail", args=["neutral"])).content.decode()
    assert "worse" not in neutral.split("Within each place")[0].split("<main")[1].replace("edi-lead--worse", "")
    flat = client.get(reverse("inequalities:detail", args=["flat"])).content.decode()
    assert "chance alone could bring this difference" in flat and "No clear difference" in flat


def test_what_is_not_calculable_says_why(admin: User, client: Client) -> None:
    rows = pack_rows(code="few")
    shown_pack(by=admin, rows=[row for row in rows[:3]])
    page = client.get(reverse("inequalities:detail", args=["few"])).content.decode()
    assert "The gap is not calculable, because the first or the last group has no figure." in page
    assert "Not calculable: fewer than three groups have a figure." in page
    assert "There is nothing to draw." in page


def test_the_search_finds_what_is_shown_and_nothing_else(admin: User, client: Client) -> None:
    pack = shown_pack(by=admin)
    checked_pack(by=admin, code="waiting-one")

    def found(words: str) -> str:
        return client.get(reverse("search"), {"q": words}).content.decode().split("<main")[1]

    assert reverse("inequalities:detail", args=["bowel-screening"]) in found("bowel screening")
    assert "health-inequalities/waiting-one" not in found("waiting one")
    services.withdraw_pack(pack=pack, reason="Wrong", by=admin)
    assert "health-inequalities/bowel-screening" not in found("bowel screening")


def test_texts_of_a_pack_are_text(admin: User, client: Client) -> None:
    rows = [[*row[:1], "<script>alert(1)</script>", *row[2:]] for row in pack_rows()]
    shown_pack(by=admin, rows=rows)
    page = client.get(reverse("inequalities:detail", args=["bowel-screening"])).content.decode()
    assert "<script>alert(1)</script>" not in page and "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize("address", ["inequalities:list", "inequalities:detail", "ward-packs:list", "ward-packs:detail"])
def test_few_queries_however_many_indicators(admin: User, address: str) -> None:
    packs = [shown_pack(by=admin, code=code) for code in ("one", "two", "three")]
    parameters: list[Any] = {"inequalities:detail": ["one"], "ward-packs:detail": [packs[0].pk]}.get(address, [])
    client = signed_in(admin)
    client.get(reverse(address, args=parameters))
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse(address, args=parameters)).status_code == 200
    assert len(queries) <= 25


def test_a_pack_that_waits_stands_on_the_admins_home(admin: User) -> None:
    client = signed_in(admin)
    assert "ward figures" not in client.get(reverse("home")).content.decode()
    pack = checked_pack(by=admin)
    assert "Decide about 1 pack of ward figures" in client.get(reverse("home")).content.decode()
    services.discard_pack(pack=pack, by=admin)
    assert "ward figures" not in client.get(reverse("home")).content.decode()


def test_the_template_is_a_pack(admin: User) -> None:
    client = signed_in(admin)
    for kind in ("csv", "xlsx"):
        content = client.get(reverse("ward-packs:template", args=[kind])).content
        pack = services.check_pack(content=content, name=f"template.{kind}", by=admin)
        assert isinstance(pack, WardPack) and pack.indicators.get().code == "smoking-at-delivery"


def test_the_demonstrations_packs_pass_the_same_door_once(admin: User, client: Client, settings: Any) -> None:
    settings.DEMONSTRATION = True
    assert plant_ward_packs(by=admin) == len(PACKS) and plant_ward_packs(by=admin) == 0
    shown = {one.code: one for one in shown_indicators()}
    assert len(shown) == 5 and all(one.pack.synthetic for one in shown.values())
    assert shown["smoking-at-delivery"].period == "2018-19" and shown["health-check-taken-up"].period == "2017-18"
    page = client.get(reverse("inequalities:list")).content.decode()
    assert page.count("Worse") >= 4 and "No clear difference" in page
    counts = counts_of(shown.values())[shown["smoking-at-delivery"].pk].values()
    assert 10 < sum(one.withheld for one in counts) < 120


def test_synthetic_packs_are_for_the_demonstration_alone(admin: User, settings: Any) -> None:
    settings.DEMONSTRATION = False
    with pytest.raises(NotAllowed):
        plant_ward_packs(by=admin)
