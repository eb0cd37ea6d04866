"""What somebody says who wants harm, in every field that a message has."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from random import Random
from typing import Any

from tests.interop import chunks

# Whatever is executed leaves a mark on the page; whatever is loaded asks for this host.
HARM = "window.harmed=1"
OUT = "http://elsewhere.invalid"

HTML = (
    f"<img src=x onerror={HARM}><script>{HARM}</script><svg onload={HARM}></svg>"
    f"<iframe srcdoc='<script>parent.{HARM}</script>'></iframe><details open ontoggle={HARM}>"
    f"<style>@import '{OUT}/style.css'</style><link rel=stylesheet href='{OUT}/link.css'>"
    f"<img src='{OUT}/html.png'><base href='{OUT}/'><form action=javascript:{HARM}><button>"
)
MARKDOWN = "\n\n".join(
    (
        f"![tracker]({OUT}/markdown.png)",
        f"![ref][1]\n\n[1]: {OUT}/reference.png",
        f"[press](javascript:{HARM}) [data](data:text/html,<script>{HARM}</script>)",
        f"[blank](&#106;avascript:{HARM}) [tab](java\tscript:{HARM}) <javascript:{HARM}>",
        f"[vb](vbscript:{HARM}) [file](file:///etc/passwd) [blob](blob:null/1)",
        f"`code <script>{HARM}</script>`",
        f'```html onload="{HARM}"\n<script>{HARM}</script>\n```',
        f"```mermaid\nclick A '{OUT}'\n```",
        f'| <img src=x onerror={HARM}> | <b onclick="{HARM}">x</b> |\n|---|---|\n| {HTML} | 1 |',
        f"$\\href{{javascript:{HARM}}}{{x}}$ \\(\\url{{{OUT}}}\\)",
        "> " * 400 + "deep",
        "- " * 200 + "deep",
        "[" * 5000,
        "*" * 5000 + "a",
        "`" * 5001,
    )
)
# Right to left, isolates that are never closed, zero width, a null, lone surrogates' stand-in.
ODD = "\u202egpj.exe\u2066\u200b\u200d\ufeff\u0000\ufffd\u0301\u0301 \u05d0\u05d1\u05d2 end"
LONG = "x" * 200_000
TEXTS = (HTML, MARKDOWN, ODD, LONG, "\n" * 3000, "\u0301" * 5000)

LINKS = (
    f"javascript:{HARM}",
    f"JaVaScRiPt:{HARM}",
    f" java\nscript:{HARM}",
    f"data:text/html,<script>{HARM}</script>",
    f"data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='{HARM}'/>",
    f"{OUT}/linked.png",
    f"//{OUT[7:]}/relative.png",
    "file:///etc/passwd",
    "blob:http://127.0.0.1/1",
    "not a link at all",
    "",
)
MEDIA = ("image/png", "image/svg+xml", "text/html", f'image/png" onerror="{HARM}', "")
ODD_VALUES: tuple[Any, ...] = (
    None,
    0,
    [],
    {"__proto__": {"harmed": 1}, "constructor": {"prototype": 1}, "toString": 1},
    {"$$typeof": "Symbol(react.element)", "type": "script", "props": {"children": HARM}},
    {"dangerouslySetInnerHTML": {"__html": HTML}, "html": HTML},
    {"a": [{"b": [{"c": [[[[[[[[[[[[HTML]]]]]]]]]]]]}]}]},
    list(range(3000)),
)


def reply(number: int) -> list[chunks.Chunk]:
    """Return one of the replies: all of them together have everything in every field."""
    text = TEXTS[number % len(TEXTS)]
    link, value = LINKS[number % len(LINKS)], ODD_VALUES[number % len(ODD_VALUES)]
    media, name = MEDIA[number % len(MEDIA)], (HTML, ODD, "tool")[number % 3]
    return chunks.message(
        chunks.reasoning(text[:20_000]),
        chunks.text(text[:60_000]),
        chunks.call(name[:200], f"call-{number}", value, '{"a": "', HTML, title=HTML),
        chunks.output(f"call-{number}", {"html": HTML, "value": value}),
        chunks.call(name[:200], f"bad-{number}", {"text": text[:2000]}, dynamic=True),
        chunks.output_error(f"bad-{number}", HTML + ODD, dynamic=True),
        chunks.call(name[:200], f"ask-{number}", {"command": HTML, "value": value}),
        chunks.asks_approval(f"ask-{number}", f"approval-{number}"),
        [
            {"type": "file", "mediaType": media, "url": link},
            {"type": "source-url", "sourceId": HTML, "url": link, "title": HTML},
            {
                "type": "source-document",
                "sourceId": ODD,
                "mediaType": media,
                "title": MARKDOWN[:500],
                "filename": ODD,
            },
            {"type": f"data-{HTML}", "id": HTML, "data": value},
        ],
        id=f"reply-{number}",
    )


# How many replies it takes.
REPLIES = len(LINKS)

# No name has a NUL in it.
ODD_NAME = ODD.replace("\0", "")
SESSION = f"<img/src=x/onerror={HARM}>\u202egpj.exe\u200b"
CLIENT = f"<b onclick={HARM}>ann</b>{ODD_NAME}"
# Links are made for printable names alone.
PRINTABLE = f"<b onclick={HARM}>ann</b>\u0301\u0301 \u05d0\u05d1"
ROBOT = f"operator\u202e<script>{HARM}</script>"
CLAIM: dict[str, Any] = {
    "role": f"lead\u202e<script>{HARM}</script>",
    "name": HTML[:200],
    HTML[:80]: [ODD_NAME],
    "__proto__": {"harmed": 1},
}
PRESENT: tuple[Any, ...] = (
    {"status": HTML, "typing": HTML, "runs": [HTML, 1, None]},
    {"status": ODD, "isTyping": True, "runs": HTML},
    HTML,
    ODD_VALUES,
)


def question(number: int) -> dict[str, Any]:
    """Return what a user asks who wants harm, with files."""
    link = LINKS[number % len(LINKS)]
    return {
        "parts": [
            {"type": "text", "text": TEXTS[number % len(TEXTS)][:3000]},
            {"type": "text", "text": f"question {number} {HTML} {ODD}"},
            {
                "type": "file",
                "mediaType": MEDIA[number % len(MEDIA)],
                "url": link,
                "filename": HTML,
            },
        ],
        "metadata": {"author": HTML, "name": ODD, "html": ODD_VALUES[number % len(ODD_VALUES)]},
    }


def broken(wires: Sequence[dict[str, Any]], seed: int) -> list[dict[str, Any]]:
    """Return messages of a channel with something in each that nobody expects there."""
    chance = Random(seed)
    spoiled = []
    for wire in wires:
        name = chance.choice(sorted(wire))
        spoiled.append({**wire, name: _spoiled(deepcopy(wire[name]), chance)})
    return spoiled + [
        {"name": name, "data": value, "extras": extras}
        for name in NAMES
        for value in (HTML, *ODD_VALUES[:3])
        for extras in ODD_EXTRAS
    ]


NAMES = (
    *("ai-input", "ai-output", "ai-run-start", "ai-run-end", "ai-step-start", "ai-cancel"),
    *("ai-run-suspend", "handoff", HTML[:100], "__proto__", "toString"),
)
ODD_EXTRAS: tuple[dict[str, Any], ...] = (
    {},
    {"ai": HTML},
    {"ai": {"transport": HTML, "codec": []}},
    {"ai": {"transport": {"run-id": "__proto__", "codec-message-id": "constructor"}, "codec": {}}},
    {"ai": {"transport": {"run-id": HTML, "role": 5, "stream": None}, "codec": {"kind": 7}}},
)
_HOSTILE: tuple[Any, ...] = (HTML, ODD_NAME, "__proto__", "", None, True, -1, 1e300, [], {}, [[]])


def _spoiled(value: Any, chance: Random) -> Any:
    """Put something else in one place of a value, however deep."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        name = chance.choice(sorted(value))
        return {**value, name: _spoiled(value[name], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        at = chance.randrange(len(value))
        return [*value[:at], _spoiled(value[at], chance), *value[at + 1 :]]
    return chance.choice(_HOSTILE)
