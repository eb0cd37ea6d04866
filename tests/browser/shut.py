"""The hub's port, shut to a browser."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, WebSocketRoute


class Shut:
    """The hub's port as a browser has it that is on another machine, until it is opened."""

    def __init__(self, context: BrowserContext, port: int) -> None:
        self._context, self._pages = context, f"http://127.0.0.1:{port}/**"
        context.route(self._pages, lambda route: route.abort("connectionrefused"))
        context.route_web_socket(f"ws://127.0.0.1:{port}/**", self._refuse)
        self._is_open = False

    def open(self) -> None:
        self._context.unroute(self._pages)
        self._is_open = True

    def _refuse(self, socket: WebSocketRoute) -> None:
        if self._is_open:
            socket.connect_to_server()
        else:
            socket.close()
