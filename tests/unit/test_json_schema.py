"""The JSON Schema of messages as plain data: it takes every message, and refuses nothing that ``from_dict`` takes."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from jsonschema import Draft202012Validator

import medcom_bu
from medcom_bu import dict_schema, from_dict, to_dict
from medcom_bu.envelopes import vans
from medcom_bu.testing import strategies
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples
from tests.robustness.shards import input_of
from tests.support.plain_data import changed, places

SCHEMA = dict_schema()
VALIDATOR = Draft202012Validator(SCHEMA)
WRAPPED = vans.wrap(letter_samples()["XREF01/XH0131R"], service_tags=(("a", "b"),))
MESSAGES: dict[str, Any] = {
    **letter_samples(),
    **fhir_samples(),
    "VANSEnvelope": WRAPPED,
    "its receipt": vans.positive(WRAPPED),
    "its refusal": vans.negative(WRAPPED, "Modtager ikke fundet"),
    "another FHIR message": medcom_bu.read(
        medcom_bu.to_fhir(fhir_samples()["Acknowledgement/2.0"]).replace(b"acknowledgement-message", b"other-message")
    ).message,
}
SAMPLES = {name: to_dict(message) for name, message in MESSAGES.items()}
LETTER, CARE, FILES = (SAMPLES[name] for name in ("XREF01/XH0131R", "CareCommunication/5.0", "XBIN01/XB0131X"))


def taken(data: Any) -> bool:
    """Whether ``from_dict`` takes the data."""
    try:
        from_dict(data)
    except ValueError:
        return False
    return True


def test_it_is_a_schema_of_the_draft_that_it_names() -> None:
    assert SCHEMA["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
    Draft202012Validator.check_schema(SCHEMA)
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA


def test_each_call_gives_a_schema_of_its_own() -> None:
    changed_by_caller = dict_schema()
    changed_by_caller["$defs"].clear()
    assert dict_schema() == SCHEMA


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_valid(name: str) -> None:
    VALIDATOR.validate(SAMPLES[name])


@pytest.mark.parametrize("kind", letter_samples())
def test_whatever_a_letter_holds_is_valid(kind: str) -> None:
    @settings(max_examples=30)
    @given(strategies.messages(kind))
    def holds(message: Any) -> None:
        assert VALIDATOR.is_valid(to_dict(message))

    holds()


@settings(max_examples=30)
@given(strategies.envelopes())
def test_whatever_an_envelope_holds_is_valid(envelope: Any) -> None:
    assert VALIDATOR.is_valid(to_dict(envelope))


@pytest.mark.parametrize("source", ["oioxml", "vans", "edifact", "fhir-json", "fhir-xml"])
def test_what_is_kept_of_odd_bytes_is_valid(source: str) -> None:
    messages = (medcom_bu.read(input_of(f"{source}/950/{number}").data).message for number in range(20))
    kept = [to_dict(message) for message in messages if message is not None]
    assert len(kept) > 5
    assert all(map(VALIDATOR.is_valid, kept))


BROKEN: dict[str, Any] = {
    "no schema": changed(LETTER, "schema", to=...),
    "a newer schema": changed(CARE, "schema", to="medcom_bu/2"),
    "a key": changed(LETTER, "x", to=1),
    "a key inside": changed(LETTER, "letters", 0, "sender", "x", to=1),
    "a key beside a resource": changed(CARE, "x", to=1),
    "a type": changed(LETTER, "letters", 0, "@type", to="x"),
    "a FHIR type": changed(CARE, "@type", to="Emessage"),
    "no Bundle": changed(CARE, "resource", "resourceType", to="Patient"),
    "a field less": changed(LETTER, "letters", 0, "sender", to=...),
    "another class": changed(LETTER, "letters", 0, "sender", to=LETTER["letters"][0]["receiver"]),
    "a number for a text": changed(LETTER, "letters", 0, "sender", "organisation_name", to=5),
    "an object for a text": changed(
        LETTER, "letters", 0, "sender", "organisation_name", to={"@type": "Url", "text": "u"}
    ),
    "one for several": changed(LETTER, "letters", to=LETTER["letters"][0]),
    "several for one": changed(LETTER, "envelope", to=[LETTER["envelope"]]),
    "None for several": changed(LETTER, "letters", to=None),
    "a text where two kinds of number may be": changed(LETTER, "letters", 0, "patient", "identifier", to="0201609995"),
    "a style": changed(
        LETTER,
        "letters",
        0,
        "additional_information",
        "supplementary",
        "nodes",
        0,
        to={"@type": "Styled", "style": "Blink", "nodes": []},
    ),
    "a part alone": {"schema": "medcom_bu/1", **LETTER["envelope"]},
    "a truth value for a number": changed(
        FILES,
        "letters",
        0,
        "binary_object",
        0,
        "object_base64_encoded",
        "layout",
        to={"@type": "Base64Layout", "width": True},
    ),
    "a number as a text that is none": changed(CARE, "resource", "total", to={"@number": "1."}),
    "nothing": None,
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_not_valid_is_not_taken(name: str) -> None:
    assert not VALIDATOR.is_valid(BROKEN[name])
    with pytest.raises(TypeError if BROKEN[name] is None else ValueError):
        from_dict(BROKEN[name])


LEFT_TO_FROM_DICT: dict[str, dict[str, Any]] = {
    "no base64": {"content": "SGV"},
    "the text of another content": {"content": "SGVq", "text": "SGV3"},
    "neither content nor text": {"content": None},
    "a layout that is none": {"content": "SGVq", "layout": {"@type": "Base64Layout", "separator": "x"}},
}


@pytest.mark.parametrize("name", LEFT_TO_FROM_DICT)
def test_what_a_schema_cannot_say_is_refused_all_the_same(name: str) -> None:
    file = {"@type": "Base64", **LEFT_TO_FROM_DICT[name]}
    broken = changed(FILES, "letters", 0, "binary_object", 0, "object_base64_encoded", to=file)
    assert VALIDATOR.is_valid(broken)
    assert not taken(broken)


ODD: tuple[Any, ...] = (
    *(None, 5, 1.5, True, "x", "Break", [], ["x"], {}, ...),
    *({"@type": "Cpr", "text": "x"}, {"@type": "Cpr", "text": 5}, {"@type": "Mark", "text": "Break"}),
    *({"@type": "Url", "text": "u"}, {"@type": "Styled", "style": "Bold", "nodes": ["x"]}),
    *({"@number": "1"}, {"@number": "x"}, {"@number": {"@number": 5}}),
)


@pytest.mark.parametrize("name", SAMPLES)
def test_the_schema_and_from_dict_are_of_one_mind(name: str) -> None:
    """Any part of any sample, or something odd, in any place; what only ``from_dict`` can know is not among it."""
    r, data = random.Random(name), SAMPLES[name]
    paths = [path for path in places(data) if "object_base64_encoded" not in path and "data" not in path]
    others = [other for sample in (LETTER, CARE) for other in parts(sample)]
    for _ in range(60):
        broken = changed(data, *r.choice(paths), to=r.choice(ODD) if r.random() < 0.7 else r.choice(others))
        assert VALIDATOR.is_valid(broken) == taken(broken)


def parts(data: Any) -> list[Any]:
    """The objects in plain data."""
    found = []
    for path in places(data):
        part = data
        for step in path:
            part = part[step]
        found += [part] if isinstance(part, dict) else []
    return found


def test_a_label_is_danish_and_the_codes_of_a_list_are_examples() -> None:
    priority = SCHEMA["$defs"]["AdditionalInformation"]["properties"]["priority"]
    codes = ["elektiv", "akut", "saerlige_forhold"]
    assert priority == {"anyOf": [{"title": "Prioritet", "type": "string", "examples": codes}, {"type": "null"}]}
