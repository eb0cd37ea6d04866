"""A few characters that tell whether two values of JSON are the same, in any language.

Its twin is js/tests/cases/digest.ts.
"""

from __future__ import annotations

import json
from typing import Any
from zlib import crc32


def digest(value: Any) -> str:
    return f"{crc32(_canonical(value).encode('ascii')):08x}"


def _canonical(value: Any) -> str:
    if isinstance(value, dict):
        pairs = (f"{json.dumps(key)}:{_canonical(value[key])}" for key in sorted(value))
        return f"{{{','.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{','.join(map(_canonical, value))}]"
    if isinstance(value, int | float) and not isinstance(value, bool):
        # Languages write numbers each in its way: thousandths are enough, as whole ones.
        return str(int(value * 1000))
    return json.dumps(value)
