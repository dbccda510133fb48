"""The referral to child and adolescent psychiatry (BUP): its fields, what regions ask for, text that overflows, DNHF.

>>> from medcom_bu import bu
>>> [region.name for region in bu.REGIONS if not region.form]
['Region Østdanmark', 'Region Midtjylland', 'Region Nordjylland']
"""

from __future__ import annotations

from medcom_bu.bu.builder import BupReferralBuilder
from medcom_bu.bu.copying import copy_page
from medcom_bu.bu.dnhf import Dispatch, Outgoing, for_dnhf
from medcom_bu.bu.dnhf_points import Point
from medcom_bu.bu.keys import KEYS, Demand, Key, TextField
from medcom_bu.bu.missing import missing
from medcom_bu.bu.overflow import ATTACHMENT_TITLE
from medcom_bu.bu.reading import Change, changes, fields_of
from medcom_bu.bu.regions import AUTHORITIES, REGIONS, Authority, Region, authority, region_named, regions
from medcom_bu.bu.sharing import ActiveCase, shared_of, shared_text
from medcom_bu.bu.values import (
    OBSERVATION,
    SUSPECTED,
    Consent,
    ConsentBy,
    Contact,
    CustodyHolder,
    Interpreter,
    Medication,
    School,
    suspected,
)
from medcom_bu.rules.text import PRACTICE_LIMIT

__all__ = [
    "ATTACHMENT_TITLE",
    "AUTHORITIES",
    "KEYS",
    "OBSERVATION",
    "PRACTICE_LIMIT",
    "REGIONS",
    "SUSPECTED",
    "ActiveCase",
    "Authority",
    "BupReferralBuilder",
    "Change",
    "Consent",
    "ConsentBy",
    "Contact",
    "CustodyHolder",
    "Demand",
    "Dispatch",
    "Interpreter",
    "Key",
    "Medication",
    "Outgoing",
    "Point",
    "Region",
    "School",
    "TextField",
    "authority",
    "changes",
    "copy_page",
    "fields_of",
    "for_dnhf",
    "missing",
    "region_named",
    "regions",
    "shared_of",
    "shared_text",
    "suspected",
]
