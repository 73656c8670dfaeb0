"""Text functions: parts, searching, replacing, letters and codes."""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from urllib.parse import quote as percent_encoded

from fmorm.server.calculations.errors import EvaluationError
from fmorm.server.calculations.functions.function import Function, of_values, table
from fmorm.server.calculations.kinds import (
    LONGEST_TEXT,
    UNKNOWN,
    Value,
    as_number,
    as_text,
    boolean,
    is_unknown,
    number,
    truth,
    whole,
)
from fmorm.server.calculations.moments import as_date, as_time, as_timestamp
from fmorm.server.calculations.nodes import Call, Group, Node

_CODE = 100_000
"""Char and Code give each character five digits."""


def left(text: Value, count: Value) -> Value:
    """Give the first characters."""
    return as_text(text)[: max(0, whole(count))]


def right(text: Value, count: Value) -> Value:
    """Give the last characters."""
    characters = as_text(text)
    return characters[max(0, len(characters) - max(0, whole(count))) :]


def middle(text: Value, start: Value, count: Value) -> Value:
    """Give characters from a place on, counted from 1."""
    first = max(0, whole(start) - 1)
    return as_text(text)[first : first + max(0, whole(count))]


def upper(text: Value) -> Value:
    """Make all letters capital."""
    return as_text(text).upper()


def lower(text: Value) -> Value:
    """Make all letters small."""
    return as_text(text).lower()


def length(text: Value) -> Value:
    """Count the characters."""
    return Decimal(len(as_text(text)))


def lowered(text: str) -> str:
    """Lower the case and keep every character in its place, which `str.lower` does not."""
    if text.isascii():
        return text.lower()
    return "".join([low if len(low := one.lower()) == 1 else one for one in text])


def position(text: Value, search: Value, start: Value, occurrence: Value) -> Value:
    """Find where a text begins in another, ignoring case; 0 when it does not."""
    within, wanted, nth = lowered(as_text(text)), lowered(as_text(search)), whole(occurrence)
    if not wanted or not nth:
        return Decimal(0)
    first = max(0, whole(start) - 1)
    return Decimal(
        _forwards(within, wanted, first, nth) if nth > 0 else _backwards(within, wanted, first, -nth)
    )


def _forwards(within: str, wanted: str, first: int, nth: int) -> int:
    place = within.find(wanted, first)
    while place >= 0 and nth > 1:
        place = within.find(wanted, place + len(wanted))
        nth -= 1
    return place + 1


def _backwards(within: str, wanted: str, first: int, nth: int) -> int:
    """Search to the left; an occurrence may begin at the starting place, but not behind it."""
    place = within.rfind(wanted, 0, first + len(wanted))
    while place >= 0 and nth > 1:
        place = within.rfind(wanted, 0, place)
        nth -= 1
    return place + 1


def pattern_count(text: Value, search: Value) -> Value:
    """Count a text in another, ignoring case and without overlaps."""
    wanted = lowered(as_text(search))
    return Decimal(lowered(as_text(text)).count(wanted) if wanted else 0)


def substitute(text: Value, *pairs: Value) -> Value:
    """Replace texts by others, one pair after the other; case matters."""
    result = as_text(text)
    for search, new in zip(map(as_text, pairs[::2]), map(as_text, pairs[1::2]), strict=True):
        if search:
            if len(result) + result.count(search) * (len(new) - len(search)) > LONGEST_TEXT:
                raise EvaluationError
            result = result.replace(search, new)
    return result


def _substitute(nodes: tuple[Node, ...]) -> Node:
    """Take the pairs out of their brackets."""
    flat = [member for node in nodes[1:] for member in (node.members if isinstance(node, Group) else (node,))]
    return Call(substitute, (nodes[0], *flat))


def replaced(text: Value, start: Value, count: Value, new: Value) -> Value:
    """Put a text in the place of some characters."""
    characters, first = as_text(text), max(0, whole(start) - 1)
    return characters[:first] + as_text(new) + characters[first + max(0, whole(count)) :]


def kept_characters(text: Value, allowed: Value) -> Value:
    """Keep only the characters that are in the second text."""
    those = set(as_text(allowed))
    return "".join([one for one in as_text(text) if one in those])


def trim(text: Value) -> Value:
    """Drop the spaces at both ends."""
    return as_text(text).strip(" ")


def proper(text: Value) -> Value:
    """Begin each word with a capital, the rest in small letters."""
    return re.sub(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*", lambda word: word[0].capitalize(), as_text(text))


def exact(text: Value, other: Value) -> Value:
    """Tell whether two texts are the same, case and all."""
    return boolean(as_text(text) == as_text(other))


def quoted(text: Value) -> Value:
    r"""Write a text as it stands in a formula: in quotes, with `\"`, `\\`, and `¶` for the end of a line."""
    escaped = re.sub(r'["\\¶]', r"\\\g<0>", as_text(text))
    return '"' + re.sub(r"\r\n?|\n", "¶", escaped) + '"'


def characters(code: Value) -> Value:
    """Give the characters of a code: five digits for each, the first one in the last digits."""
    rest = whole_number(code)
    found: list[str] = []
    while rest > 0:
        rest, one = divmod(rest, _CODE)
        found.append(_character(one))
    return "".join(found)


def whole_number(value: Value) -> int:
    """Give a whole number of any size."""
    return int(number(value))


def _character(code: int) -> str:
    character = chr(code)
    if unicodedata.category(character) == "Cs":  # half a character has no UTF-8 form
        raise EvaluationError
    return character if code else ""


def codes(text: Value) -> Value:
    """Give the code of a text, empty for an empty one."""
    numbers = [ord(one) for one in as_text(text)[:80]]  # FileMaker's numbers hold no more
    if any(one >= _CODE for one in numbers):  # what FileMaker gives beyond five digits is unknown
        raise EvaluationError
    return Decimal("".join(f"{one:05d}" for one in reversed(numbers))) if numbers else None


def as_boolean(data: Value) -> Value:
    """Give 1 for a number that is not 0, else 0."""
    return boolean(truth(data))


def numbers_only(text: Value) -> Value:
    """Give the number in a text."""
    return as_number(text)


def serial_increment(text: Value, increment: Value) -> Value:
    """Add to the last number in a text and keep the rest; zeros in front keep its width."""
    serial, step = as_text(text), whole_number(increment)
    digits = list(re.finditer(r"[0-9]+", serial))
    if not digits:
        return serial + as_text(Decimal(step))  # a guess
    last = digits[-1]
    if len(last[0]) > LONGEST_SERIAL:
        raise EvaluationError
    total = abs(int(last[0]) + step)  # a guess below zero
    return f"{serial[: last.start()]}{total:0{len(last[0])}d}{serial[last.end() :]}"


LONGEST_SERIAL = 400
"""FileMaker's numbers have no more digits."""


def url_encoded(text: Value) -> Value:
    """Write a text as a part of a web address."""
    return percent_encoded(as_text(text), safe="")


def plain_text(text: Value, *_: Value) -> Value:
    """Give the text as it is: what it looks like is not a part of a value."""
    return as_text(text)


def color(red: Value, green: Value, blue: Value) -> Value:
    """Give the number of a color."""
    return Decimal(whole(red) * 65_536 + whole(green) * 256 + whole(blue))


def text_of(data: Value) -> Value:
    """Give any value as text."""
    return UNKNOWN if is_unknown(data) else as_text(data)


TEXT = table(
    of_values("Left", "text ; numberOfCharacters", left),
    of_values("Right", "text ; numberOfCharacters", right),
    of_values("Middle", "text ; start ; numberOfCharacters", middle),
    of_values("Length", "text", length),
    of_values("Position", "text ; searchString ; start ; occurrence", position),
    of_values("PatternCount", "text ; searchString", pattern_count),
    Function("Substitute", "text ; searchString ; replaceString", _substitute, takes_groups=True),
    of_values("Replace", "text ; start ; numberOfCharacters ; replacementText", replaced),
    of_values("Filter", "textToFilter ; filterText", kept_characters),
    of_values("Trim", "text", trim),
    of_values("Upper", "text", upper),
    of_values("Lower", "text", lower),
    of_values("Proper", "text", proper),
    of_values("Exact", "originalText ; comparisonText", exact),
    of_values("Quote", "text", quoted),
    of_values("Char", "number", characters),
    of_values("Code", "text", codes),
    of_values("GetAsText", "data", text_of),
    of_values("GetAsNumber", "text", numbers_only),
    of_values("GetAsBoolean", "data", as_boolean),
    of_values("GetAsDate", "text", as_date),
    of_values("GetAsTime", "text", as_time),
    of_values("GetAsTimestamp", "text", as_timestamp),
    of_values("GetAsURLEncoded", "text", url_encoded),
    of_values("TextColor", "text ; color", plain_text),
    of_values("TextColorRemove", "text { ; color }", plain_text),
    of_values("TextFont", "text ; fontName { ; fontScript }", plain_text),
    of_values("TextFontRemove", "text { ; fontToRemove ; fontScript }", plain_text),
    of_values("TextSize", "text ; fontSize", plain_text),
    of_values("TextSizeRemove", "text { ; sizeToRemove }", plain_text),
    of_values("TextFormatRemove", "text", plain_text),
    of_values("RGB", "red ; green ; blue", color),
    of_values("SerialIncrement", "text ; incrementBy", serial_increment),
)
