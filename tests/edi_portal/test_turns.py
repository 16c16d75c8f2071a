"""Free addresses, and that two who add the same at the same moment get two of them."""

from datetime import date

import pytest

from edi_portal.turns import free_slug
from organisations.models import Organisation
from organisations.roles import Role
from strategies.models import PooledOffer
from strategies.services.pooled import OfferEntry, save_offer
from tests.kpis.test_two_at_once import at_once
from tests.organisations.factories import person

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("reference")]
OFFER = OfferEntry("post", "Data analyst", date(2020, 1, 20))


def offer_of(organisation: Organisation, by: object) -> PooledOffer:
    return save_offer(organisation=organisation, offer=None, entry=OFFER, seen_version=0, by=by)


def test_a_free_address_is_the_stem_or_the_stem_with_the_lowest_free_number() -> None:
    own = Organisation.objects.get(slug="mid-cheshire")
    lead = person(Role.EDI_LEAD, own)
    assert free_slug_of_offers() == "mid-cheshire-post"
    first, second, third = (offer_of(own, lead) for _ in range(3))
    assert [one.slug for one in (first, second, third)] == ["mid-cheshire-post", "mid-cheshire-post-2", "mid-cheshire-post-3"]
    PooledOffer.objects.filter(pk=second.pk).update(slug="mid-cheshire-posts")
    assert free_slug_of_offers() == "mid-cheshire-post-2"
    assert free_slug(PooledOffer, "elsewhere", always_numbered=True) == "elsewhere-1"


def free_slug_of_offers() -> str:
    return free_slug(PooledOffer, "mid-cheshire-post")


def test_two_equal_offers_at_once_have_two_addresses() -> None:
    own = Organisation.objects.get(slug="mid-cheshire")
    leads = [person(Role.EDI_LEAD, own) for _ in range(2)]
    for number in range(1, 4):
        ended = at_once(lambda: offer_of(own, leads[0]), lambda: offer_of(own, leads[1]))
        assert [one.refused for one in ended] == [None, None]
        assert PooledOffer.objects.count() == 2 * number
