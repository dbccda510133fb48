"""Making CareCommunications and their answers: what is kept, what is new; a list of rules, held to each message."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

import medcom_bu
from medcom_bu import AcknowledgementMessage, CareCommunicationBuilder, CareCommunicationMessage, InvalidMessage, rules
from medcom_bu.builders.care_parts import episode_of_care, patient
from medcom_bu.exchange import accept, matches, refuse
from medcom_bu.fhir.codec import read
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.testing.letters import letter_samples
from medcom_bu.values.codes import IdentifierCode
from medcom_bu.values.fhir_codes import EPISODE_OF_LPR3, Activity, Category, ResponseCode
from medcom_bu.values.fhir_resources import (
    CareTeam,
    Communication,
    MessageHeader,
    PractitionerRole,
    Provenance,
    Resource,
)
from medcom_bu.values.fhir_types import Identifier
from medcom_bu.values.identifiers import Cpr, Gln, ReplacementCpr, SorCode
from tests.support.all_kinds import all_kinds
from tests.support.care_messages import (
    CITIZEN,
    IDA,
    OTHER,
    PDF,
    PER,
    SCHOOL,
    START,
    answer_to_letter,
    corpus,
    first,
    hourly,
    with_files,
)
from tests.support.ids_and_clock import counted
from tests.support.letter_builders import problems

CORPUS = corpus()

EACH = pytest.mark.parametrize("message", [item[2] for item in CORPUS], ids=[f"{v} {n}" for v, n, _ in CORPUS])


# --- the list of the rules, held to every message of the corpus -----------------------------------------------------


@EACH
def test_nothing_is_found_but_what_the_test_person_brings(message: CareCommunicationMessage) -> None:
    report = medcom_bu.validate(message)
    assert report.complete  # the profiles of the version were asked too
    assert {issue.code for issue in report} <= {"identifier.cpr-modulus-11"}


@EACH
def test_both_formats_read_back_equal(message: CareCommunicationMessage) -> None:
    for form in ("json", "xml"):
        assert medcom_bu.parse(medcom_bu.to_fhir(message, form)) == message


@EACH
def test_the_entries(message: CareCommunicationMessage) -> None:
    kinds = [entry.resource.resource_type for entry in message.entry if entry.resource]
    assert kinds[0] == "MessageHeader"
    assert kinds.count("MessageHeader") == kinds.count("Patient") == kinds.count("Communication") == 1
    urls = [entry.full_url for entry in message.entry]
    assert len(set(urls)) == len(urls)
    for entry in message.entry:
        assert entry.resource is not None
        assert (
            entry.full_url
            == f"https://medcomfhir.dk/ig/carecommunication/{entry.resource.resource_type}/{entry.resource.id}"
        )
        assert entry.resource.meta is not None
        assert len(entry.resource.meta.profile) == 1


@EACH
def test_every_resource_is_reached_from_the_header_and_the_provenances(message: CareCommunicationMessage) -> None:
    texts = medcom_bu.to_fhir(message).decode()
    for entry in message.entry[1:]:
        assert entry.resource is not None
        if not isinstance(entry.resource, Provenance):
            assert f'"reference":"{entry.resource.resource_type}/{entry.resource.id}"' in texts


@EACH
def test_times_are_those_of_sending(message: CareCommunicationMessage) -> None:
    own = message.provenance
    assert own is not None
    assert message.timestamp == own.occurred_date_time == own.recorded
    new = {what.identifier.value for what in own.what("source") if what.identifier}
    assert {s.date for s in message.segments if s.identifier in new} == {message.timestamp}


@EACH
def test_the_provenance_names_each_new_segment(message: CareCommunicationMessage) -> None:
    told = [what.identifier.value or "" for p in message.provenances for what in p.what("source") if what.identifier]
    assert sorted(told) == sorted(segment.identifier or "" for segment in message.segments)
    assert message.chain == tuple(reversed(message.provenances))


@EACH
def test_every_resource_has_a_narrative_that_shows_it(message: CareCommunicationMessage) -> None:
    for entry in message.entry:
        resource = entry.resource
        assert resource is not None
        assert resource.text is not None
        assert resource.text.div is not None
        assert str(resource.id) in resource.text.div
        assert resource.text.status == ("extensions" if isinstance(resource, Communication) else "generated")
    communication = message.communication
    assert communication is not None
    assert communication.text is not None
    shown = communication.text.div or ""
    for segment in message.segments:
        assert (segment.date or "") in shown
        assert (segment.text or "").partition("\n")[0] in shown
    assert "JVBER" not in shown
    category = message.category
    assert isinstance(category, Category)
    assert category.danish in shown
    assert category.english in shown


@EACH
def test_the_definition_is_that_of_the_version(message: CareCommunicationMessage) -> None:
    assert message.header is not None
    version = next(v for v, _, known in CORPUS if known is message)
    assert message.version == version


# --- each beginning -----------------------------------------------------------------------------------------------


def test_a_new_message() -> None:
    message = with_files()
    assert (message.activity, len(message.provenances), len(message.segments)) == (Activity.NEW, 1, 4)
    text, _, file, link = message.segments
    assert (text.text, text.author_name, text.author_title, text.contact) == (
        "Se bilag",
        "Ida Mose",
        "paedagog",
        "12345678",
    )
    assert file.attachment is not None
    assert file.attachment.content_type == "application/pdf"
    assert file.attachment.data is not None
    assert file.attachment.data.content == PDF
    assert b"".join(file.attachment.data.encoded()) == b"JVBERi0xLjQKYmlsYWcK"
    assert link.attachment is not None
    assert link.attachment.url == "https://example.org/x"
    assert (file.author, link.author_name) == (None, "Ida Mose")
    assert message.header is not None
    assert message.header.destination[0].endpoint == "https://sor2.sum.dsdn.dk/#id=265161000016000"


def test_a_reply_keeps_and_renews() -> None:
    received = with_files(specific_sender=IDA, episode_of_care=episode_of_care("x1", system="https://example.org/"))
    reply = CareCommunicationBuilder.reply_to(received).write("Tak", author=PER).build()
    assert reply.communication_identifier == received.communication_identifier
    assert (reply.sender, reply.receiver) == (received.receiver, received.sender)
    assert (reply.patient, reply.category, reply.topic) == (received.patient, received.category, received.topic)
    assert reply.episode_of_care == received.episode_of_care
    assert reply.specific_recipient == received.specific_sender
    assert reply.specific_sender is None
    assert reply.provenances[:-1] == received.provenances
    assert [s.identifier for s in reply.segments[:-1]] == [s.identifier for s in received.segments]
    for kept, before in zip(reply.segments, received.segments, strict=False):
        assert (kept.date, kept.text, kept.author, kept.payload.extension) == (
            before.date, before.text, before.author, before.payload.extension,
        )  # fmt: skip
        if kept.attachment is not None and before.attachment is not None:
            assert kept.attachment == before.attachment.replace(data=None, url=None)
    for kind in (MessageHeader, Communication):
        assert {r.id for r in reply.resources(kind)}.isdisjoint({r.id for r in received.resources(kind)})
    assert reply.id != received.id
    own, header = reply.provenance, received.header
    assert own is not None
    assert header is not None
    assert [what.reference for what in own.what("revision")] == [f"MessageHeader/{header.id}"]


def test_a_user_may_change_category_and_topic_of_a_reply() -> None:
    reply = (
        CareCommunicationBuilder.reply_to(first(), category=Category.MEDICINE, topic=None)
        .write("x", author=PER)
        .build()
    )
    assert (reply.category, reply.topic) == (Category.MEDICINE, None)


def test_a_reply_to_a_message_of_ones_own_goes_the_same_way() -> None:
    sent = first(specific_recipient="Team 1")
    again = CareCommunicationBuilder.reply_to(sent, own=True).write("x", author=IDA).build()
    assert (again.sender, again.receiver) == (sent.sender, sent.receiver)
    assert isinstance(again.specific_recipient, CareTeam)


def test_a_forward_begins_a_thread_with_all_content() -> None:
    received = with_files()
    reply = CareCommunicationBuilder.reply_to(received).write("Tak", author=PER).build()
    builder = CareCommunicationBuilder.forward(reply, receiver=OTHER, earlier=[received])
    forward = builder.write("Til jer", author=PER).build()
    assert forward.communication_identifier != reply.communication_identifier
    assert forward.sender == reply.receiver
    assert forward.receiver is not None
    assert forward.receiver.name == OTHER.name
    assert [s.attachment for s in forward.segments[:4]] == [s.attachment for s in received.segments]
    assert forward.provenances[:-1] == reply.provenances
    assert forward.activity is Activity.FORWARD


def test_a_forward_without_the_content_of_an_attachment_says_so() -> None:
    reply = CareCommunicationBuilder.reply_to(with_files()).write("Tak", author=PER).build()
    forward = CareCommunicationBuilder.forward(reply, receiver=OTHER).write("Til jer", author=PER)
    assert problems(forward) == [("builder.forward-attachment", "earlier")]


def test_a_part_of_a_thread_is_forwarded_by_whole_messages() -> None:
    received = with_files()
    reply = CareCommunicationBuilder.reply_to(received).write("Tak", author=PER).build()
    assert reply.header is not None
    part = CareCommunicationBuilder.forward(reply, receiver=OTHER, only=[reply.header.id or ""])
    forward = part.write("Til jer", author=PER).build()
    assert [segment.text for segment in forward.segments] == ["Tak", "Til jer"]
    assert [found.message_id for found in forward.provenances[:-1]] == [reply.header.id]
    assert {issue.code for issue in medcom_bu.validate(forward)} == {"identifier.cpr-modulus-11"}


def test_a_reply_to_a_letter_names_it() -> None:
    message = answer_to_letter()
    own = message.provenance
    assert own is not None
    assert message.activity is Activity.REPLY
    assert [what.identifier for what in own.what("revision")] == [Identifier(value="5790000121526#B1")]
    assert [(e.system, e.value) for e in message.episode_of_care] == [
        (EPISODE_OF_LPR3, "urn:uuid:fc60e762-b13b-5773-865e-67f3907bdcc7")
    ]


def test_a_reply_to_a_consignment_takes_what_it_can_from_it() -> None:
    received = letter_samples()["XDIS91/XD9134L"]
    held: Any = received.letters[0]
    sender = held.sender.replace(identifier_code=IdentifierCode.SOR_CODE, identifier="953741000016009")
    number = held.letter.replace(episode_of_care_identifier="00112233445566778899aabbccddeeff")
    known = received.replace(letters=(held.replace(sender=sender, letter=number),))
    fields: dict[str, Any] = {"sender": SCHOOL, "category": Category.HEALTHCARE}
    message = CareCommunicationBuilder.reply_to(known, **fields).write("Svar", author=IDA).build()
    assert message.receiver is not None
    assert (message.receiver.gln, message.receiver.sor) == (Gln(held.sender.ean_identifier), SorCode("953741000016009"))
    assert message.patient is not None
    assert message.patient.number == held.patient.identifier
    assert message.provenance is not None
    before = Identifier(value=f"{held.sender.ean_identifier}#{held.letter.identifier}")
    assert [what.identifier for what in message.provenance.what("revision")] == [before]
    system = "https://sor2.sum.dsdn.dk/#id=953741000016009"
    assert message.episode_of_care == (Identifier(system=system, value="00112233-4455-6677-8899-aabbccddeeff"),)
    with pytest.raises(InvalidMessage):  # the letter has no SOR code of its sender
        CareCommunicationBuilder.reply_to(received, **fields).write("Svar", author=IDA).build()
    with pytest.raises(ValueError, match="no letter"):
        CareCommunicationBuilder.reply_to(received.replace(letters=()))


def test_numbers_of_persons() -> None:
    assert isinstance(patient("250947-9989", given="x", family="y").number, Cpr)
    replacement = patient("0101011AB1", given="x", family="y").number
    assert isinstance(replacement, ReplacementCpr)
    assert replacement.system == ReplacementCpr.X_SYSTEM


def test_references_of_another_base_still_lead_somewhere() -> None:
    text = medcom_bu.to_fhir(with_files()).decode()
    base = "https://medcomfhir.dk/ig/carecommunication/"
    received = medcom_bu.parse(text.replace(base, "https://example.org/fhir/").encode())
    assert isinstance(received, CareCommunicationMessage)
    reply = CareCommunicationBuilder.reply_to(received).write("x", author=PER).build()
    assert {(entry.full_url or "").startswith("https://example.org/fhir/") for entry in reply.entry} == {True}


def test_references_by_urn_are_kept() -> None:
    text = medcom_bu.to_fhir(with_files()).decode()
    for entry in with_files_entries(text):
        text = text.replace(f'"fullUrl":"{entry[0]}"', f'"fullUrl":"urn:uuid:{entry[1]}"')
        text = text.replace(f'"reference":"{entry[2]}"', f'"reference":"urn:uuid:{entry[1]}"')
    received = medcom_bu.parse(text.encode())
    assert isinstance(received, CareCommunicationMessage)
    assert received.sender is not None
    reply = CareCommunicationBuilder.reply_to(received).write("x", author=PER).build()
    assert (reply.sender, reply.receiver, reply.patient) == (received.receiver, received.sender, received.patient)
    assert reply.segments[0].author == received.segments[0].author
    answer = accept(received)
    assert answer.receiver == received.sender


def with_files_entries(text: str) -> list[tuple[str, str, str]]:
    message = medcom_bu.parse(text.encode())
    assert isinstance(message, CareCommunicationMessage)
    return [
        (entry.full_url or "", entry.resource.id or "", f"{entry.resource.resource_type}/{entry.resource.id}")
        for entry in message.entry
        if entry.resource is not None and not isinstance(entry.resource, MessageHeader)
    ]


def test_all_problems_are_said_at_once() -> None:
    assert problems(CareCommunicationBuilder.new()) == [
        *(("builder.missing", name) for name in ("sender", "receiver", "patient", "category")),
        ("builder.not-called", "write()"),
    ]
    with pytest.raises(ValueError, match="version"):
        CareCommunicationBuilder.new(version="3.0")


def test_the_same_ids_and_clock_give_the_same_message() -> None:
    assert first(hourly()) == first(hourly())
    assert first(hourly()).timestamp == "2026-05-04T09:30:59+02:00"
    naive = IdsAndClock(clock=lambda: datetime(2026, 5, 4, 9, 30))
    assert first(naive).timestamp == "2026-05-04T09:30:00+02:00"


def test_an_author_is_not_shown() -> None:
    assert repr(IDA) == "<Author>"
    builder = CareCommunicationBuilder.new(sender=SCHOOL, patient=CITIZEN).write("hemmelig", author=IDA)
    for secret in ("hemmelig", "Elmer", "2509479989", "Mose"):
        assert secret not in repr(builder)


# --- two systems --------------------------------------------------------------------------------------------------


def test_two_systems_exchange_ten_messages() -> None:
    """Each side answers what the other sent, as bytes; formats take turns."""
    clock = hourly()
    message = with_files(ids=clock)
    thread, sent = message.communication_identifier, [message]
    for number in range(9):
        received = medcom_bu.parse(medcom_bu.to_fhir(sent[-1], "xml" if number % 2 else "json"))
        assert isinstance(received, CareCommunicationMessage)
        answer = CareCommunicationBuilder.reply_to(received, ids=clock).write(f"Svar {number}", author=PER)
        if number == 4:
            answer.attach(PDF, title="Mere")
        sent.append(answer.build())
        acknowledged = medcom_bu.parse(medcom_bu.to_fhir(accept(received, ids=clock)))
        assert isinstance(acknowledged, AcknowledgementMessage)
        assert received.header is not None
        assert acknowledged.acknowledged == received.header.id
    headers = [message.header.id for message in sent if message.header]
    assert len(set(headers)) == len({message.id for message in sent}) == 10
    segments = [[segment.identifier for segment in message.segments] for message in sent]
    for number, message in enumerate(sent):
        assert message.communication_identifier == thread
        assert [found.message_id for found in message.chain] == headers[number::-1]
        assert message.provenances[:-1] == (sent[number - 1].provenances if number else ())
        before = segments[number - 1] if number else []
        assert segments[number][: len(before)] == before
        assert (message.sender, message.receiver) == (sent[number % 2].sender, sent[number % 2].receiver)
        assert {issue.code for issue in medcom_bu.validate(message)} <= {"identifier.cpr-modulus-11"}
    assert len(set(segments[-1])) == len(segments[-1]) == 4 + 9 + 1
    roles = list(sent[-1].resources(PractitionerRole))
    assert len({role.id for role in roles}) == len(roles)


# --- acknowledgements ---------------------------------------------------------------------------------------------


def test_an_acknowledgement_takes_a_message() -> None:
    received = with_files()
    answer = accept(received)
    assert received.header is not None
    assert (answer.code, answer.acknowledged, answer.issues) == (ResponseCode.OK, received.header.id, ())
    assert (answer.sender, answer.receiver) == (received.receiver, received.sender)
    latest, own = answer.provenances
    assert latest.id == (received.provenance.id if received.provenance else None)
    assert own is answer.provenance
    assert [what.reference for what in own.what("revision")] == [f"MessageHeader/{received.header.id}"]
    assert all(resource.text is not None for resource in answer.resources(Resource))
    assert medcom_bu.validate(answer).issues == ()
    assert answer.header is not None
    assert answer.header.id != received.header.id


def test_an_answer_is_told_from_that_to_another_message() -> None:
    sent, other = with_files(), first()
    assert matches(sent, accept(sent))
    assert not matches(other, accept(sent))
    assert not matches(sent.replace(entry=()), accept(sent))
    turned = accept(sent)
    assert turned.header is not None
    swapped = turned.header.replace(sender=turned.header.receiver)
    back = (turned.entry[0].replace(resource=swapped), *turned.entry[1:])
    assert not matches(sent, turned.replace(entry=back))


@pytest.mark.parametrize("transient", [True, False])
def test_a_refusal_says_what_is_wrong(transient: bool) -> None:
    message = with_files()
    wrong = message.replace(timestamp="i går")
    report = medcom_bu.validate(wrong)
    answer = refuse(wrong, reason=report, transient=transient)
    assert answer.code is (ResponseCode.TRANSIENT_ERROR if transient else ResponseCode.FATAL_ERROR)
    assert [(issue.diagnostics, issue.expression) for issue in answer.issues] == [("fhir.form", ("timestamp",))]
    assert medcom_bu.validate(answer).issues == ()
    assert medcom_bu.parse(medcom_bu.to_fhir(answer, "xml")) == answer
    assert "i går" not in medcom_bu.to_fhir(answer).decode()


@pytest.mark.parametrize(("errors", "told"), [(49, 49), (50, 50), (51, 50)])
def test_a_refusal_names_fifty_errors_at_most(errors: int, told: int) -> None:
    (issue,) = medcom_bu.validate(with_files().replace(timestamp="i går"))
    answer = refuse(with_files(), reason=[issue.at(f"entry[{number}].full_url") for number in range(errors)])
    expected = [(f"entry[{number}].full_url",) for number in range(told)]
    assert [issue.expression for issue in answer.issues] == expected


def test_a_refusal_without_words_says_those_of_its_code() -> None:
    """As one without a text does; a character that no message holds is named."""
    for text in ("", " "):
        answer = refuse(with_files(), reason=text)
        assert [issue.details.text for issue in answer.issues if issue.details] == ["Årsagen er ikke specificeret"]
    with pytest.raises(InvalidMessage) as caught:
        refuse(with_files(), reason="Ukendt\x00")
    assert [(issue.code, issue.path) for issue in caught.value.report] == [("builder.characters", "text")]


def test_what_cannot_be_answered() -> None:
    with pytest.raises(InvalidMessage, match=r"acknowledgement\.unanswerable"):
        accept(CareCommunicationMessage())
    with pytest.raises(ValueError, match="nothing to refuse for"):
        refuse(with_files(), reason=medcom_bu.validate(with_files()))


# --- every rule: exactly what is said of a message that breaks it -------------------------------------------------


def base() -> Any:
    """The message that the rules are broken on, as data: a reply with a text and an attachment of its own."""
    builder = CareCommunicationBuilder.reply_to(
        with_files(ids=hourly()), ids=counted(START + timedelta(days=1), first=1000)
    )
    message = builder.write("Tak", author=PER).attach(PDF, title="Ny").build()
    return json.loads(medcom_bu.to_fhir(message))


def entries_of(plain: Any, kind: str) -> list[Any]:
    return [entry["resource"] for entry in plain["entry"] if entry["resource"]["resourceType"] == kind]


def said(plain: Any) -> set[tuple[str, str]]:
    """What the rules say, whatever the profiles think of it; that the narrative says otherwise, has its own tests."""
    reading = read(json.dumps(plain).encode())
    assert not reading.failed, reading.issues
    assert reading.message is not None
    found = {(issue.code, reading.locate(issue.path)) for issue in rules.check(reading.message)}
    return {item for item in found if item[0] not in ("identifier.cpr-modulus-11", "fhirmessage.narrative-element")}


def index_of(plain: Any, kind: str, number: int = 0) -> str:
    found = [n for n, entry in enumerate(plain["entry"]) if entry["resource"]["resourceType"] == kind]
    return f"Bundle.entry[{found[number]}].resource"


def test_the_base_breaks_no_rule() -> None:
    assert said(base()) == set()


def drop(holder: Any, *keys: str) -> None:
    for key in keys:
        del holder[key]


def _uncategorised(plain: Any) -> None:
    entries_of(plain, "Communication")[0]["category"][0]["coding"][0]["code"] = "else"


def _other(plain: Any) -> None:
    entries_of(plain, "Communication")[0]["category"][0]["coding"][0]["code"] = "other"


def _without_extension(plain: Any, payload: int, name: str) -> None:
    held = entries_of(plain, "Communication")[0]["payload"][payload]
    held["extension"] = [item for item in held["extension"] if name not in item["url"]]


def _own(plain: Any) -> Any:
    return entries_of(plain, "Provenance")[-1]


def _same_identifier(plain: Any) -> None:
    payload = entries_of(plain, "Communication")[0]["payload"]
    payload[1]["extension"][1] = payload[0]["extension"][1]


def _old_data(plain: Any) -> None:
    entries_of(plain, "Communication")[0]["payload"][2]["contentAttachment"]["data"] = "AAAA"


def _turned_to_new(plain: Any) -> None:
    _own(plain)["activity"]["coding"][0]["code"] = "new-message"


def _only_text_removed(plain: Any) -> None:
    communication = entries_of(plain, "Communication")[0]
    communication["payload"] = [item for item in communication["payload"] if "contentString" not in item]


P = "Bundle.entry[2].resource.payload"
BREAKS: dict[str, tuple[Any, set[tuple[str, str]]]] = {
    "dangling": (
        lambda plain: entries_of(plain, "Communication")[0].update(subject={"reference": "Patient/x"}),
        {("fhirmessage.dangling-reference", "Bundle.entry[2].resource.subject")},
    ),
    "assigner": (
        lambda plain: entries_of(plain, "Communication")[0]["payload"][4]["extension"][1]["valueIdentifier"].update(
            assigner={"reference": "Organization/x"}
        ),
        {("carecommunication.assigner", f"{P}[4]")},
    ),
    "no sender": (
        lambda plain: drop(entries_of(plain, "MessageHeader")[0], "sender"),
        {("fhirmessage.party", "Bundle.entry[0].resource")},
    ),
    "no GLN": (
        lambda plain: entries_of(plain, "Organization")[0]["identifier"].pop(),
        {("fhirmessage.unit-numbers", "ORGANIZATION")},
    ),
    "wrong GLN": (
        lambda plain: entries_of(plain, "Organization")[0]["identifier"][1].update(value="5790001382440"),
        {("identifier.gln-check-digit", "ORGANIZATION.identifier[1]")},
    ),
    "no CPR": (
        lambda plain: drop(entries_of(plain, "Patient")[0], "identifier"),
        {("carecommunication.patient-number", "Bundle.entry[1].resource")},
    ),
    "CPR without system": (
        lambda plain: entries_of(plain, "Patient")[0]["identifier"][0].pop("system"),
        {("carecommunication.patient-number", "Bundle.entry[1].resource")},
    ),
    "two patients": (
        lambda plain: plain["entry"].append({"resource": entries_of(plain, "Patient")[0] | {"id": "x"}}),
        {("carecommunication.patient", "Bundle")},
    ),
    "thread": (
        lambda plain: entries_of(plain, "Communication")[0].update(identifier=[{"value": "urn:uuid:X"}]),
        {("carecommunication.thread-identifier", "Bundle.entry[2].resource.identifier")},
    ),
    "category": (_uncategorised, {("carecommunication.category", "Bundle.entry[2].resource.category")}),
    "topic": (_other, {("carecommunication.topic", "Bundle.entry[2].resource.topic")}),
    "priority": (
        lambda plain: entries_of(plain, "Communication")[0].update(priority="asap"),
        {("carecommunication.priority", "Bundle.entry[2].resource.priority")},
    ),
    "no text": (
        _only_text_removed,
        {
            ("carecommunication.text", P),
            ("carecommunication.new-text", P),
            ("carecommunication.provenance-sources", "PROVENANCE0.entity"),
            ("carecommunication.provenance-sources", "PROVENANCE1.entity"),
        },
    ),
    "no date": (lambda plain: _without_extension(plain, 0, "datetime"), {("carecommunication.segment", f"{P}[0]")}),
    "no author": (
        lambda plain: _without_extension(plain, 0, "practitioner"),
        {("carecommunication.segment", f"{P}[0]")},
    ),
    "no contact": (lambda plain: _without_extension(plain, 0, "contact"), {("carecommunication.segment", f"{P}[0]")}),
    "no title": (
        lambda plain: drop(entries_of(plain, "Communication")[0]["payload"][2]["contentAttachment"], "title"),
        {("carecommunication.segment", f"{P}[2]")},
    ),
    "no identifier": (
        lambda plain: _without_extension(plain, 2, "identifier"),
        {("carecommunication.segment", f"{P}[2]"), ("carecommunication.provenance-sources", "PROVENANCE0.entity")},
    ),
    "twice": (
        _same_identifier,
        {
            ("carecommunication.segment-identifier-twice", f"{P}[1]"),
            ("carecommunication.provenance-sources", "PROVENANCE0.entity"),
        },
    ),
    "new text": (
        lambda plain: _own(plain)["entity"].pop(1),
        {("carecommunication.new-text", P)},
    ),
    "content": (
        lambda plain: drop(entries_of(plain, "Communication")[0]["payload"][5]["contentAttachment"], "data"),
        {("carecommunication.attachment-content", f"{P}[5].content")},
    ),
    "resent": (_old_data, {("carecommunication.attachment-resent", f"{P}[2].content")}),
    "no provenance of its own": (
        lambda plain: _own(plain).update(target=[{"reference": "MessageHeader/x"}]),
        {("fhirmessage.provenance", "Bundle")},
    ),
    "preceding": (
        lambda plain: _own(plain)["entity"].pop(0),
        {("carecommunication.preceding-message", "PROVENANCE1.entity")},
    ),
    "preceding of new": (_turned_to_new, {("carecommunication.preceding-of-new", "PROVENANCE1.entity")}),
    "chain": (
        lambda plain: _own(plain)["entity"][0]["what"].update(reference="MessageHeader/x"),
        {("carecommunication.chain", "PROVENANCE1.entity")},
    ),
    "sources": (
        lambda plain: _own(plain)["entity"][2]["what"]["identifier"].update(value="urn:uuid:x"),
        {
            ("carecommunication.provenance-sources", "PROVENANCE1.entity"),
            ("carecommunication.attachment-resent", f"{P}[5].content"),  # nothing says that it is new
        },
    ),
    "version": (
        lambda plain: drop(entries_of(plain, "MessageHeader")[0], "definition"),
        {("carecommunication.version", "Bundle.entry[0].resource.definition")},
    ),
}


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_rule_is_all_that_is_said(name: str) -> None:
    plain = base()
    change, expected = BREAKS[name]
    change(plain)
    places = {
        "ORGANIZATION": index_of(plain, "Organization"),
        "PROVENANCE0": index_of(plain, "Provenance"),
        "PROVENANCE1": index_of(plain, "Provenance", -1),
    }

    def placed(path: str) -> str:
        head, dot, tail = path.partition(".")
        return places.get(head, head) + dot + tail

    assert said(plain) == {(code, placed(path)) for code, path in expected}


@pytest.mark.parametrize(
    ("response", "expected"),
    [
        ({"identifier": "x", "code": "ok"}, set()),
        (
            {"identifier": "x", "code": "fatal-error"},
            {("acknowledgement.outcome", "Bundle.entry[0].resource.response")},
        ),
        (
            None,
            {
                ("acknowledgement.answered", "Bundle.entry[0].resource.response"),
                ("acknowledgement.outcome", "Bundle.entry[0].resource.response"),
            },
        ),
    ],
)
def test_the_rules_of_acknowledgements(response: Any, expected: set[tuple[str, str]]) -> None:
    plain = json.loads(medcom_bu.to_fhir(accept(with_files())))
    if response is None:
        del plain["entry"][0]["resource"]["response"]
    else:
        plain["entry"][0]["resource"]["response"] = response
    assert said(plain) == expected


def test_every_rule_is_broken_once() -> None:
    told = {code for _, expected in BREAKS.values() for code, _ in expected}
    told |= {"acknowledgement.outcome", "acknowledgement.answered"}
    told |= {"fhirmessage.not-supported"}  # of a message of another event, in its own test
    told |= {"carecommunication.blank"}  # in test_judge_edges
    assert {kind.code for kind in all_kinds("medcom_bu.rules.care_communication")} <= told
