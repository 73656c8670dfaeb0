"""Models written from what a server tells of its layouts."""

from __future__ import annotations

from collections.abc import Iterable

from fmorm.generating.merging import Merger
from fmorm.wire.metadata import LayoutMetadata

__all__ = ["generate"]

_NEW = '''\
"""Models of FileMaker layouts, written by `fmorm generate`.

Change what you like: when it is run again, it adds what is new and marks what is gone.
"""

from __future__ import annotations
'''


def generate(
    layouts: Iterable[LayoutMetadata],
    source: str = "",
    *,
    literals: bool = False,
    names: Iterable[str] | None = None,
) -> str:
    """Write the models of layouts, or bring a module with models up to date.

    A class is known by its layout, a field by FileMaker's name. So attributes, types, options, methods and the order
    of a module that is there stay. What layouts show beyond it is added at the end of its class; what they do not
    show any more is marked by a comment. A comment `# fmorm: without "Notes"` in a class keeps fields out of it.

    Args:
        layouts: What the server tells of the layouts; they come in this order.
        source: The module as it is; empty for a new one.
        literals: Whether fields with custom value lists get a `Literal` type of the values.
        names: The names of all layouts that there are, to mark the classes of others; None for no marks.

    Returns:
        The module. Given it as the source, it comes back unchanged.

    Raises:
        SyntaxError: The source is no Python.
        ValueError: A class cannot be added to: its body stands in one line.
    """
    merger = Merger(source or _NEW, literals=literals)
    merger.merge(layouts)
    if names is not None:
        merger.mark_layouts(names)
    return merger.merged()
