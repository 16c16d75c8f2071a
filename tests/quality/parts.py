"""The parts whose mutants are tried: which modules each holds, and which tests speak for it."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FLOOR = 0.9  # of the mutants tried in a part, so many must be noticed


@dataclass(frozen=True, slots=True)
class Part:
    """Modules that change together, with the tests that are run against each changed form. Paths are relative to the root."""

    name: str
    sources: tuple[str, ...]
    tests: tuple[str, ...]
    uses_database: bool = False

    def modules(self) -> Iterator[Path]:
        """The source files, in order; package markers hold nothing to change, and the rules' examples are tests themselves."""
        for pattern in self.sources:
            yield from (path for path in sorted(ROOT.glob(pattern)) if path.name not in ("__init__.py", "examples.py"))

    def test_files(self) -> list[Path]:
        """Every test file of the part."""
        return [path for pattern in self.tests for path in sorted(ROOT.glob(pattern))]


PARTS = {
    part.name: part
    for part in (
        Part("stats", ("edi_portal/stats/*.py",), ("tests/edi_portal/stats/test_*.py",)),
        Part("disclosure", ("edi_portal/disclosure/*.py",), ("tests/edi_portal/disclosure/test_*.py",)),
        Part("validation", ("kpis/validation/*.py",), ("tests/kpis/test_validation_*.py",)),
        Part(
            "permissions",
            ("organisations/roles.py", "organisations/permissions.py", "kpis/permissions.py", "steering/permissions.py"),
            (
                "tests/organisations/test_roles.py",
                "tests/organisations/test_permissions.py",
                "tests/organisations/test_memberships.py",
                "tests/organisations/test_delegations.py",
                "tests/kpis/test_return_permissions.py",
                "tests/kpis/test_return_services.py",
                "tests/kpis/test_sign_off.py",
                "tests/kpis/test_shared_work.py",
                "tests/kpis/test_around_return.py",
                "tests/steering/test_governance_permissions.py",
                "tests/steering/test_workstreams_actions.py",
                "tests/steering/test_group_meetings.py",
                "tests/steering/test_ratification.py",
                "tests/steering/test_panels.py",
                "tests/kpis/test_releases.py",
            ),
            uses_database=True,
        ),
        Part(
            "workflow",
            (
                "kpis/workflow.py",
                "kpis/return_changes.py",
                "kpis/services/returns.py",
                "kpis/services/return_saving.py",
                "kpis/services/return_digests.py",
                "kpis/services/collections.py",
                "kpis/services/extensions.py",
                "kpis/services/assignments.py",
                "kpis/services/waivers.py",
            ),
            (
                "tests/kpis/test_return_services.py",
                "tests/kpis/test_sign_off.py",
                "tests/kpis/test_shared_work.py",
                "tests/kpis/test_around_return.py",
                "tests/kpis/test_collection_services.py",
                "tests/kpis/test_workflow_table.py",
                "tests/kpis/test_return_steps.py",
                "tests/kpis/test_text_conflicts.py",
                "tests/kpis/test_snapshot_days.py",
                "tests/kpis/test_workbook_saving.py",
                "tests/kpis/test_validation_returns.py",
            ),
            uses_database=True,
        ),
    )
}
