"""FileMaker databases in a FastAPI application; the extra `fmorm[fastapi]`.

`fm = FMORM(AsyncDatabase.from_env)` opens one for each process with `FastAPI(lifespan=fm.lifespan)`; routes ask for it
with `Annotated[AsyncDatabase, Depends(fm.db)]`.
"""

from __future__ import annotations

try:
    import fastapi as _fastapi
    import python_multipart as _multipart
except ImportError as missing:
    raise ImportError(f"fmorm.contrib.fastapi needs {missing.name}: pip install 'fmorm[fastapi]'") from None

from fmorm.contrib.fastapi.answers import Conflict, Problem, RowSides, answer_errors, responses
from fmorm.contrib.fastapi.extension import FMORM
from fmorm.contrib.fastapi.files import send_file
from fmorm.contrib.fastapi.inputs import Input, RowInput, apply_rows
from fmorm.contrib.fastapi.matching import IfMatch, Match, MaybeIfMatch, etag, set_etag
from fmorm.contrib.fastapi.pages import Page, PageQuery, paginate
from fmorm.contrib.fastapi.users import MemoryUsers, Users, UserStore

del _fastapi, _multipart

__all__ = [
    "FMORM",
    "Conflict",
    "IfMatch",
    "Input",
    "Match",
    "MaybeIfMatch",
    "MemoryUsers",
    "Page",
    "PageQuery",
    "Problem",
    "RowInput",
    "RowSides",
    "UserStore",
    "Users",
    "answer_errors",
    "apply_rows",
    "etag",
    "paginate",
    "responses",
    "send_file",
    "set_etag",
]
