"""What a view shows, as plain JSON in the words that both drivers use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from aitransport_notebook.session.client.view import ClientView
from aitransport_notebook.tree.nodes import RunError, RunInfo


def digest(view: ClientView) -> list[str]:
    """Return each message in one line: who, and what of its parts can be seen at a glance."""
    return [line(message.message) for message in view.messages]


def line(message: Mapping[str, Any]) -> str:
    return f"{message['role']}: {''.join(_said(part) for part in message['parts'])}"


def statuses(view: ClientView) -> list[str]:
    return [run.status for run in view.runs]


def now(view: ClientView) -> dict[str, Any]:
    return {"messages": digest(view), "statuses": statuses(view)}


def snapshot(view: ClientView) -> dict[str, Any]:
    ids = [message.codec_message_id for message in view.messages]

    def by_id(value: Callable[[str], Any]) -> dict[str, Any]:
        return {id: value(id) for id in ids}

    def run_of(id: str) -> str | None:
        run = view.run_for(id)
        return run.run_id if run is not None else None

    def branch_of(id: str) -> dict[str, Any]:
        branch = view.branch_at(id)
        return {
            "siblings": branch.siblings,
            "index": branch.index,
            "has_siblings": branch.has_siblings,
        }

    return {
        "messages": [{"id": id, "message": message} for id, message in view.messages],
        "runs": [_plain_run(run) for run in view.runs],
        "run_for": by_id(run_of),
        "branches": by_id(branch_of),
    }


def plain_error(error: RunError | None) -> dict[str, Any] | None:
    return error._asdict() if error is not None else None


def _plain_run(run: RunInfo) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "client_id": run.client_id,
        "invocation_id": run.invocation_id,
        "status": run.status,
        "error": plain_error(run.error),
        "steps": [
            {
                "step_id": step.step_id,
                "status": step.status,
                "attempts": step.attempt_count,
                "client_id": step.client_id,
            }
            for step in run.steps
        ],
    }


def _said(part: Mapping[str, Any]) -> str:
    type: str = part["type"]
    if type == "text":
        return str(part["text"])
    if type == "reasoning":
        return f"({part['text']})"
    if type == "step-start":
        return ""
    if type == "dynamic-tool":
        return f"[{part['toolName']} {part['state']}]"
    return f"[{type[5:]} {part['state']}]" if "toolCallId" in part else f"<{type}>"
