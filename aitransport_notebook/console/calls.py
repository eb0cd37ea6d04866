"""Tool calls to be read: where they stand in words, and what people said to them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from aitransport_notebook.console.changes import changes_between
from aitransport_notebook.console.plain import clip, one_line, plain, shown, when, who_is
from aitransport_notebook.runs.answers import APPROVED, DENIED, FAILURE, RESULT, CallAnswer
from aitransport_notebook.tree.nodes import ACTIVE, SUSPENDED

DECISION = "decision"
_OPEN = frozenset({ACTIVE, SUSPENDED})
_WORDS = {
    APPROVED: "Approved",
    DENIED: "Denied",
    RESULT: "Answered",
    FAILURE: "Said to have failed",
}
_COUNTED = {None: "", True: " (counted)", False: " (not counted)"}
_LONGEST_REASON = 4000
_APPROVALS: dict[Any, str] = {"approved": "approval-responded", "pending": "approval-requested"}
_DECIDED: dict[Any, bool] = {"approved": True, "denied": False}


class Block(NamedTuple):
    """A piece of a message: what an author said, or else something with a title."""

    kind: str
    text: str
    title: str = ""


class Call(NamedTuple):
    """A tool call; `state` is in the words of the AI SDK."""

    call_id: str
    name: str
    state: str
    input: Any = None
    # What came of it, line by line.
    told: tuple[str, ...] = ()
    preliminary: bool = False
    of_provider: bool = False
    # What became of the request for an approval, as the message has it.
    approved: bool | None = None
    reason: str | None = None
    arguments: Any = None

    @classmethod
    def of_part(cls, part: Mapping[str, Any], name: str) -> Call:
        """Read a call out of one of the AI SDK's messages."""
        told = []
        if "output" in part:
            told.append(f"→ {shown(part['output'])}")
        if isinstance(part.get("errorText"), str):
            told.append(f"→ error: {part['errorText']}")
        approval = part.get("approval")
        known = approval if isinstance(approval, Mapping) else {}
        return cls(
            str(part.get("toolCallId")),
            name,
            str(part.get("state")),
            part.get("input"),
            tuple(told),
            part.get("preliminary") is True,
            part.get("providerExecuted") is True,
            _truth(known.get("approved")),
            _text(known.get("reason")),
            known.get("arguments"),
        )

    @classmethod
    def of_item(
        cls, item: Mapping[str, Any], beside: Mapping[str, Any], output: Mapping[str, Any] | None
    ) -> Call:
        """Read a call out of one of OpenAI's items, what stands beside it, and its output."""
        failed, approval = beside.get("result") == "failed", beside.get("approval")
        if failed:
            state = "output-error"
        elif approval == "denied":
            state = "output-denied"
        elif output is not None:
            state = "output-available"
        else:
            state = _APPROVALS.get(approval, "input-available")
        # What a denied call returns is only the reason, for the model to read.
        told = output is not None and approval != "denied"
        arrow = "→ error: " if failed else "→ "
        return cls(
            str(item.get("call_id")),
            str(item.get("name") or ""),
            state,
            _parsed(item.get("arguments")),
            (f"{arrow}{shown((output or {}).get('output'))}",) if told else (),
            approved=_DECIDED.get(approval),
            reason=_text(beside.get("reason")),
            arguments=beside.get("edited"),
        )

    def awaits(self, status: str | None) -> str | None:
        """Return what only a person can say now: "approval" or "answer"."""
        if self.state == "approval-requested":
            return "approval" if status in _OPEN else None
        # While its agent works it may be running the tool itself.
        is_open = self.state == "input-available" and status == SUSPENDED
        return "answer" if is_open and not self.of_provider else None

    def standing(self, status: str | None) -> str:
        """Return where it stands, where its Run has this status."""
        is_over = status is not None and status not in _OPEN
        match self.state:
            case "input-streaming":
                return "no result" if is_over else "writing the arguments"
            case "input-available":
                if self.awaits(status):
                    return "waits for an answer"
                return "no result" if is_over else "running"
            case "approval-requested":
                return "waits for approval" if self.awaits(status) else "not decided"
            case "approval-responded":
                return "denied" if self.approved is False else "approved"
            case "output-available":
                return "result so far" if self.preliminary else "done"
        return {"output-error": "failed", "output-denied": "denied"}.get(self.state, self.state)


def blocks_of(call: Call, status: str | None, answers: Sequence[CallAnswer]) -> Iterator[Block]:
    """Yield a call, and what people said to it."""
    words = "\n".join([shown(call.input), *call.told])
    name = one_line(call.name) or "a tool without a name"
    yield Block("tool", words, f"{name} ({one_line(call.standing(status))})")
    for answer in answers:
        by = f" by {who_is(answer.by)}{when(answer.at)}{_COUNTED[answer.counted]}"
        yield _decision(call, answer.kind, by, answer.reason, answer.arguments)
    if not answers and call.approved is not None:
        # Nobody said anything: the agent decided by itself, or it is not known here who did.
        kind = APPROVED if call.approved else DENIED
        yield _decision(call, kind, "", call.reason, call.arguments)


def _decision(call: Call, kind: str, by: str, reason: str | None, arguments: Any) -> Block:
    changes = changes_between(call.input, arguments) if arguments is not None else []
    words = _WORDS[kind]
    if changes and kind == APPROVED:
        words += " with changed arguments"
    because = f": “{plain(clip(reason, _LONGEST_REASON))}”" if reason else ""
    return Block(DECISION, "\n".join(changes), f"{words}{by}{' '.join(because.split())}")


def _parsed(text: Any) -> Any:
    """Read arguments: models write them as JSON, but nothing makes them."""
    try:
        return json.loads(text) if isinstance(text, str) else text
    except (ValueError, RecursionError):
        return text


def _truth(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
