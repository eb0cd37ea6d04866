"""Finding the user's running hub, or starting one as a process of its own."""
