"""The right to import packs of ward figures."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("organisations", "0017_recovery_codes_hashed"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="organisation",
            options={
                "default_permissions": (),
                "ordering": ["short_name"],
                "permissions": [
                    ("view_return", "See the return and its exact figures"),
                    ("edit_return", "Enter figures in the return"),
                    ("submit_return", "Send the return to the sponsor"),
                    ("sign_off_return", "Sign off the return or send it back"),
                    ("add_bespoke_kpi", "Add a KPI for the own organisation"),
                    ("view_registers", "See the registers of networks and EDI posts whole"),
                    ("keep_registers", "Keep the registers of networks and EDI posts"),
                    ("view_people", "See who holds a role at the organisation"),
                    ("manage_people", "Invite people, and end or withdraw their roles"),
                    ("view_released_steering", "Read released figures of the steering tier"),
                    ("view_released_board", "Read released figures of the board tier"),
                    ("view_released_public", "Read released figures of the public tier"),
                    ("view_overview", "See the overview of KPIs and organisations"),
                    ("adopt_kpi", "Adopt an organisation's own KPI for everyone"),
                    ("edit_framework", "Write the common framework, and judge which objectives say the same"),
                    ("confirm_self_assessment", "Confirm the self-assessment against the shared operating model"),
                    ("write_operating_model", "Write the shared operating model, its options and its plan"),
                    ("grant_waiver", "Set a rule aside for one organisation until a day"),
                    ("rebase_series", "Start the usual range of a series anew, with a reason"),
                    ("view_arrivals", "See which returns have arrived, and remind people"),
                    ("manage_collections", "Open collections, set dates and grant extensions"),
                    ("prepare_release", "Prepare a release and propose it"),
                    ("publish_release", "Confirm a release that another admin proposed"),
                    ("onboard", "Add, merge and close organisations"),
                    ("view_audit", "Read the audit trail"),
                    ("view_jobs", "See background work"),
                    ("decide_meanings", "Approve what organisations say that values of their files mean"),
                    ("keep_ward_packs", "Import packs of ward figures, withdraw them and bring them back"),
                    ("view_workstreams", "Read the workstreams, and what was proposed and ratified"),
                    ("view_actions", "See the actions that concern the organisation"),
                    ("keep_actions", "Raise actions of the organisation, and report on them"),
                    ("view_governance", "Read risks, meetings and decisions of the steering group"),
                    ("govern", "Decide with the steering group: workstreams, actions, risks, meetings, proposals"),
                    ("ratify", "Ratify what the steering group proposes, or return it with a reason"),
                    ("score_panels", "Score EDS outcomes beside the organisation, and comment, for the Healthwatch of a place"),
                    ("view_reports", "Read published assurance reports"),
                    ("write_report", "Write assurance reports and propose them"),
                    ("publish_report", "Publish an assurance report that another person proposed"),
                ],
            },
        ),
    ]
