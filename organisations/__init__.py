"""Who is who: organisations and their history, people and their roles, and the one answer to "may they?"."""
