"""Input that means harm, or makes no sense: what the hub answers, and that it stays whole."""
