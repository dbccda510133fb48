"""The kinds of the layer profile for what later editions of ElementDefinition say, and R4 in words alone.

Parameters: ``profile`` and ``element`` name the rule; the rest are names, numbers and codes of the standards.
"""

from __future__ import annotations

import attrs

from medcom_bu.issues import Kind, Layer, Severity, Text

_R5 = "FHIR R5, ElementDefinition; extensions of FHIR R4"


def _error(code: str, en: str, da: str, hint: Text, source: str = _R5) -> Kind:
    message = Text(en + " ({profile}, {element})", da + " ({profile}, {element})")
    return Kind(f"profile.{code}", Severity.ERROR, Layer.PROFILE, message, hint, source)


def _warning(code: str, en: str, da: str, hint: Text, source: str) -> Kind:
    return attrs.evolve(_error(code, en, da, hint, source), severity=Severity.WARNING)


TOO_SHORT = _error(
    "too-short",
    "the text has {length} characters; at least {least} needed",
    "teksten har {length} tegn, mindst {least} kræves",
    Text("write a longer text", "skriv en længere tekst"),
)
NO_VALUE = _error(
    "no-value",
    "the element has no value of its own",
    "elementet har ingen egen værdi",
    Text("give the value; an extension does not replace it", "angiv værdien; en extension erstatter den ikke"),
)
NO_ALTERNATIVE = _error(
    "no-alternative",
    "the element has neither a value nor one of the extensions {allowed}",
    "elementet har hverken en værdi eller en af disse extensions: {allowed}",
    Text(
        "give the value, or the extension that says why there is none",
        "angiv værdien, eller extensionen med årsagen",
    ),
)
SYSTEM_RELATIVE = _warning(
    "system-relative",
    "the system of the code is not an absolute URL",
    "kodens system er ikke en absolut adresse",
    Text(
        "write the address of the code system with its scheme",
        "skriv kodesystemets adresse med skema, fx http: eller urn:",
    ),
    "FHIR R4, Coding.system",
)
SYSTEM_VALUE_SET = _error(
    "system-value-set",
    "the system of the code is the address of a value set, {system}",
    "kodens system er adressen på et værdisæt, {system}",
    Text(
        "write the code system that the value set takes the code from",
        "skriv det kodesystem som koden er fra",
    ),
    "FHIR R4, Coding.system",
)
IMPLIED_TYPE = _error(
    "reference-implied-type",
    "the address of the reference gives the type {stated}, but points to {found}",
    "referencens adresse angiver typen {stated}; den fører til {found}",
    Text("correct the reference, or the fullUrl of the entry", "ret referencen, eller fullUrl på dens entry"),
    "FHIR R4, References, Reference.reference",
)
TARGET_OF_R4 = _warning(
    "reference-target-r4",
    "the resource referred to conforms to none of R4's own profiles {allowed}",
    "ressourcen der henvises til, passer til ingen af R4's egne profiler {allowed}",
    Text("refer to a resource of that kind", "henvis til en ressource af den slags"),
    "FHIR R4, ElementDefinition.type.targetProfile; HL7's validator asks no more than the type where all are R4's",
)
NOT_FETCHED = attrs.evolve(
    _warning(
        "not-fetched",
        "the resource referred to is not in the message, so it was not judged by any of the profiles: {allowed}",
        "ressourcen der henvises til er ikke i meddelelsen, så den er ikke bedømt efter nogen af profilerne: {allowed}",
        Text("judge the resource where it is", "bedøm ressourcen hvor den er"),
        "FHIR R4, ElementDefinition.type.targetProfile",
    ),
    unchecked=True,
)
ENTRY_ADDRESS_FORM = _error(
    "entry-address-form",
    "the fullUrl is not absolute",
    "fullUrl er ikke absolut",
    Text("write the whole address, or urn:uuid:", "skriv hele adressen, eller urn:uuid:"),
    "FHIR R4, Bundle.entry.fullUrl",
)
LINK_NOWHERE = _error(
    "narrative-link",
    "a link within the narrative leads to nothing in the resource",
    "et link i narrativet fører ikke til noget i ressourcen",
    Text(
        "let #x lead to the id of an element, or leave it out",
        "lad #x føre til et id, eller udelad linket",
    ),
    "FHIR R4, Narrative",
)
LINK_WARNING = _warning(
    "narrative-link-warning",
    "a link within the narrative leads to nothing in the resource",
    "et link i narrativet fører ikke til noget i ressourcen",
    Text("let #x lead to the id of an element, or leave it out", "lad #x føre til et id, eller udelad linket"),
    "FHIR R4, Narrative; a warning in messages, since official ones of 2023 have it",
)
LINK_SCHEME = _error(
    "narrative-link-scheme",
    "a link of the narrative has an address that cannot be followed (urn:, cid:)",
    "et link i narrativet har en adresse der ikke kan følges (urn:, cid:)",
    Text("link to an address of the web, or leave the link out", "link til en webadresse, eller udelad linket"),
    "FHIR R4, Narrative",
)
ID_TWICE = _error(
    "id-twice",
    "another element of the resource has the same id",
    "et andet element i ressourcen har samme id",
    Text("give each its own id, or none", "giv hver sit eget id, eller intet"),
    "FHIR R4, Element.id",
)
EXTENSION_PART = _error(
    "extension-part",
    "the definition of the extension has no part of this name",
    "udvidelsens definition har ingen del med dette navn",
    Text("use the names of its definition", "brug definitionens navne"),
    "FHIR R4, Extension.url",
)
DOCUMENT_REFERENCE = _error(
    "document-reference",
    "what the Composition refers to is not in the document",
    "det som Composition henviser til, er ikke i dokumentet",
    Text("add the resource as an entry", "tilføj ressourcen som en entry"),
    "FHIR R4, Documents, 3.3.1",
)
DOCUMENT_ENTRY = _error(
    "document-entry",
    "no chain of references joins this entry and the Composition",
    "ingen kæde af referencer forbinder denne entry med Composition",
    Text("refer to it, or leave it out", "henvis til den, eller udelad den"),
    "FHIR R4, Documents, 3.3.1",
)
ATTACHMENT_SIZE = _error(
    "attachment-size",
    "the size of the attachment is not that of its data, {actual} bytes",
    "den angivne størrelse passer ikke til indholdet, {actual} bytes",
    Text(
        "give the number of bytes before base64, or leave size out", "angiv antal bytes før base64, eller udelad size"
    ),
    "FHIR R4, Attachment.size",
)
ATTACHMENT_HASH = _error(
    "attachment-hash",
    "the hash of the attachment is not that of its data",
    "den angivne hash passer ikke til indholdet",
    Text("give the SHA-1 of the bytes before base64, in base64", "angiv SHA-1 af bytes før base64, i base64"),
    "FHIR R4, Attachment.hash",
)
NOT_IN_MESSAGE = attrs.evolve(
    _warning(
        "not-in-message",
        "the resource referred to is not in the message, where it would be judged by one of the profiles: {allowed}",
        "ressourcen der henvises til er ikke i meddelelsen, hvor den ville blive bedømt efter en af: {allowed}",
        Text("nothing, if the receiver knows it", "intet hvis modtageren kender den"),
        "FHIR R4, ElementDefinition.type.targetProfile",
    ),
    severity=Severity.INFORMATION,
)
SEARCH_OUTCOME = _error(
    "search-outcome",
    "an entry whose search.mode is outcome is an OperationOutcome; this is {found}",
    "en entry med search.mode outcome er en OperationOutcome; dette er {found}",
    Text("correct Bundle.entry.search.mode", "ret Bundle.entry.search.mode"),
    "FHIR R4, Bundle.entry.search.mode",
)
SEARCH_ID = _error(
    "search-id",
    "a search result must have an id; this resource has none",
    "det en søgning finder, har et id; denne ressource har intet",
    Text("give the resource its id", "angiv ressourcens id"),
    "FHIR R4, Bundle, searchset",
)
NARRATIVE_IN_LANGUAGES = _error(
    "narrative-in-languages",
    "the narrative has sections for languages, which the profile does not allow",
    "tekstgengivelsen har afsnit på sprog, hvilket profilen ikke tillader",
    Text("write one narrative, without sections that have lang", "skriv én tekstgengivelse uden afsnit der har lang"),
    "FHIR Extensions Pack, narrative-language-control",
)
NARRATIVE_LANGUAGE = _error(
    "narrative-language",
    "the narrative lacks a section in a language that the profile requires",
    "tekstgengivelsen mangler et afsnit på et sprog som profilen kræver",
    Text("add a div with lang and xml:lang", "tilføj en div der har lang og xml:lang"),
    "FHIR Extensions Pack, narrative-language-control",
)
NARRATIVE_SOURCE = _error(
    "narrative-source",
    "a part of the narrative does not say its source, which the profile demands",
    "en del af narrativet angiver ikke sin kilde, som profilen kræver",
    Text(
        "give each part the class boilerplate, generated or original",
        "giv hver del klassen boilerplate, generated eller original",
    ),
    "FHIR Extensions Pack, narrative-source-control",
)
MARKDOWN_HTML = _warning(
    "markdown-html",
    "the Markdown holds what looks like an HTML tag; many show it as text",
    "Markdown-teksten indeholder noget der ligner et HTML-tag; mange viser det som tekst",
    Text("write it in Markdown, or escape the <", "skriv det i Markdown, eller skriv < som \\\\<"),
    "FHIR R4, Data Types, markdown",
)
