"""The faults that the kit is tried with, each a switch of the faulty twin of the reference system."""

from __future__ import annotations

from medcom_bu.certification.faults.care_choices import CARE_CHOICES
from medcom_bu.certification.faults.care_receiving import CARE_RECEIVING
from medcom_bu.certification.faults.care_sending import CARE_SENDING
from medcom_bu.certification.faults.converting import CONVERTING
from medcom_bu.certification.faults.letters import LETTERS
from medcom_bu.certification.faults.receiving import RECEIVING
from medcom_bu.certification.faults.sending import SENDING
from medcom_bu.certification.faults.twin import FaultPlace, FaultyTwin, SystemFault

ALL_FAULTS = (*SENDING, *CARE_CHOICES, *CARE_SENDING, *RECEIVING, *CARE_RECEIVING, *LETTERS, *CONVERTING)

FAULTS = {fault.name: fault for fault in ALL_FAULTS}
"""All faults by their names."""

__all__ = ["ALL_FAULTS", "FAULTS", "FaultPlace", "FaultyTwin", "SystemFault"]
