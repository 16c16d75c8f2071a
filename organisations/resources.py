"""Organisations by spreadsheet, as a django-import-export resource: a dry run that does everything and undoes it.

Each row passes the forms of the guided pages and then the same service, inside one transaction for the whole sheet.
"""

from typing import Any

import tablib
from django.core.exceptions import ValidationError
from import_export import fields, resources
from import_export.results import Result

from edi_portal.exceptions import BusinessError
from organisations.forms import FirstPeopleForm, OrganisationForm
from organisations.models import Kind, Organisation, Place, User
from organisations.services.onboarding import onboard_with_people

COLUMNS = (
    "name",
    "short_name",
    "kind",
    "ods_code",
    "place",
    "member_from",
    "headcount",
    "fte",
    "lead_name",
    "lead_email",
    "sponsor_name",
    "sponsor_email",
)
EXAMPLE = ("Example Hospitals NHS Trust", "Example Hospitals", "acute", "RZZ", "", "2020-01-01", "2400", "2100", "", "", "", "")


def choices() -> dict[str, list[str]]:
    """What the columns with a fixed list may hold."""
    return {"kind": list(Kind.values), "place": list(Place.objects.values_list("slug", flat=True))}


class OrganisationResource(resources.ModelResource):
    """One new organisation for each row."""

    name = fields.Field(column_name="name", attribute="name")
    short_name = fields.Field(column_name="short_name", attribute="short_name")

    class Meta:
        model = Organisation
        fields = ("name", "short_name")
        import_id_fields = ("short_name",)
        use_transactions = True
        force_init_instance = True
        skip_diff = True

    def before_import_row(self, row: dict[str, str], **options: Any) -> None:
        """Check the row with the forms; raises ValidationError with every finding of the row."""
        findings = {}
        for form in (OrganisationForm(data=row), FirstPeopleForm(data=row)):
            findings.update(form.errors.as_data())
        if findings:
            raise ValidationError(findings)

    def save_instance(self, instance: Organisation, is_create: bool, row: dict[str, str], **options: Any) -> None:
        """Add the organisation and invite its people through the service; a refusal becomes a finding of the row."""
        organisation, people = OrganisationForm(data=row), FirstPeopleForm(data=row)
        organisation.full_clean()
        people.full_clean()
        try:
            saved = onboard_with_people(new=organisation.to_new_organisation(), people=people.people(), by=options["by"])
        except BusinessError as error:
            raise ValidationError(str(error)) from error
        instance.pk, instance.slug = saved.pk, saved.slug


def import_rows(rows: list[dict[str, str]], *, by: User, dry_run: bool) -> Result:
    """Run the import; with `dry_run` everything is undone. A sheet with any finding changes nothing."""
    dataset = tablib.Dataset(headers=COLUMNS)
    dataset.extend([row[column] for column in COLUMNS] for row in rows)
    return OrganisationResource().import_data(
        dataset, dry_run=dry_run, raise_errors=False, rollback_on_validation_errors=True, by=by
    )
