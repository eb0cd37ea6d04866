"""The steps of a Run. One that is tried again counts by its latest attempt alone."""

from __future__ import annotations

from typing import NamedTuple

from aitransport_notebook.wire.names import STEP_ID, STEP_START_SERIAL, Headers


class StepInfo(NamedTuple):
    """A step as a reader sees it: how its latest attempt stands."""

    step_id: str
    status: str
    attempt_count: int
    client_id: str | None


class _Step:
    __slots__ = ("attempts", "client_id", "latest")

    def __init__(self) -> None:
        # How each attempt has ended, None if it has not, by the serial of its start.
        self.attempts: dict[str, str | None] = {}
        self.latest: str | None = None
        self.client_id: str | None = None

    @property
    def status(self) -> str:
        ended = self.attempts.get(self.latest or "")
        return "active" if ended is None else ended


class Steps:
    """Which attempt of each step is the one that counts."""

    __slots__ = ("_early", "_steps")

    def __init__(self) -> None:
        self._steps: dict[str, _Step] | None = None
        # Steps with outputs of which no start was there before them.
        self._early: set[str] | None = None

    def note_output(self, headers: Headers) -> None:
        """Note an output: of an attempt whose start is gone, or was not heard."""
        step_id = headers.get(STEP_ID)
        step = self._steps.get(step_id) if self._steps is not None and step_id else None
        if step_id and (step is None or step.latest is None):
            self._early = self._early or set()
            self._early.add(step_id)

    def start(self, step_id: str, serial: str, client_id: str) -> bool:
        """Note an attempt; True if what was said before may no longer count."""
        step = self._step(step_id)
        step.attempts.setdefault(serial)
        if step.latest is not None and serial <= step.latest:
            return False
        again = step.latest is not None or (self._early is not None and step_id in self._early)
        step.latest, step.client_id = serial, client_id
        return again

    def end(self, step_id: str, serial: str, reason: str) -> None:
        self._step(step_id).attempts[serial] = reason

    def counts(self, headers: Headers) -> bool:
        """Tell whether an output with these headers is of an attempt that counts."""
        if self._steps is None:
            return True
        step = self._steps.get(headers.get(STEP_ID, ""))
        attempt = headers.get(STEP_START_SERIAL)
        return step is None or step.latest is None or attempt is None or attempt == step.latest

    def infos(self) -> tuple[StepInfo, ...]:
        return tuple(
            StepInfo(id, step.status, len(step.attempts), step.client_id)
            for id, step in (self._steps or {}).items()
        )

    def _step(self, step_id: str) -> _Step:
        if self._steps is None:
            self._steps = {}
        step = self._steps.get(step_id)
        if step is None:
            step = self._steps[step_id] = _Step()
        return step
