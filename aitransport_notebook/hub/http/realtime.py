"""The realtime endpoint: a WebSocket for each client."""

from __future__ import annotations

import asyncio
from typing import cast

from aiohttp import WSMessage, WSMsgType, web

from aitransport_notebook.errors import AITransportError, error_for
from aitransport_notebook.hub.auth.credentials import Credentials, claimed_client_id
from aitransport_notebook.hub.http.paging import number
from aitransport_notebook.hub.http.parts import Hub
from aitransport_notebook.hub.http.socket import Socket
from aitransport_notebook.hub.protocol.connection import Connection, Frame, Hello
from aitransport_notebook.hub.protocol.encoding import Format, MalformedFrame, decode_frame
from aitransport_notebook.hub.protocol.frames import Action, ErrorInfo, ProtocolMessage

# Larger frames than a client is told of are refused with an error; much larger ones are not read.
UNREADABLE = 64
MOST_REMAINING = 300_000
LONGEST_ROLLUP = 500


async def realtime(hub: Hub, request: web.Request) -> web.StreamResponse:
    """Serve one client until its socket closes."""
    websocket = web.WebSocketResponse(
        autoclose=False,
        compress=False,
        heartbeat=30,
        max_msg_size=hub.limits.frame_size * UNREADABLE,
    )
    await websocket.prepare(request)
    transport = cast(asyncio.Transport, request.transport)
    form = Format.MSGPACK if request.query.get("format") == "msgpack" else Format.JSON
    socket = Socket(transport, form, hub.outbox)
    connection: Connection | None = None
    try:
        connection = _connect(hub, request, socket)
    except AITransportError as error:
        socket.send(Frame(ProtocolMessage(action=Action.ERROR, error=ErrorInfo.of(error))))
        socket.close()
    try:
        async for message in websocket:
            # Once it has been closed or replaced, what is still in the pipe is nobody's.
            if connection is not None and connection.transport is socket:
                _receive(hub, connection, message, form)
                await hub.pump.room()
    finally:
        if connection is not None:
            hub.core.lost(connection, socket, hub.moment())
        socket.close()
        socket.end()
    return websocket


def _connect(hub: Hub, request: web.Request, socket: Socket) -> Connection:
    query = request.query
    grant = hub.authenticator.authenticate(
        hub.tickets.redeemed(Credentials.from_request(request.headers, query), hub.now()),
        hub.now(),
        claimed_client_id(request.headers, query),
    )
    remain = number(query, "remainPresentFor")
    rollup = number(query, "appendRollupWindow")
    hello = Hello(
        resume=query.get("resume"),
        recover=query.get("recover"),
        echo=query.get("echo") != "false",
        heartbeats=query.get("heartbeats") != "false",
        remain_present=None if remain is None else max(0, min(remain, MOST_REMAINING)),
        append_rollup=(
            Hello.append_rollup if rollup is None else max(0, min(rollup, LONGEST_ROLLUP))
        ),
    )
    return hub.core.connect(grant, hello, socket, hub.moment())


def _receive(hub: Hub, connection: Connection, message: WSMessage, form: Format) -> None:
    if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
        return
    raw: str | bytes = message.data
    try:
        if len(raw) > hub.limits.frame_size:
            raise _too_large(hub, raw, form)
        frame = decode_frame(raw, form)
    except MalformedFrame as fault:
        hub.core.receive_malformed(connection, fault)
    else:
        hub.core.receive(connection, frame, hub.moment())


def _too_large(hub: Hub, raw: str | bytes, form: Format) -> MalformedFrame:
    error = error_for(
        40009,
        f"the frame has {len(raw)} bytes; the limit is {hub.limits.frame_size}",
        hint="Publish smaller messages.",
    )
    return MalformedFrame.of(error, raw, form)
