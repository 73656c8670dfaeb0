"""The databases of a Django project: the setting, threads, event loops, forks, caches."""

from __future__ import annotations

import asyncio
import inspect
import os
import threading
from contextlib import closing
from typing import Any

import pytest
from contacts.contacts import Contact
from contrib.django_site import CONTACTS, site
from django.core.cache import caches
from django.core.exceptions import ImproperlyConfigured, SynchronousOnlyOperation
from django.core.paginator import EmptyPage
from django.test import override_settings

from fmorm import Database
from fmorm.contrib.django import async_databases, async_db, databases, db
from fmorm.contrib.django.configuration import configuration_of
from fmorm.contrib.django.paging import FindPaginator
from fmorm.server import App, Background, load_schema

pytestmark = pytest.mark.usefixtures("django_project")


def open_sessions() -> int:
    return databases.app(configuration_of("default")).session_count


def test_the_default_database_is_ready_to_use() -> None:
    assert db.get(Contact, id="C-1").name == "Agnes Strand"
    assert databases["default"].find(Contact).count() == 28
    assert repr(db) == "<the database 'default' of FMORM>"


def test_a_database_is_opened_once_for_all_threads() -> None:
    seen: list[Database] = []
    threads = [threading.Thread(target=lambda: seen.append(databases["default"])) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(seen) == 8
    assert len({id(one) for one in seen}) == 1


def test_several_databases_have_an_alias_each() -> None:
    two = {"default": {"EMBEDDED": CONTACTS}, "other": {"EMBEDDED": CONTACTS, "USER": "guest"}}
    with site(FMORM=two):
        assert list(databases) == list(async_databases) == ["default", "other"]
        databases["default"].update(Contact, 1, {"city": "Voss"})
        assert databases["other"].get(Contact, 1).city == "Bodø", "each has a file of its own"


def test_overriding_the_setting_opens_other_databases() -> None:
    db.update(Contact, 1, {"city": "Voss"})
    with override_settings(FMORM={"default": {"EMBEDDED": CONTACTS, "USER": "bo"}}):
        assert db.get(Contact, 1).city == "Bodø"
    assert db.get(Contact, 1).city == "Bodø", "and the data of an embedded server in memory end with it"


def test_a_real_server_is_reached_by_its_address() -> None:
    with closing(App(load_schema(CONTACTS))) as app, Background(app) as server:
        remote = {
            "URL": server.url,
            "DATABASE": "contacts",
            "USER": "anna",
            "PASSWORD": "anna",
            "SESSIONS": 2,
        }
        with site(FMORM={"default": remote}):
            assert db.get(Contact, id="C-2").name == "Birk Lien"
            assert app.session_count == 1
        assert app.session_count == 0, "it is logged out when it is closed"


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        (None, "the setting FMORM is missing"),
        ({"default": "https://fm.example.com"}, "a dict of dicts"),
        ({"stock": {"EMBEDDED": CONTACTS}}, "FMORM has no 'default'; it has stock"),
        ({"default": {"URL": "https://fm.example.com"}}, "has no DATABASE"),
        ({"default": {"DATABASE": "crm", "URL": ""}}, "has no URL"),
        ({"default": {"EMBEDDED": CONTACTS, "PASSWORD": "x"}}, "'PASSWORD', which does not belong there"),
        ({"default": {"URL": "https://a.example", "DATABASE": "crm", "HOST": "b"}}, "'HOST'"),
        ({"default": {"EMBEDDED": CONTACTS, "MODELS": "contacts"}}, "MODELS is a list"),
    ],
)
def test_a_wrong_setting_says_what_is_wrong(setting: Any, says: str) -> None:
    with site(FMORM=setting), pytest.raises(ImproperlyConfigured, match=says):
        databases["default"].find(Contact)


def test_every_option_of_a_database_can_be_set() -> None:
    ours = {"tokens", "self", "kwargs"}
    remote = {name.upper() for name in inspect.signature(Database.__init__).parameters if name not in ours}
    embedded = {name.upper() for name in inspect.signature(Database.embedded).parameters if name not in ours}
    for wanted, base in (
        (remote, {"URL": "x", "DATABASE": "x"}),
        (embedded - {"SCHEMA"}, {"EMBEDDED": CONTACTS}),
    ):
        with site(FMORM={"default": dict.fromkeys(wanted, "x") | base}):
            configuration_of("default")


def test_a_configuration_does_not_show_its_password() -> None:
    remote = {"URL": "https://fm.example.com", "DATABASE": "crm", "USER": "web", "PASSWORD": "hush-hush"}
    with site(FMORM={"default": remote}):
        assert "hush-hush" not in repr(configuration_of("default")) + repr(databases["default"])


def test_the_synchronous_database_is_refused_in_an_event_loop() -> None:
    async def use() -> int:
        return db.find(Contact).count()

    with pytest.raises(SynchronousOnlyOperation, match="async_db"):
        asyncio.run(use())


def test_each_event_loop_has_its_database_and_closes_it_at_its_end() -> None:
    async def use() -> Any:
        assert async_databases["default"] is async_databases["default"]
        assert await async_db.find(Contact).count() == 28
        assert open_sessions() == 1
        return async_databases["default"]

    first, second = asyncio.run(use()), asyncio.run(use())
    assert first is not second
    assert open_sessions() == 0, "nothing is left open"


def test_both_colours_see_the_same_embedded_server() -> None:
    async def use() -> str | None:
        return (await async_db.get(Contact, 1)).city

    db.update(Contact, 1, {"city": "Voss"})
    assert asyncio.run(use()) == "Voss"


def test_outside_of_an_event_loop_the_asynchronous_database_is_refused() -> None:
    with pytest.raises(RuntimeError, match="no running event loop"):
        async_db.find(Contact)


def test_sessions_are_shared_through_a_cache() -> None:
    with site(FMORM={"default": {"EMBEDDED": CONTACTS, "TOKENS": "default"}}):
        db.find(Contact).count()
        held = [entry for name, entry in vars(caches["default"])["_cache"].items() if "fmorm:" in name]
        assert held, "the token waits in the cache for the next who needs one"

        async def use() -> int:
            return await async_db.find(Contact).count()

        assert asyncio.run(use()) == 28
        assert open_sessions() == 1, "and the other colour has taken the same one"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_opens_its_own_session() -> None:
    with closing(App(load_schema(CONTACTS))) as app, Background(app) as server:
        remote = {"URL": server.url, "DATABASE": "contacts", "USER": "anna", "PASSWORD": "anna"}
        with site(FMORM={"default": remote}):
            assert db.find(Contact).count() == 28
            reading, writing = os.pipe()
            child = os.fork()
            if child == 0:
                os.write(writing, str(databases["default"].find(Contact).count()).encode())
                os._exit(0)
            assert os.read(reading, 10) == b"28"
            os.waitpid(child, 0)
            assert db.find(Contact).count() == 28
            assert app.session_count == 2


# -- paging ------------------------------------------------------------------------------------------------


def test_djangos_paginator_turns_the_pages_of_a_find() -> None:
    pages = FindPaginator(db.find(Contact).sort(Contact.name), 10)
    assert (pages.count, pages.num_pages, list(pages.page_range)) == (28, 3, [1, 2, 3])
    last = pages.page(3)
    assert last[0].name == "Ragna Foss"
    assert (len(last), last.has_next(), last.start_index(), last.end_index()) == (8, False, 21, 28)
    assert pages.get_page("no number").number == 1
    with pytest.raises(EmptyPage):
        pages.page(4)


def test_a_page_is_one_count_and_one_read() -> None:
    app = databases.app(configuration_of("default"))
    db.log_in()
    app.requests.clear()
    page = FindPaginator(db.find(Contact).portals().sort(Contact.name), 10).page(2)
    assert [one.name for one in page][:2] == ["Jostein Bakken", "Kaja Dahl"]
    assert len(app.requests) == 2


def test_where_nothing_matches_there_is_one_empty_page() -> None:
    page = FindPaginator(db.find(Contact).where(Contact.name == "Nobody"), 10).page(1)
    assert (list(page), len(page), page.paginator.count) == ([], 0, 0)


def test_orphans_are_shown_on_the_page_before() -> None:
    pages = FindPaginator(db.find(Contact).sort(Contact.name), 9, orphans=2)
    assert (pages.num_pages, len(pages.page(3))) == (3, 10)
