"""The addresses of the pages."""

from __future__ import annotations

from django.urls import path
from django_contacts import views

urlpatterns = [
    path("", views.ContactList.as_view(), name="contacts"),
    path("contacts/new/", views.NewContact.as_view(), name="new"),
    path("contacts/<str:id>/", views.EditContact.as_view(), name="contact"),
    path("contacts/<str:id>/photo/", views.Photo.as_view(), name="photo"),
    path("log-in/", views.LogIn.as_view(), name="log-in"),
    path("log-out/", views.leave, name="log-out"),
    path("contacts.css", views.look, name="look"),
]
