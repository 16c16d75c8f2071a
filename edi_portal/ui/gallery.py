"""What the gallery page shows: each component in each of its states, with invented words and numbers."""

FAMILIES = ()


def example_forms():
    return ()
