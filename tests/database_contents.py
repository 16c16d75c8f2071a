"""What every test may count on in the database, kept as text to put it back after a test that really committed.

Loading it anew takes a second of a processor, each time; putting back the rows takes a tenth of that, with the same keys.
"""

from io import BytesIO

from django.db import connection, transaction

FOLLOWS = "audit_auditlink"
"""Written by a trigger of the audit trail, whose rows are put back."""

SEQUENCE = """
SELECT (SELECT pg_get_serial_sequence(quote_ident(table_name), column_name) FROM information_schema.columns
WHERE table_schema = current_schema AND column_name = 'id' AND table_name = %s)
"""
# A table that a test dropped and made again counts from the beginning. No sequence is set back: a key is used once in a run.
COUNT_ON = """
SELECT setval(sequence, greatest((SELECT coalesce(max(id), 1) FROM {table}), (SELECT last_value FROM {sequence})))
FROM (SELECT '{sequence}'::regclass AS sequence) AS one
"""
_kept: dict[str, bytes] = {}
_sequences: dict[str, str] = {}
COLUMNS = """
SELECT string_agg(quote_ident(column_name), ', ' ORDER BY ordinal_position) FROM information_schema.columns
WHERE table_schema = current_schema AND table_name = %s AND is_generated = 'NEVER'
"""


def keep() -> None:
    """Take down the rows of every table that a flush empties."""
    _kept.clear()
    _sequences.clear()
    with connection.cursor() as cursor:
        tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
        for table in tables - {FOLLOWS}:
            cursor.execute(COLUMNS, [table])
            named = f'"{table}" ({cursor.fetchone()[0]})'
            rows = BytesIO()
            cursor.copy_expert(f"COPY {named} TO STDOUT", rows)
            if rows.getvalue():
                _kept[named] = rows.getvalue()
                cursor.execute(SEQUENCE, [table])
                if sequence := cursor.fetchone()[0]:
                    _sequences[f'"{table}"'] = sequence


def put_back() -> None:
    """Fill the emptied tables again, in one transaction, so that rows may refer to later ones."""
    with transaction.atomic(), connection.cursor() as cursor:
        for named, rows in _kept.items():
            cursor.copy_expert(f"COPY {named} FROM STDIN", BytesIO(rows))
        cursor.execute(";".join(COUNT_ON.format(table=table, sequence=sequence) for table, sequence in _sequences.items()))
