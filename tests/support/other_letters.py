"""Letters of types that have no class of their own, made of letters that have one."""

from __future__ import annotations

import re

import medcom_bu
from tests.support.clean_letters import MAIL, OLD_REFERRAL


def as_type(data: bytes, element: bytes, type_code: bytes, version: bytes) -> bytes:
    """A letter of OIO-XML under another element and with other codes."""
    data = re.sub(b"(</?)(?:ClinicalEmail|HospitalReferral)>", rb"\1%s>" % element, data)
    data = re.sub(b"(TypeCode|StatisticalCode)>X[A-Z]{3}[0-9]{2}<", rb"\1>%s<" % type_code, data)
    return re.sub(b"VersionCode>[^<]*<", b"VersionCode>%s<" % version, data)


def as_message(data: bytes, unh: bytes) -> bytes:
    """A letter of EDIFACT with another UNH."""
    return re.sub(rb"(UNH\+[^+]*\+)[^']*'", rb"\1%s'" % unh, data)


MAIL_XML, MAIL_EDIFACT = medcom_bu.to_xml(MAIL), medcom_bu.to_edifact(MAIL)
REFERRAL_XML, REFERRAL_EDIFACT = medcom_bu.to_xml(OLD_REFERRAL), medcom_bu.to_edifact(OLD_REFERRAL)
DISCHARGE = as_type(REFERRAL_XML, b"DischargeLetter", b"XDIS01", b"XD0133L")
STRANGE = as_type(MAIL_XML, b"Ole", b"XDIS22", b"XD2230L").replace(b"2006/07/01", b"2019/03/31")
EPICRISIS = as_message(MAIL_EDIFACT, b"MEDDIS:D:93A:UN:D0132L+DIS01")
IMAGING = as_message(REFERRAL_EDIFACT, b"MEDREF:D:93A:UN:H0230R+REF02")
