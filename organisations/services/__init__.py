"""The only writers of organisations, people and roles."""
