"""Pages of the kpis app, one module per noun."""
