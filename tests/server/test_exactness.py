"""Replies as they are on the wire, byte for byte: members in their order, strings and numbers, headers."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections.abc import Iterator

import httpx
import pytest
from server.client import BASE, Answer, Client, Clock, basic

from fmorm.server import App, Schema
from fmorm.server.mounts.asgi import asgi_app

OK = '"messages":[{"code":"0","message":"OK"}]}'


def assert_tag_fits(answer: Answer) -> None:
    digest = base64.b64encode(hashlib.sha1(answer.reply.body, usedforsecurity=False).digest()).decode()[:27]
    assert answer.header("ETag") == f'W/"{len(answer.reply.body):x}-{digest}"'


@pytest.fixture
def agnes(client: Client) -> str:
    record_id = client.create(
        {
            "PrimaryKey": "A",
            "Name": 'Ä/"\\\r\t',
            "Code": "1",
            "Size": "0.50",
            "Born": "2/3/2024",
            "Run": "1:02",
        }
    )
    client.edit(record_id, portalData={"Addresses": [{"person_addresses::City": "Oslo"}]})
    return record_id


class TestRecords:
    def test_a_record_is_compact_unescaped_and_in_order(self, client: Client, agnes: str) -> None:
        assert client.get(agnes).text == (
            '{"response":{"dataInfo":{"database":"people","layout":"person","table":"person",'
            '"totalRecordCount":1,"foundCount":1,"returnedCount":1},"data":[{"fieldData":{"PrimaryKey":"A",'
            '"Number":1,"Name":"Ä/\\"\\\\\\r\\t","Born":"02/03/2024","Phone(1)":"","Phone(2)":"","Phone(3)":"",'
            '"Size":0.50,"Run":"01:02:00","Seen":"","Note":"","Code":"1","Setting":""},"portalData":{"Addresses":['
            '{"recordId":"1","person_addresses::City":"Oslo","person_addresses::Zip":"",'
            '"person_addresses::Since(1)":"","person_addresses::Since(2)":"","city_info::Population":"",'
            '"modId":"0"}],"person_visits":[]},"recordId":"1","modId":"0","portalDataInfo":['
            '{"portalObjectName":"Addresses","database":"people","table":"person_addresses",'
            '"foundCount":1,"returnedCount":1},'
            '{"database":"people","table":"person_visits","foundCount":0,"returnedCount":0}]}]},' + OK
        )

    def test_a_find_a_range_and_a_single_record_are_the_same_bytes(self, client: Client, agnes: str) -> None:
        single = client.get(agnes).text
        assert client.call("GET", "records").text == single
        assert client.find({"Code": 1}).text == single

    def test_a_layout_without_portals_has_empty_ones(self, client: Client, agnes: str) -> None:
        client.layout = "plain"
        assert '"portalData":{},"recordId":"1","modId":"0","portalDataInfo":[]}]}' in client.get(agnes).text

    def test_an_empty_table_has_no_data(self, client: Client) -> None:
        assert client.call("GET", "records").text == (
            '{"response":{"dataInfo":{"database":"people","layout":"person","table":"person",'
            '"totalRecordCount":0,"foundCount":0,"returnedCount":0},"data":[]},' + OK
        )

    def test_the_response_layout_is_the_one_that_is_told(self, client: Client, agnes: str) -> None:
        answer = client.get(agnes, **{"layout.response": "short"})
        assert '"layout":"short","table":"person"' in answer.text
        assert '"fieldData":{"Name":' in answer.text

    def test_a_number_of_many_digits_is_a_bare_literal(self, client: Client, agnes: str) -> None:
        digits = "3070884973408833919385016168376332397025719676107210536517"
        client.edit(agnes, fieldData={"Size": digits})
        assert f'"Size":{digits},' in client.get(agnes).text

    def test_text_in_a_number_field_is_text(self, client: Client, agnes: str) -> None:
        client.edit(agnes, fieldData={"Size": "about 5", "Note": "10"})
        assert '"Size":"about 5",' in client.get(agnes).text
        assert '"Note":"10",' in client.get(agnes).text


class TestWrites:
    def test_what_they_answer(self, client: Client) -> None:
        rows = [{"person_addresses::City": "Oslo", "person_addresses::Zip": "1"}]
        created = client.call(
            "POST", "records", {"fieldData": {"Code": "1"}, "portalData": {"Addresses": rows}}
        )
        told = '{"tableName":"person_addresses","recordId":"1","modId":"0"}'
        assert created.text == (
            f'{{"response":{{"recordId":"1","modId":"0","newPortalRecordInfo":[{told},{told}]}},{OK}'
        ), "one for each field of the row"
        assert client.edit("1", fieldData={"Name": "x"}).text == '{"response":{"modId":"1"},' + OK
        assert client.edit("1", fieldData={"Name": "y"}, modId=1).text == '{"response":{"modId":"2"},' + OK
        client.edit("1", fieldData={"Code": ""}, options={"entrymode": "script"})
        assert client.call("POST", "records/1", {}).code == 509, "a copy is validated, too"
        assert client.call("DELETE", "records/1").text == '{"response":{},' + OK

    def test_global_fields_and_sessions(self, client: Client) -> None:
        body = {"globalFields": {"Person::Setting": "x"}}
        assert client.call("PATCH", "/databases/people/globals", body).text == '{"response":{},' + OK
        assert client.call("GET", "/validateSession").text == '{"response":{},' + OK
        log_in = client.log_in("api", "secret")
        token = log_in.header("X-FM-Data-Access-Token")
        assert re.fullmatch("[0-9a-f]{52}", token or "")
        assert log_in.text == f'{{"response":{{"token":"{token}"}},{OK}'
        assert client.send("DELETE", f"/databases/people/sessions/{token}").text == '{"response":{},' + OK

    @pytest.mark.parametrize("value", [None, True, False, [], ["x"], {}, {"a": "b"}])
    @pytest.mark.parametrize("member", ["fieldData", "portalData"])
    def test_values_are_texts_or_numbers(
        self, client: Client, agnes: str, member: str, value: object
    ) -> None:
        rows = {"Addresses": [{"person_addresses::City": value}]}
        answer = client.edit(agnes, **{member: {"Name": value} if member == "fieldData" else rows})
        assert (answer.status, answer.code) == (400, 960)
        assert client.get(agnes).record["modId"] == "0"


class TestErrors:
    @pytest.mark.parametrize(
        ("method", "path", "status", "message"),
        [
            ("GET", "records/99", 500, '{"code":"101","message":"Record is missing"}'),
            ("GET", "records?_offset=1", 500, '{"code":"101","message":"Record is missing"}'),
            (
                *("PUT", "records", 405),
                '{"code":"1704","message":"Resource doesn\'t support the specified HTTP verb"}',
            ),
            ("GET", "records?limit=1", 400, '{"message":"Unknown parameter(s): limit","code":"960"}'),
        ],
    )
    def test_their_bytes(self, client: Client, method: str, path: str, status: int, message: str) -> None:
        answer = client.call(method, path)
        assert (answer.status, answer.text) == (status, f'{{"messages":[{message}],"response":{{}}}}')
        assert_tag_fits(answer)

    def test_no_layout(self, client: Client) -> None:
        client.layout = "x"
        answer = client.call("GET", "records")
        assert (answer.status, answer.text) == (
            500,
            '{"messages":[{"code":"105","message":"Layout is missing"}],"response":{}}',
        )

    def test_nothing_found(self, client: Client) -> None:
        answer = client.find({"Name": "nobody"})
        assert (answer.status, answer.text) == (
            500,
            '{"messages":[{"code":"401","message":"No records match the request"}],"response":{}}',
        )

    @pytest.mark.parametrize(
        ("authorization", "message"),
        [
            (
                "",
                '{"code":"10","message":"Request validation failed: Parameter (Authorization) is required"}',
            ),
            ("Bearer x", '{"code":"952","message":"Invalid FileMaker Data API token (*)"}'),
            ("Basic x", '{"code":"952","message":"Invalid FileMaker Data API token (*)"}'),
            ("Digest x", '{"code":"212","message":"Authorization header missing \'Basic\' or \'Bearer\'."}'),
        ],
    )
    def test_no_token(self, client: Client, authorization: str, message: str) -> None:
        answer = client.send("GET", "/validateSession", authorization=authorization)
        assert (answer.status, answer.text) == (401, f'{{"messages":[{message}],"response":{{}}}}')

    @pytest.mark.parametrize(
        ("authorization", "message"),
        [
            ("", '{"message":"HTTP Authorization header or OAuth headers are missing.","code":"10"}'),
            ("Basic x", '{"code":"212","message":"Authorization header \'Basic\' invalid."}'),
            (
                basic("api", "no"),
                '{"code":"212","message":"Invalid user account and/or password; please try again"}',
            ),
        ],
    )
    def test_no_log_in(self, client: Client, authorization: str, message: str) -> None:
        answer = client.send("POST", "/databases/people/sessions", authorization=authorization)
        assert (answer.status, answer.text) == (401, f'{{"messages":[{message}],"response":{{}}}}')

    def test_no_part_to_upload(self, client: Client, agnes: str) -> None:
        answer = client.send(
            "POST",
            f"/databases/people/layouts/person/records/{agnes}/containers/Name",
            body=b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nx\r\n--b--\r\n',
            content_type="multipart/form-data; boundary=b",
            authorization=f"Bearer {client.token}",
        )
        message = '{"message":"Upload payload must contain a part named \'upload\'.","code":"960"}'
        assert (answer.status, answer.text) == (400, f'{{"messages":[{message}],"response":{{}}}}')


class TestHeaders:
    def test_they_are_filemakers_and_the_tag_is_the_hash_of_the_body(
        self, client: Client, agnes: str
    ) -> None:
        answer = client.get(agnes)
        assert [name for name, _ in answer.reply.headers] == [
            "Content-Type",
            "Cache-Control",
            "ETag",
            "Vary",
            "X-Frame-Options",
            "X-XSS-Protection",
            "Access-Control-Allow-Origin",
            "Access-Control-Allow-Headers",
            "Access-Control-Allow-Credentials",
            "X-Content-Type-Options",
        ]
        assert_tag_fits(answer)

    def test_what_the_server_says_of_itself_has_no_tag(self, client: Client) -> None:
        names = [name for name, _ in client.send("GET", "/productInfo").reply.headers]
        assert "ETag" not in names
        assert "Cache-Control" not in names

    @pytest.mark.parametrize(
        ("accepted", "encoding"),
        [
            ("gzip", "gzip"),
            ("deflate, gzip;q=0.5", "gzip"),
            ("*", "gzip"),
            ("gzip;q=0", None),
            ("identity", None),
        ],
    )
    def test_the_tag_of_a_packed_reply_is_that_of_the_plain_one(
        self, app: App, client: Client, agnes: str, accepted: str, encoding: str | None
    ) -> None:
        client.edit(agnes, fieldData={"Note": "x" * 1024})
        headers = {"accept-encoding": accepted, "authorization": f"Bearer {client.token}"}
        reply = over_asgi(app, f"http://x{BASE}/databases/people/layouts/person/records/{agnes}", headers)
        assert reply.headers.get("content-encoding") == encoding
        assert reply.headers["etag"] == client.get(agnes).header("ETag")
        assert reply.text == client.get(agnes).text

    def test_a_session_that_is_not_used_ends(self, client: Client, clock: Clock) -> None:
        clock.seconds += 15 * 60
        assert client.call("GET", "/validateSession").code == 952


def over_asgi(app: App, url: str, headers: dict[str, str]) -> httpx.Response:
    async def fetch() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(asgi_app(app))) as client:
            return await client.get(url, headers=headers)

    return asyncio.run(fetch())


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_scheme_of_a_request_is_known(app: App, scheme: str) -> None:
    over_asgi(app, f"{scheme}://x{BASE}/productInfo", {})
    assert app.requests[-1][0].scheme == scheme


class TestDatabases:
    @pytest.fixture
    def filtering(self, schema: Schema) -> Iterator[Client]:
        app = App(schema, filter_databases=True)
        yield Client(app)
        app.close()

    def test_anybody_sees_them(self, client: Client) -> None:
        assert client.send("GET", "/databases").text == '{"response":{"databases":[{"name":"people"}]},' + OK
        assert client.send("GET", "/databases", authorization="Basic x").code == 0

    def test_filtered_they_want_credentials(self, filtering: Client) -> None:
        missing = filtering.send("GET", "/databases")
        assert (missing.status, missing.code) == (401, 10)
        refused = filtering.send("GET", "/databases", authorization=basic("api", "no"))
        assert (refused.status, refused.code) == (401, 212)
        listed = filtering.send("GET", "/databases", authorization=basic("api", "secret"))
        assert listed.response == {"databases": [{"name": "people"}]}
