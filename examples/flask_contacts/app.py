"""An address book in FileMaker, with Flask.

    pip install 'fmorm[flask,server]'
    python examples/flask_contacts/app.py

Log in as anna (password anna), bo (bo), or guest (guest), who may only read. No FileMaker Server is needed: an embedded
one runs in this process. For a real one, set FMORM_URL and FMORM_DATABASE in place of FMORM_EMBEDDED.
"""

from __future__ import annotations

import argparse
import secrets
import sys
import threading
from pathlib import Path
from typing import Any

from flask import (
    Flask,
    Response,
    abort,
    flash,
    redirect,
    render_template,
    request,
    send_from_directory,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from pydantic import ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.utils import secure_filename

from fmorm import (
    ConflictError,
    CredentialError,
    FindError,
    NotUnique,
    OutcomeUnknown,
    PrivilegeError,
    RefusedValue,
    state,
)
from fmorm.contrib.flask import FMORM

EXAMPLES = Path(__file__).resolve().parents[1]
sys.path.append(str(EXAMPLES))  # the example applications share their models

from contacts.contacts import Contact, Phone  # noqa: E402
from flask_contacts.sheet import LABELS, Sheet, problems  # noqa: E402

SHARED = EXAMPLES / "contacts"
SORTS = {
    "name": Contact.name,
    "company": Contact.company,
    "city": Contact.city,
    "category": Contact.category,
}
PICTURES = {".gif", ".jpeg", ".jpg", ".png", ".webp"}

CLICKS = [threading.Lock() for _ in range(64)]
"""Who clicks twice sends a form twice at the same moment: what is saved of one contact is saved one after the other."""
ADDED: dict[str, str] = {}
"""Which contact the form for a new one has made, so that a second click makes no second one."""

fm = FMORM()


def create_app(**config: Any) -> Flask:
    """Make the application."""
    app = Flask(__name__)
    app.config |= {
        "SECRET_KEY": secrets.token_hex(),  # a site keeps one, so that a restart logs nobody out
        "SESSION_COOKIE_SAMESITE": "Lax",
        "MAX_CONTENT_LENGTH": 10_000_000,
        "FMORM_EMBEDDED": SHARED / "contacts.toml",
        "FMORM_PER_USER": True,
        "FMORM_LOGIN_VIEW": "log_in",
        "FMORM_ERROR_PAGES": True,
        "FMORM_PER_PAGE": 10,
        **config,
    }
    fm.init_app(app)
    app.before_request(check_csrf)
    app.after_request(guard)
    app.context_processor(lambda: {"fm": fm, "csrf": csrf, "labels": LABELS, "once": secrets.token_hex})
    app.register_error_handler(HTTPException, show_error)
    app.add_url_rule("/contacts.css", "css", lambda: send_from_directory(SHARED, "contacts.css"))
    app.add_url_rule("/log-in", view_func=log_in, methods=["GET", "POST"])
    app.add_url_rule("/log-out", view_func=log_out, methods=["POST"])
    app.add_url_rule("/", view_func=contacts)
    app.add_url_rule("/contacts/new", view_func=new, methods=["GET", "POST"])
    app.add_url_rule("/contacts/<int:number>", view_func=contact, methods=["GET", "POST"])
    app.add_url_rule("/contacts/<int:number>/photo", view_func=photo)
    app.add_url_rule("/contacts/<int:number>/photo", view_func=upload, methods=["POST"])
    return app


# -- who it is -------------------------------------------------------------------------------------------


def log_in() -> ResponseReturnValue:
    """Let people log in with their FileMaker accounts."""
    error = ""
    if request.method == "POST":
        try:
            fm.log_in(request.form["user"], request.form["password"])
        except CredentialError:
            error = "FileMaker does not know this name with this password."
        else:
            return redirect(fm.next_url(url_for("contacts")))
    return render_template("log_in.html", error=error), 403 if error else 200


def log_out() -> ResponseReturnValue:
    """Log out of FileMaker, too."""
    fm.log_out()
    return redirect(url_for("log_in"))


def csrf() -> str:
    """Give what every form carries, so that no other site can send one in the user's name."""
    token: str = session.setdefault("csrf", secrets.token_urlsafe())
    return token


def check_csrf() -> None:
    """Refuse a form that this site has not made for this browser."""
    if request.method == "POST" and not secrets.compare_digest(
        csrf().encode(), request.form.get("csrf", "").encode()
    ):
        abort(
            400, "This form is too old, or comes from somewhere else. Go back, reload the page and try again."
        )


def guard(response: Response) -> Response:
    """Let pages load nothing from elsewhere, and run no scripts."""
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'"
    )
    return response


def show_error(error: HTTPException) -> ResponseReturnValue:
    """Show what went wrong as a page of the site."""
    return render_template("error.html", error=error), error.code or 500


# -- the list --------------------------------------------------------------------------------------------


@fm.log_in_required
def contacts() -> ResponseReturnValue:
    """List the contacts: searched, sorted, in pages."""
    words, sort = request.args.get("q", "").strip(), request.args.get("sort", "name")
    term = SORTS.get(sort.removeprefix("-"), Contact.name)
    find = fm.db.find(Contact).portals().sort(term.desc() if sort.startswith("-") else term, Contact.name)
    try:
        if words:
            find = find.search(words, Contact.name, Contact.company, Contact.email, Contact.city)
        page = fm.paginate(find)
    except FindError:
        flash("That is too much to look for at once. Take fewer words.", "bad")
        return redirect(url_for("contacts"))
    return render_template("contacts.html", page=page, q=words, sort=sort, columns=SORTS, id=record_id)


# -- one contact -----------------------------------------------------------------------------------------


@fm.log_in_required
def contact(number: int) -> ResponseReturnValue:
    """Show a contact, or save what was changed on it and on its telephone numbers."""
    if request.method == "GET":
        record = fm.get_or_404(Contact, number)
        return page_of(record, late_sheet() or Sheet.of(record))
    with CLICKS[number % len(CLICKS)]:
        return save(number, Sheet.sent(request.form))


def save(number: int, sheet: Sheet) -> ResponseReturnValue:
    """Save what was changed, if nobody else has changed the same contact since the form was shown."""
    record = fm.get_or_404(Contact, number)
    if not sheet.is_guarded:
        abort(400)
    if sheet.has_lost_rows(record):
        return decide(sheet, number)
    try:
        sheet.apply_to(record)
        fm.db.save(record, expect=sheet.mod_id, expect_rows=sheet.row_mods)
    except ConflictError:
        return decide(sheet, number)
    except (ValidationError, RefusedValue, PrivilegeError, OutcomeUnknown) as error:
        return page_of(record, sheet, errors=explained(error, sheet)), 422
    flash("Saved.")
    return to_contact(number)


def decide(sheet: Sheet, number: int) -> ResponseReturnValue:
    """Show both sides, where somebody else has saved meanwhile; the next save is on top of theirs, knowingly."""
    current = fm.get_or_404(Contact, number)
    merged, differences = sheet.on_top_of(Sheet.of(current))
    if not merged.is_changed:  # as after a second click: it is saved already
        flash("Saved.")
        return to_contact(number)
    return page_of(current, merged, differences=differences), 409


@fm.log_in_required
def new() -> ResponseReturnValue:
    """Show the form for another contact, or add it."""
    if request.method == "GET":
        return page_of(None, late_sheet() or Sheet.blank())
    with CLICKS[0]:
        form = request.form.get("once", "")
        return add(form, Sheet.sent(request.form)) if form not in ADDED else to_contact(ADDED[form])


def add(form: str, sheet: Sheet) -> ResponseReturnValue:
    """Add a contact, and remember which form it came from."""
    record = Contact()
    try:
        sheet.apply_to(record)
        fm.db.create(record)
    except (ValidationError, RefusedValue, PrivilegeError, OutcomeUnknown) as error:
        return page_of(None, sheet, errors=explained(error, sheet)), 422
    flash("Added.")
    ADDED[form] = record_id(record)
    return to_contact(ADDED[form])


def to_contact(number: int | str) -> ResponseReturnValue:
    """Go on to the page of a contact."""
    return redirect(url_for("contact", number=number))


def late_sheet() -> Sheet | None:
    """Give what was typed into this page when the session had ended; its mod ids are still those of that time."""
    form = fm.late_form()
    if form is None:
        return None
    flash("What you have typed is still here. Save it again.")
    return Sheet.sent(form)


def page_of(record: Contact | None, sheet: Sheet, **more: Any) -> str:
    """Give the page of a contact; None is a new one."""
    db = fm.db
    lists = {"category": db.choices(Contact.category), "label": db.choices(Contact.phones.label)}
    shown: dict[str, Any] = {
        "errors": {},
        "differences": [],
        "contact": record,
        "sheet": sheet.with_blank_row(),
        "lists": lists,
    }
    return render_template("contact.html", **shown | more, id=record_id)


def explained(error: Exception, sheet: Sheet) -> dict[str, str]:
    """Say beside which box an error belongs; an empty name is for the whole form."""
    match error:
        case ValidationError():
            return problems(error)
        case NotUnique():  # FileMaker never names the field: this one is unique
            return {"email": "Another contact has this address."}
        case RefusedValue() if not sheet.now["name"]:
            return {"name": "A contact needs a name."}
        case PrivilegeError():
            return {"": "Your account may look at contacts, and not change them. Nothing was saved."}
        case OutcomeUnknown():
            return {"": "The connection broke: this may be saved, or not. Look before you save it again."}
        case _:
            return {"": f"FileMaker does not take this: {error}"}


def record_id(record: Contact | Phone) -> str:
    """Give FileMaker's number of a record."""
    return state(record).record_id or ""


# -- photographs -----------------------------------------------------------------------------------------


@fm.log_in_required
def photo(number: int) -> ResponseReturnValue:
    """Give the photograph; FileMaker's address of it stays here."""
    return fm.send_file(fm.get_or_404(Contact, number), Contact.photo)


@fm.log_in_required
def upload(number: int) -> ResponseReturnValue:
    """Take another photograph, if nobody has changed the contact meanwhile."""
    record, file = fm.get_or_404(Contact, number), request.files.get("photo")
    name = secure_filename(file.filename or "") if file else ""
    if file is None or Path(name).suffix.lower() not in PICTURES:
        flash("Choose a picture: PNG, JPEG, GIF or WebP.", "bad")
    elif state(record).mod_id != request.form.get("mod_id"):
        flash("Somebody has changed this contact meanwhile. Look at it, and choose the picture again.", "bad")
    else:
        fm.db.upload(record, Contact.photo, file.read(), name=name)
        flash("Photograph saved.")
    return to_contact(number)


def main() -> None:
    """Serve it on this machine."""
    parser = argparse.ArgumentParser(description="The address book of fmorm's examples, with Flask.")
    parser.add_argument("--port", type=int, default=5000)
    app = create_app()
    print("Log in as anna (password anna), bo (bo), or guest (guest), who may only read.", flush=True)
    app.run(port=parser.parse_args().port)


if __name__ == "__main__":
    main()
