"""How a function is described: its name, its parameters as FileMaker's help writes them, and what it becomes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from fmorm.server.calculations.kinds import Value
from fmorm.server.calculations.nodes import Call, Group, Node

Builder = Callable[[tuple[Node, ...]], Node]


@dataclass(frozen=True, slots=True)
class Function:
    """A function that formulas may call.

    Attributes:
        name: As FileMaker spells it.
        parameters: As in FileMaker's help: optional ones in braces, `...` for any number of them.
        build: Makes the node out of the arguments' nodes.
        takes_groups: Whether arguments may stand in brackets.
        is_volatile: Whether it gives something else each time.
    """

    name: str
    parameters: str
    build: Builder
    takes_groups: bool = False
    is_volatile: bool = False

    @property
    def signature(self) -> str:
        """How a call is written."""
        return f"{self.name} ( {self.parameters} )" if self.parameters else self.name

    @property
    def least(self) -> int:
        """How many arguments it must have."""
        return _count(self.parameters.partition("{")[0])

    @property
    def most(self) -> int | None:
        """How many arguments it may have, None for any number."""
        return None if "..." in self.parameters else _count(self.parameters)

    def mistake(self, arguments: Sequence[Node]) -> str | None:
        """Say what is wrong with the number of arguments, None when nothing is."""
        groups = [one for one in arguments if isinstance(one, Group)]
        if groups:
            size = self.least - 1
            in_order = list(arguments[1:]) == groups and all(len(one.members) == size for one in groups)
            return (
                None if in_order else f"expected {size} values in each pair of brackets of {self.signature}"
            )
        given = len(arguments)
        if self.least <= given and (self.most is None or given <= self.most):
            return None
        return f"{given} argument{'' if given == 1 else 's'} for {self.signature}"


def _count(parameters: str) -> int:
    return parameters.count(";") + 1 if parameters.strip() else 0


Table = Mapping[str, Function]


def table(*functions: Function) -> Table:
    """Make a table by name."""
    return {function.name: function for function in functions}


def of_values(
    name: str, parameters: str, function: Callable[..., Value], *, is_volatile: bool = False
) -> Function:
    """Describe a function of plain values."""
    return Function(name, parameters, lambda nodes: Call(function, nodes), is_volatile=is_volatile)


def special(name: str, parameters: str, build: Builder) -> Function:
    """Describe a function that decides itself what it evaluates."""
    return Function(name, parameters, build)
