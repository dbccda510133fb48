"""What reading EDIFACT can find in its syntax: characters, segments, service segments, binary objects."""

from __future__ import annotations

from medcom_bu.issues import Kind, Layer, Severity, Text

_ISO = "ISO 9735, UN/EDIFACT syntax version 3"
_OBJECT = "ISO 9735-8, binary objects (UNO, UNP), as used in MedCom BIN01"
_HOUSE = "medcom_bu, safe reading of EDIFACT"


def _syntax(code: str, message: Text, hint: Text, source: str = _ISO, severity: Severity = Severity.ERROR) -> Kind:
    return Kind(f"edifact.{code}", severity, Layer.SYNTAX, message, hint, source)


NOT_EDIFACT = _syntax(
    "not-edifact",
    Text("the bytes are not EDIFACT", "bytene er ikke EDIFACT"),
    Text("an interchange begins with UNA or UNB", "en udveksling begynder med UNA eller UNB"),
)
EMPTY = _syntax(
    "empty",
    Text("there are no segments", "der er intet segment"),
    Text("check that the complete file was written and sent", "kontrollér at filen er skrevet og sendt helt"),
)
NO_SERVICE = _syntax(
    "una-missing",
    Text(
        "UNA is missing; the usual service characters were assumed", "UNA mangler; de sædvanlige servicetegn er brugt"
    ),
    Text("start with UNA:+.? '", "begynd med UNA:+.? '"),
    severity=Severity.INFORMATION,
)
SERVICE = _syntax(
    "una",
    Text(
        "UNA is too short, or its six characters are not different punctuation marks; the usual service characters "
        "were assumed",
        "UNA er for kort, eller dens seks tegn er ikke forskellige skilletegn; de sædvanlige servicetegn er brugt",
    ),
    Text(
        "write UNA:+.? ' with its space: nine characters in total",
        "skriv UNA:+.? ' med dens blanktegn: ni tegn i alt",
    ),
)
BYTE_ORDER_MARK = _syntax(
    "byte-order-mark",
    Text("there is a byte order mark before the first segment", "der står et byte order mark før første segment"),
    Text("write ISO 8859-1 (UNOC), not UTF-8", "skriv ISO 8859-1 (UNOC), ikke UTF-8"),
)
UTF8 = _syntax(
    "utf-8",
    Text(
        "the text looks like UTF-8, but UNOC is ISO 8859-1; it was read as ISO 8859-1",
        "teksten ligner UTF-8, men UNOC er ISO 8859-1; den er læst som ISO 8859-1",
    ),
    Text("write ISO 8859-1", "skriv ISO 8859-1"),
    severity=Severity.WARNING,
)
CONTROL_1 = _syntax(
    "windows-1252",
    Text(
        "there are bytes from 80 to 9F, which are not characters in ISO 8859-1 (perhaps the text is Windows-1252)",
        "der er bytes fra 80 til 9F, som ikke er tegn i ISO 8859-1 (måske er det Windows-1252)",
    ),
    Text(
        "write plain quotes and dashes, and ISO 8859-1",
        "skriv almindelige anførselstegn og bindestreger, og ISO 8859-1",
    ),
    severity=Severity.WARNING,
)
CONTROL_0 = _syntax(
    "control-character",
    Text(
        "there is a control character, which XML cannot carry and UNOC does not include",
        "der er et styretegn, som XML ikke kan bære og UNOC ikke har",
    ),
    Text("remove control characters from the text", "fjern styretegn fra teksten"),
)
TAG = _syntax(
    "tag",
    Text(
        "the segment does not begin with a tag of three capitals or digits",
        "segmentet begynder ikke med en segmentkode på tre store bogstaver eller cifre",
    ),
    Text(
        "release ' + : and ? in texts with ?; make sure that the tag ends in + or '",
        "sæt ? foran ' + : og ? i tekster; sørg for at segmentkoden slutter med + eller '",
    ),
)
EMPTY_SEGMENT = _syntax(
    "empty-segment",
    Text("there is a segment terminator without a segment", "der er en segmentafslutter uden segment"),
    Text(
        "write one terminator after a segment; release ' in texts",
        "skriv én afslutter efter et segment; sæt ? foran ' i tekster",
    ),
)
RELEASE = _syntax(
    "release",
    Text(
        "the release character (?) comes before a character that does not need it; it was read as text",
        "frigivelsestegnet (?) står før et tegn der ikke skal frigives; det er læst som tekst",
    ),
    Text("release only ' + : and ?; write ? itself as ??", "frigiv kun ' + : og ?; skriv selve ? som ??"),
)
NEEDLESS = _syntax(
    "needless-release",
    Text(
        "the decimal mark is released, which is not needed; the release character (?) is not part of the text",
        "decimaltegnet er frigivet, hvilket ikke er nødvendigt; frigivelsestegnet (?) er ikke en del af teksten",
    ),
    Text("release only ' + : and ?; write ? itself as ??", "frigiv kun ' + : og ?; skriv selve ? som ??"),
    severity=Severity.WARNING,
)
TRUNCATED = _syntax(
    "truncated",
    Text("the interchange ends inside a segment", "udvekslingen slutter inde i et segment"),
    Text(
        "check that the complete file was sent; end UNZ with '", "kontrollér at filen er sendt helt; afslut UNZ med '"
    ),
)
AFTER_END = _syntax(
    "after-end",
    Text("there is content after UNZ", "der følger noget efter UNZ"),
    Text("end the file with UNZ; only whitespace may follow", "slut filen med UNZ; kun blanktegn må følge"),
)
SECOND_INTERCHANGE = _syntax(
    "second-interchange",
    Text("a second interchange follows in the same file", "endnu en udveksling følger i samme fil"),
    Text(
        "send one interchange per file; it may hold several messages",
        "send én udveksling pr. fil; den må rumme flere meddelelser",
    ),
)
DOUBLED = _syntax(
    "doubled",
    Text("{tag} occurs twice; the first one is used", "{tag} står to gange; den første gælder"),
    Text("leave the second {tag} out", "udelad den anden {tag}"),
)
MISSING = _syntax(
    "service-segment-missing",
    Text("{tag} is missing here", "{tag} mangler her"),
    Text(
        "the order is UNB, for each message UNH to UNT, then UNZ; UNP follows a UNO",
        "rækkefølgen er UNB, for hver meddelelse UNH til UNT, så UNZ; UNP følger en UNO",
    ),
)
OUTSIDE = _syntax(
    "outside-message",
    Text("the segment is outside a message", "segmentet står uden for en meddelelse"),
    Text("move it between UNH and UNT, or leave it out", "flyt det ind mellem UNH og UNT, eller udelad det"),
)
ELEMENT_MISSING = _syntax(
    "element-missing",
    Text("a mandatory element of {tag} is missing", "et obligatorisk element i {tag} mangler"),
    Text("fill in the element", "udfyld elementet"),
)
SYNTAX_IDENTIFIER = _syntax(
    "syntax-identifier",
    Text(
        "UNB does not say UNOC version 3; the text was read as if it did",
        "UNB angiver ikke UNOC version 3; teksten er læst som UNOC version 3",
    ),
    Text("write UNOC:3", "skriv UNOC:3"),
)
OTHER_SYNTAX = _syntax(
    "other-syntax-identifier",
    Text(
        "UNB does not say UNOC version 3; all characters are in ASCII, so the text reads the same",
        "UNB angiver ikke UNOC version 3; alle tegn er i ASCII, så teksten læses ens",
    ),
    Text("write UNOC:3", "skriv UNOC:3"),
    severity=Severity.WARNING,
)
DATE = _syntax(
    "unb-date",
    Text("the date of UNB is not a date of the form YYMMDD", "datoen i UNB er ikke en dato af formen ÅÅMMDD"),
    Text("write six digits", "skriv seks cifre"),
)
TIME = _syntax(
    "unb-time",
    Text("the time of UNB is not a time of the form HHMM", "tiden i UNB er ikke et klokkeslæt af formen TTMM"),
    Text("write four digits", "skriv fire cifre"),
)
SEGMENT_COUNT = _syntax(
    "segment-count",
    Text(
        "UNT does not give the number of segments: there are {count}",
        "UNT angiver ikke det rigtige antal segmenter: der er {count}",
    ),
    Text("count from UNH to UNT, including both", "tæl fra UNH til UNT, begge medregnet"),
)
MESSAGE_COUNT = _syntax(
    "message-count",
    Text(
        "UNZ does not give the number of messages: there are {count}",
        "UNZ angiver ikke det rigtige antal meddelelser: der er {count}",
    ),
    Text("count the UNH segments", "angiv antallet af UNH"),
)
MESSAGE_REFERENCE = _syntax(
    "message-reference",
    Text("the reference of UNT is not that of UNH", "referencen i UNT er en anden end i UNH"),
    Text("repeat element 1 of UNH", "gentag element 1 fra UNH"),
)
INTERCHANGE_REFERENCE = _syntax(
    "interchange-reference",
    Text("the reference of UNZ is not that of UNB", "referencen i UNZ er en anden end i UNB"),
    Text("repeat element 5 of UNB", "gentag element 5 fra UNB"),
)
EXTRA = _syntax(
    "trailer-extra",
    Text("{tag} has more than its two elements", "{tag} indeholder mere end sine to elementer"),
    Text("leave it out: a receiver need not read it", "udelad det: en modtager behøver ikke at læse det"),
    severity=Severity.WARNING,
)
OBJECT_SIZE = _syntax(
    "object-size",
    Text("the length of the object is not a number", "objektets længde er ikke et tal"),
    Text("give the number of bytes in digits", "angiv antallet af bytes med cifre"),
    _OBJECT,
)
OBJECT_LENGTH = _syntax(
    "object-length",
    Text(
        "the given length does not end at UNP ({given} given, {found} found)",
        "den angivne længde fører ikke til UNP ({given} angivet, {found} fundet)",
    ),
    Text(
        "count the bytes between the terminator of UNO and the U of UNP; add none, not even a line end",
        "tæl bytene mellem afslutteren af UNO og U i UNP; tilføj ingen, heller ikke linjeskift",
    ),
    _OBJECT,
)
TRAILER_LENGTH = _syntax(
    "object-trailer-length",
    Text(
        "the length in UNP is not the length of the object ({count})",
        "længden i UNP er en anden end objektets ({count})",
    ),
    Text("repeat the length from UNO", "gentag længden fra UNO"),
    _OBJECT,
)
OBJECT_REFERENCE = _syntax(
    "object-reference",
    Text("the number in UNP is not that of UNO", "nummeret i UNP er et andet end i UNO"),
    Text("repeat element 1 of UNO", "gentag element 1 fra UNO"),
    _OBJECT,
)
TOO_LARGE = _syntax(
    "too-large",
    Text("the interchange exceeds a limit ({limit})", "udvekslingen overskrider en grænse ({limit})"),
    Text("only binary objects may be large", "kun binære objekter må være store"),
    _HOUSE,
)
MORE = _syntax(
    "more",
    Text("{count} more issues with the code {code} are left out", "yderligere {count} af {code} er udeladt"),
    Text("fix the ones listed above", "ret dem der er nævnt"),
    _HOUSE,
    Severity.INFORMATION,
)
