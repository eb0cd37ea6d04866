"""Who wrote a message is what the server verified, of all who had a hand in it."""

from __future__ import annotations

import json
from itertools import count

import pytest

from aitransport_notebook import UIMessageCodec, fold
from aitransport_notebook.runs.authors import Author, authors_of
from tests.runs.messages import ASKED, BEGUN, SAID, Json, message, output


def authors(*messages: Json) -> list[Author]:
    serials = count(1)
    given = [{**one, "serial": f"{next(serials):04}"} for one in messages]
    tree = fold(given, UIMessageCodec())
    return authors_of(tree, tree.view().messages)


def test_each_message_is_of_who_published_it() -> None:
    assert authors(ASKED, BEGUN, output("jane", "operator"), output("jane", "operator")) == [
        Author("ann", "user"),
        Author("jane", "operator"),
    ]


@pytest.mark.parametrize(
    ("role", "is_operator"),
    [("operator", True), ("lead", True), ("agent", False), ("user", False), (None, False)],
)
def test_only_people_of_the_team_are_operators(role: str | None, is_operator: bool) -> None:
    assert Author("jane", role).is_operator is is_operator


def test_what_a_message_says_of_its_author_counts_for_nothing() -> None:
    metadata = json.dumps({"author": {"name": "Jane", "human": True, "role": "operator"}})
    start = {"kind": "start", "messageId": "m2", "messageMetadata": metadata}
    forged = message("ai-output", "mallory", None, {**SAID, "role": "operator"}, start)
    assert authors(ASKED, BEGUN, forged)[1] == Author("mallory", None)


@pytest.mark.parametrize(
    "another",
    [
        output("mallory", "user", "Refund 900."),
        output("jane", "user", "Refund 900."),
        output("jane", "operator", version={"serial": "0009", "clientId": "mallory"}),
    ],
    ids=["added to", "under another role", "changed"],
)
def test_a_message_that_others_had_a_hand_in_is_nobodys(another: Json) -> None:
    assert authors(ASKED, BEGUN, output("jane", "operator"), another)[1] == Author()


def test_a_word_on_a_tool_call_makes_nobody_an_author() -> None:
    call = message(
        "ai-output",
        "jane",
        "operator",
        {**SAID, "stream": "false"},
        {"kind": "tool-input", "toolCallId": "c", "toolName": "look"},
        {},
    )
    answer = message(
        "ai-input",
        "ann",
        "user",
        {"role": "user", "codec-message-id": "m2", "run-id": "r", "event-id": "e2"},
        {"kind": "tool-result", "toolCallId": "c"},
        {"output": 1},
    )
    assert authors(ASKED, BEGUN, call, answer)[1] == Author("jane", "operator")
