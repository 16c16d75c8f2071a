"""The words of the shared operating model: its domains, levels and states. Pure."""

MODEL_DOMAINS: dict[str, str] = {
    "governance": "Governance",
    "capacity": "Capacity and capability",
    "talent": "Talent management and succession planning",
    "leadership": "Inclusive leadership",
}

LEVELS: dict[int, str] = {1: "Not begun", 2: "Begun", 3: "In place", 4: "Embedded", 5: "Leading"}
EVIDENCE_ABOVE = 1
HELPS_FROM, NEEDS_UP_TO = 4, 2

# Sums and counts over organisations are shown from this many on.
FEWEST_ORGANISATIONS = 3

# The parts of the agreed document, each a text of its own.
SECTIONS: dict[str, str] = {
    "purpose": "Purpose and principles",
    "governance": "Governance: who decides what",
    "capacity": "Capacity and capability: who does the work",
    "talent": "Talent management and succession planning",
    "leadership": "Inclusive leadership",
    "resources": "Shared posts, training and money",
}

RESOURCE_KINDS: dict[str, str] = {"post": "Shared post", "training": "Training places", "supplier": "Supplier"}
DECLINES: dict[str, str] = {
    "full": "Nothing is free",
    "later": "Not now; ask again later",
    "unfit": "It does not fit what you ask for",
}
PROJECT_STATES: dict[str, str] = {"idea": "Being prepared", "running": "Running", "finished": "Finished", "stopped": "Stopped"}
