"""An address book in FileMaker, with FastAPI: a JSON API, and one page that uses it.

    pip install 'fmorm[fastapi,server]'
    python examples/fastapi_contacts/app.py

Log in as anna (password anna), bo (bo), or guest (guest), who may only read. No FileMaker Server is needed: an embedded
one runs in this process. For a real one, give `Users` an `AsyncHost` with its address. The API describes itself at
`/docs`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Literal

import uvicorn
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, computed_field

from fmorm import AsyncDatabase, AsyncHost, Choice, ConflictError, FindError, Portal, errors, portal, state
from fmorm.contrib.fastapi import (
    FMORM,
    IfMatch,
    Input,
    Page,
    PageQuery,
    RowInput,
    Users,
    answer_errors,
    apply_rows,
    paginate,
    responses,
    send_file,
    set_etag,
)
from fmorm.server import App, Background, load_schema

EXAMPLES = Path(__file__).resolve().parents[1]
sys.path.append(str(EXAMPLES))  # the example applications share their models

from contacts import contacts  # noqa: E402

HERE = Path(__file__).parent
SHARED = EXAMPLES / "contacts"
PICTURES = {"image/gif": "gif", "image/jpeg": "jpg", "image/png": "png", "image/webp": "webp"}
LARGEST = 10_000_000
"""Bytes of a photograph."""
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src blob: data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The page loads nothing from elsewhere, and runs no script but its own."""

filemaker = Background(App(load_schema(SHARED / "contacts.toml")))
users = Users(lambda: AsyncHost(filemaker.url), "contacts")
fm = FMORM(users=users)
Db = Annotated[AsyncDatabase, Depends(users)]
Account = Annotated[str, Depends(users.account)]
api = APIRouter(prefix="/api")


# -- bodies ----------------------------------------------------------------------------------------------


class Phone(contacts.Phone, table="contact_phones"):
    @computed_field  # type: ignore[prop-decorator]  # mypy does not know that of pydantic
    @property
    def record_id(self) -> str | None:
        """What a change of the row names."""
        return state(self).record_id


class Contact(contacts.Contact, layout="contact"):
    phones: Portal[Phone] = portal("phones")  # type: ignore[assignment]  # rows of the same, with their ids

    @computed_field  # type: ignore[prop-decorator]  # mypy does not know that of pydantic
    @property
    def has_photo(self) -> bool:
        """Whether there is something at `…/photo`."""
        return self.photo is not None


FIELDS = ("name", "company", "email", "category", "birthday", "city", "notes")
ROW = ("label", "number")


class PhoneChange(RowInput[Phone], only=ROW, partial=True):
    pass


class NewContact(Input[Contact], only=FIELDS):
    phones: tuple[PhoneChange, ...] = ()


class ContactChange(Input[Contact], only=FIELDS, partial=True):
    phones: tuple[PhoneChange, ...] = ()


class Option(BaseModel):
    value: str
    display: str

    @classmethod
    def of(cls, choices: Iterable[Choice]) -> list[Option]:
        """Give what a value list offers."""
        return [cls(value=one.value, display=one.display) for one in choices]


class Choices(BaseModel):
    category: list[Option]
    label: list[Option]


# -- routes ----------------------------------------------------------------------------------------------


@api.get("/me")
async def me(account: Account) -> str:
    """Tell who has logged in."""
    return account


@api.get("/choices")
async def choices(db: Db) -> Choices:
    """Give the value lists."""
    category, label = await db.choices(Contact.category), await db.choices(Contact.phones.label)
    return Choices(category=Option.of(category), label=Option.of(label))


@api.get("/contacts")
async def listed(
    query: PageQuery,
    db: Db,
    q: str = "",
    sort: Literal["name", "company", "city", "category"] = "name",
    order: Literal["asc", "desc"] = "asc",
) -> Page[Contact]:
    """List contacts: searched, sorted, in pages."""
    term = {
        "name": Contact.name,
        "company": Contact.company,
        "city": Contact.city,
        "category": Contact.category,
    }[sort]
    find = db.find(Contact).portals().sort(term.desc() if order == "desc" else term, Contact.name)
    try:
        if q.strip():
            find = find.search(q, Contact.name, Contact.company, Contact.email, Contact.city)
        return await paginate(find, query)
    except FindError:
        raise HTTPException(400, "That is too much to look for at once. Take fewer words.") from None


@api.post("/contacts", status_code=201, responses=responses(errors.PrivilegeError))
async def add(body: NewContact, db: Db, response: Response) -> Contact:
    """Add a contact."""
    contact = body.new()
    apply_rows(contact.phones, body.phones)
    set_etag(response, await db.create(contact, reload=True))
    return contact


@api.get("/contacts/{key}", responses=responses(errors.NotFound))
async def read(key: str, db: Db, response: Response) -> Contact:
    """Give one contact with its telephone numbers."""
    contact = await db.get(Contact, id=key)
    set_etag(response, contact)
    return contact


@api.patch("/contacts/{key}", responses=responses(errors.NotFound, errors.ConflictError))
async def change(key: str, body: ContactChange, match: IfMatch, db: Db, response: Response) -> Contact:
    """Change a contact and its telephone numbers, if nobody else has done so meanwhile."""
    contact = await db.get(Contact, id=key)
    body.apply_to(contact)
    apply_rows(contact.phones, body.phones, match)
    await db.save(contact, expect=match.mod_id, expect_rows=match.row_mods)
    set_etag(response, await db.reload(contact))
    return contact


@api.get("/contacts/{key}/photo", responses=responses(errors.NotFound))
async def photo(key: str, request: Request, db: Db) -> Response:
    """Give the photograph; FileMaker's address of it stays here."""
    return await send_file(db, await db.get(Contact, id=key), Contact.photo, request)


async def sent_picture(request: Request) -> tuple[str, bytes]:
    """Read a picture out of the body of a request, and give a name for it, too."""
    extension = PICTURES.get(request.headers.get("content-type", ""))
    if extension is None:
        raise HTTPException(415, "Choose a picture: PNG, JPEG, GIF or WebP.")
    content = bytearray()
    async for piece in request.stream():
        content += piece
        if len(content) > LARGEST:
            raise HTTPException(413, f"A photograph may have {LARGEST // 1_000_000} MB.")
    return f"photo.{extension}", bytes(content)


@api.put("/contacts/{key}/photo", status_code=204, responses=responses(errors.ConflictError))
async def upload(
    key: str, picture: Annotated[tuple[str, bytes], Depends(sent_picture)], match: IfMatch, db: Db
) -> None:
    """Take another photograph, if nobody has changed the contact meanwhile."""
    name, content = picture
    contact = await db.get(Contact, id=key)
    if match.mod_id not in (..., state(contact).mod_id):
        raise ConflictError
    await db.upload(contact, Contact.photo, content, name=name)


# -- the application -------------------------------------------------------------------------------------


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncGenerator[None]:
    """Run the embedded server for the time of the application."""
    with filemaker:
        async with fm.lifespan(app):
            yield


app = FastAPI(title="Contacts", lifespan=lifespan)
answer_errors(app)
app.include_router(users.router("/api"))
app.include_router(api)


@app.get("/", include_in_schema=False)
async def page() -> FileResponse:
    """Give the page."""
    return FileResponse(HERE / "page.html", headers={"Content-Security-Policy": POLICY})


@app.get("/page.js", include_in_schema=False)
async def script() -> FileResponse:
    """Give the page's script."""
    return FileResponse(HERE / "page.js")


@app.get("/contacts.css", include_in_schema=False)
async def style() -> FileResponse:
    """Give the look that all example applications have."""
    return FileResponse(SHARED / "contacts.css")


def main() -> None:
    """Serve it on this machine."""
    parser = argparse.ArgumentParser(description="The address book of fmorm's examples, with FastAPI.")
    parser.add_argument("--port", type=int, default=8000)
    port: int = parser.parse_args().port
    print("Log in as anna (password anna), bo (bo), or guest (guest), who may only read.")
    print(f"http://127.0.0.1:{port}", flush=True)
    uvicorn.run(app, port=port, log_level="warning")


if __name__ == "__main__":
    main()
