"""Which files of tests come when, where several run at the same time.

A browser takes a processor for itself, and most other tests only wait: they go best side by side.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

# What takes long does not begin at the end, when nothing is left to run beside it.
_WITHIN = 0.8


def spread(busy: Sequence[Path], calm: Sequence[Path]) -> list[Path]:
    """Return all of them, each kind in its own order, the busy ones evenly among the first."""
    step = len(calm) * _WITHIN / max(1, len(busy))
    places = [(at * step, path) for at, path in enumerate(busy)]
    places += [(float(at), path) for at, path in enumerate(calm)]
    return [path for _, path in sorted(places, key=lambda place: place[0])]
