"""A year of the demonstration in minutes: what happens on which day, who does it, and what must hold afterwards (`make soak`)."""
