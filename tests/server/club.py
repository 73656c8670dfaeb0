"""The club of `club.toml`, and the client that the tests ask it with."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

from server.client import Answer, Client

CLUB = Path(__file__).with_name("club.toml")


class Member(Client):
    """A client of the club."""

    def call(self, method: str, path: str, body: object = None, **query: object) -> Answer:
        """Send a request; a path that does not begin with / begins after the layout's name."""
        inner = path if path.startswith("/") else f"/databases/club/layouts/{quote(self.layout)}/{path}"
        return super().call(method, inner, body, **query)

    def metadata(self, layout: str, **query: object) -> Answer:
        return self.call("GET", f"/databases/club/layouts/{layout}", **query)
