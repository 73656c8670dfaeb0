from __future__ import annotations

import pytest

from fmorm.wire.codes import MESSAGES, message


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (0, "OK"),
        (101, "Record is missing"),
        (102, "Field is missing"),
        (105, "Layout is missing"),
        (112, "Window is missing"),
        (212, "Invalid user account and/or password; please try again"),
        (306, "Record modification ID does not match"),
        (401, "No records match the request"),
        (504, "Value in field is not unique, as required in validation entry options"),
        (802, "Unable to open file"),
        (812, "Exceeded host's capacity"),
        (952, "Invalid FileMaker Data API token (*)"),
        (1704, "Resource doesn't support the specified HTTP verb"),
    ],
)
def test_texts_of_the_wire_are_the_servers_own(code: int, text: str) -> None:
    assert message(code) == text


@pytest.mark.parametrize("code", [-1, -2, 99, 305, 123456])
def test_a_code_of_no_table_is_an_unknown_error(code: int) -> None:
    assert message(code) == "Unknown error"


def test_every_text_is_one_clean_line() -> None:
    for code, text in MESSAGES.items():
        assert text, code
        assert text == " ".join(text.split()), code
        assert not text.endswith("."), code
