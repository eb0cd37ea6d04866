"""Where in the conversation something that is sent belongs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sending:
    """Each part may be left out: what is sent then follows what the sender sees."""

    # The message that it follows, and the one that it is another version of.
    parent: str | None = None
    fork_of: str | None = None
    # The Run that it goes on with, or that it makes an end of.
    run_id: str | None = None
    supersedes: str | None = None
    role: str = "user"
