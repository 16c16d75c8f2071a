"""How far strategies agree: similar objectives, themes covered, and the state of a document. Pure, deterministic, offline."""
