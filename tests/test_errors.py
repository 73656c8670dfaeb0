from __future__ import annotations

import copy
import inspect
import pickle
import re
from typing import Any

import pytest

import fmorm
from fmorm import errors
from fmorm.errors import (
    ConflictError,
    FmormError,
    MappingError,
    NotAllDone,
    ProtocolError,
    RowConflict,
    ScriptError,
    ServerError,
    TransportError,
    server_error,
)

LINE = re.compile(
    r"^(?P<indent>[ │├└─]*)(?P<name>[A-Z]\w+)(?: \((?P<builtin>\w+)\))?(?: {2,}(?P<about>.+))?$", re.MULTILINE
)
CODES = re.compile(r"[\d ,-]+")


def drawn() -> dict[str, tuple[str | None, str | None, str]]:
    """Class to parent, builtin parent and remark, as the docstring of the module draws them."""
    assert errors.__doc__ is not None
    lines = [found for found in LINE.finditer(errors.__doc__) if found["indent"].startswith("    ")]
    tree: dict[str, tuple[str | None, str | None, str]] = {}
    above: list[tuple[int, str]] = []
    for found in lines:
        depth = len(found["indent"])
        above = [(other, name) for other, name in above if other < depth]
        assert found["name"] not in tree, f"{found['name']} is drawn twice"
        tree[found["name"]] = (above[-1][1] if above else None, found["builtin"], found["about"] or "")
        above.append((depth, found["name"]))
    return tree


def defined() -> dict[str, type[FmormError]]:
    return {
        name: value
        for name, value in vars(errors).items()
        if inspect.isclass(value) and issubclass(value, FmormError)
    }


def claimed(about: str) -> set[int]:
    """The codes of a remark like `10, 18, 210-214`."""
    codes: set[int] = set()
    for part in about.split(",") if CODES.fullmatch(about) else []:
        first, _, last = part.strip().partition("-")
        codes |= set(range(int(first), int(last or first) + 1))
    return codes


TREE = drawn()
CLASSES = defined()
BUILTINS = [TypeError, TimeoutError, ValueError, LookupError, AttributeError, OSError, PermissionError]


def test_every_class_is_drawn() -> None:
    assert list(TREE) == list(CLASSES), "the drawing and the module differ, or have another order"


@pytest.mark.parametrize("name", TREE)
def test_the_drawing_is_the_tree(name: str) -> None:
    parent, builtin, _ = TREE[name]
    bases = CLASSES[name].__bases__
    names = [base.__name__ for base in bases]
    assert names == [one for one in (parent or "Exception", builtin) if one]


@pytest.mark.parametrize("name", TREE)
def test_every_class_can_be_imported_from_the_top(name: str) -> None:
    assert name in fmorm.__all__
    assert getattr(fmorm, name) is CLASSES[name]


@pytest.mark.parametrize("name", [name for name, (_, builtin, _) in TREE.items() if builtin])
def test_a_builtin_parent_catches(name: str) -> None:
    builtin = TREE[name][1]
    (parent,) = [one for one in BUILTINS if one.__name__ == builtin]
    with pytest.raises(parent):
        raise made(CLASSES[name])


def test_not_loaded_is_no_attribute_error() -> None:
    assert not issubclass(errors.NotLoaded, AttributeError), "getattr with a default would hide it"


# -- codes -----------------------------------------------------------------------------------------------


def test_each_code_has_one_class_and_the_drawing_says_which() -> None:
    by_code: dict[int, str] = {}
    for name, (_, _, about) in TREE.items():
        for code in claimed(about):
            assert code not in by_code, f"{code} is drawn at {by_code.get(code)} and {name}"
            by_code[code] = name
    found = {code: type(server_error(code, "", status=500, request="")).__name__ for code in range(-1, 9000)}
    assert {code: name for code, name in found.items() if name != "ServerError"} == by_code


@pytest.mark.parametrize("code", [-1, 1, 8003, 12345])
def test_other_codes_are_a_plain_server_error(code: int) -> None:
    error = server_error(code, "", status=500, request="")
    assert type(error) is ServerError
    assert error.code == code


# -- text ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, cls in CLASSES.items() if issubclass(cls, ServerError)])
def test_the_text_names_code_request_and_advice(name: str) -> None:
    error = made(CLASSES[name])
    assert isinstance(error, ServerError)
    assert str(error).startswith(f"FileMaker error {error.code}: {error.text}")
    assert "(edit on layout 'guest', record 7)" in str(error)
    assert type(error).advice in str(error)


def test_a_text_that_the_server_does_not_give_is_looked_up() -> None:
    assert str(server_error(306, "", status=500, request="")) == (
        f"FileMaker error 306: Record modification ID does not match. {ConflictError.advice}"
    )
    assert str(server_error(401, "Nothing here", status=500, request="find on layout 'guest'")) == (
        "FileMaker error 401: Nothing here (find on layout 'guest')"
    )


def test_a_mapping_error_names_layout_record_field_and_raw_value() -> None:
    error = made(MappingError)
    assert str(error) == "layout 'guest', record 7, field 'Born': it is not a date; the server sent '2/30'"


def test_a_conflict_starts_with_nothing_known() -> None:
    error = ConflictError(request="edit")
    assert (error.code, error.text) == (306, "Record modification ID does not match")
    assert (error.base, error.mine, error.theirs, error.record, error.current, error.rows) == (
        {}, {}, {}, None, None, (),
    )  # fmt: skip


def pickled(error: FmormError) -> Any:
    return pickle.loads(pickle.dumps(error))


# -- copies: between processes, in task queues -----------------------------------------------------------


def made(cls: type[FmormError]) -> FmormError:
    """An error of each class, as it is raised."""
    if issubclass(cls, ServerError):
        code = min((code for code in claimed(TREE[cls.__name__][2])), default=4711)
        return cls(code, "server's words", status=500, request="edit on layout 'guest', record 7")
    if issubclass(cls, MappingError):
        return cls("it is not a date", layout="guest", record_id="7", field="Born", raw="2/30")
    if issubclass(cls, NotAllDone):
        return cls("2 of 3 records were not written", report=None)
    if issubclass(cls, ScriptError):
        return cls("Nightly", 101, result="half", request="run of script 'Nightly'")
    if issubclass(cls, ProtocolError):
        return cls("not a Data API reply", status=502)
    return cls("what happened")


@pytest.mark.parametrize("name", CLASSES)
@pytest.mark.parametrize("through", [pickled, copy.copy, copy.deepcopy])
def test_a_copy_says_the_same(name: str, through: Any) -> None:
    error = made(CLASSES[name])
    error.add_note("while saving")
    twin = through(error)
    assert type(twin) is type(error)
    assert str(twin) == str(error)
    assert vars(twin) == vars(error), "attributes were lost"
    assert twin.args == error.args


def test_a_copied_conflict_keeps_what_it_knows() -> None:
    error = ConflictError(306, status=500, request="edit")
    error.base, error.mine, error.theirs = {"name": "Ida"}, {"name": "Eda"}, {"name": "Ada"}
    error.rows = [RowConflict("homes", "3", None)]
    twin = pickle.loads(pickle.dumps(error))
    assert (twin.base, twin.mine, twin.theirs, twin.rows) == (
        error.base,
        error.mine,
        error.theirs,
        error.rows,
    )


def test_transport_errors_have_no_errno_of_their_own() -> None:
    error = made(TransportError)
    assert isinstance(error, OSError)
    assert error.errno is None
