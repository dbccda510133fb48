"""What a conversion takes only in part is named: nothing is lost without a loss for it."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from medcom_bu import (
    CareCommunicationMessage,
    Conversion,
    Emessage,
    InvalidMessage,
    read,
    to_edifact,
    to_fhir,
    validate,
)
from medcom_bu.values.fhir_codes import CONTACT_EXTENSION, PRACTITIONER_EXTENSION, SENDER_EXTENSION
from medcom_bu.values.parties import PatientRecordExtract, Url
from medcom_bu.values.timestamps import DateAndTime
from tests.support import conversions as c
from tests.support.conversions import PDF, care, codes, email, letter, message, to_letter
from tests.support.paths import changed
from tests.support.typed import of_type

Plain = dict[str, Any]
Change = Callable[[Plain], None]
SOURCE: Plain = json.loads(to_fhir(message(files={"Plan": PDF})))
COMMUNICATION, ROLE, PERSON = "entry[2].resource", "entry[3].resource", "entry[4].resource"
TEXT, FILE, ADDED = f"{COMMUNICATION}.payload[0]", f"{COMMUNICATION}.payload[1]", "entry[8].resource"


def _resource(plain: Plain, number: int) -> Plain:
    found: Plain = plain["entry"][number]["resource"]
    return found


def _sets(number: int, **properties: Any) -> Change:
    return lambda plain: _resource(plain, number).update(properties)


def _adds(kind: str, **properties: Any) -> Change:
    """Another resource, which nothing refers to."""
    resource = {"resourceType": kind, "id": "00000000-0000-4000-8000-0000000000ff", **properties}
    entry = {"fullUrl": f"https://example.org/{kind}/{resource['id']}", "resource": resource}
    return lambda plain: plain["entry"].append(entry)


def _extends(url: str, **value: Any) -> Change:
    """Another extension of the text."""
    return lambda plain: _resource(plain, 2)["payload"][0]["extension"].append({"url": url, **value})


def _extension(url: str) -> Callable[[Plain], Plain]:
    def found(plain: Plain) -> Plain:
        extensions = _resource(plain, 2)["payload"][0]["extension"]
        return next(each for each in extensions if each["url"] == url)

    return found


def _author(**properties: Any) -> Change:
    return lambda plain: _extension(PRACTITIONER_EXTENSION)(plain)["valueReference"].update(properties)


def _contact(**properties: Any) -> Change:
    return lambda plain: _extension(CONTACT_EXTENSION)(plain)["valueContactPoint"].update(properties)


def _name(**properties: Any) -> Change:
    return lambda plain: _resource(plain, 4)["name"][0].update(properties)


def _attachment(**properties: Any) -> Change:
    return lambda plain: _resource(plain, 2)["payload"][1]["contentAttachment"].update(properties)


def _activity(plain: Plain) -> None:
    _resource(plain, 7)["activity"]["coding"][0]["code"] = "modify-message"


def _undated(plain: Plain) -> None:
    extensions = _resource(plain, 2)["payload"][0]["extension"]
    next(each for each in extensions if "valueDateTime" in each)["valueDateTime"] = "2026-05"


def _further_code(plain: Plain) -> None:
    _resource(plain, 3)["code"].append({"text": "leder"})


def _further_coding(plain: Plain) -> None:
    _resource(plain, 3)["code"][0]["coding"].append({"system": "http://example.org", "code": "x"})


def _identifier(plain: Plain) -> None:
    _resource(plain, 1)["identifier"][0] |= {"period": {"start": "2020"}, "type": {"text": "erstatning"}}


def _nothing(plain: Plain) -> None:
    del plain


NAMED: dict[str, tuple[Change, set[str]]] = {
    "nothing": (_nothing, set()),
    "a person nobody refers to": (_adds("Practitioner", name=[{"family": "Hansen"}]), {ADDED}),
    "a role nobody refers to": (_adds("PractitionerRole", code=[{"text": "leder"}]), {ADDED}),
    "a team nobody refers to": (_adds("CareTeam", name="Hold"), {ADDED}),
    "another citizen": (_adds("Patient", name=[{"family": "Hansen"}]), {ADDED}),
    "another encounter": (_adds("Encounter", status="finished"), {ADDED}),
    "another communication": (_adds("Communication", payload=[{"contentString": "Hej"}]), {ADDED}),
    "another header": (_adds("MessageHeader", sender={"display": "Hansen"}), {ADDED}),
    "a recipient by its name": (_sets(2, recipient=[{"display": "Hansen"}]), {f"{COMMUNICATION}.recipient[0].display"}),
    "a recipient elsewhere": (_sets(2, recipient=[{"reference": "CareTeam/x"}]), {f"{COMMUNICATION}.recipient[0]"}),
    "a sender elsewhere": (
        _sets(2, extension=[{"url": SENDER_EXTENSION, "valueReference": {"reference": "CareTeam/x"}}]),
        {f"{COMMUNICATION}.extension[0].value_reference"},
    ),
    "an encounter elsewhere": (_sets(2, encounter={"reference": "Encounter/x"}), {f"{COMMUNICATION}.encounter"}),
    "another author": (_extends(PRACTITIONER_EXTENSION, valueReference={"display": "x"}), {f"{TEXT}.extension[4]"}),
    "another telephone": (_extends(CONTACT_EXTENSION, valueContactPoint={"value": "1"}), {f"{TEXT}.extension[4]"}),
    "what the author is called": (_author(display="x"), {f"{TEXT}.extension[2].value_reference.display"}),
    "use of a telephone": (_contact(use="work"), {f"{TEXT}.extension[3].value_contact_point.use"}),
    "prefix of the author": (_name(prefix=["cand."]), {f"{PERSON}.name[0].prefix[0]"}),
    "the author's name as a text": (_name(text="P. Prøve"), {f"{PERSON}.name[0].text"}),
    "the same name as a text": (_name(text="Petra Prøve"), set()),
    "another name": (_sets(4, name=[{"family": "A"}, {"family": "B"}]), {f"{PERSON}.name[1]"}),
    "another role": (_further_code, {f"{ROLE}.code[1]"}),
    "another code of the role": (_further_coding, {f"{ROLE}.code[0].coding[1]"}),
    "when a person's number was used": (
        _identifier,
        {f"entry[1].resource.identifier[0].{name}" for name in ("period", "type")},
    ),
    "an activity that is none of 5.0": (_activity, {"entry[7].resource.activity"}),
    "a date without a day": (_undated, {f"{TEXT}.extension"}),
    "a type that its content contradicts": (
        _attachment(contentType="application/x-ukendt"),
        {f"{FILE}.content_attachment.content_type"},
    ),
}
"""A message with something more in it -> the paths of what a letter has no place for."""


def _converted(change: Change) -> Conversion:
    plain = copy.deepcopy(SOURCE)
    change(plain)
    came = read(json.dumps(plain).encode()).message
    return to_letter(of_type(CareCommunicationMessage, came))


@pytest.mark.parametrize("name", NAMED)
def test_what_a_letter_does_not_take_is_named(name: str) -> None:
    change, expected = NAMED[name]
    elements = {path for code, path in codes(_converted(change)) if code == "element"}
    assert elements == expected


def test_a_further_recipient_is_named_with_its_role_and_person() -> None:
    source = message(specific_recipient="Hold A")
    plain = json.loads(to_fhir(source))
    number = next(n for n, each in enumerate(plain["entry"]) if each["resource"]["resourceType"] == "Communication")
    _adds("CareTeam", name="Hold B")(plain)
    plain["entry"][number]["resource"]["recipient"].append({"reference": plain["entry"][-1]["fullUrl"]})
    conversion = to_letter(of_type(CareCommunicationMessage, read(json.dumps(plain).encode()).message))
    path = f"entry[{number}].resource.recipient[1]"
    named = {("element", path), ("element", f"entry[{len(plain['entry']) - 1}].resource")}
    assert named <= codes(conversion)
    assert "Hold A" in email(conversion).clinical_information[0].text01.plain()


def test_display_and_text_of_a_role_are_both_said() -> None:
    plain = copy.deepcopy(SOURCE)
    _resource(plain, 3)["code"] = [{"coding": [{"system": "x", "code": "y", "display": "Pædagog"}], "text": "leder"}]
    conversion = to_letter(of_type(CareCommunicationMessage, read(json.dumps(plain).encode()).message))
    assert "Stilling: Pædagog, leder" in email(conversion).clinical_information[0].text01.plain()


def test_a_file_type_that_is_found_in_the_content_is_made_up() -> None:
    def untyped(plain: Plain) -> None:
        del _resource(plain, 2)["payload"][1]["contentAttachment"]["contentType"]

    place = "messages[1].letters[0].binary_object[0].object_extension_code"
    assert ("made-up.file-type", place) in codes(_converted(untyped))
    assert ("made-up.file-type", place) not in codes(_converted(_nothing))


# --- to FHIR ---------------------------------------------------------------------------------------------------------


def test_when_a_binary_letter_was_sent_is_named_where_it_differs() -> None:
    first, carrier = letter(files={"Plan": PDF})
    later = changed(carrier, {"envelope.sent": DateAndTime(date="2026-05-05", time="08:00")})
    path = ("binary-letter", "attachments[0].envelope.sent")
    assert path in codes(c.to_fhir(first, attachments=[later]))
    assert path not in codes(c.to_fhir(first, attachments=[carrier]))


def test_a_reference_to_the_record_extract_is_lost_with_its_description() -> None:
    first, carrier = letter(files={"Plan": PDF})
    (reference,) = email(first).reference
    further = reference.replace(ref_description="Journal", target=PatientRecordExtract("true"))
    source = changed(first, {"letters[0].reference": (reference, further)})
    assert ("record-extract", "letters[0].reference[1]") in codes(c.to_fhir(source, attachments=[carrier]))


@pytest.mark.parametrize("address", ["", "a b", "urn:uuid:abc", "urn:oid:x"])
def test_an_address_that_fhir_does_not_take_is_refused(address: str) -> None:
    first, carrier = letter(files={"Plan": PDF})
    (reference,) = email(first).reference
    link = reference.replace(ref_description="Link", target=Url(address))
    with pytest.raises(InvalidMessage) as refused:
        c.to_fhir(changed(first, {"letters[0].reference": (reference, link)}), attachments=[carrier])
    assert [(each.code, each.path) for each in refused.value.report] == [
        ("conversion.link", "letters[0].reference[1].target")
    ]


def test_a_control_character_of_edifact_leaves_a_valid_message() -> None:
    written = to_edifact(letter().messages[0]).replace(b"K\xe6re", b"K\x07\xe6re")
    came = of_type(Emessage, read(written).message)
    found = care(c.to_fhir(came, directory=c.DIRECTORY))
    assert "K\x07ære" in str(found.segments[0].text)
    assert not [each for each in validate(found) if each.severity == "error"]
