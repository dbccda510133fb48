"""What is lost on the way to the other standard: a kind for each, named by the rows of :mod:`~.table`.

Source: MedCom, mapping of XDIS91 and XBIN01 to CareCommunication and of XCTL to Acknowledgement, January 2026; use
cases of the VANS conversion service 3.1.0.
"""

from __future__ import annotations

from medcom_bu.issues import Kind, Layer, Severity, Text

MAPPING = "MedCom, mapping of XDIS91 and XBIN01 to CareCommunication, January 2026"
RECEIPTS = "MedCom, mapping of XCTL to Acknowledgement"
_KEEP = Text("keep the original with what is sent", "gem originalen ved siden af det der sendes")
_SAID = Text("nothing: a reader finds it in the text", "intet: læseren kan se det i teksten")
_PAIRS = Text("keep the pairs of the conversion", "gem konverteringens pairs")


def _lost(code: str, english: str, danish: str, hint: Text = _KEEP, source: str = MAPPING) -> Kind:
    return Kind(f"loss.convert-{code}", Severity.WARNING, Layer.RULE, Text(english, danish), hint, source)


# --- on the way to FHIR ----------------------------------------------------------------------------------------------

IDENTITY = _lost(
    "identity",
    "the other standard cannot hold this number: its counterpart is in the pairs",
    "den anden standard kan ikke rumme dette nummer: dets modstykke står i pairs",
    _PAIRS,
)
ACKNOWLEDGEMENT = _lost(
    "acknowledgement-wish",
    "whether a receipt is requested has no place in FHIR, where one is always required",
    "om der ønskes kvittering, har ingen plads i FHIR, hvor der altid skal kvitteres",
    _PAIRS,
)
VERSION = _lost(
    "version-code", "the version of the letter has no place in FHIR", "brevets version har ingen plads i FHIR", _PAIRS
)
STATISTICS = _lost(
    "statistical-code",
    "the statistical code has no place in FHIR",
    "statistikkoden har ingen plads i FHIR",
)
CORRECTION = _lost(
    "correction",
    "CareCommunication 5.0 has no corrections: it becomes a new message",
    "CareCommunication 5.0 har ingen rettelser: det bliver en ny meddelelse",
    Text("tell the receiver that it corrects an earlier letter", "fortæl modtageren at det retter et tidligere brev"),
)
CODE = _lost(
    "code",
    "the code is not in its code list: it is treated as {taken_for}, which is carried over",
    "koden er ikke en værdi fra listen: {taken_for}, som den opfattes som, er overført",
)
LOCAL_ELEMENTS = _lost(
    "local-elements", "private extensions have no place in FHIR", "egne extensions har ingen plads i FHIR"
)
KEPT = _lost(
    "kept",
    "content outside the elements of the standard has no place in the other standard",
    "det der kom ud over standardens elementer, har ingen plads i den anden",
)
NAMES_JOINED = _lost(
    "names-joined",
    "organisation, department and unit are joined into one name",
    "organisation, afdeling og afsnit bliver til ét navn",
    _SAID,
)
UNIT_NUMBER = _lost(
    "unit-number",
    "this number of the unit has no place in the other standard",
    "dette nummer for enheden har ingen plads i den anden standard",
)
SENDER_ADDRESS = _lost(
    "sender-address", "the address of the sender has no place in FHIR", "afsenderens adresse har ingen plads i FHIR"
)
TELEPHONE = _lost(
    "telephone",
    "it has no digit, so FHIR does not accept it as a telephone number",
    "det har intet ciffer, så FHIR regner det ikke for et telefonnummer",
    Text("give a directory that knows the number of the sender", "angiv en adresseliste der kender afsenderens nummer"),
    "MedCom Core 3.0.1, medcom-core-contact",
)
SPECIALITY = _lost(
    "sender-speciality", "the speciality of the sender has no place in FHIR", "afsenderens speciale har ingen plads"
)
RECEIVER_PLACE = _lost(
    "receiver-place",
    "department, unit and address of the receiver have no place in FHIR",
    "modtagerens afdeling, afsnit og adresse har ingen plads i FHIR",
)
PATIENT_DETAILS = _lost(
    "patient-details",
    "suburb and occupation of the patient have no place in FHIR",
    "patientens bydel og stilling har ingen plads i FHIR",
)
EPISODE_STATUS = _lost(
    "episode-status",
    "without the number of an episode of care there is no place for the status of the patient",
    "uden et forløbsnummer er der ingen plads til patientens status",
)
ROENTGEN = _lost("ambulant-roentgen", "ambulant_roentgen becomes ambulant", "ambulant_roentgen bliver til ambulant")
EPISODE_FORM = _lost(
    "episode-form",
    "the number of the episode of care is not a UUID: it is carried over unchanged",
    "forløbsnummeret er ikke et UUID: det er overført som det er",
    Text("agree with the receiver on what it means", "aftal med modtageren hvad det betyder"),
)
EPISODE_BLANK = _lost(
    "episode-blank",
    "the number of the episode of care is blank, which FHIR does not allow: it is not carried over",
    "forløbsnummeret er tomt, hvad FHIR ikke tillader: det overføres ikke",
    Text("nothing: there is no number", "intet: der er ikke noget nummer"),
)
ROUTINE = _lost(
    "priority-routine",
    "the priority has no place: only a message about a referral has one",
    "prioriteten har ingen plads: kun en meddelelse om en henvisning har en",
)
HIGH_PRIORITY = _lost(
    "priority-as-words", "the high priority is stated in the text", "den høje prioritet står i teksten", _SAID
)
FORMATTING = _lost(
    "text-formatting",
    "of the formatting of a text, only line breaks survive",
    "kun linjeskift overføres af en teksts formatering",
)
MARKUP = _lost(
    "text-markup",
    "an element that does not belong in a text is not carried over",
    "et element som ikke findes i tekster, overføres ikke",
)
TEXT_PARTS = _lost(
    "text-parts", "the parts of the text are joined into one", "tekstens dele bliver til én", Text("nothing", "intet")
)
OBJECT_CODE = _lost(
    "object-code", "the kind of object has no place in FHIR", "objektets indholdstype har ingen plads i FHIR"
)
OBJECT_SIZE = _lost("object-size", "the declared size has no place in FHIR", "den oplyste størrelse har ingen plads")
FILE_TYPE = _lost(
    "file-type",
    "the other standard does not permit files of this type: a receiver will refuse the message",
    "den anden standard tillader ikke filer af denne type: en modtager vil afvise meddelelsen",
    Text("send the file in another form, such as PDF", "send filen i en anden form, fx PDF"),
    "use cases of the VANS conversion service 3.1.0, S1.A4",
)
REFERRED_TWICE = _lost(
    "referred-twice",
    "the file is referred to twice: it is carried over once",
    "filen henvises der til to gange: den overføres én gang",
    Text("nothing", "intet"),
)
MISSING_FILE = _lost(
    "missing-file",
    "the file that is referred to is missing: its segment has neither content nor title",
    "filen der henvises til, er ikke kommet: dens segment har hverken indhold eller titel",
    Text("wait for its binary letter for 60 minutes", "vent 60 minutter på dens binærbrev"),
    "use cases of the VANS conversion service 3.1.0, S1.A2",
)
RECORD_EXTRACT = _lost(
    "record-extract",
    "a reference to the SUP patient record extract has no place in FHIR",
    "en henvisning til SUP-journaludtrækket har ingen plads i FHIR",
)
BINARY_LETTER = _lost(
    "binary-letter",
    "the letter with the files says something else than the letter that they belong to",
    "filernes brev angiver noget andet end det brev de hører til",
)
TOO_LARGE = _lost(
    "over-100-mb",
    "the message is larger than 100 MB: a receiver may refuse it",
    "meddelelsen er større end 100 MB: en modtager kan afvise den",
    Text("send fewer or smaller files", "send færre eller mindre filer"),
    "use cases of the VANS conversion service 3.1.0, S1.A1; MedCom governance of messaging, 100 MB",
)

# --- on the way to a letter ------------------------------------------------------------------------------------------

SECONDS = _lost(
    "seconds-and-zone",
    "a letter has minutes in Danish time: seconds and zone are lost",
    "et brev har minutter i dansk tid: sekunder og zone går tabt",
)
PROVENANCE_TIMES = _lost(
    "provenance-times",
    "the times of the Provenance, which are not those of the message, have no place in a letter",
    "tidspunkterne i Provenance, som ikke er meddelelsens, har ingen plads i et brev",
)
ACTIVITY = _lost(
    "activity-as-words",
    "a letter has no replies or forwards: the text says which it is",
    "et brev kan ikke være et svar eller en videresendelse: det står i teksten",
    _SAID,
)
BUNDLE_TYPE = _lost("bundle-type", "the type of the Bundle has no place in a letter", "bundlens type har ingen plads")
DEFINITION = _lost(
    "definition", "the definition of the message has no place in a letter", "meddelelsens definition har ingen plads"
)
ENDPOINTS = _lost(
    "endpoints",
    "use and endpoints have no place in a letter",
    "anvendelse og endpoints har ingen plads i et brev",
)
STATUS = _lost(
    "communication-status",
    "the status of the Communication has no place in a letter",
    "Communication.status har ingen plads i et brev",
)
THREAD = _lost(
    "thread",
    "a letter belongs to no thread: its identifier is lost",
    "et brev hører ikke til en tråd: dens identifikation går tabt",
)
NAME_CUT = _lost(
    "name-cut",
    "the name has {length} characters, of which a letter holds {max}",
    "navnet har {length} tegn; et brev har plads til {max}",
)
CONTACT = _lost(
    "contact",
    "the telephone number has no field of its own: it is given in the text",
    "telefonnummeret har ingen egen plads: det står i teksten",
    _SAID,
)
TELECOM = _lost("telecom", "telephone and e-mail have no place in a letter", "telefon og e-mail har ingen plads")
SPECIFIC = _lost(
    "specific-party",
    "the specific sender and recipient are given in the text",
    "den specifikke afsender og modtager står i teksten",
    _SAID,
)
PERSON_NUMBERS = _lost(
    "further-person-number",
    "a letter holds one number for a person: the others are given in the text",
    "et brev rummer ét personnummer: de øvrige står i teksten",
    _SAID,
)
OTHER_NAMES = _lost("other-names", "a letter holds one name for a person", "et brev rummer ét navn på en person")
GIVEN_NAMES = _lost(
    "given-names",
    "several given names are joined into one text",
    "flere fornavne bliver til én tekst",
    Text("nothing", "intet"),
)
ADDRESS = _lost(
    "address",
    "a letter holds one line, town and post code of an address",
    "et brev rummer én linje, by og postnummer af en adresse",
)
DECEASED_TIME = _lost("deceased-time", "the time of death has no place in a letter", "dødstidspunktet har ingen plads")
FURTHER_EPISODE = _lost(
    "further-episode",
    "a letter holds one episode of care, of at most 35 characters",
    "et brev rummer ét forløbsnummer på højst 35 tegn",
)
EPISODE_SYSTEM = _lost(
    "episode-system",
    "who issued the number of the episode has no place in a letter",
    "hvem forløbsnummeret tilhører, har ingen plads i et brev",
)
ENCOUNTER = _lost(
    "encounter-status",
    "class and status of the encounter correspond to no status of the patient: it becomes inaktiv",
    "kontaktens klasse og status svarer ikke til en status for patienten: den sættes til inaktiv",
)
CATEGORY = _lost("category", "of the category, only its words are left", "kun kategoriens navn er tilbage", _SAID)
TOPIC = _lost("topic", "of the topic, only its words are left", "kun ordene er tilbage af emnet", _SAID)
SUBJECT_CUT = _lost(
    "subject-cut",
    "the subject has {length} characters, of which a letter holds 70",
    "emnet har {length} tegn, hvoraf et brev rummer 70",
)
PRIORITY = _lost(
    "priority",
    "the priority of a message that is not about a referral has no place in a letter",
    "prioriteten af en meddelelse der ikke er om en henvisning, har ingen plads i et brev",
)
SEGMENT_IDENTIFIER = _lost(
    "segment-identifier", "a text has no identifier in a letter", "en tekst har ingen identifikation i et brev"
)
AUTHOR = _lost(
    "author-as-words", "the author and the role are given in the text", "forfatter og stilling står i teksten", _SAID
)
SEGMENT_DATE = _lost(
    "segment-date",
    "the time of an earlier text is given in the text",
    "tidspunktet for en tidligere tekst står i teksten",
    _SAID,
)
PROVENANCE = _lost("provenance", "the Provenance has no place in a letter", "Provenance har ingen plads i et brev")
PRECEDING = _lost(
    "preceding-message",
    "a letter does not say which message it follows",
    "et brev siger ikke hvilken meddelelse det følger",
)
HISTORY = _lost(
    "earlier-provenance",
    "the Provenances of earlier messages have no place in a letter",
    "tidligere meddelelsers Provenance har ingen plads i et brev",
)
FILE_IDENTIFIER = _lost(
    "file-identifier",
    "the identifier of the file is not a UUID of its own: it gets a new one",
    "filens identifikation er ikke et UUID for sig: den får en anden",
)
TITLE_CUT = _lost(
    "title-cut",
    "the title has {length} characters, of which a letter holds 70",
    "titlen har {length} tegn, hvoraf et brev rummer 70",
)
TITLE = _lost("title", "the title is not carried over", "titlen overføres ikke")
FILE_DETAILS = _lost(
    "file-details",
    "date, author, contact, creation, size and similar data of a file have no place in a letter",
    "dato, forfatter, kontakt, oprettelse, størrelse og lignende for en fil har ingen plads i et brev",
)
ONLY_NAMED = _lost(
    "file-only-named",
    "the message only names the file: the letter names it in the text",
    "meddelelsen nævner kun filen: brevet nævner den i teksten",
    _SAID,
)
IN_TEXT = _lost(
    "reference-in-text",
    "it does not fit among the references of a letter: it is given in the text",
    "det kan ikke være blandt et brevs henvisninger: det står i teksten",
    _SAID,
)
SECOND_BINARY = _lost(
    "second-binary-letter",
    "a binary letter holds ten files: the rest go in another, which the letter does not refer to",
    "et binærbrev rummer ti filer: resten følger i et andet, som brevet ikke henviser til",
    Text("agree on at most ten files", "aftal højst ti filer"),
)
RESOURCES = _lost(
    "resources",
    "the ids, addresses, profiles and narratives of {count} resources have no place in a letter",
    "{count} ressourcers id, adresser, profiler og tekstgengivelser har ingen plads i et brev",
    Text("nothing", "intet"),
)
ELEMENT = _lost("element", "a letter has no place for {element}", "et brev har ingen plads til {element}")

# --- receipts --------------------------------------------------------------------------------------------------------

WAITING = _lost(
    "receipt-waits",
    "no receipt has arrived for {count} of the letters: nothing is sent on yet",
    "der mangler kvittering for {count} af brevene: der sendes intet videre endnu",
    Text("convert all receipts together once they have arrived", "konvertér alle kvitteringer sammen når de er der"),
    "use cases of the VANS conversion service 3.1.0, 4.3",
)
SUPERSEDED = _lost(
    "receipt-superseded",
    "a later receipt for the same letter takes its place",
    "en senere kvittering for samme brev træder i stedet",
    source=RECEIPTS,
)
ANSWER_TIME = _lost(
    "answer-time",
    "one answer is made of several receipts, at the time of the latest",
    "flere kvitteringer bliver til ét svar, med tidspunktet for den seneste",
    source=RECEIPTS,
)
NOT_WANTED = _lost(
    "receipt-not-wanted",
    "the sender of the letter asked for no positive receipt: none is made",
    "brevets afsender har ikke ønsket positiv kvittering: der dannes ingen",
    Text("set Policy(unwanted_receipts=True) to make it", "Policy(unwanted_receipts=True) laver den"),
    RECEIPTS,
)
REASON_DETAILS = _lost(
    "reason-details",
    "severity, place, coding and diagnostics of the reason have no place in a receipt",
    "årsagens alvor, sted, kodning og diagnostik har ingen plads i en kvittering",
    source=RECEIPTS,
)
TRANSIENT = _lost(
    "transient-error",
    "a receipt does not say that the message may be sent again unchanged",
    "en kvittering siger ikke at meddelelsen kan sendes igen uændret",
    source=RECEIPTS,
)
HISTORY_OF_ANSWER = _lost(
    "answer-provenance",
    "the Provenances of an Acknowledgement have no place in a receipt",
    "en Acknowledgements Provenance har ingen plads i en kvittering",
    source=RECEIPTS,
)
LETTER_REASON = _lost(
    "letter-reason",
    "the reason of a letter has no place next to that of its envelope",
    "begrundelsen for et brev har ingen plads ved siden af kuvertens",
    source=RECEIPTS,
)
REFUSE_CODE = _lost(
    "refuse-code",
    "of the refuse code, only the issue code of FHIR is left",
    "kun FHIR's fejlkode er tilbage af afvisningskoden",
    source=RECEIPTS,
)
