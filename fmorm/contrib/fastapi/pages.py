"""One page of a find as a response body."""

from __future__ import annotations

from typing import Annotated, Generic, TypeVar

from fastapi import Depends, HTTPException, Query
from pydantic import BaseModel

from fmorm import AsyncFind, Model

M = TypeVar("M", bound=Model)


class Page(BaseModel, Generic[M]):
    """A page of records.

    Attributes:
        items: The records.
        page: The number of the page, from 1.
        per_page: How many records a page has.
        total: How many records there are on all pages.
        pages: How many pages there are.
    """

    items: list[M]
    page: int
    per_page: int
    total: int
    pages: int


class Asked(BaseModel):
    """Which page a request wants: `?page=2&per_page=50`.

    Attributes:
        page: The number of the page.
        per_page: How many records it has.
    """

    page: int = 1
    per_page: int = 20


async def asked(
    page: Annotated[int, Query(ge=1, le=1_000_000, description="The number of the page.")] = 1,
    per_page: Annotated[int, Query(ge=1, le=100, description="How many records a page has.")] = 20,
) -> Asked:
    """Read which page a request wants."""
    return Asked(page=page, per_page=per_page)


PageQuery = Annotated[Asked, Depends(asked)]
"""The parameter of a route that gives pages."""


async def paginate(find: AsyncFind[M], query: Asked) -> Page[M]:
    """Read one page of a find.

    Args:
        find: The find; sort it, so that pages stay what they are.
        query: Which page.

    Returns:
        The page. A full page costs two requests, the last one costs one.

    Raises:
        HTTPException: 404, there is no such page.
    """
    skipped = (query.page - 1) * query.per_page
    items = await find[skipped : skipped + query.per_page].all()
    if not items and query.page > 1:
        raise HTTPException(404, "There is no such page.")
    # A page that is not full is the last one, so that nothing needs to be counted.
    seen = skipped + len(items)
    total = seen if len(items) < query.per_page else max(seen, await find.count())
    return Page[M].model_construct(
        items=items,
        page=query.page,
        per_page=query.per_page,
        total=total,
        pages=-(-total // query.per_page),
    )
