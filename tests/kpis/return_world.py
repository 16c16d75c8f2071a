"""People around one return of one trust, for tests of shared work and of the signature."""

from dataclasses import dataclass

from kpis.models.returns import KpiReturn
from kpis.selectors.returns import content_of
from kpis.services import returns
from organisations.models import Organisation, User
from organisations.roles import Role
from tests.kpis.factories import fill, open_collection, plain_values
from tests.organisations.factories import person

GRID = "recruitment_ethnicity"
SECTION = "workforce-standards"


@dataclass(frozen=True)
class ReturnWorld:
    """A draft in an open collection, and who works on it."""

    organisation: Organisation
    draft: KpiReturn
    lead: User
    recruiter: User
    learning: User
    anybody: User
    sponsor: User
    stranger: User

    def filled(self) -> KpiReturn:
        """The draft with every cell, every query explained."""
        fill(self.draft, plain_values(self.organisation, self.draft.quarter))
        for finding in content_of(self.draft).open_queries:
            returns.explain(kpi_return=self.draft, finding=finding.key, text="Checked with the data owner.", by=self.lead)
        self.draft.refresh_from_db()
        return self.draft

    def sent(self) -> KpiReturn:
        """The filled draft with the sponsor."""
        return returns.submit_return(kpi_return=self.filled(), by=self.lead)

    def signed(self, by: User | None = None) -> KpiReturn:
        """The sent return, signed."""
        kpi_return = self.sent()
        signer = by or self.sponsor
        return returns.sign_off_return(
            kpi_return=kpi_return,
            by=signer,
            statement=returns.statement_for(kpi_return, signer),
            seen_hash=returns.content_hash(kpi_return),
        )


def return_world() -> ReturnWorld:
    """Make it."""
    organisation = Organisation.objects.get(slug="countess-of-chester")
    other = Organisation.objects.get(slug="east-cheshire")
    return ReturnWorld(
        organisation=organisation,
        draft=KpiReturn.objects.create(collection=open_collection("2019-20-q3"), organisation=organisation),
        lead=person(Role.EDI_LEAD, organisation),
        recruiter=person(Role.CONTRIBUTOR, organisation, area="recruitment"),
        learning=person(Role.CONTRIBUTOR, organisation, area="learning"),
        anybody=person(Role.CONTRIBUTOR, organisation),
        sponsor=person(Role.EXECUTIVE_SPONSOR, organisation),
        stranger=person(Role.EDI_LEAD, other),
    )
