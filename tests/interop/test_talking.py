"""Asking and answering: text, reasoning, and all else that a message may hold."""

from __future__ import annotations

from tests.interop.cast import composed
from tests.interop.chunks import (
    FINISH,
    FINISH_STEP,
    START,
    START_STEP,
    begun,
    call,
    message,
    more,
    output,
    reasoning,
    reply,
    text,
)
from tests.interop.stage import Stage


def test_a_reply_streams(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    asked = ann.send("hello")
    answer = ai.open(asked)
    assert answer.prompt == ["user: hello"]
    stream = answer.stream(START, START_STEP, *begun("Hel", "lo "))
    for one in (ann, *stage.watchers):
        one.shows("user: hello", "assistant: Hello ")
        one.has_runs("active")
    ended = stream.finish(*more("you"), {"type": "text-end", "id": "t1"}, FINISH_STEP, FINISH)
    assert ended == "complete"
    answer.end()
    ann.has_runs("complete")
    assert asked.started() == answer.run_id
    assert asked.state == {
        "run_id": answer.run_id,
        "status": "complete",
        "error": None,
        "messages": ["user: hello", "assistant: Hello you"],
    }
    stage.agree(["user: hello", "assistant: Hello you"], ["complete"])


def test_one_after_the_other(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    said: list[str] = []
    for turn in ("one", "two"):
        answer = ai.open(ann.send(turn))
        said.append(f"user: {turn}")
        assert answer.prompt == said
        assert answer.pipe(reply(f"{turn}!", id=turn)) == "complete"
        answer.end()
        said.append(f"assistant: {turn}!")
        ann.shows(*said)
    stage.agree(said, ["complete", "complete"])


def test_what_a_run_says_is_heard_as_it_was_said(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    asked = ann.send("hello")
    asked.hear()
    chunks = message(
        reasoning("Hm, ", "so"),
        call("search", "c1", {"q": "a"}, '{"q":', '"a"}'),
        output("c1", [1, {"two": None}]),
        text("Hel", "lo"),
    )
    chunks[-1] = {"type": "finish", "finishReason": "stop"}
    ai.reply(asked, chunks)
    assert asked.heard() == chunks
    stage.agree(["user: hello", "assistant: (Hm, so)[search output-available]Hello"], ["complete"])


def test_a_long_reply(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    words = [f"{number} \u00fc\u200d, " for number in range(1500)]
    asked = ann.send("count")
    asked.hear()
    ai.reply(asked, reply(*words))
    deltas = [chunk["delta"] for chunk in asked.heard() if chunk["type"] == "text-delta"]
    assert "".join(deltas) == "".join(words)
    stage.agree(["user: count", f"assistant: {''.join(words)}"], ["complete"])


def test_several_messages_in_one_run(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    answer = ai.open(ann.send("go on"))
    for part in ("first", "second"):
        assert answer.pipe(reply(part, id=part)) == "complete"
    answer.end()
    shown = stage.agree(["user: go on", "assistant: first", "assistant: second"], ["complete"])
    assert len(shown["runs"][0]["steps"]) == 2


def test_several_streams_at_once(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    answer = ai.open(ann.send("both"))
    one, other = text("a", "b", "c", id="one"), reasoning("1", "2", "3", id="other")
    mixed = [chunk for pair in zip(one, other, strict=True) for chunk in pair]
    assert answer.pipe(message(mixed)) == "complete"
    answer.end()
    stage.agree(["user: both", "assistant: abc(123)"], ["complete"])


def test_all_kinds_of_parts(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    answer = ai.open(ann.send("everything"))
    about = {"providerMetadata": {"test": {"signature": "\u00fc"}}}
    chunks = [
        {**START, "messageMetadata": {"model": "m-1"}},
        START_STEP,
        {"type": "reasoning-start", "id": "r", **about},
        {"type": "reasoning-delta", "id": "r", "delta": "Hm, \U0001f914"},
        {"type": "reasoning-end", "id": "r"},
        {"type": "file", "mediaType": "image/png", "url": "https://files.test/1.png"},
        {"type": "source-url", "sourceId": "s1", "url": "https://a.test/?b=c", "title": "A"},
        {
            "type": "source-document",
            "sourceId": "s2",
            "mediaType": "text/plain",
            "title": "T",
            "filename": "t.txt",
        },
        {"type": "data-plot", "id": "p", "data": {"points": [1, 2.5, None]}},
        {"type": "data-plot", "id": "p", "data": {"points": [3]}},
        {"type": "data-note", "data": "passing", "transient": True},
        *text("Done, ", "naïve\n", "\u200d\U0001f680"),
        {"type": "message-metadata", "messageMetadata": {"usage": {"tokens": 7}}},
        FINISH_STEP,
        {"type": "finish", "finishReason": "stop", "messageMetadata": {"at": 1}},
    ]
    assert answer.pipe(chunks) == "complete"
    answer.end()
    parts = "<file><source-url><source-document><data-plot>"
    line = f"(Hm, \U0001f914){parts}Done, naïve\n\u200d\U0001f680"
    shown = stage.agree(["user: everything", f"assistant: {line}"], ["complete"])
    said = shown["messages"][1]["message"]
    assert said["metadata"] == {"at": 1}, "the last metadata replaces all before"
    assert {"type": "data-plot", "id": "p", "data": {"points": [3]}} in said["parts"]


def test_a_question_of_several_parts(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    question = composed(
        {"type": "text", "text": "what is "},
        {"type": "file", "mediaType": "image/png", "url": "data:image/png;base64,AAAA"},
        {"type": "data-cell", "id": "c1", "data": {"n": [1, {"deep": None}]}},
        {"type": "text", "text": "this?"},
    )
    answer = ai.open(ann.send(question))
    asked = "user: what is <file><data-cell>this?"
    assert answer.prompt == [asked]
    answer.pipe(reply("A picture."))
    answer.end()
    stage.agree([asked, "assistant: A picture."], ["complete"])


def test_a_reply_that_says_nothing(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    answer = ai.open(ann.send("anyone?"))
    assert answer.pipe([]) == "complete"
    answer.end()
    shown = stage.agree(["user: anyone?"], ["complete"])
    assert shown["runs"][0]["steps"] == []


def test_what_was_sent_shows_before_the_channel_has_it(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    seen = ann.send_watched("hello")
    assert seen[0] == {"echoed": False, "messages": ["user: hello"]}
    assert all(update["messages"] == ["user: hello"] for update in seen)
    assert seen[-1]["echoed"]
    assert ann.snapshot()["messages"] == stage.watchers[0].snapshot()["messages"]
    ai.reply(ann.send("and again"), reply("hello"))
    stage.agree(["user: hello", "user: and again", "assistant: hello"], ["complete"])


def test_a_run_that_ends_with_an_error(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    asked = ann.send("do it")
    answer = ai.open(asked)
    stream = answer.stream(START, START_STEP, *begun("I will"))
    ann.shows("user: do it", "assistant: I will")
    assert stream.fail("no such model") == "error"
    answer.end("error", {"code": 40003, "message": "the model refused"})
    ann.has_runs("error")
    error = {"code": 40003, "message": "the model refused", "status": 400}
    assert asked.state["error"] == error
    shown = stage.agree(["user: do it", "assistant: I will"], ["error"])
    assert shown["runs"][0]["error"] == error
    assert [step["status"] for step in shown["runs"][0]["steps"]] == ["failed"]


def test_after_an_error_it_goes_on(stage: Stage) -> None:
    ann, ai = stage.client("ann"), stage.agent()
    failed = ai.open(ann.send("one"))
    failed.pipe([START, START_STEP, *begun("half")])
    failed.end("error")
    ann.has_runs("error")
    answer = ai.open(ann.send("two"))
    # What a failed run said is no part of what comes after, nor is what it answered.
    assert answer.prompt == ["user: two"]
    answer.pipe(reply("again"))
    answer.end()
    expected = ["user: one", "assistant: half", "user: two", "assistant: again"]
    stage.agree(expected, ["error", "complete"])
