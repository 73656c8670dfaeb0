"""The address book of examples/fastapi_contacts on a socket."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

import uvicorn
from fastapi_contacts import app as site

from fmorm.server import App, Background, load_schema

ROOT = Path(__file__).parents[2]

__all__ = ["ROOT", "filled", "served", "site"]


@contextmanager
def filled() -> Generator[App]:
    """Give a FileMaker of its own to the application."""
    with closing(App(load_schema(ROOT / "examples" / "contacts" / "contacts.toml"))) as host:
        before = site.filemaker
        site.filemaker = Background(host)
        try:
            yield host
        finally:
            site.filemaker = before


@contextmanager
def served() -> Generator[tuple[str, App]]:
    """Serve it, and give its address and the FileMaker behind it."""
    with filled() as host, socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(site.app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            until = time.monotonic() + 20
            while not server.started:
                assert thread.is_alive()
                assert time.monotonic() < until
                time.sleep(0.01)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}", host
        finally:
            server.should_exit = True
            thread.join()
