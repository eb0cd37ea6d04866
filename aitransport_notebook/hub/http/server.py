"""Routes, and the sockets that the hub listens on."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from aitransport_notebook.errors import HubError, NotFoundError
from aitransport_notebook.hub.http import (
    forgetting,
    guard,
    own,
    replies,
    rest,
    sandbox,
    sign_in,
    tickets,
)
from aitransport_notebook.hub.http.calls import Call
from aitransport_notebook.hub.http.parts import Hub, Settings
from aitransport_notebook.hub.http.realtime import realtime
from aitransport_notebook.hub.http.replies import Reply
from aitransport_notebook.hub.http.socket import LINGER
from aitransport_notebook.hub.http.upkeep import keep_room, keep_time
from aitransport_notebook.hub.store import Store, Synchronous

logger = logging.getLogger(__name__)

Handler = Callable[[Call], Awaitable[Reply]]

CHANNEL = "/channels/{channel}"
# What jupyter-server-proxy makes of a name with a slash in it, which its client had encoded.
DECODED_CHANNEL = "/channels/{channel:.+}"
MESSAGE = CHANNEL + "/messages/{serial}"
ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "/time", rest.time),
    ("POST", "/keys/{key}/requestToken", rest.request_token),
    ("GET", "/stats", rest.stats),
    ("GET", "/channels", rest.channels),
    ("GET", CHANNEL, rest.status),
    ("POST", CHANNEL + "/messages", rest.publish),
    ("POST", CHANNEL + "/publish", rest.publish),
    ("GET", CHANNEL + "/messages", rest.history),
    ("GET", CHANNEL + "/history", rest.history),
    ("GET", CHANNEL + "/presence", rest.presence),
    ("GET", CHANNEL + "/presence/history", rest.presence_history),
    ("GET", MESSAGE, rest.message),
    ("PATCH", MESSAGE, rest.change),
    ("GET", MESSAGE + "/versions", rest.versions),
    ("GET", "/hub/about", own.about),
    ("POST", "/hub/links", sign_in.make_link),
    ("POST", "/hub/sign-in", sign_in.sign_in),
    ("POST", "/hub/tickets", tickets.give_ticket),
    ("DELETE", "/hub/channels/{channel}", forgetting.forget),
)
# Tried last: whatever was encoded as it should be means what it always did.
DECODED_ROUTES = tuple(
    (method, path.replace(CHANNEL, DECODED_CHANNEL), handler)
    for method, path, handler in sorted(ROUTES, key=lambda route: -route[1].count("/"))
    if path.startswith(f"{CHANNEL}/")
)
SANDBOX: tuple[tuple[str, str, Handler], ...] = (
    ("POST", "/apps", sandbox.create),
    ("DELETE", "/apps/{app}", sandbox.delete),
    ("POST", "/stats", sandbox.accept_stats),
)


def application(hub: Hub) -> web.Application:
    """Make the web application of a hub."""
    app = web.Application(client_max_size=4 * hub.limits.frame_size, middlewares=[guard.answered])
    routes = ROUTES + (SANDBOX if hub.settings.sandbox else ()) + DECODED_ROUTES
    for method, path, handler in routes:
        serve = _served(hub, handler)
        app.router.add_route(method, path, serve, expect_handler=guard.expected)
        if method == "GET":
            app.router.add_route("HEAD", path, serve, expect_handler=guard.expected)

    async def root(request: web.Request) -> web.StreamResponse:
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await realtime(hub, request)
        return await own.page(request)

    async def other(request: web.Request) -> web.StreamResponse:
        if request.method == "OPTIONS":
            return replies.preflight(request)
        return replies.write(replies.of_error(_nothing_here(request)), request)

    app.router.add_get("/", root, expect_handler=guard.expected)
    for path in ("/console", "/customer", "/static/{name}"):
        app.router.add_get(path, own.page, expect_handler=guard.expected)
    app.router.add_route("*", "/{tail:.*}", other, expect_handler=guard.expected)
    return app


def _served(hub: Hub, handler: Handler) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def serve(request: web.Request) -> web.Response:
        hub.used()
        return replies.write(await handler(Call(hub, request)), request)

    return serve


def _nothing_here(request: web.Request) -> NotFoundError:
    return NotFoundError(
        f"could not find path: {request.path[:200]}",
        code=40400,
        hint="See Ably's REST interface for the paths there are.",
    )


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Hub]:
    """Open the store and run a hub on it, with no sockets yet."""
    synchronous: Synchronous = "FULL" if settings.power_safe else "NORMAL"
    hub = Hub(settings, Store.open(settings.data, synchronous=synchronous))
    tasks = [
        asyncio.create_task(work)
        for work in (hub.pump.run(hub.core), keep_time(hub), keep_room(hub))
    ]
    for task in tasks:
        task.add_done_callback(_stop_if_broken)
    try:
        yield hub
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        hub.close()


def _stop_if_broken(task: asyncio.Task[None]) -> None:
    """A hub whose pump or clock has stopped must not look alive."""
    if not task.cancelled() and task.exception() is not None:
        logger.critical("the hub has failed", exc_info=task.exception())
        os._exit(70)


@asynccontextmanager
async def serving(settings: Settings) -> AsyncIterator[tuple[Hub, str, int]]:
    """Run a hub and listen; yields it with the host and the port."""
    async with running(settings) as hub:
        runner = web.AppRunner(
            application(hub),
            access_log=None,
            handle_signals=False,
            logger=guard.quiet_server(),
            # A client is given less to go: a handler that ends as it is given up fails in aiohttp.
            shutdown_timeout=2 * LINGER,
        )
        await runner.setup()
        site = web.TCPSite(runner, settings.host, settings.port)
        try:
            await site.start()
        except OSError as error:
            await runner.cleanup()
            raise HubError(
                f"cannot listen on {settings.host} port {settings.port}: {error.strerror}",
                code=50000,
                hint="Choose another port, or --port 0 for any free one.",
            ) from None
        try:
            yield hub, settings.host, runner.addresses[0][1]
        finally:
            await site.stop()
            hub.core.hang_up(hub.moment())
            await runner.cleanup()
