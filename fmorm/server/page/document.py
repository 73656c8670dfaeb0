"""The page as one document: the HTML with its style and its script, and the policy that lets in nothing else."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib import resources
from typing import Final

FILES: Final = resources.files("fmorm.server.page")
SCRIPTS: Final = (
    "elements.js",
    "json.js",
    "calls.js",
    "exchange.js",
    "files.js",
    "layouts.js",
    "pager.js",
    "finds.js",
    "records.js",
    "record.js",
    "requests.js",
    "main.js",
)
"""They share one scope; the last one begins."""


@cache
def document() -> bytes:
    """Give the HTML."""
    html = _text("page.html")
    return html.replace("/* style */", _style()).replace("/* script */", _script()).encode()


@cache
def policy() -> str:
    """Give the Content-Security-Policy: no script and no style but the page's own, no network but this server.

    Pictures are read with the session's token and shown as `blob:`; the icon is `data:`.
    """
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src '{_digest(_script())}'",
            f"style-src '{_digest(_style())}'",
            "connect-src 'self'",
            "img-src blob: data:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )


def _style() -> str:
    return _text("page.css")


def _script() -> str:
    return "\n".join(_text(name) for name in SCRIPTS)


def _text(name: str) -> str:
    return (FILES / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
