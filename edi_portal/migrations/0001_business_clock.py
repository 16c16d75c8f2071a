"""The business clock's row and its SQL function."""

from datetime import timedelta

from django.db import migrations, models

FUNCTION = """
INSERT INTO edi_portal_businessclock (id, "offset") VALUES (1, interval '0');
CREATE FUNCTION business_now() RETURNS timestamptz LANGUAGE sql STABLE AS
$$ SELECT now() + coalesce((SELECT "offset" FROM edi_portal_businessclock WHERE id = 1), interval '0') $$;
"""
FUNCTION_BACK = "DROP FUNCTION business_now();"


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="BusinessClock",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("offset", models.DurationField(default=timedelta(0))),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("id", 1)),
                        name="business_clock_is_one_row",
                        violation_error_message="There is one business clock.",
                    )
                ]
            },
        ),
        migrations.RunSQL(FUNCTION, FUNCTION_BACK),
    ]
