"""The Acknowledgement that answers a CareCommunication, and the message that an Acknowledgement answers.

Source: MedCom, Acknowledgement 2.0.3, and the governance of its use (KR1 to KR6).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from medcom_bu import wire
from medcom_bu.errors import InvalidMessage
from medcom_bu.exchange.receipts import NO_ORIGINAL, NOT_ANSWERED
from medcom_bu.fhir.making import (
    ACKNOWLEDGEMENT,
    MESSAGING,
    OUTCOME,
    completed,
    entries,
    header,
    key,
    local_names,
    moment_text,
    reachable,
    relinked,
    to,
)
from medcom_bu.issues import Issue, Layer, Parsed, Report, Severity
from medcom_bu.messages.acknowledgement import AcknowledgementMessage
from medcom_bu.messages.care_communication import CareCommunicationMessage
from medcom_bu.surroundings import Surroundings
from medcom_bu.values.fhir_codes import ACTIVITY_CODES, Activity, Event, ResponseCode
from medcom_bu.values.fhir_resources import (
    Agent,
    Entity,
    OperationOutcome,
    OutcomeIssue,
    Provenance,
    Resource,
    Response,
)
from medcom_bu.values.fhir_types import CodeableConcept, Coding, Meta, Reference

BASE = "https://medcomfhir.dk/ig/acknowledgement/"
"""What the fullUrl of every entry begins with, as in MedCom's own messages."""

_SURROUNDINGS = Surroundings()
_REASONS_AT_MOST = 50
_ISSUE_TYPES = {
    Layer.SYNTAX: "structure",
    Layer.SCHEMA: "structure",
    Layer.PROFILE: "invariant",
    Layer.RULE: "business-rule",
}
_MORE = {"en": "and {count} more", "da": "og {count} mere"}

Received = CareCommunicationMessage | Parsed[Any]
"""A message, or what ``read`` gave."""


def acknowledge(received: Received, *, around: Surroundings = _SURROUNDINGS) -> AcknowledgementMessage:
    """The Acknowledgement ``ok``: received and valid. A duplicate is answered as the first copy was.

    Raises InvalidMessage where the original does not tell what an Acknowledgement repeats, or is one itself.
    """
    return _answer(received, ResponseCode.OK, (), around)


def refuse(
    received: Received,
    report: Report | None = None,
    *,
    text: str | None = None,
    transient: bool = False,
    lang: str = "da",
    around: Surroundings = _SURROUNDINGS,
) -> AcknowledgementMessage:
    """The Acknowledgement ``fatal-error`` for the errors of ``report`` or for a reason in your own words.

    ``transient`` makes it a ``transient-error``: a technical problem here, send again later. Nothing of the message's
    content is told. Raises InvalidMessage as :func:`acknowledge` does; ValueError where neither an error nor a text is
    given.
    """
    errors = [issue for issue in (report.issues if report is not None else ()) if issue.severity is Severity.ERROR]
    if not errors and text is None:
        raise ValueError("nothing to refuse for: give a report with an error, or a text")
    own = [OutcomeIssue(severity="error", code="processing", details=CodeableConcept(text=text))] if text else []
    code = ResponseCode.TRANSIENT_ERROR if transient else ResponseCode.FATAL_ERROR
    return _answer(received, code, (*own, *_outcome(errors, lang)), around)


def matches(sent: CareCommunicationMessage, answer: AcknowledgementMessage) -> bool:
    """Whether an Acknowledgement answers what was sent: it names its MessageHeader, and comes from its receiver."""
    if sent.header is None or not sent.header.id or answer.acknowledged != sent.header.id:
        return False
    units = (sent.receiver, answer.sender), (sent.sender, answer.receiver)
    return all(a is not None and b is not None and (a.gln, a.sor) == (b.gln, b.sor) for a, b in units)


def _outcome(errors: Sequence[Issue], lang: str) -> list[OutcomeIssue]:
    told = [
        OutcomeIssue(
            severity="error",
            code=_ISSUE_TYPES[issue.layer],
            details=CodeableConcept(text=issue.text(lang)),
            expression=(issue.path,),
        )
        for issue in errors[:_REASONS_AT_MOST]
    ]
    if len(errors) > _REASONS_AT_MOST:
        more = _MORE[lang].format(count=len(errors) - _REASONS_AT_MOST)
        told.append(OutcomeIssue(severity="information", code="informational", details=CodeableConcept(text=more)))
    return told


def _answer(
    received: Received, code: ResponseCode, issues: Sequence[OutcomeIssue], around: Surroundings
) -> AcknowledgementMessage:
    original = _original(received)
    now = moment_text(around.clock())
    sender, receiver, latest = original.receiver, original.sender, original.provenance
    names = local_names(original)
    held: dict[str, Resource] = dict(reachable(original, [latest] if latest else []))
    units = [completed(unit, MESSAGING + "organization", around) for unit in (sender, receiver) if unit is not None]
    held |= {key(unit): unit for unit in units}
    outcome = completed(OperationOutcome(issue=tuple(issues)), OUTCOME, around) if issues else None
    answered = original.header.id if original.header else None
    response = Response(identifier=answered, code=code, details=to(outcome))
    head = header(around, Event.ACKNOWLEDGEMENT, sender, receiver, response=response)
    own = Provenance(
        target=(to(head),),
        occurred_date_time=now,
        recorded=now,
        activity=CodeableConcept(coding=(Coding(system=ACTIVITY_CODES, code=Activity.ACKNOWLEDGEMENT),)),
        agent=(Agent(who=to(sender)),),
        entity=(Entity(role="revision", what=Reference(reference=f"MessageHeader/{answered}")),),
    )
    provenance = MESSAGING + "provenance"
    resources: list[Resource] = [completed(head, ACKNOWLEDGEMENT + "Header", around)]
    if latest is not None:
        resources.append(relinked(latest.replace(meta=Meta(profile=(provenance,))), names))
    resources.append(completed(own, provenance, around))
    resources += [relinked(resource, names) for resource in held.values()]
    resources += [outcome] if outcome is not None else []
    answer = AcknowledgementMessage(
        id=str(around.uuids()),
        meta=Meta(profile=(ACKNOWLEDGEMENT,)),
        type="message",
        timestamp=now,
        entry=entries(resources, BASE),
    )
    report = wire.validate(answer)
    if not report.ok:
        raise InvalidMessage(report)
    return answer


def _original(received: Received) -> CareCommunicationMessage:
    message = received.message if isinstance(received, Parsed) else received
    if isinstance(message, AcknowledgementMessage):
        raise _unanswerable(NOT_ANSWERED.at("Bundle"))
    if not isinstance(message, CareCommunicationMessage):
        raise _unanswerable(NO_ORIGINAL.at("/", missing="Bundle"))
    told = {
        "MessageHeader.id": message.header and message.header.id,
        "MessageHeader.sender": message.sender,
        "MessageHeader.destination.receiver": message.receiver,
    }
    missing = ", ".join(name for name, held in told.items() if not held)
    if missing:
        raise _unanswerable(NO_ORIGINAL.at("Bundle", missing=missing))
    return message


def _unanswerable(issue: Issue) -> InvalidMessage:
    return InvalidMessage(Report.of([issue], Layer, Layer))
