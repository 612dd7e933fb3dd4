"""Puts an ASGI app on a port. Knows nothing of articles, answers or pages."""

import socket
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from vectorstore.errors import BylineError

FIRST_PORT = 7860
"""Gradio's usual port."""
TRIED_PORTS = 20


def listen(host: str, port: int | None) -> socket.socket:
    """Return a bound socket: on ``port``, or without one on the first free port from 7860 on.

    Raises BylineError when the address cannot be used, with the way out.
    """
    try:
        family = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)[0][0]
    except OSError:
        raise BylineError(
            f"{host}: not an address of this machine; --host 127.0.0.1 serves this machine only"
        ) from None
    candidates = [port] if port else range(FIRST_PORT, FIRST_PORT + TRIED_PORTS)
    reason = ""
    for candidate in candidates:
        listener = socket.socket(family, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
            listener.listen()  # from here on a second server finds the port busy
        except OSError as error:
            listener.close()
            reason = error.strerror or str(error)
        else:
            return listener
    tried = f"port {port}" if port else f"ports {FIRST_PORT} to {FIRST_PORT + TRIED_PORTS - 1}"
    raise BylineError(f"{host} {tried}: {reason}; choose another with --port")


def serve(app: ASGIApp, listener: socket.socket, on_ready: Callable[[str], None]) -> None:
    """Serve ``app`` until interrupted; ``on_ready`` gets the page's URL once it answers."""
    host, port = listener.getsockname()[:2]
    url = f"http://[{host}]:{port}/" if listener.family == socket.AF_INET6 else f"http://{host}:{port}/"
    config = uvicorn.Config(app, log_level="warning", server_header=False, timeout_graceful_shutdown=1)
    server = _Server(config)
    server.on_ready = lambda: on_ready(url)
    server.run(sockets=[listener])


class _Server(uvicorn.Server):
    """Uvicorn that says when it is ready, and that ends although pages are open."""

    on_ready: Callable[[], None]

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            self.on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for connection in list(self.server_state.connections):
            if connection.transport:  # an open page listens for ever: hang up, so that its streams end in order
                connection.transport.close()
        await super().shutdown(sockets)
