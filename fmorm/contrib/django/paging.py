"""Finds in Django's paginator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.core.paginator import Paginator

from fmorm import Find, Model

M = TypeVar("M", bound=Model)

if TYPE_CHECKING:
    _Paginator = Paginator[M]
else:

    class _Paginator(Paginator, Generic[M]):
        """Django's own, with a type parameter at run time."""


class FindPaginator(_Paginator[M]):
    """Django's paginator over a find: a page counts the matches and reads its own records, nothing else.

    Sort the find. FileMaker gives an unsorted one in the order of creation, and Django does not warn of it.

    Args:
        object_list: The find.
        per_page: Records on a page.
        args: As for Django's own.
        kwargs: As for Django's own.
    """

    def __init__(self, object_list: Find[M], per_page: int | str, *args: Any, **kwargs: Any) -> None:
        listed: Any = _Listed(object_list)
        super().__init__(listed, per_page, *args, **kwargs)


class _Listed(Generic[M]):
    """A find as Django's paginator and page want it: a slice is read, and has a length."""

    def __init__(self, find: Find[M]) -> None:
        self._find = find

    def count(self) -> int:
        """Count the matches."""
        return self._find.count()

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, part: slice) -> list[M]:
        # Where nothing matches, the only page is empty, and nothing has to be read.
        return [] if part.start == part.stop else self._find[part].all()
