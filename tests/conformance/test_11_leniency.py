"""11. What clients send, and what they rely on."""

from __future__ import annotations

import pytest
from conformance.asking import Answer, Club

pytest_plugins = ["conformance.asking"]

YEAR = "payments::Year"
DATABASE = "/databases/club"


@pytest.fixture
def ann(club: Club) -> str:
    return club.create({"Name": "Ann", "Score": 1}, portalData={"Dues": [{YEAR: 2024}, {YEAR: 2025}]})


@pytest.mark.parametrize("body", [b"", b"{}", b'{"fmDataSource":[]}'])
@pytest.mark.parametrize("path", [f"{DATABASE}/sessions", f"{DATABASE}/sessions/"])
def test_a_log_in_has_no_body_or_an_empty_one_and_maybe_a_slash(club: Club, body: bytes, path: str) -> None:
    assert len(club.log_in(content=body, path=path).response["token"]) == 52


def test_a_log_in_may_name_its_own_file_as_a_source(club: Club) -> None:
    body = b'{"fmDataSource":[{"database":"club","username":"api","password":"secret"}]}'
    assert club.log_in(content=body).code == "0"


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "records/", None),
        ("POST", "records/", {"fieldData": {}}),
        ("GET", "records/1/", None),
        ("PATCH", f"{DATABASE}/globals/", {"globalFields": {}}),
        ("GET", f"{DATABASE}/layouts/", None),
        ("GET", f"{DATABASE}/scripts/", None),
        ("POST", "_find/", {"query": [{"Name": "Ann"}]}),
        ("GET", "script/Say/", None),
        ("GET", "/productInfo/", None),
        ("GET", "/validateSession/", None),
    ],
)
def test_a_slash_at_the_end_of_a_path_does_not_matter(
    club: Club, ann: str, method: str, path: str, body: object
) -> None:
    assert club.call(method, path, body).code == "0"


@pytest.mark.parametrize("path", ["/productinfo", "/validatesession"])
def test_two_paths_may_be_in_lower_case(club: Club, path: str) -> None:
    assert club.call("GET", path).code == "0"


@pytest.mark.parametrize("content", [b"", b"{}"])
@pytest.mark.parametrize("has_header", [True, False])
def test_a_log_out_may_have_a_token_in_its_header_and_a_body(
    club: Club, content: bytes, has_header: bool
) -> None:
    headers = {"Authorization": f"Bearer {club.token}"} if has_header else {}
    if content:
        headers["Content-Type"] = "application/json"
    answer = club.send("DELETE", f"{club.base}{DATABASE}/sessions/{club.token}", content, headers)
    assert answer.response == {}


@pytest.mark.parametrize("text", ["portal=%5B%22Dues%22%5D", 'portal=["Dues"]', "portal=%5B+%22Dues%22+%5D"])
def test_portals_in_a_query_are_json(club: Club, ann: str, text: str) -> None:
    assert list(club.call("GET", f"records/{ann}?{text}").record["portalData"]) == ["Dues"]


def test_a_plus_in_a_query_is_a_space(club: Club, ann: str) -> None:
    response = club.call("GET", "records?script=Say&script.param=two+words").response
    assert response["scriptResult"] == "two words"


@pytest.mark.parametrize(
    "sort", ['[{"fieldName":"Name"}]', '[{"fieldName":"Name","sortOrder":"ascend"}]', "[]"]
)
def test_a_sort_in_a_query_is_json_with_or_without_an_order(club: Club, ann: str, sort: str) -> None:
    assert club.range(_sort=sort).column("Name") == ["Ann"]


@pytest.mark.parametrize("spelling", [1, "1"])
@pytest.mark.parametrize("omit", [True, "true"])
def test_a_find_takes_numbers_and_booleans_as_strings_too(
    club: Club, ann: str, spelling: object, omit: object
) -> None:
    answer = club.find({"Name": "x", "omit": omit}, offset=spelling, limit=spelling)
    assert answer.ids == [ann]


@pytest.mark.parametrize(
    "body",
    [
        {"portalData": {"Dues": [{"recordId": "1", YEAR: 1999}]}},
        {"fieldData": {}, "portalData": {"Dues": [{"recordId": "1", YEAR: 1999}]}},
    ],
)
def test_an_edit_may_be_of_portal_rows_only(club: Club, ann: str, body: dict[str, object]) -> None:
    assert club.edit(ann, **body).code == "0"
    assert club.get(ann).record["portalData"]["Dues"][0][YEAR] == 1999


@pytest.mark.parametrize("body", [{"fieldData": {}, "portalData": {}}, {"fieldData": {}}, {}])
def test_an_edit_of_nothing_changes_nothing(club: Club, ann: str, body: dict[str, object]) -> None:
    before = club.get(ann).text
    assert club.edit(ann, **body).response == {"modId": "0"}
    assert club.get(ann).text == before


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"", {}),
        (b"", {"Content-Type": "application/json"}),
        (b"{}", {"Content-Type": "application/json"}),
    ],
)
def test_a_duplicate_may_have_no_body(club: Club, ann: str, body: bytes, headers: dict[str, str]) -> None:
    headers = headers | {"Authorization": f"Bearer {club.token}"}
    path = f"{club.base}{DATABASE}/layouts/member/records/{ann}"
    assert club.send("POST", path, body, headers).response == {"recordId": "2", "modId": "0"}


ASKED = {"script": "Say", "script.param": "hello", "script.prerequest": "Say", "script.presort": "Loop"}
TOLD = ["scriptError.prerequest", "scriptError.presort", "scriptResult", "scriptError"]


@pytest.mark.parametrize("place", ["body", "query"])
@pytest.mark.parametrize("verb", ["create", "edit", "duplicate", "find"])
def test_scripts_are_asked_for_in_the_body_or_in_the_query(
    club: Club, ann: str, verb: str, place: str
) -> None:
    calls: dict[str, tuple[str, str, dict[str, object]]] = {
        "create": ("POST", "records", {"fieldData": {}}),
        "edit": ("PATCH", f"records/{ann}", {"fieldData": {}}),
        "duplicate": ("POST", f"records/{ann}", {}),
        "find": ("POST", "_find", {"query": [{"Name": "Ann"}]}),
    }
    method, path, body = calls[verb]
    asked = (body | ASKED, None) if place == "body" else (body, ASKED)
    response = club.call(method, path, *asked).response
    assert list(response)[:4] == TOLD
    assert response["scriptResult"] == "hello"


@pytest.mark.parametrize("verb", ["delete", "get", "range"])
def test_requests_without_a_body_ask_for_scripts_in_the_query(club: Club, ann: str, verb: str) -> None:
    method = "DELETE" if verb == "delete" else "GET"
    path = "records" if verb == "range" else f"records/{ann}"
    assert list(club.call(method, path, query=ASKED).response)[:4] == TOLD


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ('filename="a b.txt"', ".txt"),
        ("filename=plain.txt", ".txt"),
        ('filename="Ünï 日本.txt"', ".txt"),
        ("filename*=UTF-8''%C3%9Cn%C3%AF%20x.txt", ".txt"),
        ("filename=\"x.txt\"; filename*=UTF-8''%C3%9Cn%C3%AF.pdf", ".pdf"),
        ('filename="none"', ""),
    ],
)
def test_a_file_may_have_any_name_quoted_or_encoded(club: Club, ann: str, name: str, ending: str) -> None:
    assert club.upload(ann, f'name="upload"; {name}').response == {"modId": "1"}
    address = club.get(ann).fields["Photo"]
    assert address.partition("?")[0][-4:].endswith(ending)
    assert club.fetch(address, cookies=True).text == "content"


def test_a_part_of_another_name_is_refused(club: Club, ann: str) -> None:
    answer = club.upload(ann, 'name="file"; filename="a.txt"')
    assert answer.refusal == (400, "960")
    assert answer.messages[0]["message"] == "Upload payload must contain a part named 'upload'."


@pytest.mark.parametrize("name", ["Dues", "payments"])
def test_a_find_takes_parts_of_portals_in_its_query_or_in_its_body(club: Club, ann: str, name: str) -> None:
    body = {"query": [{"Name": "Ann"}]}
    answers = [
        club.call("POST", "_find", body, {f"_limit.{name}": 1, f"_offset.{name}": 2}),
        club.call("POST", "_find", body | {f"limit.{name}": 1, f"offset.{name}": 2}),
    ]
    for answer in answers:
        assert [row[YEAR] for row in answer.record["portalData"]["Dues"]] == [2025]


def test_errors_of_the_database_have_the_status_500(club: Club, ann: str) -> None:
    answers = [
        club.get("9"),
        club.edit(ann, fieldData={"Nothing": "x"}),
        club.on("nothing").range(),
        club.call("GET", "script/Nothing"),
        club.edit(ann, fieldData={"Name": "x"}, modId="7"),
        club.find({"Name": "nobody"}),
        club.edit(ann, fieldData={"Born": "2/30/2024"}),
    ]
    assert [answer.refusal for answer in answers] == [
        (500, code) for code in ("101", "102", "105", "104", "306", "401", "500")
    ]


def test_dead_tokens_and_wrong_log_ins_have_the_status_401(club: Club) -> None:
    assert club.log_in("api", "wrong").refusal == (401, "212")
    assert club.log_in("nobody").refusal == (401, "212")
    club.token = "x"
    assert club.range().refusal == (401, "952")


def test_unknown_parameters_have_the_status_400(club: Club) -> None:
    assert club.range(anything=1).refusal == (400, "960")
    assert club.find({"Name": "x"}, anything=1).refusal == (400, "960")


def photo(club: Club, ann: str) -> tuple[str, Answer]:
    """Upload a file, and give its address and the first answer there."""
    club.upload(ann, 'name="upload"; filename="a.txt"')
    address = club.get(ann).fields["Photo"]
    return address, club.fetch(address)


def test_the_address_of_a_file_redirects_and_sets_the_cookie_of_a_session(club: Club, ann: str) -> None:
    _, first = photo(club, ann)
    assert first.status == 302
    cookie = first.reply.headers["Set-Cookie"]
    assert cookie.startswith("X-FMS-Session-Key=")
    assert "HttpOnly" in cookie


def test_the_second_address_wants_the_cookie(club: Club, ann: str) -> None:
    _, first = photo(club, ann)
    second = first.reply.url.join(first.reply.headers["Location"])
    assert club.fetch(str(second)).status != 200
    cookie = first.reply.headers["Set-Cookie"].partition(";")[0]
    answer = club.send("GET", second.raw_path.decode(), headers={"Cookie": cookie})
    assert (answer.status, answer.text) == (200, "content")


def test_who_follows_redirects_with_cookies_gets_the_file(club: Club, ann: str) -> None:
    address, _ = photo(club, ann)
    answer = club.fetch(address, cookies=True)
    assert (answer.status, answer.text) == (200, "content")
    assert answer.reply.headers["Content-Length"] == "7"
    assert answer.reply.headers["Content-Type"].startswith("text/plain")
