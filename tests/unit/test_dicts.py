"""Messages as plain data: the same message back, whatever it holds, and a refusal of what is not known."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given

import medcom_bu
from medcom_bu import from_dict, to_dict
from medcom_bu.envelopes import vans
from medcom_bu.testing import fhir_samples, samples, strategies
from medcom_bu.values.identifiers import Gln
from tests.robustness.canaries import LEAK
from tests.robustness.shards import input_of

MESSAGES: dict[str, Any] = {
    **samples(),
    **fhir_samples(),
    "VANSEnvelope": vans.wrap(samples()["XREF01/XH0131R"], service_tags=(("a", "b"),)),
}


def there_and_back(message: Any) -> None:
    data = to_dict(message)
    again = from_dict(json.loads(json.dumps(data)))
    assert again == message
    assert type(again) is type(message)
    assert to_dict(again) == data


@pytest.mark.parametrize("name", MESSAGES)
def test_every_message_comes_back(name: str) -> None:
    there_and_back(MESSAGES[name])
    assert to_dict(MESSAGES[name])["schema"] == "medcom_bu/1"


def test_nothing_is_masked() -> None:
    message = samples()["XREF01/XH0131R"]
    text = json.dumps(to_dict(message), ensure_ascii=False)
    for shown in ("0201609995", "Testesen"):
        assert shown in text
    assert medcom_bu.to_xml(medcom_bu.from_dict(json.loads(text))) == medcom_bu.to_xml(message)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", samples())
def test_whatever_a_letter_holds_comes_back(kind: str) -> None:
    @given(strategies.messages(kind))
    def holds(message: Any) -> None:
        there_and_back(message)

    holds()


@given(strategies.envelopes())
def test_whatever_an_envelope_holds_comes_back(envelope: Any) -> None:
    there_and_back(envelope)


@pytest.mark.parametrize("source", ["oioxml", "vans", "edifact", "fhir-json", "fhir-xml"])
def test_what_is_kept_of_odd_bytes_comes_back(source: str) -> None:
    messages = (medcom_bu.read(input_of(f"{source}/950/{number}").data).message for number in range(80))
    kept = [message for message in messages if message is not None]
    assert len(kept) > 20
    for message in kept:
        there_and_back(message)


def test_numbers_of_fhir_keep_their_text() -> None:
    plain = json.loads(medcom_bu.to_fhir(fhir_samples()["CareCommunication/5.0"]))
    for text in ("1.50", "1e3", "-0", "5", "-7", "1.5", "123456789012345678901234567890", "0.1e-400"):
        data = json.dumps(plain | {"total": "X"}).replace('"X"', text).encode()
        there_and_back(medcom_bu.read(data).message)


def changed(data: Any, *path: Any, to: Any) -> Any:
    made = copy.deepcopy(data)
    place = made
    for step in path[:-1]:
        place = place[step]
    if to is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return made


LETTER, CARE = to_dict(samples()["XREF01/XH0131R"]), to_dict(fhir_samples()["CareCommunication/5.0"])
FILES = to_dict(samples()["XBIN01/XB0131X"])
SECRET = "CANARY 0504909989"
SCHEMA = "from_dict takes the schema medcom_bu/1 alone"
UNKNOWN_TYPE, UNKNOWN_KEY = "a value has a type that this version knows", " has a key that is not known"
FHIR_TYPES = "CareCommunicationMessage, AcknowledgementMessage, OtherFhirMessage"
FHIR_TYPE = f"a FHIR message has a type, one of {FHIR_TYPES}, and a resource"
REFUSED: dict[str, tuple[Any, type[Exception], str]] = {
    "no schema": (changed(LETTER, "schema", to=...), ValueError, SCHEMA),
    "a newer schema": (
        changed(LETTER, "schema", to="medcom_bu/2"),
        ValueError,
        SCHEMA,
    ),
    "a key": (changed(LETTER, SECRET, to=1), ValueError, f"Emessage{UNKNOWN_KEY}"),
    "a key inside": (
        changed(LETTER, "letters", 0, SECRET, to=1),
        ValueError,
        f"HospitalReferral{UNKNOWN_KEY}",
    ),
    "a type": (
        changed(LETTER, "letters", 0, "@type", to=SECRET),
        ValueError,
        UNKNOWN_TYPE,
    ),
    "no type": (changed(LETTER, "envelope", "@type", to=...), ValueError, UNKNOWN_TYPE),
    "a field less": (changed(LETTER, "letters", 0, "sender", to=...), ValueError, "HospitalReferral lacks sender"),
    "another value": (
        changed(LETTER, "letters", 0, "sender", to=LETTER["envelope"]),
        TypeError,
        "HospitalReferral.sender takes ReferringSender, not Envelope",
    ),
    "a part": ({"schema": "medcom_bu/1", **LETTER["envelope"]}, ValueError, "from_dict takes a message"),
    "no base64": (
        changed(FILES, "letters", 0, "binary_object", 0, "object_base64_encoded", "content", to=SECRET),
        ValueError,
        "Base64.content is base64",
    ),
    "a FHIR type": (
        changed(CARE, "@type", to=SECRET),
        ValueError,
        FHIR_TYPE,
    ),
    "no mapping": ([SECRET], TypeError, "data takes Mapping, not list"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_known_is_refused_and_never_quoted(name: str) -> None:
    data, error, said = REFUSED[name]
    with pytest.raises(error) as raised:
        from_dict(data)
    assert str(raised.value) == said
    assert raised.value.__cause__ is raised.value.__context__ is None


def places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, item in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        yield (*path, key)
        yield from places(item, (*path, key))


@pytest.mark.parametrize("name", MESSAGES)
def test_any_plain_data_is_a_message_or_refused(name: str) -> None:
    data, r = to_dict(MESSAGES[name]), random.Random(name)
    paths = list(places(data))
    odd: tuple[Any, ...] = (
        None,
        5,
        1.5,
        True,
        SECRET,
        [],
        [SECRET],
        {},
        {"@type": "Cpr"},
        {"@type": "Styled"},
        {"@number": SECRET},
        ...,
    )
    for _ in range(300):
        broken = changed(data, *r.choice(paths), to=r.choice(odd))
        try:
            again = from_dict(broken)
        except (ValueError, TypeError) as error:
            assert not LEAK.search(f"{error} {error.__cause__} {error.__context__}")
        else:
            assert to_dict(again)["schema"] == "medcom_bu/1"


def test_only_messages_become_plain_data() -> None:
    for wrong in (5, SECRET, Gln("5790000121526"), samples()["XREF01/XH0131R"].letters[0]):
        with pytest.raises(TypeError, match=r"^to_dict takes a message, not (int|str|Gln|HospitalReferral)(;|$)"):
            to_dict(wrong)  # type: ignore[arg-type]
