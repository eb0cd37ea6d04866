"""Connections to sessions: where they are, who one is there, and by what right."""
