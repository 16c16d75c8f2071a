#!/bin/sh
# Run once by the PostgreSQL image when its volume is empty: the portal's own role and database.
# The role is no superuser: the append-only tables and the reader of releases are rights, which a superuser would pass by.
# The reader of releases is made here too, so that a dump with its rights can be restored on a new server.
set -eu
psql --username "$POSTGRES_USER" --dbname postgres --set ON_ERROR_STOP=1 --set password="$PORTAL_DATABASE_PASSWORD" <<'SQL'
CREATE ROLE edi LOGIN CREATEROLE NOSUPERUSER PASSWORD :'password';
CREATE ROLE edi_release_ro NOLOGIN NOSUPERUSER;
GRANT edi_release_ro TO edi;
CREATE DATABASE edi OWNER edi;
SQL
