"""Two portal admins at the pages of one release: each button does what it says, and what is refused stays typed."""

import html

import pytest
from django.test import Client
from django.urls import reverse

from edi_portal.audit.models import AuditEvent
from edi_portal.exceptions import Incomplete, InvalidTransition, NotAllowed
from kpis.models.collections import Collection
from kpis.models.releases import Release, ReleaseStatus
from kpis.release_content import ReleaseRefusedError
from kpis.services import releases
from organisations.models import User
from organisations.roles import Role
from tests.kpis.release_world import closed_collection, people, shrink_partnership
from tests.organisations.factories import person, signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference")]


@pytest.fixture
def team() -> tuple[User, User, User, User]:
    """A lead, a sponsor, two portal admins."""
    shrink_partnership()
    return people()


@pytest.fixture
def release(team: tuple[User, User, User, User]) -> Release:
    return releases.prepare_release(collection=closed_collection("2019-20-q2", lead=team[0], sponsor=team[1]))


def sent(client: Client, page: str, release: Release, **typed: str) -> tuple[int, str]:
    answer = client.post(reverse(f"releases:{page}", args=[release.pk]), typed, follow=True)
    return answer.status_code, html.unescape(answer.content.decode())


def status(release: Release) -> str:
    release.refresh_from_db()
    return release.status


def test_who_proposes_a_release_that_is_proposed_meanwhile_does_not_publish_it(release: Release) -> None:
    first, second = (signed_in(person(Role.PORTAL_ADMIN)) for _ in range(2))
    address = reverse("releases:publish", args=[release.pk])
    for client in (first, second):
        assert 'value="propose">Propose this release' in client.get(address).content.decode()
    assert "A second portal admin confirms it." in sent(first, "publish", release, doing="propose")[1]
    code, page = sent(second, "publish", release, doing="propose")
    assert (code, status(release)) == (409, ReleaseStatus.PROPOSED) and "so it cannot be proposed" in page
    assert "You proposed this release." in first.get(address).content.decode()
    assert sent(first, "publish", release, doing="publish")[0] == 403 and status(release) == ReleaseStatus.PROPOSED
    assert 'value="publish">Confirm and publish' in second.get(address).content.decode()
    assert "Release 1 is published." in sent(second, "publish", release, doing="publish")[1]
    assert sent(second, "publish", release, doing="publish")[0] == 409 and status(release) == ReleaseStatus.PUBLISHED


def test_a_release_is_discarded_with_a_reason_and_only_before_it_is_published(release: Release) -> None:
    admin, second = person(Role.PORTAL_ADMIN), person(Role.PORTAL_ADMIN)
    client = signed_in(admin)
    code, page = sent(client, "discard", release, reason="  ")
    assert code == 422 and "Enter" in page and status(release) == ReleaseStatus.PREPARED
    with pytest.raises(Incomplete, match="Say why this release is discarded"):
        releases.discard_release(release=release, by=admin, reason=" ")
    with pytest.raises(NotAllowed):
        releases.discard_release(release=release, by=person(Role.STEERING_MEMBER), reason="Why not")
    releases.propose_release(release=release, by=admin)
    assert "Nothing was published." in sent(client, "discard", release, reason="A return is late.")[1]
    assert status(release) == ReleaseStatus.DISCARDED and release.number is None
    assert list(AuditEvent.objects.filter(action="release.discarded").values_list("actor", "subject")) == [
        (admin.pk, "release:2019-20-q2/1")
    ]
    assert release.discard_reason == "A return is late."
    page = client.get(reverse("releases:publish", args=[release.pk])).content.decode()
    assert "Why it was discarded: A return is late." in page and "Release None" not in page
    again = releases.prepare_release(collection=release.collection)
    assert again.pk != release.pk and again.fingerprint == release.fingerprint, "it is made anew from the same returns"
    releases.publish_release(release=releases.propose_release(release=again, by=admin), by=second)
    code, page = sent(client, "discard", again, reason="Too late.")
    assert code == 409 and "not published yet can be discarded" in page and status(again) == ReleaseStatus.PUBLISHED
    with pytest.raises(InvalidTransition, match="Published"):
        releases.propose_release(release=again, by=admin)


@pytest.mark.parametrize(("cells", "said"), [(2, "safe: cell 0; cell 1."), (12, "cell 9; and 2 more.")])
def test_a_refusal_names_at_most_ten_cells_and_what_to_do(release: Release, cells: int, said: str) -> None:
    collection = Collection.objects.get(pk=release.collection_id)
    names = [f"cell {number}" for number in range(cells)]
    words = releases.refusal_in_words(ReleaseRefusedError(names), collection)
    assert said in words and words.endswith("can be left out of the definitions.")
    changed = releases.refusal_in_words(ReleaseRefusedError(names, changed=["One trust"]), collection)
    assert said in changed and "Only One trust changed" in changed and "data protection" not in changed
