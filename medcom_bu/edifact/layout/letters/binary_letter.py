"""BIN01, MEDBIN B0131X and B0130X: files. The layout of B0210X (BIN02) is not public; it is read as far as B0131X goes.

Source: MedCom's converter (behaviour), XML schemas BinaryLetter of 2012/03/28 and 2005/08/07.
"""

from __future__ import annotations

from medcom_bu.declare.oioxml import Value, Version
from medcom_bu.edifact.layout.letters.parts import ADDRESS, PATIENT, REPLACEMENT, TELEPHONE, named, speciality
from medcom_bu.edifact.layout.notation import Group, Layout, always, maybe
from medcom_bu.messages.binary_letter import (
    XB0130X,
    XB0131X,
    XB0210X,
    BinaryLetter,
    ReferralAttachment,
    SystemInformation,
)
from medcom_bu.values.codes import ObjectExtensionCode
from medcom_bu.values.parties import Person
from medcom_bu.values.specialities import NEWER_SPECIALITIES

S01, S07 = always("S01+01"), always("S07+07")
ORGANISATION = "{organisation_name|_}"
DATA = "Data"
"""What stands for the surname where there is system data and no patient."""


def _layout(version: Version, identifier: str, letter: type[Value] = BinaryLetter, guess: str = "") -> Layout:
    name = version.type_code[1:]
    return Layout(
        version=version,
        letter=letter,
        guess=guess,
        not_taken={
            "sender.medical_speciality_code": NEWER_SPECIALITIES,
            "subject.person_surname_name": {DATA},
            "binary_object.object_extension_code": {ObjectExtensionCode.XLS} if version is XB0131X else (),
        },
        groups=(
            Group(
                always(f"UNH+{{letter.identifier}}+MEDBIN:D:93A:UN:{{version}}+{name}"),
                (
                    always("BGM+OBJ++9+NA"),
                    always("DTM+137:{letter.authorisation:MOMENT}:*203"),
                ),
            ),
            Group(
                S01,
                (named("SSP"), ADDRESS, TELEPHONE, always("SEQ++1"), speciality(name)),
                at="sender",
            ),
            Group(S01, (named("PO", ORGANISATION), ADDRESS, always("SEQ++2")), at="receiver"),
            Group(
                always("S02+02"),
                (
                    always("GIS+{letter.status_code:STATUS}"),
                    always("RFF+SRI:{=letter.identifier}"),
                    always("DTM+182:{=letter.authorisation:MOMENT}:203"),
                ),
            ),
            Group(
                S07,
                (always(f"PNA+PAT+!+++SU:{DATA}+[FO:{{contents:GIVEN|_}}]"), always("RFF+XPI:!SYSTEMPOST")),
                at="subject",
                holds=SystemInformation,
                sets=(("system_information", "true"),),
            ),
            Group(S07, (PATIENT, REPLACEMENT), at="subject", holds=Person),
            Group(
                always("S11+11"),
                (
                    maybe(
                        f"UNO+{{#}}+AID:{{object_identifier:{identifier}}}"
                        "+OBJ:{object_code:OBJECT}:{object_extension_code:EXTENSION}:91"
                        "+{original_object_size}:14:1:A",
                        each="/binary_object",
                        payload="object_base64_encoded",
                    ),
                ),
                when="maybe",
            ),
        ),
    )


B0130X = _layout(XB0130X, "NUMBER")
"""BIN01, version B0130X, read and written."""
B0131X = _layout(XB0131X, "UUID")
"""BIN01, version B0131X, read and written."""
B0210X = _layout(XB0210X, "UUID", ReferralAttachment, guess="B0131X")
"""BIN02, version B0210X, which is not public: read by the rows of B0131X, never written."""

LAYOUTS = (B0131X, B0130X, B0210X)
