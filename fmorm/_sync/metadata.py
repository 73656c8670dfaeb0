# Written by tools/unasync.py from fmorm/_async/metadata.py: edit that file, not this one.
"""The verbs about what there is: layouts, scripts and files, value lists, and whether models fit."""

from __future__ import annotations

from typing import Any

from fmorm._sync.runs import Runs
from fmorm.checking.findings import Findings
from fmorm.mapper import checks, choosing, layouts
from fmorm.mapper.home import Home
from fmorm.model.records import Model
from fmorm.model.unnamed import LayoutRecord
from fmorm.protocol import metadata
from fmorm.query.terms import RepeatingTerm, Term
from fmorm.wire.metadata import Choice, LayoutMetadata, ListedLayout, ListedScript, ProductInfo


class MetadataVerbs:
    """What can be asked about a database. Server and account decide how much of it is told."""

    _home: Home
    _runs: Runs

    def layouts(self) -> list[ListedLayout]:
        """Read the list of layouts that the account may see.

        Returns:
            The layouts in FileMaker's order, each with its folders; separators are left out.

        Raises:
            ProtocolError: The server has no such list: FileMaker Server 17.
            ServerError: The server says no.
        """
        return self._runs.run(metadata.layouts(self._home.place))

    def scripts(self) -> list[ListedScript]:
        """Read the list of scripts, each with its folders. Separators are left out. Raises as `layouts`."""
        return self._runs.run(metadata.scripts(self._home.place))

    def databases(self) -> list[str]:
        """Read the names of the server's files, without extension.

        Returns:
            Those that the account may open, where the server is set to filter them; else all that are open.

        Raises:
            CredentialError: The server wants to know who asks, and the credentials were not accepted.
        """
        return self._runs.run(metadata.databases(self._home.place))

    def product_info(self) -> ProductInfo:
        """Read what the server tells of itself. Current releases do not tell their version."""
        return self._runs.run(metadata.product_info(self._home.place))

    def layout_metadata(self, layout: type[Model] | str) -> LayoutMetadata:
        """Read what is on a layout: fields, portals, value lists.

        Args:
            layout: A model, or the layout's name.

        Returns:
            What the server tells of it.

        Raises:
            LayoutMissing: There is no such layout, or the account may not see it.
            ProtocolError: The server does not tell: FileMaker Server 17.
        """
        return self._runs.run(layouts.layout_metadata(self._home, layout))

    def layout(self, name: str) -> type[LayoutRecord]:
        """Give a model for a layout that has none, made of its metadata; they are asked for once per database object.

        Args:
            name: The layout's name.

        Returns:
            A class to be used like any other model. `stock.f["Qty on hand"]` is a query term, and
            `record["Qty on hand"]` a value.

        Raises:
            LayoutMissing: There is no such layout, or the account may not see it.
        """
        return self._runs.run(layouts.layout(self._home, name))

    def choices(
        self, field: Term[Any] | RepeatingTerm[Any] | str, /, record: Model | None = None
    ) -> list[Choice]:
        """Read the values that people choose from for a field: its value list on the layout.

        Args:
            field: The field: `Person.status`, or `Person.addresses.kind`; with a record also the attribute's name.
            record: The record that it is chosen for. A list of related values is that of the record, and what the
                record holds stays a choice though it has left the list.

        Returns:
            Pairs of the value, as text, and what people see for it, in the order of the list.

        Raises:
            NotOnLayout: The layout does not show the field, or shows it without a value list.
            RecordMissing: The record is there no more.
            TypeError: That is no field, or no record of its layout.
        """
        return self._runs.run(choosing.choices(self._home, field, record))

    def check(self, *models: type[Model]) -> Findings:
        """Compare models with the layouts as they are now: names, kinds, repetitions, portals, value lists.

        Args:
            models: The classes.

        Returns:
            What does not fit, each with a code and what to do; nothing, which is falsy, where all fits.

        Raises:
            ServerError: The server says no to something else than one layout.
            TypeError: There are no models, or one of them is none.
        """
        return self._runs.run(checks.check(self._home, models))
