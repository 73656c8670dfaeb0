"""Generic views over layouts: a list to search and sort, a record, and the form of a record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured
from django.core.paginator import InvalidPage, Page
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.utils.translation import gettext_lazy as _
from django.views.generic.base import ContextMixin, TemplateResponseMixin, View

from fmorm import Database, Find, Model, NotFound, RecordMissing, state
from fmorm.contrib.django.configuration import DEFAULT
from fmorm.contrib.django.connections import databases
from fmorm.contrib.django.paging import FindPaginator
from fmorm.contrib.django.record_forms import RecordForm

LATE = _(
    "Your FileMaker session had ended, and this was not saved. It is as you have written it: save it again."
)


class LayoutMixin:
    """What views over a layout have in common.

    Attributes:
        model: The model.
        using: The alias of the database.
        context_name: What templates call the record, or the records of a page; by the model's name where it is left
            out: `contact`, `contact_list`.
    """

    model: ClassVar[type[Model]]
    using: ClassVar[str] = DEFAULT
    context_name: ClassVar[str | None] = None
    request: HttpRequest
    kwargs: dict[str, Any]

    def get_database(self) -> Database:
        """Give the database: the one of `using`, unless a view knows better."""
        return databases[self.using]


class FindListView(LayoutMixin, ContextMixin, TemplateResponseMixin, View):
    """A page of the records that a find gives, with `page_obj` and `paginator` as in Django's `ListView`.

    `?q=` searches, `?sort=name` and `?sort=-name` sort, `?page=` turns pages.

    Attributes:
        search_fields: The text fields that `?q=` looks into; without them nothing is searched.
        sort_fields: The fields that `?sort=` may name.
        ordering: The fields that the records are sorted by else, a minus before the name for the other way round.
        paginate_by: Records on a page.
        paginator_class: What makes the pages.
    """

    search_fields: ClassVar[Sequence[str]] = ()
    sort_fields: ClassVar[Sequence[str]] = ()
    ordering: ClassVar[Sequence[str]] = ()
    paginate_by: ClassVar[int] = 25
    paginator_class: ClassVar[type[FindPaginator[Any]]] = FindPaginator

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show a page."""
        del request, args, kwargs
        return self.render_to_response(self.get_context_data())

    def get_find(self) -> Find[Any]:
        """Give the find, before it is searched and sorted; without portals, which a list seldom shows."""
        return self.get_database().find(self.model).portals()

    def get_results(self) -> Find[Any]:
        """Give the find as the page's address says."""
        find, words, order = self.get_find(), self.get_search(), self.get_sort()
        if words and self.search_fields:
            find = find.search(words, *(getattr(self.model, name) for name in self.search_fields))
        return find.sort(*map(self._term, order)) if order else find

    def get_search(self) -> str:
        """Give what is searched for."""
        return self.request.GET.get("q", "").strip()

    def get_sort(self) -> Sequence[str]:
        """Give the names of the fields to sort by; what people may not sort by is passed over."""
        wanted = self.request.GET.get("sort", "")
        return [wanted] if wanted.removeprefix("-") in self.sort_fields else self.ordering

    def get_page(self) -> Page[Any]:
        """Read the page that the address names, `last` for the last one.

        Raises:
            Http404: There is no such page.
        """
        paginator = self.paginator_class(self.get_results(), self.paginate_by)
        number = self.request.GET.get("page", 1)
        try:
            return paginator.page(paginator.num_pages if number == "last" else number)
        except InvalidPage as error:
            raise Http404(str(error)) from None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the page, what was searched for, and how the records are sorted."""
        page = self.get_page()
        named = self.context_name or f"{self.model.__name__.lower()}_list"
        return super().get_context_data(
            **{
                "page_obj": page,
                "paginator": page.paginator,
                "is_paginated": page.has_other_pages(),
                "object_list": page.object_list,
                named: page.object_list,
                "q": self.get_search(),
                "sort": next(iter(self.get_sort()), ""),
                **kwargs,
            }
        )

    def _term(self, name: str) -> Any:
        term: Any = getattr(self.model, name.removeprefix("-"))
        return term.desc() if name.startswith("-") else term


class RecordMixin(LayoutMixin, ContextMixin):
    """What views over one record have in common.

    The address names the record: by its record id as `pk`, or by a business key under the key's own name, as in
    `path("contacts/<str:id>/", …)`. What is not there is a page that is not found.
    """

    record: Any

    def get_record(self) -> Any:
        """Read the record that the address names.

        Raises:
            Http404: There is none.
            ImproperlyConfigured: The address names none.
        """
        key = {name: value for name, value in self.kwargs.items() if name in self.model.model_fields}
        if "pk" not in self.kwargs and not key:
            raise ImproperlyConfigured(f"{type(self).__name__}: the address needs <int:pk> or a business key")
        try:
            if key:
                return self.get_database().get(self.model, **key)
            return self.get_database().get(self.model, self.kwargs["pk"])
        except (RecordMissing, NotFound, ValueError):  # what is no record id names no record
            raise Http404(f"there is no such {self.model.__name__}") from None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the record, and its ids."""
        record = getattr(self, "record", None)
        if record is not None:
            name = self.context_name or self.model.__name__.lower()
            kwargs = {"record": record, name: record, "state": state(record), **kwargs}
        return super().get_context_data(**kwargs)


class RecordDetailView(RecordMixin, TemplateResponseMixin, View):
    """A page that shows one record."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the record."""
        del request, args, kwargs
        self.record = self.get_record()
        return self.render_to_response(self.get_context_data())


class RecordUpdateView(RecordMixin, TemplateResponseMixin, View):
    """A page with the form of one record. What somebody else has saved meanwhile is never overwritten unseen.

    Attributes:
        form_class: A class that `record_form` has made, or one derived from it; its model is the view's.
        success_url: Where to go when it was saved.
    """

    form_class: ClassVar[type[RecordForm]]
    success_url: ClassVar[str | None] = None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "form_class" in vars(cls) and not hasattr(cls, "model"):
            cls.model = cls.form_class.model

    def get_form(self, data: Mapping[str, Any] | None = None) -> RecordForm:
        """Make the form of the record."""
        return self.form_class(data, record=self.record, db=self.get_database())

    def get_late_form(self) -> QueryDict | None:
        """Give what was sent before and could not be taken; None, unless a mixin keeps it."""
        return None

    def get_success_url(self) -> str:
        """Say where to go when the record was saved: to the same page where nothing else is said."""
        return self.success_url or self.request.get_full_path()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show the form."""
        del request, args, kwargs
        self.record = self.get_record()
        late = self.get_late_form()
        form = self.get_form(late)
        if late is not None:
            form.add_error(None, LATE)
        return self.render_to_response(self.get_context_data(form=form))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Save what was changed, or show the form again with what is wrong.

        Raises:
            Http404: The record is there no more.
        """
        del args, kwargs
        self.record = self.get_record()
        form = self.get_form(request.POST)
        try:
            if form.is_valid() and form.save():
                return self.form_saved(form)
        except RecordMissing:
            raise Http404(f"this {self.model.__name__} was removed meanwhile") from None
        return self.form_refused(form)

    def form_saved(self, form: RecordForm) -> HttpResponse:
        """Answer when the record was saved."""
        self.record = form.record
        return HttpResponseRedirect(self.get_success_url())

    def form_refused(self, form: RecordForm) -> HttpResponse:
        """Answer when it was not: the form, with status 409 where somebody else was quicker, else 422."""
        status = 409 if form.conflict else 422
        return self.render_to_response(self.get_context_data(form=form), status=status)


class RecordCreateView(RecordUpdateView):
    """A page with the form of a new record."""

    def get_record(self) -> Any:
        """Make a record that FileMaker does not have yet."""
        return self.model()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the form; there is no record to show yet."""
        return super(RecordMixin, self).get_context_data(**kwargs)
