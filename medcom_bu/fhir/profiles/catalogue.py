"""What judging by profiles can find: the kinds of the layer profile.

Parameters: ``profile``, ``element`` and ``key`` name the rule; the rest are names, numbers and codes of the standards.
"""

from __future__ import annotations

import attrs

from medcom_bu.issues import Kind, Layer, Severity, Text

_RULE = " ({profile}, {element})"
_FIX = Text("see {element} in the profile", "reglen står i profilen ved {element}")


def _kind(code: str, severity: Severity, en: str, da: str, hint: Text = _FIX, source: str = "") -> Kind:
    message = Text(en + _RULE, da + _RULE)
    return Kind(f"profile.{code}", severity, Layer.PROFILE, message, hint, source or "FHIR R4, StructureDefinition")


def _error(code: str, en: str, da: str, hint: Text = _FIX, source: str = "") -> Kind:
    return _kind(code, Severity.ERROR, en, da, hint, source)


def _warning(code: str, en: str, da: str, hint: Text = _FIX, source: str = "") -> Kind:
    return _kind(code, Severity.WARNING, en, da, hint, source)


def _note(code: str, en: str, da: str, hint: Text = _FIX, source: str = "") -> Kind:
    return _kind(code, Severity.INFORMATION, en, da, hint, source)


MISSING = _error(
    "missing",
    "{name} is missing: at least {least} needed, {count} found",
    "{name} mangler: mindst {least} kræves, {count} fundet",
    Text("give {name}", "angiv {name}"),
)
TOO_MANY = _error(
    "too-many",
    "{name} occurs {count} times; at most {most} allowed",
    "{name} står {count} gange, højst {most} er tilladt",
    Text("remove the surplus", "udelad det overskydende"),
)
UNKNOWN_ELEMENT = _error(
    "unknown-element",
    "the element {name} does not exist here",
    "elementet {name} findes ikke her",
    Text("check the spelling, and where the element belongs", "kontrollér stavningen, eller hvor elementet hører til"),
)
SHAPE = _error(
    "shape",
    "this is {found}; expected {expected}",
    "dette er {found}, forventet {expected}",
    Text("write the element as FHIR's JSON format says", "skriv elementet som FHIR's JSON-format siger"),
)
NO_TYPE = _error(
    "no-type",
    "the resource has no resourceType",
    "ressourcen har ingen resourceType",
    Text("give the type of the resource", "angiv ressourcens type"),
)
RESOURCE_UNKNOWN = _error(
    "resource-unknown",
    "R4 has no such resource type",
    "R4 har ingen ressource af denne type",
    Text("use one of R4's resource types, spelled exactly", "brug en af R4's ressourcetyper, stavet som i R4"),
    "FHIR R4, resource types",
)
TOO_DEEP = attrs.evolve(
    _warning(
        "too-deep",
        "the resource was not validated: the interpreter's stack is too short for it",
        "ressourcen er ikke kontrolleret: fortolkerens stak er for kort til den",
        Text(
            "raise sys.setrecursionlimit, or lower the limit on depth",
            "hæv sys.setrecursionlimit, eller sænk grænsen for dybde",
        ),
        "medcom_bu, limits",
    ),
    unchecked=True,
)
EMPTY = _error(
    "empty",
    "the element is empty (ele-1)",
    "elementet er tomt (ele-1)",
    Text("give a value or leave the element out", "angiv en værdi eller udelad elementet"),
)
TYPE = _error(
    "type",
    "the type {found} is not allowed; allowed: {allowed}",
    "typen {found} er ikke tilladt; tilladt: {allowed}",
    Text("use one of the allowed types", "brug en af de tilladte typer"),
)
PRIMITIVE = _error(
    "primitive",
    "the text is not a valid {type}",
    "teksten er ikke en gyldig {type}",
    Text("write it as FHIR defines {type}", "skriv den sådan som FHIR definerer {type}"),
)
LENGTH = _error(
    "length",
    "the text has {length} characters; at most {most} allowed",
    "teksten har {length} tegn, højst {most} er tilladt",
    Text("shorten the text", "forkort teksten"),
)
RANGE = _error(
    "range",
    "the value is outside the bound {bound}",
    "værdien er uden for grænsen {bound}",
    Text("give a value within the bounds", "angiv en værdi inden for grænserne"),
)
IDENTIFIER_SYSTEM = _error(
    "identifier-system",
    "the system of the identifier is not an absolute URI",
    "identifikationens system er ikke absolut",
    Text("write the full URL, urn:oid: or urn:uuid:", "skriv hele adressen, urn:oid: eller urn:uuid:"),
)
EXTENSION_URL = _error(
    "extension-url",
    "the url of the extension is not an absolute URL",
    "extensionens url er ikke absolut",
    Text("write the full URL of its definition", "skriv hele adressen på dens definition"),
    "FHIR R4, Extension.url",
)
FIXED = _error(
    "fixed",
    "the value is not the one fixed by the profile: {wanted}",
    "værdien er ikke den som profilen fastlægger: {wanted}",
    Text("write {wanted}", "skriv {wanted}"),
)
FIXED_EXTENSION = _error(
    "fixed-extension",
    "there are extensions next to a value that the profile fixes",
    "der er extensions ved siden af en værdi som profilen fastlægger",
    Text("leave the extensions out", "udelad disse extensions"),
    "FHIR R4, ElementDefinition.fixed[x]: the value is exactly that",
)
PATTERN = _error(
    "pattern",
    "the value does not contain what the profile requires: {wanted}",
    "værdien indeholder ikke hvad profilen kræver: {wanted}",
    Text("write {wanted}", "skriv {wanted}"),
)
CODE = _error(
    "code",
    "the code is not in the value set {value_set}",
    "koden er ikke i værdisættet {value_set}",
    Text("use a code of {value_set}{codes}", "brug en kode fra {value_set}{codes}"),
)
CODE_EXTENSIBLE = _warning(
    "code-extensible",
    "the code is not in the value set {value_set}, which should be used where it fits",
    "koden er ikke i værdisættet {value_set}, som bør bruges hvor det passer",
    Text("use a code of {value_set} if one fits{codes}", "brug en kode fra {value_set} hvis en passer{codes}"),
)
CODE_PREFERRED = _note(
    "code-preferred",
    "the code is not in the recommended value set {value_set}",
    "koden er ikke i det anbefalede værdisæt {value_set}",
    Text("a code of {value_set} is better understood{codes}", "en kode fra {value_set} forstås bedre{codes}"),
)
CODE_NOT_CHECKED = attrs.evolve(
    _warning(
        "code-not-checked",
        "the code was not checked: the value set {value_set} cannot be expanded here",
        "koden er ikke kontrolleret: værdisættet {value_set} kan ikke udfoldes her",
        Text("add the package that defines it", "tilføj pakken der definerer det"),
    ),
    unchecked=True,
)
CODE_DEPENDENCY = attrs.evolve(
    _warning(
        "code-dependency",
        "the code was not checked: the value set {value_set} needs {package}, which is not available in full",
        "koden er ikke kontrolleret: værdisættet {value_set} kræver {package}, som ikke foreligger hel",
        Text(
            "add the package: validate(..., packages=[...]), --package or medcom-bu profiles add",
            "tilføj pakken: validate(..., packages=[...]), --package eller medcom-bu profiles add",
        ),
        "FHIR R4, NPM Package Specification, dependencies",
    ),
    unchecked=True,
)
CODE_EXTENSIBLE_NOT_CHECKED = _note(
    "code-extensible-not-checked",
    "the code was not compared with the value set {value_set}, which cannot be expanded here",
    "koden er ikke sammenlignet med værdisættet {value_set}, som ikke kan udfoldes her",
    Text("other codes are allowed", "andre koder må bruges"),
)
CODE_UNKNOWN = _error(
    "code-unknown",
    "the code is not in its code system {system}",
    "koden er ikke i sit kodesystem {system}",
    Text("use a code of {system}", "brug en kode fra {system}"),
)
DISPLAY = _warning(
    "display",
    "the display is not one of those that the code system {system} has for the code",
    "display er ikke en af dem som kodesystemet {system} har til koden",
    Text(
        "write the display of the code system, or one of its designations; Danish ones too",
        "skriv kodesystemets display, eller en af dets betegnelser; også danske",
    ),
    "FHIR R4, Coding.display",
)
SLICE_MISSING = _error(
    "slice-missing",
    "{name} is missing in the slice {slice}: at least {least} needed, {count} found",
    "{name} mangler i formen {slice}: mindst {least} kræves, {count} fundet",
    Text("give {name} in the slice {slice}", "angiv {name} i formen {slice}"),
)
SLICE_TOO_MANY = _error(
    "slice-too-many",
    "{name} occurs {count} times in the slice {slice}; at most {most} allowed",
    "{name} står {count} gange i formen {slice}, højst {most} er tilladt",
    Text("remove the surplus", "udelad det overskydende"),
)
SLICE_NONE = _error(
    "slice-none",
    "{name} does not match any of the allowed slices: {slices}",
    "{name} har ingen af de tilladte former: {slices}",
    Text("make it match one of the slices", "skriv det i en af formerne"),
)
SLICE_ORDER = _error(
    "slice-order",
    "{name} in the slice {slice} is out of order",
    "{name} i formen {slice} står på forkert plads",
    Text("keep the order of the profile", "hold profilens rækkefølge"),
)
SLICE_DIFFERS = _error(
    "slice-differs",
    "the discriminator ({discriminator}) of {name} is not that of the slice {slice}",
    "det der skelner formerne af {name} ({discriminator}), passer ikke til {slice}",
)
INVARIANT = _error(
    "invariant",
    "the rule {key} is broken: {meaning}",
    "reglen {key} er brudt: {meaning}",
    Text("look at {at}", "se på {at}"),
)
INVARIANT_WARNING = _warning(
    "invariant-warning",
    "the recommendation {key} is not followed: {meaning}",
    "anbefalingen {key} er ikke fulgt: {meaning}",
    Text("look at {at}", "se på {at}"),
)
INVARIANT_NOT_CHECKED = attrs.evolve(
    _warning(
        "invariant-not-checked",
        "the rule {key} was not checked: {reason}",
        "reglen {key} er ikke kontrolleret: {reason}",
        Text("check it with the official validator", "kontrollér den med den officielle validator"),
    ),
    unchecked=True,
)
PART_NOT_CHECKED = attrs.evolve(
    _warning(
        "part-not-checked",
        "what the profile says with {what} was not checked",
        "det profilen kræver ved {what}, er ikke kontrolleret",
        Text("check it with the official validator", "kontrollér det med den officielle validator"),
        "FHIR R5, ElementDefinition; extensions of FHIR R4",
    ),
    unchecked=True,
)
CONTEXT_NOT_CHECKED = attrs.evolve(
    _warning(
        "context-not-checked",
        "it was not checked whether the extension {url} is allowed here: its definition uses something that is not "
        "known here",
        "om extensionen {url} må stå her, er ikke kontrolleret: dens definition siger det ved noget ukendt",
        Text("check it with the official validator", "kontrollér det med den officielle validator"),
        "FHIR R4, StructureDefinition.context",
    ),
    unchecked=True,
)
TYPE_PROFILES = _error(
    "type-profiles",
    "the value conforms to none of the allowed profiles: {allowed}",
    "værdien passer til ingen af de tilladte profiler: {allowed}",
    Text("write it as one of the profiles requires", "skriv den som en af profilerne siger"),
    "FHIR R4, ElementDefinition.type.profile",
)
NOT_BUNDLED = _error(
    "not-bundled",
    "the reference must point to a resource in the message, but does not",
    "referencen skal føre til en ressource i meddelelsen og gør det ikke",
    Text(
        "put the resource in the bundle; the fullUrl of its entry must fit the reference",
        "læg ressourcen i bundlen; fullUrl på dens entry skal passe til referencen",
    ),
)
REFERENCE_TYPE = _error(
    "reference-type",
    "the reference points to {found}; allowed: {allowed}",
    "referencen fører til {found}, tilladt: {allowed}",
    Text("refer to a resource of an allowed type", "henvis til en ressource af en tilladt type"),
)
REFERENCE_TARGET = _error(
    "reference-target",
    "the resource that the reference points to conforms to none of the allowed profiles: {allowed}",
    "ressourcen der henvises til, opfylder ingen af de tilladte profiler: {allowed}",
    Text("fix what the causes name", "ret det som årsagerne nævner"),
)
REFERENCE_FORM = _error(
    "reference-form",
    "the reference does not have a valid form",
    "referencen har ikke en gyldig form",
    Text("write Type/id, #id or a full URL", "skriv Type/id, #id eller en hel adresse"),
)
AGGREGATION = _error(
    "aggregation",
    "the resource that the reference points to is in the wrong place ({found}); allowed: {allowed}",
    "ressourcen der henvises til, står det forkerte sted ({found}); tilladt: {allowed}",
    Text(
        "contained is within the resource, bundled an entry of the message, referenced anywhere else",
        "contained er inde i ressourcen, bundled er en entry i meddelelsen, referenced alle andre steder",
    ),
    "FHIR R4, ElementDefinition.type.aggregation",
)
REFERENCE_AMBIGUOUS = _error(
    "reference-ambiguous",
    "several entries have the address that the reference points to",
    "flere entries har den adresse som referencen fører til",
    Text(
        "name the version (/_history/...), or give each entry its own fullUrl",
        "angiv versionen (/_history/...), eller giv hver entry sin egen fullUrl",
    ),
    "FHIR R4, Bundle, resolving references",
)
REFERENCE_STATED_TYPE = _error(
    "reference-stated-type",
    "the reference gives the type {stated}, but points to {found}",
    "referencen angiver typen {stated}; den fører til {found}",
    Text(
        "write the type of the resource in Reference.type, or leave it out", "skriv ressourcens type, eller udelad den"
    ),
    "FHIR R4, Reference.type",
)
CONTAINED_ID_MISSING = _error(
    "contained-id-missing",
    "the contained resource has no id",
    "den indeholdte ressource har intet id",
    Text("give it an id, and refer to it as #id", "giv den et id, og henvis til den som #id"),
    "FHIR R4, References, Contained Resources",
)
CONTAINED_ID_TWICE = _error(
    "contained-id-twice",
    "an earlier contained resource has the same id",
    "en tidligere indeholdt ressource har samme id",
    Text("give each its own id", "giv hver sit eget id"),
    "FHIR R4, References, Contained Resources",
)
LINK_TWICE = _error(
    "link-twice",
    "an earlier link also has the relation {relation}",
    "et tidligere link har også relationen {relation}",
    Text("leave one of them out", "udelad det ene"),
    "FHIR R4, Bundle.link",
)
LINK_PAGE = _error(
    "link-page",
    "a link with the relation {relation} leads through the pages of a search, which this is not",
    "et link med relationen {relation} fører gennem en søgnings sider; dette er ingen søgning",
    Text("leave the link out", "udelad linket"),
    "FHIR R4, Bundle.link",
)
REFERENCE_NEAR = _error(
    "reference-near",
    "a resource of this type and id is in the message, but its address does not fit the reference",
    "en ressource med denne type og id er i meddelelsen, men dens adresse passer ikke til referencen",
    Text("give the fullUrls of both entries the same base", "lad fullUrl på begge entries have samme base"),
    "FHIR R4, Bundle, resolving references",
)
ENTRY_ADDRESS_MISSING = _error(
    "entry-address-missing",
    "the entry has no fullUrl",
    "entry har ingen fullUrl",
    Text("give each entry a fullUrl of its own", "giv hver entry sin egen fullUrl"),
    "FHIR R4, Bundle.entry.fullUrl",
)
ENTRY_ADDRESS_RELATIVE = _warning(
    "entry-address-relative",
    "the fullUrl is not an absolute URL",
    "fullUrl er ikke absolut",
    Text("write the full URL, or urn:uuid:", "skriv hele adressen, eller urn:uuid:"),
    "FHIR R4, Bundle.entry.fullUrl; a warning in messages, since official ones of 2023 have it",
)
ENTRY_ADDRESS_OTHER = _error(
    "entry-address-other",
    "the fullUrl is the address of another resource",
    "fullUrl er adressen på en anden ressource",
    Text("make it end with /Type/id of the resource", "lad den ende med /Type/id for ressourcen"),
    "FHIR R4, Bundle.entry.fullUrl",
)
EXTENSION_CONTEXT = _error(
    "extension-context",
    "the extension {url} does not belong here",
    "extensionen {url} hører ikke til her",
    Text("put it where its definition allows it", "sæt den hvor dens definition tillader det"),
)
NO_MODIFIER = _error(
    "no-modifier",
    "the extension {url} changes no meaning and does not belong in modifierExtension",
    "extensionen {url} ændrer ingen betydning og hører ikke til i modifierExtension",
    Text("put it in extension", "sæt den i extension"),
    "FHIR R4, Extensibility, Modifier Extensions",
)
MODIFIER = _error(
    "modifier",
    "the extension {url} changes the meaning of the element and belongs in modifierExtension",
    "extensionen {url} ændrer elementets betydning og hører til i modifierExtension",
    Text("put it in modifierExtension", "sæt den i modifierExtension"),
    "FHIR R4, Extensibility, Modifier Extensions",
)
MODIFIER_UNKNOWN = attrs.evolve(
    _warning(
        "modifier-unknown",
        "the modifier extension {url} is not known: the meaning of the element is uncertain",
        "modifierExtension {url} er ukendt: elementets betydning er usikker",
        Text("leave it out, or add the package that defines it", "udelad den, eller tilføj pakken der definerer den"),
    ),
    unchecked=True,
)
EXTENSION_NOT_CHECKED = attrs.evolve(
    _note(
        "extension-not-checked",
        "the extension {url} is not known and was not checked",
        "extensionen {url} er ukendt og er ikke kontrolleret",
        Text("add the package that defines it", "tilføj pakken der definerer den"),
    ),
    unchecked=True,
)
NOT_CHECKED = attrs.evolve(
    _warning(
        "not-checked",
        "the profile {wanted} is not known: nothing was checked against it",
        "profilen {wanted} er ukendt: intet er kontrolleret efter den",
        Text("add the package that defines it", "tilføj pakken der definerer den"),
    ),
    unchecked=True,
)
_ADD = Text(
    "add the whole package {package}: validate(..., packages=[...]), --package, or medcom-bu profiles add",
    "tilføj hele pakken {package}: validate(..., packages=[...]), --package eller medcom-bu profiles add",
)
DEPENDENCY = attrs.evolve(
    _warning(
        "dependency",
        "nothing was checked against the profile {wanted}: {package}, which defines {needed}, is not available",
        "intet er kontrolleret efter profilen {wanted}: {package}, der definerer {needed}, foreligger ikke",
        _ADD,
        "FHIR R4, NPM Package Specification, dependencies",
    ),
    unchecked=True,
)
PART = attrs.evolve(
    _warning(
        "dependency-part",
        "nothing was checked against the profile {wanted}: the part of {package} that comes with the library lacks "
        "{needed}",
        "intet er kontrolleret efter profilen {wanted}: det medleverede uddrag af {package} mangler {needed}",
        _ADD,
        "FHIR R4, NPM Package Specification, dependencies",
    ),
    unchecked=True,
)
NO_PROFILE = _warning(
    "none",
    "the message names no known profile: only R4 was checked",
    "meddelelsen nævner ingen kendt profil: kun R4 er kontrolleret",
    Text("name the profile in meta.profile", "angiv profilen i meta.profile"),
)
OTHER_VERSION = _note(
    "other-version",
    "checked against version {held} of the profile, although {wanted} is claimed",
    "kontrolleret efter version {held} af profilen, ikke den angivne {wanted}",
    Text("add the package of that version", "tilføj pakken i den version"),
)
WRONG_VERSION = _warning(
    "wrong-version",
    "the profile is claimed in version {wanted}, which is not available: checked against {held}",
    "profilen er angivet i version {wanted}, som ikke foreligger: kontrolleret efter {held}",
    Text("add the package of that version", "tilføj pakken i den version"),
)
