"""Who is asking, and what they may do: keys, tokens, JWTs and capabilities as pure rules."""
