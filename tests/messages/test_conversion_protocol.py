"""What MedCom's test protocol of conversion services asks for, with inputs made by hand where its own are not
available.

Each case has the number of the protocol's input; what it becomes is compared whole, by the mapping.

Source: test protocol of the conversion service 1.4, 3.2 and 3.3; use cases of the VANS conversion service 3.1.0.
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from medcom_bu import (
    AcknowledgementMessage,
    Author,
    CareCommunicationBuilder,
    CareCommunicationMessage,
    Conversion,
    Emessage,
    InvalidMessage,
    NegativeReceipt,
    convert,
    exchange,
    parse,
    read,
    to_fhir,
    to_xml,
    validate,
)
from medcom_bu.carecommunication import organization
from medcom_bu.conversion.receipts import SENTENCE
from medcom_bu.declare.oioxml import walk
from medcom_bu.messages.binary_letter import XB0131X
from medcom_bu.messages.clinical_email import XD9134L
from medcom_bu.messages.receipts import XC0230Q, XC0330Q
from medcom_bu.testing import frozen
from medcom_bu.values.fhir_codes import Category
from medcom_bu.values.fhir_resources import Communication, Patient
from medcom_bu.values.fhir_types import Identifier
from medcom_bu.values.text import FormattedText
from tests.support import conversions as c
from tests.support.conversions import PDF, RECEIVER_GLN, RECEIVER_SOR, SENDER_GLN, SENDER_SOR, care, email
from tests.support.typed import letter_as, of_type

# --- inputs: letters -------------------------------------------------------------------------------------------------

_ROOT = '<Emessage xmlns="{namespace}">'
_ENVELOPE = """<Envelope><Sent><Date>2026-01-20</Date><Time>14:05</Time></Sent><Identifier>{number}</Identifier>
<AcknowledgementCode>pluspositivkvitt</AcknowledgementCode></Envelope>"""
_HEADER = """<Letter><Identifier>{number}</Identifier><VersionCode>{version}</VersionCode>
<StatisticalCode>{type}</StatisticalCode><Authorisation><Date>2026-01-20</Date><Time>13:58</Time></Authorisation>
<TypeCode>{type}</TypeCode><StatusCode>nytbrev</StatusCode>{episode}</Letter>"""
_PARTIES = f"""<Sender><EANIdentifier>{SENDER_GLN}</EANIdentifier><Identifier>{SENDER_GLN}</Identifier>
<IdentifierCode>lokationsnummer</IdentifierCode><OrganisationName>Prøve Kommune</OrganisationName>
<DepartmentName>Familiehuset</DepartmentName>{{telephone}}</Sender>
<Receiver><EANIdentifier>{RECEIVER_GLN}</EANIdentifier><Identifier>{RECEIVER_SOR}</Identifier>
<IdentifierCode>sorkode</IdentifierCode><OrganisationName>Prøve Region</OrganisationName></Receiver>"""
_NAMES = "<PersonSurnameName>Test</PersonSurnameName><PersonGivenName>Nancy Ann</PersonGivenName>"
_CPR = "<CivilRegistrationNumber>2512489996</CivilRegistrationNumber>"
_LETTER = f"""{_ROOT}{_ENVELOPE}<ClinicalEmail>{_HEADER}{_PARTIES}<Patient>{{person}}{_NAMES}
<EpisodeOfCareStatusCode>{{status}}</EpisodeOfCareStatusCode></Patient>
<AdditionalInformation>{{priority}}<Subject>Samarbejde om forløb</Subject></AdditionalInformation>
<ClinicalInformation><Text01>Kære alle<Break/><Break/>Forløbet er begyndt.</Text01></ClinicalInformation>
{{references}}</ClinicalEmail></Emessage>"""
_BINARY = f"""{_ROOT}{_ENVELOPE}<BinaryLetter>{_HEADER}{_PARTIES}<Patient>{{person}}{_NAMES}</Patient>
{{objects}}</BinaryLetter></Emessage>"""
_REFERENCE = """<Reference><RefDescription>{title}</RefDescription><BIN><ObjectIdentifier>{number}</ObjectIdentifier>
{facts}</BIN></Reference>"""
_OBJECT = """<BinaryObject><ObjectIdentifier>{number}</ObjectIdentifier>{facts}
<Object_Base64Encoded>{content}</Object_Base64Encoded></BinaryObject>"""
_FACTS = """<ObjectCode>{code}</ObjectCode><ObjectExtensionCode>{extension}</ObjectExtensionCode>
<OriginalObjectSize>{size}</OriginalObjectSize>"""

_NAMESPACES = {each.code: each.namespace for each in (XD9134L, XB0131X, XC0330Q, XC0230Q)}
_DEFAULTS = {
    "person": _CPR, "status": "inaktiv", "priority": "", "episode": "", "telephone": "", "references": "",
}  # fmt: skip


def _message(template: str, number: str, version: str, type_: str, **parts: str) -> Emessage:
    names = {"namespace": _NAMESPACES[version], "number": number, "version": version, "type": type_}
    text = template.format(**names, **{**_DEFAULTS, **parts})
    data = f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode()
    assert [issue.code for issue in validate(data) if issue.severity == "error"] == []
    return parse(data, Emessage)


def a_letter(titles: Mapping[str, tuple[str, bytes]] | None = None, **parts: str) -> Emessage:
    """An XDIS91; ``titles`` maps the title of each file that it refers to to its extension and content."""
    files = enumerate((titles or {}).items())
    references = "".join(
        _REFERENCE.format(title=title, number=_file_number(n).replace("-", ""), facts=_facts(*file))
        for n, (title, file) in files
    )
    return _message(_LETTER, "PROEVE0001", "XD9134L", "XDIS91", references=references, **parts)


def a_binary(files: list[tuple[str, bytes]], first: int = 0, **parts: str) -> Emessage:
    """An XBIN01 with files, each an extension and a content, numbered from ``first`` on."""
    objects = "".join(
        _OBJECT.format(number=_file_number(n), facts=_facts(*file), content=base64.b64encode(file[1]).decode())
        for n, file in enumerate(files, first)
    )
    return _message(_BINARY, f"PROEVEBIN{first:02}", "XB0131X", "XBIN01", objects=objects, **parts)


def _file_number(number: int) -> str:
    return f"7c9d1f0e-3b52-4c6a-9d11-0000000000{number:02}"


def _facts(extension: str, content: bytes) -> str:
    code = "vektor_grafik" if extension == "pdf" else "billede"
    return _FACTS.format(code=code, extension=extension, size=len(content))


def to_care(source: Emessage, *attachments: Emessage) -> Conversion:
    return convert(source, "fhir", attachments=attachments, directory=c.DIRECTORY, ids=frozen())


def errors(message: Any) -> set[str]:
    return {issue.code for issue in validate(message) if issue.severity == "error"}


# --- what a CareCommunication says -----------------------------------------------------------------------------------


def resources(message: CareCommunicationMessage) -> dict[str, list[Any]]:
    """Every resource by its type, as JSON, without ids, profiles and narratives; a reference is a type."""
    bundle = json.loads(to_fhir(message))
    found: dict[str, list[Any]] = {}
    for entry in bundle["entry"]:
        resource = entry["resource"]
        own = {key: value for key, value in resource.items() if key not in ("resourceType", "id", "meta", "text")}
        found.setdefault(resource["resourceType"], []).append(_without_ids(own))
    return found


def _without_ids(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_ids(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_without_ids(each) for each in value]
    if isinstance(value, str) and re.fullmatch(r"\w+/[0-9a-f-]{36}", value):
        return value.partition("/")[0]
    new = "urn:uuid:00000000-0000-4000-8000-"  # as the frozen ids number what is new
    return "new" if isinstance(value, str) and value.startswith(new) else value


_TERMS = "http://medcomfhir.dk/ig/terminology/CodeSystem/"
_CORE = "http://medcomfhir.dk/ig/core/StructureDefinition/medcom-core-"
_MESSAGING = "http://medcomfhir.dk/ig/messaging/StructureDefinition/medcom-messaging-"
_SOR_URL = "https://sor2.sum.dsdn.dk/#id="
_WRITTEN = "2026-01-20T13:58:00+01:00"
_SENT = "2026-01-20T14:05:00+01:00"


def _reference(kind: str) -> dict[str, str]:
    return {"reference": kind}


def _dated(identifier: str) -> list[Any]:
    return [
        {"url": f"{_CORE}datetime-extension", "valueDateTime": _WRITTEN},
        {
            "url": f"{_CORE}identifier-extension",
            "valueIdentifier": {"value": identifier, "assigner": _reference("Organization")},
        },
    ]


def _text_payload(text: str, telephone: str) -> dict[str, Any]:
    author = [
        {"url": f"{_CORE}practitioner-extension", "valueReference": _reference("PractitionerRole")},
        {"url": f"{_CORE}contact-extension", "valueContactPoint": {"system": "phone", "value": telephone}},
    ]
    return {"extension": [*_dated("new"), *author], "contentString": text}


def _file_payload(number: int, **attachment: str) -> dict[str, Any]:
    return {"extension": _dated(f"urn:uuid:{_file_number(number)}"), "contentAttachment": attachment}


def _units() -> list[Any]:
    numbers = ((SENDER_SOR, SENDER_GLN, "Prøve Kommune, Familiehuset"), (RECEIVER_SOR, RECEIVER_GLN, "Prøve Region"))
    return [
        {
            "identifier": [
                {"system": "urn:oid:1.2.208.176.1.1", "value": sor},
                {"system": "https://www.gs1.org/gln", "value": gln},
            ],
            "name": name,
        }
        for sor, gln, name in numbers
    ]


def expected(*payload: Any, patient: Mapping[str, Any] | None = None, encounter: Any = None) -> dict[str, list[Any]]:
    """All that the mapping makes of the letter, with these segments."""
    person = {"system": "urn:oid:1.2.208.176.1.2", "value": "2512489996"}
    name = {"use": "official", "family": "Test", "given": ["Nancy Ann"]}
    sources = [
        {"role": "source", "what": {"identifier": {"value": part["extension"][1]["valueIdentifier"]["value"]}}}
        for part in payload
    ]
    use = {"system": f"{_TERMS}medcom-messaging-destinationUse", "code": "primary"}
    communication = {
        "identifier": [{"value": "new"}],
        "status": "unknown",
        "category": [{"coding": [{"system": f"{_TERMS}medcom-careCommunication-categoryCodes", "code": "other"}]}],
        "subject": _reference("Patient"),
        "topic": {"text": "Samarbejde om forløb"},
        "payload": list(payload),
    }
    found: dict[str, list[Any]] = {
        "MessageHeader": [
            {
                "eventCoding": {
                    "system": f"{_TERMS}medcom-messaging-eventCodes",
                    "code": "care-communication-message",
                },
                "destination": [
                    {
                        "extension": [{"url": f"{_MESSAGING}destinationUseExtension", "valueCoding": use}],
                        "endpoint": f"{_SOR_URL}{RECEIVER_SOR}",
                        "receiver": _reference("Organization"),
                    }
                ],
                "sender": _reference("Organization"),
                "source": {"endpoint": f"{_SOR_URL}{SENDER_SOR}"},
                "focus": [_reference("Communication")],
                "definition": "http://medcomfhir.dk/ig/messagedefinitions/MessageDefinition/"
                "MedComCareCommunicationMessageDefinition|5.0",
            }
        ],
        "Organization": _units(),
        "Patient": [{"identifier": [person], "name": [name], **(patient or {})}],
        "Communication": [communication],
        "PractitionerRole": [{"practitioner": _reference("Practitioner"), "code": [{"text": "ukendt"}]}],
        "Practitioner": [{"name": [{"family": "Prøve Kommune, Familiehuset"}]}],
        "Provenance": [
            {
                "target": [_reference("MessageHeader")],
                "occurredDateTime": _SENT,
                "recorded": _SENT,
                "activity": {"coding": [{"system": f"{_TERMS}medcom-messaging-activityCodes", "code": "new-message"}]},
                "agent": [{"who": _reference("Organization")}],
                "entity": sources,
            }
        ],
    }
    if encounter is not None:
        communication["encounter"] = _reference("Encounter")
        found["Encounter"] = [encounter]
    return found


_TEXT = "Kære alle\n\nForløbet er begyndt."
_TIFF, _PNG = b"II*\0" + bytes(8), b"\x89PNG\r\n\x1a\n" + bytes(8)


def _data(content: bytes) -> str:
    return base64.b64encode(content).decode()


# --- letters to CareCommunications -----------------------------------------------------------------------------------


def test_xdis91_01_is_not_converted_for_a_receiver_that_takes_it() -> None:
    """3.2.1: what the receiver takes is looked up; a letter is never converted to a letter."""
    unit = c.DIRECTORY.__class__.from_rows([{"gln": RECEIVER_GLN, "sor": RECEIVER_SOR, "takes": "XDIS91/XD9134L"}])
    found = unit.find(gln=RECEIVER_GLN)
    assert found is not None
    assert unit.takes(found, a_letter())
    assert not unit.takes(found, care(to_care(a_letter())))
    with pytest.raises(TypeError, match="use to_xml"):
        convert(a_letter(), "xml")


_STATUSES = [("indlagt", "IMP", "in-progress"), ("ambulant", "AMB", "in-progress"), ("inaktiv", "other", "unknown")]


@pytest.mark.parametrize(("status", "class_", "state"), [*_STATUSES, ("doed", "other", "finished")])
def test_xdis91_02_with_an_episode_of_care(status: str, class_: str, state: str) -> None:
    """3.2.2: every field, the episode of care and its status, the telephone that only the directory knows."""
    episode = "<EpisodeOfCareIdentifier>64D56BEB9D2245D48FA0EAAF186BEBAE</EpisodeOfCareIdentifier>"
    found = to_care(
        a_letter(episode=episode, status=status, priority="<Priority>høj_prioritet</Priority>"),
    )
    system = (
        f"{_TERMS}medcom-core-encounter-act-codes"
        if class_ == "other"
        else "http://terminology.hl7.org/CodeSystem/v3-ActCode"
    )
    number = {"system": f"{_SOR_URL}{SENDER_SOR}", "value": "64d56beb-9d22-45d4-8fa0-eaaf186bebae"}
    encounter = {
        "status": state,
        "class": {"system": system, "code": class_},
        "subject": _reference("Patient"),
        "episodeOfCare": [{"identifier": number}],
    }
    patient = {"deceasedBoolean": True} if status == "doed" else {}
    text = _text_payload(f"Denne meddelelse har høj prioritet. {_TEXT}", "11223344")
    assert resources(care(found)) == expected(text, patient=patient, encounter=encounter)
    assert care(found).timestamp == _SENT
    assert errors(care(found)) == set()
    paired = found.pairs.messages[0]
    assert (paired.bundle_id, paired.message_id) == (care(found).id, care(found).header.id)  # type: ignore[union-attr]
    assert [(each.envelope_identifier, each.letter_identifier, each.version_code) for each in paired.letters] == [
        ("PROEVE0001", "PROEVE0001", "XD9134L")
    ]


@pytest.mark.parametrize(
    ("telephone", "known", "told"),
    [("87654321", True, "87654321"), (None, True, "11223344"), (None, False, "0000 0000")],
)
def test_xdis91_02_telephone(telephone: str | None, known: bool, told: str) -> None:
    """3.2.2: the telephone of the letter, else that of the directory, and 0000 0000 last."""
    own = f"<TelephoneSubscriberIdentifier>{telephone}</TelephoneSubscriberIdentifier>" if telephone else ""
    rows = [
        {"gln": SENDER_GLN, "sor": SENDER_SOR, "name": "Prøve", **({"telephone": "11223344"} if known else {})},
        {"gln": RECEIVER_GLN, "sor": RECEIVER_SOR, "name": "Prøve"},
    ]
    found = convert(a_letter(telephone=own), "fhir", directory=c.DIRECTORY.from_rows(rows), ids=frozen())
    assert resources(care(found)) == expected(_text_payload(_TEXT, told))


_FILES = {
    "XDIS91_03": {"Plan": ("pdf", PDF)},
    "XDIS91_04": {"Plan": ("pdf", PDF), "Tegning": ("png", _PNG), "Skan": ("tiff", _TIFF)},
}


@pytest.mark.parametrize("case", _FILES)
def test_files_of_one_binary_letter(case: str) -> None:
    """3.2.3: titles and contents of one file, and of three in one XBIN01."""
    files = _FILES[case]
    found = to_care(a_letter(files), a_binary([*files.values()]))
    mime = {"pdf": "application/pdf", "png": "image/png", "tiff": "image/tiff"}
    segments = [
        _file_payload(n, contentType=mime[extension], data=_data(content), title=title)
        for n, (title, (extension, content)) in enumerate(files.items())
    ]
    assert resources(care(found)) == expected(_text_payload(_TEXT, "11223344"), *segments)
    assert errors(care(found)) == set()
    assert [each.version_code for each in found.pairs.messages[0].letters] == ["XD9134L", "XB0131X"]


def test_xdis91_09_more_than_ten_files() -> None:
    """3.2.3: two XBIN01 of six files each; the letter can refer to ten, and all twelve go along."""
    content = [("pdf", PDF + bytes([number])) for number in range(12)]
    titles = {f"Bilag {n}": file for n, file in enumerate(content[:10])}
    found = to_care(a_letter(titles), a_binary(content[:6]), a_binary(content[6:], first=6))
    segments = [
        _file_payload(n, contentType="application/pdf", data=_data(file), title=f"Bilag {n}" if n < 10 else "Bilag")
        for n, (_, file) in enumerate(content)
    ]
    assert resources(care(found)) == expected(_text_payload(_TEXT, "11223344"), *segments)
    assert errors(care(found)) == set()
    assert len(found.pairs.messages[0].letters) == 3


def test_xdis91_06_the_binary_letter_is_missing() -> None:
    """3.2.4: a segment without data and title, knowingly invalid; the refusal gets the sentence of the converter."""
    found = to_care(a_letter(_FILES["XDIS91_03"]))
    segment = _file_payload(0, contentType="application/pdf")
    assert resources(care(found)) == expected(_text_payload(_TEXT, "11223344"), segment)
    assert errors(care(found)) == {"profile.missing"}
    _answered_with_the_sentence(found, 1)


def _answered_with_the_sentence(found: Conversion, count: int) -> None:
    answer = exchange.refuse(care(found), reason="Filen kan ikke åbnes", ids=frozen(first=7001))
    back = convert(answer, "xml", pairs=found.pairs, ids=frozen(first=9001))
    texts = [
        letter_as(NegativeReceipt, of_type(Emessage, each)).original_emessage.refuse_text for each in back.messages
    ]
    assert texts == [FormattedText.from_plain(f"Filen kan ikke åbnes\n{SENTENCE}")] * count


def test_xbin_07_alone_and_files_of_the_hub_go_on_unconverted() -> None:
    """3.2.5 and 3.3.3: a binary letter without its letter is not converted, whoever sends it."""
    with pytest.raises(InvalidMessage) as refused:
        to_care(a_binary([("pdf", PDF)]))
    assert [issue.code for issue in refused.value.report] == ["conversion.binary-alone"]


def test_xdis91_08_a_file_of_a_type_that_is_not_permitted() -> None:
    """3.2.6: converted all the same, with all files; refused by the receiver, with the sentence in both receipts."""
    files = {"Plan": ("pdf", PDF), "Dokument": ("zip", b"PK\3\4" + bytes(8))}
    found = to_care(a_letter(files), a_binary([*files.values()]))
    segments = (
        _file_payload(0, contentType="application/pdf", data=_data(PDF), title="Plan"),
        _file_payload(1, contentType="application/zip", data=_data(files["Dokument"][1]), title="Dokument"),
    )
    assert resources(care(found)) == expected(_text_payload(_TEXT, "11223344"), *segments)
    assert errors(care(found)) == {"profile.code"}
    _answered_with_the_sentence(found, 2)


def _undecodable(binary: Emessage) -> Emessage:
    content = base64.b64encode(PDF)
    data = to_xml(binary)
    assert content in data
    return of_type(Emessage, read(data.replace(content, b"%%%")).message)


def _refused(source: Emessage, *attachments: Emessage) -> set[tuple[str, str]]:
    with pytest.raises(InvalidMessage) as refused:
        to_care(source, *attachments)
    return {(issue.code, issue.path) for issue in refused.value.report}


def test_a_binary_letter_that_cannot_be_read_is_refused_and_its_letter_goes_on_without_it() -> None:
    """Use cases, S1.A2 and table 5: as if the XBIN01 had not come; it gets a refusal of its own."""
    source, carrier = a_letter(_FILES["XDIS91_03"]), _undecodable(a_binary([("pdf", PDF)]))
    content = ("conversion.file", "attachments[0].letters[0].binary_object[0].object_base64_encoded")
    assert _refused(source, carrier) == {content}
    assert to_care(source).pairs.messages[0].is_incomplete


def test_both_invalid() -> None:
    """Use cases, R1.A2: nothing is converted, and the reasons of both are reported at once."""
    own = email(a_letter(_FILES["XDIS91_03"]))
    source = a_letter().replace(letters=(own.replace(clinical_information=()),))
    assert _refused(source, _undecodable(a_binary([("pdf", PDF)]))) == {
        ("conversion.no-text", "letters[0].clinical_information"),
        ("conversion.file", "attachments[0].letters[0].binary_object[0].object_base64_encoded"),
    }


def test_a_duplicate_is_told_before_it_is_converted() -> None:
    """Use cases, table 5: a converter keeps no list, exchange does."""
    store, now = exchange.MemoryStore(), datetime(2026, 1, 20, 13, 10, tzinfo=UTC)
    actions = [exchange.receive(to_xml(a_letter()), store, now).action for _ in range(2)]
    assert actions == ["show", "duplicate"]


def test_a_complete_message_is_refused_without_the_sentence() -> None:
    found = to_care(a_letter(_FILES["XDIS91_03"]), a_binary([("pdf", PDF)]))
    answer = exchange.refuse(care(found), reason="Ukendt patient", ids=frozen(first=7001))
    back = convert(answer, "xml", pairs=found.pairs, ids=frozen(first=9001))
    for each in back.messages:
        text = letter_as(NegativeReceipt, of_type(Emessage, each)).original_emessage.refuse_text
        assert text == FormattedText.from_plain("Ukendt patient")


@pytest.mark.parametrize(
    ("number", "system"),
    [("0703921VJ5", "urn:oid:1.2.208.176.1.6.1.1"), ("1206550VK9", "urn:oid:1.2.208.176.1.6.1.3")],
)
def test_xdis91_10_a_replacement_number(number: str, system: str) -> None:
    """3.3.1: the seventh place tells a national number from a regional one."""
    found = to_care(a_letter(person=f"<AlternativeIdentifier>{number}</AlternativeIdentifier>"))
    patient = {"identifier": [{"system": system, "value": number}]}
    assert resources(care(found)) == expected(_text_payload(_TEXT, "11223344"), patient=patient)
    assert errors(care(found)) == set()


# --- CareCommunications to letters -----------------------------------------------------------------------------------

_EMMA = Author(given="Emma", family="Prøve", telephone="11111111", role_code="sygeplejerske")
_MIKKEL = Author(given="Mikkel", family="Test", telephone="22222222", role_code="paedagog")
_AWAY = organization("Prøve Speciallæge", sor="325421000016001", gln="5790000209354")


def _builder(make: Callable[..., Any], *given: Any, first: int, day: int, **more: Any) -> Any:
    return make(*given, ids=frozen(datetime(2026, 3, day, 10, 15), first=first), **more)


def first_message(files: Mapping[str, bytes] | None = None) -> CareCommunicationMessage:
    given = c.message()
    builder = _builder(
        CareCommunicationBuilder.new, first=100, day=2,
        sender=given.sender, receiver=given.receiver, patient=given.patient,
        category=Category.NURSING, topic="Sårpleje",
    ).write("Hvordan går det?", author=_EMMA)  # fmt: skip
    for title, content in (files or {}).items():
        builder.attach(content, title=title)
    return of_type(CareCommunicationMessage, builder.build())


def a_reply(to: CareCommunicationMessage, text: str, author: Author, number: int, **files: bytes) -> Any:
    builder = _builder(CareCommunicationBuilder.reply_to, to, first=100 * number, day=1 + number).write(
        text, author=author
    )
    for title, content in files.items():
        builder.attach(content, title=title)
    return builder.build()


def to_letters(source: CareCommunicationMessage) -> Conversion:
    found = convert(source, "xml", ids=frozen(first=5001))
    assert [errors(each) for each in found.messages] == [set() for _ in found.messages]
    return found


def leaves(letter: Any) -> dict[str, str]:
    """Path -> what is there, but for the letter's own number."""
    found = {path: content for path, _, content in walk(letter)}
    del found["letter.identifier"]
    reveal = {path: content.reveal() for path, content in found.items() if hasattr(content, "reveal")}
    plain = {path: each.plain() for path, each in found.items() if isinstance(each, FormattedText)}
    return {**{path: str(content) for path, content in found.items()}, **reveal, **plain}


def _letter_leaves(
    text: str, day: int, files: Mapping[str, str] | None = None, changes: Mapping[str, str] = {}
) -> dict[str, str]:
    """What the letter of the first message says, with what differs."""
    found = {
        "letter.version_code": "XD9134L",
        "letter.statistical_code": "XDIS91",
        "letter.authorisation.date": f"2026-03-{day:02}",
        "letter.authorisation.time": "10:15",
        "letter.type_code": "XDIS91",
        "letter.status_code": "nytbrev",
        "sender.ean_identifier": SENDER_GLN,
        "sender.identifier": SENDER_SOR,
        "sender.identifier_code": "sorkode",
        "sender.organisation_name": "Eksempel Kommune",
        "sender.telephone_subscriber_identifier": "11111111",
        "receiver.ean_identifier": RECEIVER_GLN,
        "receiver.identifier": RECEIVER_SOR,
        "receiver.identifier_code": "sorkode",
        "receiver.organisation_name": "Eksempel Lægehus",
        "patient.identifier": _person(),
        "patient.person_surname_name": "Hansen",
        "patient.person_given_name": "Peter",
        "patient.episode_of_care_status_code": "inaktiv",
        "additional_information.subject": "Sygepleje, Sårpleje",
        "clinical_information[0].text01": text,
    }
    for n, (title, facts) in enumerate((files or {}).items()):
        number, code, extension, size = facts.split()
        here = f"reference[{n}]"
        found[f"{here}.ref_description"] = title
        names = ("object_identifier", "object_code", "object_extension_code", "original_object_size")
        found |= {
            f"{here}.target.{name}": value for name, value in zip(names, (number, code, extension, size), strict=True)
        }
    return {**found, **changes}


def _person() -> str:
    number: Any = c.message().patient
    return str(number.number.reveal())


_TURNED = {
    "sender.ean_identifier": RECEIVER_GLN,
    "sender.identifier": RECEIVER_SOR,
    "sender.organisation_name": "Eksempel Lægehus",
    "sender.telephone_subscriber_identifier": "22222222",
    "receiver.ean_identifier": SENDER_GLN,
    "receiver.identifier": SENDER_SOR,
    "receiver.organisation_name": "Eksempel Kommune",
}
_FIRST = "Hvordan går det?\nForfatter: Emma Prøve\nStilling: Sygeplejerske"
_EARLIER = "Tidligere meddelelse af 02.03.2026 kl. 10:15 fra Eksempel Kommune:\n" + _FIRST + "\nTelefon: 11111111"


def _file_facts(source: CareCommunicationMessage) -> list[str]:
    """Number, kind, type and size of each file of a message that is carried, as a reference has them."""
    found = []
    for segment in source.segments:
        attachment = segment.attachment
        if attachment is not None and attachment.data is not None:
            kind = (attachment.content_type or "").rpartition("/")[2]
            number = (segment.identifier or "").removeprefix("urn:uuid:").replace("-", "")
            code = "vektor_grafik" if kind == "pdf" else "billede"
            found.append(f"{number} {code} {kind} {len(attachment.data.content or b'')}")
    return found


def _contents(found: Conversion) -> list[list[bytes | None]]:
    return [[each.content for each in c.binary(found, n).binary_object] for n in range(1, len(found.messages))]


def test_cc_04_several_files() -> None:
    """3.2.8: one XDIS91 and one XBIN01 with all files; titles; an envelope of its own for each."""
    source = first_message({"Plan": PDF, "Tegning": _PNG, "Skan": _TIFF})
    found = to_letters(source)
    files = dict(zip(("Plan", "Tegning", "Skan"), _file_facts(source), strict=True))
    assert leaves(email(found)) == _letter_leaves(_FIRST, 2, files)
    assert _contents(found) == [[PDF, _PNG, _TIFF]]
    carrier = leaves(c.binary(found))
    kept = ("sender.", "receiver.", "letter.auth", "letter.status")
    assert {path: each for path, each in carrier.items() if path.startswith(kept)} == {
        path: each for path, each in leaves(email(found)).items() if path.startswith(kept)
    }
    assert (carrier["letter.version_code"], carrier["letter.type_code"]) == ("XB0131X", "XBIN01")
    assert (carrier["subject.identifier"], carrier["subject.person_surname_name"]) == (_person(), "Hansen")
    numbers = [c.emessage(found, n).envelope.identifier for n in range(2)]
    assert len(set(numbers)) == 2


def test_cc_05_eleven_files() -> None:
    """3.2.8, withdrawn in January 2026: none is left behind."""
    contents = {f"Fil {number}": PDF + bytes([number]) for number in range(11)}
    source = first_message(contents)
    found = to_letters(source)
    files = dict(zip(contents, _file_facts(source)[:10], strict=False))
    assert leaves(email(found)) == _letter_leaves(f"{_FIRST}\n\nVedhæftet fil: Fil 10", 2, files)
    assert _contents(found) == [[*contents.values()][:10], [*contents.values()][10:]]


def test_cc_06_the_file_stands_before_the_text() -> None:
    """3.2.8: the order of segments says nothing; whether the receiver takes an XBIN01 is not asked for."""
    source = first_message({"Plan": PDF})
    turned = c.changed(source, Communication, lambda own: own.replace(payload=own.payload[::-1]))
    assert turned.segments[0].attachment is not None
    assert to_letters(turned).messages == to_letters(source).messages


def test_cc_07_a_reply() -> None:
    """3.2.9: it says that it is a reply; what was written before goes along."""
    found = to_letters(a_reply(first_message(), "Det går godt.", _MIKKEL, 2))
    text = f"Besvarelse\nDet går godt.\nForfatter: Mikkel Test\nStilling: Pædagog\n\n{_EARLIER}"
    assert leaves(email(found)) == _letter_leaves(text, 3, changes=_TURNED)


def test_cc_08_a_reply_with_a_file_of_its_own() -> None:
    """3.2.9: a TIFF."""
    source = a_reply(first_message(), "Se billedet.", _MIKKEL, 2, Billede=_TIFF)
    found = to_letters(source)
    text = f"Besvarelse\nSe billedet.\nForfatter: Mikkel Test\nStilling: Pædagog\n\n{_EARLIER}"
    (file,) = _file_facts(source)
    assert file.split()[1:] == ["billede", "tiff", str(len(_TIFF))]
    assert leaves(email(found)) == _letter_leaves(text, 3, {"Billede": file}, changes=_TURNED)
    assert _contents(found) == [[_TIFF]]


def test_cc_09_a_reply_whose_earlier_file_has_no_content() -> None:
    """3.2.9: the file is named at the very end of the text."""
    source = a_reply(first_message({"Plan": PDF}), "Tak for planen.", _MIKKEL, 2)
    found = to_letters(source)
    text = (
        f"Besvarelse\nTak for planen.\nForfatter: Mikkel Test\nStilling: Pædagog\n\n{_EARLIER}"
        "\n\nFiler i tidligere meddelelser, som ikke er vedhæftet:\n- Plan"
    )
    assert leaves(email(found)) == _letter_leaves(text, 3, changes=_TURNED)
    assert len(found.messages) == 1


def a_forward(*, with_file: bool = False) -> CareCommunicationMessage:
    """The fifth message: a thread of four, sent on."""
    thread = [first_message({"Plan": PDF} if with_file else None)]
    for number, (text, author) in enumerate((("Godt.", _MIKKEL), ("Og nu?", _EMMA), ("Bedre.", _MIKKEL)), 2):
        thread.append(a_reply(thread[-1], text, author, number))
    builder = _builder(
        CareCommunicationBuilder.forward, thread[-1], first=900, day=9, receiver=_AWAY, earlier=thread[:-1]
    )
    return of_type(CareCommunicationMessage, builder.write("Til orientering.", author=_EMMA).build())


def _forwarded_text() -> str:
    blocks = ["Videresendelse\nTil orientering.\nForfatter: Emma Prøve\nStilling: Sygeplejerske"]
    for text, day, author, role, unit, telephone in (
        ("Bedre.", 5, "Mikkel Test", "Pædagog", "Lægehus", "\nTelefon: 22222222"),
        ("Og nu?", 4, "Emma Prøve", "Sygeplejerske", "Kommune", ""),
        ("Godt.", 3, "Mikkel Test", "Pædagog", "Lægehus", "\nTelefon: 22222222"),
        ("Hvordan går det?", 2, "Emma Prøve", "Sygeplejerske", "Kommune", ""),
    ):
        head = f"Tidligere meddelelse af {day:02}.03.2026 kl. 10:15 fra Eksempel {unit}:"
        blocks.append(f"{head}\n{text}\nForfatter: {author}\nStilling: {role}{telephone}")
    return "\n\n".join(blocks)


_SENT_ON = {
    "receiver.ean_identifier": "5790000209354",
    "receiver.identifier": "325421000016001",
    "receiver.organisation_name": "Prøve Speciallæge",
}


def test_cc_10_a_thread_of_four_messages_is_forwarded() -> None:
    """3.2.9: it says that it is a forward; every text of the thread is in it, newest first."""
    assert leaves(email(to_letters(a_forward()))) == _letter_leaves(_forwarded_text(), 9, changes=_SENT_ON)


def test_cc_11_a_forward_with_a_file_and_ids_that_are_no_uuids() -> None:
    """3.2.9: resources go by any id."""
    source = a_forward(with_file=True)
    data = to_fhir(source).decode()
    for number, entry in enumerate(source.entry):
        data = data.replace(str(entry.resource.id), f"nr.{number}-af.traaden")  # type: ignore[union-attr]
    renamed = parse(data.encode(), CareCommunicationMessage)
    found = to_letters(renamed)
    (file,) = _file_facts(source)
    assert leaves(email(found)) == _letter_leaves(_forwarded_text(), 9, {"Plan": file}, changes=_SENT_ON)
    assert _contents(found) == [[PDF]]
    assert found.pairs.messages[0].message_id == "nr.0-af.traaden"
    receipts = [exchange.accept(each, ids=frozen(first=7001)) for each in found.messages]
    answer = convert(receipts[0], "fhir", attachments=receipts[1:], pairs=found.pairs).messages[0]  # type: ignore[arg-type]
    assert of_type(AcknowledgementMessage, answer).acknowledged == "nr.0-af.traaden"


def test_cc_14_three_numbers() -> None:
    """3.3.1: the CPR number takes the place, the others are in the text after MedCom's sentence."""
    numbers = tuple(
        Identifier(system=f"urn:oid:1.2.208.176.1.{system}", value=value)
        for system, value in (("6.1.3", "1206550VK9"), ("6.1.1", "0703921VJ5"), ("2", "2512489996"))
    )
    source = c.changed(first_message(), Patient, lambda own: own.replace(identifier=numbers))
    found = to_letters(source)
    sentence = (
        "Der er modtaget flere end et CPR-nummer i korrespondancemeddelelsen. Derfor er de resterende medsendte"
        " CPR-numre indsat her"
    )
    text = f"{_FIRST}\n\n{sentence}\n1206550VK9\n0703921VJ5"
    assert leaves(email(found)) == _letter_leaves(text, 2, changes={"patient.identifier": "2512489996"})


# --- receipts --------------------------------------------------------------------------------------------------------

_RECEIPT = f"""{_ROOT}<Envelope><Sent><Date>2026-03-02</Date><Time>10:20</Time></Sent>
<Identifier>{{number}}</Identifier><AcknowledgementCode>minuspositivkvitt</AcknowledgementCode></Envelope><{{kind}}Receipt><Letter>
<Identifier>{{number}}</Identifier><VersionCode>{{version}}</VersionCode><StatisticalCode>{{type}}</StatisticalCode>
</Letter><Sender><EANIdentifier>{RECEIVER_GLN}</EANIdentifier></Sender>
<Receiver><EANIdentifier>{SENDER_GLN}</EANIdentifier></Receiver><OriginalEmessage>
<OriginalEnvelopeIdentifier>{{envelope}}</OriginalEnvelopeIdentifier>
<OriginalSender><EANIdentifier>{SENDER_GLN}</EANIdentifier></OriginalSender>
<OriginalReceiver><EANIdentifier>{RECEIVER_GLN}</EANIdentifier></OriginalReceiver>{{reason}}
<OriginalLetter><OriginalLetterIdentifier>{{letter}}</OriginalLetterIdentifier>
<OriginalVersionCode>{{original}}</OriginalVersionCode></OriginalLetter></OriginalEmessage></{{kind}}Receipt></Emessage>"""
_REASON = "<RefuseCode>syntaksfejl</RefuseCode><RefuseText>Filen kan ikke læses<Break/>Send den igen</RefuseText>"


def a_receipt(paired: Any, number: int, *, positive: bool) -> Emessage:
    kind, version, type_ = ("Positive", "XC0330Q", "XCTL03") if positive else ("Negative", "XC0230Q", "XCTL02")
    text = _RECEIPT.format(
        namespace=_NAMESPACES[version], number=f"KVIT{number}", kind=kind, version=version, type=type_,
        envelope=paired.envelope_identifier,
        letter=paired.letter_identifier, original=paired.version_code, reason="" if positive else _REASON,
    )  # fmt: skip
    assert errors(text.encode()) == set()
    return parse(text.encode(), Emessage)


@pytest.mark.parametrize(
    ("positive", "code"),
    [([True], "ok"), ([False], "fatal-error"), ([True, True], "ok"), ([True, False], "fatal-error"),
     ([False, True], "fatal-error"), ([False, False], "fatal-error")],
)  # fmt: skip
def test_xctl03_01_and_xctl02_01(positive: list[bool], code: str) -> None:
    """3.2.10: one receipt, or two, for one Acknowledgement that names the message, with the reason of a refusal."""
    source = first_message({"Plan": PDF} if len(positive) == 2 else None)
    first = to_letters(source)
    letters = first.pairs.messages[0].letters
    receipts = [a_receipt(letters[n], n, positive=each) for n, each in enumerate(positive)]
    back = convert(receipts[0], "fhir", attachments=receipts[1:], pairs=first.pairs, ids=frozen(first=9001))
    answer = of_type(AcknowledgementMessage, back.messages[0])
    assert errors(answer) == set()
    assert (answer.code, answer.acknowledged) == (code, source.header.id)  # type: ignore[union-attr]
    assert answer.timestamp == "2026-03-02T10:20:00+01:00"
    units: list[Any] = [answer.sender, answer.receiver]
    assert [unit.gln.reveal() for unit in units] == [RECEIVER_GLN, SENDER_GLN]
    reasons = [(issue.code, issue.details.text if issue.details else None) for issue in answer.issues]
    assert reasons == ([] if all(positive) else [("structure", "Filen kan ikke læses\nSend den igen")])


@pytest.mark.parametrize("files", [{}, _FILES["XDIS91_03"]])
@pytest.mark.parametrize("positive", [True, False])
def test_ack_01_and_ack_02(files: Any, positive: bool) -> None:
    """3.2.11: one Acknowledgement becomes one receipt, or two, each of which names its own letter."""
    sent = [a_letter(files), *([a_binary([*files.values()])] if files else [])]
    found = to_care(sent[0], *sent[1:])
    own = frozen(first=7001)
    answer = exchange.accept(care(found), ids=own) if positive else exchange.refuse(care(found), reason="Nej", ids=own)
    back = convert(answer, "xml", pairs=found.pairs, ids=frozen(first=9001))
    assert len(back.messages) == len(sent)
    for number, original in enumerate(sent):
        letter: Any = original.letters[0]
        receipt = c.emessage(back, number)
        told = leaves(receipt.letters[0])
        type_, version = ("XCTL03", "XC0330Q") if positive else ("XCTL02", "XC0230Q")
        here = "original_emessage"
        assert errors(to_xml(receipt)) == set()
        assert told == {
            "letter.version_code": version,
            "letter.statistical_code": type_,
            "sender.ean_identifier": RECEIVER_GLN,
            "receiver.ean_identifier": SENDER_GLN,
            f"{here}.original_envelope_identifier": original.envelope.identifier,
            f"{here}.original_sender.ean_identifier": SENDER_GLN,
            f"{here}.original_receiver.ean_identifier": RECEIVER_GLN,
            f"{here}.original_letter[0].original_letter_identifier": letter.letter.identifier,
            f"{here}.original_letter[0].original_version_code": letter.letter.version_code,
            **({} if positive else {f"{here}.refuse_code": "ikke_specificeret", f"{here}.refuse_text": "Nej"}),
        }
