"""A letter that corrects one that was sent: a new letter, marked as a correction. The earlier one stays as it is.

Source: MedCom, Den gode XML korrespondance XD9134L (2020), pages 11 and 29; Den gode kiropraktorepikrise D0933L (2015),
pages 12 and 39.
"""

from __future__ import annotations

import re
from typing import Any, Unpack, overload

from medcom_bu.builders import ClinicalEmailBuilder, HospitalReferralBuilder
from medcom_bu.builders.attachments import carry_files
from medcom_bu.builders.fields import ClinicalEmailFields, HospitalReferralFields
from medcom_bu.declare.oioxml import Unexpected
from medcom_bu.issues import Parsed
from medcom_bu.messages.clinical_email import ClinicalEmail
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.messages.hospital_referral import HospitalReferral
from medcom_bu.values.codes import StatusCode
from medcom_bu.values.fhir_resources import Bundle
from medcom_bu.wire import WireFormat

_ADDITIONAL = ("priority", "referral_status", "transport", "hospital_choice", "clinical_reason", "supplementary")
_RELEVANT = ("cave", "anamnesis", "examination", "actual_medicine")
_OF_THE_LETTER = ("sender", "receiver", "patient", "answer_cc_receiver", "relative")


@overload
def correct(
    sent: ClinicalEmail | Consignment[ClinicalEmail], **given: Unpack[ClinicalEmailFields]
) -> ClinicalEmailBuilder: ...


@overload
def correct(
    sent: HospitalReferral | Consignment[HospitalReferral], **given: Unpack[HospitalReferralFields]
) -> HospitalReferralBuilder: ...


@overload
def correct(sent: Emessage | Parsed[Any], **given: Any) -> ClinicalEmailBuilder | HospitalReferralBuilder: ...


def correct(
    sent: Emessage | Parsed[Any] | Consignment[Any] | ClinicalEmail | HospitalReferral, **given: Any
) -> ClinicalEmailBuilder | HospitalReferralBuilder:
    """Start the correction of a letter that was sent: a builder with its parties and patient, ``rettetbrev``.

    ``sent`` is the letter, a message or consignment that holds it, or what ``read`` gave of the bytes that were sent:
    where those are EDIFACT, the correction of a correspondence has the number of the earlier letter, for which OIO-XML
    has no place. Of a correspondence the subject, the priority
    and the course number are carried over, and the text is yours to write; of a referral everything is, its texts too.
    ``given`` are parameters of the builder, which override what is carried over.

    The texts of a referral mention its files, so these are included, under new identifiers, if ``sent`` is the
    consignment that holds them; a reference whose file is not available stays, and building says so: attach the file,
    or take it out of ``references``. Of a correspondence attach what belongs to the correction. A referral to child
    psychiatry is better made again from its fields, by a ``bu.BupReferralBuilder`` with the status ``rettetbrev``,
    which lays out its texts and the PDF again.

    Raises ValueError where there is neither a correspondence nor a referral, which alone can be corrected (a
    CareCommunication is followed by a reply to one's own message), TypeError for what holds no letter.
    """
    is_edifact = isinstance(sent, Parsed) and sent.wire == WireFormat.EDIFACT
    letter = _letter_of(sent.message if isinstance(sent, Parsed) else sent)
    if isinstance(letter, HospitalReferral):
        referral = HospitalReferralBuilder(**{**_carried(letter), **given})
        carry_files(referral, letter.reference, sent)
        return referral
    information = letter.additional_information
    carried = {"status": StatusCode.CORRECTED, "priority": information.priority if information else None}
    builder = ClinicalEmailBuilder.reply_to(letter, own=True, quote=False, **{**carried, **given})
    if is_edifact and letter.letter is not None and letter.letter.identifier:
        number = re.sub(r"[?+:']", r"?\g<0>", letter.letter.identifier)
        builder.kept = (Unexpected("segment", 0, "S03", f"S03+03'GIS+N'RFF+SRI:{number}'"),)
    return builder


def _letter_of(sent: object) -> ClinicalEmail | HospitalReferral:
    if isinstance(sent, ClinicalEmail | HospitalReferral):
        return sent
    if not isinstance(sent, Emessage | Consignment):
        advice = ": follow it with CareCommunicationBuilder.reply_to" if isinstance(sent, Bundle) else ""
        raise TypeError(f"correct takes a letter, an Emessage or a Consignment, not {type(sent).__name__}{advice}")
    messages = sent if isinstance(sent, Consignment) else (sent,)
    letters = (letter for message in messages for letter in message.letters)
    found = next((letter for letter in letters if isinstance(letter, ClinicalEmail | HospitalReferral)), None)
    if found is None:
        raise ValueError("there is neither a correspondence (XDIS91) nor a referral (XREF01) to correct")
    return found


def _carried(letter: HospitalReferral) -> dict[str, Any]:
    """The parameters of a builder that make the referral again; what the letter lacks is left to the builder."""
    header, referral = letter.letter, letter.referral
    parts = ((letter, _OF_THE_LETTER), (letter.additional_information, _ADDITIONAL))
    carried = {name: getattr(part, name) for part, names in parts if part is not None for name in names}
    if letter.relevant_clinical_information is not None:
        carried |= {name: getattr(letter.relevant_clinical_information, name) for name in _RELEVANT}
    if referral is not None:
        carried |= {"diagnosis": referral.refer, "additional_diagnoses": referral.referral_additional}
    if header is not None:
        carried |= {
            "version": header.version_code,
            "episode_of_care": header.episode_of_care or None,
            "episode_of_care_identifier": header.episode_of_care_identifier,
        }
    return {**carried, "status": StatusCode.CORRECTED}
