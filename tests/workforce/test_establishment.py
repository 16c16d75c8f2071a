"""What counts as a running network, and what a register adds up to: pure rules, with properties."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edi_portal.periods import Quarter
from workforce.establishment import NetworkFacts, counts_at, is_running, missing_to_run

Q3 = Quarter(2019, 3)
WHOLE = NetworkFacts(
    name="REACH",
    characteristics=frozenset({"race"}),
    confirmed=True,
    has_terms=True,
    has_chair=True,
    has_sponsor=True,
    has_protected_time=True,
    meetings=(date(2019, 11, 4),),
    members=40,
    leads=2,
    lead_hours=Decimal("8"),
    member_hours=Decimal("1.5"),
    budget=2000,
)


def test_a_whole_entry_that_met_in_the_quarter_runs() -> None:
    assert missing_to_run(WHOLE, Q3) == ()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"confirmed": False}, "confirm"),
        ({"has_terms": False}, "terms of reference"),
        ({"has_chair": False}, "chair"),
        ({"meetings": ()}, "meeting"),
        ({"meetings": (date(2019, 6, 30),)}, "meeting"),
        ({"meetings": (date(2020, 1, 1),)}, "meeting"),
        ({"ended_on": date(2019, 12, 31)}, "ended on 31 December 2019"),
        ({"started_on": date(2020, 1, 1)}, "not started"),
    ],
)
def test_each_thing_that_is_missing_is_named_and_keeps_it_from_counting(change: dict[str, object], words: str) -> None:
    network = replace(WHOLE, **change)  # type: ignore[arg-type]
    assert len(missing_to_run(network, Q3)) == 1 and words in missing_to_run(network, Q3)[0]
    assert counts_at([network], Q3).running == 0


@pytest.mark.parametrize("day", [date(2019, 7, 1), date(2019, 9, 30), date(2019, 10, 1), date(2019, 12, 31)])
def test_a_meeting_in_the_quarter_or_the_one_before_is_enough(day: date) -> None:
    assert is_running(replace(WHOLE, meetings=(day,)), Q3)


def test_one_network_may_be_two_core_networks() -> None:
    both = replace(WHOLE, characteristics=frozenset({"disability", "race"}))
    assert counts_at([both], Q3).core == {"bame": "standalone", "lgbt": "", "disability": "standalone"}


def test_a_joint_network_counts_as_shared_and_its_people_only_where_the_entry_is_kept() -> None:
    joint = replace(WHOLE, shared=True, keeps_entry=False)
    counts = counts_at([joint], Q3)
    assert (counts.running, counts.core["bame"], counts.members, counts.budget) == (1, "shared", 0, 0)


def test_an_own_network_beside_a_joint_one_is_an_own_one() -> None:
    assert counts_at([WHOLE, replace(WHOLE, shared=True)], Q3).core["bame"] == "standalone"


def test_what_one_entry_does_not_say_is_not_added_up() -> None:
    counts = counts_at([WHOLE, replace(WHOLE, members=None, lead_hours=None)], Q3)
    assert (counts.running, counts.members, counts.lead_hours, counts.budget) == (2, None, None, 4000)


def test_hours_for_each_member_are_given_only_where_networks_agree() -> None:
    assert counts_at([WHOLE, WHOLE], Q3).member_hours == Decimal("1.5")
    assert counts_at([WHOLE, replace(WHOLE, member_hours=Decimal(2))], Q3).member_hours is None


networks = st.builds(
    replace,
    st.just(WHOLE),
    confirmed=st.booleans(),
    has_sponsor=st.booleans(),
    has_protected_time=st.booleans(),
    members=st.none() | st.integers(0, 500),
    meetings=st.lists(st.integers(0, 900).map(lambda days: date(2018, 1, 1) + timedelta(days)), max_size=4).map(tuple),
)


@given(st.lists(networks, max_size=8), st.randoms())
def test_the_order_of_entries_does_not_matter_and_parts_never_exceed_the_whole(
    entries: list[NetworkFacts], random: object
) -> None:
    counts = counts_at(entries, Q3)
    shuffled = list(entries)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert counts_at(shuffled, Q3) == counts
    assert max(counts.sponsored, counts.protected_time) <= counts.running <= len(entries)
