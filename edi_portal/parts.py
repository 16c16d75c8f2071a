"""The parts the portal is made of (CycloneDX), and the known faults of those parts with the waivers that still hold."""

import hashlib
import json
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")


@dataclass(frozen=True, slots=True)
class Finding:
    """A known fault of one version of one part, by its public number."""

    part: str
    version: str
    number: str


@dataclass(frozen=True, slots=True)
class Waiver:
    """Why a known fault does not concern the portal, and until when that is believed."""

    number: str
    reason: str
    until: date


def installed_parts() -> dict[str, str]:
    """Name, in the way package indexes compare names → version, of every distribution of this environment."""
    return {normal(found.metadata["Name"]): found.version for found in distributions()}


def locked_parts(text: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Name → version and SHA-256 of its files, from a lock file. Raises ValueError for a pin without a hash."""
    parts: dict[str, tuple[str, tuple[str, ...]]] = {}
    for block in re.split(r"\n(?=\S)", text):
        if match := PIN.match(block):
            hashes = tuple(re.findall(r"--hash=sha256:([0-9a-f]{64})", block))
            if not hashes:
                raise ValueError(f"{match[1]} has no hash.")
            parts[normal(match[1])] = (match[2], hashes)
    return parts


def bill_of_parts(parts: dict[str, str], assets: dict[str, str]) -> dict[str, Any]:
    """A CycloneDX 1.6 document: Python parts and the browser's packages, each with its package address (purl)."""
    python = [_component(name, version, "pypi") for name, version in sorted(parts.items())]
    browser = [_component(name, version, "npm") for name, version in sorted(assets.items())]
    digest = hashlib.sha256(json.dumps([python, browser]).encode()).hexdigest()
    number = f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-8{digest[17:20]}-{digest[20:32]}"
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{number}",
        "version": 1,
        "metadata": {"component": {"type": "application", "name": "edi-portal", "bom-ref": "edi-portal"}},
        "components": [*python, *browser],
    }


def read_waivers(path: Path) -> tuple[Waiver, ...]:
    """The waivers of a TOML file: tables `waiver` with number, reason and until. Raises KeyError where one of them is missing."""
    rows = tomllib.loads(path.read_text(encoding="utf-8")).get("waiver", [])
    return tuple(Waiver(row["number"], row["reason"], row["until"]) for row in rows)


def read_findings(text: str) -> tuple[Finding, ...]:
    """What pip-audit found, from its JSON."""
    parts = json.loads(text)["dependencies"]
    return tuple(Finding(part["name"], part["version"], fault["id"]) for part in parts for fault in part.get("vulns", ()))


def read_browser_findings(text: str) -> tuple[Finding, ...]:
    """What `npm audit` found, from its JSON: one finding for each advisory, under the number at the end of its address."""
    parts = json.loads(text)["vulnerabilities"].values()
    return tuple(
        Finding(part["name"], fault["range"], str(fault["url"]).rpartition("/")[2])
        for part in parts
        for fault in part["via"]
        if isinstance(fault, dict)
    )


def browser_parts(lock: str) -> dict[str, str]:
    """Name → version of every package of the browser's files, those beneath others included, from package-lock.json."""
    found = json.loads(lock)["packages"]
    return {place.rpartition("node_modules/")[2]: package["version"] for place, package in found.items() if place}


def unwaived(findings: Iterable[Finding], waivers: Iterable[Waiver], *, on: date) -> tuple[Finding, ...]:
    """The findings for which no waiver holds on that day."""
    held = {waiver.number for waiver in waivers if waiver.until >= on and waiver.reason.strip()}
    return tuple(finding for finding in findings if finding.number not in held)


def normal(name: str) -> str:
    """A package's name as indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _component(name: str, version: str, kind: str) -> dict[str, str]:
    address = f"pkg:{kind}/{name.replace('@', '%40')}@{version}"
    return {"type": "library", "name": name, "version": version, "purl": address, "bom-ref": address}
