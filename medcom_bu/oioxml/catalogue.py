"""What reading OIO-XML can find: the kinds of the layers syntax and schema."""

from __future__ import annotations

from medcom_bu.declare.facets import Facet
from medcom_bu.issues import Kind, Layer, Severity, Text

_XML = "XML 1.0, fifth edition"
_SCHEMA = "MedCom XML schemas as in use in 2026"
_HOUSE = "medcom_bu, safe reading of XML"
_BINARY_LETTERS = "Den gode XML MEDBIN, 2020"


def _syntax(code: str, severity: Severity, message: Text, hint: Text, source: str = _XML) -> Kind:
    return Kind(code, severity, Layer.SYNTAX, message, hint, source)


def _schema(code: str, message: Text, hint: Text, source: str = _SCHEMA) -> Kind:
    return Kind(code, Severity.ERROR, Layer.SCHEMA, message, hint, source)


NOT_WELL_FORMED = _syntax(
    "xml.not-well-formed",
    Severity.ERROR,
    Text("the XML is not well-formed: {reason}", "XML'en er ikke velformet: {reason}"),
    Text(
        "write the message with an XML library; check that the file is complete",
        "skriv meddelelsen med et XML-bibliotek; kontrollér at filen er hel",
    ),
)
BAD_ENCODING = _syntax(
    "xml.encoding",
    Severity.ERROR,
    Text(
        "the bytes cannot be read in the encoding {declared}",
        "bytene kan ikke læses i tegnsættet {declared}",
    ),
    Text(
        "write the message in ISO-8859-1 or UTF-8, and declare the one that was used",
        "skriv meddelelsen i ISO-8859-1 eller UTF-8, og angiv det tegnsæt der er brugt",
    ),
)
CHARACTER = _syntax(
    "xml.character",
    Severity.ERROR,
    Text("the character {character} is not allowed in XML", "tegnet {character} er ikke tilladt i XML"),
    Text(
        "remove control characters before the message is written; replace U+000B and U+000C by a line break",
        "fjern styretegn før meddelelsen skrives; lav U+000B og U+000C om til linjeskift",
    ),
)
ENCODING_LIES = _syntax(
    "xml.encoding-declaration",
    Severity.WARNING,
    Text(
        "the declaration says {declared}, but the bytes look like {actual}; they were read as {read}",
        "erklæringen siger {declared}, men bytene ligner {actual}; de er læst som {read}",
    ),
    Text("declare the encoding that was used", "angiv det tegnsæt der er brugt"),
    "MedCom practice; two official correspondence examples do this",
)
OTHER_ENCODING = _syntax(
    "xml.encoding-other",
    Severity.INFORMATION,
    Text("the XML declaration names {declared}, not ISO-8859-1", "XML-erklæringen angiver {declared}, ikke ISO-8859-1"),
    Text(
        'start a letter with <?xml version="1.0" encoding="ISO-8859-1"?>; this one was read as declared',
        'begynd et brev med <?xml version="1.0" encoding="ISO-8859-1"?>; det der kom, er læst som angivet',
    ),
    f"{_BINARY_LETTERS}, page 12; Den gode XML korrespondance, 2020, page 16",
)
NO_ENCODING = Text("no encoding", "intet tegnsæt")
LETTER_TOO_LARGE = Kind(
    "attachment.letter-too-large",
    Severity.ERROR,
    Layer.RULE,
    Text(
        "the binary letter has {size} bytes; at most {limit} (100 MB) are allowed",
        "binærbrevet fylder {size} byte; højst {limit} (100 MB) er tilladt",
    ),
    Text(
        "send the files, {files} bytes in total, in several binary letters: base64 and its line breaks add more than "
        "a third",
        "send filerne, i alt {files} byte, i flere binærbreve: base64 og dens linjer lægger over en tredjedel til",
    ),
    f"{_BINARY_LETTERS}, pages 9 and 18: the limit is of the whole XML file",
)
DOCTYPE = _syntax(
    "xml.doctype",
    Severity.ERROR,
    Text("the document has a DOCTYPE", "dokumentet har en DOCTYPE"),
    Text("leave the DOCTYPE out; no MedCom message has one", "udelad DOCTYPE; ingen MedCom-meddelelse har en"),
    _HOUSE,
)
TOO_LARGE = _syntax(
    "xml.too-large",
    Severity.ERROR,
    Text("the document has more than {limit} {what}", "dokumentet har mere end {limit} {what}"),
    Text(
        "only attachments may be large; if you expect more, give other limits",
        "kun bilag må være store; den der venter mere, angiver andre grænser",
    ),
    _HOUSE,
)
UNWRITABLE = _syntax(
    "xml.unwritable",
    Severity.ERROR,
    Text("the content here cannot be written as XML", "det der står her, kan ikke skrives som XML"),
    Text(
        "give complete elements, texts and attributes, with the namespaces that they need, at a place that exists",
        "angiv hele elementer, tekster og attributter med de navnerum de bruger, på et sted der findes",
    ),
)
NOT_CARRIED = _syntax(
    "xml.not-carried",
    Severity.INFORMATION,
    Text(
        "{count} comments or processing instructions are not part of the message value",
        "{count} kommentarer eller behandlingsinstruktioner indgår ikke i meddelelsen",
    ),
    Text("nothing needs to be done", "der skal ikke gøres noget"),
    _HOUSE,
)

ROOT = _schema(
    "xml.root",
    Text("the root element is not Emessage", "rodelementet er ikke Emessage"),
    Text(
        "put the letter in an Emessage with its Envelope; note the spelling Emessage",
        "læg brevet i en Emessage med dens Envelope; bemærk stavemåden Emessage",
    ),
)
NAMESPACE = _schema(
    "xml.namespace",
    Text(
        "the namespace of Emessage is not one of those of the letters known here",
        "navnerummet for Emessage hører ikke til et kendt brev",
    ),
    Text("use one of {expected}, with the final slash", "brug et af {expected}, med afsluttende skråstreg"),
)
UNKNOWN_VERSION = _schema(
    "xml.unknown-version",
    Text(
        "{element} is known, but not in this namespace's version",
        "{element} kendes, men ikke i navnerummets version",
    ),
    Text("known versions: {expected}", "kendte versioner: {expected}"),
)
LETTER = _schema(
    "xml.letter",
    Text(
        "{element} is not a known letter in this namespace",
        "{element} er ikke et brev der kendes i dette navnerum",
    ),
    Text(
        "{nearest}{elsewhere}letters known in this namespace: {expected}",
        "{nearest}{elsewhere}breve der kendes i dette navnerum: {expected}",
    ),
)
ELSEWHERE = Text("{element} belongs to {versions}; ", "{element} hører til {versions}; ")
"""Of a letter that another namespace has: which, as part of a hint."""
MISSING = _schema(
    "xml.element-missing",
    Text("{element} is missing", "{element} mangler"),
    Text("add {element} in its place: {order}", "tilføj {element} på sin plads: {order}"),
)
UNEXPECTED = _schema(
    "xml.element-unexpected",
    Text("{element} does not belong here", "{element} hører ikke til her"),
    Text("{nearest}allowed here, in this order: {order}", "{nearest}tilladt her, i denne rækkefølge: {order}"),
)
ROOT_ORDER = Text(
    "Envelope, then letters, each followed by at most one Local_Elements",
    "Envelope, derefter breve, hvert fulgt af højst ét Local_Elements",
)
RUNNING_TEXT = Text(
    "{names}; text in a proportional font has no element: write it as it is",
    "{names}; tekst i proportional skrift skal ikke stå i et element: skriv den som den er",
)
"""What is allowed in a formatted text, for who writes ``<Font>``: Den gode XML korrespondance, 2020, page 30."""
ORDER = _schema(
    "xml.element-order",
    Text("{element} is out of order", "{element} står det forkerte sted"),
    Text(
        "the order is {order}; the value read from it is in order, so validate the bytes, not the value",
        "rækkefølgen er {order}; den læste værdi følger den, så kontrollér bytene og ikke værdien",
    ),
)
REPEATED = _schema(
    "xml.element-repeated",
    Text("{element} occurs too often", "{element} forekommer for mange gange"),
    Text("at most {max} allowed here", "der må højst stå {max} her"),
)
CHOICE = _schema(
    "xml.choice",
    Text("more than one of {alternatives} is given", "mere end én af {alternatives} er angivet"),
    Text("give exactly one of {alternatives}", "angiv netop én af {alternatives}"),
)
TEXT_BETWEEN = _schema(
    "xml.text-unexpected",
    Text("there is text between the elements", "der står tekst mellem elementerne"),
    Text("only whitespace is allowed there", "kun blanktegn må stå der"),
)
ATTRIBUTE = _schema(
    "xml.attribute",
    Text("the attribute {attribute} is not allowed", "attributten {attribute} er ikke tilladt"),
    Text("the letters have no attributes", "brevene har ingen attributter"),
)
CHILDREN = _schema(
    "xml.content",
    Text(
        "{element} contains child elements but must contain only text",
        "{element} indeholder elementer, men må kun have tekst",
    ),
    Text("write the text without elements in it", "skriv teksten uden elementer"),
)
NOT_EMPTY = _schema(
    "xml.not-empty",
    Text("{element} must be empty", "{element} skal være helt tomt"),
    Text(
        "write <{element}/>, without even whitespace in it",
        "skriv <{element}/>; der må ikke engang stå et blanktegn i det",
    ),
)
EMPTY = _schema(
    "xml.text-empty",
    Text("{element} is empty", "{element} er tomt"),
    Text("give at least {min} characters, or leave the element out", "angiv mindst {min} tegn, eller udelad elementet"),
)
TOO_LONG = _schema(
    "xml.text-too-long",
    Text(
        "{element} has {length} characters; at most {max} are allowed",
        "{element} har {length} tegn, højst {max} er tilladt",
    ),
    Text("shorten it to {max} characters", "forkort til {max} tegn"),
)
PATTERN = _schema(
    "xml.pattern",
    Text("{element} is not written as {expected}", "{element} er ikke skrevet som {expected}"),
    Text("write it as {expected}, without spaces around it", "skriv den som {expected}, uden blanktegn før og efter"),
)
CODE = _schema(
    "xml.code",
    Text("{element} is not in its code list", "{element} er ikke en værdi fra kodelisten"),
    Text(
        "{nearest}use one of {expected}, written exactly like that",
        "{nearest}brug en af {expected}, skrevet på præcis den måde",
    ),
)
CODE_VERSION = _schema(
    "xml.code-version",
    Text("{element} is {value}, which {version} does not have", "{element} er {value}, som {version} ikke kender"),
    Text("use one of {expected}", "brug en af {expected}"),
)
FIXED = _schema(
    "xml.fixed",
    Text("{element} is not {expected}", "{element} er ikke {expected}"),
    Text("write {expected}: the namespace determines it", "skriv {expected}: navnerummet bestemmer det"),
)
OLDER_SCHEMA = _schema(
    "xml.older-schema",
    Text(
        "{element} is valid only in MedCom's older copy of the schema ({detail})",
        "{element} er kun gyldigt efter MedComs ældre udgave af skemaet ({detail})",
    ),
    Text("write {expected}, which both copies accept", "skriv {expected}, som begge udgaver godtager"),
    "MedCom XML schemas of 2014, replaced without a change of namespace",
)
OTHER = _schema(
    "xml.schema",
    Text("the schema rejects the element ({reason})", "elementet afvises af skemaet ({reason})"),
    Text("compare the element with the schema of its version", "sammenlign elementet med skemaet for versionen"),
)
ATTRIBUTE_MISSING = _schema(
    "xml.attribute-missing",
    Text("{element} lacks its attribute {attribute}", "{element} mangler attributten {attribute}"),
    Text("add the attribute {attribute}", "tilføj attributten {attribute}"),
)
OTHER_NAMESPACE = _schema(
    "xml.other-namespace",
    Text(
        "{element} is in another namespace than the schema requires",
        "{element} står i et andet navnerum end skemaet forlanger",
    ),
    Text("write it in the namespace {namespace}", "skriv det i navnerummet {namespace}"),
    "MedCom XML schemas as in use in 2026; of ehmiSBDH 2.0.1, only the type of BinaryContent is PEPPOL's",
)
BASE64 = _schema(
    "xml.base64",
    Text("{element} is not base64", "{element} er ikke base64"),
    Text(
        "encode the bytes of the message as base64; it may contain whitespace",
        "kod meddelelsens bytes med base64; den må indeholde blanktegn",
    ),
    "XML Schema, base64Binary",
)

_VANS = "MedCom, schema of VANSEnvelope 1.0.4"
ENVELOPE_ROOT = _schema(
    "vans.root",
    Text("the root element is not VANSEnvelope", "rodelementet er ikke VANSEnvelope"),
    Text("put the message in a VANSEnvelope", "læg meddelelsen i en VANSEnvelope"),
    _VANS,
)
ENVELOPE_VERSION = _schema(
    "vans.version",
    Text(
        "the VANSEnvelope has version {version}, for which no schema is known",
        "VANSEnvelope har version {version}, som der ikke er noget kendt skema til",
    ),
    Text("send version 1.0.4", "send version 1.0.4"),
    _VANS,
)
ENVELOPE_NAMESPACE = _schema(
    "vans.namespace",
    Text("the namespace is not that of VANSEnvelope", "navnerummet er ikke VANSEnvelopes"),
    Text("use urn:oio:medcom:vans-envelope:1.0.4", "brug urn:oio:medcom:vans-envelope:1.0.4"),
    _VANS,
)
_SBDH = "MedCom, schema of ehmiSBDH 2.0.1"
SBDH_ROOT = _schema(
    "sbdh.root",
    Text("the root element is not StandardBusinessDocument", "rodelementet er ikke StandardBusinessDocument"),
    Text("put the message in a StandardBusinessDocument", "læg meddelelsen i et StandardBusinessDocument"),
    _SBDH,
)
SBDH_NAMESPACE = _schema(
    "sbdh.namespace",
    Text("the namespace is not that of StandardBusinessDocument", "navnerummet er ikke StandardBusinessDocuments"),
    Text(
        "use http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader",
        "brug http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader",
    ),
    _SBDH,
)
NO_VERSION = Kind(
    "version.unknown",
    Severity.ERROR,
    Layer.SCHEMA,
    Text("the letter has no version with that code", "brevet har ingen version med den kode"),
    Text("versions of {element}: {expected}", "versioner af {element}: {expected}"),
    "MedCom XML schemas as in use in 2026; differences between versions",
)
NO_LETTER_IN_VERSION = Kind(
    "version.no-letter",
    Severity.ERROR,
    Layer.SCHEMA,
    Text("there is no letter that could have a version", "der er intet brev der kan have en version"),
    Text("add a letter, or do not ask for a version", "tilføj et brev, eller udelad versionen"),
    "MedCom XML schemas as in use in 2026; differences between versions",
)

OF_FACET = {
    Facet.EMPTY: EMPTY,
    Facet.TOO_LONG: TOO_LONG,
    Facet.FORM: PATTERN,
    Facet.CODE: CODE,
    Facet.CODE_OF_VERSION: CODE_VERSION,
    Facet.FIXED: FIXED,
    Facet.CURRENT_SCHEMA: OLDER_SCHEMA,
}
"""What is said of a text that does not meet a facet of its type."""
