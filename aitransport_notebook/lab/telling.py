"""What is told to who runs `lab`, a line each."""

from __future__ import annotations

import sys


def tell(line: str) -> None:
    """Print a line whole, and at once: several threads do."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
