"""Why a message is refused, in the words of both standards: the code of a receipt, the coded issue of FHIR.

Source: MedCom's XML schemas, RefuseCode; MedCom, terminology 1.4.0, value set medcom-acknowledgement-issue-details;
FHIR R4, issue-type. Which of them go together is a reading of both lists.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import attrs

from medcom_bu.arguments import check_fields, check_word
from medcom_bu.issues import Issue, Layer, Report, Severity, Text
from medcom_bu.values.codes import RefuseCode
from medcom_bu.values.fhir_codes import ISSUE_DETAILS
from medcom_bu.values.fhir_types import Coding
from medcom_bu.values.outcome_codes import FhirDetail, MedcomDetail

_OF_HL7 = "http://hl7.org/fhir/ValueSet/operation-outcome"
DETAILS: Mapping[str, str] = {
    **dict.fromkeys(map(str, MedcomDetail), ISSUE_DETAILS),
    **dict.fromkeys(map(str, FhirDetail), _OF_HL7),
}
"""The code of a coded detail -> its code system. The spelling is the standard's."""

MOST_ERRORS = 50
"""So many errors of a report are reported in an Acknowledgement."""

TECHNICAL = Text(
    "the receiver has a technical problem: send the message again later",
    "modtageren har et teknisk problem: send meddelelsen igen senere",
)
TECHNICAL_OF_LETTERS = Text(
    "the receiver has a technical problem: send it later, as a new message",
    "modtageren har et teknisk problem: send den senere, som en ny meddelelse",
)
"""Of letters a receipt takes or refuses, once and for all: no answer says "for now"."""
REFUSED_BY_CODE = {
    "directory.unknown-receiver": RefuseCode.UNKNOWN_LOCATION_NUMBER,
    "directory.not-taken": RefuseCode.VERSION_PROBLEM,
    "letter.not-supported": RefuseCode.VERSION_PROBLEM,
    "fhirmessage.not-supported": RefuseCode.VERSION_PROBLEM,
}
"""The code of an issue -> why a message that has it is refused, where the layer does not tell."""

_ISSUE_TYPES = {
    RefuseCode.NOT_SPECIFIED: ("business-rule", None),
    RefuseCode.UNKNOWN_LOCATION_NUMBER: ("not-found", "MSG_Receiver_Identifier_UNKNOWN"),
    RefuseCode.RECEIVER_ID_PROBLEM: ("required", "MSG_Receiver_Identifier_MISSING"),
    RefuseCode.VERSION_PROBLEM: ("not-supported", "MSG_RECEIVER_UNABLE_TO_RECEIVE_MSG_TYPE"),
    RefuseCode.SYNTAX_ERROR: ("structure", None),
}
_BY_LAYER = {"syntax": "structure", "schema": "structure", "profile": "invariant", "rule": "business-rule"}
_BY_DETAILS = {
    "MSG_Mailbox_Out_Of_Operation": "transient",
    "MSG_Damaged_durin_transport": "incomplete",
    "MSG_DUPLICATE_ID": "duplicate",
    "MSG_Element_To_Long": "too-long",
    "MSG_VALUESET_VALUE_UNKNOWN": "code-invalid",
    "MSG_CodeSystem_VALUE_UNKNOWN": "code-invalid",
}


@attrs.frozen(field_transformer=check_fields)
class Reason:
    """A reason of your own to refuse a message.

    ``text`` is what the sender is told, in the language of the answer; left out or empty, it is that of ``code``.
    ``code`` is written in a receipt, and chooses the coded detail of an Acknowledgement. ``details`` is such a detail,
    ``"MSG_Damaged_durin_transport"``, where ``code`` does not say it well enough: one of :data:`DETAILS`. Raises
    ValueError for another.
    """

    text: str | None = attrs.field(default=None, repr=False)
    code: RefuseCode = RefuseCode.NOT_SPECIFIED
    details: str | None = None

    def __attrs_post_init__(self) -> None:
        if self.details is not None:
            check_word("Reason.details", self.details, DETAILS)


class Told(NamedTuple):
    """One thing that an Acknowledgement says: FHIR's type of issue, the coded detail, the words, where."""

    issue_type: str
    details: str | None
    text: str
    code: str | None = None
    path: str | None = None

    @property
    def coding(self) -> tuple[Coding, ...]:
        """The coded detail, where there is one."""
        return (Coding(system=DETAILS[self.details], code=self.details),) if self.details else ()


@attrs.frozen
class Refusal:
    """Why a message is refused: a reason of the receiver's own, the errors of a report, or both."""

    own: Reason | None
    errors: tuple[Issue, ...]
    is_transient: bool
    lang: str

    @property
    def text(self) -> str | None:
        """The words of the own reason."""
        if self.own is None:
            return None
        if self.own.text is not None and self.own.text.strip():
            return self.own.text
        return self.own.code.danish if self.lang == "da" else self.own.code.english

    def told(self) -> list[Told]:
        """What an Acknowledgement says, its own reason first."""
        told = []
        if self.own is not None:
            issue_type, details = _ISSUE_TYPES[self.own.code]
            details = self.own.details or details
            issue_type = "transient" if self.is_transient else _BY_DETAILS.get(details or "", issue_type)
            told.append(Told(issue_type, details, self.text or ""))
        for issue in self.errors[:MOST_ERRORS]:
            code = REFUSED_BY_CODE.get(issue.code)
            issue_type, details = _ISSUE_TYPES[code] if code else (_BY_LAYER[issue.layer], None)
            told.append(Told(issue_type, details, issue.text(self.lang), issue.code, issue.path or None))
        return told


def refusal(
    reason: str | RefuseCode | Reason | Report | Iterable[Issue] | None,
    known: Iterable[Issue],
    is_transient: bool,
    lang: str,
    *,
    technical: Text = TECHNICAL,
) -> Refusal:
    """The refusal for a reason as a caller gives it, and for the issues that are ``known`` of what came.

    ``technical`` is what is told of a technical problem where there is no reason.

    Raises ValueError where there is neither a reason nor an error, unless it is a technical problem.
    """
    own: Reason | None = None
    issues = [*known]
    if isinstance(reason, Reason):
        own = reason
    elif isinstance(reason, RefuseCode):
        own = Reason(code=reason)
    elif isinstance(reason, str):
        own = Reason(text=reason)
    elif reason is not None:
        issues = [*reason]
    errors = tuple(issue for issue in issues if issue.severity is Severity.ERROR)
    if own is None and not errors:
        if not is_transient:
            raise ValueError("nothing to refuse for: give a reason, or what read gave of a message with an error")
        own = Reason(text=technical.render(lang, {}), details="MSG_Mailbox_Out_Of_Operation")
    return Refusal(own, errors, is_transient, lang)


def report_of(errors: Iterable[Issue]) -> Report:
    """Errors as a report."""
    return Report.from_issues(errors, Layer, Layer)
