"""Questions about governance, one module per noun."""
