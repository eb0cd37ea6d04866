"""The headers that say what a message is part of."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from aitransport_notebook.codec.fields import to_json
from aitransport_notebook.wire import names as wire
from aitransport_notebook.wire.names import Headers


@dataclass(frozen=True, slots=True)
class Trigger:
    """The input that asked for a Run, as far as what follows repeats it."""

    # Whose Run it is, who published the input, and its message.
    run_client_id: str | None = None
    client_id: str | None = None
    message_id: str | None = None
    # Where the Run hangs, and what it replaces.
    parent: str | None = None
    fork_of: str | None = None
    regenerates: str | None = None
    # The Run that the input goes on with, if it names one.
    run_id: str | None = None
    # What the publisher's token says of them, as the server verified it.
    user_claim: Any = None


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a Run, and its attempt once that has begun."""

    step_id: str
    client_id: str
    start_serial: str | None = None


def of_input(
    *,
    message_id: str,
    event_id: str,
    client_id: str | None,
    role: str = "user",
    run_id: str | None = None,
    parent: str | None = None,
    fork_of: str | None = None,
    regenerates: str | None = None,
    supersedes: str | None = None,
) -> Headers:
    """Return the headers of what a user publishes."""
    return _given(
        {
            wire.ROLE: role,
            wire.MESSAGE_ID: message_id,
            wire.RUN_ID: run_id,
            wire.RUN_CLIENT_ID: client_id,
            wire.PARENT: parent or None,
            wire.FORK_OF: fork_of or None,
            wire.REGENERATES: regenerates or None,
            wire.SUPERSEDES: supersedes or None,
            wire.EVENT_ID: event_id,
        }
    )


def of_run(
    run_id: str,
    invocation_id: str,
    trigger: Trigger,
    *,
    begins: bool = False,
    reason: str | None = None,
    error: tuple[int, str] | None = None,
) -> Headers:
    """Return the headers of a Run's turns; only its beginning says where it hangs."""
    return _given(
        {
            wire.RUN_ID: run_id,
            wire.RUN_CLIENT_ID: trigger.run_client_id or "",
            wire.RUN_REASON: reason,
            wire.PARENT: trigger.parent if begins else None,
            wire.FORK_OF: trigger.fork_of if begins else None,
            wire.REGENERATES: trigger.regenerates if begins else None,
            wire.INVOCATION_ID: invocation_id,
            wire.INPUT_CLIENT_ID: trigger.client_id,
            wire.INPUT_MESSAGE_ID: trigger.message_id,
            wire.ERROR_CODE: str(error[0]) if error else None,
            wire.ERROR_MESSAGE: error[1] if error else None,
        }
    )


def of_step(
    run_id: str, invocation_id: str, trigger: Trigger, step: Step, reason: str | None = None
) -> Headers:
    """Return the headers of a step's start, or of its end for a reason."""
    return _given(
        {
            wire.RUN_ID: run_id,
            wire.STEP_ID: step.step_id,
            wire.STEP_START_SERIAL: step.start_serial,
            wire.INVOCATION_ID: invocation_id,
            wire.RUN_CLIENT_ID: trigger.run_client_id or "",
            wire.INPUT_CLIENT_ID: trigger.client_id,
            wire.STEP_CLIENT_ID: step.client_id,
            wire.STEP_REASON: reason,
        }
    )


def of_output(
    run_id: str,
    invocation_id: str,
    trigger: Trigger,
    step: Step,
    message_id: str,
    *,
    parent: str | None,
    steers: Iterable[str] = (),
) -> Headers:
    """Return the headers of what an agent says; `steers` are those that it answers."""
    answered = list(steers)
    return _given(
        {
            wire.ROLE: "assistant",
            wire.MESSAGE_ID: message_id,
            wire.RUN_ID: run_id,
            wire.RUN_CLIENT_ID: trigger.run_client_id or "",
            wire.PARENT: parent or None,
            wire.FORK_OF: trigger.fork_of or None,
            wire.REGENERATES: trigger.regenerates or None,
            wire.INVOCATION_ID: invocation_id,
            wire.INPUT_CLIENT_ID: trigger.client_id,
            wire.INPUT_MESSAGE_ID: trigger.message_id,
            wire.STEP_ID: step.step_id,
            wire.STEP_CLIENT_ID: step.client_id,
            wire.STEP_START_SERIAL: step.start_serial,
            wire.STEERS: to_json(answered) if answered else None,
        }
    )


def of_cancel(event_id: str, run_id: str | None, input_message_id: str | None) -> Headers:
    """Return the headers of a cancel, which names its Run or the input that asked for it."""
    return _given(
        {
            wire.EVENT_ID: event_id,
            wire.RUN_ID: run_id,
            wire.INPUT_MESSAGE_ID: input_message_id,
        }
    )


def _given(headers: dict[str, str | None]) -> Headers:
    return {name: value for name, value in headers.items() if value is not None}
