"""What a saved reply answers, told from its shape, and the embedded server's answer to the same question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from fmorm.server import SchemaError
from fmorm.server.exact import as_array, as_object, loads
from fmorm.server.http import Reply
from tools.replies import refusals, scripts, writes
from tools.replies.hosting import Host, Row
from tools.replies.metadata import LAYOUT, Described, schema_of_lists
from tools.replies.records import FINDER, File
from tools.replies.saved import Saved, Unusable

_NEWEST = "22"
_PLAIN = schema_of_lists([{"name": LAYOUT}])


@dataclass(frozen=True, slots=True)
class Answered:
    """The embedded server's answer.

    Attributes:
        kind: What is answered.
        release: The release that the server was like.
        expected: What was saved, without what cannot be served.
        reply: The reply.
        notes: What cannot be served.
    """

    kind: str
    release: str
    expected: object
    reply: Reply
    notes: list[str] = field(default_factory=list[str])

    @property
    def status(self) -> int:
        """The HTTP status."""
        return self.reply.status

    @property
    def text(self) -> str:
        """The body."""
        return self.reply.body.decode()

    @property
    def content(self) -> object:
        """The body, read."""
        return loads(self.reply.body)

    @property
    def header_names(self) -> list[str]:
        """The names of its headers, in lower case."""
        return [name.lower() for name, _ in self.reply.headers]

    @property
    def tag(self) -> str | None:
        """Its ETag."""
        return dict(self.reply.headers).get("ETag")


Ask = Callable[[Host], Reply]


def answered(saved: Saved) -> Answered:
    """Serve what a reply tells of, and ask what it answers.

    Raises:
        Unusable: What it answers cannot be told, or it cannot be served.
    """
    try:
        if saved.message[0] != "0":
            return _hosted("error", saved, _PLAIN, refusals.question(*saved.message))
        return _of_response(saved, saved.response)
    except (SchemaError, KeyError, TypeError, ValueError) as error:
        raise Unusable(f"it cannot be served: {error!r}") from error


def _of_response(saved: Saved, response: dict[str, object]) -> Answered:
    for member, answer in _BY_MEMBER.items():
        if member in response:
            return answer(saved, response)
    others = [member for member in response if not member.startswith("script")]
    if others:
        raise Unusable(f"nothing is known that answers with {', '.join(others)}")
    if response:
        return _hosted("scripts that ran", saved, _PLAIN, scripts.ask)
    return _hosted("nothing to say", saved, _PLAIN, Host.log_out)


def _hosted(
    kind: str,
    saved: Saved,
    schema: Mapping[str, object] | Sequence[Mapping[str, object]],
    ask: Ask,
    release: str = _NEWEST,
    rows: Iterable[Row] = (),
    notes: Iterable[str] = (),
) -> Answered:
    schemas = [schema] if isinstance(schema, Mapping) else schema
    with Host(schemas, release, rows, scripts.code_of(saved.response)) as host:
        return Answered(kind, release, saved.content, ask(host), list(notes))


def _product(saved: Saved, response: dict[str, object]) -> Answered:
    told = as_object(response["productInfo"]) or {}
    release = str(told.get("version", _NEWEST)).partition(".")[0]
    return _hosted(
        "product info", saved, _PLAIN, lambda host: host.ask("GET", "/fmi/data/v1/productInfo"), release
    )


def _databases(saved: Saved, response: dict[str, object]) -> Answered:
    names = [str((as_object(one) or {}).get("name")) for one in as_array(response["databases"]) or []]
    schemas = [{**_PLAIN, "database": {"name": name}} for name in names]
    return _hosted("databases", saved, schemas, lambda host: host.ask("GET", "/fmi/data/v1/databases"))


def _layouts(saved: Saved, response: dict[str, object]) -> Answered:
    items = [as_object(one) or {} for one in as_array(response["layouts"]) or []]
    release = _NEWEST if any("table" in item for item in items) or not items else "18"
    schema = schema_of_lists(layouts=items)
    return _hosted("layouts", saved, schema, lambda host: host.ask("GET", "/layouts"), release)


def _scripts(saved: Saved, response: dict[str, object]) -> Answered:
    schema = schema_of_lists(scripts=response["scripts"])
    return _hosted("scripts", saved, schema, lambda host: host.ask("GET", "/scripts"))


def _log_in(saved: Saved, _response: dict[str, object]) -> Answered:
    return _hosted("log-in", saved, _PLAIN, Host.log_in)


def _metadata(saved: Saved, response: dict[str, object]) -> Answered:
    file = Described(response["fieldMetaData"], response.get("portalMetaData"), response.get("valueLists"))
    ask: Ask = lambda host: host.ask("GET", f"/layouts/{LAYOUT}")  # noqa: E731 - a name for its type
    return _hosted("metadata", saved, file.schema, ask, rows=file.rows)


def _old_metadata(saved: Saved, response: dict[str, object]) -> Answered:
    file = Described(response["metaData"])
    return _hosted(
        "old metadata", saved, file.schema, lambda host: host.ask("GET", f"/layouts/{LAYOUT}/metadata")
    )


def _records(saved: Saved, response: dict[str, object]) -> Answered:
    file = File(response)
    path = f"/layouts/{quote(FINDER)}/_find"
    release = _NEWEST if "dataInfo" in response else "17"
    ask: Ask = lambda host: host.ask("POST", path, file.query)  # noqa: E731 - a name for its type
    return _hosted("records", saved, file.schema, ask, release, file.tables.rows, file.notes)


def _written(saved: Saved, response: dict[str, object]) -> Answered:
    release = _NEWEST if "modId" in response else "17"
    kind = "create" if "recordId" in response else "edit"
    schema = writes.schema_of(response)
    return _hosted(kind, saved, schema, lambda host: writes.write(host, response), release)


_BY_MEMBER: dict[str, Callable[[Saved, dict[str, object]], Answered]] = {
    "productInfo": _product,
    "databases": _databases,
    "layouts": _layouts,
    "scripts": _scripts,
    "token": _log_in,
    "fieldMetaData": _metadata,
    "metaData": _old_metadata,
    "data": _records,
    "recordId": _written,
    "modId": _written,
}
