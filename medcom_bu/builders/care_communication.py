"""Making a CareCommunication: new, as a reply, as a forward, as an answer to a letter.

Source: MedCom, governance of CareCommunication, restated in the rules that :mod:`medcom_bu.rules` checks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, Self, Unpack

import attrs

from medcom_bu import rules, wire
from medcom_bu.arguments import Content, as_bytes, check_arguments, check_fields, word_of
from medcom_bu.builders.care_parts import letter_fields
from medcom_bu.builders.care_problems import (
    check_citizen,
    check_episode,
    check_filled,
    check_segments,
    check_unit,
    make_place,
)
from medcom_bu.builders.characters import Cleaner
from medcom_bu.builders.continuing import forward_thread, kept_fields, reply_thread, sides
from medcom_bu.builders.fields import CareCommunicationFields
from medcom_bu.builders.problems import LINK, NOT_CALLED, check_code, check_given, known_codes, problem, raise_for
from medcom_bu.builders.threads import Added, Author, Parts, Thread
from medcom_bu.directory import Directory
from medcom_bu.fhir.assembly import CARE_COMMUNICATION_PROFILES, header, instant, provenance
from medcom_bu.ids_and_clock import IdsAndClock, given_or_own
from medcom_bu.issues import Issue, Layer, Outcome, Text
from medcom_bu.messages.care_communication import DEFINITIONS, VERSIONS, CareCommunicationMessage
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.messages.letter_union import Letter
from medcom_bu.rules.attachments import is_web_address
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
    PractitionerRole,
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
from medcom_bu.values.filetypes import FILE_TYPES, normalise, sniff
from medcom_bu.values.identifiers import Gln

ATTACHMENT_CONTENT = problem(
    "forward-attachment",
    (
        "{count} of the attachments that are forwarded have neither content nor link",
        "{count} af de bilag der videresendes har hverken indhold eller link",
    ),
    (
        "give the messages of the thread that have them as earlier=: a reply only names earlier attachments",
        "angiv de meddelelser i tråden der har dem, som earlier=: et svar nævner kun tidligere bilag",
    ),
    "MedCom, governance of CareCommunication, forwarding",
)
_WANTED = {
    "sender": "sender=organization(...)",
    "receiver": "receiver=organization(...)",
    "patient": "patient=patient(...)",
}


@attrs.define(kw_only=True, repr=False, field_transformer=check_fields)
class CareCommunicationBuilder:
    """One message of a thread. Create it with :meth:`new`, :meth:`reply_to`, :meth:`forward` or
    :meth:`reply_to_letter`.

    The functions named below are in :mod:`medcom_bu.carecommunication`. Numbers may contain spaces and hyphens. A code
    is a member of its list, or its text.

    ``sender``, ``receiver``: units, ``organization(...)``, with a SOR code and a GLN. Required.
    ``patient``: the citizen, ``patient(...)``. Required.
    ``category``: what it is about, a :class:`Category` that the version knows. Required.
    ``topic``: the heading, on one line; required where the category is ``other``.
    ``priority``: a :class:`RequestPriority`; only for the category ``regarding-referral``.
    ``episode_of_care``: an identifier with its system, ``episode_of_care(...)``; a UUID is written with hyphens.
    ``specific_sender``, ``specific_recipient``: an :class:`Author` or, as text, a care team within the unit.
    ``version``: 5.0, the default, or 4.0.

    ``ids`` makes UUIDs and times. A ``directory`` must know the receiver, and that it takes what is sent.
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
    ids: IdsAndClock = attrs.field(default=None, converter=given_or_own)
    directory: Directory | None = None
    _thread: Thread = attrs.field(factory=Thread, init=False)
    _added: list[Added] = attrs.field(factory=list, init=False)

    # --- beginning ------------------------------------------------------------------------------------------------

    @classmethod
    def new(cls, **fields: Unpack[CareCommunicationFields]) -> Self:
        """The first message of a new thread. ``fields`` are the parameters of the builder."""
        return cls(**fields)

    @classmethod
    @check_arguments
    def reply_to(
        cls,
        received: CareCommunicationMessage | Emessage | Consignment[Letter],
        *,
        own: bool = False,
        **fields: Unpack[CareCommunicationFields],
    ) -> Self:
        """A reply to ``received``, the latest message of a thread; ``own`` where you sent that message yourself.

        Sender and receiver change places; the specific sender becomes the specific recipient; thread, segments,
        provenances and episode of care are kept; earlier attachments are only named. Of a letter (OIO-XML or EDIFACT)
        the patient, the subject and, where it has their SOR codes, the parties are kept; the rest is as in
        :meth:`reply_to_letter`. ``fields`` are parameters of the builder, which override what is kept.

        Raises ValueError where a consignment holds no letter.
        """
        if not isinstance(received, CareCommunicationMessage):
            return cls.reply_to_letter(**{**_letter_fields(received, own), **fields})
        sender, receiver = sides(received, own)
        recipient = received.specific_recipient if own else received.specific_sender
        kept = {"sender": sender, "receiver": receiver, "specific_recipient": recipient}
        builder = cls(**{**kept_fields(received), **kept, **fields})
        builder._thread = reply_thread(received)
        return builder

    @classmethod
    @check_arguments
    def forward(
        cls,
        received: CareCommunicationMessage,
        *,
        own: bool = False,
        earlier: Iterable[CareCommunicationMessage] = (),
        only: Collection[str] | None = None,
        **fields: Unpack[CareCommunicationFields],
    ) -> Self:
        """The thread, sent on to somebody else as the beginning of a new thread.

        ``received`` is its latest message; ``own`` says that you sent it yourself. ``earlier`` are messages of the
        thread that still have the content of attachments which ``received`` only names. ``only`` are the ids of the
        messages (their MessageHeaders) whose segments are sent on; None for all. ``fields`` are parameters of the
        builder, of which ``receiver`` is required; they override what is kept.
        """
        sender, _ = sides(received, own)
        builder = cls(**{**kept_fields(received), "sender": sender, **fields})
        builder._thread = forward_thread(received, earlier, only)
        return builder

    @classmethod
    @check_arguments
    def reply_to_letter(cls, *, gln: str, letter_identifier: str, **fields: Unpack[CareCommunicationFields]) -> Self:
        """A reply to an EDIFACT or OIO-XML letter: ``gln`` of its sender, ``letter_identifier`` its Letter/Identifier.

        ``fields`` are the parameters of the builder.

        An episode of care of the letter must be given as ``episode_of_care``.
        """
        builder = cls(**fields)
        preceding = ResourceReference(identifier=Identifier(value=f"{Gln.compact(gln)}#{letter_identifier.strip()}"))
        builder._thread = Thread(Activity.REPLY, preceding=preceding)
        return builder

    # --- segments -------------------------------------------------------------------------------------------------

    @check_arguments
    def write(self, text: str, *, author: Author) -> Self:
        """Add a text, signed by its ``author``. Line ends of ``text`` are line breaks; there is no other markup."""
        return self._add(text, author)

    @check_arguments
    def attach(
        self,
        content: Content,
        *,
        title: str,
        extension: str | None = None,
        content_type: str | None = None,
        creation: str | None = None,
        author: Author | None = None,
    ) -> Self:
        """Attach a file.

        ``content``: the bytes of the file.
        ``title``: shown to the reader; it does not end in a file extension.
        ``extension``: the type of the file, where no ``content_type`` is given.
        ``content_type``: the MIME type. Without it and an extension the type is told from the content: a PDF, or a
        picture of the type GIF, JPEG, PNG, TIFF or BMP.
        ``creation``: the date or moment at which the file was made, as FHIR writes it.
        ``author``: who signs it.

        Raises TypeError for a content that is not bytes; what is wrong with the file, :meth:`build` says.
        """
        data = as_bytes("content", content)
        attachment = Attachment(
            content_type=content_type or _mime_type(data, extension),
            data=data,
            title=title,
            creation=creation,
        )
        return self._add(attachment, author)

    @check_arguments
    def link(self, url: str, *, title: str, author: Author | None = None) -> Self:
        """Refer to a web page: its address ``url``, http or https, a ``title`` for the reader; ``author`` signs it."""
        return self._add(Attachment(url=url, title=title), author)

    def _add(self, content: str | Attachment, author: Author | None) -> Self:
        name = "text" if isinstance(content, str) else "attachments"
        number = sum(item.place.startswith(name) for item in self._added)
        self._added.append(Added(content, author, f"{name}[{number}]"))
        return self

    # --- the message ----------------------------------------------------------------------------------------------

    def build(self) -> CareCommunicationMessage:
        """The message. Raises one InvalidMessage with all problems."""
        clean, unsendable = self._cleaned()
        parts = Parts(self.ids, self._thread.received)
        message = clean._message(parts)
        report = wire.validate(message, directory=self.directory)
        is_judged = report.layers[Layer.RULE] is not Outcome.NOT_RUN
        thread = self._thread
        place = make_place(message, thread.received, parts.origins, len(thread.kept), self._added)
        unheard = () if is_judged else rules.check(message, self.directory)  # a wrong shape hides nothing else
        raise_for([*clean._problems(), *unsendable], report, unheard, place)
        return message

    def _cleaned(self) -> tuple[Self, list[Issue]]:
        """The builder with clean texts, and what cannot be sent. What is in the message received stays as it is."""
        cleaner = Cleaner(not_xml())
        received = self._thread.received
        stand = received.places if received else {}
        unchanged = [field.name for field in attrs.fields(type(self)) if id(getattr(self, field.name)) in stand]
        clean = cleaner.builder(self, "ids", "directory", "_thread", "_added", *unchanged)
        preceding = cleaner.clean(self._thread.preceding, "letter_identifier")
        clean._thread = attrs.evolve(self._thread, preceding=preceding)
        clean._added = [
            Added(
                cleaner.lines(with_line_feeds(addition.content), addition.place)
                if isinstance(addition.content, str)
                else cleaner.clean(addition.content, addition.place),
                cleaner.clean(addition.author, f"{addition.place}.author"),
                addition.place,
            )
            for addition in self._added
        ]
        return clean, cleaner.problems

    def _problems(self) -> Iterator[Issue]:
        """What is wrong with what was given."""
        categories = ", ".join(known_codes(Category, self.version))
        one_of = Text(f"category=, one of {categories}", f"category=, en af {categories}")
        given = {"sender": self.sender, "receiver": self.receiver, "patient": self.patient, "category": self.category}
        yield from check_given(given, {**_WANTED, "category": one_of})
        yield from check_unit(self.sender, "sender")
        yield from check_unit(self.receiver, "receiver")
        yield from check_citizen(self.patient, "patient")
        yield from check_code(Category, self.category, "category", self.version)
        yield from check_code(RequestPriority, self.priority, "priority", self.version)
        yield from check_filled("topic", self.topic)
        yield from check_episode(self.episode_of_care, "episode_of_care")
        letter = self._thread.preceding.identifier if self._thread.preceding else None
        if letter is not None:
            gln, _, number = (letter.value or "").partition("#")
            yield from check_filled("gln", gln)
            yield from check_filled("letter_identifier", number)
        if not any(isinstance(addition.content, str) for addition in self._added):
            yield NOT_CALLED.issue("write()", field="write()", wanted="write(text, author=Author(...))")
        yield from check_segments(self._added, self.version)
        for one in self._added:
            if isinstance(one.content, Attachment) and one.content.url and not is_web_address(one.content.url):
                yield LINK.issue(f"{one.place}.url", field=f"{one.place}.url")
        if self._thread.activity is Activity.FORWARD:
            attachments = [payload.content_attachment for payload in self._thread.kept if payload.content_attachment]
            empty = sum(attachment.data is None and attachment.url is None for attachment in attachments)
            if empty:
                yield ATTACHMENT_CONTENT.issue("earlier", count=empty)

    def _message(self, parts: Parts) -> CareCommunicationMessage:
        sent = instant(self.ids.moment())
        sender, receiver = parts.add(self.sender, "sender"), parts.add(self.receiver, "receiver")
        citizen = parts.add(self.patient, "patient")
        specific_sender = parts.specific(self.specific_sender, sender, "specific_sender")
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
                recipient=tuple(
                    filter(None, [parts.specific(self.specific_recipient, receiver, "specific_recipient")])
                ),
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
                ),
                "episode_of_care",
            )
        received = self._thread.received
        communication = received.communication if received else None
        return communication.encounter if communication else None


def _letter_fields(received: Emessage | Consignment[Letter], own: bool) -> dict[str, Any]:
    """What the reply to a letter takes from it; to your own letter, you stay its sender."""
    taken = letter_fields(received)
    return taken | {"sender": taken.get("receiver"), "receiver": taken.get("sender")} if own else taken


def _mime_type(content: bytes, extension: str | None) -> str | None:
    file_type = FILE_TYPES.get((sniff(content) if extension is None else normalise(extension)) or "")
    return file_type.mime_type if file_type else None
