"""Carrying messages over to the other standard: targets, policies, what cannot be carried, what is kept."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from typing import Any

import pytest

from medcom_bu import (
    CareCommunicationMessage,
    ClinicalEmail,
    Consignment,
    Conversion,
    Cpr,
    Directory,
    Emessage,
    InvalidMessage,
    Policy,
    SystemInformation,
    WireFormat,
    convert,
    losses,
    parse,
    read,
    to_edifact,
    to_fhir,
    to_xml,
    validate,
)
from medcom_bu.carecommunication import Attachment, HumanName
from medcom_bu.conversion.result import KINDS
from medcom_bu.conversion.table import RECEIPT_ROWS, ROWS
from medcom_bu.declare.base import fields
from medcom_bu.declare.fhir import Structure
from medcom_bu.declare.oioxml import elements
from medcom_bu.issues import MORE_LOST, listed
from medcom_bu.messages.binary_letter import BinaryObject
from medcom_bu.messages.headers import Envelope
from medcom_bu.testing import envelopes, frozen, samples
from medcom_bu.values.fhir_resources import Communication, Organization, Patient
from medcom_bu.values.identifiers import ReplacementCpr as Replacement
from medcom_bu.values.timestamps import DateAndTime
from tests.support import conversions
from tests.support.conversions import (
    DIRECTORY,
    EPISODE,
    PDF,
    care,
    changed,
    codes,
    email,
    letter,
    message,
    to_letter,
    with_letter,
)
from tests.support.typed import of_type

_FHIR = (WireFormat.FHIR_JSON, WireFormat.FHIR_XML)


def to_care(source: Any, **options: Any) -> Conversion:
    return conversions.to_fhir(source, **options)


# --- targets ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "to", ["fhir", "fhir-xml", WireFormat.FHIR_JSON, WireFormat.FHIR_XML, CareCommunicationMessage]
)
def test_targets_of_a_letter(to: Any) -> None:
    assert convert(letter(), to, ids=frozen()) == to_care(letter())


@pytest.mark.parametrize("to", ["xml", "edifact", WireFormat.OIOXML, WireFormat.EDIFACT, Emessage])
def test_targets_of_a_message(to: Any) -> None:
    conversion = convert(message(), to, ids=frozen(first=5001))
    assert (conversion.messages, conversion.made_up) == (to_letter(message()).messages, to_letter(message()).made_up)
    assert [loss for loss in conversion.losses if not loss.path.startswith("messages")] == list(
        to_letter(message()).losses
    )


def test_what_the_writing_loses_is_told_with_the_rest() -> None:
    source = message(text="王小明 😀\n" + "x\n" * 600, files={"Plan": PDF})
    own, text = set(to_letter(source).losses), "messages[0].letters[0].clinical_information[0]"
    assert all(loss.code.startswith("loss.convert-") for loss in own), "XML holds it all"
    conversion = convert(source, "edifact", ids=frozen(first=5001))
    assert {(loss.code, loss.path) for loss in conversion.losses if loss not in own} == {
        ("loss.edifact-default", "messages[0].letters[0].sender.medical_speciality_code"),
        ("loss.edifact-character", f"{text}.text01"),
        ("loss.edifact-text-end", f"{text}.text01"),
        ("loss.edifact-limit", text),
    }
    assert set(convert(source, Emessage, ids=frozen(first=5001)).losses) == own
    assert Conversion.from_dict(json.loads(json.dumps(conversion.to_dict()))) == conversion


@pytest.mark.parametrize("part", ["patient", "sender", "additional_information"])
def test_half_a_character_is_lost_wherever_it_stands(part: str) -> None:
    """What our writing loses of a message that was made of a letter is told exactly, though it is seldom looked for."""
    field = {"patient": "person_surname_name", "sender": "organisation_name", "additional_information": "subject"}
    given: dict[str, Any] = {part: {field[part]: "\ud83d"}}
    source = letter(**given)
    for to in ("fhir", "fhir-xml"):
        done = convert(source, to, directory=DIRECTORY, ids=frozen())
        written = {(f"messages[0].{loss.path}", loss.code) for loss in losses(care(done), to)}
        assert written
        assert {(loss.path, loss.code) for loss in done.losses if loss.code.startswith("loss.fhir")} == written


def test_what_is_made_is_what_constructors_make() -> None:
    """The library leaves their checks out where it makes the parts itself."""
    for files in (None, {"Vurdering": PDF}):
        episode = {"episode_of_care_identifier": EPISODE}
        made = care(convert(letter(files, letter=episode), "fhir", directory=DIRECTORY, ids=frozen()))
        values = [*_structures(made)]
        assert len(values) > 80
        for value in values:
            held = {name: value.__dict__[name] for name in (*fields(type(value)), "rest")}
            again = type(value)(**held)
            assert [type(again.__dict__[name]) for name in held] == [type(content) for content in held.values()]
            assert again == value


def _structures(value: Any) -> Iterator[Structure]:
    """A value of FHIR and all values in it."""
    if isinstance(value, Structure):
        yield value
        for name in fields(type(value)):
            yield from _structures(value.__dict__[name])
    elif isinstance(value, tuple):
        for each in value:
            yield from _structures(each)


def test_losses_that_are_not_listed_are_counted_with_the_rest() -> None:
    loss = to_letter(message()).losses[0]
    once = listed([loss] * 1500)
    assert dict(once[-1].params) == {"count": 501}
    assert dict(listed([*[loss] * 10, *once])[-1].params) == {"count": 511}


@pytest.mark.parametrize(
    ("source", "to", "says"),
    [
        (letter(), "edifact", "use to_edifact"),
        (letter(), "xml", "use to_xml"),
        (letter(), WireFormat.EDIFACT, "use to_edifact"),
        (message(), "fhir", "use to_fhir"),
        (letter(), Emessage, "convert makes CareCommunicationMessage of Consignment, not Emessage"),
        (message(), CareCommunicationMessage, "convert makes Emessage of CareCommunicationMessage"),
        (letter(), str, "a class of messages; str is none"),
        (letter(), 7, "convert: to takes str or type, not int"),
        (b"<Emessage/>", "fhir", "parse the bytes first"),
        (email(letter()), "fhir", "give the Emessage that it stands in"),
        (next(iter(envelopes().values())), "fhir", "unwrap it first"),
        (None, "fhir", "convert takes a message, not NoneType"),
    ],
)
def test_a_wrong_target_or_message_says_what_to_call_instead(source: Any, to: Any, says: str) -> None:
    with pytest.raises(TypeError, match=says):
        convert(source, to)


@pytest.mark.parametrize(
    "options",
    [
        {"attachments": letter()},
        {"attachments": "x"},
        {"directory": {}},
        {"pairs": {}},
        {"policy": None},
        {"ids": 1},
    ],
)
def test_a_wrong_option_is_a_type_error(options: Any) -> None:
    with pytest.raises(TypeError, match=f"convert: {next(iter(options))} takes"):
        convert(letter(), "fhir", **options)


def test_attachments_belong_to_letters() -> None:
    with pytest.raises(TypeError, match="attachments with letters alone"):
        convert(message(), "xml", attachments=[letter().messages[0]])


def test_an_unknown_target_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="one of fhir, fhir-xml, xml, edifact"):
        convert(letter(), "pdf")


# --- what cannot be carried ------------------------------------------------------------------------------------------


def refusals(source: Any, to: str = "fhir", **options: Any) -> set[tuple[str, str]]:
    with pytest.raises(InvalidMessage) as caught:
        convert(source, to, **options)
    return {(issue.code, issue.path) for issue in caught.value.report}


def test_every_reason_at_once() -> None:
    own = email(letter())
    source = with_letter(
        sender=own.sender.replace(identifier="1301011", identifier_code="sygehusafdelingsnummer"),
        receiver=own.receiver.replace(ean_identifier="5790000000000"),
        patient=own.patient.replace(person_surname_name="_", identifier=Replacement("0201609996")),
        clinical_information=(),
    )
    carrier = letter(files={"Plan": PDF}).messages[1]
    system = _with_subject(carrier, SystemInformation(system_information="true"))
    assert refusals(source, attachments=[system], directory=DIRECTORY.__class__()) == {
        ("conversion.unit-number", "letters[0].sender"),
        ("conversion.unit-number", "letters[0].receiver.ean_identifier"),
        ("directory.unknown-receiver", "letters[0].receiver.ean_identifier"),
        ("conversion.no-surname", "letters[0].patient.person_surname_name"),
        ("conversion.person-number", "letters[0].patient.identifier"),
        ("conversion.no-text", "letters[0].clinical_information"),
        ("conversion.system-information", "attachments[0].letters[0].subject"),
    }


def _with_subject(carrier: Emessage, subject: Any) -> Emessage:
    own: Any = carrier.letters[0]
    return carrier.replace(letters=(own.replace(subject=subject),))


def test_a_binary_letter_alone_is_forwarded_unconverted() -> None:
    assert refusals(letter(files={"Plan": PDF}).messages[1]) == {("conversion.binary-alone", "letters[0]")}


def test_files_of_another_patient_are_never_joined() -> None:
    sent = letter(files={"Plan": PDF})
    carrier: Any = sent.messages[1].letters[0]
    other = _with_subject(sent.messages[1], carrier.subject.replace(identifier=Cpr("2509479989")))
    assert refusals(sent.messages[0], attachments=[other]) == {
        ("attachment.other-patient", "attachments[0].letters[0].subject.identifier")
    }


@pytest.mark.parametrize("name", [name for name in samples() if name.startswith(("XREF", "XBIN02"))])
def test_what_has_no_counterpart_is_refused(name: str) -> None:
    code = "conversion.binary-alone" if name.startswith("XBIN") else "conversion.no-counterpart"
    assert refusals(samples()[name]) == {(code, "letters[0]")}


def test_a_message_that_lacks_what_a_letter_must_have() -> None:
    def nobody(own: Patient) -> Patient:
        return own.replace(identifier=(), name=(HumanName(given=("Bo",)),))

    source = changed(message(), Patient, nobody)
    source = changed(source, Organization, lambda own: own.replace(identifier=(), name=None), 0)
    source = changed(source, Communication, lambda own: own.replace(payload=())).replace(timestamp="2026-05-04")
    assert refusals(source.replace(timestamp="i går"), "xml", directory=Directory()) == {
        ("conversion.time", "timestamp"),
        ("conversion.no-text", "entry[2].resource"),
        ("conversion.no-surname", "entry[1].resource.name"),
        ("conversion.person-number", "entry[1].resource.identifier"),
        ("conversion.unit-number", "entry[5].resource"),
        ("conversion.unit-name", "entry[5].resource.name"),
        ("directory.unknown-receiver", "entry[6].resource.identifier"),
    }


def test_a_message_without_its_parts_is_refused() -> None:
    assert refusals(CareCommunicationMessage(), "xml") == {("conversion.missing", "/")}
    assert {code for code, _ in refusals(samples()["CareCommunication/5.0"].replace(entry=()), "xml")} == {  # type: ignore[attr-defined]
        "conversion.missing"
    }


@pytest.mark.parametrize("part", ["letter", "sender", "receiver", "patient"])
def test_a_letter_without_its_parts_is_refused(part: str) -> None:
    assert refusals(with_letter(**{part: None})) == {("conversion.missing", "letters[0]")}


def test_a_letter_without_any_field_of_its_parts_is_refused_without_a_traceback() -> None:
    own: Any = email(letter())
    for part in ("letter", "sender", "receiver", "patient"):
        value = getattr(own, part)
        for name in fields(type(value)):
            nothing = () if getattr(value, name) == () else None
            try:
                convert(with_letter(**{part: value.replace(**{name: nothing})}), "fhir", directory=DIRECTORY)
            except InvalidMessage as refused:
                assert {issue.path.partition(".")[0] for issue in refused.report} <= {"letters[0]"}


def test_an_hour_that_clocks_skip_is_refused() -> None:
    source = letter(letter={"authorisation": DateAndTime(date="2026-03-29", time="02:30")})
    assert refusals(source) == {("conversion.no-such-hour", "messages[0].letters[0].letter.authorisation")}


def test_a_file_without_content_is_refused() -> None:
    source = letter(files={"Plan": PDF})
    own: Any = source.messages[1].letters[0]
    broken = own.replace(binary_object=(own.binary_object[0].replace(object_base64_encoded=None),))
    sent = source.messages[1].replace(letters=(broken,))
    path = "messages[1].letters[0].binary_object[0].object_base64_encoded"
    assert refusals(Consignment((source.messages[0], sent))) == {("conversion.file", path)}

    def emptied(own: Any) -> Any:
        payload = own.payload[1].replace(content_attachment=Attachment(title="Plan", data=b""))
        return own.replace(payload=(own.payload[0], payload))

    empty = changed(message(files={"Plan": PDF}), Communication, emptied)
    assert refusals(empty, "xml") == {("conversion.file", "entry[2].resource.payload[1].content_attachment.data")}


def test_nothing_of_a_person_is_in_a_refusal_or_a_note() -> None:
    source = letter(patient={"person_surname_name": "Hemmelig", "person_given_name": "Navnesen"})
    conversion = to_care(source, directory=DIRECTORY)
    said = repr(conversion) + "".join(map(str, conversion.losses)) + "".join(map(repr, conversion.made_up))
    said += repr(conversion.pairs) + repr(conversion.pairs.messages)
    with pytest.raises(InvalidMessage) as caught:
        convert(with_letter(clinical_information=()), "fhir")
    said += str(caught.value) + str(caught.value.report)
    assert not [word for word in ("Hemmelig", "Navnesen", "2512489996", "vurdering") if word in said]


def test_a_name_that_is_content_is_not_in_a_loss() -> None:
    """A name that FHIR does not know may be anything: a number, a text."""
    odd = json.loads(to_fhir(message()))
    odd["Hemmelig"] = odd["entry"][1]["resource"]["Hemmelig"] = "x"
    provenance = next(n for n, each in enumerate(odd["entry"]) if each["resource"]["resourceType"] == "Provenance")
    odd["entry"][provenance]["resource"]["entity"].append({"role": "Hemmelig", "what": {"display": "x"}})
    odd["entry"].append({"resource": {"resourceType": "Hemmelig", "id": "1"}})
    source = of_type(CareCommunicationMessage, read(json.dumps(odd).encode()).message)
    conversion = to_letter(source)
    found = [(loss.path, dict(loss.params)["element"]) for loss in conversion.losses if "element" in dict(loss.params)]
    assert found == [
        ("rest.?", "Bundle.?"),
        ("entry[1].resource.rest", "Patient.?"),
        (f"entry[{provenance}].resource.entity[1]", "Provenance.entity"),
        (f"entry[{len(odd['entry']) - 1}].resource", "?.resource"),
    ]
    assert "Hemmelig" not in "".join(map(str, conversion.losses))


# --- what is kept ----------------------------------------------------------------------------------------------------


def test_the_same_message_with_the_same_ids_gives_the_same_bytes() -> None:
    sent, came = letter(files={"Plan": PDF}), message(files={"Plan": PDF})
    one, other = (to_fhir(care(to_care(sent))) for _ in range(2))
    assert one == other
    first, second = ([to_xml(each) for each in to_letter(came).messages] for _ in range(2))  # type: ignore[arg-type]
    assert first == second


def test_a_conversion_goes_through_json_and_pickle() -> None:
    for conversion in (to_care(letter(files={"Plan": PDF})), to_letter(message(files={"Plan": PDF}))):
        data = json.loads(json.dumps(conversion.to_dict()))
        assert Conversion.from_dict(data) == conversion
        assert pickle.loads(pickle.dumps(conversion)) == conversion
        assert type(conversion.pairs).from_dict(data["pairs"]) == conversion.pairs


def test_more_losses_than_are_listed_go_through_json_too() -> None:
    links = {f"Link {number}": f"https://example.org/{number}" for number in range(1100)}
    conversion = to_letter(message(links=links))
    assert conversion.losses[-1].code == MORE_LOST.code
    assert Conversion.from_dict(json.loads(json.dumps(conversion.to_dict()))) == conversion


@pytest.mark.parametrize("change", [{"schema": "medcom_bu/2"}, {"losses": [{}]}, {"made_up": None}, {"mere": 1}])
def test_data_that_are_no_conversion_are_refused(change: dict[str, Any]) -> None:
    data = to_care(letter()).to_dict()
    with pytest.raises(ValueError, match=r"takes the schema|no conversion"):
        Conversion.from_dict(data | change)
    with pytest.raises(ValueError, match=r"takes the schema|are no pairs"):
        type(to_care(letter()).pairs).from_dict({**data["pairs"], "pairs": [change]})


def test_edifact_goes_by_way_of_the_same_value() -> None:
    source = letter().messages[0]
    by_way_of_edifact = parse(to_edifact(source), Emessage)
    text = care(to_care(by_way_of_edifact)).segments[0].text or ""
    assert text.rstrip("\n") == care(to_care(source)).segments[0].text, "EDIFACT ends a line that ends"
    back = [to_edifact(each) for each in to_letter(message(files={"Plan": PDF})).messages]  # type: ignore[arg-type]
    assert [validate(data).ok for data in back] == [True, True]


def test_a_long_text_is_never_cut_in_silence() -> None:
    text = "\n".join(f"Linje {number} " + "x" * 60 for number in range(600))
    whole = to_letter(message(text=text))
    assert len(email(whole).clinical_information) == 1
    split = to_letter(message(text=text), policy=Policy(long_text="split"))
    parts = [part.text01 for part in email(split).clinical_information]
    assert len(parts) == 10
    assert "".join(part.plain() for part in parts) == email(whole).clinical_information[0].text01.plain()
    assert all(len(part) <= 3150 for part in parts[:-1])


def test_files_in_several_binary_letters_are_all_carried() -> None:
    sent = letter(files={"Et": PDF, "To": PDF + b"2"})
    own: Any = sent.messages[1].letters[0]
    halves = [sent.messages[1].replace(letters=(own.replace(binary_object=(each,)),)) for each in own.binary_object]
    conversion = to_care(sent.messages[0], attachments=halves)
    assert [segment.attachment.title for segment in care(conversion).segments if segment.attachment] == ["Et", "To"]
    assert len(conversion.pairs.messages[0].letters) == 3


def test_a_binary_letter_that_says_otherwise_is_told() -> None:
    sent = letter(files={"Plan": PDF})
    own: Any = sent.messages[1].letters[0]
    hub = own.replace(sender=own.sender.replace(organisation_name="Henvisningshotellet"))
    conversion = to_care(sent.messages[0], attachments=[sent.messages[1].replace(letters=(hub,))])
    assert ("binary-letter", "attachments[0].letters[0].sender.organisation_name") in codes(conversion)
    assert "binary-letter" not in {code for code, _ in codes(to_care(sent))}


def test_an_element_that_the_table_does_not_know_is_named() -> None:
    def odd(own: Patient) -> Patient:
        return own.replace(gender="female", birth_date="1948-12-25")

    conversion = to_letter(changed(message(), Patient, odd))
    assert {("element", "entry[1].resource.gender"), ("element", "entry[1].resource.birth_date")} <= codes(conversion)
    assert ("resources", "entry") in codes(conversion)


def test_what_is_said_of_the_message_and_its_resources_is_named() -> None:
    odd = json.loads(to_fhir(message()))
    odd["meta"]["lastUpdated"] = "2026-05-05T10:00:00+02:00"
    odd["entry"][1]["resource"]["meta"]["security"] = [{"code": "R"}]
    odd["entry"][2]["search"] = {"mode": "match"}
    source = of_type(CareCommunicationMessage, read(json.dumps(odd).encode()).message)
    assert codes(to_letter(source)) - codes(to_letter(message())) == {
        ("element", "meta.last_updated"),
        ("element", "entry[1].resource.meta"),
        ("element", "entry[2].rest.search"),
    }


def test_the_binary_letter_may_be_told_to_want_no_receipt() -> None:
    for policy, wants in ((Policy(), True), (Policy(binary_acknowledgement="minuspositivkvitt"), False)):
        conversion = to_letter(message(files={"Plan": PDF}), policy=policy)
        assert [each.wants_receipt for each in conversion.pairs.messages[0].letters] == [True, wants]


def test_a_policy_shows_what_it_has_chosen() -> None:
    assert repr(Policy()) == "Policy()"
    assert repr(Policy(titles="none", unwanted_receipts=True)) == "Policy(titles='none', unwanted_receipts=True)"


@pytest.mark.parametrize("given", [{"episode_of_care": "x"}, {"titles": "x"}, {"long_text": "x"}, {"refused": "ok"}])
def test_a_policy_takes_its_words_alone(given: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=next(iter(given))):
        Policy(**given)


# --- the table -------------------------------------------------------------------------------------------------------


def test_the_rows_have_the_numbers_of_the_mapping() -> None:
    assert [each.number for each in ROWS] == [number for number in range(1, 67) if number != 29]
    assert all(each.source for each in ROWS)


def _paths(cls: type[Any], start: str) -> Iterator[str]:
    for name, declared in fields(cls).items():
        here = f"{start}.{name}" if start else name
        kinds = [each.type for each in elements(declared) if isinstance(each.type, type)]
        inner = [kind for kind in kinds if name not in ("authorisation", "sent", "clinical_information")]
        if inner:
            for kind in inner:
                yield from _paths(kind, here)
        else:
            yield here


def test_every_element_of_the_letters_is_in_the_table() -> None:
    known = {place for each in ROWS for place in each.letter}
    wanted = {*_paths(ClinicalEmail, ""), *_paths(Envelope, "envelope"), *_paths(BinaryObject, "binary.binary_object")}
    assert {path for path in wanted if path not in known} == {
        "letter.episode_of_care.episode_of_care_type",
        "letter.episode_of_care.episode_of_care_identifier",
    }, "these two are of XREF01"


def test_every_kind_is_of_a_row() -> None:
    ways = [way for each in (*ROWS, *RECEIPT_ROWS) for way in (each.to_fhir, each.to_letter)]
    named = {kind.code for way in ways for kind in (*way.losses, *way.made_up)}
    others = {"loss.convert-binary-letter", "loss.convert-element", "made-up.binary-letter"}
    wires = ("loss.edifact-", "loss.xml-", "loss.fhir-")
    assert {code for code in KINDS if not code.startswith(wires)} == named | others | {MORE_LOST.code}
    assert not named & others
