"""What stands for Ably's public addresses on this machine: TLS, plain, and one that never answers.

It needs no rights and changes nothing of the machine: its ports are free ones, and only inside of
the suites' own processes do the hosts lead to it.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import ssl
import subprocess
from contextlib import AsyncExitStack
from pathlib import Path
from types import TracebackType

from aiohttp import web

from tests.compatibility import stand_ins

LOOPBACK = "127.0.0.1"
SERVICE = (
    "sandbox.realtime.ably-nonprod.net",
    "main.realtime.ably.net",
    "ws-up.ably-realtime.com",
    *(f"sandbox.{letter}.fallback.ably-realtime-nonprod.com" for letter in "abcde"),
    *(f"main.{letter}.fallback.ably-realtime.com" for letter in "abcde"),
)
HOSTS = (*SERVICE, *stand_ins.HOSTS)
# An address that tests count on nobody answering at.
SILENT = "10.255.255.1"
CHUNK = 1 << 16
CERTIFICATE = """\
[req]
distinguished_name = name
x509_extensions = extensions
prompt = no
[name]
CN = a stand-in for tests
[extensions]
basicConstraints = critical, CA:true
keyUsage = critical, digitalSignature, keyCertSign
subjectKeyIdentifier = hash
subjectAltName = {names}
"""


class Front:
    """Takes connections for the hosts, and hands them to the hub or to a stand-in."""

    def __init__(self, hub_port: int, folder: Path, delay: float = 0.0) -> None:
        self._hub_port = hub_port
        self._delay = delay
        self._folder = folder
        self._stack = AsyncExitStack()
        self._stand_ins_port = 0
        self.certificate = folder / "front.pem"
        self.redirect = ""

    async def __aenter__(self) -> Front:
        context = await asyncio.to_thread(self._make_certificate)
        runner = web.ServerRunner(web.Server(stand_ins.answer))
        await runner.setup()
        self._stack.push_async_callback(runner.cleanup)
        listening = socket.create_server((LOOPBACK, 0))
        self._stand_ins_port = listening.getsockname()[1]
        await web.SockSite(runner, listening).start()
        # It is never read from: the system takes the connections, and nothing follows.
        silent = self._stack.enter_context(socket.create_server((LOOPBACK, 0), backlog=1024))
        ports = {"443": await self._listen(context), "80": await self._listen(None)}
        self.redirect = json.dumps(
            {
                **{"hosts": HOSTS, "ports": ports},
                "silent": {"host": SILENT, "port": silent.getsockname()[1]},
            }
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def _listen(self, context: ssl.SSLContext | None) -> int:
        server = await asyncio.start_server(self._serve, LOOPBACK, 0, ssl=context)
        self._stack.callback(server.close)
        port: int = server.sockets[0].getsockname()[1]
        return port

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            await asyncio.sleep(self._delay)
            upstream, out = await asyncio.open_connection(LOOPBACK, self._port_for(head))
            out.write(head)
            await asyncio.gather(_pour(reader, out), _pour(upstream, writer))
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            writer.close()

    def _port_for(self, head: bytes) -> int:
        for line in head.decode("latin-1").lower().split("\r\n"):
            name, _, value = line.partition(":")
            if name == "host":
                host = value.strip().partition(":")[0]
                return self._stand_ins_port if host in stand_ins.HOSTS else self._hub_port
        return self._hub_port

    def _make_certificate(self) -> ssl.SSLContext:
        """Make one that signs itself, for processes that are told to trust it."""
        if shutil.which("openssl") is None:
            raise SystemExit("openssl is not installed; it makes the front's certificate")
        names = ",".join(f"DNS:{host}" for host in HOSTS)
        config, key = self._folder / "front.cnf", self._folder / "front.key"
        config.write_text(CERTIFICATE.format(names=names))
        command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
        files = ["-config", str(config), "-keyout", str(key), "-out", str(self.certificate)]
        subprocess.run([*command, *files], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, key)
        context.set_alpn_protocols(["http/1.1"])
        return context


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass
    finally:
        writer.close()
