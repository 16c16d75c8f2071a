"""Findings: identity, fingerprint, and when an explanation settles a query."""

from decimal import Decimal

import pytest

from kpis.validation.findings import CellAddress, Explanation, Finding, Level, fingerprint, is_settled, open_findings

CELL = CellAddress("staff_ethnicity", "band_5", "bme")


def query(digest="a", level=Level.QUERY):
    return Finding("V7", level, "What", "How.", "staff_ethnicity", about="headcount", fingerprint=digest)


def test_a_cell_address_is_read_back_from_its_text():
    assert CellAddress.parse(str(CELL)) == CELL == ("staff_ethnicity", "band_5", "bme")


@pytest.mark.parametrize("text", ["", "a/b", "a/b/c/d", "a//c", "/b/c"])
def test_other_texts_are_no_cell_address(text):
    with pytest.raises(ValueError, match="cell address"):
        CellAddress.parse(text)


def test_the_key_is_rule_place_and_subject():
    assert query().key == "V7:staff_ethnicity:headcount"
    assert Finding("V1", Level.ERROR, "What", "How.", "staff_ethnicity", CELL).key == "V1:staff_ethnicity/band_5/bme"


def test_a_fingerprint_depends_on_values_only():
    assert fingerprint([("a", Decimal(5)), ("b", None)]) == fingerprint([("b", None), ("a", Decimal("5.00"))])
    assert fingerprint([("a", Decimal(5))]) != fingerprint([("a", Decimal(6))])
    assert fingerprint([("a", Decimal(5))]) != fingerprint([("b", Decimal(5))])
    assert fingerprint([("a", None)]) != fingerprint([("a", Decimal(0))])
    assert fingerprint([("a", Decimal(100))]) != fingerprint([("a", Decimal(1))])


def test_a_query_is_settled_by_an_explanation_of_these_very_values():
    given = {query().key: Explanation("Two wards moved to us.", "a")}
    assert is_settled(query("a"), given)
    assert not is_settled(query("b"), given)
    assert not is_settled(query("a"), {})
    assert not is_settled(query("a"), {query().key: Explanation("  ", "a")})


def test_no_explanation_settles_an_error_and_information_needs_none():
    given = {query().key: Explanation("It is right.", "a")}
    assert open_findings([query(level=Level.ERROR)], given) == (query(level=Level.ERROR),)
    assert open_findings([query(level=Level.INFORMATION)], {}) == ()
