"""What an account may do with records and fields, by its privilege sets in the files of the host."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final, Literal, TypeAlias

from fmorm.server import refusals
from fmorm.server.records.sight import Sight
from fmorm.server.refusals import Refusal
from fmorm.server.schema.parts import Account, Field, Table, TablePrivileges
from fmorm.server.schema.rules import Calculation, Rules

Act: TypeAlias = Literal["view", "edit", "delete"]
NO_ACCESS: Final = "<No Access>"
"""What FileMaker shows in place of a value that the account may not see; that the Data API does so is a guess."""


class Access:
    """The privileges of one session, file by file.

    Args:
        accounts: Who the session is in each file.
        rules: The formulas that decide of each record.
        sight: Gives what they see; nearly all privileges are without formulas, and do not ask.
    """

    def __init__(self, accounts: Mapping[str, Account], rules: Rules, sight: Callable[[], Sight]) -> None:
        self._accounts = accounts
        self._rules = rules
        self._sight = sight

    def check(self, act: Act, table: Table, record_id: int) -> None:
        """Refuse what the account may not do with a record; the code is a guess."""
        if not self.allows(act, table, record_id):
            raise Refusal(refusals.RECORD_DENIED)

    def check_creation(self, table: Table) -> None:
        """Refuse to make records where the account may not."""
        if not self._on(table).create:
            raise Refusal(refusals.RECORD_DENIED)

    def check_field(self, table: Table, field: Field) -> None:
        """Refuse to set a field that the account may not change."""
        allowed = self._on(table).fields.get(field.name.casefold(), "edit")
        if allowed != "edit":
            raise Refusal(refusals.FIELD_DENIED if allowed == "none" else refusals.FIELD_LOCKED)

    def allows(self, act: Act, table: Table, record_id: int) -> bool:
        """Tell whether the account may do something with a record: what it may not see it may not change, either."""
        privileges = self._on(table)
        if act != "view" and privileges.view is not True and not self.allows("view", table, record_id):
            return False
        rule = _rule(privileges, act)
        if isinstance(rule, bool):
            return rule
        sight = self._sight()
        sight.forget()  # the request may have changed the record meanwhile
        return sight.is_true(self._rules.access[privileges, act], record_id)

    def view_rule(self, table: Table) -> bool | Calculation:
        """Give what decides which records of a table are seen: yes, no, or a formula for each."""
        privileges = self._on(table)
        return self._rules.access[privileges, "view"] if isinstance(privileges.view, str) else privileges.view

    def sees_all(self, table: Table) -> bool:
        """Tell whether no record of a table is hidden."""
        return self._on(table).view is True

    def seen(self, table: Table, ids: Iterable[int]) -> list[int]:
        """Give the records that are not hidden."""
        if self.sees_all(table):
            return list(ids)
        return [one for one in ids if self.allows("view", table, one)]

    def shows(self, table: Table, field: Field) -> bool:
        """Tell whether the values of a field are shown."""
        return self._on(table).fields.get(field.name.casefold()) != "none"

    def shows_all(self, table: Table) -> bool:
        """Tell whether the values of all fields of a table are shown."""
        return "none" not in self._on(table).fields.values()

    def _on(self, table: Table) -> TablePrivileges:
        """Give the privileges in the file of a table, which may not have let the session in (the code is a guess)."""
        account = self._accounts.get(table.file)
        if account is None:
            raise Refusal(refusals.FILE_CLOSED)
        return account.privileges.on(table)


def _rule(privileges: TablePrivileges, act: Act) -> bool | str:
    match act:
        case "view":
            return privileges.view
        case "edit":
            return privileges.edit
        case "delete":
            return privileges.delete
