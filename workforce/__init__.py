"""The people who do EDI and the voice of staff: networks, posts, learning, interviews."""
