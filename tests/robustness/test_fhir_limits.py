"""The limits of FHIR in JSON and XML: the last message that is read and the first that is not; deep stacks."""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import attrs
import pytest
from lxml import etree

import medcom_bu
from medcom_bu import CareCommunicationMessage
from medcom_bu.limits import LIMITS, Limits
from medcom_bu.rendering.page import as_page
from medcom_bu.rendering.text import as_text
from tests.support.memory import ASKS_PROC, MB, held_by_process
from tests.support.stack import below, depth_of_stack
from tests.support.typed import care_communication, read_as

CARE = care_communication()
JSON, XML = medcom_bu.to_fhir(CARE), medcom_bu.to_fhir(CARE, "xml")
IN_JSON, IN_XML = b'"resourceType":"Patient",', b"<identifier>"
"""What follows the first sign of the patient, and what precedes the patient's first element that is not text."""
UNKNOWN = ("fhir.property-unknown", "Bundle.entry[1].resource.?")
TOO_LARGE = [("fhir.too-large", "/")]
Found = list[tuple[str, str]]


def of_report(report: medcom_bu.Report) -> Found:
    return [(issue.code, issue.path) for issue in report]


def found_within(data: bytes, **limits: int) -> Found:
    return of_report(medcom_bu.validate(data, layers=("syntax", "schema"), limits=Limits(**limits)))


def in_json(content: bytes) -> bytes:
    return JSON.replace(IN_JSON, IN_JSON + content, 1)


def in_xml(content: bytes) -> bytes:
    at = XML.index(IN_XML, XML.index(b"<Patient>"))
    return XML[:at] + content + XML[at:]


def numbered(form: bytes, count: int) -> bytes:
    return b"".join(form % ((number,) * form.count(b"%d")) for number in range(count))


def nested_json(depth: int) -> bytes:
    """Extensions in each other in the patient, which is the fourth of so many objects and arrays."""
    around, more = divmod(depth - 6, 2)
    value = b'"valueCoding":{"code":"x"}' if more else b'"valueString":"x"'
    inner = b'{"url":"x","extension":[' * around + b'{"url":"x",' + value + b"}" + b"]}" * around
    return in_json(b'"extension":[' + inner + b"],")


def nested_xml(depth: int) -> bytes:
    """Extensions in each other in the patient, which is the fourth of so many elements."""
    around = depth - 5
    return in_xml(b"<extension url='x'>" * around + b"<valueString value='x'/>" + b"</extension>" * around)


def contained_json(count: int) -> bytes:
    parts = [b'{"resourceType":"Organization","id":"c%d","name":"x"}' % number for number in range(count)]
    return in_json(b'"contained":[' + b",".join(parts) + b"],")


def contained_xml(count: int) -> bytes:
    form = b"<contained><Organization><id value='c%d'/><name value='x'/></Organization></contained>"
    return in_xml(numbered(form, count))


def names_of_json(data: bytes) -> int:
    seen: set[str] = set()

    def look(made: dict[str, Any]) -> None:
        seen.update(made)

    json.loads(data, object_hook=look)
    return len(seen)


def names_of_xml(data: bytes) -> int:
    """Of elements, attributes and namespaces."""
    seen: set[Any] = set()
    for node in etree.fromstring(data).iter(etree.Element):
        seen |= {etree.QName(node).localname, *node.attrib, *node.nsmap.values()}
    return len(seen)


def without_attachment(data: bytes) -> int:
    """The bytes that count."""
    return len(re.sub(rb'("data":"|<data value=")[^"]*', rb"\1", data))


def opening(data: bytes, depth: int) -> str:
    """Where JSON opens an object or array too many within others."""
    blind = re.sub(r'"(?:[^"\\]|\\.)*"', lambda text: " " * len(text[0]), data.decode())
    for sign in re.finditer(r"[\[\]{}]", blind):
        depth -= 1 if sign[0] in "[{" else -1
        if depth < 0:
            return f"line 1, column {sign.start() + 1}"
    raise AssertionError("it is not so deep")


class Edge(NamedTuple):
    """A limit: messages with so many of something, the most by default, few of them, and where too many are named."""

    limit: str
    make: Callable[[int], bytes]
    most: int
    few: int
    code: str = "fhir.too-large"
    path: str | None = "/"

    def refused(self, data: bytes, limit: int) -> Found:
        """What is said of one too many."""
        return [(self.code, self.path or opening(data, limit))]


JSON_NAMES, XML_NAMES = names_of_json(JSON), names_of_xml(XML)
CONTAINED = "Bundle.entry[1].resource.contained"
EDGES = {
    "JSON, depth": Edge("depth", nested_json, 128, 40, "json.depth", None),
    "XML, depth": Edge("depth", nested_xml, 128, 40, "fhirxml.depth"),
    "JSON, contained": Edge("contained", contained_json, 200, 3, path=CONTAINED),
    "XML, contained": Edge("contained", contained_xml, 200, 3, path=CONTAINED),
    "JSON, names": Edge(
        "names", lambda count: in_json(numbered(b'"n%d":1,', count - JSON_NAMES)), 10_000, JSON_NAMES + 3
    ),
    "XML, names of elements": Edge(
        "names", lambda count: in_xml(numbered(b"<n%d/>", count - XML_NAMES)), 10_000, XML_NAMES + 3
    ),
    "XML, names of attributes": Edge(
        "names", lambda count: in_xml(numbered(b"<id a%d=''/>", count - XML_NAMES)), 10_000, XML_NAMES + 3
    ),
    "XML, namespaces": Edge(
        "names", lambda count: in_xml(numbered(b"<id xmlns='u%d'/>", count - XML_NAMES)), 10_000, XML_NAMES + 3
    ),
    "XML, attributes": Edge(
        "attributes", lambda count: XML.replace(b"<Patient", b"<Patient" + numbered(b" a%d='1'", count)), 256, 3
    ),
    "XML, attributes of a primitive": Edge(
        "attributes",
        lambda count: XML.replace(b"<contentString", b"<contentString" + numbered(b" a%d='1'", count - 1), 1),
        256,
        3,
    ),
    "XML, prefixes of an element": Edge(
        "prefixes", lambda count: XML.replace(b"<Patient", b"<Patient" + numbered(b" xmlns:p%d='u'", count)), 64, 3
    ),
    "XML, prefixes here and there": Edge(
        "prefixes", lambda count: in_xml(numbered(b"<p%d:x xmlns:p%d='u'/>", count)), 64, 3
    ),
}
EACH = pytest.mark.parametrize("name", EDGES)


def limits(edge: Edge, number: int) -> Limits:
    return attrs.evolve(LIMITS, **{edge.limit: number})


@pytest.mark.slow
@EACH
def test_the_last_one_that_is_read_and_the_first_that_is_not(name: str) -> None:
    edge = EDGES[name]
    assert getattr(LIMITS, edge.limit) == edge.most
    few, most, more = edge.make(edge.few), edge.make(edge.most), edge.make(edge.most + 1)
    assert set(found_within(most)) - {("report.more", "/")} == set(found_within(few))
    assert medcom_bu.read(most).message is not None
    for given in (more, io.BytesIO(more)):
        assert of_report(medcom_bu.validate(given)) == edge.refused(more, edge.most)
    assert [code for code, _ in found_within(edge.make(edge.most * 3))] == [edge.code]
    refused = medcom_bu.read(more)
    assert (refused.message, of_report(refused.report)) == (None, edge.refused(more, edge.most))
    with pytest.raises(medcom_bu.InvalidMessage) as caught:
        medcom_bu.parse(more)
    assert caught.value.report == refused.report


@EACH
def test_a_caller_moves_the_edge(name: str) -> None:
    edge = EDGES[name]
    few, more = edge.make(edge.few), edge.make(edge.few + 1)
    lower, higher = limits(edge, edge.few), limits(edge, edge.most + 1)
    assert medcom_bu.read(few, limits=lower).report == medcom_bu.read(few).report
    assert of_report(medcom_bu.validate(more, limits=lower)) == edge.refused(more, edge.few)
    assert medcom_bu.read(more, limits=lower).message is None
    with pytest.raises(medcom_bu.InvalidMessage):
        medcom_bu.parse(more, limits=lower)
    assert medcom_bu.read(edge.make(edge.most + 1), limits=higher).message is not None


def test_what_does_not_count() -> None:
    """Default namespaces are not prefixes, a prefix counts once, and neither declares an attribute."""
    for content in (
        numbered(b"<x xmlns='u'/>", 1_000),
        numbered(b"<p:x xmlns:p='u'/>", 1_000),
        numbered(b"<p:x xmlns:p='u%d'/>", 1_000),
        b"<x " + numbered(b" a%d='1'", 256) + numbered(b" xmlns:p%d='u'", 64) + b" xmlns='u'/>",
        b"<!--" + b"<a>" * 200 + numbered(b"<n%d a='1'/>", 11_000) + b"-->",
    ):
        assert "fhir.too-large" not in [code for code, _ in found_within(in_xml(content))]
    text = JSON.replace(b'"contentString":"', b'"contentString":"' + b"[{" * 1_000 + numbered(b"n%d: ", 11_000), 1)
    assert found_within(text) == []


def test_the_name_of_a_namespace() -> None:
    assert found_within(in_xml(b"<p:x xmlns:p='" + b"u" * 200 + b"'/>")) == [
        ("fhirxml.namespace", "Bundle.entry[1].resource.?")
    ]
    for declared in (b"p:x xmlns:p", b"x xmlns"):
        assert found_within(in_xml(b"<" + declared + b"='" + b"u" * 201 + b"'/>")) == TOO_LARGE


@pytest.mark.parametrize("data", [JSON, XML], ids=["JSON", "XML"])
def test_text_counts_without_the_attachments(data: bytes) -> None:
    size = without_attachment(data)
    assert size < len(data)
    assert found_within(data, text=size) == []
    assert found_within(data, text=size - 1) == TOO_LARGE
    with pytest.raises(medcom_bu.InvalidMessage):
        medcom_bu.parse(data, limits=Limits(text=size - 1))
    sign = b'"contentString":"' if data is JSON else b'<contentString value="'
    large = data.replace(sign, sign + b"x" * (LIMITS.text - size + 1), 1)
    for given in (large, io.BytesIO(large)):
        assert of_report(medcom_bu.validate(given)) == TOO_LARGE
    assert dict(medcom_bu.validate(large).issues[0].params) == {
        "what": "text",
        "count": LIMITS.text + 1,
        "limit": LIMITS.text,
    }


@pytest.mark.parametrize("wire", ["JSON", "XML"])
def test_a_report_ends(wire: str) -> None:
    def make(count: int) -> bytes:
        return in_json(numbered(b'"n%d":1,', count)) if wire == "JSON" else in_xml(numbered(b"<n%d/>", count))

    more = ("report.more", "/")
    for most, given in ((1_000, {}), (10, {"issues": 10}), (1_500, {"issues": 1_500})):
        assert found_within(make(most), **given) == [UNKNOWN] * most
        report = medcom_bu.validate(make(most + 1), layers=("syntax", "schema"), limits=Limits(**given))
        assert of_report(report) == [UNKNOWN] * (most - 1) + [more]
        assert dict(report.issues[-1].params) == {"count": 2}


def test_what_is_kept_within_the_limits_is_written_within_them() -> None:
    attributes = b"<active xmlns:p='urn:p' value='true'" + numbered(b" p:a%d='1'", 255) + b"/>"
    for data in (in_xml(attributes), in_xml(b"<p:x xmlns:p='urn:p'" + numbered(b" p:a%d='1'", 256) + b"/>")):
        message = read_as(CareCommunicationMessage, data)
        assert medcom_bu.read(medcom_bu.to_fhir(message, "xml")).message == message
        assert medcom_bu.losses(message, "fhir+xml") == ()


# --- XML that is broken besides, and names that would stay ------------------------------------------------------------


def test_what_is_too_much_before_the_fault_is_named() -> None:
    """libxml2 gives up at some depth too, and what never ends has no last element."""
    for content in (b"<a>" * 5_000 + b"</a>" * 5_000, b"<a>" * 200, b"\n<a>" * 200):
        assert found_within(in_xml(content)) == [("fhirxml.depth", "/")]
    (issue,) = found_within(in_xml(b"<b></c>" + b"<a>" * 200))
    assert issue[0] == "fhirxml.not-well-formed"


FLOOD = """
form = sys.argv[2].encode()
def flood(number):
    names = b"".join(form % (number, each) for each in range(8_000))
    assert medcom_bu.read(data.replace(b"</Patient>", names + b"</Patient>", 1)).message is not None
"""


@pytest.mark.slow
@ASKS_PROC
@pytest.mark.parametrize("form", ["<n%d_%d/>", "<a b%d_%d='1'/>", "<a xmlns='u%d_%d'/>"])
def test_new_names_do_not_stay(form: str, tmp_path: Path) -> None:
    """lxml keeps each name as long as the thread lives: 10 messages with 8,000 new names took 2 to 3 MB for good."""
    path = tmp_path / "data.xml"
    path.write_bytes(XML)
    assert held_by_process(path, FLOOD, 3, 10, form) < MB


# --- stacks that are nearly used up (SEC-21) --------------------------------------------------------------------------


def declared(depth: int) -> bytes:
    """Values that have fields, nested in each other: the assigner of an identifier has an identifier."""
    around = (depth - 6) // 2
    inner = b'{"assigner":{"identifier":' * around + b'{"value":"x"}' + b"}}" * around
    return in_json(b'"identifier":[' + inner + b"],").replace(b'"identifier":[{"system"', b'"x":[{"system"', 1)


DEEP = {"JSON": nested_json(128), "XML": nested_xml(128), "JSON, declared": declared(128)}
MESSAGES = {name: read_as(CareCommunicationMessage, data) for name, data in DEEP.items()}
CALLS: dict[str, Callable[[str], Any]] = {
    "read": lambda name: medcom_bu.read(DEEP[name]),
    "validate bytes": lambda name: medcom_bu.validate(DEEP[name]),
    "validate a value": lambda name: medcom_bu.validate(MESSAGES[name]),
    "to JSON": lambda name: medcom_bu.to_fhir(MESSAGES[name]),
    "to XML": lambda name: medcom_bu.to_fhir(MESSAGES[name], "xml"),
    "losses in JSON": lambda name: medcom_bu.losses(MESSAGES[name], "fhir"),
    "losses in XML": lambda name: medcom_bu.losses(MESSAGES[name], "fhir+xml"),
    "as text": lambda name: as_text(MESSAGES[name]),
    "as text, revealed": lambda name: as_text(MESSAGES[name], reveal=True),
    "as a page": lambda name: as_page(MESSAGES[name]),
}


@pytest.mark.parametrize("name", DEEP)
@pytest.mark.parametrize("call", CALLS)
def test_the_stack_of_the_caller_changes_nothing(call: str, name: str) -> None:
    usual = CALLS[call](name)
    for left in (300, 150, 80, 40):
        assert below(sys.getrecursionlimit() - depth_of_stack() - left, lambda: CALLS[call](name)) == usual
