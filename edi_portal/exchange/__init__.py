"""Registers by spreadsheet: take one out, change it, give it back; first a check of everything, then all or nothing.

| Module | Holds |
|-|-|
| `columns` | how a value is written in a cell and read back, so that an unchanged file changes nothing |
| `reading` | a workbook with named sheets, read safely |
| `comparing` | a file against what is stored: new, changed, conflicts and problems; the dry run does everything and undoes it |
| `pages` | the page that takes a file, and the download |
"""
