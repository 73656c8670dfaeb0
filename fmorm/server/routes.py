"""The routes of the Data API, and how a path finds its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from types import FunctionType
from typing import TypeAlias, cast
from urllib.parse import parse_qsl, unquote_to_bytes

from fmorm.server import refusals
from fmorm.server.calls import Call
from fmorm.server.exact import Json
from fmorm.server.http import Reply
from fmorm.server.refusals import Refusal, bad_parameter
from fmorm.server.releases import LATEST, Release
from fmorm.server.verbs import containers, info, layouts, logins, reads, scripts, writes

Verb: TypeAlias = "Callable[[Call], Json | Reply]"
"""It gives the `response` of the envelope, or a whole reply where there is no envelope."""

_BASE = ("fmi", "data")
_DATABASE = "databases/{database}"
_LAYOUT = f"{_DATABASE}/layouts/{{layout}}"
_RECORD = f"{_LAYOUT}/records/{{record}}"


@dataclass(frozen=True, slots=True)
class Route:
    """A form of path, what its methods do, and whether a token is needed."""

    path: tuple[str, ...]
    verbs: Mapping[str, Verb]
    needs_token: bool = True

    def verbs_in(self, release: Release) -> Mapping[str, Verb]:
        """What its methods do in a release; those of a form of path that it does not know are none."""
        if not release.absent:
            return self.verbs
        return {method: verb for method, verb in self.verbs.items() if _name(verb) not in release.absent}

    @property
    def verb_names(self) -> list[str]:
        """What its methods do, by name."""
        return [_name(verb) for verb in self.verbs.values()]

    def names(self, path: tuple[str, ...]) -> dict[str, str] | None:
        """Give the names in a path of this form, None when it has another."""
        if len(path) != len(self.path):
            return None
        names: dict[str, str] = {}
        for form, part in zip(self.path, path, strict=True):
            if form.startswith("{") and part:
                names[form[1:-1]] = part
            elif form != part:
                return None
        return names


def _name(verb: Verb) -> str:
    """Give the name of a verb that people use: `log-in`, `get-record`, `edit`."""
    return cast("FunctionType", verb).__name__.replace("_", "-")


def _route(path: str, *, needs_token: bool = True, **verbs: Verb) -> Route:
    return Route(tuple(path.split("/")), verbs, needs_token)


_API = (
    _route("productInfo", needs_token=False, GET=info.product_info),
    _route("databases", needs_token=False, GET=info.databases),
    _route(f"{_DATABASE}/sessions", needs_token=False, POST=logins.log_in),
    _route(f"{_DATABASE}/sessions/{{token}}", needs_token=False, DELETE=logins.log_out),
    _route("validateSession", GET=logins.validate),
    _route(f"{_DATABASE}/layouts", GET=layouts.layouts),
    _route(f"{_DATABASE}/scripts", GET=layouts.scripts),
    _route(_LAYOUT, GET=layouts.metadata),
    _route(f"{_LAYOUT}/metadata", GET=layouts.old_metadata),
    _route(f"{_LAYOUT}/records", GET=reads.get_range, POST=writes.create),
    _route(_RECORD, GET=reads.get_record, PATCH=writes.edit, POST=writes.duplicate, DELETE=writes.delete),
    _route(f"{_RECORD}/containers/{{field}}", POST=containers.upload),
    _route(f"{_RECORD}/containers/{{field}}/{{repetition}}", POST=containers.upload),
    _route(f"{_LAYOUT}/_find", POST=reads.find),
    _route(f"{_LAYOUT}/script/{{script}}", GET=scripts.run_script),
    _route(f"{_DATABASE}/globals", PATCH=logins.set_globals),
)
_FILES = (_route("Streaming_SSL/{store}/{file}", needs_token=False, GET=containers.download),)
ROUTES = _API + _FILES
_SPELLINGS = {"productinfo": "productInfo", "validatesession": "validateSession"}
"""Clients use both, and FileMaker Server answers both."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a request has arrived.

    Attributes:
        name: What is asked for, by name.
        version: The version in the path, empty where that has none.
        unknown: The parameters that the release does not know here.
    """

    route: Route
    name: str
    verb: Verb
    names: Mapping[str, str]
    version: str
    unknown: frozenset[str]
    query: Mapping[str, str] = field(default_factory=dict[str, str])


def arrive(method: str, target: str, release: Release = LATEST) -> Arrival:
    """Find the route of a request.

    Raises:
        Refusal: The path has no known form, or its form does not have this method.
    """
    path, _, query = target.partition("?")
    look_up = _looked_up if "/layouts/" in path else _arrived  # no token or key of a file is kept there
    arrival = look_up(method, path, release)
    return replace(arrival, query=_read_query(query)) if query else arrival


def _arrived(method: str, path: str, release: Release) -> Arrival:
    """Find out what method and path say; what is asked for beside them comes with the query."""
    route, names, version = _found(path, release)
    verb = route.verbs_in(release).get(method)
    if verb is None:
        raise Refusal(refusals.WRONG_VERB)
    name = _name(verb)
    return Arrival(route, name, verb, names, version, release.unknown_parameters(name))


_looked_up = lru_cache(maxsize=1024)(_arrived)
"""The same paths come over and over."""


def _found(path: str, release: Release) -> tuple[Route, Mapping[str, str], str]:
    """Give the route of a path, the names in it, and its version."""
    if not path.startswith("/"):  # a proxy's request names the whole address
        path = "/" + path.partition("://")[2].partition("/")[2]
    parts = tuple(_decoded(part) for part in path.removesuffix("/").split("/")[1:])
    inner = _below_base(parts, release)
    for route in _API if inner else _FILES:
        names = route.names(inner or parts)
        if names is not None and route.verbs_in(release):
            return route, names, parts[2] if inner else ""
    raise Refusal(refusals.NO_RESOURCE)


def _below_base(path: tuple[str, ...], release: Release) -> tuple[str, ...]:
    """Give what comes after the base and the version, nothing where a path has them not."""
    if path[:2] != _BASE or len(path) < 4 or path[2] not in release.paths:
        return ()
    return (_SPELLINGS.get(path[3], path[3]), *path[4:])


def _decoded(part: str) -> str:
    """Decode one part of a path, where a plus is a plus."""
    try:
        return unquote_to_bytes(part).decode()
    except UnicodeError as error:
        raise bad_parameter("Request validation failed: URL is not valid UTF-8") from error  # a guess


def _read_query(query: str) -> dict[str, str]:
    """Read a query, where a plus is a space."""
    try:
        return dict(parse_qsl(query, keep_blank_values=True, errors="strict"))
    except UnicodeError as error:
        raise bad_parameter("Request validation failed: URL is not valid UTF-8") from error  # a guess
