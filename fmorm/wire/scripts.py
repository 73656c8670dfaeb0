"""FileMaker scripts: how one is asked for, and what a reply tells of it (FileMaker Data API Guide, *run scripts*)."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, is_dataclass
from typing import Any, Final, Literal, TypeAlias, TypeVar

from pydantic import BaseModel, TypeAdapter
from pydantic_core import to_json

from fmorm.errors import BadValue

T = TypeVar("T")

When: TypeAlias = Literal["prerequest", "presort", "after"]
"""When a script runs: before the request's work, before the sort of what was found, or at the end."""

OnError: TypeAlias = Literal["raise", "ignore"]
"""What becomes of a script that has ended with an error."""

ORDER: Final[tuple[When, ...]] = ("prerequest", "presort", "after")
"""In which order the scripts of a request run, and in which a reply tells of them."""

UNKNOWN: Final = -1
"""FileMaker's code of an unknown error: for one that is no number."""

_CODE: Final = re.compile(r"-?[0-9]{1,9}")
_ENDING: Final[Mapping[When, str]] = {"prerequest": ".prerequest", "presort": ".presort", "after": ""}


@dataclass(frozen=True, slots=True)
class ScriptResult:
    """How a script has ended.

    Attributes:
        name: The script's name.
        when: When it ran; `after` where it was asked for alone.
        error: FileMaker's code of the last error in the script; 0 for none.
        text: What the script gave with *Exit Script*; None where it gave nothing.
    """

    name: str
    when: When
    error: int
    text: str | None = field(repr=False)

    def json(self) -> Any:
        """Read the result as JSON.

        Returns:
            What it holds; None where the script gave nothing.

        Raises:
            ValueError: It is no JSON.
        """
        return None if self.text is None else json.loads(self.text)

    def parse(self, wanted: type[T]) -> T:
        """Read the result as a type: JSON where it is an object or an array, else the text itself.

        Args:
            wanted: `int`, `list[str]`, a pydantic model, or whatever pydantic can read.

        Returns:
            The value.

        Raises:
            pydantic.ValidationError: The result is nothing like it, or the script gave none.
        """
        adapter: TypeAdapter[T] = TypeAdapter(wanted)
        if self.text is not None and self.text.lstrip()[:1] in {"{", "["}:
            return adapter.validate_json(self.text)
        return adapter.validate_python(self.text)


@dataclass(frozen=True, slots=True)
class Script:
    """A script that is to run with a request.

    Attributes:
        name: Its name in FileMaker.
        parameter: Its parameter: text as it is, a number in digits, and a mapping, a list, a dataclass or a pydantic
            model as JSON.
        when: `prerequest`, before the work of the request; `presort`, before what was found is sorted; or `after`.
        on_error: Whether a script that ends with an error raises `ScriptError`, or is left to `on_result`.
        on_result: Is called with the `ScriptResult`, once for each request that ran the script.
    """

    name: str
    parameter: object = field(default=None, repr=False)
    when: When = "after"
    on_error: OnError = "raise"
    on_result: Callable[[ScriptResult], object] | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError(f"Script({self.name!r}): give the script's name as FileMaker has it")
        if self.when not in ORDER:
            raise ValueError(f"Script({self.name!r}, when={self.when!r}): it is one of {', '.join(ORDER)}")
        if self.on_error not in ("raise", "ignore"):
            raise ValueError(f"Script({self.name!r}, on_error={self.on_error!r}): it is 'raise' or 'ignore'")
        parameter_text(self)


Scripts: TypeAlias = Sequence[Script]

AnyScripts: TypeAlias = Script | Iterable[Script] | None
"""What a program may give: one script, several, or none."""


def scripts_of(given: AnyScripts) -> Scripts:
    """Give the scripts of a request in the order in which they run.

    Args:
        given: One script, several, or None.

    Returns:
        The scripts.

    Raises:
        TypeError: Something else was given.
        ValueError: Two of them are to run at the same time, for which a request has no room.
    """
    listed = () if given is None else (given,) if isinstance(given, Script) else tuple(given)
    for one in listed:
        if not isinstance(one, Script):  # pyright: ignore[reportUnnecessaryIsInstance]  # not every program is typed
            raise TypeError(f"script= takes Script(name, parameter), or several of them, not {one!r}")
    times = [one.when for one in listed]
    twice = next((one for one in listed if times.count(one.when) > 1), None)
    if twice is not None:
        raise ValueError(f"a request runs one script with when={twice.when!r}; let one call the other")
    return sorted(listed, key=lambda one: ORDER.index(one.when))


def members_of(scripts: Scripts) -> dict[str, str]:
    """Give the members of a request that ask for scripts."""
    members: dict[str, str] = {}
    for one in scripts:
        key = f"script{_ENDING[one.when]}"
        members[key] = one.name
        parameter = parameter_text(one)
        if parameter is not None:
            members[f"{key}.param"] = parameter
    return members


def parameter_text(script: Script) -> str | None:
    """Give a script's parameter as the text that it is on the wire; None where there is none.

    Raises:
        BadValue: It has no form as a text.
    """
    value: Any = script.parameter
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, (bool, dict, list, tuple, BaseModel)) or is_dataclass(value):
        try:
            return to_json(value, by_alias=True, inf_nan_mode="strings").decode()
        except ValueError as error:
            raise BadValue(f"script {script.name!r}: its parameter has no form as JSON: {error}") from None
    raise BadValue(
        f"script {script.name!r}: a parameter is a text, a number, or what JSON can hold; not a {type(value).__name__}"
    )


def result_of(script: Script, response: Mapping[str, Any]) -> ScriptResult | None:
    """Give what a reply tells of a script; None where it tells nothing.

    Args:
        script: The script.
        response: The `response` member.

    Returns:
        How it has ended.
    """
    ending = _ENDING[script.when]
    error: Any = response.get(f"scriptError{ending}")
    text: Any = response.get(f"scriptResult{ending}")
    if error is None and text is None:
        return None
    told = str(error)
    code = int(told) if _CODE.fullmatch(told) else UNKNOWN
    return ScriptResult(script.name, script.when, code, None if text is None else str(text))
