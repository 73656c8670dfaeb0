"""A Django project for tests, in this process: the address book of the examples, on the embedded server."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
from contacts.contacts import Contact
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.test import override_settings
from django.urls import path

CONTACTS = Path(__file__).parent.parent.parent / "examples" / "contacts" / "contacts.toml"
FMORM: dict[str, Any] = {"default": {"EMBEDDED": CONTACTS, "MODELS": ["contacts.contacts"]}}
TEMPLATES = {
    "list.html": "{% for one in contact_list %}{{ one.name }}|{% endfor %}{{ page_obj.number }}/"
    "{{ paginator.num_pages }} of {{ paginator.count }} by {{ sort }}{% if q %} for {{ q }}{% endif %}",
    "record.html": "{{ contact.name }} {{ state.mod_id }}",
    "form.html": "<form>{{ form.as_div }}{% for rows in form.rows.values %}{{ rows.as_div }}{% endfor %}</form>"
    "{% for one in form.conflict %}[{{ one.label }}: {{ one.mine }} / {{ one.theirs }}"
    "{% if one.clash %} !{% endif %}]{% endfor %}",
}
SETTINGS: dict[str, Any] = {
    "ALLOWED_HOSTS": ["testserver"],
    "CACHES": {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
    "FMORM": FMORM,
    "INSTALLED_APPS": ["fmorm.contrib.django"],
    "LOGIN_URL": "/login/",
    "MIDDLEWARE": [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "fmorm.contrib.django.accounts.AccountMiddleware",
    ],
    "ROOT_URLCONF": "contrib.django_site",
    "SECRET_KEY": "a secret of the tests, and of nobody else",
    "SESSION_ENGINE": "django.contrib.sessions.backends.cache",
    "TEMPLATES": [
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {"loaders": [("django.template.loaders.locmem.Loader", TEMPLATES)]},
        }
    ],
    "USE_TZ": True,
}

if not settings.configured:
    settings.configure(**SETTINGS)
    django.setup()

from fmorm.contrib.django import async_db, databases  # noqa: E402 - Django wants its settings first
from fmorm.contrib.django.accounts import AccountMixin, account, log_in, log_out  # noqa: E402
from fmorm.contrib.django.files import async_file_response, file_response  # noqa: E402
from fmorm.contrib.django.forms import record_form  # noqa: E402
from fmorm.contrib.django.views import (  # noqa: E402
    FindListView,
    RecordCreateView,
    RecordDetailView,
    RecordUpdateView,
)

ContactForm = record_form(
    Contact,
    fields=["name", "email", "category", "birthday", "city", "notes"],
    portals={"phones": ["label", "number"]},
    choices=["category", "phones.label"],
)


class ListView(FindListView):
    model = Contact
    template_name = "list.html"
    ordering = ("name",)
    sort_fields = ("name", "city")
    search_fields = ("name", "company")
    paginate_by = 10


class RecordView(RecordDetailView):
    model = Contact
    template_name = "record.html"


class EditView(RecordUpdateView):
    form_class = ContactForm
    template_name = "form.html"
    success_url = "/"


class NewView(RecordCreateView):
    form_class = ContactForm
    template_name = "form.html"
    success_url = "/"


class MyListView(AccountMixin, ListView):
    """The list as an account sees it."""


class MyEditView(AccountMixin, EditView):
    """The form as an account may use it."""


async def names(request: HttpRequest) -> JsonResponse:
    found = await async_db.find(Contact).sort(Contact.name).limit(2).all()
    return JsonResponse([one.name for one in found], safe=False)


def photo(request: HttpRequest, pk: str) -> HttpResponseBase:
    db = databases["default"]
    return file_response(db, db.get(Contact, pk), Contact.photo, name="Ærø.png")


async def async_photo(request: HttpRequest, pk: str) -> HttpResponseBase:
    return await async_file_response(async_db, await async_db.get(Contact, pk), "photo")


def login(request: HttpRequest) -> HttpResponse:
    log_in(request, request.POST["user"], request.POST["password"])
    return HttpResponse(account(request) or "")


def logout(request: HttpRequest) -> HttpResponse:
    log_out(request)
    return HttpResponse(account(request) or "nobody")


urlpatterns = [
    path("", ListView.as_view()),
    path("contacts/<pk>/", RecordView.as_view()),
    path("keys/<id>/", RecordView.as_view()),
    path("edit/<pk>/", EditView.as_view()),
    path("new/", NewView.as_view()),
    path("names/", names),
    path("photos/<pk>/", photo),
    path("async-photos/<pk>/", async_photo),
    path("login/", login),
    path("logout/", logout),
    path("mine/", MyListView.as_view()),
    path("mine/<pk>/", MyEditView.as_view()),
]


@contextmanager
def site(**changed: Any) -> Generator[None]:
    """Have the project for a while, with an embedded server of its own."""
    with override_settings(**{**SETTINGS, **changed}):
        yield
    databases.close_all()
