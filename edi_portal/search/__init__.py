"""One search over everything that the reader may read: each app adds its sources, none says a figure.

`registry.py` keeps the sources, `matching.py` lets PostgreSQL compare words, `views.py` is the page.
"""
