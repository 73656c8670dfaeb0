"""`fmorm serve` as a person uses it."""

from __future__ import annotations

import re
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from fmorm import Database, Field, Model, __version__, field
from fmorm.cli import main

SCHEMA = Path(__file__).parent.parent.parent / "examples" / "people.toml"


class Person(Model, layout="person"):
    name: Field[str] = field("Name")


TLS = Path(__file__).parents[1] / "server" / "tls"


@contextmanager
def served(*options: str) -> Generator[tuple[subprocess.Popen[str], str]]:
    """Run the command, and give the process and the line that it prints when it is ready."""
    command = [sys.executable, "-W", "error", "-m", "fmorm", "serve", str(SCHEMA), *options, "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline()
        finally:
            process.kill()


def address(line: str) -> str:
    found = re.search(r"https?://[\d.]+:\d+", line)
    assert found, f"no address in {line!r}"
    return found[0]


def test_it_prints_its_address_once_it_answers_and_stops_quietly() -> None:
    with served() as (process, line):
        assert line.startswith("serving people at http://127.0.0.1:")
        with Database(address(line), "people", user="api", password="secret") as db:
            assert db.find(Person).count() == 3
        process.send_signal(signal.SIGINT)
        rest, complaints = process.communicate(timeout=10)
    assert (process.returncode, rest, complaints) == (0, "", "")


def test_data_survives_a_restart(tmp_path: Path) -> None:
    data = str(tmp_path / "people.sqlite3")
    for count in (4, 5):
        with served("--data", data) as (process, line):
            with Database(address(line), "people", user="api", password="secret") as db:
                db.create(Person(name="one more"))
                assert db.find(Person).count() == count
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=10)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "nowhere.toml"),
        ("[database\n", "fmorm serve: "),
        ('[database]\nname = "x"\n[tables.T.fields]\nF = "tekst"\n', "tekst"),
    ],
    ids=["missing", "no TOML", "unknown type"],
)
def test_a_wrong_schema_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, said: str
) -> None:
    schema = tmp_path / "nowhere.toml"
    if text is not None:
        schema.write_text(text)
    assert main(["serve", str(schema)]) == 2
    complaint = capsys.readouterr().err
    assert said in complaint
    assert complaint.count("\n") == 1


def test_a_port_in_use_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert main(["serve", str(SCHEMA), "--port", str(port)]) == 2
    assert f"cannot listen on 127.0.0.1 port {port}" in capsys.readouterr().err


def test_the_command_says_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["--version"])
    assert stopped.value.code == 0
    assert capsys.readouterr().out == f"fmorm {__version__}\n"


@pytest.mark.parametrize(("options", "status"), [(["--faults"], 201), ([], 404)])
def test_faults_can_be_set_only_where_that_is_switched_on(options: list[str], status: int) -> None:
    with served(*options) as (process, line):
        answer = httpx.post(f"{address(line)}/fmorm/faults/html", json={"status": 502})
        assert answer.status_code == status
        gone = httpx.get(f"{address(line)}/fmi/data/vLatest/productInfo").status_code == 502
        assert gone == (status == 201)
        process.send_signal(signal.SIGINT)
        rest, complaints = process.communicate(timeout=10)
    assert (process.returncode, complaints) == (0, "")
    assert ("/fmorm/faults" in line + rest) == (status == 201), "it says that faults can be set"


def test_it_speaks_https_with_a_certificate() -> None:
    certificate, key = TLS / "localhost.pem", TLS / "localhost.key"
    with served("--tls-cert", str(certificate), "--tls-key", str(key)) as (process, line):
        assert line.startswith("serving people at https://127.0.0.1:")
        trust = ssl.create_default_context(cafile=certificate)
        with Database(address(line), "people", user="api", password="secret", verify=trust) as db:
            assert db.find(Person).count() == 3
        process.send_signal(signal.SIGINT)
        rest, complaints = process.communicate(timeout=10)
    assert (process.returncode, rest, complaints) == (0, "", "")


def test_requests_are_logged_and_held_back(tmp_path: Path) -> None:
    log = tmp_path / "requests.log"
    with served("--log", str(log), "--latency", "60") as (_, line):
        httpx.get(f"{address(line)}/fmi/data/v1/productInfo")
        (written,) = log.read_text().splitlines()
    assert re.fullmatch(r"\S+ \S+ GET /fmi/data/v1/productInfo 200 0 \d+\.\d ms", written)
    assert float(written.split()[-2]) >= 59


def test_the_log_goes_to_standard_output_where_that_is_asked_for() -> None:
    with served("--log", "-") as (process, line):
        httpx.get(f"{address(line)}/nothing")
        assert process.stdout is not None
        assert " GET /nothing 404 1700 " in process.stdout.readline()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--tls-cert", "x"], "--tls-cert and --tls-key go together"),
        (["--tls-key", "x"], "--tls-cert and --tls-key go together"),
        (["--tls-cert", "x", "--tls-key", "y"], "x: No such file or directory"),
        (["--log", "/nowhere/log"], "/nowhere/log: No such file or directory"),
        (["nowhere.toml"], "No such file or directory: 'nowhere.toml'"),
        (
            [str(SCHEMA)],
            f'{SCHEMA}:4: database.name: another file has the name "people" (case does not count)',
        ),
        (["--code", "nowhere.py"], "No such file or directory: 'nowhere.py'"),
    ],
)
def test_options_that_cannot_be_meant_so_are_told_in_one_line(
    capsys: pytest.CaptureFixture[str], options: list[str], said: str
) -> None:
    assert main(["serve", str(SCHEMA), *options]) == 2
    complaint = capsys.readouterr().err
    assert complaint.startswith("fmorm serve: ")
    assert said in complaint
    assert complaint.count("\n") == 1


@pytest.mark.parametrize(
    "options", [["--latency", "-1"], ["--latency", "soon"], ["--port", "70000"], ["--release", "16"], []]
)
def test_options_of_the_wrong_form_are_told_with_the_usage(
    capsys: pytest.CaptureFixture[str], options: list[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["serve", *([str(SCHEMA), *options] if options else [])])
    assert stopped.value.code == 2
    assert "usage: fmorm serve" in capsys.readouterr().err


def test_several_files_a_release_and_scripts_are_served(tmp_path: Path) -> None:
    second, code = tmp_path / "second.toml", tmp_path / "people.py"
    second.write_text('[database]\nname = "second"\n[tables.T.fields]\nF = "text"\n')
    code.write_text(
        "from fmorm.server import Code\n\ncode = Code()\n\n\n"
        '@code.script("Greet")\ndef greet(run):\n    return "hello"\n'
    )
    with served(str(second), "--code", str(code), "--release", "18") as (process, line):
        assert line.startswith("serving people, second at http://127.0.0.1:"), process.communicate(timeout=10)
        api = f"{address(line)}/fmi/data/v1"
        product = httpx.get(f"{api}/productInfo").json()["response"]["productInfo"]
        assert product["version"].startswith("18.")
        answer = httpx.post(f"{api}/databases/people/sessions", auth=("api", "secret"), json={}).json()
        token = {"authorization": f"Bearer {answer['response']['token']}"}
        answer = httpx.get(f"{api}/databases/people/layouts/person/script/Greet", headers=token).json()
        assert answer["response"] == {"scriptResult": "hello", "scriptError": "0"}
