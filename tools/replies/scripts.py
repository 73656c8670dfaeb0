"""Scripts that end as a reply says that scripts have ended."""

from __future__ import annotations

from fmorm.server import Code
from fmorm.server.http import Reply
from fmorm.server.scripts.run import Run
from tools.replies.hosting import Host

_MOMENTS = ("", ".prerequest", ".presort")
_LAYOUT = "Layout"


def code_of(response: dict[str, object]) -> Code:
    """Give the scripts that a reply speaks of, named like the parameters that ask for them."""
    code = Code()
    for moment in _MOMENTS:
        if f"scriptError{moment}" in response:
            result = response.get(f"scriptResult{moment}")
            _register(code, f"script{moment}", result, int(str(response[f"scriptError{moment}"])))
    return code


def _register(code: Code, name: str, result: object, error: int) -> None:
    @code.script(name)
    def _(run: Run) -> str | None:
        run.error = error
        return None if result is None else str(result)


def ask(host: Host) -> Reply:
    """Ask for scripts alone: the last one has a request of its own, others come with a deletion."""
    if list(host.scripts) == ["script"]:
        host.scripts = []
        return host.ask("GET", f"/layouts/{_LAYOUT}/script/script")
    scripts, host.scripts = host.scripts, []
    host.ask("POST", f"/layouts/{_LAYOUT}/records", {"fieldData": {}})
    host.scripts = scripts
    return host.ask("DELETE", f"/layouts/{_LAYOUT}/records/1")
