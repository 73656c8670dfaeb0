"""FileMaker databases in a Flask application; the extra `fmorm[flask]`.

What `app.config` names is opened by `fm = FMORM()` and `fm.init_app(app)`; views use `fm.db`.
"""

from __future__ import annotations

try:
    import flask as _flask
except ImportError as missing:
    raise ImportError(f"fmorm.contrib.flask needs {missing.name}: pip install 'fmorm[flask]'") from None

from fmorm.contrib.flask.extension import FMORM
from fmorm.contrib.flask.pages import Pagination
from fmorm.contrib.flask.stores import MemoryUsers, UserStore
from fmorm.contrib.flask.users import LogInRequired

del _flask

__all__ = ["FMORM", "LogInRequired", "MemoryUsers", "Pagination", "UserStore"]
