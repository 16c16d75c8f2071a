"""Governance and assurance: workstreams, actions, decisions, reports."""
