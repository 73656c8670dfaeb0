"""Timestamps that are meant in a time zone: FileMaker keeps the wall clock, Python the moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Any

from fmorm.wire.values.codecs import Codec, Unreadable, Wire


def zoned_codec(base: Codec, zone: tzinfo) -> Codec:
    """Give the codec of timestamps on the wall clock of a zone.

    Reading takes the first of the two moments that a clock which is set back shows. What would not be read back as
    the same moment is not written.

    Args:
        base: The codec of timestamps without a zone.
        zone: The zone.
    """

    def decode(raw: Wire) -> datetime:
        moment: datetime = base.decode(raw).replace(tzinfo=zone)
        if not _exists(moment, zone):
            raise Unreadable(f"there is no such time in {zone}: the clocks are set forward over it")
        return moment

    def admit(value: Any) -> datetime:
        if value.tzinfo is None:
            raise ValueError(
                f"the field is meant in {zone}: give a datetime with a time zone, as datetime.now(UTC)"
            )
        try:
            local, why = _local(value, zone)
        except OverflowError:
            raise ValueError(f"{value!r} is beyond the dates that Python has in {zone}") from None
        if why:
            raise ValueError(why)
        return local

    def encode(value: Any) -> str | int | float:
        return base.encode(admit(value).replace(tzinfo=None))

    return replace(base, decode=decode, encode=encode, admit=admit, plain=False, zone=zone)


def _local(value: datetime, zone: tzinfo) -> tuple[datetime, str]:
    """Give a moment on the wall clock of a zone, and why that does not tell it, if so."""
    local = _at(value).astimezone(zone)
    if value.tzinfo is not None and not _exists(value, value.tzinfo):
        return local, f"there is no such time as {value.isoformat()}: the clocks are set forward over it"
    if _at(local.replace(fold=0)) == _at(value):
        return local, ""
    wall = local.replace(tzinfo=None).isoformat(" ", "seconds")
    return local, (
        f"FileMaker keeps the wall clock of {zone}, which cannot tell {value.isoformat()}: the clocks are set back, "
        f"{wall} comes twice, and this is the second time; give another moment, or keep it in a field without zone"
    )


def _exists(moment: datetime, zone: tzinfo) -> bool:
    try:
        return _at(moment).astimezone(zone).replace(tzinfo=None) == moment.replace(tzinfo=None)
    except OverflowError:  # the first or last hours that Python counts
        return True


def _at(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
