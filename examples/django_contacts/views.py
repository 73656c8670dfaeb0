"""The pages. What they have in common with those of other layouts is in `fmorm.contrib.django.views`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from contacts.contacts import Contact
from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView, View
from django_contacts.forms import ContactForm, LogInForm, PhotoForm

from fmorm import ConflictError, CredentialError, PrivilegeError, state
from fmorm.contrib.django.accounts import AccountMixin, account, log_in, log_out
from fmorm.contrib.django.files import file_response
from fmorm.contrib.django.record_forms import RecordForm
from fmorm.contrib.django.views import FindListView, RecordCreateView, RecordMixin, RecordUpdateView

LOOK = Path(__file__).parent.parent / "contacts" / "contacts.css"
COLUMNS = {
    "name": "Name",
    "company": "Company",
    "city": "City",
    "category": "Category",
    "birthday": "Birthday",
}


class ContactList(AccountMixin, FindListView):
    model = Contact
    template_name = "contacts.html"
    search_fields = ("name", "company", "city", "email")
    sort_fields = tuple(COLUMNS)
    ordering = ("name",)
    paginate_by = 10

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return context | {"columns": [self.column(name, context["sort"]) for name in COLUMNS]}

    def column(self, name: str, sort: str) -> dict[str, str]:
        """Say what the head of a column shows, and where a click on it leads."""
        arrow = {name: "↑", f"-{name}": "↓"}.get(sort, "")
        return {"title": COLUMNS[name], "arrow": arrow, "sort": f"-{name}" if sort == name else name}


class EditContact(AccountMixin, RecordUpdateView):
    form_class = ContactForm
    template_name = "contact.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            photo_form=PhotoForm(initial={"mod_id": state(self.record).mod_id}), **kwargs
        )

    def form_saved(self, form: RecordForm) -> HttpResponse:
        messages.success(self.request, "Saved.")
        return super().form_saved(form)


class NewContact(AccountMixin, RecordCreateView):
    form_class = ContactForm
    template_name = "contact.html"

    def get_success_url(self) -> str:
        made: Contact = self.get_database().reload(self.record)  # FileMaker has given it its key
        return reverse("contact", args=[made.id])


class Photo(AccountMixin, RecordMixin, View):
    """The photograph: shown, and put in place of the one before."""

    model = Contact

    def get(self, request: HttpRequest, **kwargs: Any) -> StreamingHttpResponse:
        return file_response(self.get_database(), self.get_record(), Contact.photo)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        contact, form = self.get_record(), PhotoForm(request.POST, request.FILES)
        if not form.is_valid():
            messages.error(request, "Choose a picture first.")
        elif form.cleaned_data["mod_id"] != state(contact).mod_id:
            messages.error(request, "Somebody else has changed this contact. Look at it, and upload again.")
        else:
            self.upload(contact, form.cleaned_data["photo"])
        return redirect("contact", id=contact.id)

    def upload(self, contact: Contact, photo: Any) -> None:
        try:
            self.get_database().upload(contact, Contact.photo, photo.file, name=photo.name)
        except (ConflictError, PrivilegeError) as error:
            messages.error(self.request, f"FileMaker says: {error.text}")
        else:
            messages.success(self.request, "The photograph is stored.")


class LogIn(TemplateView):
    template_name = "log_in.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.render_to_response({"form": LogInForm()})

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        form = LogInForm(request.POST)
        if form.is_valid():
            try:
                log_in(request, form.cleaned_data["user"], form.cleaned_data["password"])
                return redirect(self.wanted())
            except CredentialError:
                form.add_error(None, "FileMaker does not know this account, or the password is another one.")
        return self.render_to_response({"form": form})

    def wanted(self) -> str:
        """Give the page that was asked for before, if it is one of this site."""
        there = self.request.GET.get("next", "")
        here = url_has_allowed_host_and_scheme(there, {self.request.get_host()})
        return there if here else resolve_url("contacts")


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    log_out(request)
    return redirect("log-in")


def look(request: HttpRequest) -> HttpResponseBase:
    return FileResponse(LOOK.open("rb"), content_type="text/css; charset=utf-8")


def who(request: HttpRequest) -> dict[str, Any]:
    """Tell every page who has logged in."""
    return {"account": account(request)}
