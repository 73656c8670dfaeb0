"""4.1. Values as they are read."""

from __future__ import annotations

import pytest
from conformance.asking import Club

pytest_plugins = ["conformance.asking"]

LONG = "123456789012345678901234567890123456789012345678901234567"


@pytest.mark.parametrize("text", ["10", "7.3", "007", "-1", "1e5", "true", "null"])
def test_text_is_a_string_also_when_it_looks_like_something_else(club: Club, text: str) -> None:
    assert club.raw(club.create({"Note": text}), "Note") == f'"{text}"'


def test_the_lines_of_a_text_end_with_a_carriage_return(club: Club) -> None:
    assert club.raw(club.create({"Note": "one\rtwo"}), "Note") == r'"one\rtwo"'


def test_text_is_not_escaped_beyond_what_json_needs(club: Club) -> None:
    assert club.raw(club.create({"Note": 'Ünï/日本 "😀" \\'}), "Note") == r'"Ünï/日本 \"😀\" \\"'


@pytest.mark.parametrize("number", ["5", "-5", "5.25", "0", "-0.5", LONG, f"0.{LONG}"])
def test_a_plain_number_is_a_number_with_all_its_digits(club: Club, number: str) -> None:
    assert club.raw(club.create({"Score": number}), "Score") == number


def test_a_number_keeps_the_digits_that_it_was_given(club: Club) -> None:
    assert club.raw(club.create({"Score": "5.50"}), "Score") == "5.50"


@pytest.mark.parametrize("text", ["5 apples", "none", "1,5", "€ 5"])
def test_text_in_a_number_field_comes_back_as_the_string(club: Club, text: str) -> None:
    assert club.raw(club.create({"Score": text}), "Score") == f'"{text}"'


@pytest.mark.parametrize("number", [".5", "-.5", "5.", "007", "+5"])
def test_what_json_could_not_write_as_a_number_is_a_string_or_another_spelling(
    club: Club, number: str
) -> None:
    raw = club.raw(club.create({"Score": number}), "Score")
    assert float(raw.strip('"')) == float(number)


@pytest.mark.parametrize("field", ["Name", "Score", "Born", "Lap", "Seen", "Photo", "Twice", "Limit"])
def test_empty_is_the_empty_string_for_every_type(club: Club, field: str) -> None:
    assert club.raw(club.create(), field) == '""'


@pytest.mark.parametrize(
    ("field", "given", "shown"),
    [
        ("Born", "2/3/2024", "02/03/2024"),
        ("Born", "12/31/0999", "12/31/0999"),
        ("Lap", "9:05", "09:05:00"),
        ("Lap", "9:05:07", "09:05:07"),
        ("Seen", "2/3/2024 9:05:07", "02/03/2024 09:05:07"),
        ("Seen", "2/3/2024 9:05:07 PM", "02/03/2024 21:05:07"),
    ],
)
def test_moments_are_zero_padded_in_us_form_with_24_hours(
    club: Club, field: str, given: str, shown: str
) -> None:
    assert club.raw(club.create({field: given}), field) == f'"{shown}"'


@pytest.mark.parametrize("time", ["100:00:00", "-01:30:00"])
def test_a_time_is_a_duration_that_may_pass_a_day_or_be_negative(club: Club, time: str) -> None:
    assert club.raw(club.create({"Lap": time}), "Lap") == f'"{time}"'


def test_a_time_may_have_fractions_of_a_second(club: Club) -> None:
    assert club.raw(club.create({"Lap": "9:05:07.125"}), "Lap") == '"09:05:07.125"'


def test_a_container_is_an_address(club: Club) -> None:
    record_id = club.create()
    club.upload(record_id, 'name="upload"; filename="photo.png"')
    address = club.get(record_id).fields["Photo"]
    assert address.startswith("http")
    assert address.endswith(".png?RCType=EmbeddedRCFileProcessor")


def test_a_calculation_is_read_by_the_type_of_its_result(club: Club) -> None:
    assert club.raw(club.create({"Score": 2.5}), "Twice") in {"5", "5.0"}


def test_a_calculation_without_a_result_is_a_question_mark(club: Club) -> None:
    assert club.raw(club.create(), "Broken") == '"?"'


def test_a_summary_is_read_by_the_type_of_its_result(club: Club) -> None:
    assert club.on("odd").raw(club.create({"Score": 3}), "Sum") == "3"


def test_a_global_field_has_the_value_kept_in_the_file_until_the_session_has_its_own(club: Club) -> None:
    record_id = club.create()
    assert club.get(record_id).fields["Motto"] == "kept"
    club.call("PATCH", "/databases/club/globals", {"globalFields": {"Member::Motto": "mine"}})
    assert club.get(record_id).fields["Motto"] == "mine"
    assert club.with_another_session().get(record_id).fields["Motto"] == "kept"


def test_a_number_in_a_global_field_is_a_number(club: Club) -> None:
    club.call("PATCH", "/databases/club/globals", {"globalFields": {"member::Limit": "123456789"}})
    assert club.raw(club.create(), "Limit") == "123456789"


@pytest.mark.parametrize(
    ("form", "day", "moment"),
    [
        (0, "02/03/2024", "02/03/2024 09:05:07"),
        (1, "02/03/2024", "02/03/2024 09:05:07"),
        (2, "2024-02-03", "2024-02-03 09:05:07"),
        ("2", "2024-02-03", "2024-02-03 09:05:07"),
    ],
)
def test_dateformats_says_how_dates_and_timestamps_are_spelt_and_leaves_times_alone(
    club: Club, form: object, day: str, moment: str
) -> None:
    record_id = club.create({"Name": "Ann", "Born": "2/3/2024", "Seen": "2/3/2024 9:05:07", "Lap": "9:05:07"})
    answers = [
        club.get(record_id, dateformats=form),
        club.range(dateformats=form),
        club.find({"Name": "Ann"}, dateformats=form),
    ]
    for answer in answers:
        assert [answer.fields[name] for name in ("Born", "Seen", "Lap")] == [day, moment, "09:05:07"]


@pytest.mark.parametrize("form", [3, -1, "iso", 1.5])
def test_another_form_of_dates_is_refused(club: Club, form: object) -> None:
    assert club.range(dateformats=form).refusal == (400, "960")


@pytest.mark.parametrize("club_release", ["17", "18"])
def test_releases_before_19_do_not_know_dateformats(club: Club) -> None:
    answer = club.range(dateformats=2)
    assert answer.refusal == (400, "960")
    assert answer.messages[0]["message"] == "Unknown parameter(s): dateformats"


@pytest.mark.parametrize("club_release", ["19", "20"])
def test_releases_before_21_do_not_know_dateformats_on_writes(club: Club) -> None:
    record_id = club.create({"Born": "2/3/2024"})
    assert club.edit(record_id, fieldData={"Born": "2024-03-04"}, dateformats=2).refusal == (400, "960")
    assert club.get(record_id, dateformats=2).fields["Born"] == "2024-02-03"
