"""Every exception that fmorm raises.

    FmormError
    ├── DeclarationError (TypeError)         a model is declared wrongly; raised when its class is made
    ├── FindError (ValueError)               a find that cannot be said to FileMaker, or not so
    ├── NotLoaded (LookupError)              a value that no reply has carried yet
    ├── NoAccess (PermissionError)           a value that the account may not see
    ├── ReadOnly (AttributeError)            a field that FileMaker fills was set
    ├── RecordStateError (ValueError)        the verb does not fit the record: it was never created, say
    ├── BadValue (ValueError)                a value that FileMaker has no form for: nan, a zone
    ├── MappingError (ValueError)            a reply holds a value that does not fit the model
    ├── DriftError                           the found set moved while it was being paged
    ├── NotFound (LookupError)               `one` or `get` found no record
    ├── MultipleFound (LookupError)          `one` or `get` found several
    ├── NotAllDone                           some of many records were not written
    ├── NotOnLayout (LookupError)            the layout does not show this, or no value list for it
    ├── ModelMismatch                        models do not fit their layouts: `Findings.raise_for_errors`
    ├── CredentialsMissing (LookupError)     credentials cannot be had: no entry in the keyring, say
    ├── ScriptError                          a script has ended with an error; the request was done
    ├── NoFreeSession (TimeoutError)         every FileMaker session stayed in use
    ├── SessionLost                          what a pinned session held cannot be made again
    ├── TransportError (OSError)             the conversation with the server broke
    │   ├── ConnectionFailed                 before anything was sent
    │   │   ├── ConnectTimedOut (TimeoutError)   no connection in time
    │   │   └── TlsError                     no encrypted connection that can be trusted
    │   ├── ConnectionLost                   while reading; nothing can have changed
    │   │   └── ReplyTimedOut (TimeoutError)     no reply in time
    │   └── OutcomeUnknown                   while writing; the server may have done it
    │       └── OutcomeTimedOut (TimeoutError)   no reply in time
    ├── ProtocolError                        the reply is not a Data API reply
    └── ServerError                          the server says no; by FileMaker's code:
        ├── CredentialError (PermissionError)    10, 18, 210-214, 219
        ├── SessionExpired                       112, 952
        ├── PrivilegeError (PermissionError)     9, 200-207
        ├── Missing (LookupError)                100, 103, 106, 108, 110, 111
        │   ├── RecordMissing                    101
        │   ├── FieldMissing                     102
        │   ├── ScriptMissing                    104
        │   └── LayoutMissing                    105
        ├── RecordLocked                         300-304, 308, 310
        ├── ConflictError                        306
        ├── CriteriaError (ValueError)           400, 404, 407, 408
        ├── NoRecords (LookupError)              401
        ├── RefusedValue (ValueError)            500-503, 505-513
        │   └── NotUnique                        504
        ├── DatabaseClosed                       802
        ├── CapacityError                        812, 956
        ├── AllowanceError                       953
        └── RequestRefused                       958, 960, 1700-1715

A class knows its codes, so nobody compares codes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from fmorm.wire.codes import message as code_text


class FmormError(Exception):
    """Whatever fmorm raises."""

    def __reduce__(self) -> tuple[Any, ...]:
        # What Exception does, to call the class with `args`, does not fit classes with arguments of their own.
        return _again, (type(self), self.args, dict(vars(self)))


def _again(cls: type[FmormError], args: tuple[Any, ...], attributes: dict[str, Any]) -> FmormError:
    error = cls.__new__(cls, *args)
    error.args = args
    vars(error).update(attributes)
    return error


class DeclarationError(FmormError, TypeError):
    """A model is declared wrongly; raised when its class is made, with what to write instead."""


class FindError(FmormError, ValueError):
    """A find that FileMaker's list of requests cannot say, or a condition that would say something else."""


class NotLoaded(FmormError, LookupError):
    """A value was touched that no reply has carried yet: it is neither empty nor known.

    It is no AttributeError on purpose: `getattr(person, "born", None)` must not turn *unknown* into None.
    """


class NoAccess(FmormError, PermissionError):
    """A value was touched that FileMaker does not show to this account: it is neither empty nor known.

    The privilege set of the account decides that, for a field or for whole records.
    """


class ReadOnly(FmormError, AttributeError):
    """A read-only field was set: a calculation, a summary, what FileMaker enters by itself."""


class RecordStateError(FmormError, ValueError):
    """The verb does not fit the record: it was never created, exists already, or is another database's."""


class BadValue(FmormError, ValueError):
    """A value fits its Python type but FileMaker has no form for it: not a number, a time with a zone."""


class MappingError(FmormError, ValueError):
    """A reply holds a value that does not fit the field's declaration.

    Attributes:
        layout: The layout that was read.
        portal: The portal's attribute, where the record is a row of one.
        record_id: The record, or None where it is not known.
        field: The field's FileMaker name; empty where a validator refuses the record as a whole.
        raw: The value as the server sent it; None for a record as a whole.
    """

    def __init__(
        self,
        reason: str,
        *,
        layout: str,
        record_id: str | None,
        field: str,
        raw: object,
        portal: str | None = None,
    ) -> None:
        record = f"record {record_id}" if portal is None else f"portal {portal}, row {record_id}"
        what = f", field {field!r}: {reason}; the server sent {raw!r}" if field else f": {reason}"
        super().__init__(f"layout {layout!r}, {record}{what}")
        self.layout = layout
        self.portal = portal
        self.record_id = record_id
        self.field = field
        self.raw = raw


class DriftError(FmormError):
    """What is read in several requests moved meanwhile: a found set, or a record with the rows of a portal.

    Records or rows may have been skipped, or would come twice.
    """


class NotFound(FmormError, LookupError):
    """A verb that wants exactly one record found none."""


class MultipleFound(FmormError, LookupError):
    """A verb that wants at most one record found several."""


class NotAllDone(FmormError):
    """Of many records that were to be written, some were not, or it is not known.

    Attributes:
        report: What came of each.
    """

    def __init__(self, text: str, *, report: Any) -> None:
        super().__init__(text)
        self.report = report


class NotOnLayout(FmormError, LookupError):
    """The layout does not show what was asked for: the field, the portal, or a value list for the field."""


class ModelMismatch(FmormError):
    """Models do not fit the layouts that they are of; the message has a line for each way in which they do not."""


class CredentialsMissing(FmormError, LookupError):
    """The credentials cannot be had: no entry in the keyring, a token provider that failed, an extra not installed."""


class ScriptError(FmormError):
    """A script that ran with a request, or alone, has ended with an error. The request itself was carried out.

    FileMaker tells the last error of any step, which may mean nothing: 101 at the end of a loop over all records, say.
    `Script(…, on_error="ignore")` is for such scripts.

    Attributes:
        script: The script's name.
        code: FileMaker's code of the error.
        result: What the script gave as its result; None where it gave nothing.
        request: What was asked, without secrets.
    """

    def __init__(self, script: str, code: int, *, result: str | None = None, request: str = "") -> None:
        super().__init__(
            f"script {script!r} has ended with FileMaker error {code}: {code_text(code)} ({request}). The request "
            "itself was carried out, and so was what the script did before. If the error means nothing, give "
            "on_error='ignore'"
        )
        self.script = script
        self.code = code
        self.result = result
        self.request = request


class NoFreeSession(FmormError, TimeoutError):
    """All of the database's FileMaker sessions stayed in use for as long as the caller would wait.

    Attributes:
        holders: Who used them, for what and how long, as texts.
    """

    def __init__(self, text: str, *, holders: Sequence[str] = ()) -> None:
        super().__init__(text)
        self.holders: Sequence[str] = list(holders)


class SessionLost(FmormError):
    """A pinned or resumed FileMaker session is gone, and with it what only it held. Nothing of the request was done."""


class TransportError(FmormError, OSError):
    """The conversation with the server broke before there was a whole reply.

    Attributes:
        request: What was asked, without secrets: verb, layout, record.
        advice: What to do.
    """

    def __init__(self, text: str, *, request: str = "", advice: str = "") -> None:
        super().__init__(text)
        self.request = request
        self.advice = advice


class ConnectionFailed(TransportError):
    """No connection came about, so nothing was sent and nothing can have changed."""


class ConnectTimedOut(ConnectionFailed, TimeoutError):
    """No connection came about in time."""


class TlsError(ConnectionFailed):
    """No encrypted connection came about that can be trusted: a certificate of an unknown authority, say."""


class ConnectionLost(TransportError):
    """The connection broke during a request that only reads."""


class ReplyTimedOut(ConnectionLost, TimeoutError):
    """The server was silent for too long during a request that only reads."""


class OutcomeUnknown(TransportError):
    """The connection broke or timed out during a request that writes: the server may or may not have done it.

    Read the record before trying again. What was dirty in Python is still dirty.
    """


class OutcomeTimedOut(OutcomeUnknown, TimeoutError):
    """The server was silent for too long during a request that writes."""


class ProtocolError(FmormError):
    """The reply is not what the Data API sends: HTML of a web server, broken JSON, a missing member.

    Attributes:
        status: The HTTP status.
        request: What was asked, without secrets.
        retry_after: Seconds after which the server, or what stands before it, wants to be asked again, if it said so.
        cut_off: Whether the reply looks like the beginning of one of the Data API's.
    """

    def __init__(
        self,
        text: str,
        *,
        status: int,
        request: str = "",
        retry_after: float | None = None,
        cut_off: bool = False,
    ) -> None:
        super().__init__(text)
        self.status = status
        self.request = request
        self.retry_after = retry_after
        self.cut_off = cut_off


class ServerError(FmormError):
    """FileMaker Server refused or could not do what was asked.

    Attributes:
        code: FileMaker's error code.
        text: FileMaker's message, which never names the field or record.
        status: The HTTP status.
        request: What was asked, without secrets: verb, layout, record.
    """

    advice: ClassVar[str] = ""

    def __init__(self, code: int, text: str = "", *, status: int = 0, request: str = "") -> None:
        self.code = code
        self.text = text or code_text(code)
        self.status = status
        self.request = request
        super().__init__(self.describe())

    def __init_subclass__(cls, codes: Iterable[int] = ()) -> None:
        super().__init_subclass__()
        _BY_CODE.update(dict.fromkeys(codes, cls))

    def describe(self) -> str:
        """Say what was wrong, where, and what to do."""
        where = f" ({self.request})" if self.request else ""
        advice = f". {self.advice}" if self.advice else ""
        return f"FileMaker error {self.code}: {self.text}{where}{advice}"


_BY_CODE: dict[int, type[ServerError]] = {}


def server_error(code: int, text: str, *, status: int, request: str) -> ServerError:
    """Make the error that stands for a FileMaker code.

    Args:
        code: FileMaker's code.
        text: The message of the reply.
        status: The HTTP status of the reply.
        request: What was asked, without secrets.

    Returns:
        An instance of the class that claims the code, or of `ServerError`.
    """
    cls = _BY_CODE.get(code, ServerError)
    return cls(code, text, status=status, request=request)


class CredentialError(ServerError, PermissionError, codes=(10, 18, 210, 211, 212, 213, 214, 219)):
    """The account, its password or its identity token was not accepted."""

    advice = (
        "Check account and password, and that the account's privilege set has the extended privilege fmrest"
    )


class SessionExpired(ServerError, codes=(112, 952)):
    """The Data API session is gone; fmorm renews it by itself, so this is seen only where that failed."""

    advice = "A new session was opened and is gone as well: look whether the server restarts or disconnects clients"


class PrivilegeError(ServerError, PermissionError, codes=(9, *range(200, 208))):
    """The account may not do this."""

    advice = "Read-only and calculation fields cannot be written; else look at the account's privilege set"


class Missing(ServerError, LookupError, codes=(100, 103, 106, 108, 110, 111)):
    """Something that the request names is not there."""


class RecordMissing(Missing, codes=(101,)):
    """There is no record of this id, or no longer, or the account may not see it."""

    advice = (
        "It was deleted, or the account may not see it; record ids are re-issued by imports and migrations"
    )


class FieldMissing(Missing, codes=(102,)):
    """A field of the request is not on the layout; the server does not say which."""

    advice = "The layout itself must show every field that the model declares; a global is named table::field"


class ScriptMissing(Missing, codes=(104,)):
    """There is no script of this name."""

    advice = "Check the script's name in FileMaker, and the account's privileges"


class LayoutMissing(Missing, codes=(105,)):
    """There is no layout of this name, or the account may not see it."""

    advice = (
        "Check the layout= of the model against the layout's name in FileMaker, and the account's privileges"
    )


class RecordLocked(ServerError, codes=(300, 301, 302, 303, 304, 308, 310)):
    """Somebody has the record open; nothing was written."""

    advice = "Nothing was written; try again when the record has been let go"


@dataclass(frozen=True, slots=True)
class RowConflict:
    """A portal row that somebody else changed or removed.

    To put one's own changes of it on top of theirs, knowingly, expect the mod id that it has now:
    `db.save(record, expect=…, expect_rows={conflict.record_id: conflict.mod_id})`.

    Attributes:
        portal: The name of the portal's attribute.
        record_id: The row's record id.
        mod_id: The row's mod id on the server now; None when the row is gone.
        base: The fields that either side changed, as they were read.
        mine: The same fields as they are in the row that could not be saved.
        theirs: The same fields as they are on the server now; empty when the row is gone.
        contested: The fields that both sides changed, or that are in one merge group; those that I changed when
            the row is gone, and all where I removed it.
    """

    portal: str
    record_id: str
    mod_id: str | None
    base: Mapping[str, Any] = field(default_factory=dict[str, Any])
    mine: Mapping[str, Any] = field(default_factory=dict[str, Any])
    theirs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    contested: Sequence[str] = ()


class ConflictError(ServerError, codes=(306,)):
    """Somebody else committed a change since the record was read; nothing was written.

    Attributes:
        base: The fields that either side changed, as they were read.
        mine: The same fields as they are in the record that could not be saved.
        theirs: The same fields as they are on the server now; empty when they could not be read.
        record: The record that could not be saved; it is still dirty.
        current: The record as it is on the server now, a new instance; None when it could not be read.
        contested: The fields that both sides changed, or that are in one merge group: what merging cannot decide.
        rows: The portal rows that differ, where that can be known.
    """

    advice = "Nothing was written: compare base, mine and theirs, then reload the record or save on top of it"

    def __init__(self, code: int = 306, text: str = "", *, status: int = 0, request: str = "") -> None:
        super().__init__(code, text, status=status, request=request)
        self.base: Mapping[str, Any] = {}
        self.mine: Mapping[str, Any] = {}
        self.theirs: Mapping[str, Any] = {}
        self.record: Any = None
        self.current: Any = None
        self.contested: Sequence[str] = ()
        self.rows: Sequence[RowConflict] = ()


class CriteriaError(ServerError, ValueError, codes=(400, 404, 407, 408)):
    """The server could not use the find's criteria or sort order."""

    advice = "Look at what explain() shows"


class NoRecords(ServerError, LookupError, codes=(401,)):
    """No record matches; fmorm makes an empty result of it."""


class RefusedValue(ServerError, ValueError, codes=(500, 501, 502, 503, *range(505, 514))):
    """A value does not meet the field's validation entry options; nothing was written."""

    advice = "Nothing was written; look at the validation options of the fields that were sent"


class NotUnique(RefusedValue, codes=(504,)):
    """The value must be unique and exists already; nothing was written."""


class DatabaseClosed(ServerError, codes=(802,)):
    """The database file is not hosted, not open, or the account has no access through the Data API."""

    advice = "Check the database name, that the file is open on the server, and the extended privilege fmrest"


class CapacityError(ServerError, codes=(812, 956)):
    """The host has no room for another session."""

    advice = "Close databases that are no longer used: every open session counts"


class AllowanceError(ServerError, codes=(953,)):
    """The yearly outbound data allowance of the licence is used up."""

    advice = "The allowance is the licence's, for a year; read fewer fields and portals"


class RequestRefused(ServerError, codes=(958, 960, *range(1700, 1716))):
    """The server did not understand the request, or this release of it does not know a parameter."""

    advice = "A parameter that names a portal is unknown when it is a portal that the layout does not have"
