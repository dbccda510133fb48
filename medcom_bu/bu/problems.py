"""What the builder says of a referral to child psychiatry, each at the parameter that it came of."""

from __future__ import annotations

from medcom_bu.bu.advice import advice_kind
from medcom_bu.bu.keys import BY_NAME
from medcom_bu.builders.problems import bring_home, problem
from medcom_bu.issues import Issue, Kind, Layer, Severity, Text

_SOURCE = "MedCom's converter: REF01 H0130R has room for 50 FTX segments; medcom_bu.bu, layout of the referral"

DOES_NOT_FIT = problem(
    "does-not-fit",
    (
        "{field} does not fit in the referral: {length} characters",
        "{field} kan ikke være i henvisningen: {length} tegn",
    ),
    ('shorten it, or set overflow to "attach"', 'forkort den, eller lad overflow være "attach"'),
    _SOURCE,
)
NO_ROOM = problem(
    "no-room",
    (
        "even the headings do not fit in texts of {limit} characters",
        "selv overskrifterne kan ikke være i tekster på {limit} tegn",
    ),
    ("give a higher limit, or leave it out", "angiv en højere grænse, eller udelad den"),
    _SOURCE,
)
NOT_IN_PDF = problem(
    "not-in-pdf",
    (
        "{field} continues in the PDF, which cannot show all of its characters",
        "{field} fortsætter i PDF-bilaget, som ikke kan vise alle dens tegn",
    ),
    (
        "install medcom_bu[pdf], shorten the text, or attach a PDF of your own",
        "installér medcom_bu[pdf], forkort teksten, eller vedhæft jeres egen PDF",
    ),
    _SOURCE,
)
NOT_A_PDF = problem(
    "template-type",
    ("the template, attachment {number}, is not a PDF", "skabelonen, bilag {number}, er ikke en PDF"),
    ("give the bytes of a PDF, or attach() the file", "angiv en PDF's bytes, eller brug attach() til filen"),
    "the regions take their templates as PDF",
)
LONG_HINT = Text(
    "give text_limit=PRACTICE_LIMIT unless the receiver is known to accept more: the rest goes into the PDF",
    "angiv text_limit=PRACTICE_LIMIT hvis I ikke ved at modtageren kan tage mere: resten kommer i PDF-bilaget",
)
"""What to do about the warning of a long text that the letter will have."""
CONTINUES = Kind(
    "bu.continues-in-attachment",
    Severity.INFORMATION,
    Layer.RULE,
    Text(
        "{field} is shortened in the letter; the full text is in the attachment",
        "{field} er forkortet i brevet og står i sin helhed i bilaget",
    ),
    Text(
        "make sure that the letter can be understood without the attachment, which a hospital may not see",
        "sørg for at brevet kan forstås uden bilaget, som hospitalet måske ikke får at se",
    ),
    _SOURCE,
)
CUT = advice_kind(
    "cut-text",
    Severity.WARNING,
    (
        "{field} ends with the line that points to the attachment of an earlier letter",
        "{field} slutter med linjen der fører til bilaget i et tidligere brev",
    ),
    (
        "give the full text: the letter holds only part of it, and a new attachment is made",
        "angiv hele teksten: det der står i et brev, er ikke det hele, og bilaget laves på ny",
    ),
    _SOURCE,
)


def heading_of(name: str) -> Text:
    """What a field is called: its parameter in English, its heading in Danish."""
    return Text(name, BY_NAME[name].heading if name in BY_NAME else name)


_PLACES = {
    "clinical_reason": "reason",
    "diagnosis": "referral_diagnosis",
    "relative": "custody_holders",
    "relative.person_surname_name": "custody_holders.surname",
    "relative.person_given_name": "custody_holders.given_name",
    "relative.person_identifier": "custody_holders.cpr",
    "answer_cc_receiver": "family_doctor",
    "actual_medicine": "medication",
    "cave": "allergies",
}
"""Parameters of the builder of referrals -> those that filled them here."""


def at_home(issue: Issue) -> Issue:
    """An issue at the parameter that it came of."""

    def home(path: str) -> str:
        return bring_home(path, _PLACES) or path

    params = {name: home(value) if isinstance(value, str) else value for name, value in issue.params}
    return Issue(issue.kind, home(issue.path), tuple(params.items()), issue.causes)
