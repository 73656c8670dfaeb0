"""What is asked of the Data API, as values: verb, place, query, body. No token, no socket."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Final
from urllib.parse import quote, urlencode

from fmorm.errors import BadValue
from fmorm.wire import routes
from fmorm.wire.containers import Upload

PORTAL_ROWS: Final = 10_000
"""Portal rows asked for where a program does not say: the service's own default of 50 would cut silently."""

RECORDS_AT_ONCE: Final = 500
"""Records asked for at once: the service's default of 100 costs five times the round trips."""

ISO_DATES: Final = "2"
"""What `dateformats` is given for `YYYY-MM-DD`; 0 is the US form, and 1 that of the file, which nobody knows."""


LONGEST_ADDRESS: Final = 2000
"""Characters of path and query that every web server before FileMaker takes (Claris's guide, *URL and data format
notes*); IIS cuts off at 2048."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where requests go.

    Attributes:
        version: The Data API's version segment: `v1`, `v2` or `vLatest`.
        database: The file, without extension.
    """

    version: str
    database: str


@dataclass(frozen=True, slots=True)
class Rows:
    """Which rows of a portal are wanted.

    Attributes:
        name: The portal's object name or table occurrence.
        limit: How many rows at most.
        offset: How many rows to leave out at the start.
    """

    name: str
    limit: int = PORTAL_ROWS
    offset: int = 0


@dataclass(frozen=True, repr=False)
class Request:
    """One request to the Data API.

    Attributes:
        method: The HTTP method.
        path: The path, percent-encoded.
        query: Query parameters.
        body: The JSON body, or None.
        writes: Whether the server's data can change: what decides what a broken connection means.
        about: What is asked, for messages: verb, layout, record, and never a secret.
        private: Whether request or reply hold a secret, so that no part of them may be shown.
        upload: A file that goes with it, in place of a body.
        verb: What is done, in one word of FileMaker's: "find", "edit".
        layout: The layout's name, where one is concerned.
    """

    method: str
    path: str
    about: str
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Mapping[str, Any] | None = None
    writes: bool = False
    private: bool = False
    verb: str = ""
    layout: str | None = None
    upload: Upload | None = None

    def __repr__(self) -> str:
        return f"<request: {self.about}>"

    @property
    def target(self) -> str:
        """The path and the query as they go over the wire."""
        return f"{self.path}?{urlencode(self.query, quote_via=quote)}" if self.query else self.path

    @cached_property
    def content(self) -> bytes | None:
        """The body as it goes over the wire: compact JSON in UTF-8."""
        if self.body is None:
            return None
        try:
            return _json(self.body).encode()
        except UnicodeEncodeError:  # half a surrogate pair, which JSON can only escape
            return json.dumps(self.body, separators=(",", ":")).encode()

    @property
    def length(self) -> int:
        """How many bytes the body has."""
        return len(self.content or b"") if self.upload is None else self.upload.length

    def field_names(self) -> list[str]:
        """Give the names of the fields that the request speaks of, each once: the service never says which is wrong."""
        body: dict[str, Any] = dict(self.body or {})
        sort: list[dict[str, str]] = body.get("sort") or json.loads(self.query.get("_sort", "[]"))
        rows = [row for portal in body.get("portalData", {}).values() for row in portal]
        values = [body.get("fieldData", {}), *rows, *body.get("query", [])]
        names = [name for one in values for name in one] + [entry["fieldName"] for entry in sort]
        return [
            name
            for name in dict.fromkeys(names)
            if name not in {"recordId", "modId", "omit", "deleteRelated"}
        ]

    def __str__(self) -> str:
        """Show the request as people read it: the method, the path, and the body as indented JSON."""
        if self.private:
            return self.about
        lines = [f"{self.method} {self.target}"]
        if self.body is not None:
            lines.append(json.dumps(self.body, ensure_ascii=False, indent=2))
        return "\n".join(lines)


def log_in(place: Place, sources: Sequence[Mapping[str, str]] = ()) -> Request:
    """Ask for a session; the credentials go in headers that the transport adds.

    Args:
        place: The database.
        sources: Entries of `fmDataSource`: external files, and who opens them. They hold passwords.

    Returns:
        The request.
    """
    path = routes.sessions(place.version, place.database)
    body = {"fmDataSource": [dict(source) for source in sources]} if sources else {}
    return Request("POST", path, f"log-in to {place.database!r}", body=body, private=True, verb="log-in")


def log_out(place: Place, token: str) -> Request:
    """Give a session back."""
    path = routes.session(place.version, place.database, token)
    return Request("DELETE", path, f"log-out of {place.database!r}", private=True, verb="log-out")


def validate(place: Place) -> Request:
    """Ask whether the session is alive."""
    path = routes.validate(place.version)
    return Request("GET", path, "check of the session", verb="validate")


def set_globals(place: Place, values: Mapping[str, str]) -> Request:
    """Ask to set global fields of the session.

    Args:
        place: The database.
        values: Texts by qualified name: `table::field`, and `table::field(2)` for a repetition.

    Returns:
        The request. It changes no record, and doing it twice is doing it once.
    """
    path = routes.global_fields(place.version, place.database)
    about = f"setting of globals {', '.join(values)}"
    return Request("PATCH", path, about, body={"globalFields": dict(values)}, verb="globals")


def layouts(place: Place) -> Request:
    """Ask for the list of layouts."""
    path = routes.layouts(place.version, place.database)
    return Request("GET", path, f"list of the layouts of {place.database!r}", verb="layouts")


def layout_metadata(place: Place, layout: str, record_id: str | None = None) -> Request:
    """Ask what is on a layout; with a record, value lists of related values are those of the record."""
    path = routes.layout(place.version, place.database, layout)
    query = {} if record_id is None else {"recordId": record_id}
    about = f"metadata of layout {layout!r}"
    return Request("GET", path, about, query=query, verb="metadata", layout=layout)


def scripts(place: Place) -> Request:
    """Ask for the list of scripts."""
    path = routes.scripts(place.version, place.database)
    return Request("GET", path, f"list of the scripts of {place.database!r}", verb="scripts")


def databases(place: Place) -> Request:
    """Ask for the list of files."""
    return Request("GET", routes.databases(place.version), "list of the databases", verb="databases")


def product_info(place: Place) -> Request:
    """Ask what the server tells of itself."""
    return Request("GET", routes.product_info(place.version), "product information", verb="product-info")


def get(place: Place, layout: str, record_id: str, portals: Sequence[Rows]) -> Request:
    """Ask for one record.

    Args:
        place: The database.
        layout: The layout's name.
        record_id: FileMaker's record id.
        portals: The portals wanted; none is none, not all.

    Returns:
        The request.
    """
    path = routes.record(place.version, place.database, layout, record_id)
    return Request(
        "GET",
        path,
        f"read of layout {layout!r}, record {record_id}",
        query=_portal_query(portals),
        verb="get",
        layout=layout,
    )


def read_range(
    place: Place,
    layout: str,
    *,
    offset: int,
    limit: int,
    sort: Sequence[Mapping[str, str]] = (),
    portals: Sequence[Rows] = (),
    iso_dates: bool = False,
) -> Request:
    """Ask for records of a layout without criteria.

    Args:
        place: The database.
        layout: The layout's name.
        offset: How many records to leave out at the start. The service counts from 1, and an empty table
            answers an offset with error 101, so none is sent for 0.
        limit: How many records at most.
        sort: The sort order, as the Data API writes it.
        portals: The portals wanted; none is none, not all.
        iso_dates: Whether dates are to be written as `YYYY-MM-DD`. Older releases refuse that, and in a find it may
            concern the dates of the criteria, too.

    Returns:
        The request.
    """
    query = {"_limit": str(limit)}
    if offset:
        query["_offset"] = str(offset + 1)
    if sort:
        query["_sort"] = _json(list(sort))
    if iso_dates:
        query["dateformats"] = ISO_DATES
    path = routes.records(place.version, place.database, layout)
    return Request(
        "GET",
        path,
        f"read of layout {layout!r}",
        query=query | _portal_query(portals),
        verb="range",
        layout=layout,
    )


def find(
    place: Place,
    layout: str,
    *,
    query: Sequence[Mapping[str, str]],
    offset: int,
    limit: int,
    sort: Sequence[Mapping[str, str]] = (),
    portals: Sequence[Rows] = (),
    iso_dates: bool = False,
) -> Request:
    """Ask for the records that match; arguments as in `read_range`, with the list of find requests."""
    body: dict[str, Any] = {"query": [dict(request) for request in query]}
    if sort:
        body["sort"] = [dict(entry) for entry in sort]
    if offset:
        body["offset"] = str(offset + 1)
    body["limit"] = str(limit)
    if iso_dates:
        body["dateformats"] = ISO_DATES
    body["portal"] = [rows.name for rows in portals]
    for rows in portals:
        body[f"limit.{rows.name}"] = str(rows.limit)
        if rows.offset:
            body[f"offset.{rows.name}"] = str(rows.offset + 1)
    path = routes.find(place.version, place.database, layout)
    return Request("POST", path, f"find on layout {layout!r}", body=body, verb="find", layout=layout)


def create(
    place: Place, layout: str, fields: Mapping[str, Any], portals: Mapping[str, list[dict[str, Any]]]
) -> Request:
    """Ask for a new record with its portal rows."""
    body: dict[str, Any] = {"fieldData": dict(fields)}
    if portals:
        body["portalData"] = dict(portals)
    path = routes.records(place.version, place.database, layout)
    about = f"create on layout {layout!r}"
    return Request("POST", path, about, body=body, writes=True, verb="create", layout=layout)


def edit(
    place: Place,
    layout: str,
    record_id: str,
    *,
    fields: Mapping[str, Any],
    portals: Mapping[str, list[dict[str, Any]]],
    delete_related: Sequence[str] = (),
    mod_id: str | None,
) -> Request:
    """Ask for an edit: all of it or nothing.

    Args:
        place: The database.
        layout: The layout's name.
        record_id: FileMaker's record id.
        fields: Values by field name.
        portals: Rows by portal; a row with `recordId` is edited, one without is created.
        delete_related: Rows to delete, as `portal.recordId`; they travel inside `fieldData`, as
            Claris's guide has it.
        mod_id: The modification id that the record must still have; None for any.

    Returns:
        The request.
    """
    data = dict(fields)
    if delete_related:
        data["deleteRelated"] = list(delete_related)
    body: dict[str, Any] = {"fieldData": data}
    if portals:
        body["portalData"] = dict(portals)
    if mod_id is not None:
        body["modId"] = mod_id
    path = routes.record(place.version, place.database, layout, record_id)
    about = f"edit on layout {layout!r}, record {record_id}"
    return Request("PATCH", path, about, body=body, writes=True, verb="edit", layout=layout)


def delete(place: Place, layout: str, record_id: str) -> Request:
    """Ask for the deletion of a record; the service checks no modification id here."""
    path = routes.record(place.version, place.database, layout, record_id)
    about = f"deletion on layout {layout!r}, record {record_id}"
    return Request("DELETE", path, about, writes=True, verb="delete", layout=layout)


def duplicate(place: Place, layout: str, record_id: str) -> Request:
    """Ask for a copy of a record; its related records are not copied."""
    path = routes.record(place.version, place.database, layout, record_id)
    about = f"duplication on layout {layout!r}, record {record_id}"
    return Request("POST", path, about, body={}, writes=True, verb="duplicate", layout=layout)


def run_script(place: Place, layout: str, name: str, parameter: str | None) -> Request:
    """Ask to run a script alone, from a layout; it may write whatever it likes.

    Raises:
        BadValue: The parameter is too long.
    """
    path = routes.script(place.version, place.database, layout, name)
    query = {} if parameter is None else {"script.param": parameter}
    about = f"run of script {name!r} on layout {layout!r}"
    return _short_enough(Request("GET", path, about, query=query, writes=True, verb="script", layout=layout))


def answered_on(request: Request, layout: str) -> Request:
    """Give a read or a find that is answered with the fields of another layout, which has the same base table."""
    about = f"{request.about}, answered on layout {layout!r}"
    if request.method == "POST":
        return replace(request, about=about, body={**(request.body or {}), "layout.response": layout})
    return replace(request, about=about, query={**request.query, "layout.response": layout})


def with_options(request: Request, options: Mapping[str, str]) -> Request:
    """Give a write that FileMaker is to take in another way than by default (`entrymode`, `prohibitmode`)."""
    return replace(request, body={**(request.body or {}), "options": dict(options)}) if options else request


def with_scripts(request: Request, members: Mapping[str, str]) -> Request:
    """Give a request that also runs scripts, which may write: so a lost reply leaves its outcome unknown.

    Args:
        request: The request.
        members: Names and parameters of the scripts, by the members that ask for them.

    Raises:
        BadValue: The parameters make the address too long, where they are part of it.
    """
    if not members:
        return request
    if request.method in {"POST", "PATCH"}:
        return replace(request, body={**(request.body or {}), **members}, writes=True)
    return _short_enough(replace(request, query={**request.query, **members}, writes=True))


def _short_enough(request: Request) -> Request:
    if len(request.target) > LONGEST_ADDRESS:
        raise BadValue(
            f"{request.about}: the parameter makes the address {len(request.target)} characters long, and servers may "
            f"cut off what is longer than {LONGEST_ADDRESS}; nothing was sent. Put it into a global field "
            "(set_globals of a db.session()) or a record, and let the script read it there"
        )
    return request


def upload(
    place: Place,
    layout: str,
    record_id: str,
    field: str,
    file: Upload,
    mod_id: str | None,
    repetition: int = 1,
) -> Request:
    """Ask to put a file into a container field.

    Args:
        place: The database.
        layout: The layout's name.
        record_id: FileMaker's record id.
        field: The field's name.
        file: The file.
        mod_id: The modification id that the record must still have; None for any.
        repetition: The repetition of the field, from 1.

    Returns:
        The request.
    """
    path = routes.container(place.version, place.database, layout, record_id, field, repetition)
    about = f"upload to {field!r} on layout {layout!r}, record {record_id}"
    query = {} if mod_id is None else {"modId": mod_id}
    return Request("POST", path, about, query=query, writes=True, verb="upload", layout=layout, upload=file)


def raw(
    place: Place,
    method: str,
    path: str,
    parameters: Mapping[str, Any],
    body: Mapping[str, Any] | None,
    *,
    writes: bool,
) -> Request:
    """Ask for anything that the Data API has below a database.

    Args:
        place: The database.
        method: The HTTP method.
        path: The path below the database, percent-encoded.
        parameters: What stands behind the question mark: texts as they are, everything else as JSON.
        body: The JSON body, or None.
        writes: Whether data can change; a request that runs a script can.

    Returns:
        The request.

    Raises:
        ValueError: The path leads elsewhere.
    """
    segments = path.split("/")
    if "?" in path or "#" in path or not all(segments) or {".", ".."} & set(segments):
        raise ValueError(
            f"{path!r} is no path below a database: it begins without a slash, as in 'layouts/Person/records', and "
            "each name in it is percent-encoded"
        )
    query = {key: value if isinstance(value, str) else _json(value) for key, value in parameters.items()}
    runs_scripts = any(key.startswith("script") for key in [*query, *(body or ())]) or "/script/" in path
    return Request(
        method,
        f"{routes.database(place.version, place.database)}/{path}",
        f"{method} {path}",
        query=query,
        body=None if body is None else dict(body),
        writes=writes or runs_scripts,
        verb="raw",
    )


def _portal_query(portals: Sequence[Rows]) -> dict[str, str]:
    query = {"portal": _json([rows.name for rows in portals])}
    for rows in portals:
        query[f"_limit.{rows.name}"] = str(rows.limit)
        if rows.offset:
            query[f"_offset.{rows.name}"] = str(rows.offset + 1)
    return query


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
