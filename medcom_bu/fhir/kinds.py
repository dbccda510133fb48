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
    Text("the text is not JSON ({reason})", "teksten er ikke JSON ({reason})"),
    Text("write the message with a JSON library", "skriv meddelelsen med et JSON-bibliotek"),
    _JSON,
)
JSON_CUT = _syntax(
    "json.cut",
    Text("the JSON ends too early", "JSON'en slutter for tidligt"),
    Text("check that the file is whole", "kontrollér at filen er hel"),
    _JSON,
)
JSON_TRAILING = _syntax(
    "json.trailing",
    Text("something follows the message", "der står noget efter meddelelsen"),
    Text("send one message, and nothing behind it", "send én meddelelse, og intet efter den"),
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
    Text("a byte order mark stands before the JSON; it was left out", "der står et BOM før JSON'en; det er udeladt"),
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
    Text("write each key once; repetitions are an array", "skriv hver nøgle én gang; gentagelser er et array"),
    _JSON,
)
JSON_CONSTANT = _syntax(
    "json.constant",
    Text("NaN and infinities are no JSON numbers", "NaN og uendelig er ikke JSON-tal"),
    Text("leave out what has no number", "udelad det der ikke har noget tal"),
    _JSON,
)
JSON_SURROGATE = _syntax(
    "json.surrogate",
    Text("the text holds half of an escaped character", "teksten rummer et halvt tegn"),
    Text("cut texts between characters, not within", "afkort tekster mellem tegn, ikke inden i dem"),
    _JSON,
)
