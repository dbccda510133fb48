"""MedCom messages for municipal child-and-youth systems: build, read, judge, convert.

Nothing heavy is loaded before it is used: each name is imported on first access.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from medcom_bu.builders import (
        BinaryLetterBuilder,
        CareCommunicationBuilder,
        ClinicalEmailBuilder,
        Consignment,
        HospitalReferralBuilder,
    )
    from medcom_bu.errors import InvalidMessage, UnknownFormat
    from medcom_bu.issues import Issue, Layer, Loss, Outcome, Parsed, Report, Severity, Verdict
    from medcom_bu.limits import Limits
    from medcom_bu.messages.acknowledgement import AcknowledgementMessage
    from medcom_bu.messages.care_communication import CareCommunicationMessage
    from medcom_bu.wire import (
        Message,
        WireFormat,
        detect,
        losses,
        parse,
        read,
        to_edifact,
        to_fhir,
        to_xml,
        validate,
        write_edifact,
        write_fhir,
        write_xml,
    )

__version__ = "0.1.0.dev0"
__all__ = [
    "AcknowledgementMessage",
    "BinaryLetterBuilder",
    "CareCommunicationBuilder",
    "CareCommunicationMessage",
    "ClinicalEmailBuilder",
    "Consignment",
    "HospitalReferralBuilder",
    "InvalidMessage",
    "Issue",
    "Layer",
    "Limits",
    "Loss",
    "Message",
    "Outcome",
    "Parsed",
    "Report",
    "Severity",
    "UnknownFormat",
    "Verdict",
    "WireFormat",
    "detect",
    "losses",
    "parse",
    "read",
    "to_edifact",
    "to_fhir",
    "to_xml",
    "validate",
    "write_edifact",
    "write_fhir",
    "write_xml",
]

_HOMES = {
    "medcom_bu.messages.acknowledgement": ("AcknowledgementMessage",),
    "medcom_bu.messages.care_communication": ("CareCommunicationMessage",),
    "medcom_bu.errors": ("InvalidMessage", "UnknownFormat"),
    "medcom_bu.issues": ("Issue", "Layer", "Loss", "Outcome", "Parsed", "Report", "Severity", "Verdict"),
    "medcom_bu.limits": ("Limits",),
    "medcom_bu.builders": (
        "BinaryLetterBuilder",
        "CareCommunicationBuilder",
        "ClinicalEmailBuilder",
        "Consignment",
        "HospitalReferralBuilder",
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'medcom_bu' has no attribute {name!r}")
    import importlib

    found = getattr(importlib.import_module(_HOME_OF.get(name, "medcom_bu.wire")), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
