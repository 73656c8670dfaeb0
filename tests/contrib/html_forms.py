"""What a browser would send of the forms of a page."""

from __future__ import annotations

from html.parser import HTMLParser


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.sent: dict[str, list[str]] = {}
        self._select = ""
        self._first: str | None = None
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = {name: value or "" for name, value in attrs}
        if tag == "input" and of.get("type") not in {"submit", "file"}:
            if of.get("type") not in {"checkbox", "radio"} or "checked" in of:
                self._send(of["name"], of.get("value", "on" if of.get("type") == "checkbox" else ""))
        elif tag == "select":
            self._select, self._first = of["name"], None
        elif tag == "option":
            if self._first is None:
                self._first = of["value"]
            if "selected" in of:
                self._send(self._select, of["value"])
        elif tag == "textarea":
            self._area = of["name"]
            self.sent.setdefault(self._area, []).append("")

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self._select not in self.sent and self._first is not None:
            self._send(self._select, self._first)
        elif tag == "textarea":
            assert self._area is not None
            text = self.sent[self._area][-1].removeprefix("\r").removeprefix("\n")
            self.sent[self._area][-1] = text.replace("\r\n", "\n").replace("\n", "\r\n")
            self._area = None

    def handle_data(self, data: str) -> None:
        if self._area is not None:
            self.sent[self._area][-1] += data

    def _send(self, name: str, value: str) -> None:
        self.sent.setdefault(name, []).append(value.replace("\r\n", "\n").replace("\n", "\r\n"))


def sent_of(html: str) -> dict[str, list[str]]:
    """Give what a browser would send if nobody changed anything."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.sent
