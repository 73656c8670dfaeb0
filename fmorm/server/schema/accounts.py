"""The accounts of a schema file, and the privilege sets that say what they may do."""

from __future__ import annotations

from collections.abc import Mapping

from fmorm.server.schema.fields import check_formula
from fmorm.server.schema.parts import (
    FULL,
    READ_ONLY,
    Account,
    OAuth,
    PrivilegeSet,
    Table,
    TablePrivileges,
)
from fmorm.server.schema.section import Section, unknown

_FIRST_ACCOUNT = Account("Admin", "")
"""What a new FileMaker file has."""
_OF_FIELDS = ("none", "view", "edit")


def read_accounts(whole: Section, tables: Mapping[str, Table]) -> dict[str, Account]:
    """Read `[accounts]` and `[privileges]` of a file."""
    sets = {one.name: one for one in (FULL, READ_ONLY)}
    for name, part in whole.section("privileges").sections():
        if name in sets:
            raise part.mistake("FileMaker has this privilege set already")
        sets[name] = _read_set(name, part, tables)
    parts = whole.section("accounts").sections()
    accounts = {name.casefold(): _read_account(name, part, sets) for name, part in parts}
    return accounts or {_FIRST_ACCOUNT.name.casefold(): _FIRST_ACCOUNT}


def _read_set(name: str, part: Section, tables: Mapping[str, Table]) -> PrivilegeSet:
    part.only("data_api", "tables")
    found: dict[str, TablePrivileges] = {}
    for table, one in part.section("tables").sections():
        if table not in tables:
            raise one.mistake(unknown("table", table, tables))
        found[table] = _read_table(one, tables[table])
    return PrivilegeSet(name, part.flag("data_api", default=True), found)


def _read_table(part: Section, table: Table) -> TablePrivileges:
    part.only("view", "edit", "delete", "create", "fields")
    return TablePrivileges(
        view=_read_rule(part, "view"),
        edit=_read_rule(part, "edit"),
        delete=_read_rule(part, "delete"),
        create=part.flag("create", default=True),
        fields=_read_fields(part.section("fields"), table),
    )


def _read_rule(part: Section, key: str) -> bool | str:
    """Read yes, no, or the formula that decides for each record."""
    given = part.raw(key)
    if isinstance(given, str):
        check_formula(part, key)
        return given
    return part.flag(key, default=True)


def _read_fields(part: Section, table: Table) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in part:
        if name.casefold() not in table.fields:
            known = [one.name for one in table.fields.values()]
            raise part.mistake(unknown("field", name, known), name)
        if part.text(name) not in _OF_FIELDS:
            raise part.mistake(unknown("privilege", part.text(name), _OF_FIELDS), name)
        found[name.casefold()] = part.text(name)
    return found


def _read_account(name: str, part: Section, sets: Mapping[str, PrivilegeSet]) -> Account:
    part.only("password", "privileges", "claris_id", "oauth")
    privileges = part.text("privileges", "full")
    if privileges not in sets:
        raise part.mistake(unknown("privilege set", privileges, sets), "privileges")
    if ":" in name:
        raise part.mistake("an account name with a colon cannot be sent in a Basic log-in")
    claris_id = _secret(part, "claris_id") if "claris_id" in part else None
    oauth = _read_oauth(part.section("oauth")) if "oauth" in part else None
    is_elsewhere = claris_id is not None or oauth is not None
    password = None if is_elsewhere and "password" not in part else part.text("password", "")
    return Account(name, password, sets[privileges], claris_id, oauth)


def _read_oauth(part: Section) -> OAuth:
    part.only("provider", "identifier")
    return OAuth(part.text("provider"), _secret(part, "identifier"))


def _secret(part: Section, key: str) -> str:
    """Give a text that a header can carry."""
    text = part.text(key)
    if not text or not text.isascii() or not text.isprintable() or " " in text:
        raise part.mistake("expected printable ASCII without spaces", key)
    return text
