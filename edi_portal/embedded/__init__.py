"""From a bare machine to a running portal: environment, assets, servers and the supervisor of `make run` and `make test`.

The portal itself imports nothing from here but the place of PostgreSQL's programs, for backups. Nothing here needs Django:
`environment` runs before anything is installed, the rest starts Django in processes of its own.
"""
