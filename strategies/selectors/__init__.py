"""Questions about strategies, one module per noun."""
