"""An address book as FastAPI routes."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import field_validator

from fmorm import AsyncDatabase, Container, Field, Model, Portal, PortalRow, container, errors, field, portal
from fmorm.contrib.fastapi import (
    IfMatch,
    Input,
    MaybeIfMatch,
    Page,
    PageQuery,
    RowInput,
    apply_rows,
    paginate,
    responses,
    send_file,
    set_etag,
)

SCHEMA = Path(__file__).parents[3] / "examples" / "contacts" / "contacts.toml"
PNG = bytes.fromhex("89504e470d0a1a0a")


class Phone(PortalRow, table="contact_phones"):
    label: Field[str | None] = field("Label")
    number: Field[str] = field("Number")


class Contact(Model, layout="contact"):
    id: Field[str] = field("PrimaryKey", key=True, read_only=True)
    name: Field[str] = field("Name")
    email: Field[str | None] = field("Email", unique=True)
    city: Field[str | None] = field("City")
    photo: Container = container("Photo")
    phones: Portal[Phone] = portal("phones")

    @field_validator("city")
    @classmethod
    def no_shouting(cls, city: str | None) -> str | None:
        if city is not None and city.isupper():
            raise ValueError("do not shout")
        return city


class NewContact(Input[Contact], only=("name", "email", "city")):
    pass


class PhoneChange(RowInput[Phone], only=("label", "number"), partial=True):
    pass


class ContactChange(Input[Contact], only=("name", "email", "city"), partial=True):
    phones: tuple[PhoneChange, ...] = ()


def contacts(db: Callable[..., Any]) -> APIRouter:
    """The routes of an address book."""
    router = APIRouter()

    @router.get("/contacts")
    async def listed(
        query: PageQuery, db: Annotated[AsyncDatabase, Depends(db)], city: str | None = None
    ) -> Page[Contact]:
        find = db.find(Contact).portals().sort(Contact.name)
        return await paginate(find.where(Contact.city == city) if city else find, query)

    @router.post("/contacts", status_code=201, responses=responses(errors.PrivilegeError))
    async def add(body: NewContact, db: Annotated[AsyncDatabase, Depends(db)]) -> Contact:
        return await db.create(body.new(), reload=True)

    @router.get("/contacts/{key}", responses=responses(errors.NotFound))
    async def read(key: str, db: Annotated[AsyncDatabase, Depends(db)], response: Response) -> Contact:
        contact = await db.get(Contact, id=key)
        set_etag(response, contact)
        return contact

    @router.patch("/contacts/{key}", responses=responses(errors.NotFound, errors.ConflictError))
    async def change(
        key: str,
        body: ContactChange,
        match: IfMatch,
        db: Annotated[AsyncDatabase, Depends(db)],
        response: Response,
    ) -> Contact:
        contact = await db.get(Contact, id=key)
        body.apply_to(contact)
        apply_rows(contact.phones, body.phones, match)
        await db.save(contact, expect=match.mod_id, expect_rows=match.row_mods)
        set_etag(response, await db.reload(contact))
        return contact

    @router.put("/contacts/{key}/city/{city}")
    async def move(
        key: str, city: str, match: MaybeIfMatch, db: Annotated[AsyncDatabase, Depends(db)]
    ) -> Contact:
        contact = await db.get(Contact, id=key)
        contact.city = city
        return await db.save(contact, expect=match.mod_id)

    @router.delete("/contacts/{key}", status_code=204)
    async def remove(key: str, match: IfMatch, db: Annotated[AsyncDatabase, Depends(db)]) -> None:
        await db.delete(await db.get(Contact, id=key), mod_id=match.mod_id)

    @router.get("/contacts/{key}/photo")
    async def photo(
        key: str, request: Request, db: Annotated[AsyncDatabase, Depends(db)], name: str | None = None
    ) -> Response:
        return await send_file(db, await db.get(Contact, id=key), Contact.photo, request, download_name=name)

    return router
