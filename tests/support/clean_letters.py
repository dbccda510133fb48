"""Messages of which no rule says anything, so that what a test changes in them is all that is said."""

from __future__ import annotations

from medcom_bu.envelopes import sbdh, vans
from medcom_bu.messages.emessage import Emessage
from medcom_bu.testing.letters import CONTENT, letter_samples
from medcom_bu.testing.sets import fhir_samples
from medcom_bu.values.identifiers import ReplacementCpr
from medcom_bu.values.parties import BinaryReference
from tests.support.paths import changed

PERSON, DEPARTMENT = ReplacementCpr("0703921VJ5"), "5790000121526"
UUID, OTHER_UUID = "5f0c3b1e-7a52-4d6a-9a3e-0c1d2e3f4a5b", "00000000-7a52-4d6a-9a3e-0c1d2e3f4a5b"
BINARY = BinaryReference(
    object_identifier=UUID.replace("-", ""),
    object_code="vektor_grafik",
    object_extension_code="pdf",
    original_object_size=str(len(CONTENT)),
)
P, S = "letters[0].patient.identifier", "letters[0].subject.identifier"
SAMPLES = letter_samples()
REFERRAL = changed(
    SAMPLES["XREF01/XH0131R"], {P: PERSON, "letters[0].relative": None, "letters[0].hospital_visitation": ()}
)
OLD_REFERRAL = changed(
    SAMPLES["XREF01/XH0130R"],
    {
        P: PERSON,
        "letters[0].relative": None,
        "letters[0].hospital_visitation": (),
        "letters[0].reference[0].target": BINARY,
    },
)
FILES = changed(SAMPLES["XBIN01/XB0131X"], {S: PERSON})
OLD_FILES = changed(SAMPLES["XBIN01/XB0130X"], {S: PERSON, "letters[0].letter.identifier": "BREV0000000002"})
PAIR = Emessage(envelope=OLD_REFERRAL.envelope, letters=(*OLD_REFERRAL.letters, *OLD_FILES.letters))
MAIL = changed(SAMPLES["XDIS91/XD9134L"], {P: PERSON})
REFUSED, REFUSED_BY_VANS, ACCEPTED = (SAMPLES[f"XCTL0{n}/XC0{n}30Q"] for n in (2, 1, 3))
WRAPPED = vans.wrap(MAIL)
DOCUMENT = sbdh.wrap(fhir_samples()["Acknowledgement/2.0"])
HL7 = vans.wrap(b"MSH|^~", sender=DEPARTMENT, receiver=DEPARTMENT, name="Oversigt", format="HL7")
"""An envelope that is judged by its own rules alone: what is inside is not read here, and that is said."""
BASES = {
    "REFERRAL": REFERRAL,
    "OLD_REFERRAL": OLD_REFERRAL,
    "FILES": FILES,
    "OLD_FILES": OLD_FILES,
    "PAIR": PAIR,
    "MAIL": MAIL,
    "REFUSED": REFUSED,
    "REFUSED_BY_VANS": REFUSED_BY_VANS,
    "ACCEPTED": ACCEPTED,
    "WRAPPED": WRAPPED,
    "DOCUMENT": DOCUMENT,
}
