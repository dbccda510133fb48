"""What issues mean, ours and those of other validators: a row a meaning, with our codes and their message ids.

Source: the message ids of HL7's validator, as org.hl7.fhir.core 6 and HAPI 8.8 write them, and the texts of HAPI's
parser, which have none.
"""

from __future__ import annotations

import re

import attrs

from medcom_bu.issues import Text


@attrs.frozen
class Meaning:
    """What an issue is about: ``ours`` are our codes, ``theirs`` message ids, ``said`` how a text without id begins.

    ``follows`` marks what says no more than that something else is wrong.
    """

    text: Text
    ours: tuple[str, ...] = ()
    theirs: tuple[str, ...] = ()
    said: str = ""
    follows: bool = False


_CONFORMANCE = ("medcom-messaging-1", "medcom-messaging-3", "medcom-careCommunication-1",
                "medcom-careCommunication-3", "medcom-acknowledgement-2", "medcom-homecareObsMessage-1")  # fmt: skip
"""Invariants that say that a resource conforms to its profile: what does not is reported where it stands."""

FOLLOWS = Meaning(
    Text(
        "something that is referred to, or a part of this, has an error",
        "det der henvises til, eller indgår her, har en fejl",
    ),
    ("profile.reference-target",),
    ("Reference_REF_CantMatchChoice", *_CONFORMANCE),
    follows=True,
)
_SHAPE = ("fhir.a-list", "fhir.not-a-list", "fhir.json-type", "profile.shape", "fhir.resource-type",
          "fhir.not-an-object", "profile.type", "profile.unknown-element", "fhir.primitive-sibling")  # fmt: skip
UNREAD = Meaning(
    Text("it cannot be read", "det kan ikke læses"),
    _SHAPE,
    (),
    r"Error parsing JSON|Unable to find resourceType|The JSON element 'resourceType'|This content cannot be parsed",
)
"""Of the message itself, without a place: the validator has judged no further."""
INVARIANT = Meaning(
    Text("the rule {key} is broken", "reglen {key} er brudt"),
    ("profile.invariant", "profile.invariant-warning"),
)
UNKNOWN = Meaning(Text("the validator says {id}", "validatoren siger {id}"))

MEANINGS: tuple[Meaning, ...] = (
    FOLLOWS,
    UNREAD,
    Meaning(
        Text("a document does not start with its Composition", "dokumentet begynder ikke med sin Composition"),
        ("profile.invariant",),
        ("Bundle_BUNDLE_Entry_Document", "bdl-11"),
    ),
    Meaning(
        Text("a message does not start with its MessageHeader", "meddelelsen begynder ikke med sin MessageHeader"),
        ("fhir.no-header", "fhir.event", "profile.invariant"),
        ("Validation_BUNDLE_Message", "bdl-12"),
    ),
    Meaning(
        Text("something required is missing", "noget der skal være der, mangler"),
        ("profile.missing", "profile.slice-missing", "profile.slice-none", "fhir.missing", "fhir.empty",
         "profile.empty", "fhir.resource-type", "fhir.no-header", "profile.no-type", "profile.type", "fhir.json-type",
         "fhirmessage.party"),
        ("Validation_VAL_Profile_Minimum", "Validation_VAL_Profile_Minimum_SLICE",
         "Validation_VAL_Profile_Minimum_SLICE_EXT", "Profile_VAL_MissingElement", "Extension_EXT_Url_NotFound",
         "Extension_EXT_Simple_ABSENT", "Terminology_TX_Code_ValueSet_MISSING", "Terminology_TX_Code_ValueSet",
         "Bundle_BUNDLE_Entry_NoFirst"),
    ),
    Meaning(
        Text("there is too much of something", "der er for meget af noget"),
        ("profile.too-many", "profile.slice-too-many", "fhir.a-list", "fhir.choice", "fhir.event", "fhirxml.repeated",
         "profile.unknown-element"),
        ("Validation_VAL_Profile_Maximum", "Validation_VAL_Profile_NotAllowed"),
    ),
    Meaning(
        Text("it has none of the forms that the profile allows", "det har ingen af de former profilen tillader"),
        ("profile.slice-none", "profile.slice-order", "profile.slice-differs"),
        ("Validation_VAL_Profile_NotSlice", "Validation_VAL_Profile_OutOfOrder",
         "VALIDATION_VAL_PROFILE_SLICEORDER"),
    ),
    Meaning(
        Text("this element does not exist here", "elementet findes ikke her"),
        ("profile.unknown-element", "fhir.property-unknown", "fhirxml.element", "fhirxml.attribute", "fhir.choice",
         "fhir.event"),
        ("Validation_VAL_Unknown_Element", "ILLEGAL_PROPERTY"),
        r"Unrecognized property|Undefined (?:element|attribute)",
    ),
    Meaning(
        Text("it is written in a different shape from FHIR's", "det er skrevet i en anden form end FHIR's"),
        _SHAPE,
        ("Extension_EXT_Type", "Extension_PROF_Type", "Validation_VAL_Profile_WrongType"),
        r"This property must be|The property \w+ must be|The JSON element|This element must be",
    ),
    Meaning(
        Text("there is text, or a name of another namespace, in the XML",
             "der er tekst, eller et navn fra et andet navnerum, i XML'en"),
        ("fhirxml.text", "fhirxml.namespace", "profile.unknown-element"),
        (),
        r"Text should not be present|Wrong namespace",
    ),
    Meaning(
        Text("it is empty", "det er tomt"),
        ("fhir.empty", "profile.empty", "fhir.json-type", "profile.shape", "fhir.form", "profile.primitive",
         "fhir.event"),
        ("Type_Specific_Checks_DT_Primitive_NotEmpty", "Type_Specific_Checks_DT_Primitive_ValueExt", "ele-1",
         "Resource_RES_ID_Malformed_Chars"),
        r"Object must have some content|Array cannot be empty|Element must have some content",
    ),
    Meaning(
        Text("the value does not have the form of its type", "værdien har en anden form end sin type"),
        ("fhir.form", "profile.primitive", "profile.length", "profile.range", "profile.identifier-system",
         "profile.extension-url", "fhir.base64", "profile.reference-form", "profile.entry-address-other", "fhir.empty"),
        ("Type_Specific_Checks_DT_URI_WS", "Type_Specific_Checks_DT_UUID_Valid", "Type_Specific_Checks_DT_OID_Valid",
         "Type_Specific_Checks_DT_OID_Start", "Type_Specific_Checks_DT_Date_Valid",
         "Type_Specific_Checks_DT_DateTime_Valid", "Type_Specific_Checks_DT_DateTime_Regex",
         "Type_Specific_Checks_DT_DateTime_TZ", "Type_Specific_Checks_DT_Instant_Valid",
         "Type_Specific_Checks_DT_Code_WS", "Type_Specific_Checks_DT_Base64_Valid",
         "Type_Specific_Checks_DT_Integer_Valid", "Type_Specific_Checks_DT_Integer_LT1",
         "Type_Specific_Checks_DT_Integer_LT0", "Type_Specific_Checks_DT_Boolean_Value",
         "Type_Specific_Checks_DT_Primitive_Regex_Type", "Type_Specific_Checks_DT_Identifier_System",
         "Type_Specific_Checks_DT_ID_Valid", "Type_Specific_Checks_DT_Primitive_Regex",
         "Type_Specific_Checks_DT_String_Length", "Type_Specific_Checks_DT_Primitive_Length",
         "TYPE_SPECIFIC_CHECKS_CANONICAL_ABSOLUTE", "TYPE_SPECIFIC_CHECKS_DT_ATT_B64_DECODE_FAIL",
         "Extension_EXT_URL_Absolute", "Resource_RES_ID_Malformed_Chars", "Resource_RES_ID_Malformed_Length",
         "Terminology_TX_System_Relative", "REFERENCE_REF_INVALID_REF", "Reference_REF_Format1",
         "Reference_REF_Format2", "BUNDLE_ENTRY_URL_ABSOLUTE"),
    ),
    Meaning(
        Text("the value is not the one that the profile fixes", "værdien er ikke den som profilen fastlægger"),
        ("profile.fixed", "profile.pattern", "profile.fixed-extension", "fhir.event", "profile.slice-missing",
         "profile.slice-none"),
        ("_DT_Fixed_Wrong", "Fixed_Type_Checks_DT_Address_System", "Extension_EXT_Fixed_Banned", "Pattern_CheckValue",
         "Profile_VAL_MissingElement"),
    ),
    Meaning(
        Text("the code is not one of those allowed", "koden er ikke en af de tilladte"),
        ("profile.code", "profile.code-unknown", "profile.code-extensible", "profile.code-preferred", "fhir.event",
         "profile.code-not-checked", "profile.code-extensible-not-checked", "profile.pattern", "profile.fixed",
         "carecommunication.category"),
        ("Terminology_PassThrough_TX_Message", "Terminology_TX_NoValid_1_CC", "Terminology_TX_NoValid_2_CC",
         "Terminology_TX_NoValid_3_CC", "Terminology_TX_NoValid_4", "Terminology_TX_NoValid_12",
         "Terminology_TX_NoValid_13", "Terminology_TX_NoValid_15", "Terminology_TX_NoValid_16",
         "Terminology_TX_NoValid_17", "Terminology_TX_NoValid_18", "Terminology_TX_Code_ValueSet_MISSING",
         "Terminology_TX_Code_ValueSet", "Terminology_TX_System_Unknown", "UNKNOWN_CODESYSTEM",
         "Unknown_Code_in_Version", "None_of_the_provided_codes_are_in_the_value_set_one",
         "None_of_the_provided_codes_are_in_the_value_set"),
    ),
    Meaning(
        Text("the display is not the code system's", "display er et andet end kodesystemets"),
        ("profile.display",),
        ("Display_Name_for__should_be_one_of__instead_of_one", "Display_Name_for__should_be_one_of__instead_of",
         "Terminology_TX_Display_Wrong"),
    ),
    Meaning(
        Text("a reference finds nothing that fits in the message", "en reference finder intet passende i meddelelsen"),
        ("profile.not-bundled", "profile.reference-near", "fhirmessage.dangling-reference", "profile.aggregation",
         "profile.reference-form", "profile.reference-target", "profile.reference-type", "profile.document-reference"),
        ("Reference_REF_NotFound_Bundle", "Reference_REF_CantResolve", "Reference_REF_Aggregation",
         "BUNDLE_BUNDLE_ENTRY_NOTFOUND_CANNOT", "BUNDLE_BUNDLE_ENTRY_NOTFOUND_APPARENT",
         "BUNDLE_BUNDLE_ENTRY_NOTFOUND_FRAGMENT", "Bundle_BUNDLE_Entry_NotFound", "Bundle_BUNDLE_FullUrl_Missing",
         "BUNDLE_BUNDLE_POSSIBLE_MATCH_WRONG_FU", "ref-1"),
    ),
    Meaning(
        Text("a reference points to a type that is not allowed", "en reference fører til en anden type end tilladt"),
        ("profile.reference-type", "profile.reference-stated-type", "profile.reference-target",
         "profile.resource-unknown"),
        ("Reference_REF_BadTargetType", "Reference_REF_BadTargetType2", "Reference_REF_WrongTarget"),
    ),
    Meaning(
        Text("a reference matches several entries", "en reference passer på flere entries"),
        ("profile.reference-ambiguous", "fhir.full-url-duplicate"),
        ("Bundle_BUNDLE_MultipleMatches", "BUNDLE_BUNDLE_ENTRY_FOUND_MULTIPLE"),
    ),
    Meaning(
        Text("the address of an entry is wrong", "adressen på en entry er ikke rigtig"),
        ("profile.entry-address-missing", "profile.entry-address-other", "profile.entry-address-relative",
         "profile.entry-address-form", "fhir.full-url-duplicate", "profile.reference-near"),
        ("BUNDLE_ENTRY_URL_MATCHES_TYPE_ID", "BUNDLE_ENTRY_URL_MATCHES_NO_ID", "BUNDLE_ENTRY_URL_ABSOLUTE",
         "Bundle_BUNDLE_Entry_NoFullUrl", "BUNDLE_BUNDLE_ENTRY_FULLURL_REQUIRED", "Bundle_BUNDLE_FullUrl_NeedVersion",
         "Bundle_BUNDLE_FullUrl_Missing", "bdl-7", "bdl-8"),
    ),
    Meaning(
        Text("the narrative is not as FHIR allows", "tekstgengivelsen er ikke som FHIR tillader"),
        ("fhir.xhtml",),
        ("XHTML_XHTML_NS_InValid", "XHTML_XHTML_Element_Illegal", "XHTML_XHTML_Attribute_Illegal",
         "XHTML_XHTML_Image_Reference", "XHTML_XHTML_ActiveContent", "XHTML_OUT_OF_PLACE",
         "XHTML_XHTML_Element_Illegal_IN_PARA", "XHTML_URL_INVALID", "XHTML_URL_EMPTY", "txt-1", "txt-2"),
        r"Error parsing XHTML|XHTML|Unable to Parse HTML",
    ),
    Meaning(
        Text("an extension is not as its definition says", "en extension følger ikke sin definition"),
        ("profile.extension-context", "profile.modifier", "profile.no-modifier", "profile.extension-not-checked",
         "profile.modifier-unknown", "fhir.choice", "fhir.missing", "profile.type", "fhir.json-type",
         "profile.slice-missing", "profile.extension-part"),
        ("Extension_EXT_SubExtension_Invalid", "Extension_EXT_Modifier_Y", "Extension_EXT_Modifier_N",
         "Extension_EXTP_Context_Wrong", "Extension_EXTM_Context_Wrong", "Extension_EXT_Unknown_NotHere",
         "Extension_EXT_Unknown", "ext-1",
         "Extension_EXT_Type", "Extension_EXT_Simple_ABSENT"),
    ),
    Meaning(
        Text("a link of a narrative leads nowhere", "et link i den fortællende tekst fører ingen steder hen"),
        ("profile.narrative-link", "profile.narrative-link-scheme"),
        ("Type_Specific_Checks_DT_XHTML_Resolve", "Type_Specific_Checks_DT_XHTML_Resolve_Img",
         "TYPE_SPECIFIC_CHECKS_DT_XHTML_LITERAL_HREF"),
    ),
    Meaning(
        Text("two elements have one id", "to elementer har samme id"), ("profile.id-twice",), ("DUPLICATE_ID",)
    ),
    Meaning(
        Text("an entry of a document does not belong to it", "en entry i et dokument hører ikke til det"),
        ("profile.document-entry",), ("Bundle_BUNDLE_Entry_Orphan_DOCUMENT",),
    ),
    Meaning(
        Text("a contained resource has no id, or not one of its own",
             "en indeholdt ressource mangler id eller kan ikke skelnes fra andre"),
        ("profile.contained-id-missing", "profile.contained-id-twice", "fhirmessage.dangling-reference",
         "profile.invariant"),
        ("Resource_RES_ID_Missing", "RESOURCE_DUPLICATE_CONTAINED_ID", "CONTAINED_ORPHAN_DOM3", "dom-3"),
    ),
    Meaning(
        Text("the resource has a type that R4 does not know", "ressourcen har en type som R4 ikke kender"),
        ("profile.resource-unknown", "fhir.resource-unknown", "fhir.resource-type", "profile.no-type"),
        ("Validation_VAL_Content_Unknown", "bdl-5", "Resource_RES_ID_Missing"),
        r"This does not appear to be a FHIR resource|Invalid Resource|Unable to find resourceType",
    ),
    Meaning(
        Text("the link of the bundle does not match it", "bundlens link passer ikke til den"),
        ("profile.link-twice", "profile.link-page"),
        ("BUNDLE_LINK_SEARCH_NO_DUPLICATES", "BUNDLE_LINK_SEARCH_PROHIBITED", "BUNDLE_LINK_UNKNOWN"),
    ),
    Meaning(
        Text("the size or hash of a file does not match it", "en fils størrelse eller hash passer ikke til filen"),
        ("fhirmessage.file-size", "fhirmessage.file-hash", "profile.attachment-size", "profile.attachment-hash"),
        ("TYPE_SPECIFIC_CHECKS_DT_ATT_SIZE_CORRECT", "TYPE_SPECIFIC_CHECKS_DT_ATT_HASH_MISMATCH"),
    ),
    Meaning(
        Text("a claimed profile is not known", "en angivet profil er ukendt"),
        ("profile.not-checked", "profile.none", "profile.wrong-version", "profile.other-version"),
        ("Validation_VAL_Profile_Unknown", "VALIDATION_VAL_PROFILE_UNKNOWN_NOT_POLICY",
         "Validation_VAL_Profile_Unknown_Error", "TYPE_SPECIFIC_CHECKS_DT_CANONICAL_MULTIPLE_POSSIBLE_VERSIONS"),
    ),
)  # fmt: skip
"""The meanings. A code or id may be in several: what is wrong can be told in more than one way."""

_OF_ID = {id_: meaning for meaning in reversed(MEANINGS) for id_ in meaning.theirs}
_OF_TEXT = tuple((re.compile(meaning.said), meaning) for meaning in MEANINGS if meaning.said)


def meaning_of(id_: str, said: str) -> Meaning:
    """The first meaning of a message id, or of a text that has none."""
    name = id_.rpartition("#")[2]
    if name in _OF_ID:
        return _OF_ID[name]
    if "#" in id_:
        return INVARIANT
    if not id_:
        return next((meaning for pattern, meaning in _OF_TEXT if pattern.match(said)), UNKNOWN)
    return UNKNOWN


_CODES: dict[str, frozenset[str]] = {
    id_: frozenset().union(*(meaning.ours for meaning in MEANINGS if id_ in meaning.theirs)) for id_ in _OF_ID
}


def codes_of(id_: str, meaning: Meaning) -> frozenset[str]:
    """Our codes that say the same as a message id."""
    return _CODES.get(id_.rpartition("#")[2], frozenset(meaning.ours))


_STRAYING = frozenset(
    ("BUNDLE_ENTRY_URL_MATCHES_TYPE_ID", "BUNDLE_ENTRY_URL_MATCHES_NO_ID", "BUNDLE_ENTRY_URL_ABSOLUTE",
     "BUNDLE_BUNDLE_ENTRY_NOTFOUND_CANNOT", "BUNDLE_BUNDLE_ENTRY_NOTFOUND_APPARENT",
     "BUNDLE_BUNDLE_ENTRY_FOUND_MULTIPLE", "Bundle_BUNDLE_MultipleMatches", "Bundle_BUNDLE_Entry_NotFound",
     "Validation_BUNDLE_Message", "Bundle_BUNDLE_Entry_Document", "bdl-7", "bdl-11", "bdl-12")
)  # fmt: skip


def strays(id_: str) -> bool:
    """Whether the path of such a finding is not that of the fault: it names the bundle, or the wrong entry."""
    return id_.rpartition("#")[2] in _STRAYING


RESOLVING = frozenset(
    (*(f"medcom-careCommunication-{number}" for number in (4, 7, 8, 9, 11, 12, 13, 15)),
     *(f"medcom-homecareReport-{number}" for number in (2, 3)))
)  # fmt: skip
"""Invariants that look through references: where one finds nothing, they are broken too."""
OF_THE_ENTRY = frozenset({"fhirxml.resource"})
"""Our codes for an entry whose resource cannot be told: what else is said of it only follows."""
ADDRESSING = OF_THE_ENTRY | frozenset(
    f"profile.{name}"
    for name in (
        *("not-bundled", "reference-near", "entry-address-missing", "entry-address-other", "reference-type", "type"),
        *("reference-ambiguous", "missing", "empty", "no-type", "resource-unknown"),
    )
)
"""Our codes for a reference that finds nothing, or not the resource that it should."""
COUNTING = frozenset({"medcom-messaging-2", "medcom-careCommunication-2", "medcom-careCommunication-4"})
"""Invariants that look for resources of a type: one that cannot be read is not found."""
OF_TYPE = frozenset(f"bdl-{number}" for number in (1, 2, 3, 4, 9, 10, 11, 12))
"""Invariants that ask of which type the bundle is."""
DROPPED = frozenset(
    ("fhir.a-list", "fhir.not-a-list", "fhir.json-type", "fhir.property-unknown", "fhir.choice", "fhir.empty",
     "fhirxml.namespace", "fhirxml.repeated", "fhirxml.element")
)  # fmt: skip
"""Our codes for what a validator may leave out before it judges the rest, or take as it was meant."""
REFERRING = frozenset(f"profile.{name}" for name in ("not-bundled", "reference-near", "reference-ambiguous"))
"""Our codes for a reference that does not find its resource."""
