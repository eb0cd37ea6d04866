"""The demo agent's script: what is asked in, chunks and pauses out."""

from __future__ import annotations

import pytest

from aitransport_notebook.agents.demo.beats import Chunk, Pause
from aitransport_notebook.agents.demo.performance import INTRODUCTION, perform
from aitransport_notebook.agents.demo.playbill import SCENES, Scene, scene_for
from aitransport_notebook.agents.demo.scenes.words import AT_MOST
from aitransport_notebook.agents.demo.turn import Said, Turn
from aitransport_notebook.runs.authors import Author
from tests.agents.demo.plays import agent, asked, chunks_of, message_of, text_of, user

FINAL = {"output-available", "output-error"}
COMPLETE = [scene for scene in SCENES if scene.name != "fail"]


def reply_to(text: str) -> str:
    return text_of(message_of(chunks_of(perform(asked(text)))))


@pytest.mark.parametrize("scene", COMPLETE, ids=lambda scene: scene.name)
def test_a_scene_is_called_by_its_name_and_is_always_the_same(scene: Scene) -> None:
    assert scene_for(scene.name) is scene
    beats = list(perform(asked(scene.name)))
    assert beats == list(perform(asked(scene.name)))
    assert sum(beat.seconds for beat in beats if isinstance(beat, Pause)) < 30
    message = message_of(chunks_of(iter(beats)))
    usage = message["metadata"]["usage"]
    assert message["metadata"]["model"] == "scripted"
    assert usage["inputTokens"] == len(scene.name.split())
    assert usage["totalTokens"] == usage["inputTokens"] + usage["outputTokens"]
    assert usage["outputTokens"] >= len(INTRODUCTION.split())


@pytest.mark.parametrize("scene", COMPLETE, ids=lambda scene: scene.name)
def test_what_is_begun_is_ended_and_a_step_has_no_id_twice(scene: Scene) -> None:
    chunks = chunks_of(perform(asked(scene.name)))
    begun: set[str] = set()
    ended: set[str] = set()
    for chunk in chunks:
        if chunk["type"] in ("text-start", "reasoning-start"):
            assert chunk["id"] not in begun
            begun.add(chunk["id"])
        elif chunk["type"] in ("text-end", "reasoning-end"):
            ended.add(chunk["id"])
        elif chunk["type"] == "finish-step":
            assert begun == ended != set()
            begun, ended = set(), set()
    assert chunks[-1]["type"] == "finish"


def test_it_says_in_its_first_reply_that_it_is_scripted_and_then_no_more() -> None:
    assert reply_to("hello").startswith(INTRODUCTION)
    known = Turn([user("hello"), agent({"type": "text", "text": "Hello!"}), user("hello")])
    again = text_of(message_of(chunks_of(perform(known))))
    assert again.startswith("You said: “hello”.")
    assert "help" in again


def test_help_names_all_there_is() -> None:
    said = reply_to("Please HELP me")
    for scene in SCENES:
        assert f"| **{scene.name}** | {scene.about} |" in said


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Could you COUNT to 5?", "count 10"),
        ("a long text, please", "long"),
        ("I would like to talk to a human", "person"),
        ("ask for a person", "person"),
        ("longer", None),
        ("", None),
    ],
)
def test_words_call_a_scene_in_a_sentence_too(text: str, name: str | None) -> None:
    scene = scene_for(text)
    assert (scene.name if scene else None) == name


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("count to 3", "1 2 3"),
        ("count", "9 10"),
        ("count 0", INTRODUCTION),
        ("count 99999999999999999999", f"{AT_MOST}\n\nI stop at {AT_MOST}."),
    ],
)
def test_it_counts_as_far_as_it_is_told_and_not_for_ever(text: str, end: str) -> None:
    assert reply_to(text).endswith(end)


def test_a_long_message_is_not_repeated_whole() -> None:
    assert len(reply_to("word " * 5000)) < 1000


@pytest.mark.parametrize(
    "parts",
    [[], [{"type": "file", "mediaType": "image/png", "url": "data:,"}], [{"type": "data-x"}]],
)
def test_a_message_without_words_is_answered(parts: list[dict[str, str]]) -> None:
    turn = Turn([Said({"role": "user", "parts": parts})])
    assert "nothing in words" in text_of(message_of(chunks_of(perform(turn))))


def test_slow_hesitates_before_it_says_anything() -> None:
    beats = list(perform(asked("slow")))
    hesitation, start, *_ = beats
    assert isinstance(hesitation, Pause) and hesitation.seconds >= 5
    assert isinstance(start, dict) and start["type"] == "start"


def test_fail_breaks_off_in_an_open_text() -> None:
    chunks = []
    with pytest.raises(Exception, match="nothing is broken"):
        for beat in perform(asked("fail")):
            if not isinstance(beat, Pause):
                chunks.append(beat)
    assert chunks[-1]["type"] == "error"
    assert [chunk["type"] for chunk in chunks].count("text-end") == 1


def test_another_version_says_that_it_is_one() -> None:
    turn = Turn([user("count 2")], again=True)
    assert text_of(message_of(chunks_of(perform(turn)))).endswith(
        "Another version, as you asked for one:\n\n1 2"
    )


def interrupted(text: str, after: int) -> list[Chunk]:
    """Return what it says if somebody speaks once it has said so many chunks."""
    said: list[Chunk] = []
    for beat in perform(asked(text), lambda: len(said) >= after):
        if not isinstance(beat, Pause):
            said.append(beat)
    return said


def test_it_breaks_off_at_the_next_word() -> None:
    # Start, step, and the beginning of a text.
    before = 3
    said = interrupted("long", before + 5)
    assert said[: before + 5] == chunks_of(perform(asked("long")))[: before + 5]
    assert [chunk["type"] for chunk in said[before + 5 :]] == ["text-end", "finish-step", "finish"]
    assert said[-1]["messageMetadata"]["usage"]["outputTokens"] == 5


@pytest.mark.parametrize("after", range(1, len(chunks_of(perform(asked("tool"))))))
def test_it_does_not_leave_a_tool_in_the_middle(after: int) -> None:
    said = interrupted("tool", after)
    parts = message_of(said)["parts"]
    assert {part["state"] for part in parts if "state" in part} <= FINAL
    assert not [part for part in parts if part.get("preliminary")]
    assert said[-1]["type"] == "finish"


def test_what_is_said_into_an_answer_is_taken_up() -> None:
    cut = agent({"type": "text", "text": "Here is a"})
    turn = Turn([user("long"), cut, user("shorter"), user("now count 2")], steers=2)
    said = text_of(message_of(chunks_of(perform(turn))))
    assert "“shorter”, and then “now count 2”" in said
    assert said.endswith("1 2")
    turn = Turn([user("long"), cut, user("shorter")], steers=1)
    assert "In short" in text_of(message_of(chunks_of(perform(turn))))
    turn = Turn([user("long"), cut, user("in verse")], steers=1)
    assert "broken off" in text_of(message_of(chunks_of(perform(turn))))


def test_a_decision_is_acted_on_also_where_more_was_said() -> None:
    call = {
        "type": "tool-send_message",
        "toolCallId": "send-1",
        "state": "output-denied",
        "input": {},
        "approval": {"id": "", "approved": False},
    }
    turn = Turn(
        [user("approve"), agent(call), user("hurry")], 1, reason_of={"send-1": "too early"}.get
    )
    said = text_of(message_of(chunks_of(perform(turn))))
    assert "“too early”" in said
    assert "“hurry”" in said
    # What came of it stands in the conversation by then.
    later = Turn([*turn.said, agent({"type": "text", "text": "I have not."}), user("hello")])
    assert "denied" not in text_of(message_of(chunks_of(perform(later))))


def test_recall_names_who_said_what_by_their_tokens() -> None:
    jane = Author("jane", "operator")
    ann = Author("ann")
    turn = Turn(
        [
            Said(user("My order is late").message, ann),
            Said(
                {"role": "assistant", "parts": [{"type": "text", "text": "It comes today"}]}, jane
            ),
            agent({"type": "text", "text": "something scripted"}),
            Said(user("recall").message, ann),
        ]
    )
    said = text_of(message_of(chunks_of(perform(turn))))
    assert "A person of the team told you:\n\n> **jane**: It comes today" in said
    assert "You told me:\n\n> **ann**: My order is late" in said
    assert "something scripted" not in said
    assert "recall" not in said
    many = Turn([*(user(f"number {n}") for n in range(15)), user("recall")])
    quotes = text_of(message_of(chunks_of(perform(many))))
    assert "… 5 more before that" in quotes and "number 14" in quotes
