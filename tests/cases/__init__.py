"""Recorded cases, which the folds of both languages have to show alike."""
