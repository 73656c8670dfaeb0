"""People who log in with their FileMaker account: each sees and may do what FileMaker lets them.

The FileMaker session's token is kept in Django's session, on the server. It is as good as the password while it lives,
so Django's sessions in signed cookies, which a browser can read, are refused.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import resolve_url
from django.utils.deprecation import MiddlewareMixin

from fmorm import Database, SessionLost
from fmorm.contrib.django.configuration import DEFAULT
from fmorm.contrib.django.connections import databases

_KEY: Final = "_fmorm"
_LATE: Final = "_fmorm_late"
_READABLE: Final = "django.contrib.sessions.backends.signed_cookies"


class NotLoggedIn(PermissionDenied):
    """Nobody has logged in; `AccountMiddleware` sends the browser to the log-in page."""


def log_in(request: HttpRequest, user: str, password: str, *, using: str = DEFAULT) -> None:
    """Log in to FileMaker, and remember it in the browser's session.

    Args:
        request: The request.
        user: The account.
        password: Its password; it is not kept.
        using: The alias of the database.

    Raises:
        CredentialError: The account or its password was not accepted.
        TransportError: The server was not reached.
        ImproperlyConfigured: Django keeps its sessions where browsers can read them.
    """
    if settings.SESSION_ENGINE == _READABLE:
        raise ImproperlyConfigured("FileMaker's token must not get to browsers: use another SESSION_ENGINE")
    file = databases.file(using)
    token = databases.host(using).log_in(file, user=user, password=password)
    log_out(request, using=using)
    request.session.cycle_key()
    request.session[_key(using)] = {"user": user, "token": token}


def log_out(request: HttpRequest, *, using: str = DEFAULT) -> None:
    """Log out of FileMaker, where somebody has logged in, and forget it."""
    held = _forget(request, using)
    if held is not None:
        databases.host(using).log_out(databases.file(using), held["token"])


def account(request: HttpRequest, *, using: str = DEFAULT) -> str | None:
    """Give the name of the account that has logged in; None where nobody has."""
    held = request.session.get(_key(using))
    return None if held is None else str(held["user"])


def account_database(request: HttpRequest, *, using: str = DEFAULT) -> Database:
    """Give the database as the account sees it that has logged in.

    Its verbs raise SessionLost when the FileMaker session has ended, 15 minutes after its last use.

    Raises:
        NotLoggedIn: Nobody has.
    """
    held = request.session.get(_key(using))
    if held is None:
        raise NotLoggedIn("log in first")
    return databases.host(using).resume(databases.file(using), held["token"])


def _key(using: str) -> str:
    return f"{_KEY}:{using}"


def _forget(request: HttpRequest, using: str) -> dict[str, str] | None:
    held: dict[str, str] | None = request.session.pop(_key(using), None)
    return held


class AccountMixin:
    """Makes a view over a layout use the database of the account that has logged in."""

    using: str
    request: HttpRequest

    def get_database(self) -> Database:
        """Give the database of the account.

        Raises:
            NotLoggedIn: Nobody has logged in.
        """
        return account_database(self.request, using=self.using)

    def get_late_form(self) -> QueryDict | None:
        """Give what this account has sent to this page when its FileMaker session had ended; once."""
        kept = self.request.session.get(_LATE)
        here = self.request.get_full_path(), account(self.request, using=self.using)
        if kept is None or (kept["path"], kept["user"]) != here:
            return None
        return QueryDict(self.request.session.pop(_LATE)["form"])


class AccountMiddleware(MiddlewareMixin):
    """Sends browsers to `LOGIN_URL` where nobody has logged in, or the FileMaker session has ended.

    A form that was sent too late waits in Django's session, for the same account on the same page.
    """

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer what only somebody who has logged in may ask."""
        if not isinstance(exception, (NotLoggedIn, SessionLost)):
            return None
        for using in databases:
            held = _forget(request, using)
            if held is not None and request.method == "POST":
                form = request.POST.urlencode()
                request.session[_LATE] = {"path": request.get_full_path(), "user": held["user"], "form": form}
        query = urlencode({"next": request.get_full_path()})
        return HttpResponseRedirect(f"{resolve_url(settings.LOGIN_URL)}?{query}")
