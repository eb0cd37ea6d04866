"""The conversation: all that was said, with every branch, and what one reader sees of it."""
