"""The embedded hub: one process that speaks Ably's realtime and REST protocols over SQLite."""
