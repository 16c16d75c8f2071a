"""The content of the pages of governance, before HTML, one module per page."""
