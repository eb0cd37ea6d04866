"""Runs: how they are asked for, told of, cancelled and steered. Rules and messages, no I/O."""
