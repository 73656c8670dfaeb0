"""The address book of examples/flask_contacts on a socket."""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from flask_contacts.app import create_app, fm
from werkzeug.serving import make_server

from fmorm.server import App, load_schema

ROOT = Path(__file__).parents[2]

__all__ = ["ROOT", "create_app", "fm", "served"]


@contextmanager
def served() -> Generator[tuple[str, App]]:
    """Serve it, and give its address and the FileMaker behind it."""
    with closing(App(load_schema(ROOT / "examples" / "contacts" / "contacts.toml"))) as host:
        app = create_app(FMORM_EMBEDDED=host)
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.port}", host
        finally:
            server.shutdown()
            thread.join()
            server.server_close()
            fm.close(app)
