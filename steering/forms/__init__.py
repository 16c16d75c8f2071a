"""Forms of the steering app, one module per noun."""
