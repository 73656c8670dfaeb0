"""Reading a formula into its tree."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import Final, NoReturn

from fmorm.server.calculations.cursor import Cursor
from fmorm.server.calculations.errors import EvaluationError, did_you_mean
from fmorm.server.calculations.functions.catalogue import FUNCTIONS, absent_function, unknown_function
from fmorm.server.calculations.functions.function import Function
from fmorm.server.calculations.functions.gets import GETS, LASTING, PERSONAL
from fmorm.server.calculations.kinds import Value, as_number
from fmorm.server.calculations.nodes import (
    Call,
    Chain,
    Constant,
    CustomCall,
    Field,
    FieldRepetition,
    Get,
    Global,
    Group,
    Let,
    Logic,
    Node,
    Variable,
    While,
)
from fmorm.server.calculations.operators import OPERATIONS, negative, opposite
from fmorm.server.calculations.scope import SELF, Reference
from fmorm.server.calculations.tokens import Sort, Token

_LEVELS: Final = tuple(level.split() for level in ("or xor", "and", "= ≠ < > ≤ ≥", "&", "+ -", "* /", "^"))
"""FileMaker's order of operators, the weakest first; `not` and a sign are stronger than all of them."""
_LEVEL_OF = {mark: level for level, marks in enumerate(_LEVELS) for mark in marks}
_DEEPEST = 64
"""Far beyond what people write, and within what Python's stack holds."""
TOO_DEEP: Final = "the formula is nested too deep; put a part of it into a field of its own"
Settings = tuple[tuple[str, Node], ...]


class Parser(Cursor):
    """Reads one formula.

    Args:
        formula: Its text.
        custom: The names of the custom functions there are, None when that is not known.

    Attributes:
        references: The fields that were named so far.
        calls: The custom functions that were called so far.
        is_volatile: Whether something was used that changes by itself.
        is_personal: Whether something was used that is not the same for all accounts.
    """

    def __init__(self, formula: str, custom: Collection[str] | None) -> None:
        super().__init__(formula)
        self.references: set[Reference] = set()
        self.calls: set[str] = set()
        self.is_volatile = False
        self.is_personal = False
        self._custom = None if custom is None else {name.lower(): name for name in custom}
        self._depth = 0
        self._variables: list[dict[str, str]] = [{}]
        self._count = 0

    def parse(self) -> Node:
        """Read the whole formula.

        Raises:
            FormulaError: It is none.
        """
        node = self._expression()
        if self.now.sort is not Sort.END:
            self._fail_after_value()
        return node

    def _fail_after_value(self) -> NoReturn:
        hint = "; a name with special characters is written ${name}" if self.now.sort is Sort.NAME else ""
        self.fail(f"expected an operator or the end, not {self.now}{hint}")

    def _expression(self, level: int = 0) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            self.fail(TOO_DEEP)
        node = self._operand()
        while self.now.sort is Sort.MARK and _LEVEL_OF.get(self.now.text, -1) >= level:
            node = self._chain(node, _LEVEL_OF[self.now.text])
        self._depth -= 1
        return node

    def _chain(self, first: Node, level: int) -> Node:
        """Read the operators of one level in a row with their right sides."""
        rest: list[tuple[str, Node]] = []
        while self.now.sort is Sort.MARK and self.now.text in _LEVELS[level]:
            mark = self.next().text
            rest.append((mark, self._expression(level + 1)))
        if level < 2:
            return Logic(first, tuple(rest))
        return Chain(first, tuple((OPERATIONS[mark], node) for mark, node in rest))

    def _operand(self) -> Node:
        """Read the signs and `not` before a value, then the value."""
        signs: list[str] = []
        while self.now.sort is Sort.MARK and self.now.text in {"-", "+", "not"}:
            signs.append(self.next().text)
        if len(signs) > _DEEPEST:
            self.fail(TOO_DEEP)
        node = self._value()
        for sign in reversed(signs):
            if sign != "+":
                node = Call(negative if sign == "-" else opposite, (node,))
        return node

    def _value(self) -> Node:
        token = self.next()
        match token.sort:
            case Sort.NUMBER:
                return self._number(token)
            case Sort.TEXT:
                return Constant(token.text)
            case Sort.NAME:
                return self._named(token)
            case Sort.QUOTED:
                return self._field(token)
            case Sort.VARIABLE:
                return self._variable(token)
            case _:
                return self._marked(token)

    def _number(self, token: Token) -> Node:
        try:
            return Constant(as_number(token.text))
        except EvaluationError:
            self.fail(f"{token} is beyond FileMaker's numbers", token)

    def _marked(self, token: Token) -> Node:
        if token.sort is Sort.MARK and token.text == "¶":
            return Constant("\r")
        if token.sort is not Sort.MARK or token.text != "(":
            self.fail(f"expected a value, not {token}", token)
        node = self._expression()
        self.expect(")", "to close the parenthesis")
        return node

    def _variable(self, token: Token) -> Node:
        if self.stands("["):
            self.fail("repetitions of variables are not supported")
        if token.text.startswith("$$"):
            self.is_volatile = True
            return Global(token.text[2:])
        return Variable(token.text.lower())

    def _named(self, token: Token) -> Node:
        if self.stands("("):
            return self._call(token)
        key = token.text.lower()
        if self.stands("::"):
            return self._field(token)
        variable = self._let_variable(key)
        if variable:
            return Variable(variable)
        if key == "self":
            return self._referred(SELF)
        function = FUNCTIONS.get(key)
        if function and not function.parameters:
            return self._built(function, (), token)
        return self._custom_call(token, ()) if self._custom and key in self._custom else self._field(token)

    def _let_variable(self, name: str) -> str | None:
        return next((names[name] for names in reversed(self._variables) if name in names), None)

    def _field(self, token: Token) -> Node:
        owner, name = None, token
        if self.take("::"):
            owner, name = token.text, self.next()
            if name.sort not in {Sort.NAME, Sort.QUOTED}:
                self.fail(f"expected the name of a field after {owner}::, not {name}", name)
        if not name.text or owner == "":
            self.fail("expected a name between ${ and }", name)
        if self.take("["):
            return self._repetition(owner, name.text)
        return self._referred(Reference(owner, name.text))

    def _repetition(self, owner: str | None, name: str) -> Node:
        """Read the number in brackets; a written one is a part of the reference."""
        start = self.now
        number = self._expression()
        self.expect("]", "after the repetition")
        if not isinstance(number, Constant) and owner is None:
            return FieldRepetition(self._referred(Reference(None, name)), number)
        if not isinstance(number, Constant):
            self.fail(
                "expected a written number: the repetition of a related field cannot be computed here", start
            )
        return self._referred(Reference(owner, name, self._whole(number.constant, start)))

    def _whole(self, value: Value, token: Token) -> int:
        if not isinstance(value, Decimal) or not 1 <= value <= 32_000 or value % 1:
            self.fail(f"expected the number of a repetition, not {token}", token)
        return int(value)

    def _referred(self, reference: Reference) -> Field:
        self.references.add(reference)
        return Field(reference)

    def _call(self, token: Token) -> Node:
        key = token.text.lower()
        self.expect("(", f"after {token}")
        match key:
            case "let":
                return self._let()
            case "while":
                return self._while()
            case "get":
                return self._get()
            case _:
                return self._function(token, FUNCTIONS.get(key))

    def _function(self, token: Token, function: Function | None) -> Node:
        arguments = self._arguments(function)
        if function is None:
            return self._custom_call(token, arguments)
        return self._built(function, arguments, token)

    def _arguments(self, function: Function | None) -> tuple[Node, ...]:
        """Read what is between the parentheses."""
        if self.take(")"):
            return ()
        found = [self._argument(function)]
        while self.take(";"):
            found.append(self._argument(function))
        self.expect(")", "or ; after an argument")
        return tuple(found)

    def _argument(self, function: Function | None) -> Node:
        if not self.stands("["):
            return self._expression()
        if function is None or not function.takes_groups:
            self.fail("brackets are not expected here")
        self.next()
        members = [self._expression()]
        while self.take(";"):
            members.append(self._expression())
        self.expect("]", "or ; in the brackets")
        return Group(tuple(members))

    def _built(self, function: Function, arguments: tuple[Node, ...], token: Token) -> Node:
        """Check the number of arguments and make the node."""
        mistake = function.mistake(arguments)
        if mistake:
            self.fail(mistake, token)
        self.is_volatile = self.is_volatile or function.is_volatile
        return function.build(arguments)

    def _custom_call(self, token: Token, arguments: tuple[Node, ...]) -> Node:
        key = token.text.lower()
        if self._custom is None:
            absent = absent_function(key)
            if absent:
                self.fail(absent, token)
        elif key not in self._custom:
            self.fail(unknown_function(token.text, self._custom.values()), token)
        name = (self._custom or {}).get(key, token.text)
        self.calls.add(name)
        return CustomCall(name, arguments)

    def _get(self) -> Node:
        token = self.next()
        name = GETS.get(token.text.lower()) if token.sort is Sort.NAME else None
        if name is None:
            self.fail(f"Get has no {token}{did_you_mean(token.text, GETS.values())}", token)
        self.expect(")", f"after Get ( {name}")
        self.is_personal = self.is_personal or name in PERSONAL
        self.is_volatile = self.is_volatile or name not in LASTING | PERSONAL
        return Get(name)

    def _let(self) -> Node:
        """Read `( [ name = value ; ... ] ; result )`; the names hold to the closing parenthesis."""
        self._variables.append({})
        settings = self._settings() if self.take("[") else (self._setting(),)
        self.expect(";", "after the variables of Let")
        result = self._expression()
        self.expect(")", "to close Let")
        self._variables.pop()
        return Let(settings, result)

    def _while(self) -> Node:
        self._variables.append({})
        self.expect("[", "before the variables of While")
        initial = self._settings()
        self.expect(";", "after the variables of While")
        condition = self._expression()
        self.expect(";", "after the condition of While")
        self.expect("[", "before the logic of While")
        logic = self._settings()
        self.expect(";", "after the logic of While")
        result = self._expression()
        self.expect(")", "to close While")
        self._variables.pop()
        return While(initial, condition, logic, result)

    def _settings(self) -> Settings:
        """Read `name = value ; ... ]`."""
        if self.take("]"):
            return ()
        found = [self._setting()]
        while self.take(";"):
            found.append(self._setting())
        self.expect("]", "or ; after the value of a variable")
        return tuple(found)

    def _setting(self) -> tuple[str, Node]:
        token = self.next()
        if token.sort not in {Sort.NAME, Sort.VARIABLE}:
            self.fail(f"expected the name of a variable, not {token}", token)
        if token.text.startswith("$$"):
            self.fail(f"a formula cannot set {token} here; use a script", token)
        self.expect("=", f"after the variable {token}")
        node = self._expression()
        return self._bound(token), node

    def _bound(self, token: Token) -> str:
        """Give the variable a key of its own, so that an inner Let leaves the outer one alone."""
        key = token.text.lower()
        if token.sort is Sort.VARIABLE:
            return key
        names = self._variables[-1]
        if key not in names:
            self._count += 1
            names[key] = f"{self._count} {key}"
        return names[key]
