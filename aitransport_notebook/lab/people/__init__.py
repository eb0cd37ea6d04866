"""The people of the demo, and the agents that answer them, each with a connection of their own."""
