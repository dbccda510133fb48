"""CareCommunications as articles: the messages of one thread merged, each segment once, the newest first.

Source: MedCom, test protocols for receiving CareCommunication 5.0.0 (order by the time of the segments, at equal times
the initiator first; one thread for parallel replies; no segment twice).
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any

import attrs

from medcom_bu.messages.care_communication import CareCommunicationMessage, MessageSegment
from medcom_bu.rendering.fhir_parts import (
    coded,
    party,
    patient_line,
    patient_section,
    role_name,
    unit_sections,
)
from medcom_bu.rendering.files import segment_file
from medcom_bu.rendering.lines import joined, labelled, leaf, or_absent, point_in_time, quoted
from medcom_bu.rendering.page_options import PageOptions
from medcom_bu.rendering.values import section
from medcom_bu.rendering.view import (
    ABSENT,
    UNREAD,
    Article,
    Described,
    Labelled,
    Line,
    Notice,
    NoticeKind,
    Post,
    Section,
    SectionKind,
    ShownFile,
    address,
)
from medcom_bu.values.fhir_codes import Activity, RequestPriority
from medcom_bu.values.fhir_resources import CareTeam, PractitionerRole, Provenance
from medcom_bu.values.fhir_types import moment

_EARLIEST = datetime.min.replace(tzinfo=UTC)


def patients_of(message: CareCommunicationMessage) -> frozenset[str]:
    """The numbers by which a message knows its citizen, as two are compared."""
    patient = message.patient
    numbers = (identifier.number for identifier in patient.identifier) if patient else ()
    return frozenset(number.compact(number.reveal()) for number in numbers if number is not None)


def threads(messages: Iterable[CareCommunicationMessage]) -> list[list[CareCommunicationMessage]]:
    """The messages by their threads. One about a citizen whom no other of the thread knows is a thread of its own."""
    found: dict[object, list[list[CareCommunicationMessage]]] = {}
    for message in messages:
        numbers, identifier = patients_of(message), message.communication_identifier or object()
        own: list[CareCommunicationMessage] = []
        others = []
        for thread in found.get(identifier, ()):
            if any(numbers & patients_of(one) for one in thread):
                own += thread
            else:
                others.append(thread)
        found[identifier] = [*others, [*own, message]]
    return [thread for of_one_identifier in found.values() for thread in of_one_identifier]


def article(messages: list[CareCommunicationMessage], options: PageOptions, *, is_shared: bool = False) -> Article:
    """The messages of a thread. ``is_shared`` where its identifier is that of a thread about another citizen too."""
    thread = _Thread(messages, options)
    latest = thread.latest
    activity = latest.activity
    marks = (activity.danish,) if isinstance(activity, Activity) else ()
    return Article(
        title="Korrespondance",
        marks=marks,
        notices=tuple(_notices(latest, is_shared)),
        patient=patient_line(latest.patient, thread.day),
        top=tuple(_top(latest, options, thread.day)),
        body=(*thread.posts(), *patient_section(latest.patient), *_about(thread)),
    )


def _notices(message: CareCommunicationMessage, is_shared: bool) -> Iterator[Notice]:
    if is_shared:
        words = "Trådens id bruges også om en anden borger: meddelelserne er ikke samlet."
        yield Notice(NoticeKind.OTHER_PATIENT, (words,))
    if message.priority is not None and message.priority != RequestPriority.ROUTINE:
        is_known = isinstance(message.priority, RequestPriority)
        kind = NoticeKind.URGENT if is_known else NoticeKind.UNKNOWN_CODE
        yield Notice(kind, ("Prioritet: ", *coded(message.priority)))


def _top(message: CareCommunicationMessage, options: PageOptions, day: date | None) -> Iterator[Labelled]:
    yield from labelled("Fra", party(message.sender, options, day))
    yield from labelled("Fra, specifikt", _someone(message, message.specific_sender))
    yield from labelled("Til", party(message.receiver, options, day))
    yield from labelled("Til, specifikt", _someone(message, message.specific_recipient))
    yield from labelled("Sendt", point_in_time(_sent(message)))
    yield from labelled("Emne", quoted(message.topic))
    yield from labelled("Kategori", coded(message.category) or (ABSENT,))
    if message.priority == RequestPriority.ROUTINE:
        yield from labelled("Prioritet", coded(message.priority))


def _sent(message: CareCommunicationMessage) -> str | None:
    own = message.provenance
    return (own.occurred_date_time if own else None) or message.timestamp


def _someone(message: CareCommunicationMessage, who: PractitionerRole | CareTeam | None) -> Line:
    if isinstance(who, CareTeam):
        return quoted(who.name)
    if who is None:
        return ()
    name = next((segment.author_name for segment in message.segments if segment.author_role == who), "")
    return joined((quoted(name), role_name(who)), " · ")


# --- the segments ----------------------------------------------------------------------------------------------------


@attrs.define
class _Group:
    """The segments that one author sent at one time, in one message."""

    message_id: str | None
    segments: list[MessageSegment]

    @property
    def first(self) -> MessageSegment:
        return self.segments[0]

    @property
    def time(self) -> datetime:
        return min((segment.sent for segment in self.segments if segment.sent is not None), default=_EARLIEST)


class _Thread:
    """The messages of a thread, and which segments each of them brought."""

    def __init__(self, messages: list[CareCommunicationMessage], options: PageOptions) -> None:
        self.messages = sorted(messages, key=lambda message: moment(_sent(message)) or _EARLIEST)
        self.options = options
        self.latest = self.messages[-1]
        sent = moment(_sent(self.latest))
        self.day = sent.date() if sent is not None else None
        self.by_id = {one.header.id: one for one in self.messages if one.header and one.header.id}
        self.provenances: dict[str, Provenance] = {}
        self.sources: dict[str, str] = {}
        found = [own for message in self.messages for own in message.provenances if own.message_id]
        for own in sorted(found, key=lambda own: moment(own.occurred_date_time) or _EARLIEST):
            self.provenances.setdefault(own.message_id or "", own)
            for what in own.what("source"):
                if what.identifier is not None and what.identifier.value:
                    self.sources.setdefault(what.identifier.value, own.message_id or "")
        self.before = {own: _revised(provenance) for own, provenance in self.provenances.items()}
        self.followers = Counter(self.before.values())

    def posts(self) -> Iterator[Post]:
        """What was written, the newest first, each segment once."""
        groups = self._groups()
        initiator = _organisation(min(groups, key=lambda group: group.time).first) if groups else None
        ordered = sorted(groups, key=lambda group: _organisation(group.first) != initiator)
        ordered.sort(key=lambda group: group.time, reverse=True)
        first = {group.message_id: group for group in reversed(groups)}
        return (self._post(group, first) for group in ordered)

    def _groups(self) -> list[_Group]:
        """The segments by who sent them when; a file that does not say so stands with a text that it came with."""
        groups: dict[tuple[Any, ...], _Group] = {}
        lacking: dict[tuple[Any, ...], _Group] = {}
        for segment in sorted(self._segments(), key=lambda segment: segment.attachment is not None):
            message_id = self.sources.get(segment.identifier or "")
            about = (segment.author_name or None, segment.contact, segment.sent)
            own = (message_id, _organisation(segment), *about)
            group = groups.get(own) or (lacking.get(own) if segment.attachment is not None else None)
            if group is None:
                group = groups[own] = _Group(message_id, [])
                for kept in itertools.product((True, False), repeat=len(about)):
                    told = (one if is_kept else None for one, is_kept in zip(about, kept, strict=True))
                    lacking.setdefault((*own[:2], *told), group)
            group.segments.append(segment)
        return list(groups.values())

    def _segments(self) -> list[MessageSegment]:
        """Every segment once, a file from where it came with its content; one that was changed is there twice."""
        found: dict[tuple[Any, ...], MessageSegment] = {}
        for message in self.messages:
            own = message.header.id if message.header else None
            for segment in message.segments:
                if own is not None and segment.identifier is not None:
                    self.sources.setdefault(segment.identifier, own)  # which no provenance tells
                key = (id(segment),) if segment.identifier is None else (segment.identifier, segment.text)
                held = found.get(key)
                if held is None or (_has_data(segment) and not _has_data(held)):
                    found[key] = segment
        return list(found.values())

    def _post(self, group: _Group, first: Mapping[str | None, _Group]) -> Post:
        lead = group.first
        files = [segment for segment in group.segments if segment.attachment is not None]
        texts = [segment for segment in group.segments if segment.attachment is None]
        dated = next((segment.date for segment in group.segments if segment.date), None)
        name = joined((quoted(lead.author_name), role_name(lead.author_role)), ", ")
        unit = party(lead.assigner, self.options, self.day) if lead.assigner is not None else ()
        return Post(
            author=joined((name or ("Ukendt forfatter",), unit), " · "),
            sent=point_in_time(dated) or ("tidspunkt ikke angivet",),
            marks=tuple(self._marks(group)),
            rows=(*self._answered(group, first), *labelled("Telefon", quoted(lead.contact))),
            texts=tuple(or_absent(quoted(segment.text)) for segment in texts),
            files=tuple(self._file(segment) for segment in files),
            identifiers=tuple(segment.identifier for segment in group.segments if segment.identifier),
        )

    def _file(self, segment: MessageSegment) -> ShownFile:
        attachment: Any = segment.attachment
        file = segment_file(self.options, attachment, segment.identifier)
        if attachment.url and attachment.data is None:
            return attrs.evolve(file, why_not="", rows=(*labelled("Link", (address(attachment.url),)), *file.rows))
        return file

    def _marks(self, group: _Group) -> Iterator[str]:
        own = self.by_id.get(group.message_id or "")
        if self.options.is_unread(own, group.message_id, *(segment.identifier for segment in group.segments)):
            yield UNREAD
        activity = self._activity(group.message_id)
        before = self.before.get(group.message_id or "")
        if activity is Activity.REPLY and before is not None and self.followers[before] > 1:
            yield "Parallelt svar"
        elif isinstance(activity, Activity) and len(self.provenances) > 1:
            yield activity.danish

    def _activity(self, message_id: str | None) -> Activity | str | None:
        own = self.provenances.get(message_id or "")
        return Activity.get(own.activity.code if own is not None and own.activity is not None else None)

    def _answered(self, group: _Group, first: Mapping[str | None, _Group]) -> Iterator[Labelled]:
        """Which message the group answers, or follows, by who wrote it and when."""
        before = self.before.get(group.message_id or "")
        answered = first.get(before) if before is not None else None
        if answered is not None and answered is not group:
            who = joined((quoted(answered.first.author_name), point_in_time(answered.first.date)), ", ")
            is_reply = self._activity(group.message_id) is Activity.REPLY
            yield from labelled("Svar på" if is_reply else "Følger efter", who)


def _revised(provenance: Provenance) -> str | None:
    """The message that one follows, where it says so."""
    revised = provenance.what("revision")
    return (revised[0].reference or "").rpartition("/")[2] or None if revised else None


def _organisation(segment: MessageSegment) -> Any:
    unit = segment.assigner
    return None if unit is None else unit.sor or unit.gln or unit.name


def _has_data(segment: MessageSegment) -> bool:
    return segment.attachment is not None and segment.attachment.data is not None


# --- the rest --------------------------------------------------------------------------------------------------------


def _about(thread: _Thread) -> Iterator[Section]:
    message = thread.latest
    yield from unit_sections(message)
    rows = (
        *labelled("Meddelelses-id", *map(quoted, thread.by_id)),
        *labelled("Forsendelses-id", *map(quoted, dict.fromkeys(one.id for one in thread.messages))),
        *labelled("Tråd", quoted(message.communication_identifier)),
        *labelled("Forløb", *(quoted(episode.value) for episode in message.episode_of_care)),
        *labelled("Version", leaf(message.version)),
    )
    yield from section("Meddelelse", *((Described(rows),) if rows else ()), kind=SectionKind.DETAILS)
