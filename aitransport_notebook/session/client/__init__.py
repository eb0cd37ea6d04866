"""The side of a session that asks."""
