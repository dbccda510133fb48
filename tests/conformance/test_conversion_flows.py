"""MedCom's example flows and conversion inputs: what certification checks, field by field, and where MedCom's own
counterparts differ, with the reasons.

Source: test protocol of the conversion service 1.4, 3.2 and 3.3.1; the example flows 1 to 4; the inputs ConSer_CC.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from medcom_bu import (
    AcknowledgementMessage,
    CareCommunicationMessage,
    Conversion,
    Directory,
    Emessage,
    Policy,
    PositiveReceipt,
    convert,
    exchange,
    parse,
    to_fhir,
    to_xml,
    validate,
)
from medcom_bu.declare.oioxml import walk
from medcom_bu.messages.clinical_email import EmailInformation
from medcom_bu.testing import frozen
from tests.support.conversion_judges import errors_of_validator, official_validator, refused_by_schema
from tests.support.conversions import DIRECTORY, PDF, binary, care, email, emessage, header, letter
from tests.support.java_oracle import JavaOracle
from tests.support.oracle import oracle
from tests.support.typed import letter_as, of_type

_SENDER, _RECEIVER = "5790001382445", "5790000121441"
FLOW_DIRECTORY = Directory.from_rows(
    [
        {"gln": _SENDER, "sor": "359001000016000", "name": "MedCom testcenter", "telephone": "65432030"},
        {"gln": _RECEIVER, "sor": "328051000016008", "name": "Social og Sundhed Odense Kommune"},
    ]
)


def xml(name: str) -> Emessage:
    return parse(oracle(f"examples/xml/{name}.xml").read_bytes(), Emessage)


def fhir(name: str) -> Any:
    return parse(oracle(f"examples/conversion/{name}").read_bytes())


def errors(message: Any) -> list[str]:
    return [f"{issue.code} {issue.path}" for issue in validate(message) if issue.severity == "error"]


def differing(ours: Any, theirs: Any) -> set[str]:
    """The elements of two letters that hold different things, or are in one of them alone."""
    leaves = [{path: content for path, _, content in walk(each)} for each in (ours, theirs)]
    return {path for path in {**leaves[0], **leaves[1]} if leaves[0].get(path) != leaves[1].get(path)}


# --- flow 1: XDIS91 and XBIN01 to CareCommunication ------------------------------------------------------------------


def flow_1() -> Conversion:
    first = xml("xdis91-xd9134l-flow1-with-reference")
    files = xml("xbin01-xb0131x-flow1-and-flow3-pdf")
    return convert(first, "fhir", attachments=[files], directory=FLOW_DIRECTORY, ids=frozen())


def _facts(source: CareCommunicationMessage) -> dict[str, Any]:
    text, file = source.segments
    patient: Any = source.patient
    sender: Any = source.sender
    receiver: Any = source.receiver
    attachment: Any = file.attachment
    return {
        "timestamp": source.timestamp,
        "category": source.category,
        "topic": source.topic,
        "priority": source.priority,
        "activity": source.activity,
        "episodes": source.episode_of_care,
        "number": patient.number,
        "family": patient.name[0].family,
        "given": patient.name[0].given,
        "address": patient.address,
        "sender numbers": (sender.gln, sender.sor),
        "receiver numbers": (receiver.gln, receiver.sor),
        "sender name": sender.name,
        "receiver name": receiver.name,
        "text date": text.date,
        "text": text.text,
        "contact": text.contact,
        "author": text.author_name,
        "role": text.author_title,
        "file": (file.identifier, file.date),
        "file type": attachment.content_type,
        "content": attachment.data.content,
        "title": attachment.title,
    }


def test_flow_1_field_by_field() -> None:
    """What MedCom's own counterpart has otherwise, and why: each breaks MedCom's mapping."""
    conversion = flow_1()
    ours, theirs = _facts(care(conversion)), _facts(fhir("flow1-carecommunication-from-oioxml.xml"))
    assert errors(care(conversion)) == []
    assert {name for name in ours if ours[name] != theirs[name]} == {
        "family",  # a word of the surname was moved to the given names: the mapping copies both whole
        "given",
        "sender name",  # those of SOR: the mapping has the letter's
        "receiver name",
        "text",  # doubled and last breaks collapsed: every break counts
        "author",  # taken out of the prose: the mapping has the organisation
        "role",  # likewise, where the mapping has "ukendt"
        "title",  # the ObjectCode: the mapping has RefDescription
    }
    assert ours["family"] == "Ann Berggren"
    assert (ours["author"], ours["role"]) == ("Medcom testcenter, Certificering", "ukendt")
    assert ours["text"].startswith("Denne meddelelse har høj prioritet. Afdeling A har modtaget en henvisning")
    assert ours["text"].endswith("overlæge K. Petersen\n15.01.1999\n")
    assert " ".join(ours["text"].split()) == " ".join(theirs["text"].split())


def test_flow_1_stores_what_the_receipts_need() -> None:
    paired = flow_1().pairs.messages[0]
    assert [(each.envelope_identifier, each.letter_identifier, each.version_code) for each in paired.letters] == [
        ("KuvNrerwerwe99", "Brevt23400929", "XD9134L"),
        ("MEDBIN62529", "031120PWE62528", "XB0131X"),
    ]


# --- flow 2: the Acknowledgement of flow 1 to receipts ----------------------------------------------------------------


def test_flow_2_field_by_field() -> None:
    """MedCom's receipts but for their own numbers and the time, which are those of another transmission."""
    first = flow_1()
    own = first.pairs.messages[0]
    answer = exchange.accept(care(first), ids=frozen())
    assert answer.acknowledged == own.message_id
    back = convert(answer, "xml", pairs=first.pairs, policy=Policy(unwanted_receipts=True), ids=frozen(first=5001))
    for number, name in enumerate(("xdis91", "xbin01")):
        theirs = xml(f"xctl03-xc0330q-flow2-for-{name}")
        assert errors(emessage(back, number)) == []
        assert differing(emessage(back, number).letters[0], theirs.letters[0]) == {"letter.identifier"}
    wanted = convert(answer, "xml", pairs=first.pairs)
    assert len(wanted.messages) == 1, "the XBIN01 of flow 1 asks for no receipt, which MedCom's flow makes all the same"


# --- flow 3: CareCommunication to XDIS91 and XBIN01 -------------------------------------------------------------------


def flow_3() -> Conversion:
    return convert(fhir("flow3-carecommunication-to-oioxml.xml"), "xml", ids=frozen())


def test_flow_3_field_by_field() -> None:
    conversion = flow_3()
    theirs: Any = xml("xdis91-xd9134l-flow3-with-reference")
    assert [errors(each) for each in conversion.messages] == [[], []]
    assert differing(email(conversion), theirs.letters[0]) == {
        "letter.identifier",  # a number of its own
        "sender.identifier",  # a location number, where the mapping wants the SOR code
        "sender.identifier_code",
        "sender.telephone_subscriber_identifier",  # of Organization.telecom: the mapping has the author's contact
        "receiver.identifier",
        "receiver.identifier_code",
        "additional_information.subject",  # written in UTF-8 in a file that declares ISO-8859-1
        "clinical_information[0].text01",  # has a line that the message has not, and blanks around
        "reference[0].ref_description",  # the word BIN: the mapping has the title
        "reference[0].target.object_identifier",  # not that of the segment
        "reference[0].target.object_code",  # billede, for a PDF
    }
    assert email(conversion).sender.identifier_code == "sorkode"
    subject = "Vedr. henvisning, Undersøgelser forude for visitation"
    assert email(conversion).additional_information == EmailInformation(subject=subject)
    assert theirs.letters[0].additional_information.subject.encode("ISO-8859-1").decode() == subject
    assert emessage(conversion).envelope.sent.time == "12:33", "MedCom's says 12:32, its Bundle 12:33"
    assert emessage(conversion).envelope.acknowledgement_code == "pluspositivkvitt"


def test_flow_3_carries_the_file() -> None:
    conversion = flow_3()
    source = fhir("flow3-carecommunication-to-oioxml.xml")
    file = binary(conversion).binary_object[0]
    assert file.content == source.segments[1].attachment.data.content
    assert f"urn:uuid:{file.object_identifier}" == source.segments[1].identifier
    target: Any = email(conversion).reference[0].target
    assert target.object_identifier == file.object_identifier.replace("-", "")
    assert (file.object_code, file.object_extension_code) == ("vektor_grafik", "pdf")


# --- flow 4: the receipts of flow 3 to an Acknowledgement -------------------------------------------------------------


def test_flow_4_field_by_field() -> None:
    first = flow_3()
    own = first.pairs.messages[0]
    receipts = [_answering(xml(f"xctl03-xc0330q-flow4-for-{name}"), own.letters[n]) for n, name in _FLOW_4]
    back = convert(receipts[0], "fhir", attachments=receipts[1:], pairs=first.pairs, ids=frozen(first=9001))
    ours = of_type(AcknowledgementMessage, back.messages[0])
    theirs = fhir("flow4-acknowledgement-from-oioxml.xml")
    assert errors(ours) == []
    assert (ours.code, theirs.code) == ("ok", "ok")
    assert ours.acknowledged == theirs.acknowledged == own.message_id
    assert ours.timestamp == "2023-11-22T12:33:00+01:00"
    assert theirs.timestamp == "2023-11-22T12:33:00Z", "an hour later: the receipts have Danish time"
    for side in ("sender", "receiver"):
        assert getattr(ours, side).gln == getattr(theirs, side).gln
    latest = [each for each in ours.provenances if each is not ours.provenance]
    assert [each.message_id for each in latest] == [own.message_id]


_FLOW_4 = ((0, "xdis91"), (1, "xbin01"))


def _answering(receipt: Emessage, paired: Any) -> Emessage:
    """MedCom's receipt with the numbers that our conversion gave to what it answers."""
    own = letter_as(PositiveReceipt, receipt)
    named = own.original_emessage.original_letter[0].replace(original_letter_identifier=paired.letter_identifier)
    original = own.original_emessage.replace(
        original_envelope_identifier=paired.envelope_identifier, original_letter=(named,)
    )
    return receipt.replace(letters=(own.replace(original_emessage=original),))


# --- the conversion inputs -------------------------------------------------------------------------------------------

INPUTS = ("01", "02", "03_attachment", "07_reply", "09_reply", "12_ReplacementCPR", "13_DoubleCPR", "15_DoubleCPR")


def converted(number: str) -> Conversion:
    return convert(fhir(f"conser/ConSer_CC_{number}.json"), "xml", ids=frozen())


@pytest.mark.parametrize("number", INPUTS)
def test_every_input_becomes_valid_letters(number: str) -> None:
    conversion = converted(number)
    source = fhir(f"conser/ConSer_CC_{number}.json")
    own = email(conversion)
    assert [errors(each) for each in conversion.messages] == [[] for _ in conversion.messages]
    assert (header(conversion).version_code, header(conversion).type_code) == ("XD9134L", "XDIS91")
    assert (own.sender.identifier, own.sender.identifier_code) == (source.sender.sor.reveal(), "sorkode")
    assert own.sender.ean_identifier == source.sender.gln.reveal()
    assert own.receiver.ean_identifier == source.receiver.gln.reveal()
    sent = emessage(conversion).envelope.sent
    assert f"{sent.date}T{sent.time}" == source.timestamp[:16]
    paired = conversion.pairs.messages[0]
    assert (paired.bundle_id, paired.message_id) == (source.id, source.header.id)
    whole = own.clinical_information[0].text01.plain()
    assert all(segment.text in whole for segment in source.segments if segment.text)


def test_02_has_the_local_episode_and_the_status() -> None:
    """3.2.7: LPR3 first, then local; Encounter IMP and in-progress; a specific sender and a care team."""
    own = email(converted("02"))
    source = fhir("conser/ConSer_CC_02.json")
    local = next(each for each in source.episode_of_care if "sor2" in each.system)
    assert own.letter.episode_of_care_identifier == local.value.replace("-", "")
    assert own.patient.episode_of_care_status_code == "indlagt"
    text = own.clinical_information[0].text01.plain()
    assert "Specifik afsender: Michael Burns, Visitator" in text
    assert "Specifik modtager: Plejecenter Herlev Team 1" in text


def test_03_has_its_file_and_title() -> None:
    conversion = converted("03_attachment")
    source = fhir("conser/ConSer_CC_03_attachment.json")
    assert len(conversion.messages) == 2
    assert email(conversion).reference[0].ref_description == source.segments[1].attachment.title
    assert binary(conversion).binary_object[0].content == source.segments[1].attachment.data.content


@pytest.mark.parametrize("number", ["07_reply", "09_reply"])
def test_a_reply_says_so(number: str) -> None:
    text = email(converted(number)).clinical_information[0].text01.plain()
    assert text.startswith("Besvarelse\n")


def test_09_names_the_earlier_file_at_the_end() -> None:
    conversion = converted("09_reply")
    assert email(conversion).clinical_information[0].text01.plain().endswith("\n- Blodprøveresultater")
    assert len(conversion.messages) == 1


@pytest.mark.parametrize(
    ("number", "first", "others"),
    [
        ("12_ReplacementCPR", "0703921VJ4", []),
        ("13_DoubleCPR", "2509479989", ["0703921VJ4"]),
        ("15_DoubleCPR", "0703921VJ5", ["1206550VK9"]),
    ],
)
def test_numbers_of_persons(number: str, first: str, others: list[str]) -> None:
    own = email(converted(number))
    assert own.patient.identifier.reveal() == first
    text = own.clinical_information[0].text01.plain()
    assert ("Der er modtaget flere end et CPR-nummer" in text) is bool(others)
    assert [line for line in text.split("\n") if line in others] == others


def test_the_order_of_resources_says_nothing() -> None:
    source = fhir("conser/ConSer_CC_02.json")
    first, *others = source.entry
    turned = source.replace(entry=(first, *reversed(others)))
    one, other = (convert(each, "xml", ids=frozen()) for each in (source, turned))
    assert [to_xml(of_type(Emessage, each)) for each in one.messages] == [
        to_xml(of_type(Emessage, each)) for each in other.messages
    ]


def test_fhir_xml_gives_the_same_as_json() -> None:
    source = fhir("conser/ConSer_CC_03_attachment.json")
    one, other = (convert(each, "xml", ids=frozen()) for each in (source, parse(to_fhir(source, "xml"))))
    assert one.messages == other.messages


# --- official judges -------------------------------------------------------------------------------------------------


def _from_fhir() -> list[Conversion]:
    return [flow_3(), *map(converted, INPUTS)]


def _answers(first: Conversion) -> Iterator[AcknowledgementMessage]:
    """The Acknowledgements that the receipts for the letters of a conversion become, when accepted and when refused."""
    sent = [of_type(Emessage, each) for each in first.messages]
    accepted = [exchange.accept(each, ids=frozen(first=7001)) for each in sent]
    refused = [exchange.refuse(each, reason="Nej tak") for each in sent]
    for one, *others in (accepted, refused):
        back = convert(one, "fhir", attachments=others, pairs=first.pairs)
        yield of_type(AcknowledgementMessage, back.messages[0])


def test_the_official_schemas_accept_every_letter_and_receipt() -> None:
    first = flow_1()
    answers = [exchange.accept(care(first)), exchange.refuse(care(first), reason="Nej tak")]
    receipts = [convert(each, "xml", pairs=first.pairs, policy=Policy(unwanted_receipts=True)) for each in answers]
    letters = [each for conversion in (*_from_fhir(), *receipts) for each in conversion.messages]
    assert len(letters) > len(INPUTS) + 5
    assert [each for each in letters if refused_by_schema(each)] == []


@pytest.fixture(scope="module")
def java() -> JavaOracle:
    return official_validator()


def test_the_official_validator_accepts_the_results(java: JavaOracle) -> None:
    plain = convert(letter(files={"Plan": PDF}), "fhir", directory=DIRECTORY, ids=frozen())
    made = [care(flow_1()), care(plain), *_answers(flow_3())]
    assert [errors_of_validator(java, each) for each in made] == [set() for _ in made]


@pytest.mark.slow
@pytest.mark.parametrize("number", INPUTS)
def test_the_official_validator_accepts_what_comes_back(java: JavaOracle, number: str) -> None:
    """Each input there and back, and the answers that its letters get."""
    there = converted(number)
    first, *others = (of_type(Emessage, each) for each in there.messages)
    back = convert(first, "fhir", attachments=others, ids=frozen())
    for each in (care(back), *_answers(there)):
        assert errors_of_validator(java, each) == set()
