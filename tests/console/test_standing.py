"""How the Runs of a conversation stand is told where they stood last, and so is who decided."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import pytest

from aitransport_notebook import ResponsesCodec, UIMessageCodec, fold
from aitransport_notebook.console.calls import Call
from aitransport_notebook.console.reading import Entry, entries_of
from aitransport_notebook.console.standing import RunLine, with_runs
from aitransport_notebook.console.transcript import writer_for
from aitransport_notebook.session.health import Verdict
from aitransport_notebook.tree.tree import Tree
from tests.runs.messages import ASKED, BEGUN, STARTED, message

OVER = {"run-id": "r", "invocation-id": "i"}
AT = 1_700_000_000_000
WHEN = "2023-11-14 22:13 UTC"


def told(*messages: dict[str, Any], codec: Any = None) -> Tree:
    wires = [{**one, "serial": f"{n:04}", "timestamp": AT} for n, one in enumerate(messages)]
    return fold(wires, codec or UIMessageCodec())


def words(text: str = "So", **more: Any) -> dict[str, Any]:
    codec = {"kind": "data-said", "dataId": "d"}
    transport = {**STARTED, "codec-message-id": "m2", "role": "assistant", "stream": "false"}
    return message("ai-output", "demo-agent", "agent", {**transport, **more}, codec, text)


def output(kind: str, data: Any = "", **headers: Any) -> dict[str, Any]:
    transport = {**STARTED, "codec-message-id": "m2", "role": "assistant", "stream": "false"}
    return message("ai-output", "demo-agent", "agent", transport, {"kind": kind, **headers}, data)


def end(reason: str, **more: str) -> dict[str, Any]:
    return message("ai-run-end", "demo-agent", "agent", {**OVER, "run-reason": reason, **more}, {})


def cancel(who: str, role: str | None, **target: str) -> dict[str, Any]:
    return message("ai-cancel", who, role, target or {"run-id": "r"}, {})


def suspend() -> dict[str, Any]:
    return message("ai-run-suspend", "demo-agent", "agent", OVER, {})


def lines(tree: Tree, verdicts: Mapping[str, Verdict] = MappingProxyType({})) -> list[str]:
    view = tree.view()
    pieces = with_runs(tree, entries_of(tree, view.messages), view.runs, verdicts)
    return [piece.text for piece in pieces if isinstance(piece, RunLine)]


@pytest.mark.parametrize(
    ("after", "line"),
    [
        ((end("complete"),), None),
        ((end("something new"),), None),
        (
            (end("error", **{"error-code": "50000", "error-message": "no\nway"}),),
            f"failed with 50000, {WHEN}: no way",
        ),
        ((end("cancelled"),), f"was cancelled, {WHEN}"),
        (
            (cancel("omar", "operator"), end("cancelled"), cancel("late", None)),
            f"was cancelled, as omar (operator) asked, {WHEN}",
        ),
        ((suspend(),), f"is suspended, {WHEN}: it waits for a person"),
        ((), "is answering, as far as the channel tells"),
        (
            (cancel("omar", "operator"),),
            "is answering, as far as the channel tells; omar (operator) asked it to stop",
        ),
    ],
)
def test_a_run_that_is_not_complete_says_how_it_stands(after: Any, line: str | None) -> None:
    found = lines(told(ASKED, BEGUN, words(), *after))
    expected = [] if line is None else [f"The Run of demo-agent (agent) for ann (user) {line}"]
    assert found == expected


@pytest.mark.parametrize(
    ("verdict", "line"),
    [
        ("working", "is answering"),
        ("stalled", "is not over, and its agent has fallen silent"),
        ("crashed", "is not over, and its agent is gone"),
    ],
)
def test_what_is_known_of_its_agent_is_told(verdict: Verdict, line: str) -> None:
    found = lines(told(ASKED, BEGUN, words()), {"r": verdict})
    assert found == [f"The Run of demo-agent (agent) for ann (user) {line}"]
    assert lines(told(ASKED, BEGUN, words(), end("complete")), {"r": verdict}) == []


def test_who_cancelled_before_the_run_began_is_told() -> None:
    asked = message("ai-run-start", "a", "agent", {**STARTED, "input-codec-message-id": "m1"}, {})
    early = cancel("ann", "user", **{"input-codec-message-id": "m1"})
    assert lines(told(ASKED, early, asked, end("cancelled"))) == [
        f"The Run for ann (user) was cancelled, as ann (user) asked, {WHEN}"
    ]


def test_it_stands_under_what_the_run_said_last_or_what_it_answers() -> None:
    second = {"codec-message-id": "m3", "parent": "m2", "event-id": "e3", "role": "user"}
    codec = {"kind": "user-message", "messageId": "m3", "partType": "text"}
    again = message("ai-input", "ann", "user", second, codec, "Well?")
    silent = message(
        "ai-run-start", "a", "agent", {"run-id": "s", "invocation-id": "j", "parent": "m3"}, {}
    )
    tree = told(ASKED, BEGUN, words(), end("complete"), again, silent)
    view = tree.view()
    entries = entries_of(tree, view.messages)
    assert [one.message_id for one in entries] == ["m1", "m2", "m3"]
    pieces = with_runs(tree, entries, view.runs)
    assert [type(piece) for piece in pieces] == [Entry, Entry, Entry, RunLine]
    # What is at work is told of also where what it answers is not shown.
    assert len(with_runs(tree, entries[:1], view.runs)) == 2
    assert len(with_runs(tree, [], view.runs)) == 1


def test_what_is_over_and_not_shown_is_no_news() -> None:
    tree = told(ASKED, BEGUN, words(), end("cancelled"))
    assert with_runs(tree, [], tree.view().runs) == []


CALLED = output("tool-input", {"sum": 5, "to": "ann"}, toolCallId="c1", toolName="send")


def answered(kind: str, **headers: str) -> dict[str, Any]:
    transport = {"role": "user", "codec-message-id": "m2", "run-id": "r", "event-id": kind}
    return message("ai-input", "omar", "operator", transport, {"kind": kind, **headers}, "")


def titles(*messages: dict[str, Any]) -> list[tuple[str, str]]:
    tree = told(ASKED, BEGUN, CALLED, *messages)
    [_, said] = entries_of(tree, tree.view().messages)
    return [(block.title, block.text) for block in said.blocks]


def test_who_decided_when_why_and_what_they_changed_is_told() -> None:
    decided = answered(
        "tool-approval-response", toolCallId="c1", approved="true", reason="less\n\nis more"
    )
    decided["data"] = {"arguments": {"sum": 3, "to": "ann"}}
    asks = output("tool-approval-request", toolCallId="c1", approvalId="a1")
    done = output("tool-output-available", {"output": "sent"}, toolCallId="c1")
    call, decision = titles(asks, decided, done)
    assert call == ("send (done)", '{\n  "sum": 5,\n  "to": "ann"\n}\n→ sent')
    assert decision == (
        f"Approved with changed arguments by omar (operator), {WHEN}: “less is more”",
        "sum: 5 → 3",
    )


def test_which_of_several_decisions_counted_is_told_once_the_agent_goes_on() -> None:
    def decided(who: str, approved: str) -> dict[str, Any]:
        codec = {"toolCallId": "c1", "approved": approved}
        return {**answered("tool-approval-response", **codec), "clientId": who}

    asks = output("tool-approval-request", toolCallId="c1", approvalId="a1")
    resumes = message("ai-run-resume", "demo-agent", "agent", OVER, {})
    before = [asks, suspend(), decided("omar", "true"), decided("lea", "false")]
    _, omar, lea = titles(*before)
    assert [omar[0], lea[0]] == [
        f"Approved by omar (operator), {WHEN}",
        f"Denied by lea (operator), {WHEN}",
    ]
    _, *several = titles(*before, resumes, decided("ann", "true"))
    assert [title for title, _ in several] == [
        f"Approved by omar (operator), {WHEN} (not counted)",
        f"Denied by lea (operator), {WHEN} (counted)",
        f"Approved by ann (operator), {WHEN} (not counted)",
    ]
    _, alone = titles(asks, suspend(), decided("omar", "true"), resumes)
    assert alone[0] == f"Approved by omar (operator), {WHEN}"


def test_what_others_say_to_a_call_is_told() -> None:
    asks = output("tool-approval-request", toolCallId="c1", approvalId="a1")
    denied = answered("tool-approval-response", toolCallId="c1", approved="false", reason="no")
    call, decision = titles(asks, denied)
    assert call[0] == "send (denied)"
    assert decision == (f"Denied by omar (operator), {WHEN}: “no”", "")
    of_another = answered("tool-approval-response", toolCallId="c9", approved="false")
    assert len(titles(asks, of_another)) == 1


def test_what_a_suspended_run_waits_for_is_told() -> None:
    asks = output("tool-approval-request", toolCallId="c1", approvalId="a1")
    waits = told(ASKED, BEGUN, CALLED, asks, suspend())
    assert lines(waits)[0].endswith(f"is suspended, {WHEN}: it waits for approval of send")
    assert lines(told(ASKED, BEGUN, CALLED, suspend()))[0].endswith("waits for an answer to send")
    denied = answered("tool-approval-response", toolCallId="c1", approved="false")
    goes_on = told(ASKED, BEGUN, CALLED, asks, suspend(), denied)
    assert lines(goes_on)[0].endswith("waits for its agent to go on")
    second = output("tool-input", {}, toolCallId="c2", toolName="fax")
    both = told(ASKED, BEGUN, CALLED, second, suspend())
    assert lines(both)[0].endswith("waits for 2 decisions or answers")


@pytest.mark.parametrize(
    ("state", "status", "words"),
    [
        ("input-streaming", "active", "writing the arguments"),
        ("input-streaming", "cancelled", "no result"),
        ("input-available", "active", "running"),
        ("input-available", "suspended", "waits for an answer"),
        ("input-available", "error", "no result"),
        ("approval-requested", "suspended", "waits for approval"),
        ("approval-requested", "cancelled", "not decided"),
        ("approval-responded", "active", "approved"),
        ("output-available", "complete", "done"),
        ("output-error", "complete", "failed"),
        ("output-denied", None, "denied"),
        ("unheard of", "complete", "unheard of"),
    ],
)
def test_a_call_stands_in_words(state: str, status: str | None, words: str) -> None:
    assert Call("c", "look", state).standing(status) == words
    assert Call("c", "look", "approval-responded", approved=False).standing(status) == "denied"


def test_the_calls_of_openai_stand_in_the_same_words() -> None:
    item = {"call_id": "c", "name": "send", "arguments": '{"a": 1}'}
    output = {"output": "no"}
    for beside, given, state in (
        ({"approval": "pending"}, None, "approval-requested"),
        ({"approval": "approved", "edited": {"a": 2}}, None, "approval-responded"),
        ({"approval": "denied", "reason": "no"}, output, "output-denied"),
        ({"result": "failed"}, output, "output-error"),
        ({}, output, "output-available"),
        ({}, None, "input-available"),
    ):
        assert Call.of_item(item, beside, given).state == state
    denied = Call.of_item(item, {"approval": "denied", "reason": "no"}, output)
    assert (denied.told, denied.reason, denied.input) == ((), "no", {"a": 1})


def test_it_is_all_in_every_form() -> None:
    tree = told(
        ASKED,
        BEGUN,
        CALLED,
        answered("tool-result-error", toolCallId="c1"),
        end("error", **{"error-code": "50000", "error-message": "<b>no</b>"}),
    )
    view = tree.view()
    pieces = with_runs(tree, entries_of(tree, view.messages), view.runs)
    for format in ("text", "md", "html"):
        page = writer_for(format)("room", pieces)
        assert f"Said to have failed by omar (operator), {WHEN}" in page
        assert f"failed with 50000, {WHEN}: " in page
        assert ("<b>" in page) is (format == "text")


def test_openai_s_calls_are_told_with_who_decided() -> None:
    transport = {**STARTED, "codec-message-id": "m2", "role": "assistant", "stream": "false"}
    asks = message(
        "ai-output",
        "demo-agent",
        "agent",
        transport,
        {"kind": "tool-approval-request", "call_id": "c1", "name": "send"},
        '{"a": 1}',
    )
    denied = answered("tool-approval-response", call_id="c1", approved="false", reason="no")
    tree = told(BEGUN, asks, denied, codec=ResponsesCodec())
    [said] = entries_of(tree, tree.view().messages)
    assert [(block.title, block.text) for block in said.blocks] == [
        ("send (denied)", '{\n  "a": 1\n}'),
        (f"Denied by omar (operator), {WHEN}: “no”", ""),
    ]
