"""Scenes about people: asking for one, and what they and others have said."""

from __future__ import annotations

from aitransport_notebook.agents.demo.beats import WORKING, Beats, Pause, call, result, say
from aitransport_notebook.agents.demo.turn import Said, Turn

ESCALATE = "ask_for_a_person"
_MOST_QUOTES = 10
_LONGEST_QUOTE = 200


def person(turn: Turn) -> Beats:
    """Ask for a person, with the reason."""
    yield from say("I will ask for a person.")
    yield from ask_for_a_person(turn, quoted(turn.asked.text))
    yield from say(
        "A person was asked for, and sees this whole conversation when they come. Until then I am "
        "still here.",
        id="asked",
    )


def ask_for_a_person(turn: Turn, reason: str) -> Beats:
    asking = turn.id_of("person")
    yield from call(asking, ESCALATE, {"reason": reason}, providerExecuted=True)
    yield Pause(WORKING)
    yield result(asking, {"asked": True}, providerExecuted=True)


def recall(turn: Turn) -> Beats:
    """Quote what people have said before: operators first, whose words must not get lost."""
    before = [said for said in turn.said if said.text and said is not turn.asked]
    operators = [said for said in before if said.is_operators]
    users = [said for said in before if said.is_users and not said.is_operators]
    if operators:
        yield from say(f"A person of the team told you:\n\n{_quotes(operators)}\n\n", id="team")
    if users:
        yield from say(f"You told me:\n\n{_quotes(users)}\n\n", id="users")
    if not operators and not users:
        yield from say("Nobody has said anything before this.")


def quoted(text: str) -> str:
    """Return a text on one line, short enough to be repeated."""
    return text if len(text) <= _LONGEST_QUOTE else f"{text[: _LONGEST_QUOTE - 1].rstrip()}…"


def _quotes(said: list[Said]) -> str:
    lines = [f"> {_name(one)}: {quoted(one.text)}" for one in said[-_MOST_QUOTES:]]
    left_out = len(said) - len(lines)
    before = [f"> … {left_out} more before that"] if left_out else []
    return "\n>\n".join([*before, *lines])


def _name(said: Said) -> str:
    return f"**{said.author.client_id}**" if said.author.client_id else "someone"
