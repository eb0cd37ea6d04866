from __future__ import annotations

import json

import pytest

from aitransport_notebook.errors import error_for
from aitransport_notebook.hub.protocol.encoding import Format, encode_frame
from aitransport_notebook.hub.protocol.frames import (
    Action,
    ErrorInfo,
    Flag,
    Message,
    MessageAction,
    ProtocolMessage,
    PublishResult,
)


def written(frame: ProtocolMessage) -> object:
    return json.loads(encode_frame(frame, Format.JSON))


def test_the_numbers_are_ablys() -> None:
    names = "HEARTBEAT ACK NACK CONNECT CONNECTED DISCONNECT DISCONNECTED CLOSE CLOSED ERROR ATTACH"
    names += " ATTACHED DETACH DETACHED PRESENCE MESSAGE SYNC AUTH ACTIVATE OBJECT OBJECT_SYNC"
    assert [action.name for action in Action] == [*names.split(), "ANNOTATION"]
    assert [int(action) for action in Action] == list(range(22))
    assert {flag.name: int(flag).bit_length() - 1 for flag in Flag} == {
        "HAS_PRESENCE": 0,
        "HAS_BACKLOG": 1,
        "RESUMED": 2,
        "TRANSIENT": 4,
        "ATTACH_RESUME": 5,
        "HAS_OBJECTS": 7,
        "PRESENCE": 16,
        "PUBLISH": 17,
        "SUBSCRIBE": 18,
        "PRESENCE_SUBSCRIBE": 19,
        "ANNOTATION_PUBLISH": 21,
        "ANNOTATION_SUBSCRIBE": 22,
        "OBJECT_SUBSCRIBE": 24,
        "OBJECT_PUBLISH": 25,
    }


def test_what_is_not_set_does_not_travel_but_zeros_and_empty_texts_do() -> None:
    assert written(ProtocolMessage(action=Action.HEARTBEAT)) == {"action": 0}
    assert written(ProtocolMessage(action=Action.ERROR, channel="")) == {"action": 9, "channel": ""}
    assert written(ProtocolMessage(action=Action.NACK, msgSerial=0, count=1)) == {
        "action": 2,
        "msgSerial": 0,
        "count": 1,
    }


def test_a_create_says_that_it_is_one() -> None:
    message = Message(action=int(MessageAction.CREATE), data="")
    frame = ProtocolMessage(action=Action.MESSAGE, messages=[message])
    assert written(frame) == {"action": 15, "messages": [{"action": 0, "data": ""}]}


def test_an_acknowledgement_keeps_the_place_of_what_has_no_serial() -> None:
    frame = ProtocolMessage(action=Action.ACK, res=[PublishResult(["a", None]), PublishResult([])])
    assert written(frame) == {"action": 1, "res": [{"serials": ["a", None]}, {"serials": []}]}


@pytest.mark.parametrize("hint", ["Do this.", ""])
def test_an_error_travels_with_its_hint(hint: str) -> None:
    info = ErrorInfo.of(error_for(40160, "not permitted", hint=hint))
    assert (info.code, info.statusCode) == (40160, 401)
    assert info.message == ("not permitted. Do this." if hint else "not permitted")
    assert info.href == "https://help.ably.io/error/40160"
