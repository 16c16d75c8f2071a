"""Free text that others may read only after somebody has looked at it: the gate, its queue and its record."""
