"""The forms: what people may set."""

from __future__ import annotations

from contacts.contacts import Contact
from django import forms

from fmorm.contrib.django.fields import TextField
from fmorm.contrib.django.forms import record_form

_ContactForm = record_form(
    Contact,
    fields=["name", "company", "email", "category", "birthday", "city", "notes"],
    portals={"phones": ["label", "number"]},
    choices=["category", "phones.label"],
)


class ContactForm(_ContactForm):  # type: ignore[misc, valid-type]  # made at run time
    notes = TextField(required=False, widget=forms.Textarea({"rows": 4}))


class LogInForm(forms.Form):
    user = forms.CharField(
        label="Account", widget=forms.TextInput({"autofocus": True, "autocomplete": "username"})
    )
    password = forms.CharField(widget=forms.PasswordInput({"autocomplete": "current-password"}))


class PhotoForm(forms.Form):
    photo = forms.FileField(widget=forms.FileInput({"accept": "image/*"}))
    mod_id = forms.CharField(widget=forms.HiddenInput)
