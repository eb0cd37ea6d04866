"""Ably's own test suites against this hub, and what is known of each test that fails."""
