"""A letter of any type. Written by ``python -m tests.regenerate``, from the classes beside this file."""

from __future__ import annotations

from medcom_bu.messages.binary_letter import BinaryLetter, ReferralAttachment
from medcom_bu.messages.clinical_email import ClinicalEmail
from medcom_bu.messages.hospital_referral import HospitalReferral
from medcom_bu.messages.other_letter import OtherLetter
from medcom_bu.messages.receipts import NegativeReceipt, NegativeVansReceipt, PositiveReceipt

Letter = (
    BinaryLetter
    | ClinicalEmail
    | HospitalReferral
    | NegativeReceipt
    | NegativeVansReceipt
    | OtherLetter
    | PositiveReceipt
    | ReferralAttachment
)
"""What an Emessage holds one or more of."""
