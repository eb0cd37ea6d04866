"""What is painted on: the real Console in the real JupyterLab, and a page that only prints."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path
from statistics import quantiles
from typing import Any

from playwright.sync_api import Browser, Page

from aitransport_notebook.hub.launch.record import HubRecord
from aitransport_notebook.session.connection import connection_to
from benchmarks.servers import ROOT
from tests.browser.jupyter import JupyterLab, Notebook
from tests.support.chromium import chromium

HERE = Path(__file__).parent
ABLY = ROOT / "js" / "node_modules" / "ably" / "build" / "ably.min.js"
WATCH = HERE / "painting.mjs"
ASSETS = {"/": HERE / "painting.html", "/ably.min.js": ABLY}
# A frame is due every 16.7 ms: one that takes longer than this has left one out.
FRAME = 20.0
PATIENCE = 120_000
LOAD_ALL = "Load all older messages"


@dataclass(frozen=True)
class Seen:
    """How long after it was published each token was painted, and how long each frame took.

    Times are in ms; `cpu` is what the page's process used meanwhile.
    """

    lags: Sequence[float]
    frames: Sequence[float]
    cpu: float

    def lag(self, percent: int) -> float:
        return quantiles(self.lags, n=100)[percent - 1]

    @property
    def in_time(self) -> float:
        """The percentage of frames that were drawn when they were due."""
        return 100 * sum(frame < FRAME for frame in self.frames) / len(self.frames)

    @property
    def cpu_of_a_frame(self) -> float:
        return self.cpu / len(self.frames)


class Screen:
    """A page with the instrument in it, which looks where what is said is shown."""

    def __init__(self, page: Page, said: str) -> None:
        self.page = page
        self._said = said
        self._devtools = page.context.new_cdp_session(page)
        browser = page.context.browser
        assert browser is not None
        self._processes = browser.new_browser_cdp_session()
        self._cpu = 0.0
        page.evaluate(WATCH.read_text())

    def begin(self) -> None:
        """Look from now on."""
        self._cpu = self._cpu_used()
        self.page.evaluate("said => painting.begin(said, painting.now())", self._said)

    def end(self, last: float) -> Seen:
        """Look until the token with a stamp is there; returns what was seen."""
        self.page.wait_for_function(
            "last => painting.newest() >= last", arg=last, timeout=PATIENCE, polling=100
        )
        cpu = self._cpu_used() - self._cpu
        noted = self.page.evaluate("painting.end()")
        tokens, frames = noted["tokens"], noted["frames"]
        lags = [painted - said for said, painted in zip(tokens[::2], tokens[1::2], strict=True)]
        return Seen(lags, [after - before for before, after in pairwise(frames)], cpu)

    def shows(self, words: str) -> None:
        """Wait until what was said last has these words."""
        self.page.evaluate("where => painting.until(...where)", [self._said, words])

    def frames_while(self, script: str) -> Seen:
        """Run a script in the page; returns what frames were drawn meanwhile."""
        self.begin()
        self.page.evaluate(script)
        return self.end(0)

    def heap(self) -> float:
        """Return the bytes that the page's scripts hold, once all else is thrown away."""
        for _ in range(3):
            self._devtools.send("HeapProfiler.collectGarbage")
        return float(self._devtools.send("Runtime.getHeapUsage")["usedSize"])

    def nodes(self) -> int:
        """Return how many nodes the document has, those that nobody sees among them."""
        counted = self._devtools.send("Memory.getDOMCounters")
        return int(counted["nodes"])

    def close(self) -> None:
        self.page.close()

    def _cpu_used(self) -> float:
        told = self._processes.send("SystemInfo.getProcessInfo")["processInfo"]
        used: float = sum(each["cpuTime"] for each in told if each["type"] == "renderer")
        return 1000 * used


class ConsoleScreen(Screen):
    """A Console in a notebook."""

    def __init__(self, notebook: Notebook) -> None:
        super().__init__(notebook.page, ".ait [role=feed] [data-kind=message] .ait-md")
        self.notebook = notebook
        self.console = notebook.console()

    def run(self) -> None:
        """Run the notebook, and wait until the Console is live."""
        self.notebook.run_all()
        self.console.is_live()

    def load_all(self) -> float:
        """Have it load all messages; returns the seconds that it took."""
        button = self.console.root.get_by_role("button", name=LOAD_ALL)
        with self.searching():
            if not button.count():
                return 0.0
            took: float = button.evaluate(_LOADED)
        return took / 1000

    @contextmanager
    def searching(self) -> Iterator[None]:
        root = self.console.root
        root.get_by_role("button", name="Search", exact=True).click()
        yield
        root.get_by_role("button", name="Close search").click()


# Until there is nothing more to load, and to stop.
_LOADED = """async button => {
  const panel = button.closest('.ait-search');
  const began = performance.now();
  button.click();
  await new Promise((done) => {
    const look = () => {
      if (!panel.querySelector('.ait-search-older')) return done();
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  return performance.now() - began;
}"""


class BareScreen(Screen):
    """A page that prints what is said on a channel, with the same client library."""

    def __init__(self, page: Page, hub: HubRecord) -> None:
        super().__init__(page, "#texts > pre")
        self._hub = hub

    def join(self, channel: str, limit: int = 0) -> None:
        """Have it hear, and print so much of what was said before."""
        self.page.evaluate("async order => void await join(order)", self.order(channel, limit))

    def read(self, channel: str) -> float:
        """Have it read all that was said before; returns the seconds that it took."""
        took: float = self.page.evaluate("read", self.order(channel))
        return took / 1000

    def order(self, channel: str, limit: int = 0) -> dict[str, Any]:
        hub = self._hub
        connection = connection_to(
            key=hub.key, endpoint=hub.host, port=hub.port, tls=False, client_id="bare"
        )
        told = {"token": connection.token(), "port": hub.port}
        return {**told, "channel": channel, "limit": limit}


class Studio:
    """A browser, JupyterLab with its hub, and a server of the bare page."""

    def __init__(self, lab: JupyterLab, hub: HubRecord, browser: Browser, bare: str) -> None:
        self.lab, self.hub = lab, hub
        self._browser, self._bare = browser, bare

    def notebook(self, name: str, *cells: str) -> Notebook:
        """Open a notebook whose first cell opens a Console; the cell has not been run."""
        return Notebook(self._page()).open(self.lab.console(name, *cells))

    @contextmanager
    def console(self, channel: str) -> Iterator[ConsoleScreen]:
        screen = ConsoleScreen(self.notebook(channel))
        screen.run()
        yield screen
        screen.close()

    @contextmanager
    def bare(self) -> Iterator[BareScreen]:
        page = self._page()
        page.goto(self._bare)
        screen = BareScreen(page, self.hub)
        yield screen
        screen.close()

    def _page(self) -> Page:
        page = self._browser.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE)
        return page


@contextmanager
def studio(folder: Path) -> Iterator[Studio]:
    # All pages have the priority that this process has, whichever of them is in front.
    flags = ("--disable-renderer-backgrounding",)
    with JupyterLab(folder) as lab, _bare_server() as bare, chromium(*flags) as browser:
        yield Studio(lab, lab.start_hub(), browser, bare)


class _Assets(BaseHTTPRequestHandler):
    """Serves the bare page: from loopback, as browsers let no other page reach a hub there."""

    def do_GET(self) -> None:
        file = ASSETS.get(self.path)
        self.send_response(404 if file is None else 200)
        kind = "text/javascript" if self.path.endswith(".js") else "text/html"
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.end_headers()
        if file is not None:
            self.wfile.write(file.read_bytes())

    def log_message(self, format: str, *args: Any) -> None:
        """Nobody reads this."""


@contextmanager
def _bare_server() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Assets)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
