"""Forms of the workforce app, one module per noun."""
