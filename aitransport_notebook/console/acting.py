"""What a person at a console can do, for Python: each returns once the channel has it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from aitransport_notebook.codec.contract import CodecMessage
from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.runs.placing import last_of
from aitransport_notebook.runs.refusals import CancelRefused
from aitransport_notebook.runs.sending import Sending
from aitransport_notebook.session.client.run import PATIENCE
from aitransport_notebook.tree.events import RunEvent
from aitransport_notebook.tree.nodes import ACTIVE, TERMINAL, RunInfo

if TYPE_CHECKING:
    from aitransport_notebook.session.client.session import ClientSession

    Session = ClientSession[Any]


async def send(session: Session, content: Any) -> str:
    """Say something new; returns the id of the message."""
    for one in content if isinstance(content, list) else [content]:
        _refuse_blank(one)
    return (await session.view.send(content)).input_message_id


async def steer(session: Session, content: Any, run_id: str | None) -> str:
    """Say something to a Run that has not ended; returns the id of the message."""
    _refuse_blank(content)
    run = _chosen(session, run_id, "steer")
    return await session.publish_steer(run.run_id, content)


async def cancel(
    session: Session, run_id: str | None, client_id: str | None, scope: str | None
) -> list[str]:
    """Ask for the end of Runs, of those at work on view unless others are named."""
    if client_id is None and scope is None and run_id is not None:
        run_id = _chosen(session, run_id, "cancel").run_id
    if run_id is not None or client_id is not None or scope is not None:
        return await session.cancel(run_id=run_id, client_id=client_id, scope=scope)
    found = [run.run_id for run in _at_work(session)]
    for id in found:
        await session.cancel(run_id=id)
    return found


async def redirect(session: Session, content: Any, run_id: str | None) -> str:
    """Stop a Run, or all at work on view, and say something else; returns the message's id."""
    _refuse_blank(content)
    event = session.input_of(content)
    run = _chosen(session, run_id, "redirect")
    at_work = {one.run_id for one in _at_work(session)}
    await _stop(session, at_work if run_id is None else {run_id})
    parent = last_of(session.tree, session.tree.run(run.run_id))
    return (await session.send([event], Sending(parent=parent))).input_message_id


async def regenerate(session: Session, message_id: str) -> str:
    """Ask for another answer; returns the id of the input that asks."""
    return (await session.view.regenerate(message_id)).input_message_id


async def edit(session: Session, message_id: str, content: Any) -> str:
    """Say something else in the place of a message; returns the id of what is said."""
    _refuse_blank(content)
    return (await session.view.edit(message_id, content)).input_message_id


async def approve(
    session: Session, call_id: str, message_id: str | None, reason: str | None, arguments: Any
) -> None:
    """Let the agent go on with a tool call, with other arguments if they are given."""
    message_id = message_id or _message_with(session, call_id)
    await session.view.approve(message_id, call_id, reason=reason, arguments=arguments)


async def deny(session: Session, call_id: str, message_id: str | None, reason: str | None) -> None:
    """Refuse a tool call."""
    message_id = message_id or _message_with(session, call_id)
    await session.view.deny(message_id, call_id, reason=reason)


async def answer(session: Session, call_id: str, message_id: str | None, output: Any) -> None:
    """Give what a tool of a person's own returned."""
    message_id = message_id or _message_with(session, call_id)
    await session.view.tool_result(message_id, call_id, output)


async def fail(session: Session, call_id: str, message_id: str | None, message: str) -> None:
    """Say that a tool of a person's own has failed."""
    message_id = message_id or _message_with(session, call_id)
    await session.view.tool_error(message_id, call_id, message)


def _refuse_blank(content: object) -> None:
    if isinstance(content, str) and not content.strip():
        raise error_for(
            40003,
            "there is nothing to say",
            hint="Give a text that has more in it than white space.",
        )


def _at_work(session: Session) -> list[RunInfo]:
    return [run for run in session.view.runs if run.status == ACTIVE]


def _chosen(session: Session, run_id: str | None, what: str) -> RunInfo:
    """Return the Run that is meant: the newest at work on view, unless one is named."""
    if run_id is None:
        found = _at_work(session)
        if not found:
            raise error_for(
                40003,
                f"unable to {what}: no Run is at work on view",
                hint="Say something new with send(), or name a Run with run_id=.",
            )
        return found[-1]
    run = session.view.run(run_id)
    if run is None or run.status in TERMINAL:
        state = "is not known here" if run is None else "has ended"
        raise error_for(
            40003,
            f"unable to {what}: the Run {run_id!r:.80} {state}",
            hint="Name one of view.runs that has not ended, or leave run_id out.",
        )
    return run


async def _stop(session: Session, run_ids: set[str]) -> None:
    """Cancel Runs, and wait until each has stopped, says that it does not, or is silent."""
    going, changed = set(run_ids), asyncio.Event()

    def heard(told: RunEvent | CancelRefused) -> None:
        if not isinstance(told, RunEvent) or told.type in ("end", "suspend"):
            going.discard(told.run_id)
            changed.set()

    offs = [session.tree.on("run", heard), session.on("cancel-refused", heard)]
    try:
        for id in run_ids:
            await session.cancel(run_id=id)
        async with asyncio.timeout(PATIENCE):
            while going:
                changed.clear()
                await changed.wait()
    except TimeoutError:
        # An agent that does not answer does not keep a person from speaking.
        return
    finally:
        for off in offs:
            off()


def _message_with(session: Session, call_id: object) -> str:
    """Return the id of the newest message that has a tool call."""
    if not isinstance(call_id, str) or not call_id:
        raise error_for(
            40003,
            f"{call_id!r:.80} is no id of a tool call",
            hint="Give the call's id as the message has it, such as a part's toolCallId.",
        )
    for id, message in _newest_first(session):
        if session.codec.has_call(message, call_id):
            return id
    raise _no_such_call(call_id)


def _newest_first(session: Session) -> Iterator[CodecMessage]:
    tree = session.tree
    for node in reversed(tree.nodes):
        if node.is_run:
            yield from reversed(tree.messages_of(node))


def _no_such_call(call_id: str) -> AITransportError:
    return error_for(
        40003,
        f"no message here has the tool call {call_id!r:.80}",
        hint="Give the id as the message has it; load_older() brings older messages.",
    )
