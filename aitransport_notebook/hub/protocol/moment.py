"""The time, as whoever runs the core passes it in."""

from __future__ import annotations

from typing import NamedTuple


class Moment(NamedTuple):
    """One moment on two clocks, in ms: a machine that sleeps or is put right moves only one."""

    # Since 1970, for what is dated: the end of a token.
    wall: int
    # Since some beginning, for how long something takes: it never goes back and never jumps.
    steady: int
