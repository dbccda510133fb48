"""The Acknowledgement of a FHIR message: taken, or refused with what is wrong.

Every FHIR message is acknowledged, an Acknowledgement never. Source: MedCom, Acknowledgement 2.0.3 and governance (KR1
to KR6).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from medcom_bu import wire
from medcom_bu.errors import InvalidMessage
from medcom_bu.exchange.reasons import Refusal, Told, report_of
from medcom_bu.exchange.receipts import NOT_ANSWERED
from medcom_bu.fhir.assembly import ACKNOWLEDGEMENT_PROFILES, finished, header, instant, name_of, provenance, reference
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.issues import Kind, Layer, Severity, Text
from medcom_bu.messages.acknowledgement import AcknowledgementMessage
from medcom_bu.values.characters import not_xml, sendable
from medcom_bu.values.fhir_codes import Activity, Event, ResponseCode
from medcom_bu.values.fhir_resources import (
    Agent,
    Bundle,
    BundleEntry,
    OperationOutcome,
    Organization,
    OutcomeIssue,
    Provenance,
    Resource,
    Response,
)
from medcom_bu.values.fhir_types import CodeableConcept, Meta, ResourceReference

UNANSWERABLE = Kind(
    "acknowledgement.unanswerable",
    Severity.ERROR,
    Layer.RULE,
    Text(
        "the message has no id, or names no sender and receiver that can be found in it",
        "meddelelsen har intet id, eller angiver ikke afsender og modtager der kan findes i den",
    ),
    Text("inform the sender by other means", "giv afsenderen besked på anden vis"),
    "MedCom, Acknowledgement 2.0.3",
)

BASE = "https://medcomfhir.dk/ig/acknowledgement/"
"""What the fullUrls of an Acknowledgement begin with."""


def acknowledge(received: Bundle, ids: IdsAndClock) -> AcknowledgementMessage:
    """The answer to a message that is taken.

    Raises InvalidMessage for an Acknowledgement, and where the message names no parties that could be answered.
    """
    return _answer(received, ResponseCode.OK, (), ids)


def refuse(received: Bundle, refusal: Refusal, ids: IdsAndClock) -> AcknowledgementMessage:
    """The answer to a message that is not taken, with the errors of its report, at most 50 of them.

    Issues hold no content of the message, so neither does the answer. Raises InvalidMessage as :func:`acknowledge`, and
    where no message can hold a character of the text.
    """
    sendable("text", refusal.text or "", not_xml())
    code = ResponseCode.TRANSIENT_ERROR if refusal.is_transient else ResponseCode.FATAL_ERROR
    return _answer(received, code, map(_outcome_issue, refusal.told()), ids)


def _answer(
    received: Bundle, code: ResponseCode, issues: Iterable[OutcomeIssue], ids: IdsAndClock
) -> AcknowledgementMessage:
    """The answer, valid by the profiles whatever the message that it answers, as far as its parties let it.

    What an invalid message says beside its id and the numbers of its parties is left out where it would make the
    answer invalid too. Where they lack a number themselves, such an answer is better than silence.
    """
    if isinstance(received, AcknowledgementMessage):
        raise InvalidMessage(report_of([NOT_ANSWERED.issue("Bundle.entry[0].resource.response")]))
    sender, receiver = received.receiver, received.sender
    answered = received.header.id if received.header else None
    if sender is None or receiver is None or answered is None:
        raise InvalidMessage(report_of([UNANSWERABLE.issue("/")]))
    told = tuple(issues)
    whole = write_acknowledgement(answered, (sender, receiver), received.provenance, code, told, ids)
    report = wire.validate(whole)
    if report.ok:
        return whole
    least = write_acknowledgement(answered, (_bare(sender), _bare(receiver)), None, code, told, ids)
    if not wire.validate(least, layers=(Layer.SYNTAX, Layer.SCHEMA)).ok:
        raise InvalidMessage(report_of([UNANSWERABLE.issue("/"), *report]))
    return least


def _bare(unit: Organization) -> Organization:
    """A unit by its numbers alone, under an id that can be referred to."""
    numbers = tuple(number for number in unit.identifier if number.system and number.value)
    return Organization(id=unit.id, identifier=numbers)


def write_acknowledgement(
    answered: str,
    parties: tuple[Organization, Organization],
    latest: Provenance | None,
    code: ResponseCode | str,
    issues: tuple[OutcomeIssue, ...],
    ids: IdsAndClock,
) -> AcknowledgementMessage:
    """The Acknowledgement of the message with that MessageHeader, from one unit to the other. It is not judged.

    ``latest`` is the Provenance of the message answered, ``code`` what came of it, ``issues`` what was wrong with it.
    """
    sender, receiver = parties
    new_ids = (str(uuid) for uuid in iter(ids.new_uuid, None))
    sent = instant(ids.moment())
    from_unit, to_unit = reference(sender), reference(receiver)
    outcomes = [OperationOutcome(id=next(new_ids), issue=issues)] if issues else []
    response = Response(identifier=answered, code=str(code), details=reference(outcomes[0]) if outcomes else None)
    own = header(next(new_ids), Event.ACKNOWLEDGEMENT, sender, receiver, (from_unit, to_unit), response=response)
    preceding = ResourceReference(reference=f"MessageHeader/{answered}")
    current = provenance(next(new_ids), own, Activity.ACKNOWLEDGEMENT, from_unit, sent, preceding)
    history = [] if latest is None else [_as_messaging(latest, to_unit)]
    return AcknowledgementMessage(
        id=next(new_ids),
        meta=Meta(profile=(ACKNOWLEDGEMENT_PROFILES["Bundle"],)),
        type="message",
        timestamp=sent,
        entry=tuple(map(_entry, (own, *_units(sender, receiver), *history, current, *outcomes))),
    )


def _units(sender: Organization, receiver: Organization) -> Iterator[Organization]:
    """Both parties; one that writes to itself is there once."""
    yield sender
    if name_of(receiver) != name_of(sender):
        yield receiver


def _entry(resource: Resource) -> BundleEntry:
    finished_resource = finished(resource, ACKNOWLEDGEMENT_PROFILES, resource.id)
    return BundleEntry(full_url=BASE + name_of(finished_resource), resource=finished_resource)


def _as_messaging(latest: Provenance, sender: ResourceReference) -> Provenance:
    """The provenance of the message answered, with the profile of an Acknowledgement; its sender is in this Bundle."""
    profile = Meta(profile=(ACKNOWLEDGEMENT_PROFILES["Provenance"],))
    return latest.replace(meta=profile, agent=(Agent(who=sender),))


def _outcome_issue(told: Told) -> OutcomeIssue:
    return OutcomeIssue(
        severity="error",
        code=told.issue_type,
        details=CodeableConcept(coding=told.coding, text=told.text),
        diagnostics=told.code,
        expression=(told.path,) if told.path else (),
    )
