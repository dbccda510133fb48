"""The portal of the examples in a real browser: a letter in and answered, a duplicate, a referral out."""

from __future__ import annotations

import json
import socket
import threading
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from medcom_bu import Emessage, VansEnvelope, parse, read, to_fhir, to_xml
from medcom_bu.envelopes import vans
from medcom_bu.exchange import accept, write
from medcom_bu.testing import factories
from tests.support.browser import Browser, needs_browser, opened
from tests.support.oracle import example

WIDTHS = (360, 1280)


@pytest.fixture
def portal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("PORTAL_FOLDER", str(tmp_path / "data"))
    return example("portal/portal", "fastapi", "uvicorn")


@pytest.fixture
def base(portal: ModuleType) -> Iterator[str]:
    """The portal at an address of this machine."""
    import uvicorn

    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(portal.app, log_level="error"))
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with opened(tmp_path_factory.mktemp("profile")) as session:
        yield session


def post(base: str, data: bytes) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(f"{base}/network", data)) as answer:
        return bytes(answer.read())


def letter(text: str) -> bytes:
    (message,) = factories.correspondence(subject="Alba", text=text)
    return to_xml(vans.wrap(message))


def outgoing(portal: ModuleType) -> list[bytes]:
    return [data for (data,) in portal.rows("SELECT data FROM outgoing ORDER BY id")]


@needs_browser
def test_a_day_at_the_portal(portal: ModuleType, base: str, browser: Browser) -> None:
    def go(path: str) -> None:
        browser.call("/url", {"url": base + path})

    def fill(**texts: str) -> None:
        for name, text in texts.items():
            browser.run(f"document.getElementById({json.dumps(name)}).value = {json.dumps(text)}")
        browser.run("document.querySelector('form').submit()")
        browser.call("/url", None, "GET")

    def seen() -> str:
        return str(browser.run("return document.querySelector('main').innerText"))

    came = letter("Kære PPR\nHun er 12 år & <glad>.")
    assert parse(post(base, came), VansEnvelope)
    post(base, came)  # a duplicate
    assert read(post(base, to_fhir(factories.care_communication(topic="Trivsel")))).report.ok
    assert post(base, b"<Emessage") == b""
    go("/")
    assert [line.partition(" 20")[0] for line in seen().splitlines() if " 20" in line] == ["Trivsel", "Alba"]
    for number, text in ((1, "Tak. Vi ses."), (2, "Tak.")):
        go(f"/traad/{number}")
        fill(text=text)
    replies = outgoing(portal)
    assert [read(data).report.ok for data in replies] == [True, True]
    go("/henvisning")
    fill(given="Alba")
    assert "patient.person_surname_name" in seen()
    assert browser.run("return document.getElementById('given').value") == "Alba"
    fill(cpr="0201609995", surname="Testesen", reason="Udredning ønskes.", report="WISC-V er gennemført.")
    sent = [parse(data, Emessage).letters[0] for data in outgoing(portal)[2:]]
    assert [type(each).__name__ for each in sent] == ["HospitalReferral", "BinaryLetter"]
    for each in replies:
        answered = read(each)
        post(base, write(accept(answered), like=answered))
    go("/sendt")
    assert seen().count("sendes første gang") == 2
    for width in WIDTHS:
        with browser.width(width):
            for path in ("/", "/traad/1", "/henvisning", "/sendt"):
                go(path)
                wide, inner = browser.run("const e = document.documentElement; return [e.scrollWidth, e.clientWidth]")
                assert wide <= inner, path
                assert browser.faults() == [], path
                loaded: Any = browser.run("return performance.getEntriesByType('resource').map(e => e.name)")
                assert all(name.startswith(base) for name in loaded), path
    assert {path.name for path in Path(portal.FOLDER).iterdir()} >= {"portal.db", "archive"}


def test_the_portal_is_short(portal: ModuleType) -> None:
    source = Path(str(portal.__file__)).read_text("utf-8")
    assert len([line for line in source.splitlines() if line.strip()]) <= 200


def test_what_the_portal_shows_is_escaped(portal: ModuleType) -> None:
    page = portal.filled({"given": '"><script>x</script>'}, {"": "<b>"})
    assert "<script>" not in page
    assert "<b>" not in page


def test_a_wrong_field_is_told_beside_it(portal: ModuleType) -> None:
    answer = portal.referred({"given": "Alba"})
    assert answer.status_code == 422
    assert "patient.person_surname_name" in answer.body.decode()
