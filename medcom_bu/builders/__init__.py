"""Comfortable making: builders fill in what the standards settle, and report every problem at once."""

from medcom_bu.builders.binary_letter import BinaryLetterBuilder
from medcom_bu.builders.care_communication import CareCommunicationBuilder
from medcom_bu.builders.clinical_email import ClinicalEmailBuilder
from medcom_bu.builders.hospital_referral import HospitalReferralBuilder
from medcom_bu.messages.emessage import Consignment

__all__ = [
    "BinaryLetterBuilder",
    "CareCommunicationBuilder",
    "ClinicalEmailBuilder",
    "Consignment",
    "HospitalReferralBuilder",
]
