"""Questions about the group: terms in force, members whose term holds, whether a meeting may decide."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef

from steering.models import GroupMember, Meeting, TermsOfReference
from steering.quorum import Quorum, QuorumRule, Seat, quorum_of
from steering.vocabulary import SEATS

DEFAULT_RULE = QuorumRule(50, both_domains=True)
DEFAULT_MINUTES = 120
SEAT_ORDER = list(SEATS)


def terms_on(day: date) -> TermsOfReference | None:
    """The version in force on a day."""
    return TermsOfReference.objects.filter(in_force_from__lte=day).order_by("-in_force_from").first()


def members_on(day: date) -> list[GroupMember]:
    """The members whose term holds on a day, by seat. One query."""
    rows = GroupMember.objects.on(day).select_related("organisation", "workstream", "user")
    return sorted(rows, key=lambda row: (SEAT_ORDER.index(row.seat), row.role_holder, row.pk))


def former_members(day: date) -> list[GroupMember]:
    """Those whose term ended before a day, newest first. One query."""
    rows = GroupMember.objects.filter(valid_to__lt=day).select_related("organisation", "workstream", "user")
    return list(rows.order_by("-valid_to"))


def members_at(meeting: Meeting) -> tuple[list[GroupMember], set[int]]:
    """The members whose term holds on the day of a meeting, and the keys of those who were there. One query."""
    there = Meeting.attended.through.objects.filter(meeting=meeting, groupmember=OuterRef("pk"))
    rows = GroupMember.objects.on(meeting.held_on).select_related("organisation", "workstream").annotate(there=Exists(there))
    members = sorted(rows, key=lambda row: (SEAT_ORDER.index(row.seat), row.role_holder, row.pk))
    return members, {row.pk for row in members if row.there}


def quorum_at(meeting: Meeting, terms: TermsOfReference | None) -> Quorum:
    """Whether enough of the members were there on its day. One query."""
    return quorum_among(*members_at(meeting), terms)


def quorum_among(members: Iterable[GroupMember], there: set[int], terms: TermsOfReference | None) -> Quorum:
    """The same from members and the keys of those who were there."""
    rule = terms.quorum_rule if terms is not None else DEFAULT_RULE
    seats = [Seat(one.pk in there, one.workstream.domain if one.workstream else "") for one in members if one.counts]
    return quorum_of(rule, seats)
