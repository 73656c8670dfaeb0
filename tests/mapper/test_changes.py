from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mapper.guests import City, Guest, Home, home, loaded

from fmorm import NotLoaded, PortalRows, RecordStateError, state
from fmorm.mapper.changes import Change, base_of, changes, new_record
from fmorm.model.state import NOT_LOADED


def confirm(change: Change, *new_rows: tuple[str, int], mod_id: str = "4") -> None:
    """Let the server confirm, with entries of table occurrence and record id for new rows."""
    info = [{"tableName": place, "recordId": str(record_id), "modId": "0"} for place, record_id in new_rows]
    change.confirm({"modId": mod_id} | ({"newPortalRecordInfo": info} if info else {}))


def ids(rows: PortalRows[Any]) -> list[str | None]:
    return [state(row).record_id for row in rows]


# -- what is sent ----------------------------------------------------------------------------------------


def test_nothing_is_sent_for_a_clean_record() -> None:
    guest = loaded([home(1)])
    assert not changes(guest)
    assert guest.homes[0].city == "Oslo"
    assert guest.phones[0] == "1"
    assert not changes(guest), "looking at rows and repetitions made them dirty"


def test_only_changed_fields_are_sent() -> None:
    guest = loaded()
    guest.name = "Ada\nB."
    guest.born = None
    guest.balance = Decimal("0.12345678901234567890")
    change = changes(guest)
    assert change.values.wire() == {"Name": "Ada\rB.", "Born": "", "Balance": "0.12345678901234567890"}
    assert (change.portal_data(), change.delete_related()) == ({}, [])


def test_a_value_set_back_is_not_sent() -> None:
    guest = loaded()
    guest.name = "Ada"
    guest.name = "Ida"
    guest.phones[0] = "9"
    guest.phones[0] = "1"
    guest.nick = None
    assert not changes(guest)


def test_a_field_that_was_not_loaded_is_sent_whatever_it_is_set_to() -> None:
    guest = loaded(fields={"Name": "Ida"})
    guest.nick = None
    assert changes(guest).values.wire() == {"Nick": ""}
    assert base_of(guest, "nick") is NOT_LOADED


def test_only_changed_repetitions_are_sent() -> None:
    guest = loaded()
    guest.phones[1] = "2"
    guest.phones[2] = ""
    assert changes(guest).values.wire() == {"Phone(2)": "2", "Phone(3)": ""}
    assert base_of(guest, "phones") == ["1", "", "3"]


def test_a_new_record_sends_what_was_set_and_the_defaults() -> None:
    guest = Guest(name="Ida", nick=None)
    guest.phones[1] = "2"
    assert new_record(guest).values.wire() == {"Name": "Ida", "Nick": "", "State": "new", "Phone(2)": "2"}


def test_a_new_record_does_not_send_what_filemaker_fills() -> None:
    guest = Guest(serial=41, name="Ida")
    assert "Serial" not in new_record(guest).values.wire()


def test_a_new_record_brings_its_rows() -> None:
    guest = Guest(name="Ida")
    guest.homes.append(Home(city="Oslo", size=9))
    guest.seconds.append(Home(zip="01"))
    change = new_record(guest)
    assert change.portal_data() == {
        "Homes": [{"homes::City": "Oslo"}],
        "Second homes": [{"homes::Zip": "01"}],
    }


def test_rows_are_edited_created_and_deleted_in_one_change() -> None:
    guest = loaded([home(1), home(2), home(3, mod_id=8)], [home(4)])
    guest.homes[0].zip = "01"
    guest.homes[2].tags[1] = "b"
    del guest.homes[1]
    guest.homes.append(Home(city="Bergen", mayor="Liv"))
    guest.seconds.remove(guest.seconds[0])
    change = changes(guest)
    assert not change.values
    assert change.portal_data() == {
        "Homes": [
            {"recordId": "1", "homes::Zip": "01", "modId": "1"},
            {"recordId": "3", "homes::Tag(2)": "b", "modId": "8"},
            {"homes::City": "Bergen", "cities::Mayor": "Liv"},
        ]
    }
    assert change.delete_related() == ["Homes.2", "Second homes.4"]


def test_a_row_that_is_deleted_is_not_edited_before() -> None:
    guest = loaded([home(1)])
    row = guest.homes[0]
    row.zip = "01"
    guest.homes.remove(row)
    change = changes(guest)
    assert (change.portal_data(), change.delete_related()) == ({}, ["Homes.1"])


def test_a_row_without_a_known_mod_id_is_sent_without_one() -> None:
    guest = loaded([home(1)])
    guest.homes[0].zip = "01"
    state(guest.homes[0]).mod_id = None
    assert changes(guest).portal_data() == {"Homes": [{"recordId": "1", "homes::Zip": "01"}]}


def test_a_new_row_that_was_removed_again_is_not_sent() -> None:
    guest = loaded()
    guest.homes.append(Home(city="Oslo"))
    del guest.homes[0]
    assert not changes(guest)


def test_a_new_row_without_a_value_is_refused() -> None:
    guest = loaded()
    guest.homes.append(Home())
    with pytest.raises(RecordStateError, match=r"Guest.homes: a new row has no value"):
        changes(guest)


# -- what is confirmed -----------------------------------------------------------------------------------


def test_after_a_confirmed_save_nothing_is_dirty() -> None:
    guest = loaded([home(1), home(2)])
    guest.name, guest.phones[1], guest.homes[0].zip = "Ada", "2", "01"
    guest.homes[0].tags[0] = "z"
    del guest.homes[1]
    confirm(changes(guest))
    assert not changes(guest), "a second save sends something"
    assert state(guest).mod_id == "4"
    assert (base_of(guest, "name"), base_of(guest, "phones")) == ("Ada", ["1", "2", "3"])
    assert (len(guest.homes), guest.homes.complete) == (1, True)


def test_an_unconfirmed_save_leaves_everything_dirty() -> None:
    guest = loaded([home(1)])
    guest.name, guest.homes[0].zip = "Ada", "01"
    assert changes(guest).values.wire() == changes(guest).values.wire() == {"Name": "Ada"}
    assert changes(guest).portal_data()


def test_server_17_tells_no_mod_id_so_none_is_known() -> None:
    guest = loaded()
    guest.name = "Ada"
    changes(guest).confirm({})
    assert state(guest).mod_id is None


def test_an_edited_row_loses_its_mod_id_and_the_others_keep_theirs() -> None:
    guest = loaded([home(1), home(2)], [home(3)])
    guest.homes[0].zip = "01"
    confirm(changes(guest))
    assert [state(row).mod_id for row in guest.homes] == [None, "1"]
    assert state(guest.seconds[0]).mod_id == "1"


# -- while the request is under way ----------------------------------------------------------------------


def test_what_is_set_meanwhile_stays_dirty() -> None:
    guest = loaded([home(1)])
    guest.name, guest.nick, guest.phones[0], guest.homes[0].zip = "Ada", "A", "9", "01"
    change = changes(guest)
    guest.name, guest.born, guest.phones[0], guest.homes[0].zip = "Eva", None, "8", "02"
    guest.phones[2] = "7"
    assert change.values.wire() == {"Name": "Ada", "Nick": "A", "Phone(1)": "9"}, "what is sent has changed"
    confirm(change)
    again = changes(guest)
    assert again.values.wire() == {"Name": "Eva", "Born": "", "Phone(1)": "8", "Phone(3)": "7"}
    assert again.portal_data() == {"Homes": [{"recordId": "1", "homes::Zip": "02"}]}
    assert (base_of(guest, "name"), base_of(guest, "phones")) == ("Ada", ["9", "", "3"])


def test_what_is_set_back_meanwhile_is_dirty_against_what_was_sent() -> None:
    guest = loaded([home(1)])
    guest.name, guest.phones[0], guest.homes[0].city = "Ada", "9", "Bergen"
    change = changes(guest)
    guest.name, guest.phones[0], guest.homes[0].city = "Ida", "1", "Oslo"
    confirm(change)
    again = changes(guest)
    assert again.values.wire() == {"Name": "Ida", "Phone(1)": "1"}
    assert again.portal_data() == {"Homes": [{"recordId": "1", "homes::City": "Oslo"}]}


def test_a_new_row_edited_meanwhile_is_an_edited_row() -> None:
    guest = loaded()
    guest.homes.append(Home(city="Oslo"))
    change = changes(guest)
    guest.homes[0].city, guest.homes[0].zip = "Bergen", "01"
    confirm(change, ("homes", 20))
    assert changes(guest).portal_data() == {
        "Homes": [{"recordId": "20", "homes::City": "Bergen", "homes::Zip": "01", "modId": "0"}]
    }


def test_a_row_appended_meanwhile_is_new_at_the_next_save() -> None:
    guest = loaded()
    guest.homes.append(Home(city="Oslo"))
    change = changes(guest)
    guest.homes.append(Home(city="Bergen"))
    confirm(change, ("homes", 20))
    assert ids(guest.homes) == ["20", None]
    assert changes(guest).portal_data() == {"Homes": [{"homes::City": "Bergen"}]}


def test_a_row_removed_meanwhile_is_deleted_at_the_next_save() -> None:
    guest = loaded([home(1), home(2), home(3)])
    guest.homes[0].zip = "01"
    del guest.homes[1]
    change = changes(guest)
    guest.homes.remove(guest.homes[0])
    guest.homes.remove(guest.homes[0])
    confirm(change)
    assert changes(guest).delete_related() == ["Homes.1", "Homes.3"]


def test_a_new_row_removed_meanwhile_is_deleted_at_the_next_save() -> None:
    guest = loaded()
    guest.homes.append(Home(city="Oslo"))
    change = changes(guest)
    del guest.homes[0]
    confirm(change, ("homes", 20))
    assert changes(guest).delete_related() == ["Homes.20"], "the row exists in FileMaker, and nobody knows"


def test_a_row_that_is_appended_again_while_it_is_deleted_is_created_anew() -> None:
    guest = loaded([home(1), home(2)])
    row = guest.homes[0]
    row.tags[0] = "z"
    guest.homes.remove(row)
    change = changes(guest)
    guest.homes.append(row)
    confirm(change)
    row.zip = "01"
    again = changes(guest)
    assert again.delete_related() == []
    assert again.portal_data() == {
        "Homes": [
            {
                "homes::City": "Oslo",
                "homes::Zip": "01",
                "cities::Mayor": "Eva",
                "homes::Tag(1)": "z",
                "homes::Tag(2)": "",
            }
        ]
    }
    confirm(again, *[("homes", 9), ("homes", 9), ("cities", 80), ("homes", 9), ("homes", 9)])
    assert ids(guest.homes) == ["2", "9"]


def test_a_new_row_that_goes_to_another_record_while_it_is_created_is_two_rows() -> None:
    guest, other = loaded(), loaded()
    row = Home(city="Oslo")
    guest.homes.append(row)
    change = changes(guest)
    guest.homes.remove(row)
    other.homes.append(row)
    confirm(change, ("homes", 20))
    assert changes(guest).delete_related() == ["Homes.20"]
    assert changes(other).portal_data() == {"Homes": [{"homes::City": "Oslo"}]}
    confirm(changes(other), ("homes", 21))
    assert ids(other.homes) == ["21"]


def test_rows_that_are_appended_while_the_record_is_created_are_new() -> None:
    guest = Guest(name="Ida")
    held = guest.homes
    change = new_record(guest)
    held.append(Home(city="Oslo"))
    state(guest).record_id = "8"
    confirm(change, mod_id="0")
    assert changes(guest).portal_data() == {"Homes": [{"homes::City": "Oslo"}]}


# -- ids of new rows -------------------------------------------------------------------------------------


def test_new_rows_get_their_ids_in_order() -> None:
    guest = loaded([home(1)])
    guest.homes.append(Home(city="Oslo", zip="01"))
    guest.homes.append(Home(city="Bergen"))
    confirm(changes(guest), ("homes", 20), ("homes", 20), ("homes", 21))
    assert ids(guest.homes) == ["1", "20", "21"]
    assert [state(row).mod_id for row in guest.homes] == ["1", "0", "0"]
    assert guest.homes.complete
    assert not changes(guest), "the rows would be created again"


def test_entries_of_a_farther_table_occurrence_name_other_records() -> None:
    guest = loaded()
    guest.homes.append(Home(mayor="Liv", city="Oslo"))
    guest.homes.append(Home(city="Bergen", mayor="Jon", zip="01"))
    confirm(changes(guest), ("homes", 20), ("cities", 90), ("homes", 21), ("homes", 21), ("cities", 91))
    assert ids(guest.homes) == ["20", "21"]


def test_two_portals_on_one_table_occurrence_share_its_entries_in_order() -> None:
    guest = loaded()
    guest.seconds.append(Home(city="Rome"))
    guest.homes.append(Home(city="Oslo", zip="01"))
    guest.homes.append(Home(city="Bergen"))
    change = changes(guest)
    assert list(change.portal_data()) == ["Homes", "Second homes"]
    confirm(change, ("homes", 20), ("homes", 20), ("homes", 21), ("homes", 30))
    assert (ids(guest.homes), ids(guest.seconds)) == (["20", "21"], ["30"])


@pytest.mark.parametrize("entries", [[], [("homes", 21)], [("places", 20), ("places", 21)]], ids=repr)
def test_a_portal_whose_new_rows_cannot_be_told_apart_is_dropped(entries: list[tuple[str, int]]) -> None:
    guest = loaded([home(1)], [home(2)])
    guest.name = "Ada"
    guest.homes.append(Home(city="Oslo"))
    guest.homes.append(Home(city="Bergen"))
    confirm(changes(guest), *entries)
    with pytest.raises(NotLoaded, match="homes"):
        len(guest.homes)
    assert not changes(guest), "the rows would be created again"
    assert ids(guest.seconds) == ["2"], "a portal of which everything is known was dropped"


def test_a_row_of_which_only_a_farther_field_was_sent_cannot_be_told() -> None:
    guest = loaded()
    guest.homes.append(Home(mayor="Liv"))
    confirm(changes(guest), ("cities", 90))
    with pytest.raises(NotLoaded):
        list(guest.homes)
    assert not changes(guest)


def test_a_created_record_drops_such_a_portal_too() -> None:
    guest = Guest(name="Ida")
    guest.homes.append(Home(city="Oslo"))
    change = new_record(guest)
    state(guest).record_id = "8"
    confirm(change, mod_id="0")
    with pytest.raises(NotLoaded):
        list(guest.homes)
    assert not changes(guest)


def test_no_id_goes_to_a_row_of_another_portal() -> None:
    guest = loaded()
    guest.homes.append(Home(city="Oslo"))
    guest.homes.append(Home(city="Bergen"))
    guest.seconds.append(Home(city="Rome"))
    first, second = guest.homes
    confirm(changes(guest), ("homes", 21), ("homes", 30))  # an older server names the last row of each portal
    assert state(first).record_id != "21", "the id of the second row: an edit would go to another record"
    assert state(second).record_id != "30", "the id of a row of the other portal"
    assert not changes(guest)


def test_the_farther_record_of_one_portal_is_no_row_of_another() -> None:
    guest = loaded()
    guest.homes.append(Home(city="Oslo", mayor="Liv"))
    guest.cities.append(City(mayor="Jon"))
    row = guest.cities[0]
    confirm(changes(guest), ("homes", 20), ("cities", 90), ("cities", 95))
    assert state(row).record_id in {"95", None}, "an edit would go to another record"
    assert not changes(guest)


ROWS = st.lists(st.sets(st.sampled_from(["city", "zip", "mayor"]), min_size=1), max_size=4)


@given(homes=ROWS, seconds=ROWS, cities=st.integers(0, 2), lost=st.sets(st.integers(0, 30)))
def test_an_id_is_right_or_the_portal_is_dropped(
    homes: list[set[str]], seconds: list[set[str]], cities: int, lost: set[int]
) -> None:
    guest = loaded()
    rows: list[tuple[Home | City, str]] = []
    entries: list[tuple[str, int]] = []
    number = 100
    for target, given_rows in ((guest.homes, homes), (guest.seconds, seconds)):
        for names in given_rows:
            made = Home.model_validate(dict.fromkeys(names, "x"))
            target.append(made)
            rows.append((made, str(number)))
            sent = [
                ("cities", number + 50) if name == "mayor" else ("homes", number)
                for name in made.model_fields_set
            ]
            entries += sorted(sent, reverse=True)
            number += 1
    for _ in range(cities):
        city = City(mayor="x")
        guest.cities.append(city)
        rows.append((city, str(number)))
        entries.append(("cities", number))
        number += 1
    confirm(changes(guest), *(entry for i, entry in enumerate(entries) if i not in lost))
    for one, right in rows:
        assert state(one).record_id in {right, None}, "an edit would go to another record"
    assert not changes(guest), "a row would be created again"
