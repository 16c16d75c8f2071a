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

LIKELIHOOD: Final = {1: "1 Rare", 2: "2 Unlikely", 3: "3 Possible", 4: "4 Likely", 5: "5 Almost certain"}
IMPACT: Final = {1: "1 Negligible", 2: "2 Minor", 3: "3 Moderate", 4: "4 Major", 5: "5 Catastrophic"}
"""The five steps of a risk's likelihood and impact, as NHS bodies score them."""

RISK_BANDS: Final = ((15, "Extreme"), (8, "High"), (4, "Moderate"), (1, "Low"))
"""Lowest score (likelihood × impact) of each band, highest first."""

SEATS: Final = {
    "chair": "Chair",
    "deputy": "Deputy chair",
    "member": "Member",
    "lived_experience": "Member with lived experience",
    "secretary": "Secretary, without a vote",
}
"""The seats of the steering group; the secretary does not count for the quorum."""

CONTRIBUTIONS: Final = {"lived_experience": "Lived experience", "cross_sector": "Another sector"}
"""Who brings something to a board."""

PROPOSALS: Final = {
    "priority": "Priority",
    "framework": "Common framework",
    "terms": "Terms of reference",
    "baseline": "Baseline of KPIs",
}
"""What the group proposes to the board and to each Healthwatch. The operating model keeps its own replies (`strategies`)."""

REPLIES: Final = {"ratified": "Ratified", "returned": "Returned with a reason"}
"""What a body answers to a proposal."""

BOARD: Final = "STP board"
"""The body that ratifies beside the Healthwatch of each place."""
