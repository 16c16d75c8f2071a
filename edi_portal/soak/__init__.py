"""A simulated year on a portal of its own: `make soak`."""
