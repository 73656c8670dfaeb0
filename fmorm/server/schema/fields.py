"""One field of a schema file: its type, what is entered in it, what it must hold, or what it is calculated from."""

from __future__ import annotations

import re
from datetime import date

from fmorm.server.calculations.errors import FormulaError
from fmorm.server.calculations.formula import compile_formula
from fmorm.server.refusals import Refusal
from fmorm.server.schema.parts import (
    NO_VALIDATION,
    AutoEnter,
    Calculated,
    Constant,
    Field,
    LookedUp,
    Serial,
    Stamp,
    SummaryOf,
    Validation,
)
from fmorm.server.schema.section import Section, unknown
from fmorm.server.values.cells import Kind, keep
from fmorm.server.values.moments import DateForm

_VALIDATION = (
    "required", "unique", "existing", "numeric", "four_digit_year", "time_of_day", "max_length", "range", "values",
    "validation", "validate",
)  # fmt: skip
_ENTERED = ("auto_enter", "modifiable", *_VALIDATION)
"""The options of fields in which values are entered."""
_CALCULATED = ("calculation", "context", "unstored", "even_if_empty")
_SETTINGS = ("type", "repetitions", "global", "value", "summary", *_CALCULATED, *_ENTERED)
_OF_CONTAINERS = ("type", "repetitions", "global", "modifiable", "required")
_ANY_DAY = DateForm(iso=False, today=date.min)
_SUMMARY = re.compile(r"(total|average|count|minimum|maximum|list) of (.+)")


def read_field(section: Section, name: str) -> Field:
    """Read one field, which is a type or a table of settings."""
    given = section.raw(name)
    settings = {"type": given} if isinstance(given, str) else given
    part = Section(f"{section.place}.{name}", settings, section.source)
    part.only(*_SETTINGS)
    kind = _read_kind(part, "" if isinstance(given, str) else "type")
    if "calculation" in part:
        return _read_calculation(part, name, kind)
    if "summary" in part:
        return _read_summary(part, name, kind)
    _refuse(part, _CALCULATED[1:], "only a calculated field has this option")
    return Field(
        name=name,
        kind=kind,
        repetitions=part.count("repetitions") or 1,
        auto_enter=_read_auto_enter(part, kind),
        validation=_read_validation(part, kind),
        modifiable=part.flag("modifiable", default=True),
        is_global=part.flag("global"),
        initial=_read_initial(part, kind),
    )


def _read_kind(part: Section, key: str) -> Kind:
    name = part.text("type")
    if name not in list(Kind):
        raise part.mistake(unknown("type", name, Kind), key)
    if name == Kind.CONTAINER:
        wrong = [option for option in part if option not in _OF_CONTAINERS and part.raw(option)]
        _refuse(part, wrong, "a container field cannot have this option")
    return Kind(name)


def _refuse(part: Section, options: tuple[str, ...] | list[str], text: str) -> None:
    for option in options:
        if option in part:
            raise part.mistake(text, option)


def _read_calculation(part: Section, name: str, kind: Kind) -> Field:
    _refuse(part, [*_ENTERED, "summary"], "a calculated field cannot have this option")
    check_formula(part, "calculation")
    return Field(
        name=name,
        kind=kind,
        repetitions=part.count("repetitions") or 1,
        modifiable=False,
        is_global=part.flag("global"),
        calculation=part.text("calculation"),
        context=part.text("context") if "context" in part else None,
        unstored=part.flag("unstored"),
        even_if_empty=part.flag("even_if_empty"),
    )


def _read_summary(part: Section, name: str, kind: Kind) -> Field:
    _refuse(
        part, [*_ENTERED, *_CALCULATED, "repetitions", "global"], "a summary field cannot have this option"
    )
    found = _SUMMARY.fullmatch(part.text("summary"))
    if not found:
        raise part.mistake(
            'expected "total of Field", or average, count, minimum, maximum or list', "summary"
        )
    return Field(name=name, kind=kind, modifiable=False, summary=SummaryOf(found[1], found[2]))


def check_formula(part: Section, key: str) -> None:
    """Refuse a formula that FileMaker would not take."""
    try:
        compile_formula(part.text(key))
    except FormulaError as error:
        raise part.mistake(str(error), key) from error


def _read_initial(part: Section, kind: Kind) -> str:
    if "value" not in part:
        return ""
    if not part.flag("global"):
        raise part.mistake("only a global field has a value of its own; see auto_enter", "value")
    return _checked(part, "value", kind, part.text("value"))


def _checked(part: Section, key: str, kind: Kind, text: str) -> str:
    """Refuse a text that is no value of the field."""
    try:
        keep(kind, text, _ANY_DAY)
    except Refusal as refusal:
        raise part.mistake(refusal.message, key) from refusal
    return text


def _read_auto_enter(part: Section, kind: Kind) -> AutoEnter | None:
    given = part.raw("auto_enter")
    if given is None:
        return None
    if given == "serial":
        return Serial()
    if isinstance(given, str):
        if given not in list(Stamp):
            raise part.mistake(unknown("auto-enter option", given, [*Stamp, "serial"]), "auto_enter")
        return Stamp(given)
    settings = part.section("auto_enter")
    settings.only(*_ENTRIES, "increment", "prefix", "otherwise", "replace", "even_if_empty")
    for key, read in _ENTRIES.items():
        if key in settings:
            return read(settings, kind)
    raise settings.mistake(f"expected one of {', '.join(_ENTRIES)}")


def _read_constant(settings: Section, kind: Kind) -> AutoEnter:
    settings.only("value")
    return Constant(_checked(settings, "value", kind, settings.text("value")))


def _read_serial(settings: Section, _: Kind) -> AutoEnter:
    settings.only("serial", "increment", "prefix")
    return Serial(settings.whole("serial", 1), settings.whole("increment", 1), settings.text("prefix", ""))


def _read_lookup(settings: Section, kind: Kind) -> AutoEnter:
    settings.only("lookup", "otherwise")
    otherwise = None
    if "otherwise" in settings:
        otherwise = _checked(settings, "otherwise", kind, settings.text("otherwise"))
    return LookedUp(settings.text("lookup"), otherwise)


def _read_calculated(settings: Section, _: Kind) -> AutoEnter:
    settings.only("calculation", "replace", "even_if_empty")
    check_formula(settings, "calculation")
    return Calculated(settings.text("calculation"), settings.flag("replace"), settings.flag("even_if_empty"))


_ENTRIES = {
    "value": _read_constant,
    "serial": _read_serial,
    "lookup": _read_lookup,
    "calculation": _read_calculated,
}


def _read_validation(part: Section, kind: Kind) -> Validation:
    mode = part.text("validate", "entry")
    if mode not in {"entry", "always"}:
        raise part.mistake(unknown("mode", mode, ("entry", "always")), "validate")
    if "validation" in part:
        check_formula(part, "validation")
    read = Validation(
        required=part.flag("required"),
        unique=part.flag("unique"),
        existing=part.flag("existing"),
        numeric=part.flag("numeric"),
        four_digit_year=part.flag("four_digit_year"),
        time_of_day=part.flag("time_of_day"),
        max_length=part.count("max_length") or 0,
        range=_read_range(part, kind),
        values=part.text("values") if "values" in part else None,
        formula=part.text("validation") if "validation" in part else None,
        always=mode == "always",
    )
    return NO_VALIDATION if read == NO_VALIDATION else read


def _read_range(part: Section, kind: Kind) -> tuple[str, str] | None:
    if "range" not in part:
        return None
    ends = [_checked(part, "range", kind, written(end)) for end in part.items("range")]
    if len(ends) != 2 or not all(ends):
        raise part.mistake("expected the lowest and the highest value", "range")
    return ends[0], ends[1]


def written(value: object) -> str:
    """Write a TOML value as a client would; dates may be TOML's own."""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, date):  # a timestamp is one as well
        text = f"{value:%m/%d}/{value.year:04d}"
        return text if type(value) is date else f"{text} {value:%H:%M:%S}"
    return str(value)
