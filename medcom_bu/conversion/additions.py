"""What a conversion makes up, since the other standard asks for more: a kind for each, named by the rows of
:mod:`~.table`."""

from __future__ import annotations

from medcom_bu.conversion.losses import MAPPING, RECEIPTS
from medcom_bu.issues import Kind, Layer, Severity, Text

_NOTHING = Text("nothing: the standard asks for it", "intet: standarden kræver det")
_GIVE = Text("give a directory that knows it", "angiv en adresseliste der kender det")


def _made(code: str, english: str, danish: str, hint: Text = _NOTHING, source: str = MAPPING) -> Kind:
    return Kind(f"made-up.{code}", Severity.INFORMATION, Layer.RULE, Text(english, danish), hint, source)


# --- in FHIR ---------------------------------------------------------------------------------------------------------

ZONE = _made("zone", "seconds and the Danish time zone", "sekunder og den danske tidszone")
DOUBLED_HOUR = _made(
    "doubled-hour",
    "the time zone of an hour that occurs twice: summer time",
    "tidszonen for en time som uret viser to gange: sommertid",
    Text("if the hour matters, ask the sender", "spørg afsenderen hvis timen betyder noget"),
)
PROVENANCE_TIMES = _made("provenance-times", "the times of the Provenance", "tidspunkterne i Provenance")
BUNDLE_ID = _made("bundle-id", "the id of the Bundle", "Bundlens id")
MESSAGE_ID = _made("message-id", "the id of the MessageHeader", "MessageHeaders id")
EVENT = _made("event", "the event of the message", "meddelelsens hændelse")
ACTIVITY = _made("activity", "the activity, a new message", "aktiviteten, en ny meddelelse")
BUNDLE_TYPE = _made("bundle-type", "the type of the Bundle", "bundlens type")
DEFINITION = _made("definition", "the definition of the message", "meddelelsens definition")
ENDPOINTS = _made(
    "endpoints", "the use and the endpoints, from the SOR codes", "anvendelse og endpoints, ud fra SOR-koderne"
)
STATUS = _made("communication-status", "the status of the Communication", "Communication.status")
THREAD = _made(
    "thread", "an identifier for a separate thread", "en identifikation af en ny tråd",
    Text("nothing: every letter starts a thread", "intet: hvert brev begynder en ny tråd"),
)  # fmt: skip
UNIT_NUMBER = _made("unit-number", "the number of the unit", "enhedens nummer", _GIVE)
UNIT_NAME = _made("unit-name", "the name of the unit", "enhedens navn", _GIVE)
TELEPHONE = _made("telephone", "the telephone number of the sender", "afsenderens telefonnummer", _GIVE)
PERSON_KIND = _made(
    "person-number-kind",
    "which kind of replacement number it is, by its seventh character",
    "hvilken slags erstatningsnummer det er, ud fra det syvende tegn",
)
NAME_USE = _made("name-use", "that the name is the official one", "at navnet er det officielle")
DECEASED = _made("deceased", "that the patient is dead, from the status", "at patienten er død, ud fra statussen")
EPISODE_SYSTEM = _made(
    "episode-system",
    "whose number the episode of care is",
    "hvis nummer forløbsnummeret er",
    Text("set it with Policy(episode_system=...)", "angiv det med Policy(episode_system=...)"),
)
ENCOUNTER = _made(
    "encounter", "class and status, from the status of the patient", "klasse og status, ud fra patientens status"
)
CATEGORY = _made("category", "the category, other", "kategorien, andet")
TOPIC = _made("topic", "the topic, Ukendt emne", "emnet, Ukendt emne")
PRIORITY_WORDS = _made("priority-words", "the sentence on the high priority", "sætningen om den høje prioritet")
SEGMENT_IDENTIFIER = _made("segment-identifier", "the identifier of the segment", "segmentets identifikation")
ROLE = _made("author-role", "the role of the author, ukendt", "forfatterens stilling, ukendt")
AUTHOR = _made(
    "author-name", "the author, from the name of the organisation", "forfatteren, angivet med organisationens navn"
)
SOURCES = _made("provenance-sources", "which segments are new", "hvilke segmenter der er nye")
PROVENANCE = _made("provenance", "target and agent of the Provenance", "mål og afsender i Provenance")
ASSIGNER = _made("assigner", "who gave the identifier of the file", "hvem der har givet filens identifikation")
FILE_TITLE = _made("file-title", "the title of a file that no letter refers to", "titlen på en fil intet brev nævner")
FILE_DATE = _made("file-date", "the date of the file, taken from the text", "filens dato, tekstens")
RESOURCES = _made(
    "resources",
    "ids, addresses, profiles and narratives of the resources",
    "ressourcernes id, adresser, profiler og tekstgengivelser",
)

# --- in a letter -----------------------------------------------------------------------------------------------------

ENVELOPE_ID = _made("envelope-number", "the number of the envelope", "kuvertens nummer")
LETTER_ID = _made("letter-number", "the number of the letter", "brevets nummer")
ACKNOWLEDGEMENT = _made("acknowledgement-wish", "that a receipt is requested", "at der ønskes kvittering")
VERSION = _made("version-code", "the version of the letter", "brevets version")
STATISTICS = _made("statistical-code", "the statistical code", "statistikkoden")
TYPE = _made("type-code", "the type of the letter", "brevets type")
NEW_LETTER = _made("status-code", "that it is a new letter", "at det er et nyt brev")
SOR_CODE = _made("sor-code", "that the unit is identified by its SOR code", "at enheden angives ved sin SOR-kode")
EPISODE_STATUS = _made("episode-status", "the status of the patient", "patientens status")
SUBJECT = _made("subject", "a subject that begins with the category", "et emne der begynder med kategorien")
TEXT = _made(
    "text", "words in the text for what has no field of its own", "oplysninger i teksten om det der ikke har egen plads"
)
FILE_ID = _made("file-identifier", "the identifier of the file", "filens identifikation")
OBJECT_CODE = _made("object-code", "the kind of object, from the file type", "indholdstypen, ud fra filtypen")
FILE_TYPE = _made("file-type", "the type of the file, from its content", "filens type, ud fra indholdet")
OBJECT_SIZE = _made("object-size", "the size of the file, counted", "filens størrelse, optalt")
BINARY_LETTER = _made("binary-letter", "the letter that carries the files", "brevet der bærer filerne")
AUTHORISATION = _made(
    "authorisation",
    "the time of the letter, taken from the transmission",
    "brevets tidspunkt, forsendelsens",
)

# --- receipts --------------------------------------------------------------------------------------------------------

ANSWER_IDS = _made("answer-ids", "the numbers of the answer", "svarets numre", source=RECEIPTS)
FROM_PAIRS = _made("from-pairs", "what the pairs of the conversion give", "det som konverteringens pairs siger",
                   source=RECEIPTS)  # fmt: skip
SEVERITY = _made("severity", "the severity of the reason", "årsagens alvor", source=RECEIPTS)
ANSWER_PROVENANCE = _made("answer-provenance", "the Provenance of the answer", "svarets Provenance", source=RECEIPTS)
SENTENCE = _made(
    "conversion-sentence",
    "the sentence that the conversion was not complete",
    "sætningen om at konverteringen ikke var fuldstændig",
    source="use cases of the VANS conversion service 3.1.0, 4.4",
)
