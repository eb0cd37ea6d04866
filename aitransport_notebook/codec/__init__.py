"""What is said in a conversation, and how each kind of it is written on the wire."""
