"""How the server says no: FileMaker's code, the HTTP status that goes with it, and the text."""

from __future__ import annotations

from fmorm.server.exact import Json
from fmorm.wire.codes import MESSAGES

UNKNOWN_ERROR = -1
NO_HEADER = 10
RECORD_MISSING = 101
FIELD_MISSING = 102
SCRIPT_MISSING = 104
LAYOUT_MISSING = 105
TABLE_MISSING = 106
WINDOW_MISSING = 112
RECORD_DENIED = 200
FIELD_LOCKED = 201
FIELD_DENIED = 202
SORT_DENIED = 204
BAD_ACCOUNT = 212
RECORD_LOCKED = 301
MOD_ID_MISMATCH = 306
NO_CRITERIA = 400
NOTHING_FOUND = 401
BAD_SORT_ORDER = 404
WRONG_TYPE = 408
BAD_DATE = 500
BAD_TIME = 501
BAD_NUMBER = 502
OUT_OF_RANGE = 503
NOT_UNIQUE = 504
NOT_EXISTING = 505
NOT_LISTED = 506
CALCULATION_FALSE = 507
VALUE_REQUIRED = 509
TOO_LONG = 511
FILE_CLOSED = 802
HOST_FULL = 812
BAD_TOKEN = 952
BAD_PARAMETER = 960
NO_RESOURCE = 1700
WRONG_VERB = 1704
HEADER_ABSENT = 1705

_STATUS = {
    NO_HEADER: 401,
    BAD_ACCOUNT: 401,
    BAD_TOKEN: 401,
    BAD_PARAMETER: 400,
    NO_RESOURCE: 404,
    WRONG_VERB: 405,
    HEADER_ABSENT: 415,
}
_ENGINE = 500
"""Every error of the database engine itself comes with HTTP status 500."""


class Refusal(Exception):
    """A request that is answered with an error; whatever it had begun is undone."""

    def __init__(self, code: int, message: str | None = None, *, from_validator: bool = False) -> None:
        self.code = code
        self.message = MESSAGES[code] if message is None else message
        self.status = _STATUS.get(code, _ENGINE)
        self._from_validator = from_validator
        super().__init__(f"{code} {self.message}")

    def content(self) -> Json:
        """Give the envelope of an error; what validates requests turns the members of a message round."""
        members = {"code": str(self.code), "message": self.message}
        message = dict(reversed(members.items())) if self._from_validator else members
        return {"messages": [message], "response": {}}


def bad_parameter(message: str) -> Refusal:
    """Refuse what the request validator would not let through to the database."""
    return Refusal(BAD_PARAMETER, message, from_validator=True)


def required(name: str) -> Refusal:
    """Refuse a request without a parameter that it needs."""
    return bad_parameter(f"Request validation failed: Parameter ({name}) is required")


def malformed(name: str, expected: str = "") -> Refusal:
    """Refuse a parameter of the wrong form, in the validator's words."""
    fault = f"is not a valid {expected}" if expected else "failed schema validation"
    return bad_parameter(f"Request validation failed: Parameter ({name}) {fault}")
