"""What reading FHIR can find: the kinds of the layers syntax and schema."""

from __future__ import annotations

from medcom_bu.issues import Kind, Layer, Severity, Text

_JSON = "RFC 8259; HL7 FHIR R4, 2.6.2 JSON"
_XML = "XML 1.0, fifth edition; HL7 FHIR R4, 2.6.1 XML"
_R4 = "HL7 FHIR R4 (4.0.1), StructureDefinitions"
_HOUSE = "medcom_bu, safe reading of FHIR"


def _syntax(code: str, message: Text, hint: Text, source: str, severity: Severity = Severity.ERROR) -> Kind:
    return Kind(code, severity, Layer.SYNTAX, message, hint, source)


def _schema(code: str, message: Text, hint: Text, source: str = _R4, severity: Severity = Severity.ERROR) -> Kind:
    return Kind(code, severity, Layer.SCHEMA, message, hint, source)


# --- JSON ---------------------------------------------------------------------------------------------------------

JSON_SYNTAX = _syntax(
    "json.syntax",
    Text("the text is not JSON: {reason}", "teksten er ikke JSON: {reason}"),
    Text("write the message with a JSON library", "skriv meddelelsen med et JSON-bibliotek"),
    _JSON,
)
JSON_CUT = _syntax(
    "json.cut",
    Text("the JSON ends too early", "JSON'en slutter for tidligt"),
    Text("check that the file is complete", "kontrollér at filen er hel"),
    _JSON,
)
JSON_TRAILING = _syntax(
    "json.trailing",
    Text("there is content after the message", "der står noget efter meddelelsen"),
    Text("send one message, and nothing after it", "send én meddelelse, og intet efter den"),
    _JSON,
)
JSON_ENCODING = _syntax(
    "json.encoding",
    Text("the bytes are not UTF-8", "bytene er ikke UTF-8"),
    Text("write FHIR JSON as UTF-8", "skriv FHIR-JSON som UTF-8"),
    _JSON,
)
JSON_BOM = _syntax(
    "json.bom",
    Text("there is a byte order mark before the JSON; it was ignored", "der står et BOM før JSON'en; det er udeladt"),
    Text("write UTF-8 without a byte order mark", "skriv UTF-8 uden BOM"),
    _JSON,
    Severity.WARNING,
)
JSON_DEPTH = _syntax(
    "json.depth",
    Text("the JSON is nested deeper than {limit} levels", "JSON'en er indlejret dybere end {limit} niveauer"),
    Text("official messages have at most 20 levels", "officielle meddelelser har højst 20 niveauer"),
    _HOUSE,
)
JSON_DUPLICATE = _syntax(
    "json.duplicate-key",
    Text("the object has this key more than once", "objektet har denne nøgle mere end én gang"),
    Text("write each key once; repeated values go into an array", "skriv hver nøgle én gang; gentagelser er et array"),
    _JSON,
)
JSON_CONSTANT = _syntax(
    "json.constant",
    Text("NaN and infinities are not JSON numbers", "NaN og uendelig er ikke JSON-tal"),
    Text("leave out a value that is not a number", "udelad det der ikke har noget tal"),
    _JSON,
)
JSON_SURROGATE = _syntax(
    "json.surrogate",
    Text("the text contains half of a surrogate pair", "teksten rummer et halvt tegn"),
    Text("cut texts between characters, not inside one", "afkort tekster mellem tegn, ikke inden i dem"),
    _JSON,
)

TOO_LARGE = _syntax(
    "fhir.too-large",
    Text(
        "the message exceeds the limit {what}: {count}, where at most {limit} are read",
        "meddelelsen overskrider grænsen {what}: {count}, hvor der højst læses {limit}",
    ),
    Text(
        "send less in one message; if you expect this much, give other limits",
        "send mindre i én meddelelse; den der venter så meget, angiver andre grænser",
    ),
    _HOUSE,
)
STACK = Kind(
    "fhir.stack",
    Severity.WARNING,
    Layer.SYNTAX,
    Text(
        "the message was not read: the interpreter's stack is too short for it",
        "meddelelsen er ikke læst: fortolkerens stak er for kort til den",
    ),
    Text(
        "raise sys.setrecursionlimit, or lower the limit on depth",
        "hæv sys.setrecursionlimit, eller sænk grænsen for dybde",
    ),
    _HOUSE,
    unchecked=True,
)

# --- the shape of R4 ----------------------------------------------------------------------------------------------

NOT_AN_OBJECT = _schema(
    "fhir.not-an-object",
    Text("a FHIR resource is one object", "en FHIR-ressource er ét objekt"),
    Text("send the Bundle itself", "send selve bundlen"),
    _JSON,
)
RESOURCE_TYPE = _schema(
    "fhir.resource-type",
    Text("the resource does not give its type", "ressourcen siger ikke hvilken type den er"),
    Text(
        'write its type as a string: "resourceType": "Patient"', 'skriv dens type som tekst: "resourceType": "Patient"'
    ),
    _JSON,
)
RESOURCE_UNKNOWN = _schema(
    "fhir.resource-unknown",
    Text(
        "{type} is not a resource type in R4; the resource is kept and was not checked",
        "{type} er ikke en ressourcetype i R4; ressourcen er bevaret og ikke kontrolleret",
    ),
    Text("check the name of the type", "kontrollér typens navn"),
    "medcom_bu, kept content",
    Severity.INFORMATION,
)
UNTOLD = Text("element of this name", "element med det navn")
"""A name that may not be shown."""
PROPERTY_UNKNOWN = _schema(
    "fhir.property-unknown",
    Text("{type} has no {name}", "{type} har intet {name}"),
    Text(
        "{nearest}known: {known}; other content goes into an extension",
        "{nearest}kendte: {known}; andet indhold hører til i en extension",
    ),
)
MISSING = _schema(
    "fhir.missing",
    Text("{name} is missing", "{name} mangler"),
    Text("{type} must have {name}", "{type} skal have {name}"),
)
CHOICE = _schema(
    "fhir.choice",
    Text("{name} is given in more than one type", "{name} findes i mere end én type"),
    Text("give one of them", "angiv én af dem"),
)
NOT_A_LIST = _schema(
    "fhir.not-a-list",
    Text("{name} can repeat, so it must be an array", "{name} kan gentages og er derfor et array"),
    Text(
        "write an array, even for a single value; leave it out where there is none",
        "skriv et array, også om en enkelt; udelad det, hvor der ingen er",
    ),
    _JSON,
)
A_LIST = _schema(
    "fhir.a-list",
    Text(
        "{name} occurs at most once, so it must not be an array",
        "{name} forekommer højst én gang og er derfor ikke et array",
    ),
    Text("write the value itself, without an array", "skriv selve værdien, én gang"),
    _JSON,
)
EMPTY = _schema(
    "fhir.empty",
    Text("it is empty", "elementet er tomt"),
    Text("leave it out, or give it a value", "udelad det, eller giv det indhold"),
    "HL7 FHIR R4, 2.6.2 JSON and invariant ele-1",
)
JSON_TYPE = _schema(
    "fhir.json-type",
    Text(
        "{type} is written as {expected} in JSON, not as {found}",
        "{type} skrives som {expected} i JSON, ikke som {found}",
    ),
    Text("write it as {expected}, or leave it out", "skriv det som {expected}, eller udelad det"),
    _JSON,
)
FORM = _schema(
    "fhir.form",
    Text("the text does not have the form of {type}", "teksten har ikke form som {type}"),
    Text("write it as {form}", "skriv det som {form}"),
    "HL7 FHIR R4 (4.0.1), data types",
)
_MOMENT = "2026-05-01T10:00:00+02:00"
FORMS = {
    "instant": Text(f"a moment with its zone, such as {_MOMENT}", f"et tidspunkt med zone, fx {_MOMENT}"),
    "dateTime": Text(
        f"a date, or a moment with its zone, such as 2026-05-01 or {_MOMENT}",
        f"en dato, eller et tidspunkt med zone, fx 2026-05-01 eller {_MOMENT}",
    ),
    "date": Text("a date, such as 2026-05-01, 2026-05 or 2026", "en dato, fx 2026-05-01, 2026-05 eller 2026"),
    "time": Text("a time of day, such as 10:00:00", "et klokkeslæt, fx 10:00:00"),
    "url": Text("a web address without spaces", "en webadresse uden blanktegn"),
    "uri": Text("an address without spaces", "en adresse uden blanktegn"),
    "canonical": Text("an address without spaces", "en adresse uden blanktegn"),
    "oid": Text("urn:oid: and numbers separated by full stops", "urn:oid: og tal med punktum imellem"),
    "uuid": Text("urn:uuid: and a UUID in lower case", "urn:uuid: og et UUID med små bogstaver"),
    "id": Text("at most 64 letters, digits, - and full stops", "højst 64 bogstaver, cifre, - og punktummer"),
    "code": Text("a code without double spaces", "en kode uden dobbelte blanktegn"),
    "string": Text("text without control characters", "tekst uden styretegn"),
    "markdown": Text("text without control characters", "tekst uden styretegn"),
}
"""What FHIR writes as a pattern, in words; that of a type without words is shown as it is."""
BASE64 = _schema(
    "fhir.base64",
    Text("the content is not base64", "indholdet er ikke base64"),
    Text("encode the bytes of the file as base64", "kod filens bytes som base64"),
    "HL7 FHIR R4 (4.0.1), base64Binary",
)
XHTML = _schema(
    "fhir.xhtml",
    Text("the narrative is not a single well-formed XHTML div", "tekstgengivelsen er ikke én velformet div i XHTML"),
    Text(
        "write a div in the namespace http://www.w3.org/1999/xhtml, without DOCTYPE and named entities",
        "skriv en div i navnerummet http://www.w3.org/1999/xhtml, uden DOCTYPE og navngivne entiteter",
    ),
    "HL7 FHIR R4, 2.4 Narrative",
)
PRIMITIVE_SIBLING = _schema(
    "fhir.primitive-sibling",
    Text("_{name} does not fit {name}", "_{name} passer ikke til {name}"),
    Text(
        "_{name} holds id and extension of the primitive {name}: one entry for each value if it repeats",
        "_{name} rummer id og extension for den primitive {name}, én for hver forekomst",
    ),
    _JSON,
)

# --- the message --------------------------------------------------------------------------------------------------

NOT_A_BUNDLE = _schema(
    "fhir.not-a-bundle",
    Text(
        "the resource is not a Bundle, so it is not a message",
        "ressourcen er ikke en Bundle, så den er ikke en meddelelse",
    ),
    Text("send a Bundle of the type message", "send en Bundle af typen message"),
    "HL7 FHIR R4, 2.4.1 Messaging",
)
NO_HEADER = _schema(
    "fhir.no-header",
    Text("the first entry of the Bundle is not a MessageHeader", "bundlen har ingen MessageHeader som første entry"),
    Text("a message starts with its MessageHeader", "en meddelelse begynder med sin MessageHeader"),
    "HL7 FHIR R4, invariant bdl-12",
)
EVENT = _schema(
    "fhir.event",
    Text(
        "the event of the MessageHeader is not that of a message that is read here",
        "event i MessageHeader er ikke en meddelelse der læses her",
    ),
    Text("these are read: {known}", "der læses: {known}"),
    "MedCom Terminology 2.0.1, medcom-messaging-messageTypes",
)
FULL_URL_DUPLICATE = _schema(
    "fhir.full-url-duplicate",
    Text("an earlier entry has the same fullUrl and version", "en tidligere entry har samme fullUrl og version"),
    Text("give each resource its own fullUrl", "giv hver ressource sin egen fullUrl"),
    "HL7 FHIR R4, invariant bdl-7",
)
KEPT = _schema(
    "fhir.kept",
    Text(
        "{name} has no field in the message value; it is kept and written out again",
        "{name} har intet felt i meddelelsen; det bevares og skrives igen",
    ),
    Text("nothing needs to be done", "der skal ikke gøres noget"),
    "medcom_bu, kept content",
    Severity.INFORMATION,
)
VERSION = _schema(
    "fhir.version",
    Text("the message has no version with that name", "meddelelsen har ingen version med det navn"),
    Text("versions: {expected}", "versioner: {expected}"),
    "MedCom, CareCommunication and Acknowledgement",
)

TYPED = _schema(
    "fhir.typed",
    Text("fhir.resources does not accept this", "fhir.resources tager ikke imod dette"),
    Text(
        "validate the message: the report names the place that breaks R4",
        "kontrollér meddelelsen: rapporten nævner hvor den bryder R4",
    ),
    "fhir.resources 8, models of R4B",
)

# --- XML ----------------------------------------------------------------------------------------------------------

XML_SYNTAX = _syntax(
    "fhirxml.not-well-formed",
    Text("the XML is not well-formed: {reason}", "XML'en er ikke velformet: {reason}"),
    Text(
        "write the message with an XML library; check that the file is complete",
        "skriv meddelelsen med et XML-bibliotek; kontrollér at filen er hel",
    ),
    _XML,
)
XML_ENCODING = _syntax(
    "fhirxml.encoding",
    Text("the XML is not UTF-8", "XML'en er ikke UTF-8"),
    Text("write FHIR XML as UTF-8, and declare no other encoding", "skriv FHIR-XML som UTF-8, og angiv ikke andet"),
    _XML,
)
XML_DOCTYPE = _syntax(
    "fhirxml.doctype",
    Text("the document has a DOCTYPE", "dokumentet har en DOCTYPE"),
    Text("leave the DOCTYPE out; FHIR has none", "udelad DOCTYPE; FHIR har ingen"),
    _HOUSE,
)
XML_DEPTH = _syntax(
    "fhirxml.depth",
    Text("the XML is nested deeper than {limit} levels", "XML'en er indlejret dybere end {limit} niveauer"),
    Text("official messages have at most 30 levels", "officielle meddelelser har højst 30 niveauer"),
    _HOUSE,
)
XML_NOT_CARRIED = _syntax(
    "fhirxml.not-carried",
    Text(
        "{count} comments or processing instructions are not part of the message value",
        "{count} kommentarer eller behandlingsinstruktioner indgår ikke i meddelelsen",
    ),
    Text("nothing needs to be done", "der skal ikke gøres noget"),
    _HOUSE,
    Severity.INFORMATION,
)
XML_NAMESPACE = _schema(
    "fhirxml.namespace",
    Text("{name} is not in FHIR's namespace", "{name} er ikke i FHIR's navnerum"),
    Text('declare xmlns="http://hl7.org/fhir"', 'erklær xmlns="http://hl7.org/fhir"'),
    _XML,
)
XML_ORDER = _schema(
    "fhirxml.order",
    Text("{name} comes too late", "{name} står for sent"),
    Text("the elements of {type} come in this order: {order}", "elementerne i {type} står i denne rækkefølge: {order}"),
    _XML,
)
XML_ATTRIBUTE = _schema(
    "fhirxml.attribute",
    Text("{type} has no attribute {name}; it is kept", "{type} har ingen attribut {name}; den er bevaret"),
    Text("values go in the value attribute of an element", "værdier står i attributten value på elementer"),
    _XML,
)
XML_ELEMENT = _schema(
    "fhirxml.element",
    Text(
        "{name} is an attribute of {type}, not a child element; it is kept",
        "{name} er en attribut på {type}, ikke et element i det; det er bevaret",
    ),
    Text('write it in the start tag: {name}="..."', 'skriv den i starttagget: {name}="..."'),
    _XML,
)
XML_TEXT = _schema(
    "fhirxml.text",
    Text("there is text between the elements; it is kept", "der er tekst mellem elementerne; den er bevaret"),
    Text("values go in the value attribute of an element", "værdier står i attributten value på elementer"),
    _XML,
)
XML_REPEATED = _schema(
    "fhirxml.repeated",
    Text(
        "{name} occurs more than once; the first one is used, the others are kept",
        "{name} forekommer mere end én gang; den første gælder, de andre er bevaret",
    ),
    Text("{name} occurs at most once", "{name} forekommer højst én gang"),
    _XML,
)
XML_RESOURCE = _schema(
    "fhirxml.resource",
    Text(
        "{name} does not contain exactly one resource and nothing else; the first one is used, the rest is kept",
        "der er ikke præcis én ressource og intet andet i {name}; den første gælder, resten er bevaret",
    ),
    Text("put each resource into its own {name}", "læg hver ressource i sit eget {name}"),
    _XML,
)
