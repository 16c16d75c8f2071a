"""The house as it is meant to stand: what every module, migration, job, definition and menu must keep to."""

import ast
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import reverse

from edi_portal.celery import app
from edi_portal.jobs.services import _handlers as handlers
from edi_portal.ui.navigation import NAVIGATION, PUBLIC, entries
from kpis.catalogue import load_catalogue
from organisations.roles import Role

ROOT = Path(settings.BASE_DIR)
PACKAGES = ("edi_portal", "organisations", "workforce", "kpis", "strategies", "steering")
MODULES = sorted(path.relative_to(ROOT) for package in PACKAGES for path in (ROOT / package).rglob("*.py"))
CODE = [path for path in MODULES if "migrations" not in path.parts]

# What the main menu of each role shows today. A page that is added to the menu is added here.
MENUS = {
    "edi_lead": ["Home", "Returns", "KPIs", "Organisations", "Staff networks", "Strategies", "Actions", "Help"],
    "contributor": ["Home", "My questions", "Help"],
    "executive_sponsor": ["Home", "Sign-off", "KPIs", "Organisations", "Operating model", "Actions", "Help"],
    "steering_member": [
        "Home",
        "Overview",
        "KPIs",
        "Organisations",
        "Workstreams",
        "Actions",
        "Meetings",
        "Reports",
        "Strategies",
        "Staff networks",
        "Help",
    ],
    "board_member": [
        "Home",
        "Assurance reports",
        "KPIs",
        "Organisations",
        "Outcomes",
        "Operating model",
        "Ratifications",
        "Help",
    ],
    "healthwatch_reader": ["Home", "Places", "KPIs", "Organisations", "EDS panels", "Ratifications", "Help"],
    "portal_admin": ["Home", "Arrivals", "Collections", "Releases", "Organisations", "People", "KPIs", "Jobs", "Help"],
}


def tracked_files() -> list[Path]:
    """The files of the repository; none where the tests run from a copy without its history."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def calls_of(name: str) -> list[ast.Call]:
    """Every call of a function of this name in the code of the portal."""
    found = []
    for path in CODE:
        for node in ast.walk(ast.parse((ROOT / path).read_text())):
            called = node.func if isinstance(node, ast.Call) else None
            if getattr(called, "id", getattr(called, "attr", None)) == name:
                found.append(node)
    return found


@pytest.mark.parametrize("path", CODE, ids=str)
def test_every_module_says_what_lives_there(path: Path) -> None:
    text = (ROOT / path).read_text()
    assert not text.strip() or ast.get_docstring(ast.parse(text)), path


def test_every_public_function_of_a_service_says_what_it_does() -> None:
    silent = [
        f"{path}:{node.lineno} {node.name}"
        for path in CODE
        if "services" in path.parts or path.name == "services.py"
        for node in ast.parse((ROOT / path).read_text()).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_public_function_of_a_service_is_reached() -> None:
    """By a page, a job, a command or another service: what nothing calls is a step that nobody can take."""
    services = {
        ".".join(path.with_suffix("").parts): path for path in CODE if "services" in path.parts or path.name == "services.py"
    }
    made = {
        (module, node.name)
        for module, path in services.items()
        for node in ast.parse((ROOT / path).read_text()).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
    assert len(made) > 200
    assert sorted(f"{module}.{name}" for module, name in made - _used()) == []


def _used() -> set[tuple[str, str]]:
    """Module and name of whatever a module of the portal uses: its own names, what it imports, and names of imported modules."""
    trees = {}
    for path in CODE:
        module = ".".join(path.with_suffix("").parts).removesuffix(".__init__")
        trees[module] = ast.parse((ROOT / path).read_text())
    imported = {
        own: {
            one.asname or one.name: (str(node.module), one.name)
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for one in node.names
        }
        for own, tree in trees.items()
    }

    def origin(module: str, name: str) -> tuple[str, str]:
        """Where a name that a module only passes on was made."""
        seen: set[tuple[str, str]] = set()
        while name in imported.get(module, ()) and (module, name) not in seen:
            seen.add((module, name))
            module, name = imported[module][name]
        return module, name

    found: set[tuple[str, str]] = set()
    for own, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Name):
                found.add(origin(own, node.id))
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                found.add(origin(".".join(origin(own, node.value.id)), node.attr))
    return found


def test_imports_go_down_only() -> None:
    program = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_kind_of_job_is_asked_for_and_done() -> None:
    app.loader.import_default_modules()
    asked: set[str] = set()
    for call in calls_of("enqueue"):
        kind = next(keyword.value for keyword in call.keywords if keyword.arg == "kind")
        assert isinstance(kind, (ast.Constant, ast.Name)), "a kind is a word or a constant"
        asked.add(kind.value if isinstance(kind, ast.Constant) else _constant(kind.id))
    assert asked == set(handlers)


def _constant(name: str) -> str:
    """The text of a module's constant that names a kind of job."""
    texts = {
        node.value.value
        for path in CODE
        if "jobs" in path.stem
        for node in ast.parse((ROOT / path).read_text()).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id == name
    }
    assert len(texts) == 1, name
    return str(texts.pop())


def test_beat_calls_tasks_that_exist() -> None:
    app.loader.import_default_modules()
    for name, entry in app.conf.beat_schedule.items():
        assert entry["task"] in app.tasks, name


@pytest.mark.parametrize("role", list(Role))
def test_the_menu_of_each_role(role: Role) -> None:
    shown = entries(NAVIGATION[role], "/")
    assert [entry.label for entry in shown] == MENUS[role]
    assert [entry.label for entry in shown if entry.current] == ["Home"]


def test_one_entry_of_a_menu_is_current_on_the_pages_below_it() -> None:
    path = reverse("organisations:detail", args=["countess-of-chester"])
    assert [entry.label for entry in entries(NAVIGATION["edi_lead"], path) if entry.current] == ["Organisations"]
    assert [entry.label for entry in entries(PUBLIC, reverse("published:list")) if entry.current] == ["Published figures"]


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_migrations_are_named_by_hand() -> None:
    names = [path.stem for path in MODULES if "migrations" in path.parts and path.stem != "__init__"]
    assert names
    assert [name for name in names if "_auto_" in name or not re.fullmatch(r"\d{4}_[a-z0-9_]+", name)] == []


def test_no_tracked_file_names_a_machine_or_a_package_mirror() -> None:
    machine = re.compile(rb"(?<![\w./-])/(?:work|home|root|Users)/[\w.-]|\b[\w-]+\.(?:internal|local|lan)(?::\d+)?/")
    mirror = re.compile(rb"(?:index-url|extra-index-url|registry)\s*=\s*\S|\"resolved\":\s*\"(?!https://registry\.npmjs\.org/)")
    found, files = [], tracked_files()
    assert files or not (ROOT / ".git").exists()
    for path in files:
        content = path.read_bytes()
        if b"\0" in content[:4000] or path.name == Path(__file__).name:
            continue
        for number, line in enumerate(content.splitlines(), start=1):
            if machine.search(line) or mirror.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {line[:120].decode(errors='replace')}")
    assert found == []


def test_every_definition_is_reviewed_again_after_it_was_reviewed() -> None:
    definitions = load_catalogue().kpis
    assert len(definitions) == 61
    late = [one.code for one in definitions.values() if not one.reviewed_on < one.next_review_on]
    assert late == []


def test_no_module_is_named_for_nothing_in_particular() -> None:
    nothing = {"utils", "helpers", "common", "misc", "tools", "util", "helper"}
    assert [path for path in MODULES if path.stem in nothing or nothing & set(path.parts)] == []


def test_nothing_swallows_every_error() -> None:
    found = []
    for path in CODE:
        for node in ast.walk(ast.parse((ROOT / path).read_text())):
            if isinstance(node, ast.ExceptHandler):
                broad = node.type is None or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
                raises_again = any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
                if broad and not raises_again:
                    found.append(f"{path}:{node.lineno}")
    assert found == []


def test_the_day_of_a_stored_moment_is_asked_of_london() -> None:
    """It comes in UTC, whose day is the one before for an hour of each summer night: `astimezone(LONDON)` comes first."""
    of_utc = re.compile(r"(?:_at|\.at)(?:\.date\(\)|:%)")
    found = [f"{path}: {line.strip()}" for path in CODE for line in (ROOT / path).read_text().splitlines() if of_utc.search(line)]
    assert found == []


def test_no_two_test_files_have_the_same_name() -> None:
    names = Counter(path.name for path in (ROOT / "tests").rglob("test_*.py"))
    assert not [name for name, number in names.items() if number > 1], "pytest takes the one for the other"
