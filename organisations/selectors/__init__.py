"""Answers about organisations and people that join several tables."""
