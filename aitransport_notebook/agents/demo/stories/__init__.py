"""Conversations in which the agent plays a part: what it answers to which words, word for word."""
