"""Papers that people print and keep: one content object, and from it the PDF, the page, the workbook and the CSV file.

`content` is what a paper says; `figures` makes its figures from the charts of pages; `pdf` sets it with Typst in a child
process (`typesetting`, `paper.typ`); `files` writes workbook and CSV; the tag `{% paper %}` shows it on a page. A figure stands
in the content once, so it is the same in every format.
"""
