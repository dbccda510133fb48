"""The examples of ``docs/examples``, driven by the test clients of their frameworks."""

from __future__ import annotations

import ast
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

import medcom_bu
from medcom_bu import Emessage, batch, to_dict
from medcom_bu.exchange import matches
from medcom_bu.testing import assert_valid
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples
from tests.robustness.canaries import LEAK
from tests.support import ROOT
from tests.support.oracle import example
from tests.support.paths import changed

EXAMPLES = sorted((ROOT / "docs" / "examples").glob("*.py"))
MAIL = letter_samples()["XDIS91/XD9134L"]
PERSON = "0201609995"
NAME = "Testesen"
NO_RECEIPT = changed(MAIL, {"envelope.acknowledgement_code": "minuspositivkvitt"})
BROKEN = medcom_bu.to_xml(MAIL).replace(b"<TypeCode>XDIS91", b"<TypeCode>XDIS90")
BODY = {
    "cpr": PERSON,
    "surname": NAME,
    "given_name": "Test",
    "reason": "Udredning \u00f8nskes.",
    "diagnosis_code": "DZ032",
    "diagnosis_text": "Observation",
}

Post = Callable[[str, bytes], tuple[int, bytes]]


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Everything that is logged, by whomever; nothing of it may tell who a message is about."""
    caplog.set_level(logging.DEBUG)
    yield caplog
    logged = "\n".join(logging.Formatter().format(record) for record in caplog.get_records("call"))
    for told in (PERSON, NAME, "Udredning", "Let behandlingstilbud"):
        assert told not in logged
    assert not LEAK.search(logged)


@pytest.fixture
def fastapi_app(log: pytest.LogCaptureFixture) -> tuple[ModuleType, Post]:
    app = example("fastapi_app", "fastapi", "httpx2")
    from fastapi.testclient import TestClient

    client = TestClient(app.app)

    def post(path: str, body: bytes) -> tuple[int, bytes]:
        response = client.post(path, content=body, headers={"content-type": "application/json"})
        return response.status_code, response.content

    return app, post


@pytest.fixture
def django_views(log: pytest.LogCaptureFixture) -> tuple[ModuleType, Post]:
    views = example("django_views", "django")
    from django.test import Client
    from django.urls import clear_url_caches

    clear_url_caches()
    client = Client(headers={"host": "localhost"})

    def post(path: str, body: bytes) -> tuple[int, bytes]:
        response = client.post(path, body, content_type="application/octet-stream")
        return response.status_code, response.content

    return views, post


@pytest.fixture(params=["fastapi_app", "django_views"])
def web(request: pytest.FixtureRequest) -> tuple[ModuleType, Post]:
    served: tuple[ModuleType, Post] = request.getfixturevalue(request.param)
    return served


def receipt(body: bytes) -> Emessage:
    assert_valid(body)
    return medcom_bu.parse(body, Emessage)


def test_a_letter_is_kept_and_answered(web: tuple[ModuleType, Post]) -> None:
    module, post = web
    status, body = post("/messages", medcom_bu.to_xml(MAIL))
    assert status == 200
    assert type(receipt(body).letters[0]) is medcom_bu.PositiveReceipt
    assert matches(MAIL, receipt(body))
    assert [to_dict(MAIL)] == module.STORE
    assert medcom_bu.from_dict(json.loads(json.dumps(module.STORE[0]))) == MAIL


def test_a_letter_that_wants_no_receipt_gets_none(web: tuple[ModuleType, Post]) -> None:
    module, post = web
    assert post("/messages", medcom_bu.to_xml(NO_RECEIPT)) == (204, b"")
    assert [to_dict(NO_RECEIPT)] == module.STORE


def test_a_wrong_letter_is_refused(web: tuple[ModuleType, Post]) -> None:
    module, post = web
    status, body = post("/messages", BROKEN)
    assert status == 200
    assert type(receipt(body).letters[0]) is medcom_bu.NegativeReceipt
    assert matches(MAIL, receipt(body))
    assert module.STORE == []


@pytest.mark.parametrize("data", [b"", b"CANARY", b"<Emessage>CANARY"])
def test_what_cannot_be_answered_by_a_receipt_gets_the_report(web: tuple[ModuleType, Post], data: bytes) -> None:
    module, post = web
    status, body = post("/messages", data)
    assert status == 422
    assert json.loads(body).keys() == {"verdict", "ok", "complete", "layers", "issues"}
    assert module.STORE == []


def test_a_message_of_the_other_standard_is_answered_by_it(web: tuple[ModuleType, Post]) -> None:
    module, post = web
    care = fhir_samples()["CareCommunication/5.0"]
    status, body = post("/messages", medcom_bu.to_fhir(care, "xml"))
    assert (status, medcom_bu.detect(body)) == (200, medcom_bu.WireFormat.FHIR_XML)
    assert matches(care, medcom_bu.parse(body))
    assert [to_dict(care)] == module.STORE


def test_a_referral_is_sent_from_a_json_body(fastapi_app: tuple[ModuleType, Post]) -> None:
    module, post = fastapi_app
    status, body = post("/referrals", json.dumps(BODY).encode())
    assert status == 202
    (sent,) = module.OUTBOX
    assert_valid(sent)
    message = medcom_bu.parse(sent, Emessage)
    (letter,) = message.letters
    assert isinstance(letter, medcom_bu.HospitalReferral)
    assert letter.patient.identifier.reveal() == PERSON
    assert json.loads(body) == {"messages": [message.envelope.identifier]}
    assert [to_dict(message)] == module.STORE


def test_all_that_is_wrong_with_a_referral_is_told_in_danish(fastapi_app: tuple[ModuleType, Post]) -> None:
    module, post = fastapi_app
    status, body = post("/referrals", json.dumps(BODY | {"cpr": "1", "surname": ""}).encode())
    assert status == 422
    report = json.loads(body)
    assert not report["ok"]
    assert len([issue for issue in report["issues"] if issue["severity"] == "error"]) == 2
    assert module.OUTBOX == module.STORE == []


def test_a_body_that_is_none_is_not_repeated(fastapi_app: tuple[ModuleType, Post]) -> None:
    _, post = fastapi_app
    assert post("/referrals", json.dumps({**BODY, "cpr": [PERSON]}).encode()) == (
        422,
        b'[{"loc":["body","cpr"],"type":"string_type"}]',
    )


def test_plain_data_is_sent_as_a_letter(django_views: tuple[ModuleType, Post]) -> None:
    module, post = django_views
    referral = letter_samples()["XREF01/XH0131R"]
    status, body = post("/referrals", json.dumps(to_dict(referral)).encode())
    assert (status, json.loads(body)) == (202, {"messages": ["KUVERT00000001"]})
    assert [medcom_bu.to_xml(referral)] == module.OUTBOX
    assert [to_dict(referral)] == module.STORE


WRONG = to_dict(changed(letter_samples()["XREF01/XH0131R"], {"letters[0].letter.status_code": "gammelt"}))


@pytest.mark.parametrize(
    ("data", "status", "key"),
    [
        (b"{", 400, "error"),
        (b"\xff", 400, "error"),
        (b"[" * 100_000, 400, "error"),
        (b"[]", 400, "error"),
        (b"{}", 400, "error"),
        (json.dumps(to_dict(MAIL) | {NAME: PERSON}).encode(), 400, "error"),
        (json.dumps(WRONG).encode(), 422, "issues"),
        (json.dumps(to_dict(fhir_samples()["CareCommunication/5.0"])).encode(), 422, "issues"),
    ],
)
def test_plain_data_that_is_no_valid_letter_is_not_sent(
    django_views: tuple[ModuleType, Post], data: bytes, status: int, key: str
) -> None:
    module, post = django_views
    came, body = post("/referrals", data)
    assert came == status
    assert key in json.loads(body)
    assert PERSON.encode() not in body
    assert module.OUTBOX == module.STORE == []


@pytest.fixture
def queue(log: pytest.LogCaptureFixture) -> Iterator[tuple[ModuleType, Callable[[], None]]]:
    module = example("task_queue", "dramatiq")
    import dramatiq

    worker = dramatiq.Worker(module.broker, worker_timeout=10, worker_threads=1)
    worker.start()

    def finish() -> None:
        for _ in range(2):  # a task may have sent another
            module.broker.join("default", fail_fast=False)
            worker.join()

    yield module, finish
    worker.stop()
    module.broker.close()


def test_the_queue_keeps_a_letter_and_sends_its_receipt(queue: tuple[ModuleType, Callable[[], None]]) -> None:
    module, finish = queue
    key = module.receive(medcom_bu.to_xml(MAIL))
    finish()
    assert module.STORE[key] == to_dict(MAIL)
    (sent,) = module.OUTBOX
    assert matches(MAIL, receipt(sent))
    assert type(receipt(sent).letters[0]) is medcom_bu.PositiveReceipt


def test_the_queue_refuses_a_wrong_letter(queue: tuple[ModuleType, Callable[[], None]]) -> None:
    module, finish = queue
    module.receive(BROKEN)
    module.receive(b"CANARY")
    module.receive(medcom_bu.to_xml(NO_RECEIPT))
    finish()
    (sent,) = module.OUTBOX
    assert type(receipt(sent).letters[0]) is medcom_bu.NegativeReceipt


def test_a_task_that_fails_tells_no_content(
    queue: tuple[ModuleType, Callable[[], None]], log: pytest.LogCaptureFixture
) -> None:
    module, finish = queue
    key = module.receive(medcom_bu.to_xml(MAIL))
    finish()
    module.RECEIVED[key] = medcom_bu.to_xml(MAIL).decode("latin-1")
    module.handle.send_with_options(args=(key,), max_retries=0)
    finish()
    assert "not str: open the file in binary mode" in log.text
    assert len(module.OUTBOX) == 1


CLUSTER = """
import sys
from types import SimpleNamespace

import dask_archive

def judge_part(target, files, whole=dask_archive.judge_part):
    if any("poison" in name for name in files):
        raise dask_archive.KilledWorker("a part", SimpleNamespace(address="tcp://127.0.0.1:1"), 3)
    whole(target, files)

if __name__ == "__main__":
    dask_archive.FILES = 8
    dask_archive.judge_part = judge_part
    dask_archive.main(*sys.argv[1:])
"""


def test_a_cluster_judges_an_archive(tmp_path: Path) -> None:
    """No verdict is there twice, and those of a part that kills its workers are told to be missing, and no others."""
    example("dask_archive", "distributed")
    archive, verdicts, script = tmp_path / "archive", tmp_path / "verdicts", tmp_path / "run.py"
    (archive / "inner").mkdir(parents=True)
    for number in range(20):
        (archive / ("inner" * (number % 2)) / f"{number} æ.xml").write_bytes(BROKEN if number % 3 else b"")
    (archive / "12 poison.xml").write_bytes(BROKEN)
    script.write_text(CLUSTER, "utf-8")
    done = subprocess.run(
        [sys.executable, script, str(archive), str(verdicts)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "docs" / "examples")},
        capture_output=True,
        check=False,
        timeout=1200,
    )
    names = sorted(f"file://{path}" for path in archive.rglob("*.xml"))
    missing = next(names[start : start + 8] for start in range(0, 24, 8) if "poison" in str(names[start : start + 8]))
    assert (done.returncode, done.stdout.splitlines()[-1]) == (1, f"{21 - len(missing)} of 21".encode())
    assert done.stderr.decode().splitlines()[-len(missing) :] == missing
    told = [json.loads(line) for part in sorted(verdicts.iterdir()) for line in part.read_bytes().splitlines()]
    judged = [name for name in names if name not in missing]
    assert told == [batch.row(name, medcom_bu.validate(Path(name.removeprefix("file://")))) for name in judged]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_imports_from_the_door_alone(path: Any) -> None:
    imports = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.ImportFrom)]
    ours = {node.module for node in imports if (node.module or "").partition(".")[0] == "medcom_bu"}
    assert ours <= {"medcom_bu", *(f"medcom_bu.{room}" for room in medcom_bu._ROOMS)}
    assert ours


def test_every_example_is_tried() -> None:
    assert [path.stem for path in EXAMPLES] == ["dask_archive", "django_views", "fastapi_app", "task_queue"]
