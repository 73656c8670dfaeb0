"""A law: what is set on anything that a program holds is in the next save, or an error has said that it is not."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from mapper.guests import Guest, Home, home, loaded

from fmorm import PortalRows, RecordStateError, Repetitions, state
from fmorm.mapper.changes import changes
from fmorm.model.keeping import take_over

SOME = st.integers(0, 50)
TEXT = st.sampled_from("uvwxyz")


class Held(RuleBasedStateMachine):
    """One record, whose portal, rows and repetitions are held for ever; a server; what was set and must be sent.

    Attributes:
        server: The rows that the server has, by record id.
        held: Every row object that there ever was.
        due: What was set and neither saved, nor dropped by reading again or removing.
    """

    def __init__(self) -> None:
        super().__init__()
        self.server: dict[int, str] = {1: "a", 2: "b"}
        self.phone = "1"
        self.next = 3
        self.guest: Guest = self.read()
        self.rows: PortalRows[Home] = self.guest.homes
        self.phones: Repetitions[str] = self.guest.phones
        self.held: list[Home] = []
        self.due: dict[int, str] = {}
        self.phone_due: str | None = None

    def read(self) -> Guest:
        fields = {"Name": "Ida", "Phone(1)": self.phone, "Phone(2)": "", "Phone(3)": ""}
        return loaded([home(number, city) for number, city in self.server.items()], fields=fields)

    def row(self, which: int) -> Home:
        return self.held[which % len(self.held)]

    def forget(self) -> None:
        self.due.clear()
        self.phone_due = None

    # -- the program -------------------------------------------------------------------------------------------

    @rule()
    def hold_all(self) -> None:
        known = set(map(id, self.held))
        self.held += [row for row in self.rows if id(row) not in known]

    @rule(which=SOME, text=TEXT)
    @precondition(lambda self: bool(self.held))
    def set(self, which: int, text: str) -> None:
        row = self.row(which)
        free = state(row).record_id is None and state(row).owner is None  # it was removed, and never saved
        try:
            row.city = text
        except RecordStateError:
            assert not any(row is mine for mine in self.rows), "a row of the record refused to be set"
            return
        if not free:
            self.due[id(row)] = text

    @rule(text=TEXT)
    def set_phone(self, text: str) -> None:
        self.phones[0] = self.phone_due = text

    @rule(text=TEXT)
    def append_new(self, text: str) -> None:
        row = Home(city=text)
        self.rows.append(row)
        self.held.append(row)
        self.due[id(row)] = text

    @rule(which=SOME)
    @precondition(lambda self: bool(self.held))
    def append_again(self, which: int) -> None:
        row = self.row(which)
        try:
            self.rows.append(row)
        except RecordStateError:
            return
        self.due[id(row)] = row.city

    @rule(which=SOME)
    @precondition(lambda self: bool(self.held))
    def remove(self, which: int) -> None:
        row = self.row(which)
        try:
            self.rows.remove(row)
        except ValueError:
            return
        self.due.pop(id(row), None)

    # -- reading and saving ------------------------------------------------------------------------------------

    @rule()
    def read_again(self) -> None:
        take_over(self.guest, self.read())
        self.forget()

    @rule()
    def save(self) -> None:
        change = changes(self.guest)
        sent: dict[str, list[dict[str, Any]]] = change.portal_data()
        info: list[dict[str, str]] = []
        for row in sent.get("Homes", []):
            if "recordId" in row:
                self.server[int(row["recordId"])] = row["homes::City"]
                continue
            self.server[self.next] = row["homes::City"]
            own = [name for name in row if name.startswith("homes::")]
            places = ["homes" if name in own else "cities" for name in row]
            info += [{"tableName": place, "recordId": str(self.next), "modId": "0"} for place in places]
            self.next += 1
        for name in change.delete_related():
            del self.server[int(name.partition(".")[2])]
        self.phone = change.values.wire().get("Phone(1)", self.phone)
        change.confirm({"modId": "9", "newPortalRecordInfo": info})
        self.forget()

    # -- somebody else -----------------------------------------------------------------------------------------

    @rule(which=SOME)
    @precondition(lambda self: bool(self.server))
    def deleted_by_another(self, which: int) -> None:
        number = sorted(self.server)[which % len(self.server)]
        del self.server[number]
        self.read_again()

    @rule(text=TEXT)
    def created_by_another(self, text: str) -> None:
        self.server[self.next] = text
        self.next += 1
        self.read_again()

    # -- the law -----------------------------------------------------------------------------------------------

    @invariant()
    def what_is_due_is_sent(self) -> None:
        assert self.guest.homes is self.rows
        assert self.guest.phones is self.phones
        change = changes(self.guest)
        sent = change.portal_data().get("Homes", [])
        edited = {row["recordId"]: row["homes::City"] for row in sent if "recordId" in row}
        created = [row["homes::City"] for row in sent if "recordId" not in row]
        for row in self.held:
            if id(row) not in self.due:
                continue
            known = state(row).record_id
            if known is None:
                assert self.due[id(row)] in created
            else:
                assert edited.get(known, self.server[int(known)]) == self.due[id(row)]
        wanted = self.phone if self.phone_due is None else self.phone_due
        assert change.values.wire().get("Phone(1)", self.phone) == wanted

    @invariant()
    def the_rows_are_the_servers_with_the_changes(self) -> None:
        change = changes(self.guest)
        deleted = {int(name.partition(".")[2]) for name in change.delete_related()}
        mine = {int(known): row.city for row in self.rows if (known := state(row).record_id)}
        assert mine.keys() == self.server.keys() - deleted
        clean = {number: city for number, city in mine.items() if city == self.server[number]}
        edited = {int(row["recordId"]) for row in change.portal_data().get("Homes", []) if "recordId" in row}
        assert mine.keys() - clean.keys() == edited


TestHeld = Held.TestCase
