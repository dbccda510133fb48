"""From what a caller gives to what a page shows: messages, what was read, consignments, threads, any sequence of them.

Files of a consignment are shown with the letter that names them, messages of a thread with each other.
"""

from __future__ import annotations

from collections import ChainMap, defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import attrs

from medcom_bu.issues import Parsed, Report, Severity, Verdict
from medcom_bu.messages.acknowledgement import AcknowledgementMessage
from medcom_bu.messages.binary_letter import BinaryObject, SystemInformation
from medcom_bu.messages.care_communication import CareCommunicationMessage
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.messages.headers import Envelope
from medcom_bu.messages.message import NetworkEnvelope
from medcom_bu.rendering import fhir_messages, letters, threads
from medcom_bu.rendering.envelopes import envelope_article, envelope_sections
from medcom_bu.rendering.kept import rest
from medcom_bu.rendering.lines import labelled, leaf
from medcom_bu.rendering.page_options import PageOptions
from medcom_bu.rendering.values import described, section
from medcom_bu.rendering.view import UNREAD, Article, Remark, SectionKind, ShownVerdict, View
from medcom_bu.rules.attachments import cpr_of, key, name_of, number_of
from medcom_bu.values.parties import BinaryReference
from medcom_bu.wire import read
from medcom_bu.wire_table import check_message


@attrs.frozen(repr=False)
class _Item:
    """One message with what is known of it: the report on it, the envelope that it came in, what is behind it."""

    message: Any
    report: Report | None = None
    envelope: NetworkEnvelope | None = None


_NOTHING_KNOWN = PageOptions()


def view_of(given: Any, options: PageOptions = _NOTHING_KNOWN, verb: str = "as_page") -> View:
    """What a page of messages shows.

    ``given`` is a message, a Parsed, a Consignment, or a sequence of any of them; ``verb`` is who asks, for the text of
    an error. Raises TypeError for anything else, and ValueError for an address of the caller's that is not safe.
    """
    items = [opened for item in _items(given, verb) for opened in _opened(item)]
    articles = tuple(_articles(items, options)) or (Article("Ingen meddelelser"),)
    return View(", ".join(dict.fromkeys(article.title for article in articles)), articles)


def _items(given: Any, verb: str, *, is_in_sequence: bool = False) -> Iterator[_Item]:
    if isinstance(given, Parsed) and given.message is not None:
        yield from (_Item(item.message, given.report) for item in _items(given.message, verb, is_in_sequence=True))
    elif isinstance(given, Parsed):
        yield _Item(None, given.report)
    elif isinstance(given, Consignment) or (_is_sequence(given) and not is_in_sequence):
        for one in given:
            yield from _items(one, verb, is_in_sequence=True)
    else:
        check_message(verb, given)
        yield _Item(given)


def _is_sequence(given: Any) -> bool:
    return isinstance(given, Sequence) and not isinstance(given, str | bytes | bytearray | memoryview)


def _opened(item: _Item) -> Iterator[_Item]:
    """What is inside an envelope, with the envelope behind it."""
    envelope = item.message
    if not isinstance(envelope, NetworkEnvelope) or envelope.payload is None or envelope.is_receipt:
        yield item
        return
    inside = read(envelope.payload)
    if inside.message is None or isinstance(inside.message, NetworkEnvelope):
        yield item
    else:
        yield _Item(inside.message, inside.report if item.report is None else item.report, envelope)


def _articles(items: list[_Item], options: PageOptions) -> Iterator[Article]:
    fhir = [item.message for item in items if isinstance(item.message, CareCommunicationMessage)]
    joined = threads.threads(fhir)
    shared = [thread[0].communication_identifier for thread in joined]
    waiting = [*joined]
    files = _Files(items)
    for item in items:
        message = item.message
        if isinstance(message, Emessage):
            yield from _letters(item, files, options)
        elif isinstance(message, CareCommunicationMessage):
            thread = next((thread for thread in waiting if any(message is one for one in thread)), None)
            if thread is not None:
                waiting = [other for other in waiting if other is not thread]
                of_thread = [one for one in items if any(one.message is other for other in thread)]
                identifier = message.communication_identifier
                is_shared = identifier is not None and shared.count(identifier) > 1
                article = threads.article(thread, options, is_shared=is_shared)
                yield _with_rest(article, of_thread)
        elif isinstance(message, AcknowledgementMessage):
            yield _alone(fhir_messages.acknowledgement(message, options), item, options)
        elif isinstance(message, NetworkEnvelope):
            yield _alone(envelope_article(message), item, options)
        elif message is None:
            yield Article("Meddelelse der ikke kan læses", verdict=_verdict(item.report))
        else:
            yield _alone(fhir_messages.other(message, options), item, options)


def _letters(item: _Item, files: _Files, options: PageOptions) -> Iterator[Article]:
    message: Emessage = item.message
    unread = _unread(item, options)
    around = [(letter, files.around(letter, message.envelope, options)) for letter in message.letters]
    articles = [letters.article(letter, context) for letter, context in around]
    if not articles:
        sent = labelled("Sendt", leaf(message.envelope.sent) if message.envelope is not None else ())
        articles = [Article("Forsendelse uden breve", top=sent)]
    behind = (
        *section("Kuvert", *described(message.envelope, skip=("sent",)), kind=SectionKind.DETAILS),
        *rest(message, (message.envelope, *message.letters), message.local_elements),
        *(envelope_sections(item.envelope) if item.envelope is not None else ()),
    )
    for place, article in enumerate(articles):
        yield attrs.evolve(
            article,
            marks=(*unread, *article.marks),
            verdict=_verdict(item.report) if place == 0 else None,
            body=(*article.body, *(behind if article is articles[-1] else ())),
        )


class _Files:
    """The files of all letters, and what letters call them, by the patient that they are about."""

    def __init__(self, items: list[_Item]) -> None:
        messages = [item.message for item in items if isinstance(item.message, Emessage)]
        beside: list[Any] = [letter for message in messages for letter in message.letters]
        self.is_one_letter = len(beside) == 1
        self._objects: defaultdict[_Person, dict[str, BinaryObject]] = defaultdict(dict)
        self._names: defaultdict[_Person, dict[str, str]] = defaultdict(dict)
        for letter in beside:
            persons = _persons(letter)
            for held in getattr(letter, "binary_object", ()):
                for person in persons[:1]:
                    self._objects[person][key(held.object_identifier)] = held
            for reference in getattr(letter, "reference", ()):
                if isinstance(reference.target, BinaryReference):
                    for person in (*persons, None):
                        self._names[person][key(reference.target.object_identifier)] = reference.ref_description or ""

    def around(self, letter: Any, envelope: Envelope | None, options: PageOptions) -> letters.LetterContext:
        """What stands around a letter; what is about another patient is never joined to it."""
        persons = _persons(letter)
        objects = ChainMap(*(self._objects[person] for person in (*persons, None)))
        names = ChainMap(*(self._names[person] for person in persons[:1]))
        return letters.LetterContext(options, envelope, objects, names, self.is_one_letter)


_Person = tuple[str | None, str] | None


def _persons(letter: Any) -> tuple[_Person, ...]:
    """Whom a letter is about: by CPR number, or by another number and the name; and by name.

    None is system data, which are about nobody.
    """
    if isinstance(getattr(letter, "subject", None), SystemInformation):
        return (None,)
    patient = getattr(letter, "patient", None)
    cpr, name = cpr_of(patient), name_of(patient)
    found: tuple[_Person, ...] = ((cpr, "") if cpr else (number_of(patient), name), (None, name))
    return tuple(person for person in found if person is not None and any(person))


def _unread(item: _Item, options: PageOptions) -> tuple[str, ...]:
    header = getattr(item.message, "header", None)
    is_unread = options.is_unread(item.message, header.id if header else None) or options.is_unread(item.envelope)
    return (UNREAD,) if is_unread else ()


def _alone(article: Article, item: _Item, options: PageOptions) -> Article:
    return attrs.evolve(_with_rest(article, [item]), marks=(*_unread(item, options), *article.marks))


def _with_rest(article: Article, items: list[_Item]) -> Article:
    """An article with the worst of its reports, and the envelopes that its messages came in."""
    reports = [item.report for item in items if item.report is not None]
    worst = next((report for report in reports if not report.ok), reports[-1] if reports else None)
    envelopes = (item.envelope for item in items if item.envelope is not None)
    body = (*article.body, *(part for envelope in envelopes for part in envelope_sections(envelope)))
    return attrs.evolve(article, verdict=_verdict(worst), body=body)


_SENTENCES = {
    Verdict.VALID: "Meddelelsen er kontrolleret og gyldig.",
    Verdict.INVALID: "Meddelelsen er ikke gyldig: indholdet kan være forkert eller mangle.",
    Verdict.NOT_CHECKED: "Meddelelsen er ikke fuldt kontrolleret.",
}


def _verdict(report: Report | None) -> ShownVerdict | None:
    if report is None:
        return None
    remarks = tuple(
        Remark(issue.text("da"), issue.path, issue.severity is Severity.ERROR)
        for issue in report
        if issue.severity is not Severity.INFORMATION
    )
    return ShownVerdict(_SENTENCES[report.verdict], remarks, not report.ok)
