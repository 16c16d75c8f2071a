"""The only writers of governance, one module per noun."""
