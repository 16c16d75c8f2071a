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
