"""Making a CareCommunication: a new thread, a reply, a forward, an answer to a letter in OIO-XML or EDIFACT.

What is kept and what is new follows MedCom's governance of CareCommunication (rules cc-3 to cc-19), 5.0 and 4.0.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Self

import attrs

from medcom_bu import wire
from medcom_bu.builders.care_assembly import Assembly, Thread
from medcom_bu.builders.care_parts import MIME_TYPES, Author, File, Team, organization, patient
from medcom_bu.errors import InvalidMessage
from medcom_bu.fhir.making import (
    key,
    local_names,
    reachable,
    relinked,
)
from medcom_bu.issues import Issue, Kind, Layer, Report, Severity, Text
from medcom_bu.messages.care_communication import DEFINITIONS, CareCommunicationMessage
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.surroundings import Surroundings
from medcom_bu.values.codes import IdentifierCode
from medcom_bu.values.fhir_codes import (
    Activity,
    Category,
    RequestPriority,
)
from medcom_bu.values.fhir_resources import (
    Encounter,
    Organization,
    Patient,
    Payload,
    Provenance,
    Resource,
)
from medcom_bu.values.fhir_types import (
    Identifier,
    Reference,
)
from medcom_bu.values.identifiers import Cpr, ReplacementCpr

_SOURCE = "MedCom, governance of CareCommunication; CareCommunication 5.0.2"

MISSING = Kind(
    "builder.missing",
    Severity.ERROR,
    Layer.RULE,
    Text("{what} is not given", "{what} er ikke angivet"),
    Text("a CareCommunication cannot do without it", "en CareCommunication kan ikke undvære det"),
    _SOURCE,
)
FILE_TYPE = Kind(
    "builder.mime-type",
    Severity.ERROR,
    Layer.RULE,
    Text("attachment {number} is of no type that may be sent", "bilag {number} har ingen type der må sendes"),
    Text("give content_type=, one of {expected}", "angiv content_type=, en af {expected}"),
    "MedCom Terminology, value set medcom-core-attachmentMimeTypes",
)
EMPTY_FILE = Kind(
    "builder.file-empty",
    Severity.ERROR,
    Layer.RULE,
    Text("attachment {number} has no content", "bilag {number} har intet indhold"),
    Text("attach the bytes of the file", "vedhæft filens bytes"),
    _SOURCE,
)
NO_CONTENT = Kind(
    "builder.forward-without-content",
    Severity.ERROR,
    Layer.RULE,
    Text(
        "segment {number} of the message that is forwarded names a file without its content",
        "segment {number} i den videresendte meddelelse nævner en fil uden dens indhold",
    ),
    Text(
        "give the content in contents=, by the identifier of the segment",
        "angiv indholdet i contents=, efter segmentets identifikation",
    ),
    "MedCom, governance of CareCommunication, cc-6 and cc-14",
)


@attrs.define(kw_only=True, repr=False)
class CareCommunicationBuilder:
    """One message of a thread.

    ``text`` is one text or several, each a segment by ``author``; :meth:`attach` and :meth:`link` add files and links.
    ``episode_of_care`` is an Identifier, or the UUID of an episode that the sender has defined, with or without
    hyphens. ``specific_sender`` and ``specific_recipient`` are a person or a team of the sender and the receiver.
    """

    sender: Organization | None = None
    receiver: Organization | None = None
    patient: Patient | None = None
    category: Category | str | None = None
    topic: str | None = None
    priority: RequestPriority | str | None = None
    text: str | Sequence[str] = ()
    author: Author | None = None
    episode_of_care: Identifier | str | None = None
    specific_sender: Author | Team | None = None
    specific_recipient: Author | Team | None = None
    version: str = attrs.field(default="5.0", validator=attrs.validators.in_(tuple(DEFINITIONS)))
    around: Surroundings = attrs.field(factory=Surroundings)
    _files: list[File] = attrs.field(factory=list, init=False)
    _thread: Thread | None = attrs.field(default=None, init=False)
    _unfilled: list[Issue] = attrs.field(factory=list, init=False)

    @classmethod
    def new(cls, **given: Any) -> Self:
        """The first message of a thread: the builder itself, by the name that its siblings have."""
        return cls(**given)

    @classmethod
    def reply_to(cls, received: CareCommunicationMessage | Emessage | Consignment, **given: Any) -> Self:
        """A reply, to a CareCommunication or to a letter in OIO-XML or EDIFACT.

        Parties are swapped; patient, topic and episode are kept. Of a CareCommunication the thread, its category and
        all its segments go along, files without their content, and a specific sender becomes the specific recipient.
        A letter begins a new thread, whose provenance names it; give a category, and the parties where the letter does
        not have their SOR codes. ``given`` are fields of the builder, and go before what is kept. To go on after your
        own message, give ``sender`` and ``receiver``.

        Raises ValueError where ``received`` holds no letter.
        """
        if not isinstance(received, CareCommunicationMessage):
            return cls._reply_to_letter(received, given)
        kept = _kept(received, None)
        builder = cls(**{**_carried(received), "priority": received.priority, **given})
        specific = received.communication.specific_sender if received.communication else None
        recipient = None if builder.specific_recipient else received.resolve(specific, Resource)
        builder._thread = Thread(
            activity=Activity.REPLY,
            preceding=_message(received),
            identifier=received.communication_identifier,
            payloads=tuple(map(_without_content, kept.payloads)),
            provenances=kept.provenances,
            encounter=kept.encounter,
            recipient=recipient,
            carried={**kept.carried, **reachable(received, [specific] if specific and recipient else [])},
        )
        return builder._renamed(received)

    @classmethod
    def forward(
        cls,
        received: CareCommunicationMessage,
        *,
        messages: Collection[str] | None = None,
        contents: Mapping[str, bytes | str] | None = None,
        **given: Any,
    ) -> Self:
        """A forward to a new ``receiver``: a thread of its own, with the segments of the old.

        ``messages`` names the messages of the thread whose segments go along, by the ids of their MessageHeaders; all
        do unless it is given, and the newest of them is the one that is forwarded. ``contents`` has the content of
        files (bytes) and the URLs of links (text) that ``received`` only names, by the identifier of the segment. Those
        that stay without are a problem when it is built.
        """
        kept = _kept(received, messages)
        builder = cls(**{**_carried(received), "receiver": None, **given})
        payloads = [_with_content(payload, contents or {}) for payload in kept.payloads]
        builder._unfilled = [
            NO_CONTENT.at(f"segments[{number}]", number=number + 1)
            for number, payload in enumerate(payloads)
            if payload.content_attachment and not (payload.content_attachment.data or payload.content_attachment.url)
        ]
        builder._thread = Thread(
            activity=Activity.FORWARD,
            preceding=_message(received, messages),
            payloads=tuple(payloads),
            provenances=kept.provenances,
            encounter=kept.encounter,
            carried=kept.carried,
        )
        return builder._renamed(received)

    @classmethod
    def _reply_to_letter(cls, received: Emessage | Consignment, given: dict[str, Any]) -> Self:
        letters = received.messages[0].letters if isinstance(received, Consignment) else received.letters
        letter: Any = next((found for found in letters if getattr(found, "sender", None) is not None), None)
        if letter is None or letter.letter is None:
            raise ValueError("there is no letter in what was received")
        information = getattr(letter, "additional_information", None)
        course = letter.letter.episode_of_care_identifier
        found = {
            "sender": _unit(letter.receiver),
            "receiver": _unit(letter.sender),
            "patient": _citizen(getattr(letter, "patient", None)),
            "topic": getattr(information, "subject", None),
            "episode_of_care": course,
        }
        builder = cls(**{**found, **given})
        number = f"{letter.sender.ean_identifier}#{letter.letter.identifier}"
        builder._thread = Thread(Activity.REPLY, Reference(identifier=Identifier(value=number)))
        return builder

    def _renamed(self, received: CareCommunicationMessage) -> Self:
        """The builder with every reference among what was received as ``Type/id``."""
        thread, names = self._thread, local_names(received)
        if thread is not None:
            self._thread = attrs.evolve(
                thread,
                payloads=tuple(relinked(payload, names) for payload in thread.payloads),
                provenances=tuple(relinked(found, names) for found in thread.provenances),
                carried={name: relinked(resource, names) for name, resource in thread.carried.items()},
            )
        return self

    def attach(
        self, content: bytes, *, title: str, content_type: str | None = None, creation: datetime | None = None
    ) -> Self:
        """Add a file. The type is told from the content unless it is given; the title has no file extension."""
        self._files.append(File(content, None, title, content_type, creation))
        return self

    def link(self, url: str, *, title: str) -> Self:
        """Add a link to a page."""
        self._files.append(File(None, url, title, None, None))
        return self

    def build(self) -> CareCommunicationMessage:
        """The message, complete and valid. Raises one InvalidMessage with all problems."""
        problems = [*self._problems(), *self._unfilled]
        if problems:
            raise InvalidMessage(Report.of(problems, [Layer.RULE], [Layer.RULE]))
        message = Assembly(self).message()
        report = wire.validate(message)
        if not report.ok:
            raise InvalidMessage(report)
        return message

    def _problems(self) -> Iterator[Issue]:
        for name in ("sender", "receiver", "patient", "category", "author"):
            if getattr(self, name) is None:
                yield MISSING.at(name, what=name)
        if not [text for text in self.texts if text.strip()]:
            yield MISSING.at("text", what="text")
        for number, file in enumerate(self._files):
            if file.content is not None and file.type not in MIME_TYPES:
                expected = ", ".join(MIME_TYPES)
                yield FILE_TYPE.at(f"files[{number}].content_type", number=number + 1, expected=expected)
            if file.content == b"" or (file.content is None and not file.url):
                yield EMPTY_FILE.at(f"files[{number}].content", number=number + 1)

    @property
    def texts(self) -> tuple[str, ...]:
        """The new texts, one a segment."""
        return (self.text,) if isinstance(self.text, str) else tuple(self.text)


# --- what goes on from an earlier message ----------------------------------------------------------------------------


@attrs.frozen(repr=False)
class _Kept:
    payloads: tuple[Payload, ...]
    provenances: tuple[Provenance, ...]
    encounter: Encounter | None
    carried: dict[str, Resource]


def _kept(received: CareCommunicationMessage, messages: Collection[str] | None) -> _Kept:
    """The segments and provenances of a thread that go along, and all that they refer to."""
    communication = received.communication
    payloads = communication.payload if communication else ()
    provenances = received.provenances
    if messages is not None:
        provenances = tuple(found for found in provenances if found.message_id in messages)
        named = {
            what.identifier.value
            for found in provenances
            for what in found.what("source")
            if what.identifier is not None
        }
        payloads = tuple(payload for payload in payloads if payload.identifier and payload.identifier.value in named)
    encounter = received.resolve(communication.encounter, Encounter) if communication else None
    carried = reachable(received, [*payloads, *provenances, *([encounter] if encounter else [])])
    if encounter is not None:
        carried[key(encounter)] = encounter
    return _Kept(payloads, provenances, encounter, carried)


def _carried(received: CareCommunicationMessage) -> dict[str, Any]:
    return {
        "sender": received.receiver,
        "receiver": received.sender,
        "patient": received.patient,
        "category": received.category,
        "topic": received.topic,
        "version": received.version or "5.0",
    }


def _message(received: CareCommunicationMessage, messages: Collection[str] | None = None) -> Reference:
    """The message that is answered or forwarded: of a part of a thread, the newest in that part."""
    newest = next((link.message_id for link in received.chain if messages is None or link.message_id in messages), None)
    return Reference(reference=f"MessageHeader/{newest or (received.header.id if received.header else '')}")


def _without_content(payload: Payload) -> Payload:
    """An earlier segment as a reply has it: a file or a link is named, and no more."""
    held = payload.content_attachment
    return payload if held is None else payload.replace(content_attachment=held.replace(data=None, url=None))


def _with_content(payload: Payload, contents: Mapping[str, bytes | str]) -> Payload:
    held, identifier = payload.content_attachment, payload.identifier
    content = contents.get(identifier.value or "") if identifier else None
    if held is None or content is None:
        return payload
    filled = held.replace(url=content) if isinstance(content, str) else held.replace(data=content)
    return payload.replace(content_attachment=filled)


def _unit(party: Any) -> Organization | None:
    """A party of a letter as an organisation, where the letter has its SOR code."""
    if party is None or party.identifier_code != IdentifierCode.SOR_CODE:
        return None
    return organization(party.organisation_name or "", sor=party.identifier, gln=party.ean_identifier)


def _citizen(person: Any) -> Patient | None:
    if person is None or not isinstance(person.identifier, Cpr | ReplacementCpr):
        return None
    return patient(person.identifier, family=person.person_surname_name, given=person.person_given_name or ())
