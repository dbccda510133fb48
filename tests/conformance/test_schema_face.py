"""Our schema sets have the face of the official ones: every global element and type, by name, namespace and facts.

``Local_Elements`` is a lax wildcard and ``xsi:type`` may be on any element, so a name that one set has and the other
has not, or a type that is derived otherwise, is a difference of verdict. The facts are compared with a second engine;
the verdicts with the one that the library uses, on documents made from the official sets.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
import xmlschema
from lxml import etree

import medcom_bu
from medcom_bu.envelopes import vans
from medcom_bu.issues import Layer, Outcome
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.letters import by_namespace, spec_of
from medcom_bu.resources import folder
from medcom_bu.testing.letters import complete, letter_samples
from tests.support import FULL
from tests.support.instances import BUILT_IN, XS, XSI, Instances, globals_of
from tests.support.oracle import oracle
from tests.support.typed import of_type, of_xml, read_as

ENVELOPES = {
    "vans": ("vans-envelope-1.0.4.xsd", "VANSEnvelope/VANSEnvelope-1.0.4.xsd"),
    "sbdh": ("ehmi-sbdh.xsd", "ehmiSBDH/ehmiStandardBusinessDocumentHeader.xsd"),
}
DATES = {"-".join(namespace.split("/")[-4:-1]): namespace for namespace in by_namespace()}
EVERY_SET = pytest.mark.parametrize("key", [*DATES, *ENVELOPES])
EVERY_NAMESPACE = pytest.mark.parametrize("key", [*DATES])


def paths(key: str) -> tuple[str, str]:
    """Where our set and the official one begin."""
    if key in ENVELOPES:
        ours, theirs = ENVELOPES[key]
        return str(folder("xsd") / ours), str(oracle(f"reference/xsd/{theirs}"))
    official = oracle(f"reference/xsd-current/{key.replace('-', '/')}/EMessage.xsd")
    return str(folder("xsd") / f"emessage-{key}.xsd"), str(official)


@cache
def models(key: str) -> tuple[Any, Any]:
    """Both sets for reading: ours, the official one."""
    ours, official = paths(key)
    return xmlschema.XMLSchema(ours), xmlschema.XMLSchema(official)


@cache
def judges(key: str) -> tuple[etree.XMLSchema, etree.XMLSchema]:
    """Both sets for judging: ours, the official one."""
    ours, official = paths(key)
    return etree.XMLSchema(etree.parse(ours)), etree.XMLSchema(etree.parse(official))


# --- the facts -------------------------------------------------------------------------------------------------------


def facts_of(schema: Any) -> dict[str, Any]:
    """Every global element and type of a set with all that can be said of it, groups and layout left aside."""
    elements, types = globals_of(schema)
    return {f"element {name}": element_facts(element) for name, element in elements.items()} | {
        f"type {name}": type_facts(kind) for name, kind in types.items()
    }


def element_facts(element: Any) -> tuple[Any, ...]:
    flags = (element.nillable, element.abstract, element.default, element.fixed, element.substitution_group)
    return (*flags, element.block, element.final, named(element.type))


def named(kind: Any) -> Any:
    """A type by its name; one without a name by its facts."""
    return kind.name or type_facts(kind)


def type_facts(kind: Any) -> tuple[Any, ...]:
    if kind.is_simple():
        return simple_facts(kind)
    base = kind.base_type.name if kind.base_type is not None else None
    attributes = frozenset(
        (name, attribute.use, attribute.default, attribute.fixed, named(attribute.type))
        for name, attribute in kind.attributes.items()
        if name is not None
    )
    content = simple_facts(kind.content) if kind.has_simple_content() else tuple(particles([kind.content]))
    wild = None in kind.attributes
    return (kind.derivation, base, kind.mixed, kind.abstract, kind.block, kind.final, attributes, wild, content)


def particles(group: Any, model: str = "sequence") -> Iterator[Any]:
    for particle in group:
        occurs = (particle.min_occurs, particle.max_occurs)
        if isinstance(particle, xmlschema.XsdElement):
            settled = (particle.nillable, particle.default, particle.fixed)
            yield (particle.name, *occurs, named(particle.type), *settled)
        elif hasattr(particle, "process_contents"):
            yield ("any", *occurs, particle.process_contents, tuple(particle.namespace))
        else:
            inner = tuple(particles(particle, particle.model))
            if occurs == (1, 1) and (particle.model == model or len(inner) == 1):
                yield from inner
            else:
                yield (particle.model, *occurs, frozenset(inner) if particle.model == "choice" else inner)


def simple_facts(kind: Any) -> tuple[Any, ...]:
    """The named types above a simple type, its codes, patterns and bounds."""
    above, codes = [], None
    patterns: set[str] = set()
    bounds: set[tuple[str, str]] = set()
    step = kind
    while step is not None:
        if step is not kind and step.name:
            above.append(step.name)
        if codes is None and step.enumeration is not None:
            codes = frozenset(map(str, step.enumeration))
        if not str(step.name).startswith(f"{{{XS}}}"):
            patterns.update(one_spelling(pattern) for pattern in (step.patterns.regexps if step.patterns else ()))
            bounds.update(
                (name.rpartition("}")[2], str(facet.value))
                for name, facet in step.facets.items()
                if name is not None and hasattr(facet, "value") and "whiteSpace" not in name
            )
        step = step.base_type
    if codes is not None:
        return (*above, frozenset(code for code in codes if all(re.fullmatch(p, code) for p in patterns)))
    return (*above, frozenset(patterns), frozenset(bounds))


def one_spelling(pattern: str) -> str:
    """A pattern with what has two spellings in one of them."""
    pattern = pattern.replace(r"\d", "[0-9]").replace(r"\-", "-").replace("0-9A-Fa-f", "0-9a-fA-F")
    if pattern.startswith(("[aA-fF0-9]{8}", "[A-f0-9]{8}")):
        return "a UUID with the slip of the standard"
    return pattern


@pytest.mark.slow
@EVERY_SET
def test_the_names_are_the_official_ones(key: str) -> None:
    ours, official = (facts_of(schema).keys() for schema in models(key))
    assert ours ^ official == set()


@EVERY_SET
def test_the_facts_are_the_official_ones(key: str) -> None:
    ours, official = map(facts_of, models(key))
    assert [(name, ours.get(name), held) for name, held in official.items() if ours.get(name) != held] == []


# --- the verdict of each pair of element and type --------------------------------------------------------------------


def places(instances: Instances) -> Iterator[tuple[Any, Any, Any]]:
    """A document, one of its elements and its declared type, for every type that an element of the set has.

    Letters that the library does not read are visited in the full test alone.
    """
    read = {"VANSEnvelope", "Emessage"}
    read |= {spec_of(cls).element for letters in by_namespace().values() for cls, _ in letters.values()}
    roots = []
    for name, declaration in instances.elements.items():
        if FULL or name.rpartition("}")[2] in read or not is_letter(declaration.type):
            roots += [(instances.whole(declaration, branch), instances.made) for branch in range(3)]
    seen = set()
    for root, made in sorted(roots, key=lambda pair: len(pair[1])):
        for node, declaration in made:
            if declaration.type not in seen:
                seen.add(declaration.type)
                yield root, node, declaration.type


def is_letter(kind: Any) -> bool:
    has_elements = not kind.is_simple() and not kind.has_simple_content()
    return has_elements and any(child.local_name == "Letter" for child in kind.content.iter_elements())


@pytest.mark.slow
@pytest.mark.parametrize(
    "key", [*DATES, "vans"]
)  # "sbdh" has fixed texts, which are not made here: test_sbdh_schema.py
def test_each_element_takes_the_same_types(key: str) -> None:
    """In the short form, an element is tried with every type derived from its own, and with 40 others."""
    ours, official = judges(key)
    instances = Instances(models(key)[1], 4)
    names = sorted({*instances.types, *globals_of(models(key)[0])[1], *BUILT_IN, f"{{{XS}}}ukendt"})
    samples = {name: sample(instances, name) for name in names}
    verdicts: Counter[bool] = Counter()
    different = []
    for root, node, declared in places(instances):
        path = root.getroottree().getpath(node)
        held = node.text, list(node)
        assert official.validate(root), path
        some = {*instances.random.sample(names, min(40, len(names))), *derived(instances, declared)}
        for name in names if FULL else sorted(some):
            node.text, node[:] = samples[name].text, list(samples[name])
            instances.mark(node, name)
            verdict = official.validate(root)
            verdicts[verdict] += 1
            if ours.validate(root) != verdict:
                different.append((path, name, verdict))
            samples[name][:] = list(node)
        node.attrib.pop(f"{{{XSI}}}type")
        node.text, node[:] = held
        for attribute, value in instances.attributes():
            node.set(attribute, value)
            verdict = official.validate(root)
            if ours.validate(root) != verdict:
                different.append((path, f"{attribute}={value}", verdict))
            node.attrib.pop(attribute)
    assert different == []
    assert min(verdicts.values()) >= 10


def sample(instances: Instances, name: str) -> Any:
    """An element that holds what a type takes."""
    made = etree.Element("sample", nsmap=instances.prefixes)
    if name in instances.types:
        instances.fill(made, instances.types[name])
    return made


def derived(instances: Instances, declared: Any) -> list[str]:
    return [name for name, kind in instances.types.items() if kind.is_derived(declared)]


# --- what may be in Local_Elements --------------------------------------------------------------------------------


def with_local_elements(key: str, instances: Instances, count: int) -> Iterator[Any]:
    """Consignments of a namespace, each with content of its own in Local_Elements."""
    cls, version = next(iter(by_namespace()[DATES[key]].values()))
    base = etree.fromstring(medcom_bu.to_xml(complete(cls, version), encoding="UTF-8"))
    root = etree.Element(base.tag, nsmap=instances.prefixes)
    root.extend(base)
    local = etree.SubElement(root, f"{{{DATES[key]}}}Local_Elements")
    for _ in range(count):
        local.clear()
        instances.odd = instances.random.choice((0, 0, 0.01, 0.03))
        instances.local(local)
        if instances.random.random() < 0.1:
            instances.retype(local)
        yield root


@EVERY_NAMESPACE
def test_local_elements_are_judged_alike(key: str) -> None:
    ours, official = judges(key)
    verdicts: Counter[bool] = Counter()
    for root in with_local_elements(key, Instances(models(key)[1], 2026), 20_000 if FULL else 600):
        verdict = official.validate(root)
        verdicts[verdict] += 1
        assert ours.validate(root) == verdict, etree.tostring(root[-1])
    assert min(verdicts.values()) > verdicts.total() // 10


@pytest.mark.parametrize("many", [0, 5_000], ids=["judged while parsed", "judged as a tree"])
@EVERY_NAMESPACE
def test_the_library_gives_the_official_verdict_on_local_elements(
    key: str, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("medcom_bu.oioxml.source.MANY", many)
    for root in with_local_elements(key, Instances(models(key)[1], 11), 2000 if FULL else 100):
        data = etree.tostring(root)
        report = medcom_bu.validate(data, layers=("syntax", "schema"))
        assert report.ok == judges(key)[1].validate(etree.fromstring(data)), (data, report)


# --- the library's own verdict ---------------------------------------------------------------------------------------


TYPED = [
    ("2016-10-02", "ReferralAttachment", "ReferralAttachmentType", True),
    ("2016-10-02", "ReferralAttachment", "BinaryLetterType", False),
    ("2016-10-02", "ObjectIdentifier", "UniversallyUniqueIdentifierType", False),
    ("2017-05-01", "EpisodeOfCare", "EpisodeOfCareTypeType", True),
    ("2017-05-01", "Letter", "HospitalReferralLetterType", True),
    ("2017-05-01", "Letter", "LetterType", False),
    ("2017-05-01", "RelationCode", "RelationCodeType", True),
    ("2017-05-01", "PostCodeIdentifier", "PostCodeIdentifierType", False),
    ("2012-03-28", "Object_Base64Encoded", "String_1_70", True),
    ("2012-03-28", "Object_Base64Encoded", "String_1_Unbounded", True),
    ("2012-03-28", "Object_Base64Encoded", "String_1_3", False),
    ("2012-03-28", "Object_Base64Encoded", "AlternativeCprType", False),
    ("2012-03-28", "StatusCode", "StatusCodeType", False),
    ("2006-07-01", "Priority", "PriorityCodeType", False),
    ("2006-07-01", "ClinicalInformation", "ClinicalInformationNotSignedType", True),
    ("2006-07-01", "ClinicalInformation", "ClinicalInformationType", False),
    ("2006-07-01", "Sender", "SenderNoContactType", True),
]


@pytest.mark.parametrize(("key", "element", "kind", "valid"), TYPED)
def test_a_type_that_is_named(key: str, element: str, kind: str, valid: bool) -> None:
    mark = f'xmlns:i="{XSI}" xmlns:t="{DATES[key]}" i:type="t:{kind}"'
    letters = [
        medcom_bu.to_xml(complete(*one), encoding="UTF-8").decode() for one in by_namespace()[DATES[key]].values()
    ]
    having = [data for data in letters if f"<{element}>" in data]
    assert having
    for one in having:
        data = one.replace(f"<{element}>", f"<{element} {mark}>", 1)
        report = medcom_bu.validate(data.encode(), layers=("syntax", "schema"))
        assert report.ok == valid == judges(key)[1].validate(etree.fromstring(data.encode()))
        parsed = medcom_bu.read(data.encode())
        assert parsed.message is not None
        assert medcom_bu.validate(parsed.message, layers=("syntax", "schema")).ok == valid
        assert mark.split()[-1].encode()[1:] in medcom_bu.to_xml(of_xml(parsed.message))


@pytest.mark.parametrize("element", ["VANSEnvelope", "SenderID", "Message", "Data", "Document", "ServiceTag"])
def test_types_in_an_envelope(element: str) -> None:
    envelope = vans.wrap(next(iter(letter_samples().values())), service_tags=(("a", "b"),))
    data = medcom_bu.to_xml(envelope, encoding="UTF-8").decode()
    names = ("xs:base64Binary", *sorted(globals_of(models("vans")[0])[1]))
    valid = []
    for name in names:
        kind = name.replace(f"{{{envelope.namespace}}}", "v:")
        mark = f' xmlns:xs="{XS}" xmlns:i="{XSI}" xmlns:v="{envelope.namespace}" i:type="{kind}"'
        marked = re.sub(f"<{element}(?=[ >])", f"<{element}{mark}", data, count=1).encode()
        report = medcom_bu.validate(marked, layers=("syntax", "schema"))
        assert report.ok == judges("vans")[1].validate(etree.fromstring(marked)), report
        valid += [name] * report.ok
    assert len(valid) == 1


def test_an_attachment_with_a_type_may_be_large() -> None:
    namespace = DATES["2012-03-28"]
    cls, version = by_namespace()[namespace]["BinaryLetter"]
    message = complete(cls, version)
    data = medcom_bu.to_xml(message, encoding="UTF-8")
    start, end = data.index(b"<Object_Base64Encoded>"), data.index(b"</Object_Base64Encoded>")
    content = b"QUJD" * 3_000_000
    for kind, valid in (("xs:string", True), ("t:String_1_Unbounded", True), ("t:String_1_1050", False)):
        mark = f'xmlns:xs="{XS}" xmlns:i="{XSI}" xmlns:t="{namespace}" i:type="{kind}"'.encode()
        report = medcom_bu.validate(
            data[:start] + b"<Object_Base64Encoded " + mark + b">" + content + data[end:], layers=("syntax", "schema")
        )
        assert report.ok == valid, report
    assert medcom_bu.validate(data[: start + 22] + content + data[end:], layers=("syntax", "schema")).ok


def test_a_letter_of_another_type_is_not_judged() -> None:
    """The schema knows it; the library does not read it, and says so, whether the letter is valid or not."""
    instances = Instances(models("2005-08-07")[1], 3)
    root = etree.fromstring(medcom_bu.to_xml(complete(*by_namespace()[DATES["2005-08-07"]]["HospitalReferral"])))
    other = instances.whole(instances.elements[f"{{{DATES['2005-08-07']}}}DischargeLetter"], 0)
    root.append(other)
    for _ in range(2):
        data = of_type(bytes, etree.tostring(root, encoding="ISO-8859-1"))
        report = medcom_bu.validate(data)
        told = [(issue.code, issue.path) for issue in report if issue.code.startswith(("xml.", "letter.not-"))]
        assert told == [("letter.not-supported", "/Emessage/DischargeLetter")]
        assert report.layers[Layer.SCHEMA] is Outcome.NOT_RUN
        assert b"DischargeLetter>" in medcom_bu.to_xml(read_as(Emessage, data))
        other.remove(other[0])
