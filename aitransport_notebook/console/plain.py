"""Texts and names in which nothing commands a terminal, and nothing turns the letters around."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import Any, Final

from aitransport_notebook.runs.authors import Author

# Those of C0 and C1 that a terminal obeys, what breaks a line beside \n, and what turns letters.
_COMMANDS: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
LONGEST_NAME = 80
# More than a person reads of what a tool was given, or gave.
LONGEST_VALUE = 4000


def plain(text: str) -> str:
    """Return a text without what a terminal would obey, or what hides the order of its letters."""
    return _COMMANDS.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def one_line(text: str, longest: int = LONGEST_NAME) -> str:
    """Return a text on one line, clipped."""
    return plain(clip(" ".join(text.split()), longest))


def clip(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[:longest]}…"


def shown(value: Any) -> str:
    """Return a value as text or JSON, clipped."""
    if isinstance(value, str):
        return clip(value, LONGEST_VALUE)
    return clip(json.dumps(value, ensure_ascii=False, indent=2, default=repr), LONGEST_VALUE)


def who_is(author: Author, otherwise: str = "somebody") -> str:
    """Return a verified name, and the verified role where a token says one."""
    name = one_line(author.client_id or "") or otherwise
    role = one_line(author.role or "", 24)
    return name if role in ("", name) else f"{name} ({role})"


def when(at: int | None) -> str:
    """Return a time, after a comma; nothing where it is not known."""
    if at is None:
        return ""
    try:
        return f", {datetime.fromtimestamp(at / 1000, UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError, OSError):
        # No calendar has it: only what is no server of ours says so.
        return ""
