"""Scores, comments and answers of EDS panels stay as they were given: a later one is added beside them."""

from django.db import migrations

TABLES = ("steering_panelscore", "steering_panelcomment", "steering_panelanswer")
GUARDS = """
CREATE FUNCTION panel_row_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'A score, a comment or an answer of a panel does not change.' USING ERRCODE = 'restrict_violation';
END $$;
""" + "".join(
    f"CREATE TRIGGER panel_row_stays BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION panel_row_stays();\n"
    for table in TABLES
)
GUARDS_BACK = "".join(f"DROP TRIGGER panel_row_stays ON {table};\n" for table in TABLES) + "DROP FUNCTION panel_row_stays();"


class Migration(migrations.Migration):
    dependencies = [("steering", "0007_panels")]
    operations = [migrations.RunSQL(GUARDS, GUARDS_BACK)]
