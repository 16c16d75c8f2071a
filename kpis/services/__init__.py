"""The only writers of the kpis app: definitions, collections, returns, releases."""
