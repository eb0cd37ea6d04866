"""The demo agent: it follows a script, says so, and shows what a session can carry.

What it says is a pure function of what it was asked: chunks of the AI SDK, with pauses between
them that are values. Only `answer` sleeps.
"""
