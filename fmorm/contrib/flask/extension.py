"""The extension: what an application's modules share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any, Final, ParamSpec, TypeVar

from flask import Flask, Response, abort, current_app, g
from werkzeug.datastructures import MultiDict

from fmorm import Database, Find, Model, NotFound, RecordMissing, Session, SessionLost
from fmorm.contrib.flask import answers, files, pages, settings, users
from fmorm.contrib.flask.connections import Connections
from fmorm.contrib.flask.pages import Pagination
from fmorm.contrib.flask.users import LogInRequired, Users
from fmorm.mapper.files import WhichContainer

M = TypeVar("M", bound=Model)
P = ParamSpec("P")
R = TypeVar("R")
G = TypeVar("G", bound=Callable[[], Mapping[str, Any]])

EXTENSION: Final = "fmorm"
"""Where the application keeps what it has open, in `app.extensions`."""
_PINNED: Final = "_fmorm_session"


class Held:
    """What the extension keeps for one application."""

    def __init__(self, app: Flask) -> None:
        self.settings = settings.read(app.config)
        self.connections = Connections(self.settings, app.root_path)
        self.users = Users(self.settings, self.connections)


class FMORM:
    """FileMaker databases of a Flask application, as its configuration names them.

    One object serves any number of applications. What it gives is that of the current one, so it wants an application
    context: in requests and in commands of `flask` there is one, elsewhere `with app.app_context():` makes one.

    Args:
        app: The application; it is given to `init_app` later where it is left out.
    """

    def __init__(self, app: Flask | None = None) -> None:
        self._globals: Callable[[], Mapping[str, Any]] = dict
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Read the configuration of an application, and open what it names. Nothing is sent yet.

        Args:
            app: The application, configured.

        Raises:
            ValueError: A setting is unknown or cannot be meant so.
            TypeError: A setting is of the wrong type.
            LookupError: Neither the configuration nor the environment names a database.
            RuntimeError: The application has the extension already.
        """
        from fmorm.contrib.flask.commands import group

        if EXTENSION in app.extensions:
            raise RuntimeError("this application has the fmorm extension already: call init_app once")
        held = app.extensions[EXTENSION] = Held(app)
        app.teardown_appcontext(_end_session)
        app.shell_context_processor(lambda: {"fm": self})
        app.cli.add_command(group)
        if held.settings.error_pages:
            answers.register(app)
        if held.settings.per_user:
            app.register_error_handler(LogInRequired, held.users.to_log_in)
            app.register_error_handler(SessionLost, held.users.to_log_in)

    # -- databases -------------------------------------------------------------------------------------------

    @property
    def db(self) -> Database:
        """The database to work with: the application's, or with `FMORM_PER_USER` the user's, and no other.

        Raises LogInRequired where nobody has logged in.
        """
        held = held_by(current_app)
        return held.users.database() if held.settings.per_user else held.connections.database(None)

    def database(self, bind: str | None = None) -> Database:
        """Give a database that the configuration names, with the account that it names.

        Args:
            bind: Its name in `FMORM_BINDS`; the application's own where it is left out.

        Returns:
            The database; the same for all requests of the process.

        Raises:
            LookupError: There is none.
        """
        return held_by(current_app).connections.database(bind)

    @property
    def session(self) -> Session:
        """A FileMaker session of this request alone, with the global fields that `session_globals` gives.

        It is opened when it is asked for first, and logged out when the request has ended.
        """
        if _PINNED not in g:
            stack = ExitStack()
            pinned = stack.enter_context(self.db.session(self._globals()))
            setattr(g, _PINNED, (pinned, stack))
        opened: tuple[Session, ExitStack] = getattr(g, _PINNED)
        return opened[0]

    def session_globals(self, function: G) -> G:
        """Set the function that gives the global fields of `session`; a decorator.

        Args:
            function: It is called once in each request that uses `session`.

        Returns:
            The function.
        """
        self._globals = function
        return function

    def close(self, app: Flask) -> None:
        """Log out of everything that an application has open, as a test does in the end; at exit it comes by itself.

        Args:
            app: The application, which is not used any more.
        """
        held_by(app).connections.close()

    # -- users -----------------------------------------------------------------------------------------------

    def log_in(self, user: str, password: str) -> None:
        """Log the user of this browser in, with a FileMaker account. Who was logged in before is logged out.

        Args:
            user: The account.
            password: Its password, which is not kept.

        Raises:
            CredentialError: They were not accepted.
            TransportError: The server was not reached.
            RuntimeError: The users' store does not work, or the application has no `SECRET_KEY`.
        """
        held_by(current_app).users.log_in(user, password)

    def log_out(self) -> None:
        """Log the user of this browser out, of FileMaker, too; where nobody has logged in, nothing happens."""
        held_by(current_app).users.log_out()

    @property
    def current_user(self) -> str | None:
        """The account that has logged in with this browser; None where nobody has."""
        return held_by(current_app).users.name

    def log_in_required(self, view: Callable[P, R]) -> Callable[P, R]:
        """Let only those use a view who have logged in; a decorator, below `route`.

        Args:
            view: The view.

        Returns:
            The guarded view, which leads to the log-in page and back.
        """
        return users.required(lambda: held_by(current_app).users, view)

    def next_url(self, default: str = "/") -> str:
        """Give the path to go on to after the log-in.

        Args:
            default: Where to go if the request names none, or one that leads to another site.

        Returns:
            A path of this site.
        """
        return users.next_url(default)

    def late_form(self) -> MultiDict[str, str] | None:
        """Give what the user has sent to this page when the session had ended, so that it need not be typed again.

        It is kept for a quarter of an hour, and given once, to the same account, on the path that it was sent to. Files
        are not kept, nor forms of more than 100,000 letters.

        Returns:
            The form; None where none came too late.
        """
        return held_by(current_app).users.late_form()

    # -- records ---------------------------------------------------------------------------------------------

    def get_or_404(self, model: type[M], record_id: str | int | None = None, /, **key: Any) -> M:
        """Read one record of `db`, as its `get` does; where there is none, the answer is 404.

        Args:
            model: The class of the layout.
            record_id: FileMaker's record id.
            key: One business key and its value instead.

        Returns:
            The record.
        """
        try:
            return self.db.get(model, record_id, **key)
        except (RecordMissing, NotFound):
            abort(404)

    def first_or_404(self, find: Find[M]) -> M:
        """Read the first record of a find; where nothing matches, the answer is 404.

        Args:
            find: The find.

        Returns:
            The record.
        """
        record = find.first()
        if record is None:
            abort(404)
        return record

    def one_or_404(self, find: Find[M]) -> M:
        """Read the one record of a find; where nothing matches, the answer is 404.

        Args:
            find: The find.

        Returns:
            The record.

        Raises:
            MultipleFound: Several match: that is no address of nothing, but a mistake in the data.
        """
        record = find.one_or_none()
        if record is None:
            abort(404)
        return record

    def paginate(
        self, find: Find[M], *, page: int | None = None, per_page: int | None = None
    ) -> Pagination[M]:
        """Read one page of a find; where there is no such page, the answer is 404.

        Args:
            find: The find; sort it, so that pages stay what they are.
            page: The number of the page, from 1; that of the request, `?page=2`, where it is left out.
            per_page: How many records a page has; `FMORM_PER_PAGE` where it is left out.

        Returns:
            The page. A full page costs two requests, the last one costs one.
        """
        size = held_by(current_app).settings.per_page if per_page is None else per_page
        return pages.paginate(find, page, size)

    def send_file(
        self,
        record: Model,
        field: WhichContainer,
        *,
        db: Database | None = None,
        download_name: str | None = None,
        as_attachment: bool = False,
        conditional: bool = True,
    ) -> Response:
        """Answer with the file of a container; where it is empty, with 404.

        The file passes through the application piece by piece. The browser asks each time whether it has changed. What
        could run in the site's name, such as HTML and SVG, is given to be kept and not to be shown.

        Args:
            record: The record, as it was just read.
            field: The container: `Person.photo`, `Person.scans[1]` for a repetition, or the attribute's name.
            db: The database of the record; `db` of the extension where it is left out.
            download_name: The name under which the browser keeps it; its extension says what the file is. Where it is
                left out, FileMaker says that.
            as_attachment: Whether it is given to be kept in any case.
            conditional: Whether the record's mod id tells that the file is still the same. Leave that off for a
                calculation, or a field of another table: their files change without the record.

        Returns:
            The response.
        """
        return files.send(
            db or self.db,
            record,
            field,
            download_name=download_name,
            as_attachment=as_attachment,
            conditional=conditional,
        )


def held_by(app: Flask) -> Held:
    """Give what the extension keeps for an application.

    Raises:
        RuntimeError: It was never initialised with the extension.
    """
    held: Held | None = app.extensions.get(EXTENSION)
    if held is None:
        raise RuntimeError("this application has no fmorm extension: call fm.init_app(app) first")
    return held


def _end_session(error: BaseException | None) -> None:  # noqa: ARG001 - Flask passes it
    opened: tuple[Session, ExitStack] | None = g.pop(_PINNED, None)
    if opened is not None:
        opened[1].close()
