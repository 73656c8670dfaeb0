"""What may stand in a request where a text, a name or a number is wanted: right ones, and odd ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from fmorm.server import Code, Run, load_schema

SCHEMA = load_schema(Path(__file__).with_name("house.toml"))


class OnPurpose(Exception):
    """What a script fails with; the server tells its log."""


CODE = Code()


@CODE.script("Echo")
def _echo(run: Run) -> str:
    run.variables["$$SEEN"] = run.parameter
    return run.parameter


@CODE.script("Rename")
def _rename(run: Run) -> None:
    run.create({"Name": run.parameter, "Size": run.parameter})


@CODE.script("Fail")
def _fail(run: Run) -> None:
    raise OnPurpose(run.parameter)


SCRIPTS = ("Echo", "Rename", "Fail", "x", "")

FIELDS = (
    *(placed.name for placed in SCHEMA.layouts["person"].fields),
    *("Phone(2)", "person::Name", "pets::Weight", "kinds::Legs", "others::Name", "NAME", "person::Setting"),
    *(
        "Phone(4)",
        "Phone(0)",
        "pets::Picture",
        "Setting(1)",
        "Person::Setting",
        "Changed",
        "Nothing",
        "pets::",
        "::",
        "",
    ),
)
PORTALS = ("Pets", "pets", "others", "kinds", "nothing", "")

_ODD: list[str] = json.loads(Path(__file__).with_name("odd_texts.json").read_text())
TEXTS = st.sampled_from(_ODD) | st.text(max_size=6) | st.text('*@#!?<>=≤≥.…"\\~/{}0 1-:ax\r', max_size=10)


SCALARS = st.one_of(
    TEXTS,
    TEXTS,
    st.none(),
    st.booleans(),
    st.integers(-3, 10**20),
    st.floats(allow_nan=True),
    st.sampled_from(["\ud800", "a\udfff"]),
)
NAMES = st.sampled_from(FIELDS) | TEXTS
RIGHT_NAMES = st.sampled_from(FIELDS[:40])


def _json(leaves: st.SearchStrategy[Any], most: int = 6) -> st.SearchStrategy[Any]:
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
        max_leaves=most,
    )


ANYTHING = _json(SCALARS)
ROW = st.dictionaries(
    st.sampled_from(["recordId", "modId", *FIELDS, "Pets::Name"]), TEXTS | SCALARS, max_size=4
)
IDS = st.sampled_from(
    ["1", "2", "3", "0", "-1", "01", "1.0", "", "9" * 18, "9" * 19, "x", "\u0661", "1\0", "1 "]
)


def or_odd(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Mostly what is wanted there, sometimes anything."""
    return st.integers(0, 11).flatmap(lambda number: strategy if number else ANYTHING)
