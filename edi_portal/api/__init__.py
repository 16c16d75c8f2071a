"""What every address of the API shares: problems, pages, tags, limits, replays, CSV and the schema. Knows no app."""
