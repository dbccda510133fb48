"""Why a message cannot be carried over: all that is found is reported at once."""

from __future__ import annotations

from medcom_bu.conversion.losses import MAPPING
from medcom_bu.issues import Kind, Layer, Severity, Text

_USE_CASES = "use cases of the VANS conversion service 3.1.0"


def _refused(code: str, message: tuple[str, str], hint: tuple[str, str], source: str = MAPPING) -> Kind:
    return Kind(f"conversion.{code}", Severity.ERROR, Layer.RULE, Text(*message), Text(*hint), source)


NO_COUNTERPART = _refused(
    "no-counterpart",
    ("{kind} has no counterpart in the other standard", "{kind} har intet modstykke i den anden standard"),
    ("send it as it is", "send den som den er"),
)
MISSING = _refused(
    "missing",
    ("the message has no {element}", "meddelelsen har ingen {element}"),
    ("complete the message, and convert it again", "udfyld meddelelsen, og konvertér den igen"),
)
SYSTEM_INFORMATION = _refused(
    "system-information",
    ("system information without a patient has no counterpart", "systeminformation uden patient har intet modstykke"),
    ("forward it unconverted", "videresend den ukonverteret"),
)
BINARY_ALONE = _refused(
    "binary-alone",
    (
        "the binary letter does not belong to a correspondence here",
        "binærbrevet hører ikke til nogen korrespondance her",
    ),
    (
        "wait for its letter for 60 minutes, then forward it unconverted",
        "vent 60 minutter på dets brev, og videresend det derefter ukonverteret",
    ),
    f"{_USE_CASES}, S1.A3",
)
NO_TEXT = _refused(
    "no-text",
    ("the message has no text", "meddelelsen har ingen tekst"),
    ("write a text, and convert it again", "skriv en tekst, og konvertér den igen"),
)
NO_SURNAME = _refused(
    "no-surname",
    ("the patient has no surname", "patienten har intet efternavn"),
    ("give the surname, and convert it again", "angiv efternavnet, og konvertér den igen"),
)
NO_PERSON_NUMBER = _refused(
    "person-number",
    (
        "the patient has no CPR number or replacement number that the other standard accepts",
        "patienten har intet CPR- eller erstatningsnummer som den anden standard tager",
    ),
    ("correct the number, and convert it again", "ret nummeret, og konvertér den igen"),
)
UNIT_NUMBER = _refused(
    "unit-number",
    ("the unit has no {name} that the other standard accepts", "enheden har ingen {name} som den anden standard tager"),
    ("give a directory that knows the unit", "angiv en adresseliste der kender enheden"),
)
UNIT_NAME = _refused(
    "unit-name",
    ("the sender has no name", "afsenderen har intet navn"),
    ("give a directory that knows the unit", "angiv en adresseliste der kender enheden"),
)
TIME = _refused(
    "time",
    ("the time is not a valid time, or has no zone", "tidspunktet er intet tidspunkt, eller er uden zone"),
    ("correct the time, and convert it again", "ret tidspunktet, og konvertér den igen"),
)
NO_SUCH_HOUR = _refused(
    "no-such-hour",
    (
        "Danish clocks skip this hour, when summer time begins",
        "danske ure springer denne time over når sommertiden begynder",
    ),
    ("ask the sender for the right time", "spørg afsenderen om det rette tidspunkt"),
)
FILE = _refused(
    "file",
    ("the file has no content, or content that does not decode", "filen har intet indhold, eller det kan ikke afkodes"),
    ("ask the sender for the file", "bed afsenderen om filen"),
)
LINK = _refused(
    "link",
    ("the address of the link is not a valid address", "linkets adresse er ikke en adresse"),
    ("correct the address, and convert it again", "ret adressen, og konvertér den igen"),
)
NOT_PAIRED = _refused(
    "not-paired",
    (
        "the pairs do not identify the message that is answered",
        "pairs fortæller ikke hvilken meddelelse der besvares",
    ),
    (
        "give the pairs that the conversion of that message gave; after three months forward the answer unconverted",
        "angiv de pairs som konverteringen af meddelelsen gav; efter tre måneder videresendes svaret ukonverteret",
    ),
    f"{_USE_CASES}, 4.1 and 4.5.1",
)
