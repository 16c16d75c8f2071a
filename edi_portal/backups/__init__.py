"""A backup as one folder (database, uploaded files, manifest), and a restored database that is shown to equal it."""
