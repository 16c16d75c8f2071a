"""What reports to the board and the partnership say, from releases alone: content first, formats are in `edi_portal.papers`.

`assurance` is the assurance report, `chapters` and `checklist` its parts, `packs` what one organisation's released figures say,
`summary` the report to the partnership. `claims` and `commentary` are the rules of what people write beside the figures.
"""
