"""The closed word lists of governance: domains, colours of plans, states of actions. Pure."""

from __future__ import annotations

from typing import Final

DOMAINS: Final = {"technical": "Technical", "cultural": "Cultural"}
"""The two domains of the work, in the order of the project document; key to label."""

RAG: Final = {"red": "Red", "amber": "Amber", "green": "Green", "none": "No plan yet"}
"""Where a workstream's plan stands. The word is printed; it is never a verdict on a figure."""

PROGRESS: Final = {"on_track": "On track", "behind": "Behind", "stuck": "Stuck, needs a decision"}
"""What an owner says of an action's progress."""

OUTCOMES: Final = {"done": "Done", "dropped": "Dropped"}
"""How an action ended."""

GROUP: Final = "Steering group"
"""Who owns what no single organisation owns."""
