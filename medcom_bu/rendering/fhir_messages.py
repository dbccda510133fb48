"""Acknowledgements, and FHIR messages of other guides, as articles."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from typing import Any

from medcom_bu.declare.base import fields
from medcom_bu.declare.fhir import Structure
from medcom_bu.declare.oioxml import places
from medcom_bu.messages.acknowledgement import AcknowledgementMessage
from medcom_bu.rendering.fhir_parts import coded, party, patient_line, unit_sections
from medcom_bu.rendering.lines import joined, labelled, leaf, or_absent, point_in_time, quoted
from medcom_bu.rendering.page_options import PageOptions
from medcom_bu.rendering.values import section
from medcom_bu.rendering.view import (
    ABSENT,
    Article,
    AsItCame,
    Block,
    Described,
    Labelled,
    Line,
    Listing,
    Notice,
    NoticeKind,
    Paragraph,
    Part,
    Section,
    SectionKind,
)
from medcom_bu.values.base64 import Base64
from medcom_bu.values.fhir_resources import Bundle, OutcomeIssue, Patient, Resource
from medcom_bu.values.fhir_types import Narrative, moment
from medcom_bu.values.outcome_codes import FhirDetail, IssueSeverity, IssueType, MedcomDetail

_XHTML_TAG = re.compile(r"<[^>]*>")


def acknowledgement(message: AcknowledgementMessage, options: PageOptions) -> Article:
    """What came of a message, and why."""
    day = _day(message)
    issues = tuple(tuple(_issue(issue)) for issue in message.issues)
    reasons = (Part(("Begrundelse",), (Listing(issues),)),) if issues else ()
    answered = labelled("Besvaret meddelelse", quoted(message.acknowledged))
    return Article(
        title="Kvittering",
        top=tuple(_top(message, options, day)),
        body=(
            *section("Resultat", Paragraph(coded(message.code) or (ABSENT,), lead=True), *reasons),
            *section("Besvaret", *((Described(answered),) if answered else ())),
            *unit_sections(message),
            *about(message),
        ),
    )


def _issue(issue: OutcomeIssue) -> Iterator[Block]:
    """One reason: its words first, then what kind it is and where."""
    details = issue.details
    codings = details.coding if details else ()
    codes = joined((coded(MedcomDetail.get(FhirDetail.get(coding.code))) for coding in codings), ", ")
    kind = joined((coded(IssueSeverity.get(issue.severity)), coded(IssueType.get(issue.code))), ": ")
    told = (codes, kind, quoted(details.text if details else None), quoted(issue.diagnostics))
    lines = [line for line in told if line]
    yield from (Paragraph(line, lead=place == 0) for place, line in enumerate(lines or [(ABSENT,)]))
    where = tuple(filter(None, map(quoted, dict.fromkeys((*issue.expression, *issue.location)))))
    if where:
        yield Described(labelled("Sted", *where))


def other(message: Bundle, options: PageOptions) -> Article:
    """A message of a guide that is not known here: who and what as far as every message says it, then all of it."""
    patient = next(message.resources(Patient), None)
    event = message.header.event_coding if message.header else None
    name = quoted((event.display or event.code) if event else None)
    return Article(
        title="Meddelelse",
        notices=(Notice(NoticeKind.NOT_READ, ("Meddelelsestypen læses ikke her: indholdet vises som det kom.",)),),
        patient=patient_line(patient, _day(message)) if patient is not None else None,
        top=(*_top(message, options, _day(message)), *labelled("Type", name)),
        body=(*_contents(message), *about(message)),
    )


def _contents(message: Bundle) -> Iterator[Section]:
    for entry in message.entry:
        if isinstance(entry.resource, Resource):
            rows = tuple(_leaves(entry.resource, ""))
            yield from section(entry.resource.resource_type or "Indhold", *((Described(rows),) if rows else ()))


def _leaves(value: Structure, path: str) -> Iterator[Labelled]:
    """Every leaf of a value by its path, and what is kept without a field."""
    for name in fields(type(value)):
        place = f"{path}.{name}" if path else name
        for here, child in places(place, value.__dict__[name]):
            if isinstance(child, Narrative):
                yield from labelled(here, quoted(_without_tags(child.div or "")))
            elif isinstance(child, Structure):
                yield from _leaves(child, here)
            else:
                yield from labelled(here, _leaf(child))
    if value.rest:
        yield from labelled(f"{path}.rest" if path else "rest", (AsItCame(str(value.rest.plain())),))


def _without_tags(xhtml: str) -> str:
    """What a narrative says, without its tables and lists."""
    return " ".join(unescape(_XHTML_TAG.sub(" ", xhtml)).split())


def _leaf(value: Any) -> Line:
    if isinstance(value, bool):
        return ("Ja" if value else "Nej",)
    if isinstance(value, Base64):
        return leaf(value)
    if isinstance(value, str) and moment(value) is not None:
        return point_in_time(value)
    return leaf(value)


def _top(message: Bundle, options: PageOptions, day: date | None) -> Iterator[Labelled]:
    yield from labelled("Fra", party(message.sender, options, day))
    yield from labelled("Til", party(message.receiver, options, day))
    yield from labelled("Sendt", or_absent(point_in_time(message.timestamp)))


def _day(message: Bundle) -> date | None:
    sent = moment(message.timestamp)
    return sent.date() if sent is not None else None


def about(message: Bundle) -> tuple[Section, ...]:
    """The identifiers of a message."""
    header = message.header
    rows = (
        *labelled("Meddelelses-id", quoted(header.id if header else None)),
        *labelled("Forsendelses-id", quoted(message.id)),
    )
    return section("Meddelelse", *((Described(rows),) if rows else ()), kind=SectionKind.DETAILS)
