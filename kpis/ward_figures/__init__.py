"""Figures by ward from published packs, such as a RightCare pack: reading a file, and inequality between fifths. Pure.

| Module | Holds |
|-|-|
| `sheet` | the rows of a file as indicators with their figures, or every problem with its row and column |
| `fifths` | wards ranked by deprivation and cut into fifths: slope and relative index, gap, and words for them |
"""
