r"""Text: `\r` on the wire, `\n` in Python; and the addresses of files."""

from __future__ import annotations

from fmorm.wire.containers import Contents
from fmorm.wire.values.codecs import Unreadable, Wire


def text_in(raw: Wire) -> str:
    """Read text: FileMaker's carriage returns become line feeds."""
    if not isinstance(raw, str):
        raise Unreadable("the field gives numbers; declare it with kind='number'")
    return raw.replace("\r", "\n") if "\r" in raw else raw


def text_out(value: str) -> str:
    """Write text: every line break becomes FileMaker's carriage return."""
    return value.replace("\r\n", "\r").replace("\n", "\r")


def contents_in(raw: Wire) -> Contents:
    """Take the address of a file."""
    if not isinstance(raw, str):
        raise Unreadable("it is no address of a file")
    return Contents(raw)


def contents_out(value: Contents) -> str:
    """Refuse: files are uploaded."""
    del value
    raise ValueError("a file is uploaded: db.upload(record, …)")
