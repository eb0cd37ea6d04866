"""Pages: what a request asks of them, and the links from one to the next."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote, urlencode

from aitransport_notebook.errors import error_for
from aitransport_notebook.hub.protocol.log import Direction, Range
from aitransport_notebook.hub.protocol.serials import parse_serial

MOST = 1000
USUAL = 100
# What no link repeats: where the page began, and who asked for it.
SPENT = frozenset({"cursor", "key", "access_token", "accessToken", "rnd"})


def limit_of(query: Mapping[str, str]) -> int:
    limit = number(query, "limit", USUAL)
    if limit is None or not 1 <= limit <= MOST:
        raise error_for(
            40003, f"invalid limit {query.get('limit')!r}", hint=f"Ask for 1 to {MOST}."
        )
    return limit


def number(query: Mapping[str, str], name: str, default: int | None = None) -> int | None:
    text = query.get(name)
    if text is None or text == "":
        return default
    # A number of ms has 13 digits; nothing sensible has 19.
    if text.isascii() and text.removeprefix("-").isdigit() and len(text) < 19:
        return int(text)
    raise error_for(40003, f"invalid {name} {text[:40]!r}", hint="Give a whole number.")


def range_of(query: Mapping[str, str], usual: Direction = "backwards") -> Range:
    """Read what history is asked for; raise 40003 on what cannot be."""
    direction = query.get("direction") or usual
    if direction not in ("backwards", "forwards"):
        raise error_for(
            40003, f"invalid direction {direction[:40]!r}", hint="Use backwards or forwards."
        )
    start, end = number(query, "start"), number(query, "end")
    if start is not None and end is not None and start > end:
        raise error_for(40003, "start is after end", hint="Swap start and end.")
    attach_point = query.get("from_serial") or query.get("fromSerial")
    return Range(
        start=start,
        end=end,
        until=parse_serial(attach_point) if attach_point else None,
        cursor=number(query, "cursor"),
        direction="forwards" if direction == "forwards" else "backwards",
        limit=limit_of(query),
    )


def links(path_end: str, query: Mapping[str, str], cursor: int | str | None) -> dict[str, str]:
    """Return the Link header of a page. Clients split it at commas: none may stand in a link."""
    kept = {k: v for k, v in query.items() if k not in SPENT}

    def link(rel: str, params: Mapping[str, str]) -> str:
        return f'<./{path_end}?{urlencode(params, quote_via=quote, safe="")}>; rel="{rel}"'

    parts = [link("first", kept), link("current", {**kept, **_at(query.get("cursor"))})]
    if cursor is not None:
        parts.append(link("next", {**kept, "cursor": str(cursor)}))
    return {"Link": ", ".join(parts)}


def _at(cursor: str | None) -> dict[str, str]:
    return {"cursor": cursor} if cursor else {}
