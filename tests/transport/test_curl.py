from __future__ import annotations

import email
import json
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from protocol.answers import READ, TOKEN
from transport.listening import Came, listening

from fmorm.transport.credentials import Account
from fmorm.transport.curl import MASK, as_curl
from fmorm.transport.http import HttpTransport
from fmorm.transport.settings import Settings
from fmorm.wire import requests
from fmorm.wire.containers import upload_of
from fmorm.wire.requests import Place, Request, Rows

PLACE = Place("vLatest", "crm")
URL = "https://fm.example.com"
SECRET = "s3cr3t-0f-1da"
LOG_IN = requests.log_in(
    PLACE,
    [
        {"database": "erp", "username": "ida", "password": SECRET},
        {"database": "web", "oAuthRequestId": SECRET, "oAuthIdentifier": SECRET},
    ],
)
LOG_OUT = requests.log_out(PLACE, TOKEN)


@pytest.fixture(scope="module")
def server() -> Iterator[Came]:
    with listening() as came:
        yield came


def paste(command: str, directory: Path | None = None) -> None:
    """Run a command as a shell does; without curl, do what its options say."""
    if shutil.which("curl"):
        alone = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "NO_PROXY": "*"}
        quiet = command.replace("curl ", "curl --silent --fail ", 1)
        subprocess.run(
            ["/bin/sh", "-c", quiet], check=True, env=alone, stdout=subprocess.DEVNULL, cwd=directory
        )
        return
    options = shlex.split(command)
    values = {name: options[options.index(name) + 1] for name in ("-X", "--data-raw") if name in options}
    headers = dict(options[n + 1].split(": ", 1) for n, name in enumerate(options) if name == "-H")
    url = next(one for one in options if one.startswith("http://"))
    httpx.request(values["-X"], url, headers=headers, content=values.get("--data-raw"), trust_env=False)


def sent_by_fmorm(request: Request, who: dict[str, str], url: str) -> None:
    transport = HttpTransport(Settings(url=url, database="crm", credentials=Account("ida", "pw")))
    transport.send(request, who)
    transport.close()


def is_the_same(server: Came, request: Request, secret: str, who: dict[str, str]) -> None:
    server.asked.clear()
    sent_by_fmorm(request, who, server.url)
    paste(as_curl(request, server.url).replace(MASK, secret, 1))  # a value may be the same signs
    by_fmorm, by_curl = server.shown()
    assert by_curl == by_fmorm


BEARER = {"Authorization": f"Bearer {TOKEN}"}
ODD = 'it\'s "odd"\n$HOME `id` \\ \t {a,b} [1-2] é 😀 %00 !x #'
PASTED: dict[str, Request] = {
    "find": requests.find(PLACE, "guest", query=[{"Name": ODD, ODD: "=="}], offset=0, limit=1),
    "range": requests.read_range(
        PLACE, ODD, offset=1, limit=5, sort=[{"fieldName": ODD, "sortOrder": "ascend"}], portals=[Rows(ODD)]
    ),
    "get": requests.get(PLACE, "..", "7", [Rows("a"), Rows("[b]", 1, 2)]),
    "create": requests.create(PLACE, "guest", {"Name": ODD}, {"p": [{"t::a": ODD}]}),
    "edit": requests.edit(PLACE, "guest", "7", fields={"A": "\ud800"}, portals={}, mod_id="3"),
    "delete": requests.delete(PLACE, "guest", "7"),
    "globals": requests.set_globals(PLACE, {"a::b": ODD}),
    "validate": requests.validate(PLACE),
}


@pytest.mark.parametrize("request_", PASTED.values(), ids=PASTED)
def test_the_command_sends_what_fmorm_sends(server: Came, request_: Request) -> None:
    is_the_same(server, request_, TOKEN, BEARER)


@given(st.dictionaries(st.text(), st.text()), st.text(min_size=1).filter(lambda name: name.strip(".")))
@settings(max_examples=15, deadline=None)
def test_any_values_and_names_survive_the_shell(fields: dict[str, str], layout: str) -> None:
    layout = layout.encode("utf-8", "replace").decode()
    with listening() as came:
        is_the_same(came, requests.create(PLACE, layout, fields, {}), TOKEN, BEARER)


def test_the_command_of_a_log_in_works_with_the_credentials_put_in(server: Came) -> None:
    who = Account("ida", "pw").headers()
    is_the_same(server, requests.log_in(PLACE), who["Authorization"], who)


def test_the_command_of_a_log_out_works_with_the_token_put_in(server: Came) -> None:
    is_the_same(server, LOG_OUT, TOKEN, {})


@pytest.mark.skipif(not shutil.which("curl"), reason="only curl itself knows how it reads -F")
@pytest.mark.parametrize("name", ["a.png", 'it\'s "odd" \\ é 😀 $HOME;type=x,y.png'])
def test_the_command_of_an_upload_sends_the_file(server: Came, name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(bytes(range(256)))
    file = upload_of(tmp_path / name, media_type="image/x-it")
    request = requests.upload(PLACE, "guest", "7", "Photo", file, "3")
    server.asked.clear()
    sent_by_fmorm(request, BEARER, server.url)
    paste(as_curl(request, server.url).replace(MASK, TOKEN), tmp_path)
    (_, target, headers, body), (_, by_curl, other, same) = server.asked
    assert by_curl == target
    assert other["authorization"] == headers["authorization"]
    assert part(other["content-type"], same) == part(headers["content-type"], body)


def part(content_type: str, body: bytes) -> tuple[Any, ...]:
    """The one part of a form: what it is and what is in it."""
    message = email.message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    (one,) = cast("list[Message]", message.get_payload())
    return one.get_content_type(), str(one["Content-Disposition"]), one.get_payload(decode=True)


def test_the_body_of_a_log_in_shows_which_files_it_opens_and_no_more() -> None:
    body = shlex.split(as_curl(LOG_IN, URL))[-1]
    assert json.loads(body) == {
        "fmDataSource": [
            {"database": "erp", "username": MASK, "password": MASK},
            {"database": "web", "oAuthRequestId": MASK, "oAuthIdentifier": MASK},
        ]
    }


@pytest.mark.parametrize(
    "request_",
    [
        LOG_IN,
        LOG_OUT,
        Request("GET", f"/oauth/{SECRET}", "sign-in", query={"state": SECRET}, private=True),
        Request("POST", "/x", "something new", body={"password": SECRET, "fmDataSource": []}, private=True),
    ],
    ids=str,
)
def test_nothing_private_is_in_the_command(request_: Request) -> None:
    command = as_curl(request_, URL)
    assert SECRET not in command
    assert TOKEN not in command


def test_an_address_in_brackets_is_no_range_of_addresses() -> None:
    command = shlex.split(as_curl(READ, "http://[::1]:8080"))
    assert "--globoff" in command
    assert f"http://[::1]:8080{READ.target}" in command
