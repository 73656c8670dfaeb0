"""What vcrpy is told: how to scrub, what makes two requests the same, how to write."""

from __future__ import annotations

import difflib
import logging
from typing import Any, Final

from fmorm.testing.audit import findings, yaml
from fmorm.testing.bodies import from_json, in_order, laid_out
from fmorm.testing.scrubbing import Scrubber

MATCH_ON: Final = ("method", "path", "query", "fmorm_body")
"""Neither host nor token, so that a recording serves wherever it was made."""

HEADING: Final = "# Recorded by fmorm. Do not edit: record it anew.\n"


def options(scrubber: Scrubber) -> dict[str, Any]:
    """Give the options of `vcr.use_cassette`.

    Args:
        scrubber: What scrubs what is recorded.

    Returns:
        The options. pytest-recording makes a deep copy of them; functions are
        not copied, methods are, and their objects with them: so these are functions, with this one scrubber.
    """

    def scrub_request(request: Any) -> Any:
        return scrubber.request(request)

    def scrub_reply(reply: dict[str, Any]) -> dict[str, Any]:
        return scrubber.reply(reply)

    return {
        "match_on": MATCH_ON,
        "decode_compressed_response": True,  # what is compressed cannot be scrubbed
        "before_record_request": scrub_request,
        "before_record_response": scrub_reply,
    }


def configure(vcr: Any, scrubber: Scrubber | None = None) -> None:
    """Prepare a `vcr.VCR`: the matcher, and how cassettes are written.

    Args:
        vcr: The object.
        scrubber: What knows the secrets that must not be written.
    """
    # it logs requests and replies before they are scrubbed
    logging.getLogger("vcr").setLevel(logging.WARNING)
    vcr.register_matcher("fmorm_body", fmorm_body)
    vcr.register_serializer("yaml", Written(scrubber or Scrubber()))


def fmorm_body(one: Any, other: Any) -> None:
    """Compare bodies; JSON as JSON, but `1`, `1.0`, `true` and `"1"` are four things. Raises AssertionError."""
    asked, recorded = _lines_of(one.body), _lines_of(other.body)
    if asked != recorded:
        raise AssertionError(
            "\n".join(difflib.unified_diff(recorded, asked, "recorded", "this request", lineterm=""))
        )


def _lines_of(body: bytes | None) -> list[str]:
    try:
        return laid_out(in_order(from_json((body or b"null").decode()))).splitlines()
    except ValueError:
        return [repr(body)]


class SecretFound(RuntimeError):
    """A secret would have been written; nothing was written."""


class Written:
    """Cassettes as text: YAML in which bodies stand as they are, in the order of the conversation.

    Args:
        scrubber: Knows the secrets; a text that holds one of them is not written.
    """

    def __init__(self, scrubber: Scrubber) -> None:
        self._scrubber = scrubber

    def serialize(self, cassette: dict[str, Any]) -> str:
        """Write a cassette; raises SecretFound."""
        text = yaml.dump(
            cassette | {"interactions": [_ordered(one) for one in cassette["interactions"]]},
            Dumper=_Dumper,
            allow_unicode=True,
            sort_keys=False,
            width=120,
        )
        if found := findings(text, self._scrubber.secrets, self._scrubber.names):
            raise SecretFound("the cassette is not written: " + "; ".join(map(str, found)))
        return HEADING + str(text)

    @staticmethod
    def deserialize(text: str) -> Any:
        """Read a cassette."""
        return yaml.load(text, Loader=yaml.SafeLoader)


def _ordered(interaction: dict[str, Any]) -> dict[str, Any]:
    """Put what is asked before what is answered, and the body last."""
    request, reply = interaction["request"], interaction["response"]
    return {
        "request": {name: request[name] for name in ("method", "uri", "headers", "body")},
        "response": {name: reply[name] for name in ("status", "headers", "body")},
    }


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]  # the C one escapes emoji
    """Writes texts of several lines as such."""


def _lines(dumper: Any, text: str) -> Any:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _lines)
