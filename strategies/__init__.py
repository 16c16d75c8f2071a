"""What organisations promised: strategies, objectives, the common framework."""
