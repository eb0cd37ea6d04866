"""The `lab` command: all that there is to see, started together, and ended together."""
