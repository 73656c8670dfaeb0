"""Makes modules out of source, so that one declaration is tried with postponed annotations and without."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from itertools import count
from textwrap import dedent
from types import ModuleType

HEAD = """
from abc import ABC, abstractmethod
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, ClassVar, Generic, List, Literal, Optional, TypeVar, Union

from annotated_types import MaxLen
from pydantic import BaseModel, ConfigDict, Field as PydanticField, PrivateAttr
from fmorm import Field, Model, Portal, PortalRow, Repeating, field, portal, repeating

class Alien:
    pass

class Address(PortalRow, table="addresses"):
    city: Field[str] = field("City")
"""
FUTURE = "from __future__ import annotations\n"

_numbers = count()


@contextmanager
def declaring(source: str, *, postponed: bool) -> Generator[ModuleType]:
    """Run a module of this source below `HEAD`; it is importable, and gone afterwards."""
    module = ModuleType(f"declared_{next(_numbers)}")
    sys.modules[module.__name__] = module
    text = (FUTURE if postponed else "") + HEAD + dedent(source)
    try:
        exec(compile(text, module.__name__, "exec", dont_inherit=True), vars(module))
        yield module
    finally:
        del sys.modules[module.__name__]
