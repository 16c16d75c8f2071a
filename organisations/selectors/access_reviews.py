"""Who has confirmed that roles are still needed, where this is due, and which roles to look at first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, QuerySet
from django.utils import timezone

from edi_portal.clock import business_today
from edi_portal.periods import Quarter
from organisations.access_review_rules import is_quiet, is_review_due
from organisations.models import AccessReview, Membership, Organisation


@dataclass(frozen=True, slots=True)
class ReviewState:
    """The review of one organisation, or of the roles outside organisations, as a page shows it."""

    last: AccessReview | None
    due: bool
    quarter: Quarter
    keys: tuple[int, ...]

    @property
    def roles(self) -> int:
        """How many roles there are to confirm."""
        return len(self.keys)

    @property
    def seen(self) -> str:
        """The keys of the roles on the page, as its form sends them back."""
        return ",".join(map(str, self.keys))

    @property
    def next_from(self) -> date:
        """The first day of the next quarter."""
        return self.quarter.next().first_day


@dataclass(frozen=True, slots=True)
class DueReview:
    """An organisation whose roles wait to be confirmed; without a slug, the roles outside organisations."""

    slug: str
    name: str
    last_on: date | None


def roles_to_review(organisation: Organisation | None) -> QuerySet[Membership]:
    """The roles in force at an organisation; without one, those held outside organisations."""
    return Membership.objects.in_force().filter(organisation=organisation)


def review_state(organisation: Organisation | None, shown: Iterable[Membership]) -> ReviewState:
    """When the roles were last confirmed, and whether they are to be again; `shown` are the roles on the page."""
    own = organisation.pk if organisation is not None else None
    last = AccessReview.objects.filter(organisation=organisation).select_related("reviewed_by").first()
    today = business_today()
    keys = tuple(sorted(row.pk for row in shown if row.organisation_id == own))
    due = bool(keys) and is_review_due(last.reviewed_on if last is not None else None, today)
    return ReviewState(last, due, Quarter.containing(today), keys)


def reviews_due(today: date) -> tuple[DueReview, ...]:
    """Where roles are held and nobody has confirmed them in the quarter of a day, by name. Two queries."""
    last: dict[int | None, date] = dict(
        AccessReview.objects.order_by().values_list("organisation").annotate(day=Max("reviewed_on"))
    )
    held = Membership.objects.in_force().order_by("organisation__short_name")
    where = held.values_list("organisation_id", "organisation__slug", "organisation__short_name").distinct()
    return tuple(
        DueReview(slug or "", name or "", last.get(key)) for key, slug, name in where if is_review_due(last.get(key), today)
    )


def quiet_roles(shown: Iterable[Membership]) -> frozenset[int]:
    """Keys of the roles whose holders have not signed in for long. For those who may end the roles, and nothing more exact."""
    now, today = timezone.now(), business_today()
    return frozenset(
        row.pk for row in shown if is_quiet(last_sign_in=row.user.last_login, held_since=row.valid_from, now=now, today=today)
    )
