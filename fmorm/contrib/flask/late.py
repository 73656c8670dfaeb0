"""Forms that came after their user's session had ended: what was typed is kept until the user is back."""

from __future__ import annotations

import secrets
from typing import Final

from flask import request, session
from werkzeug.datastructures import MultiDict

from fmorm.contrib.flask.stores import UserStore

COOKIE: Final = "fmorm_form"
"""Where the key of the form stands in Flask's session."""
_PREFIX: Final = "fmorm:form:"
SECONDS: Final = 15 * 60
"""How long a form is kept: as long as FileMaker keeps a session that nobody uses."""
LETTERS: Final = 100_000
"""A longer form is not kept: the store is for tokens, and somebody may send large ones on purpose."""


def keep(store: UserStore, user: str) -> None:
    """Keep the form of this request, if it is one, for its page and its user."""
    pairs = list(request.form.items(multi=True)) if request.method == "POST" else []
    if pairs and sum(len(name) + len(value) for name, value in pairs) <= LETTERS:
        key = secrets.token_urlsafe(32)
        store.set(_PREFIX + key, (user, request.path, pairs), timeout=SECONDS)
        session[COOKIE] = key


def take(store: UserStore, user: str | None) -> MultiDict[str, str] | None:
    """Give the form that was kept for this page and user, once; None where there is none."""
    key = session.get(COOKIE)
    kept = store.get(_PREFIX + key) if isinstance(key, str) else None
    if kept is None or kept[1] != request.path or user is None:
        return None
    session.pop(COOKIE)
    store.delete(f"{_PREFIX}{key}")
    whose, _, pairs = kept
    return MultiDict(map(tuple, pairs)) if whose == user else None
