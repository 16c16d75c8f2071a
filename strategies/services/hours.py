"""The only writer of the frozen totals of hours saved."""

from collections import defaultdict
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from edi_portal.audit.services import record
from edi_portal.disclosure.policy import Policy
from kpis.models.releases import Release
from organisations.selectors.people import blocks
from strategies.models import FrozenHours, Objective, SharedHours, SharedObjective
from strategies.shared_hours import Hours, frozen_totals


@transaction.atomic
def freeze_hours() -> int:
    """Freeze the hours with the newest published release, once; how many totals. Running it again does nothing."""
    release = Release.objects.published().order_by("-number").select_for_update(of=("self",)).first()
    if release is None or FrozenHours.objects.filter(release=release).exists():
        return 0
    frozen = FrozenHours.objects.create(release=release)
    texts = {text.slug: text for text in SharedObjective.objects.all()}
    found = frozen_totals(_hours_now(texts), _shown_before(), policy=Policy(**release.policy), accounts=blocks())
    SharedHours.objects.bulk_create(
        SharedHours(
            frozen=frozen,
            shared=texts[slug],
            total=None if one.total is None else int(one.total),
            basis={name: int(hours) for name, hours in one.basis.items()},
        )
        for slug, one in found.items()
    )
    record(action="shared_hours.frozen", by=None, subject=f"release:{release.number}", details={"totals": len(found)})
    return len(found)


def _hours_now(texts: dict[str, SharedObjective]) -> dict[str, Hours]:
    """Shared text → organisation → hours, of documents that were not replaced or ended."""
    hours: dict[str, dict[str, Decimal]] = {slug: {} for slug in texts}
    live = Objective.objects.filter(shared__isnull=False, document__successors__isnull=True, document__ended_on__isnull=True)
    rows = live.values("shared__slug", "document__organisation__slug").annotate(saved=Sum("hours_saved"))
    for row in rows.order_by():
        if row["saved"]:
            hours[row["shared__slug"]][row["document__organisation__slug"]] = Decimal(row["saved"])
    return dict(hours)


def _shown_before() -> dict[str, list[Hours]]:
    shown: dict[str, list[Hours]] = defaultdict(list)
    rows = SharedHours.objects.filter(total__isnull=False).select_related("shared").order_by("frozen__release__number")
    for row in rows:
        basis = {name: Decimal(hours) for name, hours in row.basis.items()}
        if basis not in shown[row.shared.slug]:
            shown[row.shared.slug].append(basis)
    return shown
