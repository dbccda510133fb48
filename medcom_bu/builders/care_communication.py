"""Making a CareCommunication: new, as a reply, as a forward, as an answer to a letter.

Source: MedCom, governance of CareCommunication, restated in the rules that :mod:`medcom_bu.rules` checks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Self

import attrs

from medcom_bu import rules, wire
from medcom_bu.arguments import Content, as_bytes, check_arguments, check_fields, word_of
from medcom_bu.builders.care_parts import letter_fields
from medcom_bu.builders.characters import Cleaner
from medcom_bu.builders.threads import Added, Author, Parts, Thread
from medcom_bu.errors import InvalidMessage
from medcom_bu.fhir.assembly import CARE_COMMUNICATION_PROFILES, header, instant, provenance
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.issues import Issue, Kind, Layer, Outcome, Report, Severity, Text
from medcom_bu.messages.care_communication import DEFINITIONS, VERSIONS, CareCommunicationMessage
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.values.characters import not_xml, with_line_feeds
from medcom_bu.values.fhir_codes import (
    ACT_CODES,
    CATEGORY_CODES,
    SENDER_EXTENSION,
    Activity,
    Category,
    Event,
    RequestPriority,
)
from medcom_bu.values.fhir_resources import (
    CareTeam,
    Communication,
    Encounter,
    Organization,
    Patient,
    Payload,
    PractitionerRole,
    Provenance,
)
from medcom_bu.values.fhir_types import (
    Attachment,
    CodeableConcept,
    Coding,
    Extension,
    Identifier,
    Meta,
    ResourceReference,
)
from medcom_bu.values.filetypes import FILE_TYPES, sniff

ATTACHMENT_CONTENT = Kind(
    "builder.forward-attachment",
    Severity.ERROR,
    Layer.RULE,
    Text(
        "an attachment that is forwarded has neither content nor link",
        "et bilag der videresendes har hverken indhold eller link",
    ),
    Text(
        "give the earlier messages of the thread: a reply only names the attachments of earlier messages",
        "angiv trådens tidligere meddelelser: et svar nævner kun tidligere meddelelsers bilag",
    ),
    "MedCom, governance of CareCommunication, forwarding",
)


@attrs.define(kw_only=True, repr=False, field_transformer=check_fields)
class CareCommunicationBuilder:
    """One message of a thread. Make it with :meth:`new`, :meth:`reply_to`, :meth:`forward` or :meth:`reply_to_letter`.

    ``specific_sender`` and ``specific_recipient`` name an author or, as text, a care team within the organisation.
    ``episode_of_care`` is an identifier with a system; UUIDs are written with hyphens. Ids and clock are ``ids``.
    """

    sender: Organization | None = None
    receiver: Organization | None = None
    patient: Patient | None = None
    category: Category | str | None = None
    topic: str | None = None
    priority: RequestPriority | str | None = None
    episode_of_care: Identifier | None = None
    specific_sender: Author | str | None = None
    specific_recipient: Author | str | PractitionerRole | CareTeam | None = None
    version: str = attrs.field(default=VERSIONS[0], validator=word_of(VERSIONS))
    ids: IdsAndClock = attrs.field(factory=IdsAndClock)
    _thread: Thread = attrs.field(factory=Thread, alias="_thread")
    _added: list[Added] = attrs.field(factory=list, init=False)

    # --- beginning ------------------------------------------------------------------------------------------------

    @classmethod
    def new(cls, **fields: Any) -> Self:
        """The first message of a new thread."""
        return cls(**fields)

    @classmethod
    @check_arguments
    def reply_to(
        cls, received: CareCommunicationMessage | Emessage | Consignment[Any], *, own: bool = False, **fields: Any
    ) -> Self:
        """A reply to the latest message of a thread; ``own`` where that is a message one sent oneself.

        Sender and receiver change places; the specific sender becomes the specific recipient; thread, segments,
        provenances and episode of care are kept; earlier attachments are only named. Of a letter (OIO-XML or EDIFACT)
        the patient, the subject and, where it has their SOR codes, the parties are kept; the rest is as in
        :meth:`reply_to_letter`. Raises ValueError where a consignment holds no letter.
        """
        if not isinstance(received, CareCommunicationMessage):
            return cls.reply_to_letter(**letter_fields(received) | fields)
        sender, receiver = received.receiver, received.sender
        if own:
            sender, receiver = receiver, sender
        payload = received.communication.payload if received.communication else ()
        thread = Thread(
            Activity.REPLY, received, _preceding(received), tuple(map(_named_only, payload)), received.provenances
        )
        reply_fields = {
            "sender": sender,
            "receiver": receiver,
            "specific_recipient": received.specific_recipient if own else received.specific_sender,
            "_thread": thread,
        }
        return cls(**_continued(received) | reply_fields | fields)

    @classmethod
    @check_arguments
    def forward(
        cls,
        received: CareCommunicationMessage,
        *,
        earlier: Iterable[CareCommunicationMessage] = (),
        only: Collection[str] | None = None,
        **fields: Any,
    ) -> Self:
        """The thread, sent on to somebody else as the beginning of a new thread.

        ``earlier`` are messages of the thread that still have the content of attachments which ``received`` only
        names. ``only`` are the ids of the messages (their MessageHeaders) whose segments are sent on; None for all.
        """
        payload = received.communication.payload if received.communication else ()
        chain = received.provenances
        if only is not None:
            chain = tuple(link for link in chain if link.message_id in only)
            sources = {value for link in chain for value in _sources(link)}
            payload = tuple(
                segment for segment in payload if segment.identifier and segment.identifier.value in sources
            )
        contents = _contents(earlier)
        segments = tuple(_with_content(segment, contents) for segment in payload)
        thread = Thread(Activity.FORWARD, received, _preceding(received), segments, chain)
        return cls(**_continued(received) | {"sender": received.receiver, "_thread": thread} | fields)

    @classmethod
    @check_arguments
    def reply_to_letter(cls, *, gln: str, letter_identifier: str, **fields: Any) -> Self:
        """A reply to an EDIFACT or OIO-XML letter: ``gln`` of its sender, ``letter_identifier`` its Letter/Identifier.

        An episode of care of the letter must be given as ``episode_of_care``.
        """
        preceding = ResourceReference(identifier=Identifier(value=f"{gln}#{letter_identifier}"))
        return cls(**{"_thread": Thread(Activity.REPLY, preceding=preceding)} | fields)

    # --- segments -------------------------------------------------------------------------------------------------

    @check_arguments
    def write(self, text: str, *, author: Author) -> Self:
        """Add a text. Line ends are line breaks; there is no other markup."""
        self._added.append(Added(text, author))
        return self

    @check_arguments
    def attach(
        self,
        content: Content,
        *,
        title: str,
        content_type: str | None = None,
        creation: str | None = None,
        author: Author | None = None,
    ) -> Self:
        """Attach a file. ``title`` does not end in a file extension; the type is told from the content."""
        data = as_bytes("content", content)
        attachment = Attachment(
            content_type=content_type or _mime_type(data),
            data=data,
            title=title,
            creation=creation,
        )
        self._added.append(Added(attachment, author))
        return self

    @check_arguments
    def link(self, url: str, *, title: str, author: Author | None = None) -> Self:
        """Refer to a web page."""
        self._added.append(Added(Attachment(url=url, title=title), author))
        return self

    # --- the message ----------------------------------------------------------------------------------------------

    def build(self) -> CareCommunicationMessage:
        """The message. Raises one InvalidMessage with all problems."""
        clean, unsendable = self._cleaned()
        message = clean._message()
        report = wire.validate(message)
        issues = [*unsendable, *self._problems(message), *report.issues]
        if report.layers[Layer.RULE] is Outcome.NOT_RUN:
            issues += rules.check(message)  # what is wrong with the shape hides nothing else
        if any(issue.severity is Severity.ERROR for issue in issues):
            raise InvalidMessage(Report.from_issues(issues, [*report.layers], [*report.layers]))
        return message

    def _cleaned(self) -> tuple[Self, list[Issue]]:
        """The builder with clean texts, and what cannot be sent. What stands in the message received stays as it is."""
        cleaner = Cleaner(not_xml())
        received = self._thread.received
        places = received.places if received else {}
        unchanged = [field.name for field in attrs.fields(type(self)) if id(getattr(self, field.name)) in places]
        clean = cleaner.builder(self, "ids", "_thread", "_added", *unchanged)
        preceding = cleaner.clean(self._thread.preceding, "letter_identifier")
        clean._thread = attrs.evolve(self._thread, preceding=preceding)
        clean._added = []
        counts = {"text": 0, "attachments": 0}
        for addition in self._added:
            name = "text" if isinstance(addition.content, str) else "attachments"
            path = f"{name}[{counts[name]}]"
            counts[name] += 1
            content = addition.content
            clean._added.append(
                Added(
                    cleaner.lines(with_line_feeds(content), path)
                    if isinstance(content, str)
                    else cleaner.clean(content, path),
                    cleaner.clean(addition.author, f"{path}.author"),
                )
            )
        return clean, cleaner.problems

    def _problems(self, message: CareCommunicationMessage) -> Iterator[Issue]:
        if self._thread.activity is not Activity.FORWARD:
            return
        for number, segment in enumerate(message.segments):
            attachment = segment.attachment
            if attachment is not None and attachment.data is None and attachment.url is None:
                yield ATTACHMENT_CONTENT.issue(f"communication.payload[{number}].content_attachment")

    def _message(self) -> CareCommunicationMessage:
        parts = Parts(self.ids, self._thread.received)
        sent = instant(self.ids.moment())
        sender, receiver, citizen = parts.add(self.sender), parts.add(self.receiver), parts.add(self.patient)
        specific_sender = parts.specific(self.specific_sender, sender)
        added = [parts.payload(addition, sender, sent) for addition in self._added]
        communication = parts.add(
            Communication(
                extension=(Extension(url=SENDER_EXTENSION, value_reference=specific_sender),)
                if specific_sender
                else (),
                identifier=(Identifier(value=self._thread_identifier(parts)),),
                status="unknown",
                category=(CodeableConcept(coding=(Coding(system=CATEGORY_CODES, code=str(self.category)),)),)
                if self.category
                else (),
                priority=None if self.priority is None else str(self.priority),
                subject=citizen,
                topic=CodeableConcept(text=self.topic) if self.topic else None,
                encounter=self._encounter(parts, citizen),
                recipient=tuple(filter(None, [parts.specific(self.specific_recipient, receiver)])),
                payload=(*self._thread.kept, *added),
            )
        )
        own = header(
            parts.new_id(), Event.CARE_COMMUNICATION, self.sender, self.receiver, (sender, receiver),
            focus=(communication,), definition=DEFINITIONS[self.version],
        )  # fmt: skip
        segments = [value for payload in added if payload.identifier and (value := payload.identifier.value)]
        current = provenance(parts.new_id(), own, self._thread.activity, sender, sent, self._thread.preceding, segments)
        return CareCommunicationMessage(
            id=parts.new_id(),
            meta=Meta(profile=(CARE_COMMUNICATION_PROFILES["Bundle"],)),
            type="message",
            timestamp=sent,
            entry=parts.entries(own, (*self._thread.chain, current)),
        )

    def _thread_identifier(self, parts: Parts) -> str:
        """The identifier of the thread: a reply keeps it, all else begins a new one."""
        received = self._thread.received
        if self._thread.activity is Activity.REPLY and received and received.communication_identifier:
            return received.communication_identifier
        return f"urn:uuid:{parts.new_id()}"

    def _encounter(self, parts: Parts, citizen: ResourceReference | None) -> ResourceReference | None:
        """What carries the episode of care: the one given, else the one received."""
        if self.episode_of_care is not None:
            return parts.add(
                Encounter(
                    status="unknown",
                    class_=Coding(system=ACT_CODES, code="AMB"),
                    subject=citizen,
                    episode_of_care=(ResourceReference(identifier=self.episode_of_care),),
                )
            )
        received = self._thread.received
        communication = received.communication if received else None
        return communication.encounter if communication else None


def _continued(received: CareCommunicationMessage) -> dict[str, Any]:
    """What goes on in an answer or a forward, unless it is said otherwise."""
    return {
        "patient": received.patient,
        "category": received.category,
        "topic": received.topic,
        "priority": received.priority,
        "version": received.version if received.version in VERSIONS else VERSIONS[0],
    }


def _preceding(received: CareCommunicationMessage) -> ResourceReference | None:
    return ResourceReference(reference=f"MessageHeader/{received.header.id}") if received.header else None


def _named_only(payload: Payload) -> Payload:
    """A segment as a reply has it: of an attachment neither content nor link."""
    attachment = payload.content_attachment
    if attachment is None:
        return payload
    return payload.replace(content_attachment=attachment.replace(data=None, url=None))


def _sources(link: Provenance) -> Iterator[str]:
    for what in link.what("source"):
        if what.identifier and what.identifier.value:
            yield what.identifier.value


def _contents(messages: Iterable[CareCommunicationMessage]) -> dict[str, Attachment]:
    """Segment identifier -> its attachment, of those that have content or a link."""
    return {
        segment.identifier: segment.attachment
        for message in messages
        for segment in message.segments
        if segment.identifier and segment.attachment and (segment.attachment.data or segment.attachment.url)
    }


def _with_content(payload: Payload, contents: Mapping[str, Attachment]) -> Payload:
    attachment = payload.content_attachment
    original = contents.get((payload.identifier.value if payload.identifier else None) or "")
    if attachment is None or original is None or attachment.data is not None or attachment.url is not None:
        return payload
    return payload.replace(content_attachment=attachment.replace(data=original.data, url=original.url))


def _mime_type(content: bytes) -> str | None:
    extension = sniff(content)
    return FILE_TYPES[extension].mime_type if extension else None
