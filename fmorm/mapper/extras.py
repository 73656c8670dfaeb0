"""What goes along with a write: scripts, and how FileMaker is to take the values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, get_args

from fmorm.mapper.scripting import asking, take_results
from fmorm.wire import requests
from fmorm.wire.requests import Request
from fmorm.wire.scripts import AnyScripts, Scripts, scripts_of

Mode: TypeAlias = Literal["user", "script"]
"""As a user enters values, or as a script does."""


@dataclass(frozen=True, slots=True)
class Extras:
    """What goes along with a write.

    Attributes:
        scripts: The scripts that run with it.
        options: What is not as FileMaker does it by default.
    """

    scripts: Scripts = ()
    options: tuple[tuple[str, str], ...] = ()

    def along(self, request: Request) -> Request:
        """Give the request with all that goes along; raises BadValue where scripts have too long parameters."""
        return asking(requests.with_options(request, dict(self.options)), self.scripts)

    def take(self, response: Mapping[str, Any], request: Request) -> None:
        """Hand on how the scripts have ended; raises ScriptError."""
        take_results(self.scripts, response, request)


NOTHING: Final = Extras()


def extras_of(
    script: AnyScripts = None, entry_mode: Mode | None = None, prohibit_mode: Mode | None = None
) -> Extras:
    """Give what goes along with a write.

    Args:
        script: Scripts to run.
        entry_mode: Whether the validation of fields is enforced (`user`), or passed over as a script may (`script`).
        prohibit_mode: The same of *Prohibit modification of value*.

    Returns:
        The extras.

    Raises:
        ValueError: A mode is none of the two, or two scripts are to run at the same time.
    """
    modes = {"entrymode": entry_mode, "prohibitmode": prohibit_mode}
    for name, mode in modes.items():
        if mode is not None and mode not in get_args(Mode):
            raise ValueError(f"{name} is 'user' or 'script', not {mode!r}")
    return Extras(scripts_of(script), tuple((name, mode) for name, mode in modes.items() if mode is not None))
