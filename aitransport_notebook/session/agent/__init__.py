"""The side of a session that answers."""
