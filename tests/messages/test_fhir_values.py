"""FHIR values hold anything that is text, are equal by content, and can be copied however deep; writers take them."""

from __future__ import annotations

import copy
import functools
import json
import pickle
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

import medcom_bu
from medcom_bu.declare.base import fields
from medcom_bu.declare.fhir import Number, Rest, Structure
from medcom_bu.fhir.narratives import written_narrative
from medcom_bu.testing.sets import fhir_samples
from medcom_bu.values.fhir_resources import Patient
from medcom_bu.values.fhir_types import CodeableConcept, Coding, Identifier, Meta, Narrative, ResourceReference
from tests.robustness.growth import assert_linear_time
from tests.support.copies import pickled
from tests.support.paths import changed
from tests.support.stack import below, depth_of_stack
from tests.support.typed import acknowledgement, care_communication

SAMPLES = fhir_samples()
CARE: Any = SAMPLES["CareCommunication/5.0"]
XHTML = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'
HALF, WHOLE, REPLACED = "\ud83d", "\U0001f600", "\ufffd"
SECRET = "0504909995"


# --- half a character (SEC-4) -----------------------------------------------------------------------------------------


def texts(value: Any) -> Iterator[str]:
    """The attribute path of every text in a value."""
    for name, declared in fields(type(value)).items():
        held = value.__dict__[name]
        for number, item in enumerate(held if isinstance(held, tuple) else (held,)):
            here = f"{name}[{number}]" if isinstance(held, tuple) else name
            if isinstance(item, Structure):
                yield from (f"{here}.{inner}" for inner in texts(item))
            elif declared.type is str and item is not None:
                yield here


def say(message: Any) -> str:
    """All that is said of a message without being asked to reveal."""
    report = medcom_bu.validate(message)
    told = [report.text(), report.text("da"), repr(message), json.dumps(report.to_dict())]
    for to in ("fhir", "fhir+xml"):
        told += [str(loss) for loss in medcom_bu.losses(message, to)]
    return "".join(told)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["CareCommunication/5.0", "Acknowledgement/2.0"])
def test_half_a_character_in_any_text(name: str) -> None:
    message: Any = SAMPLES[name]
    paths = list(texts(message))
    assert len(paths) > 30
    for number, path in enumerate(paths):
        text = (HALF, f"a{HALF}{SECRET}", f"{HALF}\udc00{WHOLE}{SECRET}")[number % 3]
        held = changed(message, {path: text})
        other = ["loss.fhir-event"] if path.endswith("event_coding.code") else []
        assert [loss.code for loss in medcom_bu.losses(held, "fhir")] == [*other, "loss.fhir-half-character"]
        lost = ["loss.fhir-character", "loss.fhir-narrative"][: 1 + path.endswith("div")]
        assert [loss.code for loss in medcom_bu.losses(held, "fhir+xml")] == other + lost
        as_json, as_xml = medcom_bu.to_fhir(held), medcom_bu.to_fhir(held, "xml")
        assert REPLACED in as_json.decode()
        assert path.endswith("div") or medcom_bu.read(as_json).message == medcom_bu.read(as_xml).message
        assert held == changed(message, {path: text}) != message
        assert hash(held) == hash(changed(message, {path: text}))
        if number % 8 == 0:
            assert SECRET not in say(held)
            assert_the_other_face_is_silent(held, text)


def assert_the_other_face_is_silent(message: Any, text: str) -> None:
    try:
        type(message).from_bundle(message.bundle())
    except medcom_bu.InvalidMessage as error:
        assert error.__context__ is None
        assert text not in repr(error)


def test_half_a_character_in_a_key() -> None:
    patient = CARE.patient
    rest = Rest({HALF: SECRET, "\udc00": {"b" + HALF: [HALF]}, REPLACED: "x", "é": "y"})
    entries = tuple(
        entry.replace(resource=patient.replace(rest=rest)) if entry.resource is patient else entry
        for entry in CARE.entry
    )
    message = CARE.replace(entry=entries)
    data = medcom_bu.to_fhir(message)
    plain = json.loads(data)
    assert {"\ufffd", "\ufffd\ufffd", "\ufffd\ufffd\ufffd", "é"} <= plain["entry"][1]["resource"].keys()
    assert "json." not in str(medcom_bu.validate(data))
    assert [loss.code for loss in medcom_bu.losses(message, "fhir")] == ["loss.fhir-half-character"] * 4
    assert SECRET not in say(message)
    assert message == copy.deepcopy(message) == pickle.loads(pickle.dumps(message))
    medcom_bu.read(medcom_bu.to_fhir(message, "xml"))


def test_whole_characters_are_no_loss() -> None:
    held = changed(CARE, {"entry[2].resource.topic.text": WHOLE + "é\ufffd"})
    assert medcom_bu.losses(held, "fhir") == medcom_bu.losses(held, "fhir+xml") == ()
    assert medcom_bu.parse(medcom_bu.to_fhir(held)) == held == medcom_bu.parse(medcom_bu.to_fhir(held, "xml"))


def test_half_a_character_in_a_narrative_leaves_the_rest_of_it_alone() -> None:
    held = changed(CARE, {"entry[0].resource.text.div": XHTML.format(f"<p>a{HALF}b</p>")})
    assert b"<p>a\xef\xbf\xbdb</p>" in medcom_bu.to_fhir(held, "xml")
    assert [loss.code for loss in medcom_bu.losses(held, "fhir+xml")] == ["loss.fhir-character"]


# --- narratives (SEC-4, SEC-22) ---------------------------------------------------------------------------------------


def narrative(inside: str) -> Narrative:
    return Narrative(status="generated", div=XHTML.format(inside))


@pytest.mark.parametrize("extension", [["x"], "x", 5, [None], {"url": ["x"]}, [{"url": "x", "extension": [5, {}]}]])
def test_the_narrative_of_an_extension_that_is_none(extension: Any) -> None:
    """What came in the place of an extension is shown as it is, and stops nobody from answering."""
    found = written_narrative(CARE.entry[0].resource.replace(rest=Rest({"extension": extension})))
    assert "<table>" in (found.div or "")


def test_the_narrative_of_an_extension_within_another() -> None:
    inner = {"extension": [{"url": "urn:x", "extension": [{"url": "urn:y", "valueString": "Testesen"}]}]}
    found = written_narrative(CARE.entry[0].resource.replace(rest=Rest(inner)))
    assert "<td>extension · extension</td><td>Testesen</td>" in (found.div or "")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('"a"', "&quot;a&#34;"),
        ("<br/>", "<br></br>"),
        ('<p a="1" b="2"/>', "<p b='2'  a='1'></p>"),
        ("<![CDATA[<]]>", "&lt;"),
        ("a\r\nb", "a\nb"),
        ("é", "&#233;"),
        ("<!-- x -->", "<!-- x -->"),
        ('<h:p xmlns:h="http://www.w3.org/1999/xhtml"/>', "<p/>"),
    ],
)
def test_narratives_that_are_equal(one: str, other: str) -> None:
    assert narrative(one) == narrative(other)
    assert hash(narrative(one)) == hash(narrative(other))
    assert narrative(one) == narrative(one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<p>a</p>", "<b>a</b>"),
        ("<p/>", '<p xmlns="urn:x"/>'),
        ("a ", "a"),
        ("<p><b/></p>", "<p/><b/>"),
        ("<!-- x -->", "<!-- y -->"),
        ("<?x y?>", ""),
        ('<p a="1"/>', '<p a="2"/>'),
        (HALF, "\udc00"),
        (HALF, "x"),
        (HALF, ""),
        ("&nbsp;", "x"),
        ("<p>", "</p>"),
        ("\x00", "\x01"),
        ("&#0;", "x"),
    ],
)
def test_narratives_that_differ(one: str, other: str) -> None:
    assert narrative(one) != narrative(other)
    assert narrative(other) != narrative(one)
    assert narrative(one) == narrative(one)
    hash(narrative(one))


def test_narratives_without_xhtml() -> None:
    assert Narrative(div="x") != Narrative(div="y")
    assert Narrative(div=None) != Narrative(div="y")
    assert Narrative(div="") != Narrative(div=None)


def nested_elements(number: int) -> str:
    return XHTML.format("<p>" * number + "{}" + "</p>" * number)


def nested_prefixes(number: int) -> str:
    opened = "".join(f'<p a{n}="1" xmlns:a{n}="urn:{n}">' for n in range(number))
    return XHTML.format(opened + "{}" + "</p>" * number)


@pytest.mark.slow
@pytest.mark.parametrize("make", [nested_elements, nested_prefixes])
def test_narratives_are_compared_in_linear_time(make: Callable[[int], str]) -> None:
    def compare(text: str) -> None:
        assert Narrative(div=text.format('"')) == Narrative(div=text.format("&quot;"))

    assert_linear_time(make, compare)


# --- deep values (SEC-21) ---------------------------------------------------------------------------------------------


def nested_identifiers(depth: int) -> Identifier:
    """Declared values nested in each other: the assigner of an identifier has an identifier."""
    held = Identifier(value="x")
    for _ in range(depth // 2):
        held = Identifier(assigner=ResourceReference(identifier=held))
    return held


def nested_rest(depth: int) -> Rest:
    held: Any = "x"
    for number in range(depth):
        held = [held] if number % 2 else {"a": held}
    return Rest({"x": held})


def deep_patient(depth: int) -> Any:
    patient = Patient(
        identifier=(nested_identifiers(depth), nested_identifiers(depth - 2)),
        rest=nested_rest(depth),
    )
    entries = tuple(
        entry.replace(resource=patient) if isinstance(entry.resource, Patient) else entry for entry in CARE.entry
    )
    return CARE.replace(entry=entries)


WAYS: dict[str, Callable[[Any], Any]] = {
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    **{f"pickle {n}": functools.partial(pickled, protocol=n) for n in range(6)},
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("left", [None, 60])
def test_deep_values_are_copied_and_compared(way: str, left: int | None) -> None:
    message, same, other = deep_patient(128), deep_patient(128), deep_patient(126)

    def all_of_it() -> None:
        again = WAYS[way](message)
        assert again == message == same
        assert again != other
        assert hash(again) == hash(message) == hash(same)
        assert again.entry[1].resource.rest == nested_rest(128)

    frames = 0 if left is None else sys.getrecursionlimit() - depth_of_stack() - left
    below(frames, all_of_it)
    assert len(repr(message)) < 100_000


def test_what_is_shared_is_pickled_once() -> None:
    held: Any = CodeableConcept(coding=(Coding(code="a"),))
    patient: Any = Identifier(type=held)
    for _ in range(40):
        patient = Identifier(assigner=ResourceReference(identifier=patient), type=held)
    assert pickle.loads(pickle.dumps(patient)) == patient


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_come_back_whole(name: str) -> None:
    message = SAMPLES[name]
    for way in WAYS.values():
        assert way(message) == message
        assert medcom_bu.to_fhir(way(message)) == medcom_bu.to_fhir(message)


# --- plain data (SEC-19) ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("plain", "written"),
    [
        ({"x": 5}, '{"x":5}'),
        ({"x": 1.5}, '{"x":1.5}'),
        ({"x": Decimal("1.50")}, '{"x":1.50}'),
        ({"x": True, "y": None}, '{"x":true,"y":null}'),
        ({"x": [], "y": {}}, '{"x":[],"y":{}}'),
        ({"x": [1, [2, {"y": (3, "4")}]]}, '{"x":[1,[2,{"y":[3,"4"]}]]}'),
        ({"x": Rest({"y": 5})}, '{"x":{"y":5}}'),
        ({medcom_bu.Severity.ERROR: medcom_bu.Layer.RULE}, '{"error":"rule"}'),
        ({"x": Number("1e5"), "y": "1e5"}, '{"x":1e5,"y":"1e5"}'),
        ({"x": 10**30}, '{"x":1000000000000000000000000000000}'),
    ],
)
def test_what_rest_takes_is_written(plain: Any, written: str) -> None:
    message = CARE.replace(rest=Rest(plain))
    data = medcom_bu.to_fhir(message)
    assert data.endswith(f",{written[1:]}".encode())
    assert medcom_bu.read(data).message == message
    assert Rest(message.rest.plain()) == message.rest == pickle.loads(pickle.dumps(message.rest))
    medcom_bu.validate(message)
    medcom_bu.to_fhir(message, "xml")


class Odd:
    def __repr__(self) -> str:
        return SECRET


ENDLESS: dict[str, Any] = {}
ENDLESS["x"] = [ENDLESS]


@pytest.mark.parametrize(
    "plain",
    [
        *({"x": item} for item in (Odd(), b"0504909995", {1: SECRET}, [Odd()], {"y": {"z": {SECRET}}}, object)),
        {5: SECRET},
        [SECRET],
        SECRET,
        5,
        {"x": float("nan")},
        {"x": float("inf")},
        {"x": Decimal("sNaN")},
        {"x": 1j},
        ENDLESS,
    ],
)
def test_what_rest_refuses_is_not_quoted(plain: Any) -> None:
    with pytest.raises((TypeError, ValueError)) as raised:
        Rest(plain)
    assert SECRET not in f"{raised.value!r} {raised.value.__context__!r} {raised.value.__cause__!r}"


@pytest.mark.parametrize("text", ["", "x", "01", "1.", "٣", "NaN", "1e", "+1", " 1", SECRET + "x", None, [1]])
def test_a_number_is_the_text_of_a_number(text: Any) -> None:
    with pytest.raises(ValueError, match="JSON number") as raised:
        Number(text)
    assert SECRET not in str(raised.value)


def test_a_number_is_no_text() -> None:
    assert Rest({"x": Number("5")}) != Rest({"x": "5"})
    assert Rest({"x": 5}) == Rest({"x": Number("5")})
    assert Rest({"x": True}) != Rest({"x": 1})
    assert Rest({"x": "a", "y": "b"}) == Rest({"y": "b", "x": "a"})
    assert hash(Rest({"x": "a", "y": {"p": 1, "q": 2}})) == hash(Rest({"y": {"q": 2, "p": 1}, "x": "a"}))
    assert Rest({"x": ["a", "b"]}) != Rest({"x": ["b", "a"]})
    assert Rest({"x": {}}) != Rest({"x": []})
    assert Rest({"x": [[], "a"]}) != Rest({"x": [["a"]]})
    assert not Rest({})
    assert Rest({}) == Rest()


def test_members_of_code_lists_are_texts() -> None:
    message = CARE.replace(meta=None)
    patient = message.patient.replace(gender=medcom_bu.Severity.ERROR)
    name = patient.name[0].replace(given=[medcom_bu.Layer.SYNTAX, "b"])
    patient = patient.replace(name=(name,))
    assert type(patient.gender) is str
    assert [type(given) for given in patient.name[0].given] == [str, str]
    entries = tuple(
        entry.replace(resource=patient) if isinstance(entry.resource, Patient) else entry for entry in CARE.entry
    )
    data = medcom_bu.to_fhir(message.replace(entry=entries))
    assert json.loads(data)["entry"][1]["resource"]["name"][0]["given"] == ["syntax", "b"]


@pytest.mark.parametrize("cls", [Coding, Patient, ResourceReference, type(CARE)])
def test_wrong_types_are_refused_and_not_quoted(cls: Any) -> None:
    for name, declared in fields(cls).items():
        for wrong in (Odd(), 5, b"0504909995", (Odd(),), {SECRET: SECRET}, [[SECRET]], (CARE,)):
            if isinstance(wrong, declared.type) or (declared.type is bool and wrong == 5):
                continue
            with pytest.raises(TypeError) as raised:
                cls(**{name: wrong})
            assert SECRET not in f"{raised.value!r} {raised.value.__context__!r}"


def test_a_property_is_held_once() -> None:
    """In a field or in ``rest``: of two, one would be lost on the wire."""
    with pytest.raises(ValueError, match=r"^Meta\.rest holds versionId, which version_id holds too$"):
        Meta(version_id="1", rest=Rest({"versionId": []}))
    with pytest.raises(ValueError, match=r"^Meta\.rest holds profile, which profile holds too$"):
        Meta(profile=("x",), rest=Rest({"profile": "x"}))
    assert Meta(rest=Rest({"versionId": [], "profile": "x", "_versionId": {"id": "1"}})).rest.names()


@pytest.mark.parametrize("to", ["fhir", "fhir-xml"])
def test_what_a_reader_refuses_for_its_size_is_a_loss(to: str) -> None:
    message = care_communication()
    assert message.header is not None
    header = message.header.replace(rest=Rest({"contained": [{"resourceType": "Basic"}] * 201}))
    entry = (message.entry[0].replace(resource=header), *message.entry[1:])
    lost = [loss for loss in medcom_bu.losses(message.replace(entry=entry), to) if loss.code == "loss.fhir-refused"]
    assert [(loss.path, dict(loss.params)["limit"]) for loss in lost] == [("entry[0].resource.rest", 200)]


@pytest.mark.parametrize("to", ["fhir", "fhir-xml"])
def test_a_message_whose_event_says_that_it_is_another(to: str) -> None:
    message = acknowledgement()
    header = message.header
    assert header is not None
    assert header.event_coding is not None
    event = header.event_coding.replace(code="care-communication-message")
    entry = (message.entry[0].replace(resource=header.replace(event_coding=event)), *message.entry[1:])
    (loss,) = medcom_bu.losses(message.replace(entry=entry), to)
    assert (loss.code, loss.path) == ("loss.fhir-event", "header.event_coding.code")
    assert "CareCommunicationMessage" in loss.message
    assert "acknowledgement-message" in loss.hint
    assert [loss.path for loss in medcom_bu.losses(message.replace(entry=()), to)] == ["header"]
    assert medcom_bu.losses(message, to) == ()
