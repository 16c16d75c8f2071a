"""What each rule says about its own examples, word for word, as one text. Run as a program it prints the text anew.

python -m tests.kpis.validation_sentences > tests/data/validation_sentences.txt
"""

from kpis.validation import RULES
from kpis.validation.thresholds import DEFAULT_THRESHOLDS


def sentences() -> str:
    """For each example the findings with level, key, message and what to do; "nothing" where there is none."""
    lines = []
    for rule in RULES.values():
        for example in rule.examples:
            lines.append(f"{rule.id}: {example.note}")
            found = list(rule.check(example.case, DEFAULT_THRESHOLDS))
            lines += [f"    {each.level} {each.key}: {each.message} | {each.mend}" for each in found] or ["    nothing"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(sentences(), end="")
