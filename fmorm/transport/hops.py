"""The way to a file in a container: from the address of a reply, over redirects, without a token for strangers.

FileMaker Server answers the first request for such an address with a redirect and a cookie, and the second one with
the file (spec of the Web Publishing Engine as recorded by several clients; not in Claris's guide).
"""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import urljoin

import httpx

from fmorm.errors import ProtocolError
from fmorm.wire.requests import Request

HOPS: Final = 5
"""Redirects that are followed at most: one is usual."""


class Journey:
    """Says which address to ask next, and with which headers."""

    def __init__(self, request: Request, url: str, home: str, headers: Mapping[str, str]) -> None:
        """Begin.

        Args:
            request: The request, for messages.
            url: The address of the file.
            home: The server's own address: only there the headers with the token are sent.
            headers: The token's header.
        """
        self._request = request
        self._home = _origin(httpx.URL(home))
        self._headers = headers
        self._cookies: dict[tuple[str, str], dict[str, str]] = {}
        self._left = HOPS
        self.url = self._checked(url)

    def headers(self) -> dict[str, str]:
        """Give the headers for the address at hand."""
        headers = dict(self._headers) if _origin(self.url) == self._home else {}
        cookies = self._cookies.get(("http", self.url.host), {})
        if self.url.scheme == "https":  # what was told over TLS is told to nobody without
            cookies = cookies | self._cookies.get(("https", self.url.host), {})
        if cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
        return headers

    def goes_on(self, response: httpx.Response) -> bool:
        """Take in a response: whether another address has to be asked.

        Raises:
            ProtocolError: There are too many redirects, or one to something that is no web address.
        """
        place = self.url.scheme, self.url.host
        self._cookies.setdefault(place, {}).update(response.cookies.items())
        location = response.headers.get("location")
        if not response.has_redirect_location or location is None:
            return False
        self._left -= 1
        if self._left < 0:
            raise self._strange(f"more than {HOPS} redirects")
        self.url = self._checked(location, str(self.url))
        return True

    def built(self, client: httpx.Client | httpx.AsyncClient) -> httpx.Request:
        """Make the request for the address at hand."""
        return client.build_request("GET", self.url, headers=self.headers())

    def is_file(self, response: httpx.Response) -> bool:
        """Whether a response is the file."""
        return response.status_code == HTTPStatus.OK

    def no_file(self, response: httpx.Response) -> ProtocolError:
        """Make the error for a response that is something else."""
        return self._strange(f"HTTP {response.status_code}", response.status_code)

    def _checked(self, address: str, base: str = "") -> httpx.URL:
        try:
            url = httpx.URL(urljoin(base, address))
            url.host.encode("idna")
        except (ValueError, httpx.InvalidURL):
            url = httpx.URL()
        if url.scheme not in {"http", "https"} or not url.host:
            raise self._strange(
                "its address is none of the web: FileMaker may keep a reference to a file there"
            )
        return url

    def _strange(self, what: str, status: int = HTTPStatus.OK) -> ProtocolError:
        return ProtocolError(f"{self._request.about}: {what}", status=status, request=self._request.about)


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port or {"http": 80, "https": 443}.get(url.scheme)
