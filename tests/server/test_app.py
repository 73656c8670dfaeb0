from __future__ import annotations

import threading

from server.client import Client

from fmorm.server import App, Request, Schema
from fmorm.server.exchanges import masked


def test_the_last_exchanges_are_remembered(app: App, client: Client) -> None:
    client.create({"Code": "1"})
    request, reply = app.requests[-1]
    assert (request.method, reply.status) == ("POST", 200)
    assert request.body == b'{"fieldData": {"Code": "1"}}'
    assert b'"recordId":"1"' in reply.body
    for _ in range(300):
        client.send("GET", "/productInfo")
    assert len(app.requests) == 200


def test_no_exchange_holds_a_secret(app: App, client: Client) -> None:
    client.log_in("api", "secret", b'{"fmDataSource":[{"database":"x","username":"u","password":"hidden"}]}')
    client.call("GET", "records")
    client.send("DELETE", f"/databases/people/sessions/{client.token}")
    text = repr(list(app.requests))
    for secret in (client.token, "YXBpOnNlY3JldA", "hidden"):
        assert secret not in text, f"{secret} is remembered"
    assert "/sessions/***" in text


def test_what_remembers_exchanges_has_no_text_form_of_a_secret(app: App, client: Client) -> None:
    client.call("GET", "records")
    client.send("GET", "/databases/people/layouts/People/records", authorization="Basic aGlkZGVu")
    texts = [repr(app.requests), repr(vars(app.requests)), *map(repr, app.requests[-2:])]
    assert not [one for one in texts if client.token in one or "aGlkZGVu" in one]


def test_exchanges_can_be_forgotten_and_put_back(app: App, client: Client) -> None:
    client.call("GET", "records")
    seen = list(app.requests)
    app.requests.clear()
    assert not app.requests
    app.requests.extend(seen)
    assert list(app.requests) == seen


def test_a_token_of_another_server_is_a_secret_too(app: App, client: Client) -> None:
    client.send("DELETE", "/databases/people/sessions/of-another-server?x=1")
    assert app.requests[-1][0].target.endswith("/sessions/***?x=1")


def test_masking_leaves_the_reply_itself_alone(app: App, client: Client) -> None:
    assert len(client.log_in("api", "secret").response["token"]) == 52
    request = Request("GET", "/x", {"authorization": "Bearer t", "accept": "*/*"})
    hidden, _ = masked(request, app.handle(request))
    assert hidden.headers == {"authorization": "***", "accept": "*/*"}


def test_it_says_what_it_hosts(app: App, schema: Schema) -> None:
    assert app.databases == ["people"]
    assert list(app.schemas.values()) == [schema]


def test_many_threads_lose_no_update(client: Client) -> None:
    record_id = client.create({"Code": "1", "Size": "0"})
    done: list[int] = []

    def add(times: int) -> None:
        while times:
            record = client.get(record_id).record
            fields = {"Size": record["fieldData"]["Size"] + 1}
            if client.edit(record_id, fieldData=fields, modId=record["modId"]).code == 0:
                times -= 1
                done.append(1)

    threads = [threading.Thread(target=add, args=(20,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    record = client.get(record_id).record
    assert (record["fieldData"]["Size"], record["modId"], len(done)) == (80, "80", 80)


def test_an_app_that_is_closed_still_answers_in_filemakers_form(app: App, client: Client) -> None:
    app.close()
    assert client.call("GET", "records").code == 952
