"""From a bare machine to a running portal: environment, assets, servers and the supervisor of `make run` and `make test`.

Nothing here is imported by the portal itself, and nothing here needs Django: `environment` runs before
anything is installed, the rest starts Django in processes of its own.
"""
