"""The channel that a session is, over Ably's Python client; every edge of that client ends here."""
