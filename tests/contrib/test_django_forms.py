"""Forms of records: what they show, take, refuse; two tabs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Any, Literal

import pytest
from contacts.contacts import Contact
from contrib.django_site import ContactForm, site
from contrib.html_forms import sent_of
from django import forms
from django.core.exceptions import FieldError
from django.http import QueryDict

from fmorm import (
    Container,
    Field,
    Model,
    Portal,
    PortalRow,
    RecordMissing,
    Repeating,
    container,
    field,
    portal,
    repeating,
    state,
)
from fmorm.contrib.django import databases, db
from fmorm.contrib.django.configuration import configuration_of
from fmorm.contrib.django.forms import record_form
from fmorm.contrib.django.record_forms import RecordForm

pytestmark = pytest.mark.usefixtures("django_project")


def shown(form: RecordForm) -> dict[str, list[str]]:
    """What a browser holds of the form."""
    return sent_of(form.as_div() + "".join(rows.as_div() for rows in form.rows.values()))


def posted(data: Mapping[str, list[str]]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, values in data.items():
        query.setlist(name, values)
    return query


def opened(key: str = "C-3", kind: type[RecordForm] = ContactForm) -> dict[str, list[str]]:
    """A tab that shows the form."""
    return shown(kind(record=db.get(Contact, id=key)))


def sent_back(
    tab: Mapping[str, list[str]], key: str = "C-3", kind: type[RecordForm] = ContactForm
) -> RecordForm:
    """The form as the server has it when the tab is sent; saved, if that was possible."""
    form = kind(posted(tab), record=db.get(Contact, id=key))
    if form.is_valid():
        form.save()
    return form


def writes() -> list[str]:
    """What has been written to FileMaker since the last time, by method and path."""
    app = databases.app(configuration_of("default"))
    found = [
        request.method
        for request, _ in app.requests
        if "/records" in request.target and request.method != "GET"
    ]
    app.requests.clear()
    return found


# -- showing and saving ------------------------------------------------------------------------------------


def test_a_form_shows_the_values_the_choices_and_the_rows() -> None:
    tab = opened()
    assert (tab["name"], tab["birthday"], tab["category"]) == (["Cecilie Lien"], ["1981-02-08"], ["Customer"])
    assert tab["phones-0-number"] == ["+47 64 87 56 70"]
    assert tab["phones-TOTAL_FORMS"] == ["3"]
    html = ContactForm(record=db.get(Contact, id="C-3")).as_div()
    assert [text in html for text in ("Customer", "Supplier", "Press", "Friend")] == [True] * 4
    assert 'type="date"' in html


def test_what_nobody_has_changed_is_not_sent() -> None:
    tab = opened()
    writes()
    assert sent_back(tab).errors == {}
    assert writes() == []


def test_a_form_saves_what_was_changed_in_one_request() -> None:
    tab = opened()
    writes()
    tab |= {"city": ["Voss"], "birthday": [""], "phones-0-number": ["110"], "phones-1-DELETE": ["on"]}
    tab |= {"phones-2-label": ["Home"], "phones-2-number": ["112"]}
    assert sent_back(tab).errors == {}
    assert writes() == ["PATCH"]
    saved = db.get(Contact, id="C-3")
    assert (saved.name, saved.city, saved.birthday) == ("Cecilie Lien", "Voss", None)
    assert [(one.label, one.number) for one in saved.phones] == [("Mobile", "110"), ("Home", "112")]


def test_text_of_several_lines_keeps_them() -> None:
    db.update(Contact, 3, {"notes": " one\ntwo "})
    tab = opened()
    assert tab["notes"] == [" one\r\ntwo "]
    writes()
    assert sent_back(tab).errors == {}
    assert writes() == []
    tab["notes"] = [" one\r\ntwo \r\nthree"]
    sent_back(tab)
    assert db.get(Contact, 3).notes == " one\ntwo \nthree"


def test_values_are_escaped() -> None:
    db.update(Contact, 3, {"name": "<script>alert(1)</script>"})
    html = ContactForm(record=db.get(Contact, 3)).as_div()
    assert "<script>" not in html
    assert opened()["name"] == ["<script>alert(1)</script>"]


def test_what_the_form_does_not_have_is_never_set() -> None:
    tab = opened() | {"id": ["C-99"], "company": ["Evil"], "initial-company": [""]}
    tab["city"] = ["Voss"]
    assert sent_back(tab).errors == {}
    assert (db.get(Contact, id="C-3").company, db.get(Contact, id="C-3").city) == ("Bryggen Hotel", "Voss")


def test_a_new_record_is_created_with_its_rows() -> None:
    tab = shown(ContactForm())
    assert "mod_id" not in tab
    tab |= {"name": ["Ada Moe"], "category": ["Press"], "phones-0-number": ["113"]}
    form = ContactForm(posted(tab))
    assert form.is_valid()
    assert form.save()
    made = db.get(Contact, state(form.record).record_id)
    assert (made.name, made.category, [one.number for one in made.phones]) == ("Ada Moe", "Press", ["113"])


def test_a_form_may_be_derived_with_a_field_of_ones_own() -> None:
    class Mine(record_form(Contact, fields=["name", "notes"])):  # type: ignore[misc]  # made at run time
        notes = forms.CharField(widget=forms.Textarea, max_length=5, required=False)

    tab = opened(kind=Mine) | {"notes": ["too long"]}
    assert sent_back(tab, kind=Mine).errors == {
        "notes": ["Ensure this value has at most 5 characters (it has 8)."]
    }


def test_a_form_has_a_prefix_like_any_other() -> None:
    tab = shown(ContactForm(record=db.get(Contact, 3), prefix="one")) | {"one-city": ["Voss"]}
    form = ContactForm(posted(tab), record=db.get(Contact, 3), prefix="one")
    assert form.is_valid()
    assert form.save()
    assert "one-phones-0-number" in tab
    assert db.get(Contact, 3).city == "Voss"


def test_what_a_row_holds_beside_its_value_list_stays_a_choice() -> None:
    record = db.get(Contact, 3)
    record.phones[0].label = "Boat"
    db.save(record)
    tab = opened()
    assert tab["phones-0-label"] == ["Boat"]
    assert sent_back(tab | {"phones-0-number": ["110"]}).rows["phones"].errors[0] == {}
    assert db.get(Contact, 3).phones[0].number == "110"
    refused = sent_back(opened() | {"phones-0-label": ["Nonsense"]})
    errors = {attr: [*said] for attr, said in refused.rows["phones"].forms[0].errors.items()}
    assert errors["label"] == ["Select a valid choice. Nonsense is not one of the available choices."]


# -- what is refused ---------------------------------------------------------------------------------------


def test_a_value_that_does_not_fit_is_an_error_of_its_field() -> None:
    assert sent_back(opened() | {"birthday": ["soon"]}).errors == {"birthday": ["Enter a valid date."]}


def test_an_empty_field_that_filemaker_requires_is_an_error_of_its_field() -> None:
    tab = opened() | {"name": [""], "city": ["Voss"]}
    form = sent_back(tab)
    assert list(form.errors) == ["name"]
    assert "(509)" in form.errors["name"][0]
    assert 'value=""' not in str(form["city"])
    assert db.get(Contact, 3).city == "Bodø", "nothing was written"


def test_a_value_that_must_be_unique_is_an_error_of_the_field_that_is_declared_so() -> None:
    form = sent_back(opened() | {"email": ["agnes@example.com"], "city": ["Voss"]})
    assert list(form.errors) == ["email"]
    assert "(504)" in form.errors["email"][0]


def test_a_refusal_that_may_be_about_several_fields_stands_above_them() -> None:
    class Loose(Model, layout="contact"):
        name: Field[str] = field("Name")
        email: Field[str | None] = field("Email")

    form = record_form(Loose, fields=["name", "email"])
    tab = shown(form(record=db.get(Loose, 3))) | {"email": ["agnes@example.com"], "name": ["Agnes"]}
    refused = form(posted(tab), record=db.get(Loose, 3))
    assert refused.is_valid()
    assert not refused.save()
    assert "(504)" in refused.non_field_errors()[0]


def test_what_the_account_may_not_do_is_said_above_the_fields() -> None:
    with site(FMORM={"default": databases_setting("guest")}):
        form = sent_back(opened() | {"city": ["Voss"]})
        assert "FileMaker says: " in str(form.non_field_errors())


def databases_setting(user: str) -> dict[str, Any]:
    from contrib.django_site import CONTACTS

    return {"EMBEDDED": CONTACTS, "USER": user}


def test_a_record_that_somebody_has_open_can_be_saved_in_a_moment() -> None:
    tab = opened() | {"city": ["Voss"]}
    app = databases.app(configuration_of("default"))
    app.faults.lock("contact", 3)
    form = sent_back(tab)
    assert "try again" in form.non_field_errors()[0]


def test_a_lost_reply_is_said_and_not_guessed() -> None:
    tab = opened() | {"phones-2-number": ["112"]}
    app = databases.app(configuration_of("default"))
    app.faults.drop("after commit", on="edit")
    form = sent_back(tab)
    assert "not known" in form.non_field_errors()[0]


def test_a_form_without_the_mod_id_saves_nothing() -> None:
    tab = opened() | {"city": ["Voss"]}
    for wrong in ([], [""], ["x"], ["1; DROP"]):
        form = sent_back(tab | {"mod_id": wrong})
        assert form.errors
        with pytest.raises(ValueError, match="is_valid"):
            form.save()
    assert sent_back(tab | {"phones-0-mod_id": [""], "phones-0-number": ["1"]}).rows["phones"].errors[0]
    assert db.get(Contact, 3).city == "Bodø"


def test_a_record_that_is_gone_is_no_error_of_the_form() -> None:
    tab = opened() | {"city": ["Voss"]}
    form = ContactForm(posted(tab), record=db.get(Contact, 3))
    assert form.is_valid()
    db.delete(Contact, 3)
    with pytest.raises(RecordMissing):
        form.save()


# -- two tabs ----------------------------------------------------------------------------------------------


def test_the_later_of_two_tabs_is_shown_both_sides_and_can_save_on_top() -> None:
    one, other = opened(), opened()
    assert sent_back(one | {"city": ["Voss"], "notes": ["theirs"]}).errors == {}
    late = sent_back(other | {"city": ["Oslo"], "email": ["c@example.com"]})
    assert "Somebody else" in late.non_field_errors()[0]
    assert [(d.label, d.mine, d.theirs, d.clash) for d in late.conflict] == [
        ("Email", "c@example.com", "cecilie@example.com", False),
        ("City", "Oslo", "Voss", True),
        ("Notes", "", "theirs", False),
    ]
    assert db.get(Contact, 3).city == "Voss", "nothing was written"
    again = shown(late)
    assert (again["city"], again["notes"], again["email"]) == (["Oslo"], ["theirs"], ["c@example.com"])
    assert sent_back(again).errors == {}
    saved = db.get(Contact, 3)
    assert (saved.city, saved.notes, saved.email) == ("Oslo", "theirs", "c@example.com")


def test_a_tab_that_changes_nothing_undoes_nothing() -> None:
    one, other = opened(), opened()
    sent_back(one | {"city": ["Voss"]})
    assert sent_back(other).errors == {}
    assert db.get(Contact, 3).city == "Voss"


def test_a_third_change_in_between_is_seen_again() -> None:
    tab = opened()
    sent_back(opened() | {"city": ["Voss"]})
    late = shown(sent_back(tab | {"city": ["Oslo"]}))
    sent_back(opened() | {"city": ["Bergen"]})
    form = sent_back(late)
    assert [(d.mine, d.theirs) for d in form.conflict] == [("Oslo", "Bergen")]


def test_rows_that_somebody_else_has_changed_are_shown_from_both_sides() -> None:
    one, other = opened(), opened()
    assert sent_back(one | {"phones-0-number": ["110"]}).errors == {}
    late = sent_back(other | {"phones-0-number": ["112"], "phones-2-number": ["113"]})
    assert [(d.label, d.mine, d.theirs, d.clash) for d in late.conflict] == [
        ("Phones: Number", "112", "110", True)
    ]
    assert db.get(Contact, 3).phones[0].number == "110"
    assert sent_back(shown(late)).errors == {}
    assert [one.number for one in db.get(Contact, 3).phones] == ["112", "+47 35 24 72 69", "113"]


def test_a_row_that_somebody_else_has_changed_is_not_removed_unseen() -> None:
    one, other = opened(), opened()
    sent_back(one | {"phones-0-number": ["110"]})
    late = sent_back(other | {"phones-0-DELETE": ["on"]})
    assert [(d.mine, d.theirs, d.clash) for d in late.conflict] == [(None, "110", True)]
    assert len(db.get(Contact, 3).phones) == 2
    again = shown(late)
    assert again["phones-0-DELETE"] == ["on"]
    assert sent_back(again).errors == {}
    assert len(db.get(Contact, 3).phones) == 1


def test_a_row_that_somebody_else_has_removed_can_be_added_again() -> None:
    one, other = opened(), opened()
    assert sent_back(one | {"phones-0-DELETE": ["on"]}).errors == {}
    late = sent_back(other | {"phones-0-number": ["112"]})
    assert [(d.mine, d.theirs, d.gone, d.clash) for d in late.conflict] == [("112", None, True, True)]
    again = shown(late)
    assert (again["phones-0-number"], again["phones-1-number"]) == (["+47 35 24 72 69"], ["112"])
    assert (again["phones-1-record_id"], again["phones-1-label"]) == ([""], ["Mobile"])
    assert sent_back(again).errors == {}
    assert [(one.label, one.number) for one in db.get(Contact, 3).phones] == [
        ("Work", "+47 35 24 72 69"),
        ("Mobile", "112"),
    ]


def test_a_row_that_both_have_removed_is_gone() -> None:
    one, other = opened(), opened()
    sent_back(one | {"phones-0-DELETE": ["on"]})
    assert sent_back(other | {"phones-0-DELETE": ["on"], "phones-1-number": ["1"]}).errors == {}
    assert [one.number for one in db.get(Contact, 3).phones] == ["1"]


def test_rows_of_somebody_else_stay() -> None:
    one, other = opened(), opened()
    sent_back(one | {"phones-2-number": ["110"]})
    sent_back(other | {"phones-2-number": ["112"]})
    assert [one.number for one in db.get(Contact, 3).phones][2:] == ["110", "112"]


# -- fields by type ----------------------------------------------------------------------------------------


class Size(Enum):
    SMALL = "S"
    LARGE = "L"


class Line(PortalRow, table="lines"):
    text: Field[str] = field("Text")


class Thing(Model, layout="thing"):
    key: Field[str] = field("Key", key=True, read_only=True)
    text: Field[str] = field("Text")
    whole: Field[int | None] = field("Whole")
    count: Field[int] = field("Count")
    exact: Field[Decimal | None] = field("Exact")
    share: Field[float | None] = field("Share")
    active: Field[bool] = field("Active")
    sure: Field[bool | None] = field("Sure")
    day: Field[date | None] = field("Day")
    moment: Field[datetime | None] = field("Moment")
    clock: Field[time | None] = field("Clock")
    took: Field[timedelta | None] = field("Took")
    size: Field[Size | None] = field("Size")
    grade: Field[Literal[1, 2, 3]] = field("Grade")
    tags: Field[list[str]] = field("Tags")
    sizes: Field[list[Size]] = field("Sizes")
    phones: Repeating[str] = repeating("Phone", 2)
    photo: Container = container("Photo")
    lines: Portal[Line] = portal("lines")


NAMES = [
    "text", "whole", "count", "exact", "share", "active", "sure", "day", "moment", "clock", "took", "size", "grade",
    "sizes",
]  # fmt: skip
SCHEMA: dict[str, Any] = {
    "database": {"name": "things"},
    "accounts": {"api": {"password": "secret"}},
    "tables": {
        "thing": {
            "fields": {
                "Key": "text", "Text": "text", "Whole": "number", "Count": "number", "Exact": "number",
                "Share": "number", "Active": "number", "Sure": "number", "Day": "date", "Moment": "timestamp",
                "Clock": "time", "Took": "time", "Size": "text", "Grade": "number", "Tags": "text", "Sizes": "text",
                "Phone": {"type": "text", "repetitions": 2}, "Photo": "container",
            }
        },
        "lines": {"fields": {"Key": "text", "Text": "text"}},
    },
    "occurrences": {"thing": "thing", "lines": "lines"},
    "relationships": [{"join": "thing::Key = lines::Key", "allow_creation": ["lines"]}],
    "layouts": {
        "thing": {
            "fields": [
                "Key", "Text", "Whole", "Count", "Exact", "Share", "Active", "Sure", "Day", "Moment", "Clock", "Took",
                "Size", "Grade", "Tags", "Sizes", "Phone", "Photo",
            ],
            "portals": {"lines": {"occurrence": "lines", "fields": ["Text"]}},
        }
    },
}  # fmt: skip


def test_every_type_goes_to_a_browser_and_back_unchanged() -> None:
    kind = record_form(Thing, fields=NAMES)
    values: dict[str, Any] = {
        "text": "a", "whole": 5, "count": 0, "exact": Decimal("1.50"), "share": 0.1, "active": True, "sure": False,
        "day": date(2026, 3, 29), "moment": datetime(2026, 3, 29, 2, 30, 1), "clock": time(23, 59, 59),
        "took": timedelta(hours=30), "size": Size.LARGE, "grade": 2, "sizes": [Size.SMALL, Size.LARGE],
    }  # fmt: skip
    with site(FMORM={"default": {"EMBEDDED": SCHEMA}}, TIME_ZONE="Europe/Oslo"):
        number = state(db.create(Thing(**values))).record_id
        tab = shown(kind(record=db.get(Thing, number)))
        assert (tab["moment"], tab["size"], tab["sizes"]) == (["2026-03-29T02:30:01"], ["L"], ["S", "L"])
        same = kind(posted(tab), record=db.get(Thing, number))
        assert same.is_valid(), same.errors
        assert same.changed == []
        unknown = {f"initial-{name}": [""] for name in NAMES}
        blank = kind(
            posted(tab | unknown),
            record=db.get(Thing, number),
        )
        assert blank.is_valid(), blank.errors
        assert {name: getattr(blank.record, name) for name in NAMES} == values
        assert state(blank.record).changes == {}


def test_every_type_can_be_emptied_where_the_model_allows_it() -> None:
    kind = record_form(Thing, fields=NAMES)
    with site(FMORM={"default": {"EMBEDDED": SCHEMA}}):
        thing = Thing(whole=1, count=2, grade=1, active=True, size=Size.SMALL, sizes=[Size.SMALL])
        tab = shown(kind(record=db.create(thing, reload=True)))
        empty = {name: [""] for name in NAMES if name not in {"count", "grade", "active", "sure", "sizes"}}
        gone = [name for name in tab if name in {"active", "sizes"}]
        form = kind(
            posted({k: v for k, v in (tab | empty).items() if k not in gone}), record=db.get(Thing, 1)
        )
        assert form.is_valid(), form.errors
        assert form.save()
        now = db.get(Thing, 1)
        assert (now.whole, now.active, now.size, now.sizes, now.count) == (None, False, None, [], 2)
        assert kind(posted(tab | {"count": [""]}), record=now).errors == {
            "count": ["This field is required."]
        }


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (lambda: record_form(Thing, fields=["nmae"]), "Thing has no field 'nmae'"),
        (lambda: record_form(Thing, fields=["key"]), "Thing.key cannot be in a form: Thing.key is read-only"),
        (lambda: record_form(Thing, fields=["photo"]), "is a container"),
        (lambda: record_form(Thing, fields=["phones"]), "has repetitions"),
        (lambda: record_form(Thing, fields=["tags"]), "Thing.tags is a list: give it choices"),
        (lambda: record_form(Thing, fields=["lines"]), "is a portal"),
        (lambda: record_form(Thing, fields=["text"], portals={"rows": ["text"]}), "has no portal rows"),
        (lambda: record_form(Thing, fields=["text"], portals={"lines": ["nr"]}), "Line has no field 'nr'"),
        (lambda: record_form(Thing, fields=["text"], choices=["size"]), "choices= names size"),
    ],
)
def test_a_form_that_cannot_be_is_refused_when_it_is_made(wrong: Callable[[], object], says: str) -> None:
    with pytest.raises(FieldError, match=says):
        wrong()
