"""Questions that join tables of the kpis app."""
