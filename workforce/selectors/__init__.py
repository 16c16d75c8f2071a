"""Questions about registers, one module per noun."""
