"""Mistakes that a class body shows before pydantic has looked at it: caught here, they can be told well."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, Final, get_args, get_origin

from pydantic import BaseModel

from fmorm.errors import DeclarationError
from fmorm.model.declare import Declared, Field, Portal, Repeating, mark_of

SHADOWING: Final = frozenset(
    name for name in dir(BaseModel) if not name.startswith("_") and name != "model_config"
) | {"mro", "register"}
"""Attribute names that pydantic or the metaclass would answer instead of the field."""

METHODS: Final = frozenset({"apply"})
"""Attribute names that are methods of records."""

_BARE: Final[dict[Any, str]] = {Field: "Field", Repeating: "Repeating", Portal: "Portal"}
_WRITTEN: Final = re.compile(r"(?:\w+\.)*(Field|RepeatingContainer|Repeating|Portal|Container)\b\s*(\[?)")


def annotations_of(namespace: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the annotations of a class body: values, or text where they are postponed."""
    if "__annotations__" in namespace:
        annotations: Mapping[str, Any] = namespace["__annotations__"]
        return annotations
    if sys.version_info >= (3, 14):  # where they are a function, until somebody asks
        import annotationlib

        annotate = annotationlib.get_annotate_from_class_namespace(namespace)
        if annotate is not None:
            return annotationlib.call_annotate_function(annotate, annotationlib.Format.FORWARDREF)
    return {}


def check_body(name: str, bases: Iterable[type], namespace: Mapping[str, Any]) -> None:
    """Refuse what a class body declares wrongly.

    Args:
        name: The class's name.
        bases: Its bases.
        namespace: Its body.

    Raises:
        DeclarationError: The message names class and attribute, and says what to write instead.
    """
    annotations = annotations_of(namespace)
    for attr in [*annotations, *namespace]:
        _check_name(name, attr, annotations, namespace)
    for attr, value in namespace.items():
        if isinstance(value, Declared) and attr not in annotations:
            raise DeclarationError(f"{name}.{attr}: annotate it, as in {attr}: Field[str] = field(…)")
    for attr, annotation in annotations.items():
        _check_annotation(f"{name}.{attr}", annotation, namespace.get(attr))
    for base in bases:
        _refuse_plain_mixin(name, base)


def _check_name(name: str, attr: str, annotations: Mapping[str, Any], namespace: Mapping[str, Any]) -> None:
    ours = isinstance(namespace.get(attr), Declared) or _word(annotations.get(attr)) is not None
    if not ours:
        return
    if attr.startswith("_"):
        raise DeclarationError(
            f"{name}.{attr}: pydantic keeps a name with an underscore in front private; call the attribute "
            f"{attr.lstrip('_')}"
        )
    if attr in SHADOWING | METHODS:
        why = "records have a method of that name" if attr in METHODS else "pydantic has that name for itself"
        raise DeclarationError(f"{name}.{attr}: {why}; call the attribute {attr}_ = field({attr!r})")


def _check_annotation(label: str, annotation: Any, value: Any) -> None:
    word = _word(annotation)
    if word is None:
        return
    if annotation in _BARE.values() or (annotation.__hash__ is not None and annotation in _BARE):
        raise DeclarationError(f"{label}: say of what: {word}[…], as in {word}[str]")
    if value is not None and not isinstance(value, Declared):
        raise DeclarationError(f"{label}: a default is given as = field(name, default=…)")


def _word(annotation: Any) -> str | None:
    """Give which of the three an annotation says, if one."""
    if isinstance(annotation, str):
        found = _WRITTEN.match(annotation)
        return found[1] if found else None
    if get_origin(annotation) is Annotated:
        mark = mark_of(get_args(annotation)[1:])
        return mark.word if mark else None
    return next((word for bare, word in _BARE.items() if annotation is bare), None)


def _refuse_plain_mixin(name: str, base: type) -> None:
    for ancestor in inspect.getmro(base):
        if BaseModel in inspect.getmro(ancestor):
            continue
        for attr, value in vars(ancestor).items():
            if isinstance(value, Declared):
                raise DeclarationError(
                    f"{name}: {ancestor.__name__}.{attr} is a field of a plain class; derive {ancestor.__name__} from "
                    "Model or PortalRow, with abstract=True"
                )
