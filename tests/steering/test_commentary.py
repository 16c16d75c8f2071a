"""What people write beside figures: claims that no verdict backs, and small numbers of people. Pure."""

import pytest

from steering.reports.commentary import PLACES, Standing, longest, small_numbers, unsupported_claims

WRES_2 = Standing("WRES-2", "Shortlisting, White vs BME", "workforce-standards", "no_difference", "No real change")
DQ_1 = Standing("DQ-1", "Staff ethnicity unknown", "equality-assurance", "better", "Getting better")
BOTH = (WRES_2, DQ_1)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("WRES-2 improved this quarter.", "overall"),
        ("Shortlisting, White vs BME is better than last year.", "workforce-standards"),
        ("The gap narrowed.", "workforce-standards"),
        ("Appointments have improved across the board. We go on.", "workforce-standards"),
        ("DQ-1 and WRES-2 both improved.", "overall"),
    ],
)
def test_a_claim_that_no_verdict_backs_is_named_with_the_verdict(text: str, place: str) -> None:
    found = unsupported_claims(text, place, BOTH)
    assert len(found) == 1
    assert "No real change".lower() in found[0] or "no figure here got better" in found[0]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("DQ-1 improved, more than chance.", "overall"),
        ("Staff ethnicity unknown fell.", "equality-assurance"),
        ("We improved what we record.", "equality-assurance"),
        ("WRES-2 has not improved.", "overall"),
        ("WRES-2 must improve by 2021.", "overall"),
        ("We aim to reduce the gap of WRES-2.", "overall"),
        ("WRES-2 stands at 1.28.", "overall"),
        ("", "overall"),
    ],
)
def test_levels_wishes_denials_and_backed_claims_pass(text: str, place: str) -> None:
    assert unsupported_claims(text, place, BOTH) == ()


def test_a_code_inside_another_is_not_named() -> None:
    wider = Standing("WRES-20", "Another", "workforce-standards", "better", "Getting better")
    assert unsupported_claims("WRES-20 improved.", "overall", (WRES_2, wider)) == ()


def test_small_numbers_of_people_are_found_and_figures_are_not() -> None:
    assert small_numbers("Only 3 disabled staff were promoted.") == ("3 disabled",)
    assert small_numbers("WRES-2 stands at 1.28 for 6,450 people; 29 of 30 organisations returned.") == ()


def test_every_workstream_has_its_place() -> None:
    assert len(PLACES) == 9 and longest("asked") < longest("workforce-standards") < longest("overall")
