"""A small server of one page with the official browser bundle in it, on a port of its own."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import TracebackType

from tests.official.scenarios import JAVASCRIPT, PACKAGES

PAGE = b"""<!doctype html><meta charset=utf-8><title>a page</title>
<script src=/ably.js></script><script src=/page.js></script>"""


class Handler(BaseHTTPRequestHandler):
    """Answers with the page and its two scripts, and logs nothing."""

    def do_GET(self) -> None:
        if self.path == "/ably.js":
            self._answer("text/javascript", (PACKAGES / "ably/build/ably.min.js").read_bytes())
        elif self.path == "/page.js":
            self._answer("text/javascript", (JAVASCRIPT / "page.js").read_bytes())
        elif self.path == "/":
            self._answer("text/html", PAGE)
        else:
            self.send_error(404)

    def log_message(self, format: str, *arguments: object) -> None:
        pass

    def _answer(self, media: str, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class PageServer:
    """Serves until the end of its `with`."""

    def __enter__(self) -> PageServer:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()
        self.port = self._server.server_address[1]
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def url(self, host: str = "127.0.0.1") -> str:
        return f"http://{host}:{self.port}/"
