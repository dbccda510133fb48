"""Every row of the mapping on both ways, by its number: what is carried, what is lost, what is made up, and where."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import attrs
import pytest

from medcom_bu import (
    AcknowledgementCode,
    Author,
    CareCommunicationBuilder,
    CareCommunicationMessage,
    Consignment,
    Conversion,
    Directory,
    Emessage,
    FormattedText,
    Policy,
    validate,
)
from medcom_bu.carecommunication import episode_of_care, organization
from medcom_bu.conversion.table import ROWS
from medcom_bu.declare.oioxml import Unexpected
from medcom_bu.messages.clinical_email import ClinicalInformation, EmailInformation
from medcom_bu.messages.emessage import LocalElements
from medcom_bu.messages.message import Message
from medcom_bu.testing import frozen
from medcom_bu.values.codes import (
    CorrespondencePriority,
    EpisodeOfCareStatusCode,
    IdentifierCode,
    ObjectCode,
    ObjectExtensionCode,
    StatusCode,
)
from medcom_bu.values.fhir_codes import Activity, Category, RequestPriority
from medcom_bu.values.fhir_resources import (
    Communication,
    Encounter,
    Organization,
    Patient,
    Practitioner,
    PractitionerRole,
    Provenance,
)
from medcom_bu.values.fhir_types import (
    Address,
    CodeableConcept,
    Coding,
    ContactPoint,
    HumanName,
    Identifier,
    ResourceReference,
)
from medcom_bu.values.identifiers import Cpr, ReplacementCpr
from medcom_bu.values.parties import BinaryReference, PatientRecordExtract, Reference, Url
from medcom_bu.values.specialities import MedicalSpecialityCode
from medcom_bu.values.text import Mark, RawMarkup, Style, Styled
from medcom_bu.values.timestamps import DateAndTime
from tests.support.conversion_judges import errors_of_validator, official_validator, refused_by_schema
from tests.support.conversions import (
    DIRECTORY,
    EPISODE,
    FHIR,
    LETTER,
    PDF,
    RECEIVER_GLN,
    RECEIVER_SOR,
    SENDER_GLN,
    SENDER_SOR,
    binary,
    care,
    changed,
    codes,
    email,
    emessage,
    header,
    letter,
    message,
    to_fhir,
    to_letter,
    with_letter,
)
from tests.support.java_oracle import JavaOracle

Case = Iterator[tuple[Conversion, set[tuple[str, str]]]]
"""Conversions, each with the codes and paths of what must be noted for the row."""

CASES: dict[tuple[int, str], Callable[[], Case]] = {}
_TABLE = {
    (row.number, way): getattr(row, name) for row in ROWS for way, name in ((FHIR, "to_fhir"), (LETTER, "to_letter"))
}
_KEYS = [(row.number, way) for row in ROWS for way in (FHIR, LETTER)]


def row(number: int, way: str) -> Callable[[Callable[[], Case]], Callable[[], Case]]:
    def register(case: Callable[[], Case]) -> Callable[[], Case]:
        assert (number, way) not in CASES
        CASES[number, way] = case
        return case

    return register


def test_every_row_has_a_case_on_each_way() -> None:
    assert set(CASES) == set(_KEYS)


def _bare(code: str) -> str:
    return code.removeprefix("loss.convert-")


@pytest.mark.parametrize(("number", "way"), _KEYS, ids=[f"row {number} to {way}" for number, way in _KEYS])
def test_row(number: int, way: str) -> None:
    named = {_bare(kind.code) for kind in (*_TABLE[number, way].losses, *_TABLE[number, way].made_up)}
    seen = set()
    for conversion, expected in CASES[number, way]():
        assert expected <= codes(conversion)
        seen |= {code for code, _ in expected}
        for each in conversion.messages:
            assert not [issue for issue in validate(each) if issue.severity == "error"]
    assert seen == named, "what the table names is seen in a case, and nothing else is"


def _results(kind: type[Message]) -> list[Message]:
    """Every message of a kind that the cases make, but for those that are knowingly invalid; each once."""
    found = (conversion for case in CASES.values() for conversion, _ in case())
    return list(dict.fromkeys(each for conversion in found for each in conversion.messages if isinstance(each, kind)))


def test_the_official_schemas_accept_every_letter() -> None:
    letters = _results(Emessage)
    assert len(letters) > 50
    assert [message for message in letters if refused_by_schema(message)] == []


@pytest.fixture(scope="module")
def java() -> JavaOracle:
    return official_validator()


@pytest.mark.slow
def test_the_official_validator_accepts_every_message(java: JavaOracle) -> None:
    messages = _results(CareCommunicationMessage)
    assert len(messages) > 30
    refused = {n: found for n, each in enumerate(messages) if (found := errors_of_validator(java, each))}
    assert refused == {}


# --- envelope, ids, times --------------------------------------------------------------------------------------------


def _entry(conversion: Conversion, kind: type) -> str:
    at = next(n for n, entry in enumerate(care(conversion).entry) if isinstance(entry.resource, kind))
    return f"messages[0].entry[{at}].resource"


@row(1, FHIR)
def sent_to_fhir() -> Case:
    found = to_fhir(letter(envelope={"sent": DateAndTime(date="2026-01-04", time="23:30")}))
    assert care(found).timestamp == "2026-01-04T23:30:00+01:00"
    yield found, {("made-up.zone", "messages[0].timestamp")}
    found = to_fhir(letter(envelope={"sent": DateAndTime(date="2025-10-26", time="02:30")}))
    assert care(found).timestamp == "2025-10-26T02:30:00+02:00"
    yield found, {("made-up.doubled-hour", "messages[0].timestamp")}


@row(1, LETTER)
def sent_to_letter() -> Case:
    found = to_letter(message().replace(timestamp="2025-01-04T23:30:00Z"))
    assert email(found).letter is not None
    assert emessage(found, 0).envelope.sent == DateAndTime(date="2025-01-05", time="00:30")
    yield found, {("seconds-and-zone", "timestamp")}


@row(2, FHIR)
def times_to_fhir() -> Case:
    found = to_fhir(letter())
    own = care(found).provenance
    assert own is not None
    assert own.occurred_date_time == own.recorded == care(found).timestamp
    at = _entry(found, Provenance)
    yield (
        found,
        {("made-up.provenance-times", f"{at}.occurred_date_time"), ("made-up.provenance-times", f"{at}.recorded")},
    )


@row(2, LETTER)
def times_to_letter() -> Case:
    source = changed(message(), Provenance, lambda own: own.replace(recorded="2026-05-04T10:00:00+02:00"))
    yield to_letter(source), {("provenance-times", "entry[7].resource.recorded")}
    assert not [loss for loss in to_letter(message()).losses if loss.code.endswith("provenance-times")]


@row(3, FHIR)
def envelope_to_fhir() -> Case:
    source = letter()
    found = to_fhir(source)
    paired = found.pairs.messages[0]
    assert paired.letters[0].envelope_identifier == source.messages[0].envelope.identifier
    assert paired.bundle_id == care(found).id
    yield found, {("identity", "messages[0].envelope.identifier"), ("made-up.bundle-id", "messages[0].id")}


@row(3, LETTER)
def bundle_to_letter() -> Case:
    source = message()
    found = to_letter(source)
    assert found.pairs.messages[0].bundle_id == source.id
    assert emessage(found, 0).envelope.identifier == found.pairs.messages[0].letters[0].envelope_identifier
    yield found, {("identity", "id"), ("made-up.envelope-number", "messages[0].envelope.identifier")}


@row(4, FHIR)
def wish_to_fhir() -> Case:
    for code in AcknowledgementCode:
        found = to_fhir(letter(envelope={"acknowledgement_code": code}))
        assert found.pairs.messages[0].letters[0].wants_receipt is (code is AcknowledgementCode.WANTED)
        yield found, {("acknowledgement-wish", "messages[0].envelope.acknowledgement_code")}


@row(4, LETTER)
def wish_to_letter() -> Case:
    found = to_letter(message(files={"Plan": PDF}))
    for number in range(2):
        assert emessage(found, number).envelope.acknowledgement_code == AcknowledgementCode.WANTED
    path = "envelope.acknowledgement_code"
    yield found, {("made-up.acknowledgement-wish", f"messages[{number}].{path}") for number in range(2)}


@row(5, FHIR)
def letter_number_to_fhir() -> Case:
    source = letter(files={"Plan": PDF})
    found = to_fhir(source)
    paired, own = found.pairs.messages[0], care(found).header
    assert own is not None
    assert paired.message_id == own.id
    assert [each.letter_identifier for each in paired.letters] == [_number(each) for each in source]
    yield (
        found,
        {
            ("identity", "messages[0].letters[0].letter.identifier"),
            ("identity", "messages[1].letters[0].letter.identifier"),
            ("made-up.message-id", "messages[0].entry[0].resource.id"),
        },
    )


@row(5, LETTER)
def message_id_to_letter() -> Case:
    source = message()
    found = to_letter(source)
    assert source.header is not None
    assert found.pairs.messages[0].message_id == source.header.id
    assert len(email(found).letter.identifier) <= 14
    yield (
        found,
        {
            ("identity", "entry[0].resource.id"),
            ("made-up.letter-number", "messages[0].letters[0].letter.identifier"),
        },
    )


@row(6, FHIR)
def version_to_fhir() -> Case:
    found = to_fhir(letter())
    assert found.pairs.messages[0].letters[0].version_code == "XD9134L"
    yield found, {("version-code", "messages[0].letters[0].letter.version_code")}


@row(6, LETTER)
def version_to_letter() -> Case:
    found = to_letter(message(files={"Plan": PDF}))
    assert [header(found, n).version_code for n in range(2)] == ["XD9134L", "XB0131X"]
    yield found, {("made-up.version-code", f"messages[{n}].letters[0].letter.version_code") for n in range(2)}


@row(7, FHIR)
def statistics_to_fhir() -> Case:
    yield to_fhir(letter()), {("statistical-code", "messages[0].letters[0].letter.statistical_code")}


@row(7, LETTER)
def statistics_to_letter() -> Case:
    found = to_letter(message(files={"Plan": PDF}))
    assert [header(found, n).statistical_code for n in range(2)] == ["XDIS91", "XBIN01"]
    yield found, {("made-up.statistical-code", "messages[0].letters[0].letter.statistical_code")}


@row(8, FHIR)
def event_to_fhir() -> Case:
    found = to_fhir(letter())
    own = care(found).header
    assert own is not None
    assert own.event_coding is not None
    assert own.event_coding.code == "care-communication-message"
    yield found, {("made-up.event", "messages[0].entry[0].resource.event_coding")}


@row(8, LETTER)
def type_to_letter() -> Case:
    found = to_letter(message(files={"Plan": PDF}))
    assert [header(found, n).type_code for n in range(2)] == ["XDIS91", "XBIN01"]
    yield found, {("made-up.type-code", "messages[0].letters[0].letter.type_code")}


@row(9, FHIR)
def authorisation_to_fhir() -> Case:
    found = to_fhir(letter(letter={"authorisation": DateAndTime(date="2026-07-01", time="08:15")}))
    assert care(found).segments[0].date == "2026-07-01T08:15:00+02:00"
    yield found, {("made-up.zone", f"{_entry(found, Communication)}.payload[0].extension[0]")}


@row(9, LETTER)
def segment_date_to_letter() -> Case:
    first = message(ids=frozen(datetime(2026, 5, 4, 9, 30)))
    reply = CareCommunicationBuilder.reply_to(first, ids=frozen(datetime(2026, 5, 5, 10, 45, 20), first=900))
    found = to_letter(reply.write("Tak", author=_AUTHOR).build())
    assert email(found).letter.authorisation == DateAndTime(date="2026-05-05", time="10:45")
    assert "Tidligere meddelelse af 04.05.2026 kl. 09:30" in _text(found)
    yield (
        found,
        {
            ("seconds-and-zone", "entry[2].resource.payload[1].extension"),
            ("segment-date", "entry[2].resource.payload[0].extension"),
        },
    )
    undated = _with_payload(message(), lambda payload: payload.replace(extension=payload.extension[1:]))
    found = to_letter(undated)
    assert email(found).letter.authorisation == emessage(found, 0).envelope.sent
    yield found, {("made-up.authorisation", "messages[0].letters[0].letter.authorisation")}


def _number(sent: Any) -> str:
    return str(sent.letters[0].letter.identifier)


_KEPT = (Unexpected("element", 0, "Ukendt", "<Ukendt>x</Ukendt>"),)
_AUTHOR = Author(given="Petra", family="Prøve", telephone="00000000", role_code="paedagog")


def _text(conversion: Conversion) -> str:
    return "\n\n".join(part.text01.plain() for part in email(conversion).clinical_information)


def _with_payload(source: Any, change: Callable[[Any], Any]) -> Any:
    return changed(source, Communication, lambda own: own.replace(payload=tuple(map(change, own.payload))))


@row(10, FHIR)
def status_to_fhir() -> Case:
    path = "messages[0].letters[0].letter.status_code"
    for code, lost in (
        (StatusCode.NEW, set()),
        (StatusCode.CORRECTED, {("correction", path)}),
        ("Rettetbrev", {("correction", path)}),
        ("HASTEBREV", {("code", path)}),
    ):
        found = to_fhir(letter(letter={"status_code": code}))
        assert care(found).activity is Activity.NEW
        yield found, lost | {("made-up.activity", f"{_entry(found, Provenance)}.activity")}
        assert {(_bare(loss.code), loss.path) for loss in found.losses if loss.path == path} == lost


@row(10, LETTER)
def activity_to_letter() -> Case:
    first = message()
    away = organization("Eksempel Speciallæge", sor="325421000016001", gln="5790000209354")
    reply = CareCommunicationBuilder.reply_to(first, ids=frozen(first=900)).write("Tak", author=_AUTHOR).build()
    forward = CareCommunicationBuilder.forward(first, receiver=away, ids=frozen(first=900)).write("Hej", author=_AUTHOR)
    for source, note in ((first, None), (reply, "Besvarelse"), (forward.build(), "Videresendelse")):
        found = to_letter(source)
        assert email(found).letter.status_code == StatusCode.NEW
        assert (_text(found).partition("\n")[0] in ("Besvarelse", "Videresendelse")) is (note is not None)
        assert note is None or _text(found).startswith(f"{note}\n")
        at = source.places[id(source.provenance)]
        lost = {("activity-as-words", f"entry[{at}].resource.activity")} if note else set()
        yield found, lost | {("made-up.status-code", "messages[0].letters[0].letter.status_code")}


@row(11, FHIR)
def bundle_type_to_fhir() -> Case:
    found = to_fhir(letter())
    assert care(found).type == "message"
    yield found, {("made-up.bundle-type", "messages[0].type")}


@row(11, LETTER)
def bundle_type_to_letter() -> Case:
    yield to_letter(message()), {("bundle-type", "type")}


@row(12, FHIR)
def definition_to_fhir() -> Case:
    found = to_fhir(letter())
    assert care(found).version == "5.0"
    yield found, {("made-up.definition", "messages[0].entry[0].resource.definition")}


@row(12, LETTER)
def definition_to_letter() -> Case:
    yield to_letter(message()), {("definition", "entry[0].resource.definition")}


@row(13, FHIR)
def endpoints_to_fhir() -> Case:
    found = to_fhir(letter())
    own = care(found).header
    assert own is not None
    assert own.source is not None
    assert own.source.endpoint == f"https://sor2.sum.dsdn.dk/#id={SENDER_SOR}"
    assert own.destination[0].endpoint == f"https://sor2.sum.dsdn.dk/#id={RECEIVER_SOR}"
    here = "messages[0].entry[0].resource"
    yield found, {("made-up.endpoints", f"{here}.source"), ("made-up.endpoints", f"{here}.destination[0].endpoint")}


@row(13, LETTER)
def endpoints_to_letter() -> Case:
    here = "entry[0].resource"
    yield to_letter(message()), {("endpoints", f"{here}.source"), ("endpoints", f"{here}.destination[0].endpoint")}


@row(14, FHIR)
def communication_status_to_fhir() -> Case:
    found = to_fhir(letter())
    own = care(found).communication
    assert own is not None
    assert own.status == "unknown"
    yield found, {("made-up.communication-status", f"{_entry(found, Communication)}.status")}


@row(14, LETTER)
def communication_status_to_letter() -> Case:
    yield to_letter(message()), {("communication-status", "entry[2].resource.status")}


@row(15, FHIR)
def thread_to_fhir() -> Case:
    found = to_fhir(letter())
    thread = care(found).communication_identifier or ""
    assert thread.startswith("urn:uuid:")
    assert thread[len("urn:uuid:") :][14] == "4"
    yield found, {("made-up.thread", f"{_entry(found, Communication)}.identifier")}


@row(15, LETTER)
def thread_to_letter() -> Case:
    yield to_letter(message()), {("thread", "entry[2].resource.identifier[0]")}


@row(16, FHIR)
def several_letters_to_fhir() -> Case:
    source = letter().messages[0]
    own = email(source)
    local = LocalElements(0, f'<Local_Elements xmlns="{source.namespace}">x</Local_Elements>')
    two = source.replace(
        letters=(own, own.replace(letter=own.letter.replace(identifier="ANDET"))), local_elements=(local,)
    )
    found = to_fhir(two)
    assert len(found.messages) == 2
    assert [each.letters[0].letter_identifier for each in found.pairs.messages] == [own.letter.identifier, "ANDET"]
    yield found, {("local-elements", "local_elements[0]")}
    kept = own.replace(unexpected=_KEPT)
    yield to_fhir(source.replace(letters=(kept,))), {("kept", "letters[0].unexpected[0]")}


@row(16, LETTER)
def one_letter_a_message() -> Case:
    found = to_letter(message(files={"Plan": PDF}))
    assert [len(emessage(found, n).letters) for n in range(2)] == [1, 1]
    yield found, set()


# --- sender and receiver ---------------------------------------------------------------------------------------------


@row(17, FHIR)
def sender_gln_to_fhir() -> Case:
    found = to_fhir(letter())
    assert care(found).sender is not None
    assert _gln(care(found).sender) == SENDER_GLN
    yield found, set()


def _gln(unit: Any) -> str:
    return str(unit.gln.reveal())


def _sor(unit: Any) -> str:
    return str(unit.sor.reveal())


@row(17, LETTER)
def sender_gln_to_letter() -> Case:
    found = to_letter(message())
    assert email(found).sender.ean_identifier == SENDER_GLN
    yield found, set()
    source = _without_gln(message(), 0)
    found = to_letter(source, directory=DIRECTORY)
    assert email(found).sender.ean_identifier == SENDER_GLN
    yield found, {("made-up.unit-number", "messages[0].letters[0].sender.ean_identifier")}


def _without_gln(source: Any, number: int) -> Any:
    return changed(source, Organization, lambda own: own.replace(identifier=own.identifier[:1]), number)


@row(18, FHIR)
def sender_sor_to_fhir() -> Case:
    found = to_fhir(letter())
    assert _sor(care(found).sender) == SENDER_SOR
    assert ("made-up.unit-number", f"{_unit_path(found, 0)}.identifier[0]") not in codes(found)
    found = to_fhir(_located("sender"), directory=DIRECTORY)
    assert _sor(care(found).sender) == SENDER_SOR
    yield found, {("made-up.unit-number", f"{_unit_path(found, 0)}.identifier[0]")}


def _unit_path(conversion: Conversion, number: int) -> str:
    units = [n for n, entry in enumerate(care(conversion).entry) if isinstance(entry.resource, Organization)]
    return f"messages[0].entry[{units[number]}].resource"


def _located(party: str, **fields: Any) -> Any:
    """The letter in which a party goes by its location number."""
    gln = SENDER_GLN if party == "sender" else RECEIVER_GLN
    changes = {"identifier": gln, "identifier_code": IdentifierCode.LOCATION_NUMBER, **fields}
    return letter(**{party: changes})


@row(18, LETTER)
def sender_sor_to_letter() -> Case:
    found = to_letter(message())
    assert email(found).sender.identifier == SENDER_SOR
    yield found, set()


@row(19, FHIR)
def sender_number_to_fhir() -> Case:
    found = to_fhir(_located("sender", identifier="012345", identifier_code="ydernummer"), directory=DIRECTORY)
    numbers = [(each.system, each.value) for each in care(found).sender.identifier]  # type: ignore[union-attr]
    assert ("urn:oid:1.2.208.176.1.4", "012345") in numbers
    yield found, set()
    for number, code in (("1301011", "sygehusafdelingsnummer"), ("84", "amt"), ("751", "kommunenummer")):
        found = to_fhir(_located("sender", identifier=number, identifier_code=code), directory=DIRECTORY)
        assert number not in {each.value for each in care(found).sender.identifier}  # type: ignore[union-attr]
        yield found, {("unit-number", "messages[0].letters[0].sender.identifier")}


@row(19, LETTER)
def sender_number_to_letter() -> Case:
    found = to_letter(_numbered(message(), 0))
    assert email(found).sender.identifier_code == IdentifierCode.SOR_CODE
    yield (
        found,
        {
            ("unit-number", "entry[5].resource.identifier[2]"),
            ("made-up.sor-code", "messages[0].letters[0].sender.identifier_code"),
        },
    )


_PROVIDER = Identifier(system="urn:oid:1.2.208.176.1.4", value="012345")


def _numbered(source: Any, number: int, identifier: Identifier = _PROVIDER) -> Any:
    return changed(source, Organization, lambda own: own.replace(identifier=(*own.identifier, identifier)), number)


@row(20, FHIR)
def sender_name_to_fhir() -> Case:
    found = to_fhir(letter(sender={"department_name": "Børn og Unge", "unit_name": "PPR"}))
    assert care(found).sender.name == "Eksempel Kommune, Børn og Unge, PPR"  # type: ignore[union-attr]
    here = "messages[0].letters[0].sender"
    yield found, {("names-joined", f"{here}.department_name"), ("names-joined", f"{here}.unit_name")}
    found = to_fhir(letter(sender={"organisation_name": "_", "unit_name": "PPR"}))
    assert care(found).sender.name == "PPR"  # type: ignore[union-attr]
    yield found, {("names-joined", f"{here}.organisation_name"), ("names-joined", f"{here}.unit_name")}
    found = to_fhir(letter(sender={"organisation_name": "_"}), directory=DIRECTORY)
    assert care(found).sender.name == "Eksempel Kommune"  # type: ignore[union-attr]
    yield found, {("made-up.unit-name", f"{_unit_path(found, 0)}.name")}


@row(20, LETTER)
def sender_name_to_letter() -> Case:
    found = to_letter(_renamed(message(), 0, "x" * 36))
    assert email(found).sender.organisation_name == "x" * 35
    yield found, {("name-cut", "entry[5].resource.name")}
    found = to_letter(_renamed(message(), 0, None), directory=DIRECTORY)
    assert email(found).sender.organisation_name == "Eksempel Kommune"
    yield found, {("made-up.unit-name", "messages[0].letters[0].sender.organisation_name")}


def _renamed(source: Any, number: int, name: str | None) -> Any:
    return changed(source, Organization, lambda own: own.replace(name=name), number)


@row(21, FHIR)
def sender_address_to_fhir() -> Case:
    found = to_fhir(letter(sender={"suburb_name": "Prøveby"}))
    names = ("street_name", "suburb_name", "district_name", "post_code_identifier")
    yield found, {("sender-address", f"messages[0].letters[0].sender.{name}") for name in names}


@row(21, LETTER)
def no_sender_address() -> Case:
    found = to_letter(message())
    own = email(found).sender
    assert (own.street_name, own.suburb_name, own.district_name, own.post_code_identifier) == (None,) * 4
    yield found, set()


@row(22, FHIR)
def telephone_to_fhir() -> Case:
    path = "payload[0].extension[3].value_contact_point"
    found = to_fhir(letter(sender={"telephone_subscriber_identifier": "12345678"}))
    assert care(found).segments[0].contact == "12345678"
    assert "made-up.telephone" not in {made.code for made in found.made_up}
    for directory, telephone in ((DIRECTORY, "11223344"), (None, "0000 0000")):
        found = to_fhir(letter(sender={"telephone_subscriber_identifier": None}), directory=directory)
        assert care(found).segments[0].contact == telephone
        yield found, {("made-up.telephone", f"{_entry(found, Communication)}.{path}")}
    found = to_fhir(letter(sender={"telephone_subscriber_identifier": "ukendt"}))
    assert care(found).segments[0].contact == "0000 0000"
    yield found, {("telephone", "messages[0].letters[0].sender.telephone_subscriber_identifier")}


@row(22, LETTER)
def telephone_to_letter() -> Case:
    found = to_letter(message())
    assert email(found).sender.telephone_subscriber_identifier == "00000000"
    long = Author(given="Petra", family="Prøve", telephone="0" * 26, role_code="paedagog")
    found = to_letter(message(author=long))
    assert email(found).sender.telephone_subscriber_identifier is None
    assert f"Telefon: {'0' * 26}" in _text(found)
    yield found, {("contact", "entry[2].resource.payload[0].extension")}


@row(23, FHIR)
def speciality_to_fhir() -> Case:
    found = to_fhir(letter(sender={"medical_speciality_code": MedicalSpecialityCode.NOT_CLASSIFIED}))
    yield found, {("sender-speciality", "messages[0].letters[0].sender.medical_speciality_code")}


@row(23, LETTER)
def no_speciality() -> Case:
    found = to_letter(message())
    assert email(found).sender.medical_speciality_code is None
    yield found, set()


@row(24, FHIR)
def receiver_gln_to_fhir() -> Case:
    found = to_fhir(letter())
    assert _gln(care(found).receiver) == RECEIVER_GLN
    yield found, set()


@row(24, LETTER)
def receiver_gln_to_letter() -> Case:
    found = to_letter(message())
    assert email(found).receiver.ean_identifier == RECEIVER_GLN
    found = to_letter(_without_gln(message(), 1), directory=DIRECTORY)
    assert email(found).receiver.ean_identifier == RECEIVER_GLN
    yield found, {("made-up.unit-number", "messages[0].letters[0].receiver.ean_identifier")}


@row(25, FHIR)
def receiver_sor_to_fhir() -> Case:
    found = to_fhir(_located("receiver"), directory=DIRECTORY)
    assert _sor(care(found).receiver) == RECEIVER_SOR
    yield found, {("made-up.unit-number", f"{_unit_path(found, 1)}.identifier[0]")}


@row(25, LETTER)
def receiver_sor_to_letter() -> Case:
    found = to_letter(message())
    assert (email(found).receiver.identifier, email(found).receiver.identifier_code) == (RECEIVER_SOR, "sorkode")
    yield found, set()


@row(26, FHIR)
def receiver_number_to_fhir() -> Case:
    found = to_fhir(_located("receiver", identifier="012345", identifier_code="ydernummer"), directory=DIRECTORY)
    assert "012345" in {each.value for each in care(found).receiver.identifier}  # type: ignore[union-attr]
    found = to_fhir(_located("receiver", identifier="461", identifier_code="kommunenummer"), directory=DIRECTORY)
    yield found, {("unit-number", "messages[0].letters[0].receiver.identifier")}


@row(26, LETTER)
def receiver_number_to_letter() -> Case:
    found = to_letter(_numbered(message(), 1))
    assert (email(found).receiver.identifier, email(found).receiver.identifier_code) == ("012345", "ydernummer")
    yield found, {("unit-number", "entry[6].resource.identifier[0]")}
    known = Directory.from_rows([{"gln": RECEIVER_GLN, "sor": RECEIVER_SOR, "municipality_number": "461"}])
    of_kombit = Identifier(
        system="https://kombit.dk/sts/organisation", value="urn:uuid:5a1d5d1c-8f5e-4a87-b1ab-0bb3b1c4b6a1"
    )
    found = to_letter(_numbered(message(), 1, of_kombit))
    assert email(found).receiver.identifier == RECEIVER_SOR, "a UUID is no municipality number: nothing is guessed"
    yield found, {("unit-number", "entry[6].resource.identifier[2]")}
    found = to_letter(_numbered(message(), 1, of_kombit), directory=known)
    assert (email(found).receiver.identifier, email(found).receiver.identifier_code) == ("461", "kommunenummer")
    yield found, {("made-up.unit-number", "messages[0].letters[0].receiver.identifier")}
    found = to_letter(message())
    yield found, {("made-up.sor-code", "messages[0].letters[0].receiver.identifier_code")}


@row(27, FHIR)
def receiver_name_to_fhir() -> Case:
    found = to_fhir(letter(receiver={"organisation_name": "Eksempel Lægehus"}))
    assert care(found).receiver.name == "Eksempel Lægehus"  # type: ignore[union-attr]
    found = to_fhir(letter(receiver={"organisation_name": None}), directory=DIRECTORY)
    yield found, {("made-up.unit-name", f"{_unit_path(found, 1)}.name")}


@row(27, LETTER)
def receiver_name_to_letter() -> Case:
    found = to_letter(_renamed(message(), 1, "x" * 36))
    assert email(found).receiver.organisation_name == "x" * 35
    yield found, {("name-cut", "entry[6].resource.name")}
    found = to_letter(_renamed(message(), 1, None))
    assert email(found).receiver.organisation_name is None


@row(28, FHIR)
def receiver_place_to_fhir() -> Case:
    fields = {
        "department_name": "Akut", "unit_name": "Afsnit 1", "street_name": "Vej 1", "suburb_name": "Bydel",
        "district_name": "By", "post_code_identifier": "9999",
    }  # fmt: skip
    found = to_fhir(letter(receiver=fields))
    assert care(found).receiver.name == "Eksempel Region"  # type: ignore[union-attr]
    yield found, {("receiver-place", f"messages[0].letters[0].receiver.{name}") for name in fields}


@row(28, LETTER)
def no_receiver_place() -> Case:
    found = to_letter(message())
    own = email(found).receiver
    assert (own.department_name, own.unit_name, own.street_name, own.district_name) == (None,) * 4
    yield found, set()


@row(30, FHIR)
def no_telecom() -> Case:
    found = to_fhir(letter(sender={"telephone_subscriber_identifier": "12345678"}))
    assert care(found).sender.telecom == ()  # type: ignore[union-attr]
    yield found, set()


@row(30, LETTER)
def telecom_to_letter() -> Case:
    contact = ContactPoint(system="phone", value="87654321")
    source = changed(
        message(), Organization, lambda own: own.replace(telecom=(contact,), address=(Address(city="By"),))
    )
    found = to_letter(source)
    assert email(found).sender.telephone_subscriber_identifier == "00000000"
    names = ("telecom[0]", "address[0]")
    yield found, {("telecom", f"entry[{n}].resource.{name}") for n in (5, 6) for name in names}


@row(31, FHIR)
def no_specific_party() -> Case:
    found = to_fhir(letter())
    assert (care(found).specific_sender, care(found).specific_recipient) == (None, None)
    yield found, set()


@row(31, LETTER)
def specific_party_to_letter() -> Case:
    found = to_letter(message(specific_sender=_AUTHOR, specific_recipient="Team Nord"))
    assert "Specifik afsender: Petra Prøve, Pædagog" in _text(found)
    assert "Specifik modtager: Team Nord, Eksempel Lægehus" in _text(found)
    yield (
        found,
        {
            ("specific-party", "entry[2].resource.extension"),
            ("specific-party", "entry[2].resource.recipient"),
            ("made-up.text", "messages[0].letters[0].clinical_information"),
        },
    )


# --- patient ---------------------------------------------------------------------------------------------------------

_X, _D = "urn:oid:1.2.208.176.1.6.1.1", "urn:oid:1.2.208.176.1.6.1.3"


@row(32, FHIR)
def cpr_to_fhir() -> Case:
    found = to_fhir(letter())
    assert care(found).patient.number == Cpr("2512489996")  # type: ignore[union-attr]
    yield found, set()


@row(32, LETTER)
def cpr_to_letter() -> Case:
    numbers = (Identifier(system=_X, value="0703921VJ5"), Identifier(system=Cpr.SYSTEMS[0], value="2512489996"))
    found = to_letter(_patient(identifier=numbers))
    assert email(found).patient.identifier == Cpr("2512489996"), "a real CPR number always takes the place"
    yield found, set()


def _patient(**fields: Any) -> Any:
    return changed(message(), Patient, lambda own: own.replace(**fields))


@row(33, FHIR)
def replacement_to_fhir() -> Case:
    for number, system in (("0703921VJ5", _X), ("0703927VJ5", _X), ("1206550VK9", _D), ("1206556VK9", _D)):
        found = to_fhir(letter(patient={"identifier": ReplacementCpr(number)}))
        identifier = care(found).patient.identifier[0]  # type: ignore[union-attr]
        assert (identifier.system, identifier.value) == (system, number)
        yield found, {("made-up.person-number-kind", f"{_entry(found, Patient)}.identifier[0].system")}


@row(33, LETTER)
def replacement_to_letter() -> Case:
    numbers = (Identifier(system=_D, value="1206550VK9"), Identifier(system=_X, value="0703921VJ5"))
    found = to_letter(_patient(identifier=numbers))
    assert email(found).patient.identifier == ReplacementCpr("0703921VJ5"), "X-eCPR first"
    yield found, set()


@row(34, FHIR)
def one_number_to_fhir() -> Case:
    found = to_fhir(letter())
    assert len(care(found).patient.identifier) == 1  # type: ignore[union-attr]
    yield found, set()


@row(34, LETTER)
def further_numbers_to_letter() -> Case:
    numbers = (
        Identifier(system=_D, value="1206550VK9"),
        Identifier(system=Cpr.SYSTEMS[0], value="2512489996"),
        Identifier(system=_X, value="0703921VJ5"),
    )
    found = to_letter(_patient(identifier=numbers))
    sentence = (
        "Der er modtaget flere end et CPR-nummer i korrespondancemeddelelsen. Derfor er de resterende medsendte"
        " CPR-numre indsat her"
    )
    assert f"{sentence}\n1206550VK9\n0703921VJ5" in _text(found)
    assert {made.origin for made in found.made_up if made.code == "made-up.text"} == {
        "words of MedCom",
        "words of medcom_bu",
    }
    yield (
        found,
        {
            ("further-person-number", "entry[1].resource.identifier[0]"),
            ("further-person-number", "entry[1].resource.identifier[2]"),
            ("made-up.text", "messages[0].letters[0].clinical_information"),
        },
    )


@row(35, FHIR)
def surname_to_fhir() -> Case:
    found = to_fhir(letter(patient={"person_surname_name": "Ann Berggren"}))
    assert care(found).patient.name[0].family == "Ann Berggren", "words are not moved"  # type: ignore[union-attr]
    yield found, {("made-up.name-use", f"{_entry(found, Patient)}.name[0].use")}


@row(35, LETTER)
def surname_to_letter() -> Case:
    found = to_letter(_patient(name=(HumanName(use="official", family="x" * 71, given=("Bo",)),)))
    assert email(found).patient.person_surname_name == "x" * 70
    yield found, {("name-cut", "entry[1].resource.name[0].family")}


@row(36, FHIR)
def given_name_to_fhir() -> Case:
    found = to_fhir(letter(patient={"person_given_name": "Nancy Ann"}))
    assert care(found).patient.name[0].given == ("Nancy Ann",)  # type: ignore[union-attr]
    yield found, set()
    found = to_fhir(letter(patient={"person_given_name": None}))
    assert care(found).patient.name[0].given == ()  # type: ignore[union-attr]


@row(36, LETTER)
def given_names_to_letter() -> Case:
    names = (
        HumanName(use="nickname", family="Kælenavn"),
        HumanName(use="official", family="Hansen", given=("Nancy", "x" * 70)),
    )
    found = to_letter(_patient(name=names))
    assert email(found).patient.person_given_name == f"Nancy {'x' * 64}"
    yield (
        found,
        {
            ("other-names", "entry[1].resource.name[0]"),
            ("given-names", "entry[1].resource.name[1].given"),
            ("name-cut", "entry[1].resource.name[1].given"),
        },
    )


@row(37, FHIR)
def street_to_fhir() -> Case:
    found = to_fhir(letter(patient={"street_name": "Prøvevej 1"}))
    assert care(found).patient.address[0].line == ("Prøvevej 1",)  # type: ignore[union-attr]
    yield found, set()


@row(37, LETTER)
def street_to_letter() -> Case:
    addresses = (Address(line=("Prøvevej 1", "1. th.")), Address(line=("Andetsteds",)))
    found = to_letter(_patient(address=addresses))
    assert email(found).patient.street_name == "Prøvevej 1"
    yield (
        found,
        {
            ("address", "entry[1].resource.address[0].line[1]"),
            ("address", "entry[1].resource.address[1]"),
        },
    )


@row(38, FHIR)
def suburb_to_fhir() -> Case:
    found = to_fhir(letter(patient={"suburb_name": "Bydel", "occupancy_text": "Skoleelev"}))
    names = ("suburb_name", "occupancy_text")
    yield found, {("patient-details", f"messages[0].letters[0].patient.{name}") for name in names}


@row(38, LETTER)
def no_suburb() -> Case:
    found = to_letter(message())
    assert (email(found).patient.suburb_name, email(found).patient.occupancy_text) == (None, None)
    yield found, set()


@row(39, FHIR)
def town_to_fhir() -> Case:
    found = to_fhir(letter(patient={"district_name": "Eksempelstad"}))
    assert care(found).patient.address[0].city == "Eksempelstad"  # type: ignore[union-attr]
    yield found, set()


@row(39, LETTER)
def town_to_letter() -> Case:
    found = to_letter(_patient(address=(Address(city="x" * 36),)))
    assert email(found).patient.district_name == "x" * 35
    yield found, {("name-cut", "entry[1].resource.address[0].city")}


@row(40, FHIR)
def post_code_to_fhir() -> Case:
    found = to_fhir(letter(patient={"post_code_identifier": "9999"}))
    assert care(found).patient.address[0].postal_code == "9999"  # type: ignore[union-attr]
    yield found, set()


@row(40, LETTER)
def post_code_to_letter() -> Case:
    found = to_letter(_patient(address=(Address(postal_code="9999"),)))
    assert email(found).patient.post_code_identifier == "9999"
    found = to_letter(_patient(address=(Address(postal_code="9" * 10),)))
    yield found, {("name-cut", "entry[1].resource.address[0].postal_code")}


@row(41, FHIR)
def no_patient_telecom() -> Case:
    found = to_fhir(letter())
    assert care(found).patient.telecom == ()  # type: ignore[union-attr]
    yield found, set()


@row(41, LETTER)
def patient_telecom_to_letter() -> Case:
    source = _patient(telecom=(ContactPoint(system="phone", value="87654321"),))
    yield to_letter(source), {("telecom", "entry[1].resource.telecom[0]")}


@row(42, FHIR)
def dead_to_fhir() -> Case:
    found = to_fhir(letter(patient={"episode_of_care_status_code": EpisodeOfCareStatusCode.DEAD}))
    assert care(found).patient.deceased_boolean is True  # type: ignore[union-attr]
    assert not [loss for loss in found.losses if loss.code == "loss.convert-episode-status"]
    yield found, {("made-up.deceased", f"{_entry(found, Patient)}.deceased_boolean")}


@row(42, LETTER)
def dead_to_letter() -> Case:
    path = "messages[0].letters[0].patient.episode_of_care_status_code"
    for fields, lost in (
        ({"deceased_boolean": True}, set()),
        ({"deceased_date_time": "2026-05-01"}, {("deceased-time", "entry[1].resource.deceased_date_time")}),
    ):
        found = to_letter(_patient(**fields))
        assert email(found).patient.episode_of_care_status_code == EpisodeOfCareStatusCode.DEAD
        yield found, lost | {("made-up.episode-status", path)}


# --- episode of care -------------------------------------------------------------------------------------------------

_HYPHENATED = "fc60e762-b13b-5773-865e-67f3907bdcc7"


@row(43, FHIR)
def episode_to_fhir() -> Case:
    found = to_fhir(letter(letter={"episode_of_care_identifier": EPISODE}))
    assert [each.value for each in care(found).episode_of_care] == [_HYPHENATED]
    found = to_fhir(letter(letter={"episode_of_care_identifier": "130101120260504"}))
    assert [each.value for each in care(found).episode_of_care] == ["130101120260504"]
    yield found, {("episode-form", "messages[0].letters[0].letter.episode_of_care_identifier")}
    found = to_fhir(letter(letter={"episode_of_care_identifier": " "}, patient={"episode_of_care_status_code": "mors"}))
    assert care(found).episode_of_care == ()
    yield found, {("episode-blank", "messages[0].letters[0].letter.episode_of_care_identifier")}


_LOCAL = Identifier(system=f"https://sor2.sum.dsdn.dk/#id={SENDER_SOR}", value="64d56beb-9d22-45d4-8fa0-eaaf186bebae")


def _with_episodes(*identifiers: Identifier) -> Any:
    source = message(episode_of_care=episode_of_care(EPISODE))
    references = tuple(ResourceReference(identifier=each) for each in identifiers)
    return changed(source, Encounter, lambda own: own.replace(episode_of_care=references))


@row(43, LETTER)
def episode_to_letter() -> Case:
    lpr3 = episode_of_care(EPISODE)
    found = to_letter(_with_episodes(lpr3, _LOCAL))
    assert email(found).letter.episode_of_care_identifier == "64d56beb9d2245d48fa0eaaf186bebae", "the local one"
    yield found, {("further-episode", "entry[5].resource.episode_of_care[0]")}
    found = to_letter(_with_episodes(_LOCAL, lpr3), policy=Policy(episode_of_care="lpr3"))
    assert email(found).letter.episode_of_care_identifier == EPISODE
    yield found, {("further-episode", "entry[5].resource.episode_of_care[0]")}
    found = to_letter(_with_episodes(_LOCAL.replace(value="1234")))
    assert email(found).letter.episode_of_care_identifier == "1234"
    yield found, {("episode-form", "entry[5].resource.episode_of_care[0]")}
    found = to_letter(_with_episodes(_LOCAL.replace(value="1" * 36)))
    assert email(found).letter.episode_of_care_identifier is None, "half a number would be another number"
    yield found, {("further-episode", "entry[5].resource.episode_of_care[0]")}


@row(44, FHIR)
def episode_system_to_fhir() -> Case:
    source = letter(letter={"episode_of_care_identifier": EPISODE})
    lpr3 = episode_of_care(EPISODE).system
    for policy, system, value in (
        (Policy(), _LOCAL.system, _HYPHENATED),
        (Policy(episode_system=lpr3), lpr3, f"urn:uuid:{_HYPHENATED}"),
    ):
        found = to_fhir(source, policy=policy)
        assert [(each.system, each.value) for each in care(found).episode_of_care] == [(system, value)]
        path = f"{_entry(found, Encounter)}.episode_of_care[0].identifier.system"
        yield found, {("made-up.episode-system", path)}


@row(44, LETTER)
def episode_system_to_letter() -> Case:
    found = to_letter(_with_episodes(_LOCAL))
    yield found, {("episode-system", "entry[5].resource.episode_of_care[0].identifier")}


_STATUSES = {
    EpisodeOfCareStatusCode.INACTIVE: ("other", "unknown"),
    EpisodeOfCareStatusCode.ADMITTED: ("IMP", "in-progress"),
    EpisodeOfCareStatusCode.OUTPATIENT: ("AMB", "in-progress"),
    EpisodeOfCareStatusCode.DEAD: ("other", "finished"),
    EpisodeOfCareStatusCode.OUTPATIENT_X_RAY: ("AMB", "in-progress"),
}


@row(45, FHIR)
def patient_status_to_fhir() -> Case:
    path = "messages[0].letters[0].patient.episode_of_care_status_code"
    for status, expected in _STATUSES.items():
        patient_fields = {"episode_of_care_status_code": status}
        found = to_fhir(letter(letter={"episode_of_care_identifier": EPISODE}, patient=patient_fields))
        encounter = next(care(found).resources(Encounter))
        assert encounter.class_ is not None
        assert (encounter.class_.code, encounter.status) == expected
        assert care(found).patient.deceased_boolean is (True if status == "doed" else None)  # type: ignore[union-attr]
        lost = {("ambulant-roentgen", path)} if status is EpisodeOfCareStatusCode.OUTPATIENT_X_RAY else set()
        at = _entry(found, Encounter)
        yield found, lost | {("made-up.encounter", f"{at}.class_"), ("made-up.encounter", f"{at}.status")}
        found = to_fhir(letter(patient=patient_fields))
        assert not list(care(found).resources(Encounter)), "without a number the profile allows no Encounter"
        yield found, set() if status is EpisodeOfCareStatusCode.DEAD else {("episode-status", path)}
    for code, taken_for in (("hemmelig", [("code", path, "inaktiv")]), (None, [])):
        received = {"episode_of_care_status_code": code}
        found = to_fhir(letter(letter={"episode_of_care_identifier": EPISODE}, patient=received))
        told = [(_bare(loss.code), loss.path, *dict(loss.params).values()) for loss in found.losses]
        assert [each for each in told if each[1] == path] == taken_for
        assert not [loss for loss in found.losses if "hemmelig" in str(loss)]
        yield found, {each[:2] for each in taken_for}


@row(45, LETTER)
def patient_status_to_letter() -> Case:
    path = "messages[0].letters[0].patient.episode_of_care_status_code"
    cases = [(pair, status) for status, pair in _STATUSES.items() if status != "ambulant_roentgen"]
    for (code, state), status in [*cases, (("AMB", "finished"), EpisodeOfCareStatusCode.INACTIVE)]:
        class_ = Coding(system=_class_system(code), code=code)
        source = changed(_with_episodes(_LOCAL), Encounter, lambda own: own.replace(class_=class_, status=state))  # noqa: B023 - called at once
        found = to_letter(source)
        assert email(found).patient.episode_of_care_status_code == status
        lost = {("encounter-status", "entry[5].resource")} if state == "finished" and code == "AMB" else set()
        yield found, lost | {("made-up.episode-status", path)}
    assert email(to_letter(message())).patient.episode_of_care_status_code == EpisodeOfCareStatusCode.INACTIVE


def _class_system(code: str) -> str:
    own = "http://medcomfhir.dk/ig/terminology/CodeSystem/medcom-core-encounter-act-codes"
    return own if code == "other" else "http://terminology.hl7.org/CodeSystem/v3-ActCode"


# --- category, subject, priority, text, author -----------------------------------------------------------------------

_SUBJECT = "messages[0].letters[0].additional_information.subject"


@row(46, FHIR)
def category_to_fhir() -> Case:
    found = to_fhir(letter())
    assert care(found).category is Category.OTHER
    yield found, {("made-up.category", f"{_entry(found, Communication)}.category")}


@row(46, LETTER)
def category_to_letter() -> Case:
    for category in Category:
        found = to_letter(message(category=category, topic="Emne"))
        assert email(found).additional_information.subject == f"{category.danish}, Emne"  # type: ignore[union-attr]
        yield found, {("category", "entry[2].resource.category"), ("made-up.subject", _SUBJECT)}


@row(47, FHIR)
def subject_to_fhir() -> Case:
    found = to_fhir(with_letter(additional_information=EmailInformation(subject="Forundersøgelse")))
    assert care(found).topic == "Forundersøgelse"
    assert "made-up.topic" not in {made.code for made in found.made_up}
    for information in (None, EmailInformation(), EmailInformation(subject="_"), EmailInformation(subject=" ")):
        found = to_fhir(with_letter(additional_information=information))
        assert care(found).topic == "Ukendt emne"
        yield found, {("made-up.topic", f"{_entry(found, Communication)}.topic")}


@row(47, LETTER)
def topic_to_letter() -> Case:
    found = to_letter(message(category=Category.NURSING, topic=None))
    assert email(found).additional_information.subject == "Sygepleje"  # type: ignore[union-attr]
    found = to_letter(message(category=Category.NURSING, topic="x" * 70))
    assert email(found).additional_information.subject == f"Sygepleje, {'x' * 59}"  # type: ignore[union-attr]
    yield found, {("subject-cut", "entry[2].resource.topic"), ("made-up.subject", _SUBJECT)}

    def coded(own: Any) -> Any:
        return own.replace(topic=own.topic.replace(coding=(Coding(system="urn:x", code="1"),)))

    yield to_letter(changed(message(), Communication, coded)), {("topic", "entry[2].resource.topic.coding")}


@row(48, FHIR)
def priority_to_fhir() -> Case:
    path = "letters[0].additional_information.priority"
    high = EmailInformation(subject="Emne", priority=CorrespondencePriority.HIGH)
    found = to_fhir(with_letter(additional_information=high))
    assert care(found).priority is None
    assert (care(found).segments[0].text or "").startswith("Denne meddelelse har høj prioritet. Kære læge\n")
    at = f"{_entry(found, Communication)}.payload[0].content_string"
    yield found, {("priority-as-words", path), ("made-up.priority-words", at)}
    found = to_fhir(with_letter(additional_information=high.replace(priority=CorrespondencePriority.ROUTINE)))
    assert (care(found).segments[0].text or "").startswith("Kære læge\n")
    yield found, {("priority-routine", path)}


@row(48, LETTER)
def priority_to_letter() -> Case:
    for priority, expected in (
        (RequestPriority.ASAP, "høj_prioritet"),
        (RequestPriority.ROUTINE, "rutine"),
        (None, None),
    ):
        found = to_letter(message(category=Category.REGARDING_REFERRAL, priority=priority))
        assert email(found).additional_information.priority == expected  # type: ignore[union-attr]
        assert "priority" not in {_bare(loss.code) for loss in found.losses}
    source = changed(message(), Communication, lambda own: own.replace(priority="asap"))
    found = to_letter(source)
    assert email(found).additional_information.priority is None  # type: ignore[union-attr]
    yield found, {("priority", "entry[2].resource.priority")}


@row(49, FHIR)
def text_to_fhir() -> Case:
    nodes = ("Et", Mark.SPACE, Mark.SPACE, "to", Mark.BREAK, Mark.BREAK, Styled(Style.BOLD, ("tre",)), Mark.BREAK)
    parts = tuple(ClinicalInformation(text01=FormattedText(each)) for each in (nodes, ("fire", RawMarkup("<x/>"))))
    found = to_fhir(with_letter(clinical_information=parts))
    assert care(found).segments[0].text == "Et  to\n\ntre\n\n\nfire", "every break counts"
    here = "letters[0].clinical_information"
    yield found, {("text-formatting", f"{here}[0].text01"), ("text-markup", f"{here}[1].text01"), ("text-parts", here)}


@row(49, LETTER)
def text_to_letter() -> Case:
    found = to_letter(message(text="Et  to\r\ntre\n\nfire"))
    nodes = email(found).clinical_information[0].text01.nodes
    assert nodes[:6] == ("Et ", Mark.SPACE, "to", Mark.BREAK, "tre", Mark.BREAK)
    yield found, {("made-up.text", "messages[0].letters[0].clinical_information")}


@row(50, FHIR)
def segment_identifier_to_fhir() -> Case:
    found = to_fhir(letter())
    segment = care(found).segments[0]
    assert (segment.identifier or "").startswith("urn:uuid:")
    assert segment.assigner is care(found).sender
    yield found, {("made-up.segment-identifier", f"{_entry(found, Communication)}.payload[0].extension[1]")}


@row(50, LETTER)
def segment_identifier_to_letter() -> Case:
    yield to_letter(message()), {("segment-identifier", "entry[2].resource.payload[0].extension[1]")}


@row(51, FHIR)
def role_to_fhir() -> Case:
    found = to_fhir(letter())
    assert care(found).segments[0].author_title == "ukendt"
    yield found, {("made-up.author-role", f"{_entry(found, PractitionerRole)}.code[0]")}


@row(51, LETTER)
def role_to_letter() -> Case:
    found = to_letter(message())
    assert "Stilling: Pædagog" in _text(found), "MedCom's word for the code"
    for role, words in (({"role": "Visitator"}, "Visitator"), ({"role_code": "x", "role_system": "urn:x"}, "x")):
        author = Author(given="Petra", family="Prøve", telephone="00000000", **role)
        source = changed(message(), PractitionerRole, lambda own: own.replace(code=_code(author)))  # noqa: B023
        assert f"Stilling: {words}" in _text(to_letter(source))
    yield found, _SAID


def _code(author: Author) -> tuple[CodeableConcept, ...]:
    coding = (Coding(system=author.role_system, code=author.role_code),) if author.role_code else ()
    return (CodeableConcept(coding=coding, text=None if coding else author.role),)


_SAID = {
    ("author-as-words", "entry[2].resource.payload[0].extension"),
    ("made-up.text", "messages[0].letters[0].clinical_information"),
}


@row(52, FHIR)
def author_to_fhir() -> Case:
    found = to_fhir(letter())
    assert care(found).segments[0].author_name == "Eksempel Kommune"
    yield found, {("made-up.author-name", f"{_entry(found, Practitioner)}.name[0]")}


@row(52, LETTER)
def author_to_letter() -> Case:
    found = to_letter(message())
    assert "Forfatter: Petra Prøve" in _text(found)
    yield found, _SAID


@row(53, FHIR)
def sources_to_fhir() -> Case:
    found = to_fhir(letter(files={"Plan": PDF}))
    own = care(found).provenance
    assert own is not None
    named = [what.identifier.value for what in own.what("source") if what.identifier]
    assert named == [segment.identifier for segment in care(found).segments]
    yield found, {("made-up.provenance-sources", f"{_entry(found, Provenance)}.entity")}


@row(53, LETTER)
def sources_to_letter() -> Case:
    yield to_letter(message()), {("provenance", "entry[7].resource.entity[0]")}


@row(54, FHIR)
def provenance_to_fhir() -> Case:
    found = to_fhir(letter())
    own = care(found).provenance
    assert own is not None
    assert care(found).resolve(own.agent[0].who, Organization) is care(found).sender
    at = _entry(found, Provenance)
    yield found, {("made-up.provenance", f"{at}.target"), ("made-up.provenance", f"{at}.agent")}


@row(54, LETTER)
def provenance_to_letter() -> Case:
    here = "entry[7].resource"
    yield to_letter(message()), {("provenance", f"{here}.target[0]"), ("provenance", f"{here}.agent[0]")}


def _reply() -> Any:
    return CareCommunicationBuilder.reply_to(message(), ids=frozen(first=900)).write("Tak", author=_AUTHOR).build()


@row(55, FHIR)
def no_preceding_message() -> Case:
    found = to_fhir(letter())
    assert care(found).provenance.what("revision") == ()  # type: ignore[union-attr]
    yield found, set()


@row(55, LETTER)
def preceding_message_to_letter() -> Case:
    source = _reply()
    at = source.places[id(source.provenance)]
    yield to_letter(source), {("preceding-message", f"entry[{at}].resource.entity[0]")}


@row(56, FHIR)
def no_history() -> Case:
    found = to_fhir(letter())
    assert len(care(found).provenances) == 1
    yield found, set()


@row(56, LETTER)
def history_to_letter() -> Case:
    source = _reply()
    earlier = next(each for each in source.provenances if each is not source.provenance)
    yield to_letter(source), {("earlier-provenance", f"entry[{source.places[id(earlier)]}].resource")}


# --- references and files --------------------------------------------------------------------------------------------


@row(57, FHIR)
def file_identifier_to_fhir() -> Case:
    source = letter(files={"Plan": PDF})
    target: Any = email(source).reference[0].target
    found = to_fhir(source)
    segment = care(found).segments[1]
    assert (segment.identifier or "").replace("-", "") == f"urn:uuid:{target.object_identifier}"
    at = f"{_entry(found, Communication)}.payload[1].extension[1].value_identifier"
    yield found, {("made-up.assigner", f"{at}.assigner")}
    reference = email(source).reference[0]
    twice = source.messages[0].replace(letters=(email(source).replace(reference=(reference, reference)),))
    found = to_fhir(twice, attachments=[source.messages[1]])
    assert len(care(found).segments) == 2
    yield found, {("referred-twice", "letters[0].reference[1]")}
    found = to_fhir(_named(source, "fil-1"))
    assert (care(found).segments[1].identifier or "").startswith("urn:uuid:00000000-0000-4000-8000-")
    yield (
        found,
        {
            ("file-identifier", "messages[1].letters[0].binary_object[0].object_identifier"),
            ("made-up.segment-identifier", f"{at}.value"),
        },
    )


def _named(source: Any, identifier: str) -> Any:
    """The consignment with a file of that identifier."""
    target: Any = email(source).reference[0].target
    reference = email(source).reference[0].replace(target=target.replace(object_identifier=identifier))
    carrier = source.messages[1]
    own: Any = carrier.letters[0]
    named = own.replace(binary_object=(own.binary_object[0].replace(object_identifier=identifier),))
    first = source.messages[0].replace(letters=(email(source).replace(reference=(reference,)),))
    return Consignment((first, carrier.replace(letters=(named,))))


@row(57, LETTER)
def file_identifier_to_letter() -> Case:
    source = message(files={"Plan": PDF})
    identifier = (source.segments[1].identifier or "").removeprefix("urn:uuid:")
    found = to_letter(source)
    target: Any = email(found).reference[0].target
    assert binary(found).binary_object[0].object_identifier == identifier
    assert target.object_identifier == identifier.replace("-", "")
    found = to_letter(_with_payload(source, _misnamed))
    assert binary(found).binary_object[0].object_identifier == "00000000-0000-4000-8000-000000001389"
    yield (
        found,
        {
            ("file-identifier", "entry[2].resource.payload[1].extension"),
            ("made-up.file-identifier", "messages[1].letters[0].binary_object[0].object_identifier"),
        },
    )


def _misnamed(payload: Any) -> Any:
    """A file whose identifier is not a UUID."""
    if payload.content_attachment is None:
        return payload
    dated, named = payload.extension
    return payload.replace(extension=(dated, named.replace(value_identifier=Identifier(value="fil-1"))))


@row(58, FHIR)
def title_to_fhir() -> Case:
    found = to_fhir(letter(files={"Plan": PDF}))
    assert care(found).segments[1].attachment.title == "Plan"  # type: ignore[union-attr]
    sent = letter(files={"Plan": PDF})
    alone = sent.messages[0].replace(letters=(email(sent).replace(reference=()),))
    found = to_fhir(alone, attachments=[sent.messages[1]])
    assert care(found).segments[1].attachment.title == "Bilag"  # type: ignore[union-attr]
    at = f"{_entry(found, Communication)}.payload[1].content_attachment.title"
    yield found, {("made-up.file-title", at)}


@row(58, LETTER)
def title_to_letter() -> Case:
    here = "entry[2].resource.payload[1].content_attachment.title"
    found = to_letter(message(files={"x" * 71: PDF}))
    assert email(found).reference[0].ref_description == "x" * 70
    yield found, {("title-cut", here)}
    found = to_letter(message(files={"Plan": PDF}), policy=Policy(titles="none"))
    assert email(found).reference[0].ref_description == "BIN"
    yield found, {("title", here)}


def _paths(name: str) -> set[str]:
    start = "messages[0].letters[0].reference[0].target", "messages[1].letters[0].binary_object[0]"
    return {f"{each}.{name}" for each in start}


@row(59, FHIR)
def object_code_to_fhir() -> Case:
    yield to_fhir(letter(files={"Plan": PDF})), {("object-code", path) for path in _paths("object_code")}


@row(59, LETTER)
def object_code_to_letter() -> Case:
    for content, code in ((PDF, ObjectCode.VECTOR_GRAPHICS), (_PNG, ObjectCode.PICTURE)):
        found = to_letter(message(files={"Plan": content}))
        assert binary(found).binary_object[0].object_code == code
        yield found, {("made-up.object-code", path) for path in _paths("object_code")}


_PNG = b"\x89PNG\r\n\x1a\n..."
_TYPES = {
    "application/pdf": ("pdf", PDF),
    "image/png": ("png", _PNG),
    "image/jpeg": ("jpeg", b"\xff\xd8\xff.."),
    "image/gif": ("gif", b"GIF89a.."),
    "image/tiff": ("tiff", b"II*\0...."),
    "image/bmp": ("bmp", b"BM" + bytes(12) + b"(\0\0\0.."),
}


@row(60, FHIR)
def file_type_to_fhir() -> Case:
    for mime, (extension, content) in _TYPES.items():
        found = to_fhir(letter(files={"Plan": content}))
        assert care(found).segments[1].attachment.content_type == mime, extension  # type: ignore[union-attr]
        assert "file-type" not in {_bare(loss.code) for loss in found.losses}
    found = to_fhir(letter(files={"Plan": b"PK\3\4...."}))
    assert care(found).segments[1].attachment.content_type == "application/zip"  # type: ignore[union-attr]
    assert ("file-type", "messages[1].letters[0].binary_object[0].object_extension_code") in codes(found)
    errors = {(each.code, each.path) for each in validate(found.messages[0]) if each.severity == "error"}
    at = f"{_entry(found, Communication).removeprefix('messages[0].')}.payload[1].content_attachment.content_type"
    assert errors == {("profile.code", at)}, "forwarded all the same: the receiver refuses it"
    yield _without_messages(found), {("file-type", "messages[1].letters[0].binary_object[0].object_extension_code")}


def _without_messages(conversion: Conversion) -> Conversion:
    """What was noted of a message that is knowingly invalid."""
    return attrs.evolve(conversion, messages=())


@row(60, LETTER)
def file_type_to_letter() -> Case:
    for mime, (extension, content) in _TYPES.items():
        found = to_letter(message(files={"Plan": content}))
        assert binary(found).binary_object[0].object_extension_code == extension, mime
    source = _with_payload(message(files={"Plan": b"%PDF-1.4"}), _unknown_type)
    found = to_letter(source)
    assert binary(found).binary_object[0].object_extension_code == ObjectExtensionCode.BIN
    made = ("made-up.file-type", "messages[1].letters[0].binary_object[0].object_extension_code")
    yield found, {("file-type", "entry[2].resource.payload[1].content_attachment.content_type"), made}


def _unknown_type(payload: Any) -> Any:
    if payload.content_attachment is None:
        return payload
    attachment = payload.content_attachment.replace(content_type="application/x-ukendt", data=b"hej")
    return payload.replace(content_attachment=attachment)


@row(61, FHIR)
def size_to_fhir() -> Case:
    found = to_fhir(letter(files={"Plan": PDF}))
    assert care(found).segments[1].attachment.size is None  # type: ignore[union-attr]
    yield found, {("object-size", path) for path in _paths("original_object_size")}


@row(61, LETTER)
def size_to_letter() -> Case:
    found = to_letter(message(files={"Plan": PDF}))
    assert binary(found).binary_object[0].original_object_size == str(len(PDF))
    yield found, {("made-up.object-size", path) for path in _paths("original_object_size")}


@row(62, FHIR)
def content_to_fhir() -> Case:
    source = letter(files={"Plan": PDF})
    found = to_fhir(source)
    assert care(found).segments[1].attachment.data.content == PDF  # type: ignore[union-attr]
    found = to_fhir(source.messages[0])
    attachment = care(found).segments[1].attachment
    assert attachment is not None
    assert (attachment.data, attachment.title) == (None, None)
    assert found.pairs.messages[0].is_incomplete
    yield _without_messages(found), {("missing-file", "letters[0].reference[0]")}
    yield _without_messages(to_fhir(_larger(source, 76_000_000))), {("over-100-mb", "messages[0].letters[0]")}


def _larger(source: Any, size: int) -> Any:
    """The consignment with a file of so many bytes."""
    carrier = source.messages[1]
    own: Any = carrier.letters[0]
    file = own.binary_object[0].replace(object_base64_encoded=bytes(size), original_object_size=str(size))
    return Consignment((source.messages[0], carrier.replace(letters=(own.replace(binary_object=(file,)),))))


@row(62, LETTER)
def content_to_letter() -> Case:
    found = to_letter(message(files={"Plan": PDF}))
    assert binary(found).binary_object[0].content == PDF
    first = message(files={"Plan": PDF})
    reply = CareCommunicationBuilder.reply_to(first, ids=frozen(first=900)).write("Tak", author=_AUTHOR).build()
    found = to_letter(reply)
    assert len(found.messages) == 1
    assert _text(found).endswith("Filer i tidligere meddelelser, som ikke er vedhæftet:\n- Plan")
    yield found, {("file-only-named", "entry[2].resource.payload[1]")}
    found = to_letter(message(files={f"Fil {number}": PDF + bytes([number]) for number in range(11)}))
    assert [len(binary(found, number).binary_object) for number in (1, 2)] == [10, 1]
    assert len(email(found).reference) == 10
    assert "Vedhæftet fil: Fil 10" in _text(found)
    yield found, {("second-binary-letter", "entry[2].resource.payload[11]")}


@row(63, FHIR)
def file_date_to_fhir() -> Case:
    found = to_fhir(letter(files={"Plan": PDF}))
    assert care(found).segments[1].date == care(found).segments[0].date
    yield found, {("made-up.file-date", f"{_entry(found, Communication)}.payload[1].extension[0]")}


@row(63, LETTER)
def file_date_to_letter() -> Case:
    yield to_letter(message(files={"Plan": PDF})), {("file-details", "entry[2].resource.payload[1].extension[0]")}


@row(64, FHIR)
def no_file_details() -> Case:
    found = to_fhir(letter(files={"Plan": PDF}))
    segment = care(found).segments[1]
    assert (segment.author, segment.contact, segment.attachment.creation) == (None, None, None)  # type: ignore[union-attr]
    yield found, set()


@row(64, LETTER)
def file_details_to_letter() -> Case:
    def created(payload: Any) -> Any:
        if payload.content_attachment is None:
            return payload
        return payload.replace(content_attachment=payload.content_attachment.replace(creation="2026-05-01"))

    found = to_letter(_with_payload(message(files={"Plan": PDF}), created))
    yield found, {("file-details", "entry[2].resource.payload[1].content_attachment")}


@row(65, FHIR)
def link_to_fhir() -> Case:
    link = Reference(ref_description="Vejledning", target=Url("https://example.org/vejledning"))
    found = to_fhir(with_letter(reference=(link,)))
    attachment = care(found).segments[1].attachment
    assert attachment is not None
    assert (attachment.title, attachment.url, attachment.data) == ("Vejledning", "https://example.org/vejledning", None)
    at = f"{_entry(found, Communication)}.payload[1].extension[1].value_identifier.value"
    yield found, {("made-up.segment-identifier", at)}


@row(65, LETTER)
def link_to_letter() -> Case:
    found = to_letter(message(links={"Vejledning": "https://example.org/vejledning"}))
    reference = email(found).reference[0]
    assert (reference.ref_description, reference.target) == ("Vejledning", "https://example.org/vejledning")
    long = f"https://example.org/{'x' * 340}"
    found = to_letter(message(links={"Vejledning": long}))
    assert email(found).reference == ()
    assert f"Vejledning: {long}" in _text(found)
    yield found, {("reference-in-text", "entry[2].resource.payload[1].content_attachment.url")}


@row(66, FHIR)
def record_extract_to_fhir() -> Case:
    found = to_fhir(with_letter(reference=(Reference(ref_description="SUP", target=PatientRecordExtract()),)))
    assert len(care(found).segments) == 1
    yield found, {("record-extract", "letters[0].reference[0]")}


@row(66, LETTER)
def no_record_extract() -> Case:
    found = to_letter(message(files={"Plan": PDF}))
    assert all(isinstance(reference.target, BinaryReference) for reference in email(found).reference)
    yield found, set()
