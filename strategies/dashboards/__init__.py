"""The content of the pages of strategies, before HTML, one module per page."""
