"""Which entries match what somebody typed: PostgreSQL full text over the entries that the reader may read.

Entries are filtered row by row in Python (reviews, rights), so the words are compared by one query over what is left.
At a few hundred short texts that takes less time than an index would need care.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from edi_portal.search.registry import Entry, sources_for

MOST_LETTERS = 100
MOST_OF_A_KIND = 20
WORD = re.compile(r"[^\W_]+")
OPERATORS = re.compile(r'"|(?:^|\s)-|\bor\b', re.IGNORECASE)
QUERY = """
WITH asked AS (SELECT websearch_to_tsquery('english', %s) AS words, to_tsquery('simple', %s) AS begun)
SELECT given.number::int
FROM asked, unnest(%s::text[], %s::text[]) WITH ORDINALITY AS given(title, words, number),
LATERAL (
  SELECT setweight(to_tsvector('english', given.title) || to_tsvector('simple', given.title), 'A')
    || to_tsvector('english', given.words) || to_tsvector('simple', given.words) AS vector
) AS text
WHERE numnode(asked.words) > 0 AND (text.vector @@ asked.words OR text.vector @@ asked.begun)
ORDER BY ts_rank(text.vector, asked.words) + ts_rank(text.vector, asked.begun) DESC, given.title, given.number
"""


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind, best first, at most twenty, and how many there are."""

    kind: str
    entries: tuple[Entry, ...]
    found: int


def search(user: Any, asked: str) -> tuple[Group, ...]:
    """What this reader may read and what matches, by kind; empty kinds left out. One query beside those of the sources.

    `asked` follows the habits of search engines: words, "a phrase", -without, one OR other. The beginning of a word is enough.
    """
    asked = clean(asked)
    if not asked:
        return ()
    kinds: list[str] = []
    entries: list[Entry] = []
    for source in sources_for(user):
        own = list(source.entries(user))
        entries += own
        kinds += [source.kind] * len(own)
    found: dict[str, list[Entry]] = {kind: [] for kind in kinds}
    for position in _matching(entries, asked):
        found[kinds[position]].append(entries[position])
    return tuple(Group(kind, tuple(rows[:MOST_OF_A_KIND]), len(rows)) for kind, rows in found.items() if rows)


def clean(asked: str) -> str:
    """What was typed, without signs that no text holds, at most a hundred letters."""
    return asked.replace("\x00", " ").strip()[:MOST_LETTERS]


def beginnings(asked: str) -> str:
    """The same words as beginnings of words, all of them; nothing where quotes, minus or OR say more than that."""
    return "" if OPERATORS.search(asked) else " & ".join(f"'{word}':*" for word in WORD.findall(asked))


def _matching(entries: Sequence[Entry], asked: str) -> list[int]:
    """Positions of the entries that match, best first."""
    titles = [entry.title for entry in entries]
    words = [f"{entry.line} {entry.words}" for entry in entries]
    with connection.cursor() as cursor:
        cursor.execute(QUERY, [asked, beginnings(asked), titles, words])
        return [number - 1 for (number,) in cursor.fetchall()]
