"""MedCom messages for municipal child-and-youth systems: build, read, judge, convert.

This is the one door: what is not named here, nor in a module that the documentation names, may change without notice.
Nothing heavy is loaded before it is used: each name is imported on first access.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__data_version__ = "2026-12-01"
"""The day of the data: code lists, letter types, regions and authorities (docs/code-lists.md, docs/stability.md)."""

_DOOR = {
    "medcom_bu.archiving.archive_copy": "ArchiveCopy",
    "medcom_bu.archiving.making": "archive archive_schema",
    "medcom_bu.builders": """
        BinaryLetterBuilder CareCommunicationBuilder ClinicalEmailBuilder HospitalReferralBuilder""",
    "medcom_bu.builders.threads": "Author",
    "medcom_bu.conversion.convert": "convert",
    "medcom_bu.conversion.notes": "MadeUp Origin",
    "medcom_bu.conversion.pairs": "PairedLetter PairedMessage Pairs",
    "medcom_bu.conversion.policy": "Policy",
    "medcom_bu.conversion.result": "Conversion",
    "medcom_bu.detection": "WireFormat",
    "medcom_bu.dicts": "from_dict to_dict",
    "medcom_bu.directory": "Directory Unit",
    "medcom_bu.errors": "InvalidMessage UnknownFormat",
    "medcom_bu.json_schema": "dict_schema",
    "medcom_bu.issues": "Issue Kind Layer Loss Outcome Parsed Position Report Severity Text Verdict",
    "medcom_bu.ids_and_clock": "IdsAndClock",
    "medcom_bu.limits": "Limits",
    "medcom_bu.messages.acknowledgement": "AcknowledgementMessage",
    "medcom_bu.messages.binary_letter": "BinaryLetter ReferralAttachment SystemInformation",
    "medcom_bu.messages.care_communication": "CareCommunicationMessage",
    "medcom_bu.messages.clinical_email": "ClinicalEmail EmailPatient",
    "medcom_bu.messages.emessage": "Consignment Emessage",
    "medcom_bu.messages.headers": "EpisodeOfCare",
    "medcom_bu.messages.envelopes": "VansEnvelope",
    "medcom_bu.messages.standard_business_document": "StandardBusinessDocument",
    "medcom_bu.messages.hospital_referral": """
        Diagnosis HospitalReferral MainDiagnosis ReferralPatient Relative TelephoneSubscriber""",
    "medcom_bu.messages.letter_union": "Letter",
    "medcom_bu.messages.other_fhir": "OtherFhirMessage",
    "medcom_bu.messages.other_letter": "OtherLetter OtherPatient",
    "medcom_bu.messages.receipts": "NegativeReceipt NegativeVansReceipt PositiveReceipt",
    "medcom_bu.rendering.page": "as_page",
    "medcom_bu.rendering.pdf": "as_pdf text_pdf",
    "medcom_bu.rendering.text": "as_text",
    "medcom_bu.rendering.view": "ShownFile",
    "medcom_bu.values.codes": """
        AcknowledgementCode CorrespondencePriority DiagnoseDescriptionCode DiagnoseTypeCode EpisodeOfCareStatusCode
        HospitalChoice IdentifierCode ObjectCode ObjectExtensionCode Priority ReferralStatus RefuseCode RelationCode
        StatusCode TelephoneSubscriberCode Transport""",
    "medcom_bu.values.fhir_codes": "Activity Category RequestPriority ResponseCode",
    "medcom_bu.values.identifiers": "Cpr Cvr Gln MunicipalityNumber ProviderNumber ReplacementCpr Shak SorCode",
    "medcom_bu.values.parties": "AnswerCCReceiver Person Receiver Reference Referrer ReferringSender Sender",
    "medcom_bu.values.specialities": "MedicalSpecialityCode",
    "medcom_bu.values.text": "FormattedText",
    "medcom_bu.wire": """
        Message detect losses parse read to_edifact to_fhir to_xml validate write_edifact write_fhir write_xml""",
}
"""The module that each name of the door is made in. What follows is made of it by ``python -m tests.regenerate``."""

_ROOMS = ("batch", "bu", "carecommunication", "envelopes", "exchange", "layouts", "profiles", "testing")
"""The modules beside the door that are public too."""

# the door
if TYPE_CHECKING:
    from medcom_bu import batch as batch
    from medcom_bu import bu as bu
    from medcom_bu import carecommunication as carecommunication
    from medcom_bu import envelopes as envelopes
    from medcom_bu import exchange as exchange
    from medcom_bu import layouts as layouts
    from medcom_bu import profiles as profiles
    from medcom_bu import testing as testing
    from medcom_bu.archiving.archive_copy import ArchiveCopy
    from medcom_bu.archiving.making import archive, archive_schema
    from medcom_bu.builders import (
        BinaryLetterBuilder,
        CareCommunicationBuilder,
        ClinicalEmailBuilder,
        HospitalReferralBuilder,
    )
    from medcom_bu.builders.threads import Author
    from medcom_bu.conversion.convert import convert
    from medcom_bu.conversion.notes import MadeUp, Origin
    from medcom_bu.conversion.pairs import PairedLetter, PairedMessage, Pairs
    from medcom_bu.conversion.policy import Policy
    from medcom_bu.conversion.result import Conversion
    from medcom_bu.detection import WireFormat
    from medcom_bu.dicts import from_dict, to_dict
    from medcom_bu.directory import Directory, Unit
    from medcom_bu.errors import InvalidMessage, UnknownFormat
    from medcom_bu.ids_and_clock import IdsAndClock
    from medcom_bu.issues import Issue, Kind, Layer, Loss, Outcome, Parsed, Position, Report, Severity, Text, Verdict
    from medcom_bu.json_schema import dict_schema
    from medcom_bu.limits import Limits
    from medcom_bu.messages.acknowledgement import AcknowledgementMessage
    from medcom_bu.messages.binary_letter import BinaryLetter, ReferralAttachment, SystemInformation
    from medcom_bu.messages.care_communication import CareCommunicationMessage
    from medcom_bu.messages.clinical_email import ClinicalEmail, EmailPatient
    from medcom_bu.messages.emessage import Consignment, Emessage
    from medcom_bu.messages.envelopes import VansEnvelope
    from medcom_bu.messages.headers import EpisodeOfCare
    from medcom_bu.messages.hospital_referral import (
        Diagnosis,
        HospitalReferral,
        MainDiagnosis,
        ReferralPatient,
        Relative,
        TelephoneSubscriber,
    )
    from medcom_bu.messages.letter_union import Letter
    from medcom_bu.messages.other_fhir import OtherFhirMessage
    from medcom_bu.messages.other_letter import OtherLetter, OtherPatient
    from medcom_bu.messages.receipts import NegativeReceipt, NegativeVansReceipt, PositiveReceipt
    from medcom_bu.messages.standard_business_document import StandardBusinessDocument
    from medcom_bu.rendering.page import as_page
    from medcom_bu.rendering.pdf import as_pdf, text_pdf
    from medcom_bu.rendering.text import as_text
    from medcom_bu.rendering.view import ShownFile
    from medcom_bu.values.codes import (
        AcknowledgementCode,
        CorrespondencePriority,
        DiagnoseDescriptionCode,
        DiagnoseTypeCode,
        EpisodeOfCareStatusCode,
        HospitalChoice,
        IdentifierCode,
        ObjectCode,
        ObjectExtensionCode,
        Priority,
        ReferralStatus,
        RefuseCode,
        RelationCode,
        StatusCode,
        TelephoneSubscriberCode,
        Transport,
    )
    from medcom_bu.values.fhir_codes import Activity, Category, RequestPriority, ResponseCode
    from medcom_bu.values.identifiers import (
        Cpr,
        Cvr,
        Gln,
        MunicipalityNumber,
        ProviderNumber,
        ReplacementCpr,
        Shak,
        SorCode,
    )
    from medcom_bu.values.parties import (
        AnswerCCReceiver,
        Person,
        Receiver,
        Reference,
        Referrer,
        ReferringSender,
        Sender,
    )
    from medcom_bu.values.specialities import MedicalSpecialityCode
    from medcom_bu.values.text import FormattedText
    from medcom_bu.wire import (
        Message,
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

__all__ = [
    "AcknowledgementCode",
    "AcknowledgementMessage",
    "Activity",
    "AnswerCCReceiver",
    "ArchiveCopy",
    "Author",
    "BinaryLetter",
    "BinaryLetterBuilder",
    "CareCommunicationBuilder",
    "CareCommunicationMessage",
    "Category",
    "ClinicalEmail",
    "ClinicalEmailBuilder",
    "Consignment",
    "Conversion",
    "CorrespondencePriority",
    "Cpr",
    "Cvr",
    "DiagnoseDescriptionCode",
    "DiagnoseTypeCode",
    "Diagnosis",
    "Directory",
    "EmailPatient",
    "Emessage",
    "EpisodeOfCare",
    "EpisodeOfCareStatusCode",
    "FormattedText",
    "Gln",
    "HospitalChoice",
    "HospitalReferral",
    "HospitalReferralBuilder",
    "IdentifierCode",
    "IdsAndClock",
    "InvalidMessage",
    "Issue",
    "Kind",
    "Layer",
    "Letter",
    "Limits",
    "Loss",
    "MadeUp",
    "MainDiagnosis",
    "MedicalSpecialityCode",
    "Message",
    "MunicipalityNumber",
    "NegativeReceipt",
    "NegativeVansReceipt",
    "ObjectCode",
    "ObjectExtensionCode",
    "Origin",
    "OtherFhirMessage",
    "OtherLetter",
    "OtherPatient",
    "Outcome",
    "PairedLetter",
    "PairedMessage",
    "Pairs",
    "Parsed",
    "Person",
    "Policy",
    "Position",
    "PositiveReceipt",
    "Priority",
    "ProviderNumber",
    "Receiver",
    "Reference",
    "ReferralAttachment",
    "ReferralPatient",
    "ReferralStatus",
    "Referrer",
    "ReferringSender",
    "RefuseCode",
    "RelationCode",
    "Relative",
    "ReplacementCpr",
    "Report",
    "RequestPriority",
    "ResponseCode",
    "Sender",
    "Severity",
    "Shak",
    "ShownFile",
    "SorCode",
    "StandardBusinessDocument",
    "StatusCode",
    "SystemInformation",
    "TelephoneSubscriber",
    "TelephoneSubscriberCode",
    "Text",
    "Transport",
    "Unit",
    "UnknownFormat",
    "VansEnvelope",
    "Verdict",
    "WireFormat",
    "archive",
    "archive_schema",
    "as_page",
    "as_pdf",
    "as_text",
    "convert",
    "detect",
    "dict_schema",
    "from_dict",
    "losses",
    "parse",
    "read",
    "text_pdf",
    "to_dict",
    "to_edifact",
    "to_fhir",
    "to_xml",
    "validate",
    "write_edifact",
    "write_fhir",
    "write_xml",
]
# the end of the door

_HOME_OF = {name: home for home, names in _DOOR.items() for name in names.split()}


if not TYPE_CHECKING:  # a type checker that saw it would take any name

    def __getattr__(name: str) -> Any:
        if name in _ROOMS:
            return importlib.import_module(f"{__name__}.{name}")
        home = _HOME_OF.get(name)
        if home is None:
            raise AttributeError(f"module 'medcom_bu' has no attribute {name!r}")
        value = getattr(importlib.import_module(home), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return [*__all__, *_ROOMS]
