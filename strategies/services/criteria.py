"""Loads the criteria of the shared operating model: each version once, none is ever changed."""

import tomllib
from typing import Any

from django.db import transaction

from edi_portal.audit.services import record
from strategies.models import CriteriaVersion, Criterion
from strategies.services.reference import FOLDER
from strategies.shared_model.vocabulary import LEVELS, MODEL_DOMAINS

FEWEST_PER_DOMAIN = 4


@transaction.atomic
def load_criteria(content: dict[str, Any] | None = None) -> int:
    """Add the version of the reference file where it is not there yet; how many criteria were added.

    Raises ValueError for a file that does not hold together, before anything is written.
    """
    content = content or tomllib.loads((FOLDER / "operating_model.toml").read_text(encoding="utf-8"))
    if CriteriaVersion.objects.filter(number=content["version"]).exists():
        return 0
    rows = content["criteria"]
    _check(rows)
    version = CriteriaVersion.objects.create(
        number=content["version"], in_force_from=content["in_force_from"], note=content.get("note", "")
    )
    Criterion.objects.bulk_create(Criterion(criteria=version, position=place, **row) for place, row in enumerate(rows, start=1))
    record(action="reference.loaded", by=None, subject="reference:operating-model", details={"criteria": len(rows)})
    return len(rows)


def _check(rows: list[dict[str, Any]]) -> None:
    per_domain = {domain: [row for row in rows if row["domain"] == domain] for domain in MODEL_DOMAINS}
    if few := [domain for domain, found in per_domain.items() if len(found) < FEWEST_PER_DOMAIN]:
        raise ValueError(f"Each domain needs at least {FEWEST_PER_DOMAIN} criteria; fewer in: {', '.join(few)}.")
    if len({row["key"] for row in rows}) != len(rows):
        raise ValueError("Two criteria have the same key.")
    if odd := [row["key"] for row in rows if len(row["levels"]) != len(LEVELS) or row["domain"] not in MODEL_DOMAINS]:
        raise ValueError(f"Not five levels, or an unknown domain: {', '.join(odd)}.")
