"""The verbs. Each is one line here; what it does is below, in `mapper`."""

from __future__ import annotations

from collections.abc import Mapping
from types import EllipsisType
from typing import Any, TypeVar, overload

from fmorm._async.files import AsyncFileVerbs
from fmorm._async.find import AsyncFind
from fmorm._async.loading import AsyncLoadingVerbs
from fmorm._async.many import AsyncManyVerbs
from fmorm._async.metadata import AsyncMetadataVerbs
from fmorm._async.raw import AsyncRaw
from fmorm._async.runs import AsyncRuns
from fmorm._async.scripting import AsyncScriptVerbs
from fmorm.mapper import creating, deleting, duplicating, reading, saving, updating
from fmorm.mapper.expected import ModId, RowMods
from fmorm.mapper.extras import Mode, extras_of
from fmorm.mapper.finding import Found
from fmorm.mapper.given import expect_model
from fmorm.mapper.home import Home
from fmorm.mapper.merging import OnConflict
from fmorm.model.records import Model
from fmorm.query.find import FindSpec
from fmorm.wire.scripts import AnyScripts

M = TypeVar("M", bound=Model)


class AsyncVerbs(AsyncLoadingVerbs, AsyncManyVerbs, AsyncFileVerbs, AsyncScriptVerbs, AsyncMetadataVerbs):
    """What can be done in a database: on any of its FileMaker sessions, or on a pinned one."""

    _home: Home
    _runs: AsyncRuns

    @property
    def raw(self) -> AsyncRaw:
        """The Data API as it is, for what the other verbs do not cover: requests and replies are its JSON."""
        return AsyncRaw(self._home, self._runs)

    # -- reading -------------------------------------------------------------------------------------------

    def find(self, model: type[M]) -> AsyncFind[M]:
        """Begin a find: nothing is sent until it is asked for records.

        Args:
            model: The class of the layout.

        Returns:
            A find of all records, to be narrowed with `where`, `omit`, `sort`, `limit`.
        """
        return AsyncFind(self._runs, Found(self._home, model, FindSpec(expect_model(model, "find").place)))

    async def get(
        self,
        model: type[M],
        record_id: str | int | None = None,
        /,
        *,
        script: AnyScripts = None,
        **key: Any,
    ) -> M:
        """Read one record, with the portals that the model declares.

        Args:
            model: The class of the layout.
            record_id: FileMaker's record id.
            script: A `Script` to run with it, or several.
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
            ScriptError: A script has ended with an error.
        """
        return await self._runs.run(reading.get(self._home, model, record_id, key, script))

    async def reload(self, record: M) -> M:
        """Read a record again, in place; changes that were not saved are dropped.

        Args:
            record: A record that exists in FileMaker.

        Returns:
            The same object, as FileMaker has it now.

        Raises:
            RecordMissing: It is there no more.
            RecordStateError: It was never created, or lives elsewhere.
        """
        return await self._runs.run(reading.refresh(self._home, record))

    # -- writing -------------------------------------------------------------------------------------------

    async def create(
        self,
        record: M,
        *,
        reload: bool = False,
        script: AnyScripts = None,
        entry_mode: Mode | None = None,
        prohibit_mode: Mode | None = None,
    ) -> M:
        """Create a record with its portal rows.

        Args:
            record: A record made in Python. What was never set is not sent, so that auto-enter works.
            reload: Whether to read back what FileMaker enters: serials, lookups, calculations.
            script: A `Script` to run with it, or several. Then it is not sent again by itself after a lost reply.
            entry_mode: `"script"` passes over the validation of fields, as a FileMaker script may.
            prohibit_mode: `"script"` writes also what may not be modified.

        Returns:
            The same object, which now knows its record id and mod id, and those of its rows.

        Raises:
            RecordStateError: It exists already.
            RefusedValue: A value does not meet a field's validation; nothing was created.
            OutcomeUnknown: The connection broke: it may have been created.
            ScriptError: It was created, and a script has ended with an error.
        """
        extras = extras_of(script, entry_mode, prohibit_mode)
        return await self._runs.run(creating.create(self._home, record, reload_after=reload, extras=extras))

    async def save(
        self,
        record: M,
        *,
        expect: ModId | EllipsisType | None = ...,
        expect_rows: RowMods | None = None,
        on_conflict: OnConflict = "raise",
        script: AnyScripts = None,
        entry_mode: Mode | None = None,
        prohibit_mode: Mode | None = None,
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
            script: A `Script` to run with it, or several. Then it is not sent again by itself after a lost reply.
            entry_mode: `"script"` passes over the validation of fields, as a FileMaker script may.
            prohibit_mode: `"script"` writes also what may not be modified.

        Returns:
            The same object, with nothing dirty any more; what they have changed is in it if a conflict was resolved.

        Raises:
            ConflictError: Somebody else saved it since, and the rule does not decide it, or a row was deleted that I
                have edited; nothing was written, and it is still dirty.
            RecordStateError: It was never created, or lives elsewhere.
            RefusedValue: A value does not meet a field's validation; nothing was written.
            OutcomeUnknown: The connection broke: it may have been saved; it is still dirty.
        """
        extras = extras_of(script, entry_mode, prohibit_mode)
        return await self._runs.run(
            saving.save(
                self._home,
                record,
                expect=expect,
                expect_rows=expect_rows,
                on_conflict=on_conflict,
                extras=extras,
            )
        )

    async def update(
        self,
        model: type[Model],
        record_id: str | int,
        values: Mapping[str, Any],
        *,
        mod_id: str | int | EllipsisType | None = ...,
        script: AnyScripts = None,
        entry_mode: Mode | None = None,
        prohibit_mode: Mode | None = None,
    ) -> str | None:
        """Edit a record without reading it.

        Args:
            model: The class of the layout.
            record_id: FileMaker's record id.
            values: Values by attribute; a repeating field takes one for each of its repetitions.
            mod_id: The mod id that it must still have; left out, whatever is there is overwritten. None, as a form
                without the field gives it, is refused.
            script: A `Script` to run with it, or several. Then it is not sent again by itself after a lost reply.
            entry_mode: `"script"` passes over the validation of fields, as a FileMaker script may.
            prohibit_mode: `"script"` writes also what may not be modified.

        Returns:
            The new mod id, where the server tells it.

        Raises:
            ConflictError: It has another mod id; nothing was written.
            AttributeError: The model has no such field, or it is read-only.
            pydantic.ValidationError: A value does not fit its field.
            OutcomeUnknown: The connection broke: it may have been saved.
        """
        extras = extras_of(script, entry_mode, prohibit_mode)
        return await self._runs.run(updating.update(self._home, model, record_id, values, mod_id, extras))

    @overload
    async def delete(
        self, record: Model, /, *, mod_id: str | int | EllipsisType | None = ..., script: AnyScripts = None
    ) -> None: ...
    @overload
    async def delete(
        self,
        model: type[Model],
        record_id: str | int,
        /,
        *,
        mod_id: str | int | EllipsisType | None = ...,
        script: AnyScripts = None,
    ) -> None: ...
    async def delete(
        self,
        target: Model | type[Model],
        record_id: str | int | None = None,
        /,
        *,
        mod_id: str | int | EllipsisType | None = ...,
        script: AnyScripts = None,
    ) -> None:
        """Delete a record, given itself or by class and record id.

        The Data API checks no mod id when it deletes. So where one is known the record is read and compared
        first; what happens between the two requests it cannot guard.

        Args:
            target: The record, or its class.
            record_id: FileMaker's record id, with a class.
            mod_id: The mod id that it must still have; left out, that of the record, and with a class any.
            script: A `Script` to run with it, or several. Then it is not sent again by itself after a lost reply.

        Raises:
            ConflictError: Somebody else saved it since; nothing was deleted.
            RecordMissing: It is there no more.
            OutcomeUnknown: The connection broke: it may have been deleted.
        """
        return await self._runs.run(deleting.delete(self._home, target, record_id, mod_id, extras_of(script)))

    async def duplicate(self, record: M, *, script: AnyScripts = None) -> M:
        """Let FileMaker make a copy of a record, and read it.

        Args:
            record: A record that exists in FileMaker. What is changed on it and not saved is not in the copy.
            script: A `Script` to run with it, or several.

        Returns:
            The copy: its auto-entered values are new, and related records are not copied.

        Raises:
            RecordMissing: The record is there no more.
            RecordStateError: It was never created, or lives elsewhere.
            RefusedValue: A value must be unique; nothing was created.
            OutcomeUnknown: The connection broke: there may be a copy.
            ConnectionLost: The copy was made, and reading it failed.
            ScriptError: The copy was made, and a script has ended with an error.
        """
        return await self._runs.run(duplicating.duplicate(self._home, record, script))
