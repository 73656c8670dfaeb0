"""A whole file: what a schema says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fmorm.server.schema.folders import Folders
from fmorm.server.schema.parts import Account, Layout, OAuth, Occurrence, Step, Table, ValueList
from fmorm.server.schema.rules import Rules


@dataclass(frozen=True, slots=True, eq=False)
class Schema:
    """A whole file."""

    name: str
    accounts: Mapping[str, Account]
    tables: Mapping[str, Table]
    occurrences: Mapping[str, Occurrence]
    steps: Mapping[str, tuple[Step, ...]]
    layouts: Mapping[str, Layout]
    rows: Mapping[str, tuple[Mapping[str, object], ...]]
    rules: Rules
    value_lists: Mapping[str, ValueList]
    folders: Folders
    source: str = ""

    def account(self, name: str, password: str) -> Account | None:
        """Give the account that these credentials open; account names ignore case, passwords do not."""
        found = self.accounts.get(name.casefold())
        return found if found and found.password == password else None

    def account_of_claris_id(self, token: str) -> Account | None:
        """Give the account that an id token opens."""
        return next((one for one in self.accounts.values() if one.claris_id == token), None)

    def account_of_oauth(self, oauth: OAuth) -> Account | None:
        """Give the account that a provider's identifier opens."""
        return next((one for one in self.accounts.values() if one.oauth == oauth), None)
