"""Messages right at the edges of R4 and of MedCom's profiles: one change each, and what both judges say of it.

``official`` are the ids of the errors of HL7's validator (HAPI 8.8.0, the official packages of CareCommunication
5.0.2), those that only follow left out; ``ours`` are our errors, of all layers. The base is that of
``fhir_message``.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable
from typing import Any

import attrs

from medcom_bu.fhir.model.data import load_json
from medcom_bu.fhir.xml.write import dump_xml
from tests.support.fhir_breaks import Change, extension, one, payload
from tests.support.fhir_message import MEDCOM, Node, message

MARK: Node = {"extension": [{"url": "http://e.org/x", "valueString": "x"}]}
CORE = f"{MEDCOM}/core/StructureDefinition"
FOLLOWS = {"Reference_REF_CantMatchChoice"}
"""Official errors that only say that what is referred to has an error."""
VALID: frozenset[Any] = frozenset()


@attrs.frozen
class Edge:
    """A change to the message, and the verdicts."""

    change: Change
    official: set[str] | frozenset[str]
    ours: set[tuple[str, str]] | frozenset[tuple[str, str]]


def patient(bundle: Node) -> Node:
    return one(bundle, "Patient")


def communication(bundle: Node) -> Node:
    return one(bundle, "Communication")


def organization(bundle: Node) -> Node:
    return one(bundle, "Organization")


def provenance(bundle: Node) -> Node:
    return one(bundle, "Provenance")


def header(bundle: Node) -> Node:
    return one(bundle, "MessageHeader")


def encounter(bundle: Node) -> Node:
    return one(bundle, "Encounter")


def attachment(bundle: Node) -> Node:
    found: Node = payload(bundle, "contentAttachment")["contentAttachment"]
    return found


def sor(bundle: Node) -> Node:
    found: Node = next(one for one in organization(bundle)["identifier"] if one["system"].endswith("176.1.1"))
    return found


def bare(element: Node, name: str) -> None:
    """Leave an extension alone of a primitive."""
    element.pop(name, None)
    element[f"_{name}"] = copy.deepcopy(MARK)


def div(inside: str) -> str:
    return f'<div xmlns="http://www.w3.org/1999/xhtml">{inside}</div>'


def xml_message() -> str:
    """The message in FHIR XML."""
    return dump_xml(load_json(json.dumps(message()).encode()).message).decode()


def narrative(inside: str) -> Change:
    return lambda bundle: patient(bundle)["text"].update(div=div(inside))


def extended(url: str) -> Change:
    return lambda bundle: patient(bundle).setdefault("extension", []).append({"url": url, "valueString": "x"})


def valued(**value: Any) -> Change:
    """An extension that nobody knows, with a value."""
    return lambda bundle: patient(bundle).update(extension=[{"url": "http://e.org/x", **value}])


_BIRTH_PLACE = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace"


def extended_by(**value: Any) -> Change:
    """An extension of R4's own."""
    return lambda bundle: patient(bundle).update(extension=[{"url": _BIRTH_PLACE, **value}])


def signed(bundle: Node) -> None:
    """The bundle has no address of its own, from which a reference would be taken."""
    author = {"system": "urn:iso-astm:E1762-95:2013", "code": "1.2.840.10065.1.12.1.1"}
    who = {"reference": f"Organization/{organization(bundle)['id']}"}
    bundle["signature"] = {"type": [author], "when": "2026-03-02T09:00:00Z", "who": who}


_VALUE = "Bundle.entry[1].resource.extension[0].value"


def ill_valued(key: str, path: str = _VALUE, **value: Any) -> Edge:
    """One whose value breaks an invariant of its type."""
    return Edge(valued(**value), {key}, {("profile.invariant", path)})


def modifier(url: str, **value: str) -> Change:
    return lambda bundle: patient(bundle).update(modifierExtension=[{"url": url, **value}])


def add(resource: Node) -> Change:
    """One more entry, addressed as the first one is."""

    def change(bundle: Node) -> None:
        base = bundle["entry"][0]["fullUrl"].rsplit("/", 2)[0]
        address = f"{base}/{resource['resourceType']}/{resource['id']}"
        bundle["entry"].append({"fullUrl": address, "resource": copy.deepcopy(resource)})

    return change


def subject_contained(bundle: Node) -> None:
    inner = copy.deepcopy(patient(bundle)) | {"id": "c1"}
    communication(bundle).update(contained=[inner], subject={"reference": "#c1"})


def encounter_contained(bundle: Node) -> None:
    inner = copy.deepcopy(encounter(bundle)) | {"id": "c1"}
    communication(bundle).update(contained=[inner], encounter={"reference": "#c1"})


def last_entry_again(version: str = "") -> Change:
    def change(bundle: Node) -> None:
        entry = copy.deepcopy(bundle["entry"][-1])
        if version:
            entry["resource"].setdefault("meta", {})["versionId"] = version
        bundle["entry"].append(entry)

    return change


def versions(kind: str, second: str, first: str = "") -> Change:
    """The first resource of a kind in two versions at one address."""

    def change(bundle: Node) -> None:
        entry = next(one for one in bundle["entry"] if one["resource"]["resourceType"] == kind)
        again = copy.deepcopy(entry)
        if first:
            entry["resource"].setdefault("meta", {})["versionId"] = first
        again["resource"].setdefault("meta", {})["versionId"] = second
        bundle["entry"].append(again)

    return change


def referred_with_version(bundle: Node) -> None:
    versions("Organization", "2", "1")(bundle)
    reference = f"Organization/{organization(bundle)['id']}"
    text = json.dumps(bundle).replace(f'"reference": "{reference}"', f'"reference": "{reference}/_history/1"')
    bundle.clear()
    bundle.update(json.loads(text))


EDGES: dict[str, Edge] = {
    # FHIR-1: a primitive that has only an id or extensions
    "FHIR-1: type without value": Edge(
        lambda b: bare(b, "type"),
        {"Terminology_TX_Code_ValueSet_MISSING"},
        {("profile.pattern", "Bundle.type")},
    ),
    "FHIR-1: C.status without value": Edge(
        lambda b: bare(communication(b), "status"),
        {"Terminology_TX_Code_ValueSet_MISSING", "_DT_Fixed_Wrong"},
        {("profile.pattern", "Bundle.entry[2].resource.status")},
    ),
    "FHIR-1: text.status without value": Edge(
        lambda b: bare(patient(b)["text"], "status"),
        {"Terminology_TX_Code_ValueSet_MISSING"},
        {("profile.code", "Bundle.entry[1].resource.text.status")},
    ),
    "FHIR-1: fixed system ext": Edge(
        lambda b: sor(b).update(_system=copy.deepcopy(MARK)),
        {"Extension_EXT_Fixed_Banned"},
        {("profile.fixed-extension", "Bundle.entry[7].resource.identifier[0].system")},
    ),
    "FHIR-1: fixed system id": Edge(lambda b: sor(b).update(_system={"id": "a"}), VALID, VALID),
    "FHIR-1: sor value without value": Edge(
        lambda b: bare(sor(b), "value"),
        {"medcom-careCommunication-11", "min-digits-sor"},
        {("profile.invariant", "Bundle.entry[7].resource.identifier[0].value")},
    ),
    "FHIR-1: fixed system without value": Edge(
        lambda b: bare(sor(b), "system"),
        {
            "medcom-careCommunication-11",
            "Validation_VAL_Profile_Minimum_SLICE",
            "dk-core-organization-mandatory-identifier",
        },
        {("profile.invariant", "Bundle.entry[7].resource"), ("profile.slice-missing", "Bundle.entry[7].resource")},
    ),
    "FHIR-1: birthDate id alone": Edge(
        lambda b: patient(b).update(_birthDate={"id": "x"}),
        {"ele-1"},
        {("profile.empty", "Bundle.entry[1].resource.birthDate")},
    ),
    "FHIR-1: birthDate ext alone": Edge(lambda b: patient(b).update(_birthDate=copy.deepcopy(MARK)), VALID, VALID),
    "FHIR-1: gender ext alone": Edge(
        lambda b: patient(b).update(_gender=copy.deepcopy(MARK)),
        {"Terminology_TX_Code_ValueSet_MISSING"},
        {("profile.code", "Bundle.entry[1].resource.gender")},
    ),
    "FHIR-1: _reference partOf": Edge(
        lambda b: organization(b).update(partOf={"_reference": copy.deepcopy(MARK)}),
        {"medcom-careCommunication-11"},
        VALID,
    ),
    "FHIR-1: _reference subject": Edge(
        lambda b: communication(b).update(subject={"_reference": copy.deepcopy(MARK)}),
        VALID,
        {("fhirmessage.dangling-reference", "Bundle.entry[2].resource.subject")},
    ),
    "FHIR-1: payload date without value": Edge(
        lambda b: bare(extension(payload(b, "contentString"), "datetime-extension"), "valueDateTime"),
        VALID,
        {("carecommunication.segment", "Bundle.entry[2].resource.payload[0]")},
    ),
    "FHIR-1: contentString without value": Edge(
        lambda b: bare(payload(b, "contentString"), "contentString"),
        VALID,
        {("carecommunication.text", "Bundle.entry[2].resource.payload")},
    ),
    "FHIR-1: given null": Edge(
        lambda b: patient(b)["name"][0].update(given=[None, "x"], _given=[copy.deepcopy(MARK), None]), VALID, VALID
    ),
    "FHIR-1: given without value": Edge(
        lambda b: patient(b)["name"][0].update(given=[None], _given=[copy.deepcopy(MARK)]), VALID, VALID
    ),
    "FHIR-1: _given only": Edge(
        lambda b: (patient(b)["name"][0].pop("given"), patient(b)["name"][0].update(_given=[copy.deepcopy(MARK)])),
        VALID,
        VALID,
    ),
    "FHIR-1: telecom _system": Edge(
        lambda b: patient(b).update(telecom=[{"_system": copy.deepcopy(MARK), "value": "12345678"}]),
        {"Terminology_TX_Code_ValueSet_MISSING"},
        {("profile.code", "Bundle.entry[1].resource.telecom[0].system")},
    ),
    "FHIR-1: telecom _value": Edge(
        lambda b: patient(b).update(telecom=[{"_value": copy.deepcopy(MARK)}]),
        {"cpt-2"},
        {("profile.invariant", "Bundle.entry[1].resource.telecom[0]")},
    ),
    "FHIR-1: category code without value": Edge(
        lambda b: bare(communication(b)["category"][0]["coding"][0], "code"),
        {"Terminology_PassThrough_TX_Message", "Terminology_TX_NoValid_1_CC", "medcom-careCommunication-5"},
        {("profile.code", "Bundle.entry[2].resource.category[0]"), ("profile.invariant", "Bundle.entry[2].resource")},
    ),
    "FHIR-1: category system without value": Edge(
        lambda b: bare(communication(b)["category"][0]["coding"][0], "system"),
        {"Terminology_TX_NoValid_1_CC"},
        {("profile.code", "Bundle.entry[2].resource.category[0]")},
    ),
    "FHIR-1: fullUrl without value": Edge(
        lambda b: bare(b["entry"][-1], "fullUrl"),
        {"crash"},
        {
            ("profile.entry-address-missing", "Bundle.entry[9]"),
            ("profile.invariant", "Bundle"),
            ("profile.not-bundled", "Bundle.entry[9].resource.agent[0].who"),
            ("profile.reference-near", "Bundle.entry[9].resource.target[0]"),
        },
    ),
    "FHIR-1: _div id": Edge(
        lambda b: patient(b)["text"].update(_div={"id": "a"}),
        {""},
        {("profile.unknown-element", "Bundle.entry[1].resource.text._div")},
    ),
    "FHIR-1: _div ext": Edge(
        lambda b: patient(b)["text"].update(_div=copy.deepcopy(MARK)),
        {""},
        {("profile.unknown-element", "Bundle.entry[1].resource.text._div")},
    ),
    "FHIR-1: div without value": Edge(
        lambda b: bare(patient(b)["text"], "div"),
        {"", "txt-2", "Type_Specific_Checks_DT_Primitive_ValueExt", "ele-1", "txt-1"},
        {
            ("profile.unknown-element", "Bundle.entry[1].resource.text._div"),
            ("profile.missing", "Bundle.entry[1].resource.text"),
        },
    ),
    "FHIR-1: priority without value": Edge(
        lambda b: bare(communication(b), "priority"),
        {"Terminology_TX_Code_ValueSet_MISSING"},
        {("profile.code", "Bundle.entry[2].resource.priority")},
    ),
    "FHIR-1: sent without value": Edge(lambda b: communication(b).update(_sent=copy.deepcopy(MARK)), VALID, VALID),
    "FHIR-1: enc.status without value": Edge(
        lambda b: bare(encounter(b), "status"),
        {"Terminology_TX_Code_ValueSet_MISSING"},
        {("profile.code", "Bundle.entry[6].resource.status")},
    ),
    "FHIR-1: timestamp without value": Edge(lambda b: bare(b, "timestamp"), VALID, VALID),
    "FHIR-1: definition without value": Edge(
        lambda b: bare(header(b), "definition"),
        {"medcom-carecommunication-definition-url"},
        {("profile.invariant", "Bundle.entry[0].resource.definition")},
    ),
    "FHIR-1: recorded without value": Edge(lambda b: bare(provenance(b), "recorded"), VALID, VALID),
    "FHIR-1: att contentType without value": Edge(
        lambda b: bare(attachment(b), "contentType"),
        {"Terminology_TX_Code_ValueSet_MISSING"},
        {("profile.code", "Bundle.entry[2].resource.payload[1].content.contentType")},
    ),
    "FHIR-1: att title without value": Edge(
        lambda b: bare(attachment(b), "title"),
        VALID,
        {("carecommunication.segment", "Bundle.entry[2].resource.payload[1]")},
    ),
    "FHIR-1: att data without value": Edge(lambda b: bare(attachment(b), "data"), VALID, VALID),
    "FHIR-1: endpoint without value": Edge(lambda b: bare(header(b)["source"], "endpoint"), VALID, VALID),
    "FHIR-1: deceased two": Edge(
        lambda b: patient(b).update(deceasedBoolean=False, _deceasedDateTime=copy.deepcopy(MARK)),
        VALID,
        {("fhir.choice", "Bundle.entry[1].resource")},
    ),
    "FHIR-1: deceased excluded": Edge(lambda b: patient(b).update(_deceasedBoolean=copy.deepcopy(MARK)), VALID, VALID),
    # FHIR-2: case of codes
    "FHIR-2: category Nursing": Edge(
        lambda b: communication(b)["category"][0]["coding"][0].update(code="Nursing"),
        {"medcom-careCommunication-5"},
        {("profile.invariant", "Bundle.entry[2].resource")},
    ),
    "FHIR-2: category NURSING": Edge(
        lambda b: communication(b)["category"][0]["coding"][0].update(code="NURSING"),
        {"medcom-careCommunication-5"},
        {("profile.invariant", "Bundle.entry[2].resource")},
    ),
    "FHIR-2: priority ASAP": Edge(
        lambda b: communication(b).update(priority="ASAP"),
        {"Terminology_PassThrough_TX_Message", "Terminology_TX_NoValid_16"},
        {("profile.code", "Bundle.entry[2].resource.priority")},
    ),
    "FHIR-2: id use OFFICIAL": Edge(
        lambda b: patient(b)["identifier"][0].update(use="OFFICIAL"),
        {"Terminology_PassThrough_TX_Message", "Terminology_TX_NoValid_16", "_DT_Fixed_Wrong"},
        {("profile.fixed", "Bundle.entry[1].resource.identifier[0].use")},
    ),
    "FHIR-2: event case": Edge(
        lambda b: header(b)["eventCoding"].update(code=header(b)["eventCoding"]["code"].upper()),
        {"_DT_Fixed_Wrong"},
        {("fhir.event", "Bundle.entry[0].resource.event")},
    ),
    "FHIR-2: activity case": Edge(
        lambda b: provenance(b)["activity"]["coding"][0].update(
            code=provenance(b)["activity"]["coding"][0]["code"].upper()
        ),
        VALID,
        VALID,
    ),
    "FHIR-2: telecom PHONE": Edge(
        lambda b: patient(b).update(telecom=[{"system": "PHONE", "value": "12345678"}]),
        {"Terminology_PassThrough_TX_Message", "Terminology_TX_NoValid_16"},
        {("profile.code", "Bundle.entry[1].resource.telecom[0].system")},
    ),
    "FHIR-2: contentType case": Edge(
        lambda b: attachment(b).update(contentType="Application/PDF"),
        {"Terminology_TX_NoValid_16"},
        {("profile.code", "Bundle.entry[2].resource.payload[1].content.contentType")},
    ),
    "FHIR-2: other topic case": Edge(
        lambda b: (
            communication(b)["category"][0]["coding"][0].update(code="Other"),
            communication(b).pop("topic", None),
        ),
        {"medcom-careCommunication-5"},
        {("profile.invariant", "Bundle.entry[2].resource")},
    ),
    # FHIR-3: Reference.type
    "FHIR-3: type Organization": Edge(
        lambda b: communication(b)["subject"].update(type="Organization"),
        {"Reference_REF_BadTargetType", "Reference_REF_WrongTarget"},
        {("profile.reference-stated-type", "Bundle.entry[2].resource.subject.type")},
    ),
    "FHIR-3: type Foo": Edge(
        lambda b: communication(b)["subject"].update(type="Foo"),
        {"Terminology_PassThrough_TX_Message", "Reference_REF_BadTargetType", "Reference_REF_WrongTarget"},
        {("profile.reference-stated-type", "Bundle.entry[2].resource.subject.type")},
    ),
    "FHIR-3: type Patient": Edge(lambda b: communication(b)["subject"].update(type="Patient"), VALID, VALID),
    "FHIR-3: type url": Edge(
        lambda b: communication(b)["subject"].update(type="http://hl7.org/fhir/StructureDefinition/Patient"),
        {"Terminology_PassThrough_TX_Message", "Reference_REF_BadTargetType"},
        {("profile.reference-stated-type", "Bundle.entry[2].resource.subject.type")},
    ),
    "FHIR-3: type Foo unresolved": Edge(
        lambda b: organization(b).update(partOf={"reference": "https://x.dk/fhir/Organization/1", "type": "Foo"}),
        {"Terminology_PassThrough_TX_Message", "Reference_REF_BadTargetType", "Reference_REF_WrongTarget"},
        {("profile.reference-stated-type", "Bundle.entry[7].resource.partOf.type")},
    ),
    "FHIR-3: type Patient unresolved": Edge(
        lambda b: organization(b).update(partOf={"reference": "https://x.dk/fhir/Organization/1", "type": "Patient"}),
        {"Reference_REF_BadTargetType", "Reference_REF_WrongTarget"},
        {("profile.reference-type", "Bundle.entry[7].resource.partOf")},
    ),
    "FHIR-3: type Patient logical": Edge(
        lambda b: organization(b).update(
            partOf={"identifier": {"system": "urn:oid:1.2.208.176.1.1", "value": "265161000016000"}, "type": "Patient"}
        ),
        VALID,
        VALID,
    ),
    "FHIR-3: type Organization logical": Edge(
        lambda b: organization(b).update(
            partOf={
                "identifier": {"system": "urn:oid:1.2.208.176.1.1", "value": "265161000016000"},
                "type": "Organization",
            }
        ),
        VALID,
        VALID,
    ),
    "FHIR-3: type Foo logical": Edge(
        lambda b: organization(b).update(
            partOf={"identifier": {"system": "urn:oid:1.2.208.176.1.1", "value": "265161000016000"}, "type": "Foo"}
        ),
        {"Terminology_PassThrough_TX_Message"},
        {("profile.reference-stated-type", "Bundle.entry[7].resource.partOf.type")},
    ),
    "FHIR-3: unresolved url Patient": Edge(
        lambda b: organization(b).update(partOf={"reference": "https://x.dk/fhir/Patient/1"}), VALID, VALID
    ),
    # FHIR-5: the form of Extension.url
    "FHIR-5: 'http://e.org/a b'": Edge(
        extended("http://e.org/a b"),
        {"Extension_EXT_URL_Absolute", "Type_Specific_Checks_DT_URI_WS"},
        {("profile.primitive", "Bundle.entry[1].resource.extension[0].url")},
    ),
    "FHIR-5: 'urn:uuid:XYZ'": Edge(
        extended("urn:uuid:XYZ"),
        {"Type_Specific_Checks_DT_UUID_Valid"},
        {("profile.primitive", "Bundle.entry[1].resource.extension[0].url")},
    ),
    "FHIR-5: 'urn:oid:9.9'": Edge(
        extended("urn:oid:9.9"),
        {"Type_Specific_Checks_DT_OID_Valid"},
        {("profile.primitive", "Bundle.entry[1].resource.extension[0].url")},
    ),
    "FHIR-5: 'http://e.org/x\\n'": Edge(
        extended("http://e.org/x\n"),
        {"Type_Specific_Checks_DT_URI_WS"},
        {("profile.primitive", "Bundle.entry[1].resource.extension[0].url")},
    ),
    "FHIR-5: 'http://e.org/æ'": Edge(extended("http://e.org/\u00e6"), VALID, VALID),
    "FHIR-5: ' http://e.org/x'": Edge(
        extended(" http://e.org/x"),
        {"Extension_EXT_URL_Absolute", "Type_Specific_Checks_DT_URI_WS"},
        {
            ("profile.primitive", "Bundle.entry[1].resource.extension[0].url"),
            ("profile.extension-url", "Bundle.entry[1].resource.extension[0].url"),
        },
    ),
    "FHIR-5: 'http://e.org/x|1'": Edge(extended("http://e.org/x|1"), VALID, VALID),
    "FHIR-5: 'urn:oid:1.2.3'": Edge(extended("urn:oid:1.2.3"), {"Type_Specific_Checks_DT_OID_Valid"}, VALID),
    "FHIR-5: element id blank": Edge(lambda b: patient(b)["name"][0].update(id="a b"), VALID, VALID),
    "FHIR-5: element id nl": Edge(lambda b: patient(b)["name"][0].update(id="a\n"), VALID, VALID),
    "FHIR-5: ext id blank": Edge(
        lambda b: (
            patient(b).setdefault("extension", []).append({"id": "a b", "url": "http://e.org/x", "valueString": "x"})
        ),
        VALID,
        VALID,
    ),
    # FHIR-6: aggregation
    "FHIR-6: subject contained": Edge(
        subject_contained, {"Reference_REF_Aggregation"}, {("profile.aggregation", "Bundle.entry[2].resource.subject")}
    ),
    "FHIR-6: encounter contained": Edge(
        encounter_contained,
        {"Reference_REF_Aggregation"},
        {("profile.invariant", "Bundle"), ("profile.aggregation", "Bundle.entry[2].resource.encounter")},
    ),
    # FHIR-7: contained resources and links of narratives
    "FHIR-7: no id": Edge(
        lambda b: organization(b).update(contained=[{"resourceType": "Patient", "active": True}]),
        {"Resource_RES_ID_Missing", "CONTAINED_ORPHAN_DOM3"},
        {("profile.contained-id-missing", "Bundle.entry[7].resource.contained[0]")},
    ),
    "FHIR-7: no id referenced?": Edge(
        lambda b: organization(b).update(
            contained=[{"resourceType": "Organization", "name": "a"}], partOf={"reference": "#c1"}
        ),
        {"Resource_RES_ID_Missing", "CONTAINED_ORPHAN_DOM3", "Reference_REF_CantResolve", "ref-1"},
        {
            ("profile.invariant", "Bundle.entry[7].resource.partOf"),
            ("profile.contained-id-missing", "Bundle.entry[7].resource.contained[0]"),
        },
    ),
    "FHIR-7: two one id": Edge(
        lambda b: organization(b).update(
            contained=[{"resourceType": "Organization", "id": "c1", "name": n} for n in "ab"],
            partOf={"reference": "#c1"},
        ),
        {"RESOURCE_DUPLICATE_CONTAINED_ID"},
        {("profile.contained-id-twice", "Bundle.entry[7].resource.contained[1]")},
    ),
    "FHIR-7: same id as outer": Edge(
        lambda b: organization(b).update(
            contained=[{"resourceType": "Organization", "id": organization(b)["id"], "name": "a"}],
            partOf={"reference": "#" + organization(b)["id"]},
        ),
        VALID,
        VALID,
    ),
    "FHIR-7: narrative href": Edge(
        lambda b: (
            organization(b).update(contained=[{"resourceType": "Organization", "id": "c1", "name": "a"}]),
            organization(b)["text"].update(div=div("<a href='#c1'>x</a>")),
        ),
        VALID,
        VALID,
    ),
    "FHIR-7: narrative img": Edge(
        lambda b: (
            organization(b).update(contained=[{"resourceType": "Organization", "id": "c1", "name": "a"}]),
            organization(b)["text"].update(div=div("<img src='#c1' alt='x'/>")),
        ),
        VALID,
        VALID,
    ),
    "FHIR-7: narrative other": Edge(
        lambda b: (
            organization(b).update(contained=[{"resourceType": "Organization", "id": "c1", "name": "a"}]),
            organization(b)["text"].update(div=div("<a href='#c2'>x</a>")),
        ),
        {"CONTAINED_ORPHAN_DOM3", "Type_Specific_Checks_DT_XHTML_Resolve"},
        {("profile.invariant", "Bundle.entry[7].resource")},
    ),
    "FHIR-7: orphan": Edge(
        lambda b: organization(b).update(contained=[{"resourceType": "Organization", "id": "c1", "name": "a"}]),
        {"CONTAINED_ORPHAN_DOM3"},
        {("profile.invariant", "Bundle.entry[7].resource")},
    ),
    "FHIR-7: fine": Edge(
        lambda b: organization(b).update(
            contained=[{"resourceType": "Organization", "id": "c1", "name": "a"}], partOf={"reference": "#c1"}
        ),
        VALID,
        VALID,
    ),
    "FHIR-7: contained in contained": Edge(
        lambda b: organization(b).update(
            contained=[
                {
                    "resourceType": "Organization",
                    "id": "c1",
                    "name": "a",
                    "contained": [{"resourceType": "Organization", "id": "c2", "name": "b"}],
                    "partOf": {"reference": "#c2"},
                }
            ],
            partOf={"reference": "#c1"},
        ),
        {"dom-2", "ref-1"},
        {
            ("profile.invariant", "Bundle.entry[7].resource.contained[0].partOf"),
            ("profile.invariant", "Bundle.entry[7].resource"),
        },
    ),
    "FHIR-7: narrative broken link": Edge(
        narrative("<a href='#zz'>x</a>"), {"Type_Specific_Checks_DT_XHTML_Resolve"}, VALID
    ),
    "FHIR-7: narrative good link": Edge(narrative("<p id='zz'>y</p><a href='#zz'>x</a>"), VALID, VALID),
    # FHIR-8: types of resource
    "FHIR-8: Foo entry": Edge(
        add({"resourceType": "Foo", "id": "1"}),
        {"", "bdl-5", "Resource_RES_ID_Missing"},
        {("profile.resource-unknown", "Bundle.entry[10].resource")},
    ),
    "FHIR-8: Observation entry": Edge(
        add({"resourceType": "Observation", "id": "1", "status": "final", "code": {"text": "x"}}), VALID, VALID
    ),
    "FHIR-8: Foo contained": Edge(
        lambda b: organization(b).update(contained=[{"resourceType": "Foo", "id": "c1"}], partOf={"reference": "#c1"}),
        {"", "CONTAINED_ORPHAN_DOM3", "Reference_REF_CantResolve", "Resource_RES_ID_Missing", "ref-1"},
        {
            ("profile.reference-type", "Bundle.entry[7].resource.partOf"),
            ("profile.resource-unknown", "Bundle.entry[7].resource.contained[0]"),
        },
    ),
    "FHIR-8: patient lower": Edge(
        add({"resourceType": "patient", "id": "1"}),
        {"", "bdl-5", "Resource_RES_ID_Missing"},
        {("profile.resource-unknown", "Bundle.entry[10].resource")},
    ),
    "FHIR-8: abstract": Edge(
        add({"resourceType": "DomainResource", "id": "1"}),
        VALID,
        {("profile.resource-unknown", "Bundle.entry[10].resource")},
    ),
    # FHIR-9: 32 bits
    "FHIR-9: multipleBirth 2147483647": Edge(
        lambda b: patient(b).update(multipleBirthInteger=2147483647), VALID, VALID
    ),
    "FHIR-9: multipleBirth 2147483648": Edge(
        lambda b: patient(b).update(multipleBirthInteger=2147483648),
        {"Type_Specific_Checks_DT_Integer_Valid"},
        {("profile.primitive", "Bundle.entry[1].resource.multipleBirth")},
    ),
    "FHIR-9: multipleBirth -2147483648": Edge(
        lambda b: patient(b).update(multipleBirthInteger=-2147483648), VALID, VALID
    ),
    "FHIR-9: multipleBirth -2147483649": Edge(
        lambda b: patient(b).update(multipleBirthInteger=-2147483649),
        {"crash"},
        {("profile.primitive", "Bundle.entry[1].resource.multipleBirth")},
    ),
    "FHIR-9: multipleBirth 0": Edge(lambda b: patient(b).update(multipleBirthInteger=0), VALID, VALID),
    "FHIR-9: rank 0": Edge(
        lambda b: patient(b).update(telecom=[{"system": "phone", "value": "12345678", "rank": 0}]),
        {"Type_Specific_Checks_DT_Integer_LT1"},
        {("fhir.form", "Bundle.entry[1].resource.telecom[0].rank")},
    ),
    "FHIR-9: rank 1": Edge(
        lambda b: patient(b).update(telecom=[{"system": "phone", "value": "12345678", "rank": 1}]), VALID, VALID
    ),
    "FHIR-9: rank 2147483647": Edge(
        lambda b: patient(b).update(telecom=[{"system": "phone", "value": "12345678", "rank": 2147483647}]),
        VALID,
        VALID,
    ),
    "FHIR-9: rank 2147483648": Edge(
        lambda b: patient(b).update(telecom=[{"system": "phone", "value": "12345678", "rank": 2147483648}]),
        {"Type_Specific_Checks_DT_Integer_Valid"},
        {("profile.primitive", "Bundle.entry[1].resource.telecom[0].rank")},
    ),
    "FHIR-9: size 0": Edge(
        lambda b: (attachment(b).pop("data"), attachment(b).update(size=0, url="http://e.dk/x")), VALID, VALID
    ),
    "FHIR-9: size 2147483647": Edge(
        lambda b: (attachment(b).pop("data"), attachment(b).update(size=2147483647, url="http://e.dk/x")), VALID, VALID
    ),
    "FHIR-9: size 2147483648": Edge(
        lambda b: (attachment(b).pop("data"), attachment(b).update(size=2147483648, url="http://e.dk/x")),
        {"Type_Specific_Checks_DT_Integer_Valid"},
        {("profile.primitive", "Bundle.entry[2].resource.payload[1].content.size")},
    ),
    "FHIR-9: total 2147483648": Edge(
        lambda b: b.update(total=2147483648),
        {"bdl-1", "Type_Specific_Checks_DT_Integer_Valid"},
        {("profile.invariant", "Bundle"), ("profile.primitive", "Bundle.total")},
    ),
    # FHIR-10: versions at one address
    "FHIR-10: dup": Edge(last_entry_again(), {"bdl-7"}, {("fhir.full-url-duplicate", "Bundle.entry[10].fullUrl")}),
    "FHIR-10: dup versionId 2": Edge(last_entry_again("2"), VALID, VALID),
    "FHIR-10: dup referenced 2": Edge(
        versions("Organization", "2"),
        {"Bundle_BUNDLE_MultipleMatches", "BUNDLE_BUNDLE_ENTRY_FOUND_MULTIPLE"},
        {
            ("profile.reference-ambiguous", "Bundle.entry[0].resource.sender"),
            ("profile.reference-ambiguous", "Bundle.entry[2].resource.payload[1].extension[1].value.assigner"),
            ("profile.reference-ambiguous", "Bundle.entry[2].resource.payload[0].extension[1].value.assigner"),
            ("profile.reference-ambiguous", "Bundle.entry[3].resource.organization"),
            ("profile.reference-ambiguous", "Bundle.entry[9].resource.agent[0].who"),
        },
    ),
    "FHIR-10: dup referenced 1,2": Edge(
        versions("Organization", "2", "1"),
        {"Bundle_BUNDLE_MultipleMatches", "BUNDLE_BUNDLE_ENTRY_FOUND_MULTIPLE"},
        {
            ("profile.reference-ambiguous", "Bundle.entry[0].resource.sender"),
            ("profile.reference-ambiguous", "Bundle.entry[2].resource.payload[1].extension[1].value.assigner"),
            ("profile.reference-ambiguous", "Bundle.entry[2].resource.payload[0].extension[1].value.assigner"),
            ("profile.reference-ambiguous", "Bundle.entry[3].resource.organization"),
            ("profile.reference-ambiguous", "Bundle.entry[9].resource.agent[0].who"),
        },
    ),
    "FHIR-10: dup patient 1,2": Edge(
        versions("Patient", "2", "1"),
        {"Bundle_BUNDLE_MultipleMatches", "medcom-careCommunication-2", "BUNDLE_BUNDLE_ENTRY_FOUND_MULTIPLE"},
        {
            ("profile.invariant", "Bundle"),
            ("profile.reference-ambiguous", "Bundle.entry[2].resource.subject"),
            ("profile.reference-ambiguous", "Bundle.entry[6].resource.subject"),
        },
    ),
    "FHIR-10: dup referenced with version": Edge(
        referred_with_version, {"medcom-careCommunication-11"}, {("profile.invariant", "Bundle")}
    ),
    # FHIR-12: what a file says of itself
    "FHIR-12: size 99": Edge(
        lambda b: attachment(b).update(size=99),
        {"TYPE_SPECIFIC_CHECKS_DT_ATT_SIZE_CORRECT"},
        {("fhirmessage.file-size", "Bundle.entry[2].resource.payload[1].content.size")},
    ),
    "FHIR-12: size 0": Edge(
        lambda b: attachment(b).update(size=0),
        {"TYPE_SPECIFIC_CHECKS_DT_ATT_SIZE_CORRECT"},
        {("fhirmessage.file-size", "Bundle.entry[2].resource.payload[1].content.size")},
    ),
    "FHIR-12: size right": Edge(lambda b: attachment(b).update(size=9), VALID, VALID),
    "FHIR-12: hash": Edge(
        lambda b: attachment(b).update(hash="AAAA"),
        {"TYPE_SPECIFIC_CHECKS_DT_ATT_HASH_MISMATCH"},
        {("fhirmessage.file-hash", "Bundle.entry[2].resource.payload[1].content.hash")},
    ),
    # FHIR-13: links of the bundle
    "FHIR-13: two self": Edge(
        lambda b: b.update(link=[{"relation": "self", "url": f"http://{n}.dk"} for n in "ab"]),
        {"BUNDLE_LINK_SEARCH_NO_DUPLICATES"},
        {("profile.link-twice", "Bundle.link[1].relation")},
    ),
    "FHIR-13: self next": Edge(
        lambda b: b.update(link=[{"relation": r, "url": "http://a.dk"} for r in ("self", "next")]),
        {"BUNDLE_LINK_SEARCH_PROHIBITED"},
        {("profile.link-page", "Bundle.link[1].relation")},
    ),
    "FHIR-13: two other": Edge(
        lambda b: b.update(link=[{"relation": "related", "url": f"http://{n}.dk"} for n in "ab"]), VALID, VALID
    ),
    # FHIR-14: extensions that modify
    "FHIR-14: known modifier": Edge(
        lambda b: provenance(b).update(
            modifierExtension=[
                {"url": CORE + "/medcom-core-datetime-extension", "valueDateTime": "2024-01-01T00:00:00Z"}
            ]
        ),
        {"Extension_EXT_Modifier_Y"},
        {("profile.no-modifier", "Bundle.entry[9].resource.modifierExtension[0]")},
    ),
    "FHIR-14: unknown modifier": Edge(modifier("http://e.org/x", valueString="x"), VALID, VALID),
    # FHIR-15: differences on purpose
    "FHIR-15: _given longer": Edge(
        lambda b: patient(b)["name"][0].update(given=["a"], _given=[None, copy.deepcopy(MARK)]),
        VALID,
        {("fhir.primitive-sibling", "Bundle.entry[1].resource.name[0].given")},
    ),
    "FHIR-15: urn:oid:1.2.3": Edge(
        lambda b: patient(b)["identifier"].append({"system": "urn:oid:1.2.3", "value": "x"}),
        {"Type_Specific_Checks_DT_OID_Valid"},
        VALID,
    ),
    # the invariants of R4's types, and R4's own extensions
    "type: age": ill_valued("age-1", valueAge={"value": -1, "unit": "a"}),
    "type: range": ill_valued("rng-2", valueRange={"low": {"value": 5}, "high": {"value": 1}}),
    "type: range right": Edge(valued(valueRange={"low": {"value": 1}, "high": {"value": 5}}), VALID, VALID),
    "type: ratio": ill_valued("rat-1", valueRatio={"numerator": {"value": 5}}),
    "type: timing": ill_valued("tim-1", f"{_VALUE}.repeat", valueTiming={"repeat": {"duration": 1}}),
    "type: timing right": Edge(valued(valueTiming={"repeat": {"duration": 1, "durationUnit": "h"}}), VALID, VALID),
    "type: expression": ill_valued("exp-1", valueExpression={"language": "text/fhirpath"}),
    "type: trigger": ill_valued("trd-3", valueTriggerDefinition={"type": "named-event"}),
    "R4's extension": Edge(extended_by(valueAddress={"city": "Odense"}), VALID, VALID),
    "R4's extension: other type": Edge(
        extended_by(valueString="Odense"), {"Extension_EXT_Type"}, {("profile.type", _VALUE)}
    ),
    "R4's extension: elsewhere": Edge(
        lambda b: organization(b).update(extension=[{"url": _BIRTH_PLACE, "valueAddress": {"city": "Odense"}}]),
        {"Extension_EXTP_Context_Wrong"},
        {("profile.extension-context", "Bundle.entry[7].resource.extension[0]")},
    ),
    "signature of the bundle": Edge(signed, VALID, VALID),
    # LET-19: display
    "LET-19: display wrong": Edge(
        lambda b: communication(b)["category"][0]["coding"][0].update(display="Something else"), VALID, VALID
    ),
}

XML_EDGES: dict[str, tuple[Callable[[str], str], str, set[tuple[str, str]]]] = {
    "FHIR-4: extension url as an element": (
        lambda text: re.sub(r'<extension url="([^"]*)">', r'<extension><url value="\1"/>', text, count=1),
        "Undefined element",
        {
            ("fhirxml.element", "Bundle.entry[0].resource.destination[0].extension[0].url"),
            ("fhir.missing", "Bundle.entry[0].resource.destination[0].extension[0]"),
        },
    ),
    "FHIR-4: id as an element": (
        lambda text: text.replace("<name>", '<name><id value="a"/>', 1),
        "Undefined element",
        {("fhirxml.element", "Bundle.entry[1].resource.name[0].id")},
    ),
    "FHIR-4: no-break space between elements": (
        lambda text: text.replace("<family ", "\u00a0<family ", 1),
        "Text should not be present",
        {("fhirxml.text", "Bundle.entry[1].resource.name[0]")},
    ),
}
"""Changes of the message as XML, how the official error begins, and our errors."""

DIFFERENT = {
    "FHIR-1: _reference partOf": "equal-to-itself",
    "FHIR-1: _reference subject": "party",
    "FHIR-1: payload date without value": "segment",
    "FHIR-1: contentString without value": "segment",
    "FHIR-1: att title without value": "segment",
    "FHIR-1: deceased two": "choice",
    "FHIR-5: 'urn:oid:1.2.3'": "short-oid",
    "FHIR-7: narrative broken link": "narrative-link",
    "FHIR-8: abstract": "abstract",
    "FHIR-15: _given longer": "sibling",
    "FHIR-15: urn:oid:1.2.3": "short-oid",
}
"""The edges of which one judge makes an error and the other none, and the difference that explains it."""

ALLOWED_NARRATIVES = (
    *("<p>a</p>b", "<div>x</div>", "<span><p>x</p></span>", "<b><p>x</p></b>", "<h1>a<h2>b</h2></h1>", "<p>a<hr/></p>"),
    *("<p><h1>x</h1></p>", "<p><address>x</address></p>", "<p><dl><dt>x</dt></dl></p>", "<dl><dd>x</dd></dl>"),
    *("<ol><li>a<ul><li>b</li></ul></li></ol>", "<span><blockquote>x</blockquote></span>", "<table></table>x"),
    "<table><caption>c</caption><colgroup><col/></colgroup><thead><tr><th>h</th></tr></thead>"
    "<tbody><tr><td>x</td></tr></tbody></table>",
    "<table> <!-- x --><tr> <td>x</td></tr></table>",
    "<table><tr><th>x</th><td><table><tr><td>y</td></tr></table></td></tr></table>",
    "<map name='m'><area shape='rect' coords='0,0,1,1' href='http://a.dk' alt='x'/></map>x",
    *("<a href='#'>x</a>", "<a href='ftp://x'>x</a>", "<a href='mailto:a@b.dk'>x</a>", "<a name='x'>x</a>"),
    *("<img src='http://a.dk/b.png' alt='x'/>", "<img src='data:image/png;base64,AAAA' alt='x'/>"),
)
"""What may be in the div of a narrative, by both judges."""
REFUSED_NARRATIVES = (
    *("<p>a<p>b</p></p>", "<p><div>b</div></p>", "<p><ul><li>x</li></ul></p>", "<p>a<pre>b</pre></p>"),
    *("<p>a<blockquote><p>b</p></blockquote></p>", "<p>a<b><p>x</p></b></p>", "<p>x<address><p>y</p></address></p>"),
    *("<span><div>x</div></span>", "<h1><b><ul><li>x</li></ul></b></h1>", "<q><pre>x</pre></q>"),
    *("<table>x<tr><td>y</td></tr></table>", "<table>&#160;<tr><td>y</td></tr></table>", "<table><td>y</td></table>"),
    *("<table><tr>x</tr></table>", "<table><tr><p>x</p></tr></table>", "<table><tbody><td>x</td></tbody></table>"),
    *("<tr><td>x</td></tr>", "<td>x</td>", "<li>x</li>", "<ul>x</ul>", "<ul><p>x</p></ul>", "<dl>x</dl>", "<dt>x</dt>"),
    *("<ul><ul><li>x</li></ul></ul>", "<dl><li>x</li></dl>", "<map name='m'><p>x</p></map>", "<caption>x</caption>"),
    *("<dl><dt><div>x</div></dt></dl>", "<table><caption><pre>x</pre></caption><tr><td>y</td></tr></table>"),
    *("<br>x</br>", "<hr>x</hr>", "<img src='http://a.dk/b.png' alt='x'>y</img>", "<col/>x"),
    *("<a href='http://a.dk'><a href='http://b.dk'>x</a></a>", "<a href='http://a.dk'><div>x</div></a>"),
    *("<a href='javascript:alert(1)'>x</a>", "<a href='vbscript:x'>x</a>", "<a href=' javascript:x'>x</a>"),
    *("<a href='x y'>x</a>", "<a href=''>x</a>", "<img src='x y' alt='x'/>"),
)
"""What may not, by both."""
DIFFERENT_NARRATIVES = {
    "<a href='JAVASCRIPT:alert(1)'>x</a>": (True, "active-content"),
    "<img src='javascript:x' alt='x'/>": (True, "active-content"),
    "x<area alt='x'/>": (True, "xhtml-place"),
    "<table><colgroup><b>x</b></colgroup></table>x": (True, "xhtml-place"),
    "<b><b>x</b></b>": (False, "b-in-b"),
    "<dl><dd><div>x</div></dd></dl>": (False, "block-in-dd"),
}
"""What one judge refuses: whether the official one allows it, and the difference that explains it."""
