"""The second schema engine: its verdict beside the first one's, on bytes and on values, and where there is none."""

from __future__ import annotations

import http.server
import threading

import pytest

import medcom_bu
from medcom_bu import Emessage
from medcom_bu.envelopes import vans
from medcom_bu.oioxml import second_engine
from medcom_bu.testing.letters import letter_samples
from tests.support.issues import found
from tests.support.typed import care_communication

XML = {name: medcom_bu.to_xml(message) for name, message in letter_samples().items() if isinstance(message, Emessage)}
REFERRAL = XML["XREF01/XH0131R"]


def second(data: object) -> list[tuple[str, str]]:
    report = medcom_bu.validate(data, layers=("syntax", "schema"), second_engine=True)  # type: ignore[arg-type]
    return [pair for pair in found(report) if pair[0].startswith("schema.")]


@pytest.mark.parametrize("name", XML)
def test_it_agrees_on_what_is_valid(name: str) -> None:
    assert second(XML[name]) == second(letter_samples()[name]) == [("schema.engines-agree", "/")]


def test_it_agrees_on_what_is_not() -> None:
    wrong = REFERRAL.replace(b"elektiv", b"hastig")
    assert second(wrong) == [("schema.engines-agree", "/")]
    assert second(medcom_bu.read(wrong).message) == [("schema.engines-agree", "/")]


def test_a_disagreement_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_engine, "accepts", lambda xml: False)
    report = medcom_bu.validate(REFERRAL, layers=("syntax", "schema"), second_engine=True)
    assert found(report) == [("schema.engines-differ", "/")]
    (issue,) = report
    assert issue.message == "the second engine, xmlschema, finds the message invalid"
    assert issue.text("da") == "den anden motor, xmlschema, finder meddelelsen ugyldig"
    assert report.ok


def test_an_envelope_and_what_is_in_it_are_both_judged() -> None:
    envelope = vans.wrap(letter_samples()["XREF01/XH0131R"])
    inside = ("schema.engines-agree", "/VANSEnvelope/Message/Data//")
    assert second(medcom_bu.to_xml(envelope)) == [("schema.engines-agree", "/"), inside]
    assert second(envelope) == [("schema.engines-agree", "/"), ("schema.engines-agree", "content.data//")]


def test_a_wire_without_a_schema_says_so() -> None:
    assert second(medcom_bu.to_edifact(letter_samples()["XDIS91/XD9134L"])) == [("schema.no-second-engine", "/")]
    assert second(care_communication()) == [("schema.no-second-engine", "/")]


@pytest.mark.parametrize("data", [REFERRAL[:-20], b"<!DOCTYPE a>" + REFERRAL, REFERRAL.replace(b"/2017/", b"/2099/")])
def test_it_says_nothing_of_its_own_where_there_is_nothing_to_compare(data: bytes) -> None:
    report = medcom_bu.validate(data, second_engine=True)
    assert not report.ok
    assert "schema.engines-differ" not in {issue.code for issue in report}


def test_it_is_not_asked_unless_it_is_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_engine, "accepts", lambda xml: pytest.fail("asked"))
    assert medcom_bu.validate(REFERRAL).ok
    with pytest.raises(TypeError, match=r"^second_engine takes bool, not str$"):
        medcom_bu.validate(REFERRAL, second_engine="yes")  # type: ignore[arg-type]


def test_no_location_is_followed() -> None:
    asked: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    place = f"http://127.0.0.1:{server.server_port}/x.xsd"
    hint = f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="urn:x {place}"'
    try:
        assert second(REFERRAL.replace(b"<Emessage ", f"<Emessage {hint} ".encode(), 1))
    finally:
        server.shutdown()
        server.server_close()
    assert asked == []
