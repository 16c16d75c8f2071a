"""Pages about organisations, people, roles, invitations and the demonstration."""
