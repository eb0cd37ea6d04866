"""Who plays in a scenario, as objects: what they are told goes to the process that plays them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tests.interop.drivers import Driver, Refused, Side

Json = dict[str, Any]
# The code of a call that cannot be meant, on both sides.
INVALID = 40003


def says(text: str) -> Json:
    """Return a user's message, as an input."""
    return composed({"type": "text", "text": text})


def composed(*parts: Json) -> Json:
    """Return a user's message of several parts, as an input."""
    message = {"id": "said", "role": "user", "parts": parts}
    return {"kind": "user-message", "message": message}


class Participant:
    """Someone with a session of their own, on a connection of their own."""

    def __init__(self, driver: Driver, channel: str, name: str, numbers: Iterator[int]) -> None:
        self._driver = driver
        self._channel = channel
        self.name = name
        self._numbers = numbers
        self.is_there = True

    @property
    def side(self) -> Side:
        return self._driver.side

    def begin(self, how: str, **options: Any) -> None:
        # A name may have a number, to tell apart who is one and the same to others.
        client_id = self.name.partition(" ")[0]
        self.call(how, channel=self._channel, **{"as": client_id}, **options)

    def call(self, do: str, **given: Any) -> Any:
        return self._driver.call(self.name, do, **given)

    def complaints(self) -> list[int]:
        """Return the codes of the errors that the session told of."""
        return list(self.call("complaints"))

    def is_refused(self, what: Callable[[], object]) -> None:
        """Check that the session refuses something as it cannot be meant."""
        try:
            what()
        except Refused as refused:
            assert refused.code == INVALID, refused
        else:
            raise AssertionError("it was not refused")

    def a_name(self) -> str:
        return str(next(self._numbers))


class Client(Participant):
    """Someone who asks."""

    def send(self, said: str | Json | Sequence[Json], **options: Any) -> Asked:
        return self._ask("send", inputs=_inputs(said), options=options or None)

    def send_watched(self, said: str) -> list[Json]:
        """Send, and return what the view showed on the way, and if the channel had it by then."""
        mark = self.a_name()
        return list(self.call("send_watched", run=self.a_name(), inputs=[says(said)], mark=mark))

    def regenerate(self, message: str) -> Asked:
        return self._ask("regenerate", message=message)

    def edit(self, message: str, said: str) -> Asked:
        return self._ask("edit", message=message, inputs=[says(said)])

    def amend(self, kind: str, message: str, /, **payload: Any) -> Asked:
        """Answer a tool call in the run that made it."""
        return self._ask("amend", kind=kind, message=message, payload=payload)

    def fork(self, message: str, call: str, **result: Any) -> Asked:
        """Answer a tool call in another run; the result is an output or an error."""
        return self._ask("fork", message=message, call=call, result=result)

    def cancel_run(self, run_id: str) -> None:
        self.call("cancel_run", run_id=run_id)

    def cancel_all(self, **whose: str) -> list[str]:
        return list(self.call("cancel_all", **whose))

    def shows(self, *messages: str) -> None:
        """Wait until the view shows these messages."""
        self.call("shows", messages=list(messages), statuses=None)

    def has_runs(self, *statuses: str) -> None:
        """Wait until the runs on view stand like this."""
        self.call("shows", messages=None, statuses=list(statuses))

    def now(self) -> tuple[list[str], list[str]]:
        shown = self.call("current")
        return shown["messages"], shown["statuses"]

    def snapshot(self, *, fresh: bool = False) -> Json:
        """Return all that the view shows, or a new one of the same session."""
        shown: Json = self.call("snapshot", fresh=fresh)
        return shown

    @property
    def ids(self) -> list[str]:
        """The ids of the messages on view."""
        return [message["id"] for message in self.snapshot()["messages"]]

    def select(self, message: str, index: int) -> None:
        self.call("select", message=message, index=index)

    def load_older(self, limit: int) -> list[str]:
        return list(self.call("load_older", limit=limit))

    def load_until(self, message: str) -> list[str]:
        return list(self.call("load_until", message=message))

    @property
    def has_older(self) -> bool:
        return bool(self.call("has_older"))

    def _ask(self, do: str, **given: Any) -> Asked:
        name = self.a_name()
        told = self.call(do, run=name, **given)
        return Asked(self, name, told["message_id"], told["invocation"])


class Asked:
    """A run as the client has it that asked for it."""

    def __init__(self, client: Client, name: str, message_id: str, invocation: Json) -> None:
        self._client = client
        self._name = name
        self.message_id = message_id
        self.invocation = invocation

    def started(self) -> str:
        """Wait until an agent has begun; returns the run's id."""
        return str(self._client.call("started", run=self._name))

    @property
    def state(self) -> Json:
        """The run's id, status, error and messages, as the client has them."""
        state: Json = self._client.call("state", run=self._name)
        return state

    def hear(self) -> None:
        """Listen to what the run says."""
        self._client.call("hear", run=self._name)

    def heard(self) -> list[Json]:
        """Wait for its end; returns what it said, as chunks."""
        return list(self._client.call("heard", run=self._name))

    def cancel(self) -> None:
        self._client.call("cancel", run=self._name)

    def redirect(self, said: str) -> Redirect:
        """Begin to redirect; only clients of this project can."""
        name = self._client.a_name()
        self._client.call("redirect", run=self._name, other=name, input=says(said))
        return Redirect(self._client, name)

    def steer(self, said: str) -> Steer:
        """Steer; returns once that is on the channel."""
        name = self._client.a_name()
        self._client.call("steer", run=self._name, steer=name, input=says(said))
        return Steer(self._client, name)


class Redirect:
    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self._name = name

    def asked(self) -> Asked:
        """Wait until the run has stopped, and the other was asked for."""
        told = self._client.call("redirected", other=self._name)
        return Asked(self._client, self._name, told["message_id"], told["invocation"])


class Steer:
    def __init__(self, client: Client, name: str) -> None:
        self._client = client
        self._name = name

    def outcome(self) -> tuple[bool, str | None]:
        """Wait for it; returns whether it was taken in, and how the run ended if it has."""
        told = self._client.call("outcome", steer=self._name)
        return told["consumed"], told["run_reason"]


class Agent(Participant):
    """Someone who answers."""

    def open(self, asked: Asked, identity: Json | None = None, **hooks: Any) -> Answer:
        return self._answer("open", asked, identity or {}, hooks)

    def adopt(self, asked: Asked, identity: Json, **hooks: Any) -> Answer:
        """Go on with a run that was opened elsewhere."""
        return self._answer("adopt", asked, identity, hooks)

    def reply(self, asked: Asked, chunks: Sequence[Json], reason: str = "complete") -> Answer:
        """Answer all at once."""
        answer = self.open(asked)
        assert answer.pipe(chunks) == "complete"
        answer.end(reason)
        return answer

    def end_session(self) -> None:
        """End the open runs, and leave."""
        self.call("end_session")
        self.is_there = False

    def _answer(self, do: str, asked: Asked, identity: Json, hooks: Json) -> Answer:
        name = self.a_name()
        told = self.call(do, run=name, invocation=asked.invocation, identity=identity, hooks=hooks)
        return Answer(self, name, told)


class Speaker:
    """What a stream can be said in: a run, or a step of its own."""

    def __init__(self, agent: Agent, where: Json) -> None:
        self._agent = agent
        self._where = where

    def pipe(self, chunks: Sequence[Json]) -> str:
        """Say a whole stream; returns how it ended."""
        return str(self._agent.call("pipe", chunks=list(chunks), **self._where)["reason"])

    def stream(self, *chunks: Json) -> Stream:
        """Begin to say a stream."""
        name = self._agent.a_name()
        self._agent.call("stream", stream=name, **self._where)
        stream = Stream(self._agent, name)
        stream.say(*chunks)
        return stream


class Answer(Speaker):
    """A run as its agent has it."""

    def __init__(self, agent: Agent, name: str, identity: Json) -> None:
        super().__init__(agent, {"run": name})
        self.identity = identity
        self.run_id: str = identity["run_id"]

    @property
    def prompt(self) -> list[str]:
        return list(self._agent.call("prompt", **self._where))

    def has_input(self) -> bool:
        return bool(self._agent.call("has_input", **self._where))

    @property
    def status(self) -> str:
        return str(self._agent.call("status", **self._where))

    def is_cancelled(self) -> None:
        """Wait until it is."""
        self._agent.call("cancelled", **self._where)

    def is_told(self, of: str, count: int = 1) -> list[str | None]:
        """Wait until the hooks have heard so often of a "cancel" or a "steer"; returns by whom."""
        return list(self._agent.call("told", of=of, count=count, **self._where))

    def step(self, step_id: str | None = None) -> Step:
        """Open a step of its own."""
        name = self._agent.a_name()
        given = self._agent.call("step", step=name, step_id=step_id, **self._where)
        return Step(self._agent, {**self._where, "step": name}, given)

    def suspend(self) -> None:
        self._agent.call("suspend", **self._where)

    def end(self, reason: str = "complete", error: Json | None = None) -> None:
        self._agent.call("end", reason=reason, error=error, **self._where)


class Step(Speaker):
    """A step of its own, which may be tried again."""

    def __init__(self, agent: Agent, where: Json, step_id: str) -> None:
        super().__init__(agent, where)
        self.step_id = step_id

    def put(self, chunk: Json) -> None:
        self._agent.call("put", step=self._where["step"], chunk=chunk)

    def end(self, reason: str | None = None) -> None:
        self._agent.call("end_step", step=self._where["step"], reason=reason)


class Stream:
    """What is being said."""

    def __init__(self, agent: Agent, name: str) -> None:
        self._agent = agent
        self._name = name

    def say(self, *chunks: Json) -> None:
        self._agent.call("say", stream=self._name, chunks=chunks)

    def finish(self, *chunks: Json) -> str:
        """Come to the end; returns how it ended."""
        self.say(*chunks)
        return str(self._agent.call("finish", stream=self._name)["reason"])

    def fail(self, message: str) -> str:
        return str(self._agent.call("fail", stream=self._name, message=message)["reason"])

    def ended(self) -> str:
        """Wait until it has ended by itself; returns how."""
        return str(self._agent.call("piped", stream=self._name)["reason"])


def _inputs(said: str | Json | Sequence[Json]) -> list[Json]:
    if isinstance(said, str):
        return [says(said)]
    return [said] if isinstance(said, dict) else list(said)
