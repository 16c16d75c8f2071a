"""Every promise of the disclosure scheme has a test that bears its number; a promise without one fails here."""

import re
from collections import defaultdict
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
PROMISES = {
    1: "no reader narrows a hidden number by linear or integer programming",
    2: "a hidden value never occurs in what others are given",
    3: "a cell has the same value for every reader, page and format",
    4: "a percentage tells no more than its released counts",
    5: "sending a return changes nothing for others before a release",
    6: "probing with the own figures learns nothing",
    7: "a revision keeps what was shown of others and what was hidden",
    8: "a witness in the place of the truth gives the same bytes",
    9: "the same input in any order gives the same release",
    10: "thresholds",
    11: "the database refuses a small or unrounded count",
    12: "an audit that fails publishes nothing",
    13: "stored certificates verify by adding up",
}
NUMBERED = re.compile(r"^ *def test_p(\d+)_\w+", re.MULTILINE)


def test_every_promise_has_a_test_of_its_number() -> None:
    found: dict[int, list[str]] = defaultdict(list)
    for file in sorted(TESTS.rglob("test_*.py")):
        for number in NUMBERED.findall(file.read_text()):
            found[int(number)].append(file.name)
    assert set(found) == set(PROMISES), "promises and numbered tests differ"
