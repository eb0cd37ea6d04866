"""What travels on the channel: names, headers, and messages as Ably delivers them."""
