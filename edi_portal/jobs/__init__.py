"""Background work as rows: PostgreSQL is the truth, Redis is a doorbell."""
