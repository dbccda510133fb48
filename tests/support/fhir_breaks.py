"""One rule broken at a time: what to do to a message, such as that of ``fhir_message``, so that it breaks that rule.

``BREAKS`` names each rule by its key (an invariant, or the slice or element) and gives the change and the ids of the
errors that the official validator then reports, cascades aside. The changes need a message with all content: sender and
recipient, encounter, an attachment with data, a Practitioner with a name. Two rules cannot be broken alone: what breaks
them breaks their neighbour, and the entry says so by naming both.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from tests.support.fhir_message import MEDCOM, Node
from tests.support.fhir_mutants import resources

SOR = "urn:oid:1.2.208.176.1.1"
GLN = "https://www.gs1.org/gln"
CORE = f"{MEDCOM}/core/StructureDefinition"
TERMS = f"{MEDCOM}/terminology/CodeSystem"
DK_CODES = "http://hl7.dk/fhir/core/CodeSystem"
MINIMUM, MAXIMUM = "Validation_VAL_Profile_Minimum", "Validation_VAL_Profile_Maximum"
SLICE, NO_SLICE = "Validation_VAL_Profile_Minimum_SLICE", "Validation_VAL_Profile_NotSlice"
EXTENSION, UNKNOWN_CODE = "Validation_VAL_Profile_Minimum_SLICE_EXT", "Terminology_PassThrough_TX_Message"

Change = Callable[[Node], object]


def one(bundle: Node, kind: str) -> Node:
    return resources(bundle, kind)[0]


def add(bundle: Node, resource: Node) -> None:
    """One more entry, addressed as the first one is."""
    base = bundle["entry"][0]["fullUrl"].rsplit("/", 2)[0]
    address = f"{base}/{resource['resourceType']}/{resource['id']}"
    bundle["entry"].append({"fullUrl": address, "resource": resource})


def copied(bundle: Node, kind: str, id_: str) -> Node:
    """A copy of the first resource of a kind, under another id, added to the bundle."""
    resource = copy.deepcopy(one(bundle, kind)) | {"id": id_}
    add(bundle, resource)
    return resource


def extension(holder: Node, name: str) -> Node:
    return next(item for item in holder["extension"] if item["url"].endswith(name))


def payload(bundle: Node, content: str = "contentString") -> Node:
    found: Node = next(item for item in one(bundle, "Communication")["payload"] if content in item)
    return found


def organization(bundle: Node) -> Node:
    """The receiving organization."""
    wanted = one(bundle, "MessageHeader")["destination"][0]["receiver"]["reference"].rpartition("/")[2]
    return next(found for found in resources(bundle, "Organization") if found["id"] == wanted)


def identifier(organization: Node, system: str) -> Node:
    return next(found for found in organization["identifier"] if found["system"] == system)


def put(kind: str, key: str, value: Any) -> Change:
    """Sets a property of the first resource of a kind."""

    def change(bundle: Node) -> None:
        one(bundle, kind)[key] = copy.deepcopy(value)

    return change


def cut(kind: str, key: str) -> Change:
    """Removes a property of the first resource of a kind."""

    def change(bundle: Node) -> None:
        del one(bundle, kind)[key]

    return change


def named(system: str, value: str) -> Change:
    """Gives the receiving organization one more identifier."""

    def change(bundle: Node) -> None:
        organization(bundle)["identifier"].append({"system": system, "value": value})

    return change


def patient_id(system: str, value: str, **more: str) -> Change:
    return put("Patient", "identifier", [{"system": system, "value": value, **more}])


def no_provenance(bundle: Node) -> None:
    bundle["entry"] = [item for item in bundle["entry"] if item["resource"]["resourceType"] != "Provenance"]


def contained_practitioner(bundle: Node) -> None:
    """The authors' Practitioner is contained in the role; the one in the Bundle has no name."""
    role = one(bundle, "PractitionerRole")
    role["contained"] = [{"resourceType": "Practitioner", "id": "p", "name": [{"family": "Hansen"}]}]
    role["practitioner"] = {"reference": "#p"}
    del one(bundle, "Practitioner")["name"]


def other_name(bundle: Node) -> None:
    """A Practitioner with a name that nobody refers to; the author's has none."""
    copied(bundle, "Practitioner", "another")
    del one(bundle, "Practitioner")["name"]


def no_encounter_reference(bundle: Node) -> None:
    one(bundle, "Communication")["encounter"] = {"display": "x"}


def recategorised(code: str) -> Change:
    def change(bundle: Node) -> None:
        one(bundle, "Communication")["category"][0]["coding"][0]["code"] = code

    return change


def other_without_topic(bundle: Node) -> None:
    communication = one(bundle, "Communication")
    communication["category"][0]["coding"][0]["code"] = "other"
    del communication["topic"]
    communication.pop("priority", None)


def role_twice(bundle: Node) -> None:
    for role in resources(bundle, "PractitionerRole"):
        role["code"] = [{"coding": role["code"][0].get("coding", [{"code": "x"}]), "text": "Sygeplejerske"}]


def episode(value: str) -> Change:
    system = "https://www.esundhed.dk/Registre/Landspatientregisteret"
    return put("Encounter", "episodeOfCare", [{"identifier": {"system": system, "value": value}}])


def phone(value: Node) -> Change:
    def change(bundle: Node) -> None:
        extension(payload(bundle), "contact-extension")["valueContactPoint"] = value

    return change


def payload_identifier(value: str) -> Change:
    def change(bundle: Node) -> None:
        extension(payload(bundle), "identifier-extension")["valueIdentifier"]["value"] = value

    return change


def without_extension(name: str, content: str = "contentString") -> Change:
    def change(bundle: Node) -> None:
        item = payload(bundle, content)
        item["extension"].remove(extension(item, name))

    return change


def twice_extension(name: str, content: str = "contentString") -> Change:
    def change(bundle: Node) -> None:
        item = payload(bundle, content)
        item["extension"].append(copy.deepcopy(extension(item, name)))

    return change


def twice(kind: str, key: str, *items: Node) -> Change:
    """Gives a resource items twice, or doubles those it has."""

    def change(bundle: Node) -> None:
        found = [*items] or one(bundle, kind)[key]
        one(bundle, kind)[key] = [*copy.deepcopy(found), *copy.deepcopy(found)]

    return change


def related(**content: Any) -> Change:
    """The patient is linked to a person."""

    def change(bundle: Node) -> None:
        meta = {"profile": ["http://hl7.dk/fhir/core/StructureDefinition/dk-core-related-person"]}
        patient = {"reference": f"Patient/{one(bundle, 'Patient')['id']}"}
        person = {"resourceType": "RelatedPerson", "id": "related", "meta": meta, "patient": patient}
        add(bundle, person | copy.deepcopy(content))
        one(bundle, "Patient")["link"] = [{"other": {"reference": "RelatedPerson/related"}, "type": "seealso"}]

    return change


def twice_named(system: str, value: str) -> Change:
    def change(bundle: Node) -> None:
        named(system, value)(bundle)
        named(system, value)(bundle)

    return change


def retyped(name: str, key: str, value: Any) -> Change:
    """Gives an extension of the text segment a value of another type."""

    def change(bundle: Node) -> None:
        found = extension(payload(bundle), name)
        for other in [one for one in found if one.startswith("value")]:
            del found[other]
        found[key] = value

    return change


def unused(bundle: Node) -> None:
    del one(bundle, "MessageHeader")["destination"][0]["extension"]


def used_twice(bundle: Node) -> None:
    destination = one(bundle, "MessageHeader")["destination"][0]
    destination["extension"] += copy.deepcopy(destination["extension"])


def occurred_in_a_period(bundle: Node) -> None:
    provenance = one(bundle, "Provenance")
    provenance["occurredPeriod"] = {"start": provenance.pop("occurredDateTime")}


def no_string(bundle: Node) -> None:
    communication = one(bundle, "Communication")
    communication["payload"] = [item for item in communication["payload"] if "contentString" not in item]


def use(code: str) -> Change:
    def change(bundle: Node) -> None:
        one(bundle, "MessageHeader")["destination"][0]["extension"][0]["valueCoding"]["code"] = code

    return change


def second_destination(bundle: Node) -> None:
    destinations = one(bundle, "MessageHeader")["destination"]
    destinations.append(copy.deepcopy(destinations[0]))


def cc_destination(bundle: Node) -> None:
    second_destination(bundle)
    one(bundle, "MessageHeader")["destination"][1]["extension"][0]["valueCoding"]["code"] = "cc"


def role(code: str) -> Change:
    def change(bundle: Node) -> None:
        provenance = one(bundle, "Provenance")
        provenance["entity"] = provenance["entity"][:1]
        provenance["entity"][0]["role"] = code

    return change


def two_preceding(bundle: Node) -> None:
    entity = {"role": "revision", "what": {"identifier": {"value": "5790000120420#1"}}}
    one(bundle, "Provenance")["entity"] += [entity, copy.deepcopy(entity)]


def unidentified_payload(bundle: Node) -> None:
    one(bundle, "Provenance")["entity"][0]["what"] = {"display": "x"}


def without_identifier(system: str) -> Change:
    def change(bundle: Node) -> None:
        found = organization(bundle)
        found["identifier"].remove(identifier(found, system))
        found["identifier"].append({"system": "http://example.org/x", "value": "1"})

    return change


def twice_identifier(system: str) -> Change:
    def change(bundle: Node) -> None:
        found = organization(bundle)
        found["identifier"].append(copy.deepcopy(identifier(found, system)))

    return change


def reidentified(system: str, key: str, value: str) -> Change:
    def change(bundle: Node) -> None:
        identifier(organization(bundle), system)[key] = value

    return change


def general_practitioner(bundle: Node) -> None:
    """The patient's own doctor is an organization without any of the wanted identifiers."""
    profile = {"profile": ["http://hl7.dk/fhir/core/StructureDefinition/dk-core-organization"]}
    number = {"system": "urn:oid:1.2.208.176.1.4", "value": "123456"}
    add(bundle, {"resourceType": "Organization", "id": "gp", "meta": profile, "identifier": [number]})
    one(bundle, "Patient")["generalPractitioner"] = [{"reference": "Organization/gp"}]


def qualified(value: str) -> Change:
    system = {"system": "https://autregweb.sst.dk", "value": value}
    return put("Practitioner", "qualification", [{"identifier": [system], "code": {"text": "x"}}])


def addressed(*extensions: Node) -> Change:
    return put("Patient", "address", [{"city": "x", "extension": list(extensions)}])


def area(name: str, system: str, code: str) -> Node:
    """An extension of an address: the municipality or region."""
    concept = {"coding": [{"system": f"{DK_CODES}/{system}", "code": code}]}
    return {"url": f"http://hl7.dk/fhir/core/StructureDefinition/{name}", "valueCodeableConcept": concept}


CPR = {"system": "urn:oid:1.2.208.176.1.2", "value": "0101010000"}
X_ECPR = {"system": "urn:oid:1.2.208.176.1.6.1.1", "value": "0101011AA1"}
D_ECPR = {"system": "urn:oid:1.2.208.176.1.6.1.3.179", "value": "0101010AA1"}
NAME = {"use": "official", "family": "Hansen"}
UUID = "urn:uuid:0b1f8b52-2b0e-4c63-8f0a-3a1f3a5f7c11"
MUNICIPALITY = area("dk-core-municipalityCodes", "dk-core-municipality-codes", "0101")
REGION = area("dk-core-RegionalSubDivisionCodes", "dk-core-regional-subdivision-codes", "DK-84")
OFFICIAL = {"url": "http://hl7.org/fhir/StructureDefinition/address-official", "valueBoolean": True}
AUTHORISED = {"identifier": [{"system": "https://autregweb.sst.dk", "value": "BCDF1"}], "code": {"text": "x"}}
LPR3 = {
    "identifier": {
        "system": "https://www.esundhed.dk/Registre/Landspatientregisteret",
        "value": "urn:uuid:0b1f8b52-2b0e-5c63-8f0a-3a1f3a5f7c11",
    }
}


def top(key: str, value: Any) -> Change:
    def change(bundle: Node) -> None:
        bundle[key] = value

    return change


def entry(key: str, value: Any, number: int = 1) -> Change:
    def change(bundle: Node) -> None:
        bundle["entry"][number][key] = value

    return change


def same_address(bundle: Node) -> None:
    bundle["entry"].append(copy.deepcopy(bundle["entry"][1]))
    bundle["entry"][-1]["resource"] = copy.deepcopy(one(bundle, "Practitioner"))
    bundle["entry"][-1]["fullUrl"] = next(
        item["fullUrl"] for item in bundle["entry"] if item["resource"]["resourceType"] == "Practitioner"
    )


def header_last(bundle: Node) -> None:
    bundle["entry"].append(bundle["entry"].pop(0))


def contained(*inner: Node) -> Change:
    return put("Patient", "contained", list(inner))


def div(inner: str) -> Change:
    markup = f'<div xmlns="http://www.w3.org/1999/xhtml">{inner}</div>'
    return put("Patient", "text", {"status": "generated", "div": markup})


def uncategorised(key: str) -> Change:
    def change(bundle: Node) -> None:
        del one(bundle, "Communication")["category"][0]["coding"][0][key]

    return change


def attached(key: str, value: Any) -> Change:
    def change(bundle: Node) -> None:
        found = payload(bundle, "contentAttachment")["contentAttachment"]
        found.pop(key, None)
        if value is not None:
            found[key] = value

    return change


BREAKS: dict[str, tuple[Change, set[str]]] = {
    # CareCommunication
    "medcom-messaging-2": (no_provenance, {"medcom-messaging-2"}),
    "medcom-careCommunication-1": (cut("MessageHeader", "meta"), {"medcom-careCommunication-1"}),
    "medcom-careCommunication-2": (
        lambda b: copied(b, "Patient", "another"),
        {"medcom-careCommunication-2"},
    ),
    "medcom-careCommunication-3": (cut("Provenance", "meta"), {"medcom-careCommunication-3"}),
    "medcom-careCommunication-4": (contained_practitioner, {"medcom-careCommunication-4"}),
    "medcom-careCommunication-5": (recategorised("carecoordination"), {"medcom-careCommunication-5"}),
    "medcom-careCommunication-6": (other_without_topic, {"medcom-careCommunication-6"}),
    "medcom-careCommunication-7": (role_twice, {"medcom-careCommunication-7"}),
    "medcom-careCommunication-8": (other_name, {"medcom-careCommunication-8"}),
    "medcom-careCommunication-9": (cut("Encounter", "episodeOfCare"), {"medcom-careCommunication-9"}),
    "medcom-careCommunication-11": (cut("PractitionerRole", "organization"), {"medcom-careCommunication-11"}),
    "medcom-careCommunication-12": (cut("CareTeam", "managingOrganization"), {"medcom-careCommunication-12"}),
    "medcom-careCommunication-13": (
        put("PractitionerRole", "practitioner", {"display": "x"}),
        {"medcom-careCommunication-13", "medcom-careCommunication-8"},
    ),
    "medcom-careCommunication-15": (
        no_encounter_reference,
        {"medcom-careCommunication-15", "medcom-careCommunication-9"},
    ),
    "medcom-carecommunication-definition-url": (
        put("MessageHeader", "definition", "http://example.org/MessageDefinition/x|4.0"),
        {"medcom-carecommunication-definition-url"},
    ),
    "medcom-core-contact": (phone({"system": "phone", "value": "abc"}), {"medcom-core-contact"}),
    "medcom-uuidv4 of a payload": (payload_identifier("x"), {"medcom-uuidv4"}),
    "medcom-uuidv4 of the thread": (put("Communication", "identifier", [{"value": "x"}]), {"medcom-uuidv4"}),
    "uuidv5": (episode("urn:uuid:0b1f8b52-2b0e-4c63-8f0a-3a1f3a5f7c11"), {"uuidv5"}),
    # Danish identifiers
    "cpr": (patient_id("urn:oid:1.2.208.176.1.2", "3201010000"), {"cpr"}),
    "x-ecpr": (patient_id("urn:oid:1.2.208.176.1.6.1.1", "0101013AA1"), {"x-ecpr"}),
    "d-ecpr": (patient_id("urn:oid:1.2.208.176.1.6.1.3.179", "0101011AA1"), {"d-ecpr"}),
    "maxLength of cpr": (
        patient_id("urn:oid:1.2.208.176.1.2", "01010100001"),
        {"cpr", "Type_Specific_Checks_DT_Primitive_Length"},
    ),
    "fixed use of cpr": (patient_id("urn:oid:1.2.208.176.1.2", "0101010000", use="temp"), {"_DT_Fixed_Wrong"}),
    "gln-length": (reidentified(GLN, "value", "579000012042"), {"gln-length", "gln-modulus-10"}),
    "gln-modulus-10": (reidentified(GLN, "value", "5790000120421"), {"gln-modulus-10"}),
    "min-digits-sor": (reidentified(SOR, "value", "1234567890"), {"min-digits-sor"}),
    "fixed use of sor": (reidentified(SOR, "use", "old"), {"_DT_Fixed_Wrong"}),
    "CVR-length": (named("http://cvr.dk", "123456789"), {"CVR-length", "CVR-modulus-11"}),
    "CVR-modulus-11": (named("http://cvr.dk", "12345678"), {"CVR-modulus-11"}),
    "uuid": (named("https://kombit.dk/sts/organisation", "x"), {"uuid"}),
    "Kommunekode": (
        named(f"{DK_CODES}/dk-core-municipality-codes", "9999"),
        {"Terminology_TX_NoValid_16"},
    ),
    "authorization-id-format": (qualified("AEIOU"), {"authorization-id-format"}),
    "municipality": (
        addressed(area("dk-core-municipalityCodes", "dk-core-municipality-codes", "9999")),
        {UNKNOWN_CODE, "Terminology_TX_NoValid_12"},
    ),
    "dk-core-organization-mandatory-identifier": (
        general_practitioner,
        {"dk-core-organization-mandatory-identifier"},
    ),
    # slices
    "destination:primary": (use("cc"), {MAXIMUM, SLICE}),
    "destination:primary twice": (second_destination, {MAXIMUM, "medcom-careCommunication-12"}),
    "destination:cc": (cc_destination, {MAXIMUM, "medcom-careCommunication-12"}),
    "destination in no slice": (use("bcc"), {NO_SLICE, SLICE, UNKNOWN_CODE}),
    "entity:payload": (role("revision"), {SLICE}),
    "entity:preceedingMessage twice": (two_preceding, {MAXIMUM}),
    "entity in no slice": (role("quotation"), {NO_SLICE, SLICE}),
    "entity:payload.what.identifier": (unidentified_payload, {MINIMUM}),
    "payload:string": (no_string, {SLICE}),
    "payload:string.extension:date": (without_extension("datetime-extension"), {MINIMUM, EXTENSION}),
    "payload:string.extension:author": (without_extension("practitioner-extension"), {MINIMUM, EXTENSION}),
    "payload:string.extension:authorContact": (without_extension("contact-extension"), {MINIMUM, EXTENSION}),
    "payload:string.extension:identifier": (without_extension("identifier-extension"), {MINIMUM, EXTENSION}),
    "payload:attachment.extension:date": (without_extension("datetime-extension", "contentAttachment"), {EXTENSION}),
    "payload:attachment.extension:identifier": (
        without_extension("identifier-extension", "contentAttachment"),
        {EXTENSION},
    ),
    "payload:string.extension:date twice": (twice_extension("datetime-extension"), {MAXIMUM}),
    "payload:string.extension:author twice": (twice_extension("practitioner-extension"), {MAXIMUM}),
    "payload:string.extension:authorContact twice": (twice_extension("contact-extension"), {MAXIMUM}),
    "payload:string.extension:identifier twice": (twice_extension("identifier-extension"), {MAXIMUM}),
    "payload:attachment.extension:date twice": (
        twice_extension("datetime-extension", "contentAttachment"),
        {MAXIMUM},
    ),
    "payload:attachment.extension:author twice": (
        twice_extension("practitioner-extension", "contentAttachment"),
        {MAXIMUM},
    ),
    "payload:attachment.extension:authorContact twice": (
        twice_extension("contact-extension", "contentAttachment"),
        {MAXIMUM},
    ),
    "payload:attachment.extension:identifier twice": (
        twice_extension("identifier-extension", "contentAttachment"),
        {MAXIMUM},
    ),
    "extension:sender twice": (twice("Communication", "extension"), {MAXIMUM, "medcom-careCommunication-11"}),
    "destination:primary.extension:use": (unused, {NO_SLICE, SLICE}),
    "destination:primary.extension:use twice": (used_twice, {MAXIMUM}),
    "occurred[x]:occurredDateTime": (
        occurred_in_a_period,
        {SLICE, NO_SLICE, "Extension_PROF_Type", "Validation_VAL_Profile_NotAllowed"},
    ),
    "value[x]:valueContactPoint": (
        retyped("contact-extension", "valueString", "12345678"),
        {SLICE, NO_SLICE, "Extension_EXT_Type", "cpt-2"},
    ),
    "value[x]:valueIdentifier": (
        retyped("identifier-extension", "valueString", "x"),
        {SLICE, NO_SLICE, "Extension_EXT_Type"},
    ),
    "identifier:cpr twice": (twice("Patient", "identifier", CPR), {MAXIMUM}),
    "identifier:x-ecpr twice": (twice("Patient", "identifier", X_ECPR), {MAXIMUM}),
    "identifier:d-ecpr twice": (twice("Patient", "identifier", D_ECPR), {MAXIMUM}),
    "address.extension:municipalityCode twice": (addressed(MUNICIPALITY, MUNICIPALITY), {MAXIMUM}),
    "address.extension:regionalSubDivisionCodes twice": (addressed(REGION, REGION), {MAXIMUM}),
    "address.extension:address-official twice": (addressed(OFFICIAL, OFFICIAL), {MAXIMUM}),
    "generalPractitioner:referencedSORUnit.identifier": (
        put("Patient", "generalPractitioner", [{"identifier": {"system": SOR, "value": "1"}}]),
        {"min-digits-sor"},
    ),
    "RelatedPerson.identifier:cpr twice": (related(identifier=[CPR, CPR]), {MAXIMUM}),
    "RelatedPerson.identifier:x-ecpr twice": (related(identifier=[X_ECPR, X_ECPR]), {MAXIMUM}),
    "RelatedPerson.identifier:d-ecpr twice": (related(identifier=[D_ECPR, D_ECPR]), {MAXIMUM}),
    "RelatedPerson.name:official twice": (related(name=[NAME, NAME]), {MAXIMUM}),
    "qualification:officialHealthAuthorization twice": (twice("Practitioner", "qualification", AUTHORISED), {MAXIMUM}),
    "episodeOfCare:lpr3identifier twice": (twice("Encounter", "episodeOfCare", LPR3), {MAXIMUM}),
    "identifier:KOMBIT-ORG-ID twice": (twice_named("https://kombit.dk/sts/organisation", UUID), {MAXIMUM}),
    "identifier:Ydernummer twice": (twice_named("urn:oid:1.2.208.176.1.4", "123456"), {MAXIMUM}),
    "identifier:CVR-ID twice": (twice_named("http://cvr.dk", "29190623"), {MAXIMUM}),
    "identifier:Kommunekode twice": (twice_named(f"{DK_CODES}/dk-core-municipality-codes", "0101"), {MAXIMUM}),
    "identifier:Regionskode twice": (twice_named(f"{DK_CODES}/dk-core-regional-subdivision-codes", "DK-84"), {MAXIMUM}),
    "identifier:ProducentID twice": (twice_named(f"{TERMS}/MedComProducentID", "KAF"), {MAXIMUM}),
    "name:official twice": (twice("Patient", "name", NAME), {MAXIMUM}),
    "identifier:SOR-ID": (without_identifier(SOR), {SLICE, "dk-core-organization-mandatory-identifier"}),
    "identifier:SOR-ID twice": (twice_identifier(SOR), {MAXIMUM}),
    "identifier:EAN-ID": (without_identifier(GLN), {SLICE}),
    "identifier:EAN-ID twice": (twice_identifier(GLN), {MAXIMUM}),
    "name:official": (put("Patient", "name", [{"use": "usual", "family": "Hansen"}]), {SLICE}),
    "name:official.family": (put("Patient", "name", [{"use": "official", "given": ["Ida"]}]), {MINIMUM}),
    "valueContactPoint.system": (phone({"system": "email", "value": "1"}), {"_DT_Fixed_Wrong"}),
    # elements
    "Bundle.id": (lambda b: b.pop("id"), {MINIMUM}),
    "Bundle.timestamp": (lambda b: b.pop("timestamp"), {MINIMUM}),
    "Communication.identifier": (cut("Communication", "identifier"), {MINIMUM}),
    "Communication.status": (put("Communication", "status", "completed"), {"_DT_Fixed_Wrong"}),
    "Communication.category": (
        recategorised("no-such-code"),
        {"Terminology_TX_NoValid_1_CC", UNKNOWN_CODE, "medcom-careCommunication-5"},
    ),
    "Communication.category.coding.system": (uncategorised("system"), {MINIMUM, "Terminology_TX_NoValid_1_CC"}),
    "Communication.priority": (put("Communication", "priority", "stat"), {"Terminology_TX_NoValid_16"}),
    "Communication.subject": (cut("Communication", "subject"), {MINIMUM}),
    "Communication.topic.text": (put("Communication", "topic", {"coding": [{"code": "x"}]}), {MINIMUM}),
    "Communication.payload.contentType": (attached("contentType", "text/plain"), {"Terminology_TX_NoValid_16"}),
    "Communication.payload.title": (attached("title", None), {MINIMUM}),
    "MessageHeader.definition": (cut("MessageHeader", "definition"), {MINIMUM}),
    "MessageHeader.focus": (cut("MessageHeader", "focus"), {MINIMUM}),
    "Encounter.account": (put("Encounter", "account", [{"display": "x"}]), {MAXIMUM}),
    "CareTeam.name": (cut("CareTeam", "name"), {MINIMUM}),
    "Encounter.class": (
        put("Encounter", "class", {"system": f"{TERMS}/medcom-core-encounter-act-codes", "code": "x"}),
        {"Terminology_TX_NoValid_12", UNKNOWN_CODE},
    ),
    # FHIR R4 itself
    "bdl-1": (top("total", 1), {"bdl-1"}),
    "bdl-2": (entry("search", {"mode": "match"}), {"bdl-2"}),
    "bdl-3": (entry("request", {"method": "GET", "url": "x"}), {"bdl-3"}),
    "bdl-4": (entry("response", {"status": "200"}), {"bdl-4"}),
    "bdl-7": (same_address, {"bdl-7", "BUNDLE_BUNDLE_ENTRY_FOUND_MULTIPLE", "Bundle_BUNDLE_MultipleMatches"}),
    "bdl-12": (header_last, {"bdl-12", "Validation_BUNDLE_Message", "medcom-careCommunication-1"}),
    "ext-1": (put("Patient", "extension", [{"url": "http://example.org/x"}]), {"ext-1"}),
    "dom-2": (
        contained({"resourceType": "Patient", "id": "a", "contained": [{"resourceType": "Patient", "id": "b"}]}),
        {"dom-2", "CONTAINED_ORPHAN_DOM3"},
    ),
    "dom-3": (contained({"resourceType": "Practitioner", "id": "a"}), {"CONTAINED_ORPHAN_DOM3"}),
    "att-1": (
        put("Patient", "photo", [{"data": "QUJD"}]),
        {"att-1"},
    ),
    "cpt-2": (put("Patient", "telecom", [{"value": "12345678"}]), {"cpt-2"}),
    "per-1": (put("CareTeam", "period", {"start": "2026-05-04", "end": "2026-05-03"}), {"per-1"}),
    "ref-1": (put("CareTeam", "subject", {"reference": "#absent"}), {"ref-1", "Reference_REF_CantResolve"}),
    "txt-1": (div("<script>x</script>"), {"txt-1", "XHTML_XHTML_Element_Illegal"}),
    "txt-2": (div(" "), {"txt-2"}),
    "pat-1": (put("Patient", "contact", [{"gender": "other"}]), {"pat-1"}),
    "org-2": (put("Organization", "address", [{"use": "home", "city": "x"}]), {"org-2"}),
    "org-3": (put("Organization", "telecom", [{"system": "phone", "value": "1", "use": "home"}]), {"org-3"}),
    "drt-1": (put("Encounter", "length", {"code": "min", "system": "http://example.org/x", "value": 1}), {"drt-1"}),
}


def no_outcome(bundle: Node) -> None:
    bundle["entry"] = [item for item in bundle["entry"] if item["resource"]["resourceType"] != "OperationOutcome"]


def response(key: str, value: Any) -> Change:
    def change(bundle: Node) -> None:
        one(bundle, "MessageHeader")["response"][key] = value

    return change


def unresponded(key: str) -> Change:
    def change(bundle: Node) -> None:
        del one(bundle, "MessageHeader")["response"][key]

    return change


def outcome(key: str, value: Any) -> Change:
    def change(bundle: Node) -> None:
        one(bundle, "OperationOutcome")["issue"][0][key] = value

    return change


def detailed(system: str, code: str) -> Change:
    return outcome("details", {"coding": [{"system": system, "code": code}]})


def text_role(bundle: Node) -> None:
    for role in resources(bundle, "PractitionerRole"):
        role["code"] = [{"text": "Sygeplejerske"}]


ONLY_5_0 = {"medcom-careCommunication-15", "address.extension:address-official twice"}
BREAKS_4_0 = {rule: found for rule, found in BREAKS.items() if rule not in ONLY_5_0} | {
    "medcom-messaging-2": (no_provenance, {"medcom-messaging-2", "medcom-careCommunication-3"}),
    "medcom-messaging-1": (
        cut("MessageHeader", "sender"),
        {MINIMUM, "medcom-messaging-1", "medcom-careCommunication-11"},
    ),
    "medcom-careCommunication-1": (cut("MessageHeader", "definition"), {MINIMUM, "medcom-careCommunication-1"}),
    "medcom-careCommunication-7": (text_role, {"medcom-careCommunication-7"}),
    "medcom-carecommunication-definition-url": (
        put("MessageHeader", "definition", "http://example.org/MessageDefinition/x|4.0"),
        {"_DT_Fixed_Wrong"},
    ),
}
"""The same of CareCommunication 4.0, whose header must conform as well: what follows from a fault in it is left out."""

HEADER = "medcom-acknowledgement-2"  # says that the header conforms: follows from every fault in it
ACKNOWLEDGEMENT_BREAKS: dict[str, tuple[Change, set[str]]] = {
    "medcom-messaging-2": (no_provenance, {"medcom-messaging-2"}),
    "medcom-acknowledgement-1": (no_outcome, {"medcom-acknowledgement-1"}),
    "medcom-acknowledgement-2": (
        cut("MessageHeader", "response"),
        {MINIMUM, HEADER, "medcom-acknowledgement-1"},
    ),
    "response.identifier": (unresponded("identifier"), {MINIMUM, HEADER}),
    "response.code": (response("code", "unwell"), {"Terminology_TX_NoValid_16", UNKNOWN_CODE, HEADER}),
    "destination:primary": (use("cc"), {MAXIMUM, SLICE, HEADER}),
    "destination:primary twice": (second_destination, {MAXIMUM, HEADER}),
    "destination in no slice": (use("bcc"), {NO_SLICE, SLICE, UNKNOWN_CODE, HEADER}),
    "event": (
        put("MessageHeader", "eventCoding", {"system": f"{TERMS}/medcom-messaging-eventCodes", "code": "x"}),
        {"Terminology_TX_NoValid_12", UNKNOWN_CODE, HEADER},
    ),
    "issue.severity": (outcome("severity", "grave"), {"Terminology_TX_NoValid_16", UNKNOWN_CODE, HEADER}),
    "issue.details.coding": (
        detailed(f"{TERMS}/medcom-acknowledgement-error-codes", "x"),
        {"Terminology_TX_NoValid_12", UNKNOWN_CODE, HEADER},
    ),
    "identifier:SOR-ID": (without_identifier(SOR), {SLICE, "dk-core-organization-mandatory-identifier", HEADER}),
    "identifier:EAN-ID": (without_identifier(GLN), {SLICE, HEADER}),
    "gln-modulus-10": (reidentified(GLN, "value", "5790000120421"), {"gln-modulus-10", HEADER}),
    "Provenance.activity": (cut("Provenance", "activity"), {MINIMUM}),
}


def broken(bundle: Node, rule: str, breaks: dict[str, tuple[Change, set[str]]] = BREAKS) -> Node:
    """A copy of a valid message that breaks a rule of :data:`BREAKS`, or of another list."""
    result = copy.deepcopy(bundle)
    breaks[rule][0](result)
    return result


GUIDES = {
    "CC-5.0.2": ("carecommunication-5.0.2/Bundle-gfd00bc2-9c26-4174-934e-f6e4360845de.json", BREAKS),
    "CC-4.0.3": ("carecommunication-4.0.3/Bundle-gfd00bc2-9c26-4174-934e-f6e4360845de.json", BREAKS_4_0),
    "ACK-2.0.3": ("acknowledgement-2.0.3/Bundle-bc9535ef-ed94-4060-a928-7baddec7ee71.json", ACKNOWLEDGEMENT_BREAKS),
}
CASES = [(version, rule) for version, (_, breaks) in GUIDES.items() for rule in breaks]
# Who refers to what is broken cannot match it; in 4.0 two invariants say that the header conforms.
CASCADES = {"Reference_REF_CantMatchChoice"}
CASCADES_4_0 = {"medcom-messaging-1", "medcom-careCommunication-1"}
