"""Serials: one strictly growing number per operation, and its text form.

A number is `milliseconds * 1000 + counter`, so it carries its own time, sorts by age, and fits
SQLite's row id. Its text form sorts the same way, as clients compare serials as text.
"""

from __future__ import annotations

from aitransport_notebook.errors import error_for

PER_MS = 1000


def next_seq(previous: int, now: int) -> int:
    """Return the number of the next operation: at `now` ms, but always after `previous`."""
    return max(now * PER_MS, previous + 1)


def time_of(seq: int) -> int:
    """Return the milliseconds at which the operation was numbered."""
    return seq // PER_MS


def format_serial(seq: int, series: str) -> str:
    """Write a number as a serial.

    >>> format_serial(1795185759595_007, "3e06b1c737")
    '01795185759595-007@3e06b1c737:000'
    """
    return f"{seq // PER_MS:014d}-{seq % PER_MS:03d}@{series}:000"


def parse_serial(text: str) -> int:
    """Read a serial's number, whatever its series; raise 40003 if it is none.

    >>> parse_serial("01795185759595-007@3e06b1c737:000")
    1795185759595007
    """
    head, at, _ = text.partition("@")
    millis, dash, counter = head.partition("-")
    if (
        at
        and dash
        and len(millis) == 14
        and len(counter) == 3
        and (millis + counter).isascii()
        and (millis + counter).isdigit()
    ):
        return int(millis) * PER_MS + int(counter)
    raise error_for(40003, f"invalid serial {text[:80]!r}", hint="Pass a serial as received.")
