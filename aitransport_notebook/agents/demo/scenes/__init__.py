"""What the demo agent has to show: each scene turns what was asked into beats."""
