"""The console: a live session in a cell of a notebook, and what Python can do with it."""
