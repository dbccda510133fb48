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
