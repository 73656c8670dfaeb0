"""A raw ASGI application on a free port of this machine, with the settings of the embedded server."""

from __future__ import annotations

import asyncio
import socket
from typing import Any

import uvicorn


def listen(app: Any) -> None:
    """Print the address and serve until told to stop."""
    listener = socket.socket(
        socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP
    )  # so asyncio sends at once
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    config = uvicorn.Config(
        app,
        http="httptools",
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
    )
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    asyncio.run(uvicorn.Server(config).serve([listener]))
