"""The builder of CareCommunications and its answers, held to the rules of MedCom's governance one by one."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from care_corpus import (
    DOCTOR,
    HOSPITAL,
    MUNICIPALITY,
    PDF,
    PRACTICE,
    PSYCHOLOGIST,
    corpus,
    new,
    surroundings,
)

import medcom_bu
from medcom_bu import CareCommunicationBuilder, CareCommunicationMessage, InvalidMessage
from medcom_bu.exchange import acknowledgements
from medcom_bu.fhir.making import references, relinked
from medcom_bu.issues import Severity
from medcom_bu.rules import care_communication as rules
from medcom_bu.testing.samples import samples
from medcom_bu.values.fhir_resources import (
    Communication,
    Encounter,
    Entry,
    MessageHeader,
    Organization,
    Patient,
    Provenance,
    Resource,
)
from medcom_bu.values.fhir_types import Identifier, Reference

VERSIONS = ("5.0", "4.0")
CORPUS = {f"{version}, {name}": message for version in VERSIONS for name, message in corpus(version)}
EACH = pytest.mark.parametrize("message", CORPUS.values(), ids=list(CORPUS))
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MODULUS = ("identifier.cpr-modulus-11", "entry[1].resource.identifier[0].value")


def found(message: Any) -> list[tuple[str, str]]:
    return [(issue.code, issue.path) for issue in medcom_bu.validate(message) if issue.layer == "rule"]


def problems(builder: CareCommunicationBuilder) -> list[tuple[str, str]]:
    with pytest.raises(InvalidMessage) as caught:
        builder.build()
    return [(issue.code, issue.path) for issue in caught.value.report]


# --- what holds for every message -----------------------------------------------------------------------------------


@EACH
@pytest.mark.parametrize("wire", ["json", "xml"])
def test_it_is_valid_and_comes_back(message: CareCommunicationMessage, wire: str) -> None:
    if wire == "xml":
        pytest.importorskip("medcom_bu.fhir.xml")
    data = medcom_bu.to_fhir(message, wire)
    assert medcom_bu.parse(data) == message
    report = medcom_bu.validate(data)
    assert [issue for issue in report if issue.severity is Severity.ERROR] == []
    assert set(found(message)) <= {MODULUS}


@EACH
def test_ids_are_unique_and_urls_name_them(message: CareCommunicationMessage) -> None:
    urls = [entry.full_url for entry in message.entry]
    assert len(set(urls)) == len(urls)
    for entry in message.entry:
        held = entry.resource
        assert held is not None
        assert held.id
        assert entry.full_url == f"https://medcomfhir.dk/ig/carecommunication/{held.resource_type}/{held.id}"


@EACH
def test_what_is_referred_to_is_there_but_earlier_messages(message: CareCommunicationMessage) -> None:
    """Self-contained: only references to earlier MessageHeaders lead out of the message."""
    for entry in message.entry:
        assert entry.resource is not None
        for reference in references(entry.resource):
            if reference.reference is not None and not reference.reference.startswith("MessageHeader/"):
                assert message.resolve(reference, Resource) is not None


@EACH
def test_the_first_entry_is_the_header_and_there_is_one_patient(message: CareCommunicationMessage) -> None:
    kinds = [type(entry.resource) for entry in message.entry]
    assert kinds[0] is MessageHeader
    assert (kinds.count(MessageHeader), kinds.count(Patient), kinds.count(Communication)) == (1, 1, 1)


@EACH
def test_moments_have_a_zone_and_agree(message: CareCommunicationMessage) -> None:
    own = message.provenance
    assert own is not None
    assert message.timestamp is not None
    assert datetime.fromisoformat(message.timestamp).tzinfo is not None
    assert own.recorded == own.occurred_date_time == message.timestamp
    assert message.timestamp in {segment.date for segment in message.segments}


@EACH
def test_every_resource_has_a_narrative_that_names_it(message: CareCommunicationMessage) -> None:
    for entry in message.entry:
        held = entry.resource
        assert held is not None
        assert held.text is not None
        assert held.text.status == ("extensions" if isinstance(held, Communication) else "generated")
        assert held.id in (held.text.div or "")
        assert "JVBERi0" not in (held.text.div or "")


@EACH
def test_segments_have_all_that_they_need(message: CareCommunicationMessage) -> None:
    assert any(segment.text for segment in message.segments)
    for segment in message.segments:
        assert segment.identifier is not None
        assert UUID.fullmatch(segment.identifier.removeprefix("urn:uuid:"))
        assert segment.author_name
        assert segment.author_title
        assert segment.contact
        assert segment.sent is not None
        assert segment.assigner is not None
    assert len({segment.identifier for segment in message.segments}) == len(message.segments)


@EACH
def test_the_chain_is_complete_and_tells_every_segment_once(message: CareCommunicationMessage) -> None:
    assert set(message.chain) == set(message.provenances)
    told = [what.identifier.value for link in message.provenances for what in link.what("source") if what.identifier]
    assert sorted(told) == sorted(segment.identifier or "" for segment in message.segments)
    assert all(message.resolve(link.agent[0].who, Organization) is not None for link in message.provenances)


# --- activities -----------------------------------------------------------------------------------------------------


def of(name: str, version: str = "5.0") -> CareCommunicationMessage:
    return CORPUS[f"{version}, {name}"]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_new_message_begins_a_thread(version: str) -> None:
    message = of("new", version)
    assert (message.activity, message.version, len(message.chain)) == ("new-message", version, 1)
    assert message.chain[0].what("revision") == ()
    assert message.communication is not None
    assert message.communication.status == "unknown"


@pytest.mark.parametrize("version", VERSIONS)
def test_a_reply_keeps_the_thread_and_names_files_without_their_content(version: str) -> None:
    before, reply = of("files", version), of("reply to files", version)
    assert reply.activity == "reply-message"
    assert (reply.communication_identifier, reply.category, reply.topic) == (
        before.communication_identifier,
        before.category,
        before.topic,
    )
    assert (reply.sender, reply.receiver) == (before.receiver, before.sender)
    assert reply.patient == before.patient
    assert {reply.id, reply.header and reply.header.id} & {before.id, before.header and before.header.id} == set()
    assert before.header is not None
    assert [link.what("revision")[0].reference for link in reply.chain[:-1]] == [f"MessageHeader/{before.header.id}"]
    assert reply.chain[-1] == before.provenance
    old = reply.segments[: len(before.segments)]
    assert [(s.identifier, s.date, s.text, s.author) for s in old] == [
        (s.identifier, s.date, s.text, s.author) for s in before.segments
    ]
    for kept, sent in zip(old, before.segments, strict=True):
        if kept.attachment is not None and sent.attachment is not None:
            assert (kept.attachment.data, kept.attachment.url) == (None, None)
            assert (kept.attachment.title, kept.attachment.content_type) == (
                sent.attachment.title,
                sent.attachment.content_type,
            )
    own = reply.provenance
    assert own is not None
    new_ones = [segment.identifier for segment in reply.segments[len(before.segments) :]]
    assert [what.identifier.value for what in own.what("source") if what.identifier] == new_ones


@pytest.mark.parametrize("version", VERSIONS)
def test_a_specific_sender_becomes_the_specific_recipient(version: str) -> None:
    assert of("reply to specific sender", version).specific_recipient == of("care team", version).specific_sender


@pytest.mark.parametrize("version", VERSIONS)
def test_an_episode_of_care_comes_back(version: str) -> None:
    before, reply = of("episode of care", version), of("reply with episode", version)
    assert before.episode_of_care == reply.episode_of_care
    assert [episode.value for episode in before.episode_of_care] == ["00112233-4455-6677-8899-aabbccddeeff"]
    assert [type(entry.resource) for entry in reply.entry].count(Encounter) == 1


@pytest.mark.parametrize("version", VERSIONS)
def test_a_forward_is_a_thread_of_its_own_with_the_files(version: str) -> None:
    before, forward = of("reply to files", version), of("forward", version)
    assert forward.activity == "forward-message"
    assert forward.communication_identifier != before.communication_identifier
    assert len(forward.chain) == len(before.chain) + 1
    assert len(forward.segments) == len(before.segments) + 1
    for segment in forward.segments:
        if segment.attachment is not None:
            assert segment.attachment.data is not None or segment.attachment.url is not None
    assert {segment.assigner.name for segment in forward.segments if segment.assigner} == {
        "Eksempel Kommune",
        "Eksempel Lægehus",
    }


def test_a_part_is_forwarded_message_by_message() -> None:
    before, forward = of("reply to files"), of("forward of a part")
    assert [link.message_id for link in forward.provenances[:-1]] == [before.chain[-1].message_id]
    assert len(forward.segments) == 4


def test_a_reply_to_a_letter_begins_a_thread_and_names_the_letter() -> None:
    letter = samples()["XDIS91/XD9134L"].letters[0]
    message = of("reply to XDIS91")
    own = message.provenance
    assert own is not None
    before = own.what("revision")[0]
    assert message.activity == "reply-message"
    assert before.reference is None
    assert before.identifier == Identifier(value=f"{letter.sender.ean_identifier}#{letter.letter.identifier}")  # type: ignore[attr-defined]
    assert message.patient is not None
    assert message.patient.number == letter.patient.identifier  # type: ignore[attr-defined]


def test_a_thread_of_ten_between_two_systems() -> None:
    """Each answers the other's latest message; what was sent is what the other reads."""
    units, authors, around = (MUNICIPALITY, PRACTICE), (PSYCHOLOGIST, DOCTOR), surroundings(7)
    message = new(around=around, specific_sender=PSYCHOLOGIST).attach(PDF, title="Bilag").build()
    thread, seen = message.communication_identifier, [message]
    for number in range(1, 10):
        received = medcom_bu.parse(medcom_bu.to_fhir(message))
        assert isinstance(received, CareCommunicationMessage)
        message = CareCommunicationBuilder.reply_to(
            received, text=f"Svar {number}", author=authors[number % 2], around=around
        ).build()
        assert message.sender is not None
        assert message.sender.name == units[number % 2].name
        assert message.communication_identifier == thread
        assert [link.message_id for link in message.chain] == [
            found.header.id for found in reversed([*seen, message]) if found.header
        ]
        assert [segment.identifier for segment in message.segments[:-1]] == [s.identifier for s in seen[-1].segments]
        seen.append(message)
    assert len(message.chain) == len(message.provenances) == 10
    for ids in ({m.id for m in seen}, {m.header.id for m in seen if m.header}):
        assert len(ids) == 10
    assert len([entry for entry in message.entry if isinstance(entry.resource, Organization)]) == 2
    assert set(found(message)) <= {MODULUS}


# --- problems -------------------------------------------------------------------------------------------------------


def test_all_that_is_missing_is_said_at_once() -> None:
    assert problems(CareCommunicationBuilder()) == [
        ("builder.missing", name) for name in ("sender", "receiver", "patient", "category", "author", "text")
    ]


def test_files_that_cannot_be_sent() -> None:
    builder = new(text=" ").attach(b"MZ", title="Program").attach(b"", title="Tom", content_type="image/png")
    builder.link("", title="Ingen steder")
    assert problems(builder) == [
        ("builder.missing", "text"),
        ("builder.mime-type", "files[0].content_type"),
        ("builder.file-empty", "files[1].content"),
        ("builder.file-empty", "files[2].content"),
    ]


def test_a_forward_of_files_that_are_not_at_hand() -> None:
    builder = CareCommunicationBuilder.forward(of("reply to files"), receiver=HOSPITAL, text="Se her", author=DOCTOR)
    assert problems(builder) == [("builder.forward-without-content", f"segments[{number}]") for number in (1, 2)]


def test_what_holds_no_letter_is_not_answered() -> None:
    with pytest.raises(ValueError, match="no letter"):
        CareCommunicationBuilder.reply_to(samples()["XDIS91/XD9134L"].replace(letters=()))
    with pytest.raises(ValueError, match="version"):
        new(version="3.0")


def test_references_that_are_urls_are_understood() -> None:
    """Others may refer to resources by fullUrl, such as urn:uuid."""
    before = of("files")
    names = {
        f"{entry.resource.resource_type}/{entry.resource.id}": f"urn:uuid:{entry.resource.id}" for entry in before.entry
    }  # type: ignore[union-attr]

    foreign = before.replace(
        entry=tuple(
            Entry(full_url=f"urn:uuid:{entry.resource.id}", resource=relinked(entry.resource, names))  # type: ignore[union-attr, type-var]
            for entry in before.entry
        )
    )
    assert [segment.author_name for segment in foreign.segments] == [segment.author_name for segment in before.segments]
    reply = CareCommunicationBuilder.reply_to(foreign, text="Svar", author=DOCTOR, around=surroundings(3)).build()
    assert all(segment.author_name for segment in reply.segments)
    assert set(found(reply)) <= {MODULUS}


# --- rules: what each says, alone -----------------------------------------------------------------------------------


def changed(message: CareCommunicationMessage, kind: type, change: Callable[[Any], Any]) -> CareCommunicationMessage:
    """The message with its last resource of a kind changed."""
    last = max(number for number, entry in enumerate(message.entry) if isinstance(entry.resource, kind))
    entries = list(message.entry)
    entries[last] = Entry(full_url=entries[last].full_url, resource=change(entries[last].resource))
    return message.replace(entry=tuple(entries))


def payload(number: int, **fields: Any) -> Callable[[Communication], Communication]:
    def change(held: Communication) -> Communication:
        items = list(held.payload)
        attachment = items[number].content_attachment
        assert attachment is not None
        items[number] = items[number].replace(content_attachment=attachment.replace(**fields))
        return held.replace(payload=tuple(items))

    return change


def entity(role: str, what: Reference | None) -> Callable[[Provenance], Provenance]:
    def change(held: Provenance) -> Provenance:
        kept = tuple(item for item in held.entity if item.role != role)
        added = () if what is None else (held.entity[-1].replace(role=role, what=what),)
        return held.replace(entity=(*added, *kept))

    return change


OTHER = Reference(reference="MessageHeader/en-anden")
NEW, REPLY = of("new"), of("reply")
FILES = of("files")
OWN, FIRST = len(REPLY.entry) - 1, len(NEW.entry) - 1
CONTENT = "entry[2].resource.payload"
BROKEN = {
    "care.no-provenance": (
        changed(NEW, Provenance, lambda held: held.replace(target=(OTHER,))),
        "entry",
    ),
    "care.preceding-missing": (changed(REPLY, Provenance, entity("revision", None)), f"entry[{OWN}].resource.entity"),
    "care.preceding-unexpected": (
        changed(NEW, Provenance, entity("revision", Reference(identifier=Identifier(value="1#2")))),
        f"entry[{FIRST}].resource.entity",
    ),
    "care.chain-broken": (changed(REPLY, Provenance, entity("revision", OTHER)), f"entry[{OWN}].resource.entity"),
    "care.attachment-without-content": (
        changed(FILES, Communication, payload(1, data=None)),
        f"{CONTENT}[1].content_attachment",
    ),
    "care.attachment-repeated": (
        changed(of("reply to files"), Communication, payload(1, data=PDF)),
        f"{CONTENT}[1].content_attachment",
    ),
    "care.title-extension": (
        changed(FILES, Communication, payload(1, title="Vurdering.PDF")),
        f"{CONTENT}[1].content_attachment.title",
    ),
    "care.link": (
        changed(FILES, Communication, payload(2, url="ftp://example.org")),
        f"{CONTENT}[2].content_attachment.url",
    ),
    "attachment.content-type": (
        changed(FILES, Communication, payload(1, data=b"GIF89a")),
        f"{CONTENT}[1].content_attachment.data",
    ),
}


@pytest.mark.parametrize("code", BROKEN)
def test_a_rule_and_nothing_else(code: str) -> None:
    """The passing twin is the corpus, of which no rule says anything."""
    message, path = BROKEN[code]
    assert [pair for pair in found(message) if pair != MODULUS] == [(code, path)]


def test_segments_and_provenances_name_each_other() -> None:
    stranger = Reference(identifier=Identifier(value="urn:uuid:00000000-0000-4000-8000-000000000000"))
    message = changed(NEW, Provenance, entity("source", stranger))
    assert set(found(message)) - {MODULUS} == {
        ("care.segment-unknown", f"entry[{FIRST}].resource.entity[0].what"),
        ("care.segment-without-provenance", f"{CONTENT}[0]"),
    }


@pytest.mark.parametrize(
    ("limits", "expected"), [((40, 28), []), ((40, 27), ["care.large"]), ((27, 9), ["care.too-large"])]
)
def test_the_size_of_a_message(limits: tuple[int, int], expected: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """19 bytes are 28 on the wire; the limits are lowered, not the message filled."""
    monkeypatch.setattr(rules, "LIMIT", limits[0])
    monkeypatch.setattr(rules, "PRACTICE_LIMIT", limits[1])
    assert [code for code, _ in found(FILES) if code != MODULUS[0]] == expected


def test_numbers_are_looked_at() -> None:
    def renumbered(value: str) -> Callable[[Any], Any]:
        return lambda held: held.replace(identifier=(held.identifier[0].replace(value=value), *held.identifier[1:]))

    impossible = changed(NEW, Patient, renumbered("3102609996"))
    assert ("identifier.cpr-date", MODULUS[1]) in found(impossible)
    wrong = changed(NEW, Organization, renumbered("5790000121541"))
    assert [code for code, _ in found(wrong) if code != MODULUS[0]] == ["identifier.gln-check-digit"]


def test_every_rule_is_shown() -> None:
    shown = {*BROKEN, "care.segment-unknown", "care.segment-without-provenance", "care.large", "care.too-large"}
    assert {kind.code for kind in rules.KINDS} <= shown


# --- answers --------------------------------------------------------------------------------------------------------


def test_an_acknowledgement_of_what_was_received() -> None:
    answer = acknowledgements.acknowledge(REPLY, around=surroundings(9))
    assert (answer.code, answer.acknowledged, answer.issues) == ("ok", REPLY.header and REPLY.header.id, ())
    assert (answer.sender, answer.receiver) == (REPLY.receiver, REPLY.sender)
    assert not list(answer.resources(Patient))
    assert [link.message_id for link in answer.provenances] == [
        REPLY.header and REPLY.header.id,
        answer.header and answer.header.id,
    ]
    own = answer.provenance
    assert own is not None
    assert own.activity is not None
    assert own.activity.code == "acknowledgement"
    assert own.what("revision")[0].reference == f"MessageHeader/{answer.acknowledged}"
    assert medcom_bu.parse(medcom_bu.to_fhir(answer)) == answer
    assert acknowledgements.matches(REPLY, answer)
    assert not acknowledgements.matches(NEW, answer)


def test_a_refusal_says_why_and_nothing_of_the_content() -> None:
    data = medcom_bu.to_fhir(NEW).replace(b'"status":"unknown"', b'"status":17')
    came = medcom_bu.read(data)
    assert not came.report.ok
    answer = acknowledgements.refuse(came, came.report, around=surroundings(9))
    assert answer.code == "fatal-error"
    errors = [issue for issue in came.report if issue.severity is Severity.ERROR]
    assert [issue.expression[0] for issue in answer.issues] == [issue.path for issue in errors]
    assert "Lauridsen" not in "".join(str(issue.details and issue.details.text) for issue in answer.issues)
    later = acknowledgements.refuse(NEW, text="Systemet er lukket", transient=True, around=surroundings(9))
    assert later.code == "transient-error"
    assert later.issues[0].details is not None
    assert later.issues[0].details.text == "Systemet er lukket"


def test_what_is_not_acknowledged() -> None:
    answer = acknowledgements.acknowledge(NEW, around=surroundings(9))
    with pytest.raises(InvalidMessage) as caught:
        acknowledgements.acknowledge(medcom_bu.read(medcom_bu.to_fhir(answer)))
    assert [(issue.code, issue.path) for issue in caught.value.report] == [("receipt.of-receipt", "Bundle")]
    with pytest.raises(InvalidMessage) as caught:
        acknowledgements.acknowledge(NEW.replace(entry=NEW.entry[1:]))
    assert [(issue.code, issue.path) for issue in caught.value.report] == [("receipt.no-original", "Bundle")]
    with pytest.raises(ValueError, match="nothing to refuse"):
        acknowledgements.refuse(NEW)
