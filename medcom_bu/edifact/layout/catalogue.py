"""What reading a message by its layout can find: the kinds of the layer schema."""

from __future__ import annotations

from medcom_bu.declare.facets import Facet
from medcom_bu.issues import Kind, Layer, Severity, Text

_LAYOUT = "MedCom's EDIFACT layouts, by the behaviour of MedCom's converter"
_SCHEMA = "MedCom XML schemas as in use in 2026, of which the EDIFACT layouts are the twins"
_FACIT = "Den gode kiropraktorepikrise, 2015, pages 14-17; of other letters, the behaviour of MedCom's converter"
_HEADER = "Den gode kiropraktorepikrise, 2015, page 19"
_HOUSE = "medcom_bu: nothing received is silently dropped"


def _kind(
    code: str, severity: Severity, message: Text, hint: Text, source: str = _LAYOUT, *, unchecked: bool = False
) -> Kind:
    return Kind(f"edifact.{code}", severity, Layer.SCHEMA, message, hint, source, unchecked)


LETTER = _kind(
    "letter",
    Severity.ERROR,
    Text("the message is not of a known type of letter", "meddelelsen er ikke et kendt brev"),
    Text("known letters: {expected}", "kendte breve: {expected}"),
)
VERSION = _kind(
    "unknown-version",
    Severity.ERROR,
    Text(
        "the letter is known, but not its version; it was read as {version}",
        "brevet kendes, men ikke dets version; det er læst som {version}",
    ),
    Text("known versions: {expected}", "kendte versioner: {expected}"),
)
GUESSED = _kind(
    "layout-not-public",
    Severity.WARNING,
    Text(
        "the layout of {version} is not public; what it shares with {known} was read",
        "layoutet for {version} er ikke offentligt; det den har fælles med {known}, er læst",
    ),
    Text(
        "give the reader a layout of {version}, made from MedCom's document",
        "angiv et layout for {version}, lavet efter MedComs dokument",
    ),
    unchecked=True,
)
NOT_JUDGED = _kind(
    "not-judged",
    Severity.WARNING,
    Text(
        "{tag} differs from what {known} allows; it was not checked, because the layout of its own version is not "
        "known",
        "{tag} afviger fra det {known} tillader; det er ikke kontrolleret, for dets eget layout kendes ikke",
    ),
    Text(
        "look it up in MedCom's document on that version, or ask the sender",
        "slå det op i MedComs dokument om den version, eller spørg afsenderen",
    ),
    unchecked=True,
)
UNJUDGED = _kind(
    "unjudged",
    Severity.WARNING,
    Text(
        "this came as EDIFACT in an unknown layout; what could be read was checked, the rest was not",
        "dette kom som EDIFACT hvis layout ikke kendes; det der kunne læses, er kontrolleret, resten er ikke",
    ),
    Text(
        "validate what came, with a layout of its version",
        "kontrollér det der kom, med et layout for dets version",
    ),
    unchecked=True,
)
REFUSED = _kind(
    "refused",
    Severity.ERROR,
    Text(
        "{tag} made the EDIFACT from which this was read invalid; it is kept, but is not part of the value",
        "{tag} gjorde det modtagne EDIFACT ugyldigt; det er gemt og hører ikke til det der er læst",
    ),
    Text(
        "validate what came: its report says what is wrong there",
        "kontrollér det der kom: rapporten siger hvad der er galt",
    ),
    _HOUSE,
)
UNEXPECTED = _kind(
    "unexpected",
    Severity.ERROR,
    Text("{tag} does not belong here", "{tag} hører ikke til her"),
    Text("leave it out, or correct its code or position", "udelad det, eller ret dets kode eller plads"),
)
FORBIDDEN = _kind(
    "forbidden",
    Severity.ERROR,
    Text("{tag} is not allowed in this letter", "{tag} er ikke tilladt i dette brev"),
    Text("leave it out", "udelad det"),
)
NOT_PLACED = _kind(
    "not-placed",
    Severity.WARNING,
    Text(
        "{tag} has content that the layout has no place for; the segment is kept unread",
        "{tag} indeholder noget som layoutet ikke har plads til; segmentet er gemt for sig",
    ),
    Text(
        "other receivers drop it: put it where it is read",
        "andre modtagere ser det ikke: skriv det hvor det bliver læst",
    ),
    _HOUSE,
)
CONSTANT = _kind(
    "constant",
    Severity.WARNING,
    Text("{expected} should be here", "her skal stå {expected}"),
    Text("write {expected}", "skriv {expected}"),
)
QUALIFIER = _kind(
    "qualifier",
    Severity.ERROR,
    Text("{expected} must be here", "her skal stå {expected}"),
    Text(
        "write {expected}; nothing else gives the value its meaning", "skriv {expected}; kun det giver værdien mening"
    ),
)
DIFFERS = _kind(
    "differs",
    Severity.WARNING,
    Text("this should repeat {element}, but differs from it", "her skal {element} gentages, men det afviger"),
    Text("write the same {element} in both places", "skriv {element} ens begge steder"),
)
NOT_COMPARED = _kind(
    "not-compared",
    Severity.INFORMATION,
    Text(
        "this should repeat {element}, which is absent or has no code here; the segment is kept unread",
        "her skal {element} gentages, men det mangler eller har ingen kode her; segmentet er gemt for sig",
    ),
    Text("check {element}", "kontrollér {element}"),
)
PLUS_IN_TEXT = _kind(
    "plus-in-text",
    Severity.ERROR,
    Text(
        "a text ends at a + that is not released; the whole segment is kept unread",
        "en tekst slutter ved et + der ikke er frigivet; hele segmentet er gemt for sig",
    ),
    Text(
        "write ?+ for + in a text; what follows the text of an FTX is a language code of three characters",
        "skriv ?+ for + i en tekst; efter teksten i FTX følger en sprogkode på tre tegn",
    ),
    "UN/EDIFACT D.93A; ISO 9735, release character",
)
COLON_IN_TEXT = _kind(
    "colon-in-text",
    Severity.ERROR,
    Text(
        "a text ends at a : that is not released; the whole segment is kept unread",
        "en tekst slutter ved et : der ikke er frigivet; hele segmentet er gemt for sig",
    ),
    Text("write ?: for : in a text", "skriv ?: for : i en tekst"),
    "UN/EDIFACT D.93A; ISO 9735, release character",
)
LIKELY_COLON = _kind(
    "likely-colon-in-text",
    Severity.WARNING,
    Text(
        "a line of the text ends where a : probably belongs to the text, as in 12:30",
        "en linje i teksten slutter hvor et : formentlig hører til den, som i 12:30",
    ),
    Text("write ?: for : in a text", "skriv ?: for : i en tekst"),
    "ISO 9735, release character",
)
UNREADABLE = _kind(
    "unreadable",
    Severity.ERROR,
    Text(
        "{element} could not be read by the codec {codec}; the segment is kept unread",
        "{element} kunne ikke læses af codec {codec}; segmentet er gemt for sig",
    ),
    Text("write it in the form that the layout requires", "skriv det i den form layoutet kræver"),
)
REPEATED = _kind(
    "repeated",
    Severity.ERROR,
    Text("{tag} occurs one time too many", "{tag} forekommer én gang for meget"),
    Text("give it once", "angiv det én gang"),
)
SEGMENT_MISSING = _kind(
    "segment-absent",
    Severity.WARNING,
    Text("{absent} is missing in group {group}", "{absent} mangler i gruppe {group}"),
    Text("write it: some receivers require it", "skriv det: nogle modtagere kræver det"),
    _FACIT,
)
REQUEST_MISSING = _kind(
    "request-absent",
    Severity.WARNING,
    Text(
        "the UNB does not say whether a positive receipt is wanted; this was read as 0, not wanted",
        "UNB siger ikke om positiv kvittering ønskes; det er læst som 0, ikke ønsket",
    ),
    Text("write 1 or 0 in element 9", "skriv 1 eller 0 i element 9"),
    _HEADER,
)
ORDER = _kind(
    "order",
    Severity.WARNING,
    Text("{tag} comes too late", "{tag} står efter sin plads"),
    Text("write them in the order of the layout", "skriv segmenter og grupper i layoutets rækkefølge"),
)
LINES = _kind(
    "text-lines",
    Severity.WARNING,
    Text(
        "there are more than five lines in one segment, or more than 70 characters in a line; all were read",
        "der står mere end fem linjer i et segment, eller mere end 70 tegn i en linje; alt er læst",
    ),
    Text("continue in another FTX", "fortsæt i en ny FTX"),
    "UN/EDIFACT D.93A, C108",
)
LIMIT = _kind(
    "limit",
    Severity.WARNING,
    Text(
        "there are {count} segments in {group}; at most {most} are allowed",
        "der er {count} segmenter i {group}, højst {most} er tilladt",
    ),
    Text("shorten the texts", "forkort teksterne"),
)
OTHER_FORM = _kind(
    "other-form",
    Severity.INFORMATION,
    Text(
        "an older or looser form, understood as {understood}",
        "en ældre eller løsere form, forstået som {understood}",
    ),
    Text("today, write {understood}", "i dag skrives {understood}"),
)
FORMAT = _kind(
    "text-format",
    Severity.WARNING,
    Text(
        "the text format is unknown; it was read as fixed font", "tekstformatet er ukendt; det er læst som fast skrift"
    ),
    Text("use one of {expected}", "brug et af {expected}"),
)
CODE = _kind(
    "code",
    Severity.ERROR,
    Text("{element} is not in its code list", "{element} er ikke en kode på listen"),
    Text("use one of {expected}", "brug en af {expected}"),
)
CODE_VERSION = _kind(
    "code-version",
    Severity.ERROR,
    Text("{version} does not know this value of {element}", "{version} kender ikke denne værdi af {element}"),
    Text("use a value that the version allows", "brug en værdi som versionen kender"),
    _SCHEMA,
)
ACKNOWLEDGEMENT = _kind(
    "unb-acknowledgement",
    Severity.ERROR,
    Text("the acknowledgement request is neither 1 nor 0", "ønsket om kvittering er hverken 1 eller 0"),
    Text("write 1 for a positive receipt, else 0", "skriv 1 for positiv kvittering, ellers 0"),
)
MOMENT = _kind(
    "date-time",
    Severity.ERROR,
    Text("the date and time is not twelve digits CCYYMMDDHHMM", "dato og tid er ikke tolv cifre ÅÅÅÅMMDDTTMM"),
    Text("write year, month, day, hour and minute", "skriv år, måned, dag, time og minut"),
)
DATE = _kind(
    "no-such-date",
    Severity.ERROR,
    Text("the date or time does not exist", "datoen eller tiden findes ikke"),
    Text("write a date and a time of day that exist", "skriv en dato og et klokkeslæt der findes"),
)
MISSING = _kind(
    "missing",
    Severity.ERROR,
    Text("{element} is missing", "{element} mangler"),
    Text("add {element}: the letter requires it", "tilføj {element}: brevet kræver det"),
    _SCHEMA,
)
LENGTH = _kind(
    "length",
    Severity.ERROR,
    Text(
        "{element} has {length} characters; {min} to {max} are allowed",
        "{element} har {length} tegn, {min} til {max} er tilladt",
    ),
    Text("write {min} to {max} characters", "skriv {min} til {max} tegn"),
    _SCHEMA,
)
PATTERN = _kind(
    "pattern",
    Severity.ERROR,
    Text("{element} is not written as {expected}", "{element} er ikke skrevet som {expected}"),
    Text("write it as {expected}", "skriv den som {expected}"),
    _SCHEMA,
)
COUNT = _kind(
    "count",
    Severity.ERROR,
    Text(
        "{element} occurs {count} times; {min} to {max} are allowed",
        "{element} forekommer {count} gange, {min} til {max} er tilladt",
    ),
    Text("give {min} to {max} of them", "angiv {min} til {max} af dem"),
    _SCHEMA,
)
NO_LAYOUT = _kind(
    "no-layout",
    Severity.ERROR,
    Text(
        "the EDIFACT layout of {version} is not public, so it cannot be written",
        "EDIFACT-layoutet for {version} er ikke offentligt, så versionen kan ikke skrives",
    ),
    Text(
        "give layout=, a table made from MedCom's document (docs/edifact.md), "
        "or a version= that can be written, with its losses: {others}",
        "angiv layout=, en tabel lavet efter MedComs dokument (docs/edifact.md), "
        "eller en version= der kan skrives, med de tab det giver: {others}",
    ),
)
NO_VERSION = _kind(
    "no-version",
    Severity.ERROR,
    Text("the letter has no version with that code", "brevet har ingen version med den kode"),
    Text("versions of the letter: {expected}", "versioner af brevet: {expected}"),
)
NO_LETTER = _kind(
    "no-letter",
    Severity.ERROR,
    Text("this contains no letter that can be written as EDIFACT", "der er intet brev som kan skrives som EDIFACT"),
    Text("give a letter of a known type", "angiv et brev af en kendt type"),
)

OF_FACET = {
    Facet.EMPTY: LENGTH,
    Facet.TOO_LONG: LENGTH,
    Facet.FORM: PATTERN,
    Facet.CODE: CODE_VERSION,
    Facet.CODE_OF_VERSION: CODE_VERSION,
    Facet.CURRENT_SCHEMA: CODE_VERSION,
}
"""What is said of a text that does not meet a facet of its type."""

OF_A_LAYOUT = (
    UNEXPECTED,
    NOT_PLACED,
    FORBIDDEN,
    REPEATED,
    CODE,
    CONSTANT,
    QUALIFIER,
    COLON_IN_TEXT,
    PLUS_IN_TEXT,
    DIFFERS,
    NOT_COMPARED,
    UNREADABLE,
)
"""What can only be said of a layout that is known."""
