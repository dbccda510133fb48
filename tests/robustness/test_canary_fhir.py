"""Nothing of a FHIR message is shown but where it is asked for: canaries in every place, in JSON and in XML."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import Any

import pytest

import medcom_bu
from medcom_bu.declare.fhir import Number
from medcom_bu.exchange import refuse
from medcom_bu.fhir.model.catalogue import UNTOLD
from medcom_bu.fhir.model.data import dump_json, load_json
from medcom_bu.fhir.xml.write import dump_xml
from medcom_bu.rendering.text import as_text
from medcom_bu.testing.sets import fhir_samples
from tests.robustness.canaries import CPR, LEAK, NAME, damaged, raised_by, said_by
from tests.support.fhir_mutants import places

FHIR = {name: message for name, message in fhir_samples().items() if name != "CareCommunication/4.0"}
ODD = f"\x1b]0;{NAME}\x07?cpr={CPR[0]}\u202e\x9b"
UNSHOWABLE = re.compile("[^\n\x20-\x7e\xa0-\xff\u2010-\u2027]")
LONG = "CANARYab " * 40
TEXTS = ("CANARYaa", CPR[0], NAME, f"http://CANARYaa.dk/{NAME}", f"#{NAME}", f"Patient/{NAME}", ODD, LONG)
VERSIONS = ("|CANARYab", f"|{CPR[0]}", "|5.²", f"|5.0.{CPR[0]}", "|050490-9989", f"/{NAME}", f"?cpr={CPR[0]}", ODD)


def fhir_said(data: bytes) -> Iterator[str]:
    """Everything that the library says of a FHIR message without being asked to reveal."""
    report, parsed = medcom_bu.validate(data), medcom_bu.read(data)
    yield from fhir_said_by(report)
    yield from (repr(parsed), str(parsed))
    yield from raised_by(lambda: medcom_bu.parse(data))
    message: Any = parsed.message
    if message is None:
        return
    yield from (repr(message), repr(message.rest), as_text(message))
    yield from fhir_said_by(medcom_bu.validate(message))
    for to, version in (("fhir", None), ("fhir+xml", None), ("fhir", "4.0"), ("fhir", NAME)):
        yield from raised_by(lambda to=to, version=version: medcom_bu.losses(message, to, version=version))
    if isinstance(message, medcom_bu.CareCommunicationMessage) and not report.ok:
        yield from raised_by(lambda: refuse(message, reason=report))


def fhir_said_by(report: Any) -> Iterator[str]:
    """What a report says; nothing of it can move a terminal."""
    for text in said_by(report):
        assert not UNSHOWABLE.search(text), ascii(text)
        yield text


def assert_fhir_silent(plain: Any, forms: tuple[str, ...] = ("json", "xml")) -> None:
    for form in forms:
        data = dump_json(plain) if form == "json" else dump_xml(plain)
        for text in fhir_said(data):
            found = LEAK.search(text)
            assert not found, (text[max(0, found.start() - 200) : found.end() + 50], data)


def fhir_plain(name: str) -> Any:
    return load_json(medcom_bu.to_fhir(FHIR[name])).message


@pytest.mark.parametrize("name", FHIR)
def test_fhir_canaries_in_every_text(name: str) -> None:
    for text in TEXTS:
        plain = fhir_plain(name)
        for holder, key in list(places(plain)):
            is_open = key == "name" and CPR[0] not in text  # of an organisation, which a log may show
            if type(holder[key]) is str and key != "resourceType" and not is_open:
                holder[key] = text
        assert_fhir_silent(plain)


@pytest.mark.slow
@pytest.mark.parametrize("name", FHIR)
def test_fhir_canaries_where_addresses_stand(name: str) -> None:
    plain = fhir_plain(name)
    addresses = [
        (holder, key)
        for holder, key in places(plain)
        if type(holder[key]) is str and holder[key].startswith(("http", "urn:"))
    ]
    assert len(addresses) > 20
    for number, (holder, key) in enumerate(addresses):
        before = holder[key]
        for text in (
            before + VERSIONS[number % 8],
            before + VERSIONS[(number + 3) % 8],
            TEXTS[number % 8],
        ):
            holder[key] = text
            assert_fhir_silent(plain, ("json", "xml")[number % 2 :][:1])
        holder[key] = before


@pytest.mark.slow
@pytest.mark.parametrize("name", FHIR)
def test_fhir_canaries_as_names(name: str) -> None:
    plain = fhir_plain(name)
    objects = [plain, *(holder[key] for holder, key in places(plain) if type(holder[key]) is dict)]
    for number, holder in enumerate(objects):
        for extra, item in ((NAME, "CANARYab"), ("_" + NAME, {"id": "CANARYab"}), (ODD, [CPR[0]])):
            if number % 19 == 0:
                holder[extra] = item
                assert_fhir_silent(plain)
                del holder[extra]
        if "resourceType" in holder:
            before = holder["resourceType"]
            for text in (NAME, ODD):
                holder["resourceType"] = text
                assert_fhir_silent(plain)
            holder["resourceType"] = before


@pytest.mark.slow
@pytest.mark.parametrize("name", FHIR)
def test_fhir_canaries_anywhere(name: str) -> None:
    r = random.Random(5)
    odd: tuple[Any, ...] = (
        *TEXTS,
        {NAME: "CANARYab"},
        ["CANARYab"],
        None,
        True,
        Number(CPR[0].lstrip("0")),
        {"extension": [{"url": ODD}]},
        [],
    )
    for _ in range(60):
        plain = fhir_plain(name)
        for _ in range(r.choice((1, 1, 2, 5))):
            holder, key = r.choice([place for place in places(plain) if place[1] != "name"])  # see the first test
            holder[key] = r.choice(odd)
        assert_fhir_silent(plain, (r.choice(("json", "xml")),) if isinstance(plain, dict) else ("json",))


@pytest.mark.slow
@pytest.mark.parametrize("name", FHIR)
def test_fhir_canaries_in_damaged_bytes(name: str) -> None:
    r = random.Random(7)
    plain = fhir_plain(name)
    for holder, key in list(places(plain)):
        if key in ("family", "given", "contentString", "value", "title"):
            holder[key] = ["CANARYab"] if key == "given" else "CANARYab"
    bases = {"fhir-json": dump_json(plain), "fhir-xml": dump_xml(plain)}
    for _ in range(40):
        wire = r.choice(list(bases))
        data = damaged(r, wire, [bases[wire]])
        for text in fhir_said(data) if data.lstrip()[:1] in (b"{", b"<") else ():
            assert not LEAK.search(text), (text, data)


@pytest.mark.slow
@pytest.mark.parametrize("name", FHIR)
def test_fhir_canaries_in_xml_alone(name: str) -> None:
    data = medcom_bu.to_fhir(FHIR[name], "xml")
    word = NAME.encode()
    for at in [found.start() for found in re.finditer(rb"<(?=[a-z])", data)][::37]:
        for extra in (
            b'<%b value="CANARYzz"/>' % word,
            b"<%b>x<b/></%b>" % (word, word),
            b"CANARYzz",
            b'<a:%b xmlns:a="urn:CANARYzz">CANARYzz</a:%b>' % (word, word),
            b'<id value="%b"/><url value="urn:CANARYzz"/>' % word,
            b"<!-- CANARYzz --><?%b x?>" % word,
        ):
            for text in fhir_said(data[:at] + extra + data[at:]):
                assert not LEAK.search(text), (text, extra, data[at - 30 : at + 30])
        tag = re.compile(rb"<[A-Za-z]+")
        for extra in (b' %b="CANARYzz"' % word, b' xml:id="CANARYzz"', b' a:%b="1" xmlns:a="urn:CANARYzz"' % word):
            opened = tag.search(data, at)
            assert opened
            changed = data[: opened.end()] + extra + data[opened.end() :]
            for text in fhir_said(changed):
                assert not LEAK.search(text), (text, extra, changed[at - 30 : at + 60])


def told(change: Any) -> set[tuple[str, str, Any]]:
    """Code, path and what is shown of an address, of a sample after a change."""
    plain = fhir_plain("CareCommunication/5.0")
    change(plain, next(entry["resource"] for entry in plain["entry"] if entry["resource"]["resourceType"] == "Patient"))
    report = medcom_bu.validate(dump_json(plain))
    named = ("url", "wanted", "name", "type", "profile")
    return {(issue.code, issue.path, dict(issue.params).get(key)) for issue in report for key in named} - {
        (issue.code, issue.path, None) for issue in report
    }


CORE = "http://medcomfhir.dk/ig/core/StructureDefinition/medcom-core-"
PATIENT = "Bundle.entry[1].resource"


def test_what_the_definitions_know_is_shown() -> None:
    def extended(url: str) -> Any:
        return lambda _, patient: patient.update(extension=[{"url": url, "valueDateTime": "2026"}])

    def claimed(profile: str) -> Any:
        return lambda _, patient: patient["meta"].update(profile=[profile])

    unknown = told(extended("http://example.org/unknown"))
    assert ("profile.extension-not-checked", f"{PATIENT}.extension[0]", "?") in unknown
    for version in ("", "|2.4.0", "|CANARYab"):
        known = told(extended(f"{CORE}practitioner-extension{version}"))
        assert not {shown for _, _, shown in known if "CANARY" in str(shown)}
    assert ("profile.not-checked", PATIENT, "?") in told(claimed("http://example.org/unknown"))
    observation = "http://hl7.org/fhir/StructureDefinition/Observation"
    assert ("profile.type", PATIENT, observation) in told(claimed(observation))
    assert ("profile.wrong-version", PATIENT, "9.1.0") in told(claimed(f"{CORE}patient|9.1.0"))
    assert ("profile.wrong-version", PATIENT, "?") in told(claimed(f"{CORE}patient|9.1.0504909989"))
    for name, step, shown in (
        ("birthDate2", "?", UNTOLD),
        ("family", "family", "family"),
        ("deceasedString", "deceasedString", "deceasedString"),
    ):
        assert ("fhir.property-unknown", f"{PATIENT}.{step}", shown) in told(
            lambda _, patient, name=name: patient.update({name: "x"})
        )
