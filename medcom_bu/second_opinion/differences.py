"""Where our judge and HL7's validator differ and mean to: one row a difference, with its reason.

``docs/profiles.md`` is made from this table, the comparisons of the tests take their exceptions from it, and an
opinion names a row beside what it explains.

Source: HL7 FHIR R4, RFC 8259, XHTML 1.0; HL7's validator as HAPI 8.8.0 runs it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

import attrs

from medcom_bu.issues import Text

Place = tuple[str, str]
"""A code of ours or a message id, none for any, and a pattern of the paths at which it is meant."""

_AN_ENTRY = r"^Bundle\.entry(?:\[\d+\])?$"
_IN_AN_ENTRY = r"^Bundle\.entry"


@attrs.frozen
class KnownDifference:
    """One difference: ``what`` it is about, what HL7's validator says (``theirs``), what we say (``ours``), and why.

    ``only_ours`` and ``only_theirs`` recognise it, with ``beside`` only where our report holds one of these issues too,
    with ``said`` only where the validator's text fits; one with neither cannot be told from an issue alone.
    """

    name: str
    what: str
    theirs: str
    ours: str
    why: Text
    only_ours: tuple[Place, ...] = ()
    only_theirs: tuple[Place, ...] = ()
    beside: tuple[Place, ...] = ()
    said: str = ""


DIFFERENCES: tuple[KnownDifference, ...] = (
    KnownDifference(
        "corrected", "two invariants of CareCommunication 5.0.2 that MedCom corrected in 5.0.3 and 5.0.4",
        "as the package has them", "as corrected",
        Text("the newest text of the standard applies", "standardens nyeste tekst gælder"),
        only_ours=(("profile.invariant", r"\.definition$"),), only_theirs=(("medcom-careCommunication-15", ""),),
    ),
    KnownDifference(
        "earlier-message", "a reference to an earlier message outside the bundle", "error while a guide is built",
        "nothing",
        Text("earlier messages of a thread are elsewhere", "tidligere meddelelser i en tråd er andre steder"),
        only_theirs=(("Reference_REF_CantResolve", r"\.(?:target|entity)"),),
    ),
    KnownDifference(
        "unknown-profile", "a claimed profile that is not known", "error in HAPI's default, else a warning",
        "warning, not checked", Text("it may be right", "den kan være rigtig"),
        only_theirs=(("Validation_VAL_Profile_Unknown", ""), ("Validation_VAL_Profile_Unknown_Error", "")),
    ),
    KnownDifference(
        "version", "a claimed profile in a version that is not available", "does not judge by it",
        "validated against the version available, with a warning",
        Text("the nearest version finds more than none", "den nærmeste version finder mere end ingen kontrol gør"),
        only_ours=tuple((f"profile.{name}", "") for name in ("reference-type", "missing", "slice-missing", "invariant",
                                                             "slice-too-many", "too-many", "code", "pattern",
                                                             "fixed", "not-bundled")),
        beside=(("profile.wrong-version", ""),),
    ),
    KnownDifference(
        "profile-type", "a claimed profile of another type", "looks for its elements", "error",
        Text("the resource cannot be what it claims", "ressourcen kan ikke være det den angiver"),
        only_ours=(("profile.type", r"^Bundle\.entry(?:\[\d+\])?\.resource$"),),
    ),
    KnownDifference(
        "blank-canonical", "a blank canonical in `meta.profile`", "not noticed", "error",
        Text("a canonical contains no whitespace", "en canonical indeholder ingen blanktegn"),
        only_ours=(("profile.primitive", r"\.meta\.profile(?:\[\d+\])?$"),),
    ),
    KnownDifference(
        "blank-primitive", "a primitive with only whitespace", "not noticed", "error",
        Text("R4's types do not allow it", "R4's typer tillader det ikke"),
    ),
    KnownDifference(
        "empty", "an empty array, or an element with only an id", "dropped before validation", "error",
        Text("FHIR's JSON format forbids it; ele-1", "FHIR's JSON-format forbyder det; ele-1"),
        only_ours=(("profile.empty", ""), ("fhir.empty", "")),
    ),
    KnownDifference(
        "relative-address", "a relative `fullUrl` in a message", "error in new releases", "warning",
        Text("official examples of 2023 have it", "officielle eksempler fra 2023 har det"),
        only_theirs=(("BUNDLE_ENTRY_URL_ABSOLUTE", ""),),
    ),
    KnownDifference(
        "language", "`language` outside the recommended codes", "error without a terminology server", "nothing",
        Text("a language is a code of BCP 47; the binding is a recommendation",
             "et sprog er en kode i BCP 47; bindingen er en anbefaling"),
        only_theirs=(("Terminology_PassThrough_TX_Message", r"\.language$"),),
    ),
    KnownDifference(
        "hl7-terminology", "a code of HL7's terminology", "error without a terminology server",
        "not checked, which is reported where a binding needs the code",
        Text("HL7's terminology is in none of the packages", "HL7's terminologi er i ingen af pakkerne"),
        only_theirs=(("Terminology_TX_NoValid_12", r"\.class$"), ("Terminology_PassThrough_TX_Message", "")),
        said=r"'http://terminology\.hl7\.org/|\(http://terminology\.hl7\.org/",
    ),
    KnownDifference(
        "half-coding", "a Coding without its system or its code under a required binding", "not noticed", "error",
        Text("it is not a code of the value set", "den er ikke en kode i værdisættet"),
        only_ours=(("profile.code", r"\.class$"),),
    ),
    KnownDifference(
        "narrative-link", "a link within a narrative of a message that leads to nothing", "error", "warning",
        Text("official examples of 2023 have it", "officielle eksempler fra 2023 har det"),
        only_theirs=(("Type_Specific_Checks_DT_XHTML_Resolve", ""), ("Type_Specific_Checks_DT_URL_Resolve", "")),
    ),
    KnownDifference(
        "sibling", "`_given` of another length than `given`, or empty", "fills the shorter one", "error",
        Text("FHIR's JSON format: both have one length, with null",
             "FHIR's JSON-format: begge er lige lange, med null"),
        only_ours=(("fhir.primitive-sibling", ""),),
    ),
    KnownDifference(
        "choice", "two types of a choice, one of them with only extensions", "nothing", "error",
        Text("a choice stands in one type", "et element med flere typer har kun én"), only_ours=(("fhir.choice", ""),),
    ),
    KnownDifference(
        "abstract", "an abstract type of resource, `DomainResource`", "nothing", "error",
        Text("no resource is of it", "ingen ressource har den type"), only_ours=(("profile.resource-unknown", ""),),
    ),
    KnownDifference(
        "active-content", "`javascript:` in capitals, or in an image", "nothing", "error",
        Text("it is active content all the same", "det er aktivt indhold alligevel"),
    ),
    KnownDifference(
        "xhtml-place", "text in a `colgroup`, an `area` outside a `map`", "nothing", "error",
        Text("XHTML does not allow it", "XHTML tillader det ikke"),
    ),
    KnownDifference(
        "b-in-b", "`b` within `b`", "error", "nothing", Text("XHTML allows it", "XHTML tillader det"),
    ),
    KnownDifference(
        "block-in-dd", "a `div`, a list, a table or a `pre` in a `dd`", "error", "nothing",
        Text("XHTML allows it", "XHTML tillader det"),
    ),
    KnownDifference(
        "not-xml", "a narrative that is no well-formed XML: a `div` that is not closed, two of them, `&#0;`",
        "takes what it can read", "error", Text("R4 asks for XHTML, which is XML", "R4 kræver XHTML, som er XML"),
        only_ours=(("fhir.xhtml", ""),),
    ),
    KnownDifference(
        "short-oid", "`urn:oid:1.2.3`", "error: more arcs needed", "nothing",
        Text("an OID may have three arcs", "en OID må have tre led"),
        only_theirs=(("Type_Specific_Checks_DT_OID_Valid", ""),),
    ),
    KnownDifference(
        "display", "a display of another meaning", "error or warning, by its settings", "warning",
        Text("a system may show its own words", "et system må vise sin egen betegnelse"),
        only_theirs=(("Display_Name_for__should_be_one_of__instead_of", ""),
                     ("Display_Name_for__should_be_one_of__instead_of_one", "")),
    ),
    KnownDifference(
        "slice-by-profile", "a slice that a profile distinguishes, of a resource that has an error",
        "nothing of the slice", "the slice is missing, or the resource has none",
        Text("it only follows from the error, which is reported", "det følger kun af fejlen, som er nævnt"),
        only_ours=(("profile.slice-none", r"\.performer(?:\[\d+\])?$"), ("profile.slice-missing", r"\.resource$")),
        beside=(("profile.slice-none", ""),),
    ),
    KnownDifference(
        "no-slice-by-profile", "a reference to a resource with an error, where a profile distinguishes the slices",
        "an element of no slice", "only the error",
        Text("it only follows from the error, which is reported", "det følger kun af fejlen, som er nævnt"),
        only_theirs=(("Validation_VAL_Profile_NotSlice", r"\.performer(?:\[\d+\])?$"),),
    ),
    KnownDifference(
        "second-coding", "a second coding of an unknown system next to a correct one", "error", "nothing",
        Text("one coding of the value set is enough", "én kode i værdisættet er nok"),
        only_theirs=(("Terminology_PassThrough_TX_Message", r"\.coding(?:\[\d+\])?$"),),
    ),
    KnownDifference(
        "coding-without-code", "a coding of a known system without a code", "error: the code null is unknown",
        "nothing, unless a binding requires a code",
        Text("R4 allows a Coding without a code", "R4 tillader en Coding uden kode"),
        only_theirs=(("Terminology_PassThrough_TX_Message", ""),), said="#null'",
    ),
    KnownDifference(
        "segment", "a date, title or text that has only extensions", "nothing", "error",
        Text("our rule: a segment has them", "vores regel: et segment har dem"),
        only_ours=(("carecommunication.segment", ""), ("carecommunication.text", "")),
    ),
    KnownDifference(
        "party", "a party or patient that is named only by extensions, or is not in the message", "nothing", "error",
        Text("our rule: both are in the message", "vores regel: begge er i meddelelsen"),
        only_ours=(("fhirmessage.dangling-reference", ""), ("fhirmessage.party", "")),
    ),
    KnownDifference(
        "equal-to-itself", "a resource in which a primitive has only extensions",
        "breaks `medcom-careCommunication-11`", "nothing",
        Text("HL7's engine does not consider such a resource equal to itself",
             "HL7's motor anser ikke ressourcen for at være lig med sig selv"),
        only_theirs=(("medcom-careCommunication-11", ""),),
    ),
    KnownDifference(
        "unit-of-a-value", "units of UCUM", "judged", "not judged",
        Text("UCUM is a grammar that no package holds", "UCUM er en grammatik som ingen pakke rummer"),
    ),
    KnownDifference(
        "identifier-system", "`x:y`, or `URN:` in capitals, as the system of an identifier", "error", "nothing",
        Text("it is an absolute URI", "det er en absolut URI"),
    ),
    KnownDifference(
        "processing-instruction", "a processing instruction in XML", "error", "a warning: it is not carried",
        Text("XML allows it everywhere", "XML tillader det overalt"),
    ),
    KnownDifference(
        "xml-order", "elements of XML in another order than R4's", "nothing", "error",
        Text("FHIR's XML format fixes the order", "FHIR's XML-format fastlægger rækkefølgen"),
        only_ours=(("fhirxml.order", ""), ("fhirxml.repeated", "")),
    ),
    KnownDifference(
        "cdata", "CDATA in a narrative", "nothing", "read as its text", Text("XML says so", "XML siger det"),
    ),
    KnownDifference(
        "div-doctype", "a DOCTYPE in a narrative", "nothing", "error",
        Text("a DOCTYPE is refused wherever it stands: it can be an attack",
             "en DOCTYPE afvises hvor den end står: den kan være et angreb"),
    ),
    KnownDifference(
        "vertical-tab", "U+000B in a string", "nothing", "error",
        Text("R4 allows three control characters in a string", "R4 tillader tre styretegn i en string"),
    ),
    KnownDifference(
        "surrogate", "half a character (a lone surrogate)", "replaced", "error",
        Text("it is no text, and cannot be written", "det er ikke tekst og kan ikke skrives"),
    ),
    KnownDifference(
        "query", "`Type/id?x` as a reference", "error", "nothing",
        Text("a relative URL may have a query", "en relativ URL må have en query"),
    ),
    KnownDifference(
        "base64-blanks", "base64 with blanks", "error", "nothing",
        Text("R4's pattern allows white space between the groups", "R4's mønster tillader blanktegn mellem grupperne"),
    ),
    KnownDifference(
        "no-break-space", "a no-break space in a code", "nothing", "error",
        Text("it is white space, which a code has only singly within",
             "det er et blanktegn, og en kode må ikke have flere i træk"),
    ),
    KnownDifference(
        "two-in-one-entry", "two resources in one XML entry, one of another namespace, or an attribute on `resource`",
        "takes what it knows", "error",
        Text("an entry has one resource, and `resource` has no value",
             "en entry har én ressource, og `resource` har ingen værdi"),
        only_ours=(("fhirxml.resource", ""),),
    ),
    KnownDifference(
        "envelope", "the envelope around a message", "not seen", "judged with what is inside",
        Text("the other validator was given the message alone", "den anden validator fik kun meddelelsen"),
        only_ours=(("", "^/"),),
    ),
    KnownDifference(
        "left-out-entry", "an entry that is no object, or of another namespace",
        "leaves it out, or takes it in, and numbers the others accordingly", "error; each keeps its number",
        Text("a path leads to the entry that is there", "en sti fører til den entry der står der"),
        only_ours=(("", _IN_AN_ENTRY),), only_theirs=(("", _IN_AN_ENTRY),),
        beside=(("fhir.json-type", _AN_ENTRY), ("fhirxml.namespace", _AN_ENTRY)),
    ),
    KnownDifference(
        "array-for-one", "an array where one value stands, by which a slice is told",
        "leaves it out, and misses the slice", "error for the array",
        Text("one fault is told once", "én fejl siges én gang"),
        only_theirs=(("Validation_VAL_Profile_Minimum_SLICE", r"\.resource$"),), beside=(("fhir.a-list", ""),),
    ),
    KnownDifference(
        "untyped-target", "a reference to an entry whose resource has no type", "error for each reference",
        "error for the resource", Text("one fault is reported once", "én fejl nævnes én gang"),
        only_theirs=(("Reference_REF_BadTargetType", ""),), said="Found Resource,",
    ),
    KnownDifference(
        "next-line", "U+0085 in the url of a profile", "error", "nothing",
        Text("R4's pattern for a uri forbids only ASCII whitespace",
             "R4's mønster for en uri forbyder kun ASCII's blanktegn"),
    ),
)  # fmt: skip
"""Every difference that is known."""


def find_ours(code: str, path: str, report: Collection[Place] = ()) -> KnownDifference | None:
    """Why an issue of ours has no counterpart; ``report`` has the codes and paths of all of ours."""
    return _find(((row, row.only_ours) for row in DIFFERENCES), code, path, report)


def find_theirs(id_: str, path: str, said: str = "", report: Collection[Place] = ()) -> KnownDifference | None:
    """Why a finding of the other validator with this message id and text has none."""
    rows = (row for row in DIFFERENCES if re.search(row.said, said))
    return _find(((row, row.only_theirs) for row in rows), id_.rpartition("#")[2], path, report)


def _find(
    rows: Iterable[tuple[KnownDifference, tuple[Place, ...]]], name: str, path: str, report: Collection[Place]
) -> KnownDifference | None:
    fitting = (row for row, places in rows if _fits(places, name, path))
    return next((row for row in fitting if not row.beside or any(_fits(row.beside, *one) for one in report)), None)


def _fits(places: Iterable[Place], name: str, path: str) -> bool:
    return any(one in ("", name) and re.search(place, path) for one, place in places)


def differences_table() -> str:
    """The rows as a table of Markdown."""
    lines = [f"| {row.what} | {row.theirs} | {row.ours} | {row.why.en} |" for row in DIFFERENCES]
    return "\n".join(("| what | HL7's validator | here | why |", "|---|---|---|---|", *lines))
