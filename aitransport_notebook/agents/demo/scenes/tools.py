"""Scenes with tools that the agent runs, that a user approves, or that a user answers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from aitransport_notebook.agents.demo.beats import (
    WORKING,
    Beats,
    Pause,
    call,
    failure,
    next_step,
    result,
    say,
)
from aitransport_notebook.agents.demo.turn import Turn

# The tool that runs once a user has approved it, and the one that is a user's own.
SEND, ASK = "send_message", "ask_the_user"
MESSAGE = {
    "to": "team@example.com",
    "subject": "The demo works",
    "text": "A visitor has just tried the approvals.",
}
QUESTION = {
    "question": "Which colour should the next release have?",
    "options": ["green", "blue", "orange"],
}


def tools(turn: Turn) -> Beats:
    """Run a tool that reports on its way, and one that fails."""
    weather, fax = turn.id_of("weather"), turn.id_of("fax")
    yield from say("I call two tools of my own. The first one knows the weather.")
    yield from call(weather, "look_up_weather", {"city": "Lisbon", "unit": "celsius"})
    yield Pause(WORKING)
    yield result(weather, {"city": "Lisbon", "state": "asking the station"}, preliminary=True)
    yield Pause(WORKING)
    yield result(weather, {"city": "Lisbon", "celsius": 21, "sky": "sunny"})
    yield from next_step()
    yield from say("The second one sends a fax, and never could.")
    yield from call(fax, "send_fax", {"number": "555 0100", "text": "21 °C"}, dynamic=True)
    yield Pause(WORKING)
    yield failure(fax, "no fax machine answers at 555 0100", dynamic=True)
    yield from next_step()
    yield from say("It is **21 °C and sunny** in Lisbon. Nobody could be told by fax.")


def approve(turn: Turn) -> Beats:
    """Ask before a tool is run."""
    sending = turn.id_of("send")
    yield from say(
        "I would like to send this message. Nothing is sent before you approve, and you may change "
        "it first. If you deny it, tell me why."
    )
    yield from call(sending, SEND, MESSAGE)
    yield {
        "type": "tool-approval-request",
        "toolCallId": sending,
        "approvalId": f"approval-of-{sending}",
    }


def ask(turn: Turn) -> Beats:
    """Call a tool that only a user can answer."""
    yield from say("This one I cannot answer myself, so I wait until you do.")
    yield from call(turn.id_of("question"), ASK, QUESTION)


def go_on(turn: Turn) -> Beats:
    """Go on with what users have decided or answered."""
    for part in turn.decided:
        call_id, id = part["toolCallId"], f"about-{part['toolCallId']}"
        match part["type"].removeprefix("tool-"), part["state"]:
            case "send_message", "approval-responded":
                yield from _send(part, id)
            case "send_message", "output-denied":
                reason = turn.reason_of(call_id)
                why = f"You said why: “{reason}”." if reason else "You did not say why."
                yield from say(f"I have not sent it, as you denied it. {why}", id=id)
            case "ask_the_user", "output-available":
                yield from say(f"Thank you! Your answer is {_shown(part.get('output'))}", id=id)
            case "ask_the_user", "output-error":
                yield from say(f"I got no answer: {part['errorText']}.", id=id)


def _send(part: Mapping[str, Any], id: str) -> Beats:
    """Run the tool that a user has approved."""
    approval = part["approval"]
    changed = "arguments" in approval
    arguments = approval["arguments"] if changed else part["input"]
    yield Pause(WORKING)
    yield result(part["toolCallId"], {"sent": arguments})
    how = "with what you changed" if changed else "as it was"
    reason = f" You said: “{approval['reason']}”." if approval.get("reason") else ""
    yield from say(f"Approved, so I have sent it {how}:{_shown(arguments)}{reason}", id=id)


def _shown(value: Any) -> str:
    """Return a value as markdown that shows it whole."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return f"\n\n```json\n{text}\n```\n\n"
