"""What clients do with people and their pets, and that the server then has what the model has."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule
from server.client import Answer, Client, Clock
from server.robust.model import (
    AGE_TESTS,
    AGES,
    CHANGED_PETS,
    KINDS,
    NEW_PETS,
    PEOPLE_FIELDS,
    SCHEMA,
    TESTS,
    WORDS,
    Kept,
    Office,
    as_row,
    order,
    shown,
)

from fmorm.server import App


class OfficeMachine(RuleBasedStateMachine):
    """Does to a server what clients do, and the same to the model."""

    tally: ClassVar[Counter[str]] = Counter()
    people = Bundle("people")

    @initialize()
    def opens(self) -> None:
        self.app = App(SCHEMA, clock=Clock())
        self.client = Client(self.app)
        self.model = Office()
        self.highest = {"person": 0, "pets": 0}

    def teardown(self) -> None:
        self.app.close()

    # --- changes

    @rule(target=people, fields=PEOPLE_FIELDS, pets=st.lists(NEW_PETS, max_size=3))
    def creates(self, fields: dict[str, str], pets: list[dict[str, str]]) -> str:
        answer = self.call(
            "POST", "records", {"fieldData": fields, "portalData": {"pets": [as_row(pet) for pet in pets]}}
        )
        record_id = self.is_new("person", answer.response["recordId"])
        assert answer.response["modId"] == "0"
        key = self.client.fields(record_id)["Key"]
        self.model.people[record_id] = Kept(record_id, {"Key": key, "Name": "", "Age": "", **fields})
        self.made(answer, key, pets)
        return record_id

    @rule(person=people, fields=PEOPLE_FIELDS, knows=st.sampled_from([None, True, False]))
    def edits(self, person: str, fields: dict[str, str], *, knows: bool | None) -> None:
        kept = self.model.people.get(person)
        body: dict[str, Any] = {"fieldData": fields}
        if knows is not None and kept:
            body["modId"] = str(kept.mod_id if knows else kept.mod_id + 1)
        answer = self.call("PATCH", f"records/{person}", body)
        if kept is None:
            assert answer.code == 101
        elif knows is False:
            assert answer.code == 306
        else:
            kept.is_changed(fields)
            assert answer.response == {"modId": str(kept.mod_id)}

    @rule(
        person=people,
        fields=PEOPLE_FIELDS,
        changes=st.lists(CHANGED_PETS, max_size=2),
        pets=st.lists(NEW_PETS, max_size=2),
        wrong=st.sampled_from([None, None, None, "stranger", "stale", "unfit"]),
        gone=st.booleans(),
    )
    def edits_with_rows(
        self,
        person: str,
        fields: dict[str, str],
        changes: list[dict[str, str]],
        pets: list[dict[str, str]],
        wrong: str | None,
        *,
        gone: bool,
    ) -> None:
        kept = self.model.people.get(person)
        if kept is None:
            return
        own = self.model.pets_of(kept)
        rows: list[dict[str, str]] = [
            {"recordId": pet.record_id, "modId": str(pet.mod_id), **as_row(change)}
            for pet, change in zip(own, changes, strict=False)
        ]
        rows += map(as_row, pets)
        code = self.spoil(kept, rows, wrong)
        body: dict[str, Any] = {"fieldData": fields, "portalData": {"pets": rows}}
        doomed = own[-1:] if gone else []
        if doomed:
            body["deleteRelated"] = [f"pets.{pet.record_id}" for pet in doomed]
        answer = self.call("PATCH", f"records/{person}", body)
        assert answer.code == code
        if code:
            return
        kept.is_changed(fields)
        for pet, change in zip(own, changes, strict=False):
            pet.is_changed(change)
        self.made(answer, kept.fields["Key"], pets)
        for pet in doomed:
            del self.model.pets[pet.record_id]

    def spoil(self, person: Kept, rows: list[dict[str, str]], wrong: str | None) -> int:
        """Put a row that is refused at the end, and give the code; all of the request is undone then."""
        own = self.model.pets_of(person)
        strangers = [pet for pet in self.model.pets.values() if pet not in own]
        untouched = own[len(rows) :]
        match wrong:
            case "stranger" if strangers:
                rows.append({"recordId": strangers[0].record_id, "pets::Kind": "cow"})
                return 101
            case "stale" if untouched:
                pet = untouched[0]
                rows.append({"recordId": pet.record_id, "modId": str(pet.mod_id + 1), "pets::Kind": "cow"})
                return 306
            case "unfit":
                rows.append({"pets::Kind": ""})
                return 509
            case _:
                return 0

    @rule(target=people, person=people)
    def duplicates(self, person: str) -> str:
        answer = self.call("POST", f"records/{person}")
        kept = self.model.people.get(person)
        if kept is None:
            assert answer.code == 101
            return person
        record_id = self.is_new("person", answer.response["recordId"])
        key = self.client.fields(record_id)["Key"]
        assert key != kept.fields["Key"]
        self.model.people[record_id] = Kept(record_id, {**kept.fields, "Key": key})
        return record_id

    @rule(person=consumes(people))
    def deletes(self, person: str) -> None:
        answer = self.call("DELETE", f"records/{person}")
        kept = self.model.people.pop(person, None)
        assert answer.code == (0 if kept else 101)
        if kept:
            for pet in self.model.pets_of(kept):
                del self.model.pets[pet.record_id]

    @rule(person=people, other=people)
    def gives_all_pets_away(self, person: str, other: str) -> None:
        kept, owner = self.model.people.get(person), self.model.people.get(other)
        if kept is None or owner is None:
            return
        for pet in self.model.pets_of(kept):
            pet.is_changed({"Owner": owner.fields["Key"]})
            self.client.layout = "pets"
            answer = self.call(
                "PATCH", f"records/{pet.record_id}", {"fieldData": {"Owner": owner.fields["Key"]}}
            )
            self.client.layout = "person"
            assert answer.response == {"modId": str(pet.mod_id)}

    # --- reading

    @rule(person=people, offset=st.integers(1, 3), limit=st.integers(1, 3))
    def reads(self, person: str, offset: int, limit: int) -> None:
        kept = self.model.people.get(person)
        answer = self.call("GET", f"records/{person}", **{"_offset.pets": offset, "_limit.pets": limit})
        if kept is None:
            assert answer.code == 101
            return
        pets = self.model.pets_of(kept)
        self.is_shown(answer.record, kept, pets[offset - 1 : offset - 1 + limit], len(pets))

    @rule(
        test=st.sampled_from(list(TESTS)),
        words=st.lists(st.sampled_from((*WORDS, "A", "be")), min_size=1, max_size=2).map(" ".join),
        omits=st.booleans(),
    )
    def finds_names(self, test: str, words: str, *, omits: bool) -> None:
        found = [one for one in self.model.people.values() if TESTS[test](one, words) != omits]
        criterion = words if test == "words" else f"=={words}"
        self.finds({"Name": criterion, "omit": str(omits).lower()}, found)

    @rule(sign=st.sampled_from(list(AGE_TESTS)), age=AGES.filter(bool))
    def finds_ages(self, sign: str, age: str) -> None:
        found = [
            one
            for one in self.model.people.values()
            if (number := one.number("Age")) is not None and AGE_TESTS[sign](number, Decimal(age))
        ]
        self.finds({"Age": sign + age}, found)

    @rule()
    def finds_duplicates_and_empty_ones(self) -> None:
        people = list(self.model.people.values())
        times = Counter(one.fields["Name"].lower() for one in people)
        self.finds(
            {"Name": "!"},
            [one for one in people if one.fields["Name"] and times[one.fields["Name"].lower()] > 1],
        )
        self.finds({"Name": "="}, [one for one in people if not one.fields["Name"]])

    @rule(kind=KINDS)
    def finds_by_pets(self, kind: str) -> None:
        found = [
            one
            for one in self.model.people.values()
            if any(pet.fields["Kind"] == kind for pet in self.model.pets_of(one))
        ]
        self.finds({"pets::Kind": f"=={kind}"}, found)

    @rule(offset=st.integers(1, 4), limit=st.integers(1, 4), descends=st.booleans())
    def lists_by_age(self, offset: int, limit: int, *, descends: bool) -> None:
        sort = [{"fieldName": "Age", "sortOrder": "descend" if descends else "ascend"}]
        answer = self.call("GET", "records", _sort=sort, _offset=offset, _limit=limit)
        people = sorted(self.model.people.values(), key=lambda one: order(one, descends=descends))
        wanted = [one.record_id for one in people[offset - 1 : offset - 1 + limit]]
        if not wanted:
            assert answer.code == 101
            return
        assert [record["recordId"] for record in answer.records] == wanted

    @invariant()
    def everything_is_as_in_the_model(self) -> None:
        for layout, kept in (("person", self.model.people), ("pets", self.model.pets)):
            self.client.layout = layout
            rows = {"_limit.pets": 10_000} if layout == "person" else {}
            answer = self.call("GET", "records", _limit=10_000, **rows)
            assert answer.response["dataInfo"]["totalRecordCount"] == len(kept)
            for record, one in zip(answer.records, kept.values(), strict=True):
                pets = self.model.pets_of(one) if layout == "person" else []
                self.is_shown(record, one, pets, len(pets))
        self.client.layout = "person"

    # --- what is the same for all

    def call(self, method: str, path: str, body: object = None, **query: object) -> Answer:
        answer = self.client.call(method, path, body, **query)
        self.tally[f"{method} {answer.code}"] += 1
        return answer

    def is_new(self, layout: str, record_id: str) -> str:
        """See that no record has ever had an id."""
        assert int(record_id) > self.highest[layout]
        self.highest[layout] = int(record_id)
        return record_id

    def made(self, answer: Answer, owner: str, pets: list[dict[str, str]]) -> None:
        """Take new portal rows into the model; there is an entry for each field that was sent."""
        infos = iter(answer.response.get("newPortalRecordInfo", []))
        for pet in pets:
            sent = [next(infos) for _ in pet]
            assert all(
                one == {"tableName": "pets", "recordId": sent[0]["recordId"], "modId": "0"} for one in sent
            )
            record_id = self.is_new("pets", sent[0]["recordId"])
            self.model.pets[record_id] = Kept(record_id, {"Kind": "", "Legs": "", **pet, "Owner": owner})
        assert next(infos, None) is None

    def is_shown(self, record: Any, kept: Kept, pets: list[Kept], count_of_pets: int) -> None:
        assert (record["recordId"], record["modId"]) == (kept.record_id, str(kept.mod_id))
        assert {name: str(value) for name, value in record["fieldData"].items()} == {
            name: shown(value) for name, value in kept.fields.items()
        }
        rows = record["portalData"].get("pets", [])
        assert [(row["recordId"], row["modId"], row["pets::Kind"]) for row in rows] == [
            (pet.record_id, str(pet.mod_id), pet.fields["Kind"]) for pet in pets
        ]
        for info in record["portalDataInfo"]:
            assert (info["foundCount"], info["returnedCount"]) == (count_of_pets, len(pets))

    def finds(self, request: dict[str, str], found: list[Kept]) -> None:
        answer = self.call("POST", "_find", {"query": [request]})
        if not found:
            assert answer.code == 401
            return
        assert answer.response["dataInfo"]["foundCount"] == len(found)
        assert [record["recordId"] for record in answer.records] == [one.record_id for one in found]
