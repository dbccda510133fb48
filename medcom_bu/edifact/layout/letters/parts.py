"""Rows that several layouts share."""

from __future__ import annotations

from medcom_bu.edifact.layout.notation import Row, always, maybe
from medcom_bu.values.parties import BinaryReference, PatientRecordExtract, Url

DEPARTMENT = "{department_name|_?unit_name}"
"""A unit without a department has ``_`` for it: Den gode kiropraktorepikrise, 2015, pages 21-24."""
IDENTIFIED = "{identifier}:{identifier_code:IDENTIFIER}:{=identifier_code:AGENCY}"
ADDRESS = maybe("ADR++US:{street_name}:{suburb_name}+{district_name}+{post_code_identifier}")
FILLED_ADDRESS = maybe("ADR++US:{street_name|_}:{suburb_name}+{district_name}+{post_code_identifier}")
TELEPHONE = maybe("CON++{telephone_subscriber_identifier}:TE")
PATIENT = always("PNA+PAT+[{identifier:CPR}:::CPR:IM]+++SU:{person_surname_name}+[FO:{person_given_name}]")
REPLACEMENT = maybe("RFF+XPI:{identifier:REPLACEMENT}")
REFERENCES = (
    maybe("FTX+!SUP+P00++{ref_description:LINE}", each="/reference", holds=("target", PatientRecordExtract)),
    maybe("FTX+!URL+P00++{ref_description:LINE}:{target:URL}", each="/reference", holds=("target", Url)),
    maybe(
        "FTX+!BIN+P00++{ref_description:LINE}:{target.object_identifier:NUMBER}:{target.object_code:OBJECT}"
        ":{target.object_extension_code:EXTENSION}:{target.original_object_size}",
        each="/reference",
        holds=("target", BinaryReference),
    ),
)
"""What the letter points at: one segment each."""


def named(role: str, organisation: str = "{organisation_name}") -> Row:
    """The unit in a role of the letter."""
    return always(f"NAD+!{role}+{IDENTIFIED}++{organisation}:{DEPARTMENT}:{{unit_name}}:::US")


def speciality(type_code: str, fallback: str = "") -> Row:
    """The sender's speciality."""
    code = "{medical_speciality_code:SPECIALITY" + ("|" + fallback if fallback else "") + "}"
    register = "{=identifier_code:SPECIALITY_LIST|SKS}:{=identifier_code:SPECIALITY_AGENCY|SST}"
    return always(f"SPR+ORG+{code}:{register}+{type_code}:SKS:SST")
