"""Objectives that say nearly the same, found by the words they share. Pure, deterministic, no model to download.

Words are cut to stems, and words that mean the same in this field count as one (`SAME`). Each objective is a vector of its words,
weighted by how rare they are among all objectives (tf-idf); the score of two is the cosine of their vectors, from 0 to 1:

    score(a, b) = sum(w_a(t) * w_b(t)) / (|w_a| * |w_b|),  w(t) = (1 + ln n(t)) * ln((1 + N) / (1 + N(t)) + 1)

with n(t) the times a stem stands in the objective, N the number of objectives and N(t) those that have the stem.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

# From which score on a pair is put before a person. Chosen on the published objectives (docs/measurements.md).
WORTH_A_LOOK = 0.30

WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?")
STOP_WORDS = """
    a about across all an and any are as at be been being both but by can do does each every for from further have has
    how if in include including into is it its itself least many more most must need no not of on or other our out
    over own same should so such than that the their them these they this those through to towards up use used using
    very was we well were what when where whether which while who whose will with within without work would you your
    trust organisation nhs group groups better improve improved improving level levels protected characteristic
    characteristics
"""
STOP = frozenset(STOP_WORDS.split())
ENDING_WORDS = """
    isation ations ation nesses ness ments ment ities ity ingly edly ably ibly ings
    ies ing ied ers ors ive ful ous ed es er or ly al s y e
"""
ENDINGS = tuple(ENDING_WORDS.split())
# Stems that mean the same in this field, by the stem that stands for them.
SAME_WORDS: dict[str, str] = {
    "bme": "ethnic minority bame race racial racism anti-racism ethnicity multicultural",
    "disability": "disabled disabilities impairment",
    "lgbt": "lgbtq lgbtqia gay lesbian bisexual transgender trans",
    "patient": "patients carers users public people communities community served",
    "staff": "workforce colleagues employees employer employment jobs job career",
    "access": "accessible accessibility reach usable open easy",
    "information": "communication communicate",
    "fair": "fairness equitable equal equally equality",
    "progression": "promotion advance development develop potential opportunity opportunities",
    "representation": "representative reflects reflect mirrors mirror diverse diversity",
    "discrimination": "discriminate prejudice disrespect harassment bullying",
    "listen": "hear heard voice voices engage engagement involve involvement feedback",
    "leadership": "leaders leader leading board chief executive chair",
    "inequality": "inequalities disadvantage disadvantaged",
    "dignity": "respect respected valued civility compassionate welcoming",
    "training": "competence competent skills confident aware awareness understand",
    "monitoring": "data monitor measure measurable evidence",
    "recruitment": "recruit appointment shortlisting hiring",
    "provider": "providers suppliers procurement",
    "outcome": "outcomes health wellbeing",
}


def stem(word: str) -> str:
    """The word without its ending, at least three letters long."""
    word = word.replace("’", "'").removesuffix("'s")
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _same() -> dict[str, str]:
    found: dict[str, str] = {}
    for name, words in SAME_WORDS.items():
        for word in (name, *words.replace("-", " ").split()):
            found.setdefault(stem(word), stem(name))
    return found


SAME = _same()


def stems_of(text: str) -> dict[str, str]:
    """Stem → the first word of the text that has it, words without meaning left out."""
    found: dict[str, str] = {}
    for word in WORD.findall(text.lower()):
        if word not in STOP and len(word) > 2:
            root = stem(word)
            found.setdefault(SAME.get(root, root), word)
    return found


@dataclass(frozen=True, slots=True)
class SimilarPair:
    """Two objectives that share words: their keys in order, the score from 0 to 1, and the words, heaviest first."""

    first: int
    second: int
    score: float
    words: tuple[tuple[str, str], ...]


def similar_pairs(
    texts: Mapping[int, str], *, apart: Mapping[int, object] | None = None, at_least: float = WORTH_A_LOOK
) -> tuple[SimilarPair, ...]:
    """Pairs of texts with a score of at least `at_least`, highest first.

    `texts` are objectives by key; two keys with the same value in `apart` (the same organisation) are not compared.
    """
    vectors, words = _vectors(texts)
    postings: dict[str, list[int]] = defaultdict(list)
    scores: Counter[tuple[int, int]] = Counter()
    for key in sorted(vectors):
        for root, weight in vectors[key].items():
            for other in postings[root]:
                if apart is None or apart.get(key) != apart.get(other):
                    scores[other, key] += weight * vectors[other][root]  # type: ignore[assignment]
            postings[root].append(key)
    found = [
        SimilarPair(first, second, round(score, 4), _shared(vectors[first], vectors[second], words[first], words[second]))
        for (first, second), score in scores.items()
        if score >= at_least
    ]
    return tuple(sorted(found, key=lambda pair: (-pair.score, pair.first, pair.second)))


# From which score on a theme is suggested for a text.
WORTH_SUGGESTING = 0.20


def closest(texts: Mapping[int, str], references: Mapping[str, str]) -> dict[int, str]:
    """Text key → the reference whose words are nearest, as a theme's; "" where none is near. Ties go to the first reference."""
    keys = {name: -number for number, name in enumerate(references, start=1)}
    vectors, _ = _vectors({**{keys[name]: words for name, words in references.items()}, **texts})
    found = {}
    for key in texts:
        scores = {name: _cosine(vectors[key], vectors[place]) for name, place in keys.items()}
        best = max(scores, key=lambda name: scores[name], default="")
        found[key] = best if best and scores[best] >= WORTH_SUGGESTING else ""
    return found


def _cosine(first: Mapping[str, float], second: Mapping[str, float]) -> float:
    return math.fsum(weight * second[root] for root, weight in first.items() if root in second)


def _vectors(texts: Mapping[int, str]) -> tuple[dict[int, dict[str, float]], dict[int, dict[str, str]]]:
    words = {key: stems_of(text) for key, text in texts.items()}
    spread = Counter(root for found in words.values() for root in found)
    vectors = {}
    for key, text in texts.items():
        weights = {
            root: (1 + math.log(n)) * math.log((1 + len(texts)) / (1 + spread[root]) + 1) for root, n in _counts(text).items()
        }
        length = math.sqrt(math.fsum(weight * weight for weight in weights.values()))
        vectors[key] = {root: weight / length for root, weight in sorted(weights.items())} if length else {}
    return vectors, words


def _counts(text: str) -> Counter[str]:
    roots = (stem(word) for word in WORD.findall(text.lower()) if word not in STOP and len(word) > 2)
    return Counter(SAME.get(root, root) for root in roots)


def _shared(
    first: Mapping[str, float], second: Mapping[str, float], words: Mapping[str, str], others: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    roots = sorted(first.keys() & second.keys(), key=lambda root: (-first[root] * second[root], root))
    return tuple((words[root], others[root]) for root in roots)


def clusters(pairs: Iterable[tuple[int, int]]) -> tuple[tuple[int, ...], ...]:
    """Objectives joined by confirmed pairs, directly or through others; the largest first."""
    leader: dict[int, int] = {}

    def find(key: int) -> int:
        while leader.setdefault(key, key) != key:
            key = leader[key]
        return key

    for first, second in pairs:
        one, other = sorted((find(first), find(second)))
        leader[other] = one
    groups: dict[int, list[int]] = defaultdict(list)
    for key in leader:
        groups[find(key)].append(key)
    return tuple(sorted((tuple(sorted(group)) for group in groups.values()), key=lambda group: (-len(group), group)))
