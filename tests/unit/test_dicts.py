"""Messages as plain data: the same message back, whatever it holds, and a refusal of what is not known."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import medcom_bu
from medcom_bu import from_dict, to_dict
from medcom_bu.envelopes import vans
from medcom_bu.testing import strategies
from medcom_bu.testing.letters import letter_samples
from medcom_bu.testing.sets import fhir_samples
from medcom_bu.values.identifiers import Gln
from medcom_bu.values.text import FormattedText, Style, Styled
from tests.robustness.canaries import LEAK
from tests.robustness.shards import input_of
from tests.support.paths import changed as changed_value
from tests.support.plain_data import changed, places
from tests.support.stack import below, depth_of_stack

MESSAGES: dict[str, Any] = {
    **letter_samples(),
    **fhir_samples(),
    "VANSEnvelope": vans.wrap(letter_samples()["XREF01/XH0131R"], service_tags=(("a", "b"),)),
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
    message = letter_samples()["XREF01/XH0131R"]
    text = json.dumps(to_dict(message), ensure_ascii=False)
    for shown in ("0201609995", "Testesen"):
        assert shown in text
    assert medcom_bu.to_xml(medcom_bu.from_dict(json.loads(text))) == medcom_bu.to_xml(message)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", letter_samples())
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


def test_an_object_that_looks_like_a_number_stays_an_object() -> None:
    plain = json.loads(medcom_bu.to_fhir(fhir_samples()["CareCommunication/5.0"]))
    odd: Any
    for odd in ({"@number": "5"}, {"@number": {"@number": {"@number": []}}}, {"@number": "x", "y": 5}):
        message = medcom_bu.read(json.dumps(plain | {"total": odd}).encode()).message
        assert medcom_bu.CareCommunicationMessage is type(message)
        there_and_back(message)


def test_the_deepest_messages_that_are_read_come_back() -> None:
    fhir = medcom_bu.to_fhir(fhir_samples()["CareCommunication/5.0"], "xml")
    extension = '<extension url="u">' * 110 + "</extension>" * 110
    message = medcom_bu.read(fhir.replace(b"<eventCoding", f"{extension}<eventCoding".encode())).message
    assert isinstance(message, medcom_bu.CareCommunicationMessage)
    assert max(map(len, places(to_dict(message)))) > 220
    there_and_back(message)
    assert below(900 - depth_of_stack(), lambda: from_dict(to_dict(message)) == message)


def test_a_person_number_and_a_text_may_be_given_as_plain_texts() -> None:
    message = letter_samples()["XREF01/XH0131R"]
    by_hand = changed(LETTER, "letters", 0, "relative", "person_identifier", to="0504909995")
    by_hand = changed(by_hand, "letters", 0, "relevant_clinical_information", "cave", to="ingen")
    made = from_dict(by_hand)
    assert made.letters[0].relative.person_identifier == message.letters[0].relative.person_identifier  # type: ignore[attr-defined, union-attr]
    assert made.letters[0].relevant_clinical_information.cave.plain() == "ingen"  # type: ignore[attr-defined]


LETTER, CARE = to_dict(letter_samples()["XREF01/XH0131R"]), to_dict(fhir_samples()["CareCommunication/5.0"])
FILES = to_dict(letter_samples()["XBIN01/XB0131X"])
SECRET = "CANARY 0504909989"
SCHEMA = "from_dict takes the schema medcom_bu/1, the data has"
UNKNOWN_TYPE, UNKNOWN_KEY = "a value has a type that this version knows", " has a key that is not known; it takes "
FHIR_TYPES = "CareCommunicationMessage, AcknowledgementMessage, OtherFhirMessage"
FHIR_TYPE = f"a FHIR message has a type, one of {FHIR_TYPES}, and as resource a Bundle"
WIDE = {"@type": "Base64Layout", "width": True}
TOO_DEEP = "nested too deeply: no message that is read is like this"
DEEP_LIST: Any = []
DEEP_OBJECT: Any = {}
for _ in range(20_000):
    DEEP_LIST, DEEP_OBJECT = [DEEP_LIST], {"a": DEEP_OBJECT}
REFUSED: dict[str, tuple[Any, type[Exception], str]] = {
    "no schema": (changed(LETTER, "schema", to=...), ValueError, f"{SCHEMA} none"),
    "another schema": (changed(LETTER, "schema", to=SECRET), ValueError, f"{SCHEMA} another"),
    "a newer schema": (
        changed(LETTER, "schema", to="medcom_bu/2"),
        ValueError,
        f"{SCHEMA} medcom_bu/2",
    ),
    "a key": (
        changed(LETTER, SECRET, to=1),
        ValueError,
        f"Emessage{UNKNOWN_KEY}unexpected, envelope, letters, local_elements, namespace",
    ),
    "a key inside": (
        changed(LETTER, "letters", 0, "letter", "episode_of_care", 0, SECRET, to=1),
        ValueError,
        f"EpisodeOfCare{UNKNOWN_KEY}unexpected, episode_of_care_type, episode_of_care_identifier",
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
        ValueError,
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
    "a FHIR type that is no text": (changed(CARE, "@type", to=[SECRET]), ValueError, FHIR_TYPE),
    "a resource that is no Bundle": (changed(CARE, "resource", "resourceType", to="Patient"), ValueError, FHIR_TYPE),
    "a number that is none": (
        changed(CARE, "resource", "entry", 0, to={"@number": SECRET}),
        ValueError,
        "a Number takes the text of a JSON number",
    ),
    "a number that is no text": (
        changed(CARE, "resource", "entry", 0, to={"@number": [SECRET]}),
        ValueError,
        "@number holds the text of a JSON number",
    ),
    "a key that is no text": (
        changed(CARE, "resource", "entry", 0, to={5: SECRET}),
        ValueError,
        "Rest takes texts as names of properties, not int",
    ),
    "a code that is no text": (
        changed(LETTER, "letters", 0, "sender", "identifier_code", to=[SECRET]),
        ValueError,
        "ReferringSender.identifier_code takes str, not tuple",
    ),
    "a text with another meaning": (
        changed(LETTER, "letters", 0, "sender", "organisation_name", to={"@type": "Url", "text": SECRET}),
        ValueError,
        "ReferringSender.organisation_name takes no Url",
    ),
    "a number's text that is none": (
        changed(LETTER, "letters", 0, "patient", "identifier", "text", to={"@type": "Url", "text": SECRET}),
        ValueError,
        "Cpr.text takes no Url",
    ),
    "a truth value for a number": (
        changed(FILES, "letters", 0, "binary_object", 0, "object_base64_encoded", "layout", to=WIDE),
        ValueError,
        "Base64Layout.width takes int, not bool",
    ),
    "no end of lists": (changed(LETTER, "letters", to=DEEP_LIST), ValueError, TOO_DEEP),
    "no end of objects": (changed(CARE, "resource", "entry", to=DEEP_OBJECT), ValueError, TOO_DEEP),
    "no mapping": ([SECRET], TypeError, "data takes Mapping, not list"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_known_is_refused_and_never_quoted(name: str) -> None:
    data, error, said = REFUSED[name]
    with pytest.raises(error) as raised:
        from_dict(data)
    assert str(raised.value) == said
    assert raised.value.__cause__ is raised.value.__context__ is None


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
        except ValueError as error:
            assert not LEAK.search(f"{error} {error.__cause__} {error.__context__}")
        else:
            assert to_dict(again)["schema"] == "medcom_bu/1"


NAMES = ["@type", "text", "@number", "resource", "resourceType", "letters", "envelope", "nodes", "content", SECRET]
TYPES = ["Emessage", "VansEnvelope", "HospitalReferral", "Cpr", "Styled", "Base64", "OtherFhirMessage", "Bundle"]
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from([*TYPES, SECRET])
JSON = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(NAMES) | st.text(), inner))


@given(st.dictionaries(st.sampled_from(NAMES), JSON), st.sampled_from(TYPES) | JSON)
def test_any_json_is_refused_in_words_of_our_own(content: dict[str, Any], kind: Any) -> None:
    for data in (content, {"schema": "medcom_bu/1", **content}, {"schema": "medcom_bu/1", **content, "@type": kind}):
        try:
            message = from_dict(data)
        except ValueError as error:
            assert not LEAK.search(str(error))
            assert error.__cause__ is error.__context__ is None
        else:
            assert to_dict(message)["@type"] == kind


def test_a_message_made_by_hand_that_no_reader_would_take_is_refused() -> None:
    text: Any = "x"
    for _ in range(2_000):
        text = Styled(Style.BOLD, (text,))
    message = changed_value(
        letter_samples()["XDIS91/XD9134L"], {"letters[0].clinical_information[0].text01": FormattedText((text,))}
    )
    with pytest.raises(ValueError, match=f"^{TOO_DEEP}$"):
        to_dict(message)


def test_only_messages_become_plain_data() -> None:
    for wrong in (5, SECRET, Gln("5790000121526"), letter_samples()["XREF01/XH0131R"].letters[0]):
        with pytest.raises(TypeError, match=r"^to_dict takes a message, not (int|str|Gln|HospitalReferral)(:|$)"):
            to_dict(wrong)  # type: ignore[arg-type]
