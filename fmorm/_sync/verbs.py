# Written by tools/unasync.py from fmorm/_async/verbs.py: edit that file, not this one.
"""The verbs. Each is one line here; what it does is below, in `mapper`."""

from __future__ import annotations

from collections.abc import Mapping
from types import EllipsisType
from typing import Any, TypeVar, overload

from fmorm._sync.find import Find
from fmorm._sync.loading import LoadingVerbs
from fmorm._sync.many import ManyVerbs
from fmorm._sync.metadata import MetadataVerbs
from fmorm._sync.runs import Runs
from fmorm.mapper import files, reading, storing
from fmorm.mapper.expected import ModId, RowMods
from fmorm.mapper.finding import Found
from fmorm.mapper.given import expect_model
from fmorm.mapper.home import Home
from fmorm.mapper.merging import OnConflict
from fmorm.model.records import Model
from fmorm.query.find import FindSpec
from fmorm.query.terms import ContainerTerm
from fmorm.wire.containers import Progress, Source, upload_of

M = TypeVar("M", bound=Model)


class Verbs(LoadingVerbs, ManyVerbs, MetadataVerbs):
    """What can be done in a database: on any of its FileMaker sessions, or on a pinned one."""

    _home: Home
    _runs: Runs

    # -- reading -------------------------------------------------------------------------------------------

    def find(self, model: type[M]) -> Find[M]:
        """Begin a find: nothing is sent until it is asked for records.

        Args:
            model: The class of the layout.

        Returns:
            A find of all records, to be narrowed with `where`, `omit`, `sort`, `limit`.
        """
        return Find(self._runs, Found(self._home, model, FindSpec(expect_model(model, "find").place)))

    def get(self, model: type[M], record_id: str | int | None = None, /, **key: Any) -> M:
        """Read one record, with the portals that the model declares.

        Args:
            model: The class of the layout.
            record_id: FileMaker's record id.
            key: One business key and its value instead: `get(Person, id="4711")`.

        Returns:
            The record.

        Raises:
            RecordMissing: No record has this id.
            NotFound: No record has this key.
            MultipleFound: Several records have this key.
            TypeError: Neither was given, or both, or the field is no business key.
            ValueError: That is no record id.
            FindError: The key is empty.
        """
        return self._runs.run(reading.get(self._home, model, record_id, key))

    def reload(self, record: M) -> M:
        """Read a record again, in place; changes that were not saved are dropped.

        Args:
            record: A record that exists in FileMaker.

        Returns:
            The same object, as FileMaker has it now.

        Raises:
            RecordMissing: It is there no more.
            RecordStateError: It was never created, or lives elsewhere.
        """
        return self._runs.run(storing.refresh(self._home, record))

    # -- writing -------------------------------------------------------------------------------------------

    def create(self, record: M, *, reload: bool = False) -> M:
        """Create a record with its portal rows.

        Args:
            record: A record made in Python. What was never set is not sent, so that auto-enter works.
            reload: Whether to read back what FileMaker enters: serials, lookups, calculations.

        Returns:
            The same object, which now knows its record id and mod id, and those of its rows.

        Raises:
            RecordStateError: It exists already.
            RefusedValue: A value does not meet a field's validation; nothing was created.
            OutcomeUnknown: The connection broke: it may have been created.
        """
        return self._runs.run(storing.create(self._home, record, reload_after=reload))

    def save(
        self,
        record: M,
        *,
        expect: ModId | EllipsisType | None = ...,
        expect_rows: RowMods | None = None,
        on_conflict: OnConflict = "raise",
    ) -> M:
        """Save what was changed on a record and on its portal rows, in one request; nothing where nothing was.

        Args:
            record: A record that exists in FileMaker.
            expect: The mod id that it must still have, for changes that are based on an earlier reading, as
                those of a web form are; the one it was read with where it is left out. None, as a form without
                the field gives it, is refused.
            expect_rows: The mod ids that portal rows must still have, by record id, or by the portal's attribute and
                the record id where two portals have rows of one id. Rows that are left out must have the one that they
                were read with. A row that is to be deleted is compared only if it is named here.
            on_conflict: What to do if somebody else has saved it since. `"raise"` raises ConflictError. `"merge"`
                saves what both have changed, if those are different fields, repetitions and rows, and not of one
                merge group. `"mine"` and `"theirs"` do the same, and where both have changed the same thing, mine or
                theirs it is. A function is given the ConflictError and gives values by attribute for what both have
                changed; of a portal, values by record id and attribute, and None for a row that is to be removed.

        Returns:
            The same object, with nothing dirty any more; what they have changed is in it if a conflict was resolved.

        Raises:
            ConflictError: Somebody else saved it since, and the rule does not decide it, or a row was deleted that I
                have edited; nothing was written, and it is still dirty.
            RecordStateError: It was never created, or lives elsewhere.
            RefusedValue: A value does not meet a field's validation; nothing was written.
            OutcomeUnknown: The connection broke: it may have been saved; it is still dirty.
        """
        return self._runs.run(
            storing.save(self._home, record, expect=expect, expect_rows=expect_rows, on_conflict=on_conflict)
        )

    def update(
        self,
        model: type[Model],
        record_id: str | int,
        values: Mapping[str, Any],
        *,
        mod_id: str | int | EllipsisType | None = ...,
    ) -> str | None:
        """Edit a record without reading it.

        Args:
            model: The class of the layout.
            record_id: FileMaker's record id.
            values: Values by attribute; a repeating field takes one for each of its repetitions.
            mod_id: The mod id that it must still have; left out, whatever is there is overwritten. None, as a form
                without the field gives it, is refused.

        Returns:
            The new mod id, where the server tells it.

        Raises:
            ConflictError: It has another mod id; nothing was written.
            AttributeError: The model has no such field, or it is read-only.
            pydantic.ValidationError: A value does not fit its field.
            OutcomeUnknown: The connection broke: it may have been saved.
        """
        return self._runs.run(storing.update(self._home, model, record_id, values, mod_id))

    @overload
    def delete(self, record: Model, /, *, mod_id: str | int | EllipsisType | None = ...) -> None: ...
    @overload
    def delete(
        self, model: type[Model], record_id: str | int, /, *, mod_id: str | int | EllipsisType | None = ...
    ) -> None: ...
    def delete(
        self,
        target: Model | type[Model],
        record_id: str | int | None = None,
        /,
        *,
        mod_id: str | int | EllipsisType | None = ...,
    ) -> None:
        """Delete a record, given itself or by class and record id.

        The Data API checks no mod id when it deletes. So where one is known the record is read and compared
        first; what happens between the two requests it cannot guard.

        Args:
            target: The record, or its class.
            record_id: FileMaker's record id, with a class.
            mod_id: The mod id that it must still have; left out, that of the record, and with a class any.

        Raises:
            ConflictError: Somebody else saved it since; nothing was deleted.
            RecordMissing: It is there no more.
            OutcomeUnknown: The connection broke: it may have been deleted.
        """
        return self._runs.run(storing.delete(self._home, target, record_id, mod_id))

    # -- files -----------------------------------------------------------------------------------------------

    def upload(
        self,
        record: Model,
        field: str | ContainerTerm,
        source: Source,
        /,
        *,
        name: str | None = None,
        media_type: str | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Put a file into a container field, in place of what is there.

        It goes with the record's mod id. When the session expires meanwhile, the whole file is sent again.

        Args:
            record: A record that exists in FileMaker.
            field: The container: `Person.photo`, or the attribute's name.
            source: The file: its bytes, its path, or an open binary file that can be rewound.
            name: The name that FileMaker keeps it under; the file's own where it is left out.
            media_type: What it is, like `image/png`; guessed from its name where it is left out.
            progress: Is called with the bytes sent and the size; from the beginning where it is sent again.

        Raises:
            TypeError: That is no container, no file, or a stream that cannot be rewound; nothing was sent.
            ValueError: The file has no name.
            OSError: The file cannot be read.
            ConflictError: Somebody else has changed the record since it was read; nothing was stored.
            RecordStateError: The record was never created, or lives elsewhere.
            OutcomeUnknown: The connection broke: it may have been stored.
        """
        file = upload_of(source, name=name, media_type=media_type, progress=progress)
        return self._runs.run(files.upload(self._home, record, field, file))

    def download(self, record: Model, field: str | ContainerTerm, /) -> bytes:
        """Get the file of a container field.

        Args:
            record: A record that exists in FileMaker.
            field: The container: `Person.photo`, or the attribute's name.

        Returns:
            The file's bytes.

        Raises:
            NotFound: There is no file in it.
            RecordMissing: The record is there no more.
            TypeError: That is no container.
            ProtocolError: The server did not give the file.
            ConnectionLost: The connection broke.
        """
        return self._runs.run(files.download(self._home, record, field))
