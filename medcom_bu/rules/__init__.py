"""Business rules beyond the schemas: one small function each, on values alone, speaking in attribute paths.

The schemas have accepted the message before these run; every rule copes with what is absent all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from medcom_bu.declare.fhir import Structure
from medcom_bu.issues import Issue
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.message import NetworkEnvelope
from medcom_bu.rules import attachments, identifiers, letters, text

if TYPE_CHECKING:
    from medcom_bu.directory import Directory
    from medcom_bu.values.fhir_resources import Bundle

REFERENCE_KINDS = attachments.REFERENCE_KINDS


_UNITS = ("sender", "receiver", "answer_cc_receiver")


def check(message: Emessage | NetworkEnvelope | Bundle, directory: Directory | None = None) -> Iterator[Issue]:
    """What the rules say of a message, and a directory of its receivers."""
    yield from _check(message)
    if directory is not None:
        from medcom_bu.rules import receivers

        yield from receivers.check(message, directory)


def _check(message: Emessage | NetworkEnvelope | Bundle) -> Iterator[Issue]:
    """One consignment: the envelope first, then letter by letter; or another message."""
    if isinstance(message, NetworkEnvelope):
        yield from _check_envelope(message)
        yield from text.check_xml(message, "")
        return
    if isinstance(message, Structure):
        from medcom_bu.rules import care_communication, fhir_agreement, fhir_narratives

        yield from care_communication.check(message)
        yield from fhir_agreement.check(message)
        yield from fhir_narratives.check(message)
        yield from text.check_xml(message, "")
        return
    yield from letters.check_envelope(message)
    if message.envelope is not None:
        yield from text.check_texts(message.envelope, "envelope")
    for number, letter in enumerate(message.letters):
        yield from _check_letter(letter, message, f"letters[{number}]")
    yield from (issue for _, issue in attachments.check_references_resolve([message]))


def _check_envelope(envelope: NetworkEnvelope) -> Iterator[Issue]:
    """What the rules of its kind say of an envelope; they are loaded with the first."""
    from medcom_bu.messages.envelopes import VansEnvelope
    from medcom_bu.messages.standard_business_document import StandardBusinessDocument
    from medcom_bu.rules import business_documents, envelopes

    checks: dict[type, Callable[[Any], Iterator[Issue]]] = {
        VansEnvelope: envelopes.check,
        StandardBusinessDocument: business_documents.check,
    }
    return checks[type(envelope)](envelope)


def check_consignment(messages: Sequence[Emessage]) -> Iterator[tuple[int, Issue]]:
    """Where references and objects of messages that belong together miss each other: the number of a message, an issue.

    All that belongs together is available: an object may be in another message than its reference, and a reference
    without one is an error even where there are no files. So this replaces what :func:`check` says of
    ``REFERENCE_KINDS``.
    """
    return attachments.check_references_resolve(messages, complete=True)


def _check_letter(letter: Any, message: Emessage, path: str) -> Iterator[Issue]:
    attributes = letter.__dict__
    yield from letters.check_header(letter, message, path)
    for name in _UNITS:
        if attributes.get(name) is not None:
            yield from identifiers.check_unit(attributes[name], f"{path}.{name}")
    referrer = getattr(attributes["sender"], "referrer", None)
    if referrer is not None:
        yield from identifiers.check_unit(referrer, f"{path}.sender.referrer")
    yield from _check_persons(attributes, path)
    yield from letters.check_parties(letter, path)
    yield from letters.check_referral(letter, path)
    yield from letters.check_content(letter, path)
    yield from text.check_texts(letter, path)
    yield from text.check_correspondence(letter, path)
    if "reference" in attributes:
        yield from attachments.check_references(attributes["reference"], path)
    if "binary_object" in attributes:
        yield from attachments.check_objects(attributes["binary_object"], path)


def _check_persons(attributes: dict[str, Any], path: str) -> Iterator[Issue]:
    for name in ("patient", "subject"):
        person = getattr(attributes.get(name), "identifier", None)
        if person is not None:
            yield from identifiers.check_person(person, f"{path}.{name}.identifier")
    relative = getattr(attributes.get("relative"), "person_identifier", None)
    if relative is not None:
        yield from identifiers.check_person(relative, f"{path}.relative.person_identifier")
