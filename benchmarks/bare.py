"""A server of nothing but aiohttp and uvloop, for what the hub is compared with."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Coroutine

from aiohttp import web

ANSWER = json.dumps(
    {
        "action": 1,
        "msgSerial": 1,
        "count": 1,
        "res": [{"serials": ["01795185759595-007@3e06b1c737:000"]}],
    }
)


class Bare:
    """What the handlers share."""

    def __init__(self) -> None:
        self._subscribers: set[web.WebSocketResponse] = set()
        self._page = b"[]"

    def application(self) -> web.Application:
        app = web.Application(client_max_size=16 << 20)
        app.router.add_get("/subscribe", self.subscribe)
        app.router.add_get("/publish", self.publish)
        app.router.add_get("/answer", self.answer)
        app.router.add_get("/page", self.page)
        app.router.add_put("/page", self.set_page)
        return app

    async def subscribe(self, request: web.Request) -> web.WebSocketResponse:
        """Get what others publish."""
        socket = await _opened(request)
        self._subscribers.add(socket)
        try:
            async for _ in socket:
                pass
        finally:
            self._subscribers.discard(socket)
        return socket

    async def publish(self, request: web.Request) -> web.WebSocketResponse:
        """Send each frame to every subscriber, just as it came."""
        socket = await _opened(request)
        async for message in socket:
            for subscriber in self._subscribers:
                await subscriber.send_str(message.data)
        return socket

    async def answer(self, request: web.Request) -> web.WebSocketResponse:
        """Answer each frame with what could be its acknowledgement."""
        socket = await _opened(request)
        async for _ in socket:
            await socket.send_str(ANSWER)
        return socket

    async def page(self, request: web.Request) -> web.Response:
        return web.Response(body=self._page, content_type="application/json")

    async def set_page(self, request: web.Request) -> web.Response:
        self._page = await request.read()
        return web.Response()


async def _opened(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse(compress=False)
    await socket.prepare(request)
    return socket


async def serve(port: int) -> None:
    runner = web.AppRunner(Bare().application(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print(json.dumps({"port": runner.addresses[0][1]}), flush=True)
    await asyncio.Event().wait()


def run(main: Coroutine[None, None, None]) -> None:
    """Run as the hub does: on uvloop where there is one."""
    try:
        import uvloop
    except ImportError:
        asyncio.run(main)
    else:
        uvloop.run(main)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    run(serve(parser.parse_args().port))
