"""Acknowledging a FHIR message: taken, or refused with what is wrong.

Every CareCommunication is acknowledged, an Acknowledgement never. A duplicate gets the same answer as the first copy:
keep what was sent. Source: MedCom, Acknowledgement 2.0.3 and governance (KR1 to KR6).
"""

from __future__ import annotations

from collections.abc import Iterable

from medcom_bu.arguments import check_arguments
from medcom_bu.errors import InvalidMessage
from medcom_bu.fhir.assembly import ACKNOWLEDGEMENT_PROFILES, finished, header, instant, name_of, provenance, reference
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.issues import Issue, Kind, Layer, Report, Severity, Text
from medcom_bu.messages.acknowledgement import AcknowledgementMessage
from medcom_bu.messages.care_communication import CareCommunicationMessage
from medcom_bu.values.fhir_codes import Activity, Event, ResponseCode
from medcom_bu.values.fhir_resources import (
    Agent,
    Bundle,
    BundleEntry,
    OperationOutcome,
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
    Text("tell the sender by other means", "giv afsenderen besked på anden vis"),
    "MedCom, Acknowledgement 2.0.3",
)

BASE = "https://medcomfhir.dk/ig/acknowledgement/"
"""What the fullUrls of an Acknowledgement begin with."""

_MOST_ISSUES = 50
_R4_TYPES = {"syntax": "structure", "schema": "structure", "profile": "invariant", "rule": "business-rule"}
_R4_SEVERITIES = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "information"}


@check_arguments
def acknowledge(received: CareCommunicationMessage, *, ids: IdsAndClock | None = None) -> AcknowledgementMessage:
    """The answer to a message that was received and is valid.

    Raises InvalidMessage where the message names no parties that could be answered.
    """
    return _answer(received, ResponseCode.OK, (), ids or IdsAndClock())


@check_arguments
def refuse(
    received: CareCommunicationMessage,
    report: Report | Iterable[Issue],
    *,
    transient: bool = False,
    ids: IdsAndClock | None = None,
) -> AcknowledgementMessage:
    """The answer to a message that is not taken, with the errors of ``report``, at most 50 of them.

    ``transient`` says that the receiver has a technical problem and the message may be sent again later; without it the
    message is to be changed. Issues hold no content of the message, so neither does the answer. Raises InvalidMessage
    where the message names no parties that could be answered; ValueError where ``report`` holds no error.
    """
    errors = [issue for issue in report if issue.severity is Severity.ERROR][:_MOST_ISSUES]
    if not errors:
        raise ValueError("a message without an error is not refused")
    code = ResponseCode.TRANSIENT_ERROR if transient else ResponseCode.FATAL_ERROR
    return _answer(received, code, errors, ids or IdsAndClock())


@check_arguments
def matches(sent: Bundle, answer: Bundle) -> bool:
    """Whether an Acknowledgement answers what was sent: it names its MessageHeader, and goes back the same way."""
    if not isinstance(answer, AcknowledgementMessage) or sent.header is None or not sent.header.id:
        return False
    if answer.acknowledged != sent.header.id:
        return False
    units = (sent.receiver, answer.sender), (sent.sender, answer.receiver)
    return all(
        sent_unit and answer_unit and (sent_unit.gln, sent_unit.sor) == (answer_unit.gln, answer_unit.sor)
        for sent_unit, answer_unit in units
    )


def _answer(
    received: CareCommunicationMessage, code: ResponseCode, issues: Iterable[Issue], ids: IdsAndClock
) -> AcknowledgementMessage:
    sender, receiver = received.receiver, received.sender
    answered = received.header.id if received.header else None
    if sender is None or receiver is None or answered is None:
        raise InvalidMessage(Report.from_issues([UNANSWERABLE.issue("/")], [Layer.RULE], [Layer.RULE]))
    new_ids = (str(uuid) for uuid in iter(ids.new_uuid, None))
    sent = instant(ids.moment())
    from_unit, to_unit = reference(sender), reference(receiver)
    outcome = OperationOutcome(id=next(new_ids), issue=tuple(map(_outcome_issue, issues)))
    response = Response(identifier=answered, code=str(code), details=reference(outcome) if outcome.issue else None)
    own = header(next(new_ids), Event.ACKNOWLEDGEMENT, sender, receiver, (from_unit, to_unit), response=response)
    preceding = ResourceReference(reference=f"MessageHeader/{answered}")
    current = provenance(next(new_ids), own, Activity.ACKNOWLEDGEMENT, from_unit, sent, preceding)
    latest = received.provenance
    history = [] if latest is None else [_as_messaging(latest, to_unit)]
    outcomes = [outcome] if outcome.issue else []
    return AcknowledgementMessage(
        id=next(new_ids),
        meta=Meta(profile=(ACKNOWLEDGEMENT_PROFILES["Bundle"],)),
        type="message",
        timestamp=sent,
        entry=tuple(map(_entry, (own, sender, receiver, *history, current, *outcomes))),
    )


def _entry(resource: Resource) -> BundleEntry:
    finished_resource = finished(resource, ACKNOWLEDGEMENT_PROFILES)
    return BundleEntry(full_url=BASE + name_of(finished_resource), resource=finished_resource)


def _as_messaging(latest: Provenance, sender: ResourceReference) -> Provenance:
    """The provenance of the message answered, with the profile of an Acknowledgement; its sender is in this Bundle."""
    profile = Meta(profile=(ACKNOWLEDGEMENT_PROFILES["Provenance"],))
    return latest.replace(meta=profile, agent=(Agent(who=sender),))


def _outcome_issue(issue: Issue) -> OutcomeIssue:
    return OutcomeIssue(
        severity=_R4_SEVERITIES[issue.severity],
        code=_R4_TYPES[issue.layer],
        details=CodeableConcept(text=issue.message),
        diagnostics=issue.code,
        expression=(issue.path,),
    )
