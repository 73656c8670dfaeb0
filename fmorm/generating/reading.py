"""What a module with models declares: read from its source, which is not run."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

CALLS: Final = frozenset({"field", "repeating", "container", "portal"})
_ANNOTATIONS: Final = frozenset({"Field", "Repeating", "Container", "Portal"})
_WITHOUT: Final = re.compile(r"\s*# fmorm: without (.+)")
_NAME: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|\'((?:[^\'\\]|\\.)*)\'')


@dataclass(frozen=True, slots=True)
class Declaration:
    """A field or portal that a class declares.

    Attributes:
        attr: The attribute.
        name: FileMaker's name as it is written; empty for a portal that is named by its row.
        line: Its first line, from 0.
        end: The line after its last.
        row: The row class, of a portal.
    """

    attr: str
    name: str
    line: int
    end: int
    row: str = ""


@dataclass
class ReadClass:
    """A class of the module.

    Attributes:
        name: Its name.
        bases: The names of its bases.
        layout: The layout, where it names one.
        table: The table occurrence, where it names one.
        line: Its first line, decorators included, from 0.
        top: The first line of the comments above it.
        body_start: The line of the first statement of its body.
        body_end: The line after its last declaration, or after its docstring, or after its head.
        one_line: Whether its body stands in the line of its head.
        fields: What it declares itself.
        portals: The portals that it declares itself.
        taken: All names in its body.
        without: FileMaker's names that a comment keeps out of it.
    """

    name: str
    bases: list[str]
    layout: str | None
    table: str | None
    line: int
    top: int
    body_start: int
    body_end: int
    one_line: bool
    fields: list[Declaration] = field(default_factory=list[Declaration])
    portals: list[Declaration] = field(default_factory=list[Declaration])
    taken: set[str] = field(default_factory=set[str])
    without: set[str] = field(default_factory=set[str])


@dataclass(frozen=True, slots=True)
class ReadImport:
    """An `import …`, which names nothing, or a `from … import …` at the top level."""

    module: str
    names: list[str]
    line: int
    end: int


@dataclass(frozen=True, slots=True)
class ReadAlias:
    """A `Name: TypeAlias = Literal[…]` at the top level, with its values."""

    values: list[str]
    line: int
    end: int


class Module:
    """A module with models.

    Attributes:
        lines: Its source.
        classes: Its classes by name, in order.
        imports: Its imports of names.
        aliases: Its literal types by name.
        names: All names at its top level.
        start: The line at which imports can stand: after the docstring and what is for the future.
    """

    def __init__(self, source: str) -> None:
        """Read a source; raises SyntaxError."""
        tree = ast.parse(source)
        self.lines = source.split("\n")  # as the parser counts lines
        self.classes: dict[str, ReadClass] = {}
        self.imports: list[ReadImport] = []
        self.aliases: dict[str, ReadAlias] = {}
        self.names: set[str] = set()
        self.start = 0
        self._renamed: dict[str, str] = {}
        for number, node in enumerate(tree.body):
            self._read(node, first=number == 0)

    def _read(self, node: ast.stmt, *, first: bool) -> None:
        line, end = node.lineno - 1, node.end_lineno or node.lineno
        self.names.update(_bound(node))
        if first and _is_text(node):
            self.start = end
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            if node.module == "__future__":
                self.start = end
            self._renamed |= {one.asname: one.name for one in node.names if one.asname}
            names = [f"{one.name} as {one.asname}" if one.asname else one.name for one in node.names]
            self.imports.append(ReadImport(node.module, names, line, end))
        elif isinstance(node, ast.Import):
            self.imports.append(ReadImport(node.names[0].name, [], line, end))
        elif isinstance(node, ast.ClassDef):
            self.classes[node.name] = _class(node, self.lines, self._renamed)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            values = _literal_values(node.value)
            if values is not None:
                self.aliases[node.target.id] = ReadAlias(values, line, end)

    def of_layout(self, layout: str) -> ReadClass | None:
        """Find the class of a layout, the first of several."""
        name = layout.casefold()  # as FileMaker compares them
        return next((one for one in self.classes.values() if (one.layout or "").casefold() == name), None)

    def lineage(self, one: ReadClass) -> Iterator[ReadClass]:
        """Give a class and those it inherits from, as far as they are in the module."""
        yield one
        for base in one.bases:
            if base in self.classes and self.classes[base] is not one:
                yield from self.lineage(self.classes[base])


def _class(node: ast.ClassDef, lines: list[str], renamed: Mapping[str, str]) -> ReadClass:
    start = min([node.lineno, *(one.lineno for one in node.decorator_list)]) - 1
    head_end = node.body[0].lineno - 1
    keywords = {one.arg: _constant(one.value) for one in node.keywords}
    bases = [_tail(one) for one in node.bases]
    made = ReadClass(
        node.name,
        bases,
        keywords.get("layout"),
        keywords.get("table"),
        line=start,
        top=_top(lines, start),
        body_start=head_end,
        body_end=head_end,
        one_line=head_end in range(node.lineno - 1, _head_end(node)),
    )
    if _is_text(node.body[0]):
        made.body_end = node.body[0].end_lineno or head_end
    for statement in node.body:
        made.taken.update(_bound(statement))
        declared = _declaration(statement, renamed)
        if declared is not None:
            (made.portals if declared.row else made.fields).append(declared)
            made.body_end = declared.end
    for text in lines[start : node.end_lineno]:
        found = _WITHOUT.fullmatch(text)
        if found:
            made.without.update(ast.literal_eval(one[0]) for one in _NAME.finditer(found[1]))
    return made


def _top(lines: list[str], line: int) -> int:
    while line and lines[line - 1].startswith("#"):
        line -= 1
    return line


def _head_end(node: ast.ClassDef) -> int:
    """Give the line after the last one of what stands in the parentheses."""
    ends = [one.end_lineno or 0 for one in [*node.bases, *(one.value for one in node.keywords)]]
    return max([node.lineno, *ends])


def _declaration(node: ast.stmt, renamed: Mapping[str, str]) -> Declaration | None:
    if not (isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)):
        return None
    annotation = node.annotation
    word = _tail(annotation.value) if isinstance(annotation, ast.Subscript) else _tail(annotation)
    word = renamed.get(word, word)
    called = _tail(node.value.func) if isinstance(node.value, ast.Call) else ""
    call = node.value if isinstance(node.value, ast.Call) and renamed.get(called, called) in CALLS else None
    if word not in _ANNOTATIONS and call is None:
        return None
    attr, is_portal = node.target.id, word == "Portal"
    name = _name(call) or ("" if is_portal else attr)
    row = _row(annotation) if is_portal else ""
    return Declaration(attr, name, node.lineno - 1, node.end_lineno or node.lineno, row)


def _name(call: ast.Call | None) -> str | None:
    if call is None:
        return None
    if call.args:
        return _constant(call.args[0])
    return next((_constant(one.value) for one in call.keywords if one.arg == "name"), None)


def _row(annotation: ast.expr) -> str:
    if not isinstance(annotation, ast.Subscript):
        return "?"
    return _constant(annotation.slice) or _tail(annotation.slice) or "?"


def _literal_values(node: ast.expr | None) -> list[str] | None:
    if not (isinstance(node, ast.Subscript) and _tail(node.value) == "Literal"):
        return None
    parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else [node.slice]
    values = [_constant(one) for one in parts]
    return [one for one in values if one is not None] if None not in values else None


def _constant(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _tail(node: ast.expr) -> str:
    """Give the last name of a dotted one."""
    if isinstance(node, ast.Subscript):
        return _tail(node.value)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and _constant(node.value) is not None


def _bound(node: ast.stmt) -> set[str]:
    """Give the names that a statement binds."""
    if isinstance(node, (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        return {node.name}
    if isinstance(node, (ast.Import, ast.ImportFrom)):
        return {(one.asname or one.name).partition(".")[0] for one in node.names}
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
