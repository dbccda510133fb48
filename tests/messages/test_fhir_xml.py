"""FHIR XML is the same message as FHIR JSON: official twins, our own round trips, bad input at its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

import medcom_bu
from medcom_bu import CareCommunicationMessage, InvalidMessage, OtherFhirMessage
from medcom_bu.fhir.codec import read
from medcom_bu.fhir.model.data import load_json
from medcom_bu.fhir.model.definitions import shape
from medcom_bu.fhir.model.shape import _check_object, _fits
from medcom_bu.fhir.xml.read import load_xml
from medcom_bu.fhir.xml.write import dump_xml
from medcom_bu.issues import Issue
from medcom_bu.limits import LIMITS
from medcom_bu.values.fhir_resources import BundleEntry, UnknownResource
from tests.support import fhir_by_hand
from tests.support.fhir_codec import PLAIN, found_in_fhir, json_of, official_bundles, plain_sample, structures
from tests.support.fhir_mutants import places
from tests.support.oracle import oracle

XHTML = "{http://www.w3.org/1999/xhtml}"


def canonical_fhir(data: bytes) -> bytes:
    """Canonical XML without the white space between FHIR's elements."""
    root = etree.fromstring(data, etree.XMLParser(remove_comments=True, remove_pis=True))
    for node in root.iter():
        parent = node.getparent()
        if not str(node.tag).startswith(XHTML) and not (node.text or "").strip():
            node.text = None
        if parent is not None and not str(parent.tag).startswith(XHTML) and not (node.tail or "").strip():
            node.tail = None
    return etree.tostring(root, method="c14n")


def sample() -> str:
    return medcom_bu.to_fhir(fhir_by_hand.message(), "xml").decode()


# --- the official examples ----------------------------------------------------------------------------------------


def xml_examples() -> list[Path]:
    return [path for path in oracle("examples/fhir").rglob("*.xml") if "expected" not in path.parts]


def test_official_xml_is_written_back_canonically_equal() -> None:
    paths = xml_examples()
    assert len(paths) > 35
    for path in paths:
        data = path.read_bytes()
        message: Any = medcom_bu.parse(data)
        again = medcom_bu.to_fhir(message, "xml")
        assert canonical_fhir(again) == canonical_fhir(data), path.name
        assert medcom_bu.parse(again) == message
        report = medcom_bu.validate(data, layers=("syntax", "schema"))
        assert {issue.code for issue in report} <= {"fhirmessage.not-supported"}


def test_official_twins_are_equal() -> None:
    twins = [(path, path.with_suffix(".json")) for path in xml_examples() if path.with_suffix(".json").exists()]
    assert len(twins) > 25
    for as_xml, as_json in twins:
        message: Any = medcom_bu.parse(as_xml.read_bytes())
        twin: Any = medcom_bu.parse(as_json.read_bytes())
        assert message == twin, as_xml.name
        assert hash(message) == hash(twin)
        assert _without_narratives(json.loads(medcom_bu.to_fhir(message))) == _without_narratives(
            json.loads(as_json.read_bytes())
        )


def _without_narratives(plain: Any) -> Any:
    """One official twin writes a quotation mark as an entity in one and not in the other."""
    for entry in plain["entry"]:
        entry["resource"].pop("text", None)
    return plain


def test_every_official_json_goes_through_xml() -> None:
    for path in official_bundles():
        message: Any = medcom_bu.parse(path.read_bytes())
        assert medcom_bu.parse(medcom_bu.to_fhir(message, "xml")) == message, path.name


# --- round trips --------------------------------------------------------------------------------------------------


def test_the_two_formats_hold_the_same() -> None:
    message = fhir_by_hand.message()
    assert medcom_bu.parse(sample().encode()) == message
    assert load_xml(sample().encode()).message == load_json(medcom_bu.to_fhir(message)).message


def test_order_is_that_of_the_standard_whatever_the_order_of_the_data() -> None:
    plain = load_json(medcom_bu.to_fhir(fhir_by_hand.message())).message
    turned = _turned(plain)
    assert plain is not None
    assert list(turned) != list(plain)
    assert dump_xml(turned) == dump_xml(plain)
    assert not load_xml(dump_xml(turned)).issues


def _turned(plain: Any) -> Any:
    if isinstance(plain, dict):
        return {key: _turned(plain[key]) for key in reversed(plain)}
    return [_turned(item) for item in plain] if isinstance(plain, list) else plain


def test_what_goes_with_primitives_survives() -> None:
    plain = plain_sample()
    extension = {"url": "urn:x", "valueDecimal": 1.25}
    patient = plain["entry"][1]["resource"]
    patient["_birthDate"] = {"id": "b", "extension": [extension]}
    patient["name"][0]["_given"] = [None, {"id": "g", "extension": [extension]}]
    patient["name"][0]["given"] = ["a", None, "c"]
    patient["name"][0]["_given"].append({"id": "c"})
    patient["name"][0]["id"] = "n"
    patient["contained"] = [{"resourceType": "Organization", "id": "o", "name": "æ <&>\"' \n\t"}]
    patient["multipleBirthInteger"] = 2
    data = json_of(plain)
    message: Any = medcom_bu.parse(data)
    as_xml = medcom_bu.to_fhir(message, "xml")
    assert json.loads(medcom_bu.to_fhir(medcom_bu.parse(as_xml, CareCommunicationMessage))) == plain
    assert b"1.25" in as_xml


def test_a_resource_that_is_not_known_is_kept() -> None:
    other = (
        '<Whatever xmlns="http://hl7.org/fhir"><id value="d"/><text><status value="generated"/>'
        '<div xmlns="http://www.w3.org/1999/xhtml">x</div></text>'
        '<extension url="urn:x"><valueString value="y"/></extension>'
        '<name id="n"><part value="1"/><part value="2"/></name></Whatever>'
    )
    text = sample().replace("</Bundle>", f"<entry><resource>{other}</resource></entry></Bundle>")
    message = medcom_bu.parse(text.encode())
    assert isinstance(message, OtherFhirMessage | CareCommunicationMessage)
    assert isinstance(message.entry[-1].resource, UnknownResource)
    assert canonical_fhir(medcom_bu.to_fhir(message, "xml")) == canonical_fhir(text.encode())


XML_TEXTS = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")
    | st.sampled_from("\t\n\r"),
    max_size=8,
)


@given(structures(BundleEntry, texts=XML_TEXTS, unknown=False))
def test_round_trip_of_any_value(entry: Any) -> None:
    message = fhir_by_hand.message()
    message = message.replace(entry=(*message.entry, entry))
    data = medcom_bu.to_fhir(message, "xml")
    assert read(data).message == message
    assert {issue.code for issue in load_xml(data).issues} <= {"fhirxml.namespace"}


# --- bad input ----------------------------------------------------------------------------------------------------

ENTRY = "Bundle.entry[0].resource"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("<Bundle ", "<!DOCTYPE Bundle><Bundle ", {("fhirxml.doctype", "/")}),
        (
            "<Bundle ",
            '<!-- x --><!DOCTYPE Bundle [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><Bundle ',
            {("fhirxml.doctype", "/")},
        ),
        ('"UTF-8"', '"ISO-8859-1"', {("fhirxml.encoding", "byte 0")}),
        ("</Bundle>", "", None),
        ("</Bundle>", "</Bundle><x/>", None),
        ("<type value", "<?x y?><!-- x --><type value", {("fhirxml.not-carried", "/")}),
        ('xmlns="http://hl7.org/fhir"', 'xmlns="http://hl7.org/fhir" colour="red"', {("fhirxml.attribute", "Bundle")}),
        ('<type value="message"/>', '<type value="message" colour="red"/>', {("fhirxml.attribute", "Bundle.type")}),
        ("<entry>", "text<entry>", {("fhirxml.text", "Bundle")}),
        (
            '<id value="bundle"/><type value="message"/>',
            '<type value="message"/><id value="bundle"/>',
            {("fhirxml.order", "Bundle.id")},
        ),
        (
            '<type value="message"/>',
            '<type value="message"/><type value="message"/>',
            {("fhirxml.repeated", "Bundle.type")},
        ),
        (
            '<type value="message"/>',
            '<type xmlns="urn:x" value="message"/>',
            {("fhirxml.namespace", "Bundle.type"), ("fhir.missing", "Bundle")},
        ),
        ('<type value="message"/>', "", {("fhir.missing", "Bundle")}),
        ('<type value="message"/>', "<type/>", {("fhir.empty", "Bundle.type")}),
        ('<type value="message"/>', '<type value="message"/><colour/>', {("fhir.property-unknown", "Bundle.?")}),
        (
            '<deceasedBoolean value="false"/>',
            '<deceasedBoolean value="no"/>',
            {("fhir.json-type", "Bundle.entry[1].resource.deceased")},
        ),
        (
            '<div xmlns="http://www.w3.org/1999/xhtml"><p>header</p></div>',
            "<div><p>header</p></div>",
            {("fhirxml.namespace", f"{ENTRY}.text.div"), ("fhir.xhtml", f"{ENTRY}.text.div")},
        ),
        (
            "<resource><MessageHeader>",
            "<resource><Patient/><MessageHeader>",
            {("fhirxml.resource", ENTRY), ("fhir.empty", ENTRY), ("fhir.no-header", "Bundle.entry[0]")},
        ),
    ],
)
def test_bad_xml_is_named_and_placed(old: str, new: str, expected: set[tuple[str, str]] | None) -> None:
    text = sample()
    assert old in text
    data = text.replace(old, new, 1).encode()
    if expected is None:
        assert {code for code, _ in found_in_fhir(data)} == {"fhirxml.not-well-formed"}
    else:
        assert found_in_fhir(data) == expected
    if expected != {("fhirxml.not-carried", "/")}:
        assert not medcom_bu.validate(data).ok
        with pytest.raises(InvalidMessage):
            medcom_bu.parse(data)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'<Bundle xmlns="http://hl7.org/fhir">\xe6</Bundle>', "fhirxml.encoding"),
        (sample().replace('encoding="UTF-8"', "").encode("utf-16"), "fhirxml.encoding"),
        (b'<Patient xmlns="http://hl7.org/fhir"><id value="x"/></Patient>', "fhir.not-a-bundle"),
        (b'<Bundle xmlns="http://hl7.org/fhir"/>', "fhir.no-header"),
        (b'<Bundle xmlns="urn:x"/>', "fhirxml.namespace"),
        (b"<Bundle/>", "fhirxml.namespace"),
        (b'<b:Bundle xmlns:b="http://hl7.org/fhir"><b:entry/></b:Bundle>', "fhir.no-header"),
    ],
)
def test_what_is_no_message(data: bytes, code: str) -> None:
    assert code in {issue.code for issue in medcom_bu.validate(data)}
    assert medcom_bu.read(data).message is None


@pytest.mark.parametrize("depth", [LIMITS.depth, 1000, 20_000])
def test_nesting_is_limited(depth: int) -> None:
    data = b'<Bundle xmlns="http://hl7.org/fhir">' + b"<a>" * depth + b"</a>" * depth + b"</Bundle>"
    codes = {code for code, _ in found_in_fhir(data)}
    assert codes <= {"fhirxml.depth", "fhirxml.not-well-formed"}
    assert codes


def test_prefixes_do_not_count() -> None:
    text = sample().replace("<", "<f:").replace("<f:/", "</f:").replace("<f:?xml", "<?xml")
    text = text.replace('xmlns="http://hl7.org/fhir"', 'xmlns:f="http://hl7.org/fhir" xmlns:h="urn:h"')
    for name in ("div", "p", "b"):
        text = text.replace(f"<f:{name} ", f"<{name} ").replace(f"<f:{name}>", f"<{name}>")
        text = text.replace(f"</f:{name}>", f"</{name}>")
    assert medcom_bu.parse(text.encode()) == fhir_by_hand.message()


@given(st.binary(max_size=30), st.integers(0, 400), st.integers(0, 30))
def test_anything_is_a_report(noise: bytes, at: int, cut: int) -> None:
    data = sample().encode()
    data = data[:at] + noise + data[at + cut :]
    medcom_bu.validate(data)
    medcom_bu.read(data)


# --- the quick ways say what the slow ways say --------------------------------------------------------------------


def test_a_comment_takes_the_slower_way_to_the_same_data() -> None:
    for path in xml_examples():
        data = path.read_bytes()
        quick = load_xml(data)
        slow = load_xml(data.replace(b"<entry>", b"<entry><!-- x -->", 1))
        assert not quick.issues
        assert [issue.code for issue in slow.issues] == ["fhirxml.not-carried"]
        assert slow.message == quick.message


@given(st.data())
def test_what_fits_has_nothing_to_explain(data: st.DataObject) -> None:
    plain = plain_sample()
    holder, key = data.draw(st.sampled_from(list(places(plain))))
    holder[key] = data.draw(st.none() | PLAIN | st.just([]) | st.just({}))
    issues: list[Issue] = []
    _check_object(plain, shape("Bundle"), "Bundle", issues)
    if _fits("Bundle")(plain):
        assert issues == []
    elif plain.get("resourceType") == "Bundle" and not any(
        name.startswith("_") for name in json.dumps(plain).split('"')
    ):
        assert issues


# --- what FHIR has no place for is kept, named and written back (FHIR-4) ------------------------------------------

PATIENT = "Bundle.entry[1].resource"
NAME_OPEN, FHIR = "<name>", "http://hl7.org/fhir"
BLANKS = ["\u00a0", "\u2003", "\u3000", "\u0085", "\u2028", "\u200b", "\ufeff", "\u00a0\n", "x"]


def kept(data: bytes) -> Any:
    """What was read; written as XML and JSON and read again it is the same."""
    message: Any = medcom_bu.read(data).message
    for form in ("xml", "json"):
        again = medcom_bu.to_fhir(message, form)
        assert medcom_bu.read(again).message == message
    assert medcom_bu.losses(message, "fhir+xml") == ()
    assert canonical_fhir(medcom_bu.to_fhir(message, "xml")) == canonical_fhir(medcom_bu.to_fhir(message, "xml"))
    return message


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize(
    ("before", "path"),
    [
        ("<family ", f"{PATIENT}.name[0]"),
        ("</name>", f"{PATIENT}.name[0]"),
        ("<entry>", "Bundle"),
        ("</Bundle>", "Bundle"),
        ("<Patient>", f"{PATIENT}"),
        ("</Patient>", PATIENT),
    ],
)
def test_text_between_elements_is_an_issue_and_kept(blank: str, before: str, path: str) -> None:
    data = sample().replace(before, blank + before, 1).encode()
    code = "fhirxml.resource" if before == "<Patient>" else "fhirxml.text"
    assert found_in_fhir(data) == {(code, path)}
    assert not medcom_bu.validate(data).ok
    with pytest.raises(InvalidMessage):
        medcom_bu.parse(data)
    written_back = medcom_bu.to_fhir(kept(data), "xml").decode()
    assert blank.strip("\n") in written_back


@pytest.mark.parametrize("blank", [" ", "\t", "\r\n", "\n", "<!-- x -->\n "])
def test_white_space_is_four_characters(blank: str) -> None:
    data = sample().replace("<", blank + "<").replace(f"{blank}<?xml", "<?xml")
    data = data.replace(f"{blank}</p>", "</p>").replace(f"{blank}<p", "<p").replace(f"{blank}</div>", "</div>")
    data = data.replace(f"{blank}<b>", "<b>").replace(f"{blank}</b>", "</b>")
    assert medcom_bu.parse(data.encode()) == fhir_by_hand.message()


def extended(inside: str, attribute: str = "") -> str:
    before, patient, after = sample().partition("<Patient>")
    return before + patient + after.replace("</text>", f"</text><extension{attribute}>{inside}</extension>", 1)


URL = ' url="urn:x"'
VALUE = '<valueString value="a"/>'
EXTENSION = f"{PATIENT}.extension[0]"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            extended('<url value="urn:x"/>' + VALUE),
            {("fhirxml.element", f"{EXTENSION}.url"), ("fhir.missing", EXTENSION)},
        ),
        (extended('<url value="urn:y"/>' + VALUE, URL), {("fhirxml.element", f"{EXTENSION}.url")}),
        (extended('<id value="a"/>' + VALUE, URL), {("fhirxml.element", f"{EXTENSION}.id")}),
        (extended('<id value="a"/><id value="b"/>' + VALUE, URL), {("fhirxml.element", f"{EXTENSION}.id")}),
        (
            extended('<valueString value="a"><id value="b"/></valueString>', URL),
            {("fhirxml.element", f"{EXTENSION}.value.id")},
        ),
        (sample().replace("<name>", '<name><id value="a"/>', 1), {("fhirxml.element", f"{PATIENT}.name[0].id")}),
        (sample().replace("<name>", '<name url="a">', 1), {("fhirxml.attribute", f"{PATIENT}.name[0]")}),
        (sample().replace("<name>", '<name value="a">', 1), {("fhirxml.attribute", f"{PATIENT}.name[0]")}),
        (sample().replace("<name>", '<name family="a">', 1), {("fhirxml.attribute", f"{PATIENT}.name[0]")}),
        (sample().replace("<name>", '<name xml:id="a">', 1), {("fhirxml.attribute", f"{PATIENT}.name[0]")}),
        (
            sample().replace("<name>", '<name a:b="c" xmlns:a="urn:a">', 1),
            {("fhirxml.attribute", f"{PATIENT}.name[0]")},
        ),
        (sample().replace("<Patient>", '<Patient id="a">', 1), {("fhirxml.attribute", PATIENT)}),
        (
            sample().replace("<family ", '<family xml:lang="da" ', 1),
            {("fhirxml.attribute", f"{PATIENT}.name[0].family")},
        ),
        (sample().replace("<given ", '<given a="b" ', 1), {("fhirxml.attribute", f"{PATIENT}.name[0].given[0]")}),
        (
            sample().replace("<name>", '<a:name xmlns:a="urn:a" b="c">x<a:d/>y<!-- z --></a:name><name>', 1),
            {("fhirxml.namespace", f"{PATIENT}.name")},
        ),
        (sample().replace("<name>", '<Egen xmlns="">x</Egen><name>', 1), {("fhirxml.namespace", f"{PATIENT}.?")}),
        (sample().replace("<name>", '<egen a="b"/><name>', 1), {("fhir.property-unknown", f"{PATIENT}.?")}),
        (sample().replace("<name>", "<egen>x</egen><name>", 1), {("fhir.property-unknown", f"{PATIENT}.?")}),
        (
            sample().replace("<name>", '<egen><id value="a"/></egen><name>', 1),
            {("fhir.property-unknown", f"{PATIENT}.?")},
        ),
        (
            sample().replace("<name>", '<egen id="a"><b value="c"/></egen><name>', 1),
            {("fhir.property-unknown", f"{PATIENT}.?")},
        ),
        (sample().replace("<name>", '<egen/><egen value="a"/><name>', 1), {("fhir.property-unknown", f"{PATIENT}.?")}),
        (
            sample().replace("<name>", '<resourceType value="Bundle"/><name>', 1),
            {("fhir.property-unknown", f"{PATIENT}.resourceType")},
        ),
        (sample().replace("<name>", '<_name value="a"/><name>', 1), {("fhir.property-unknown", f"{PATIENT}._name")}),
        (
            sample().replace("<type value", '<type id="a" value="collection"/><type value', 1),
            {("fhirxml.repeated", "Bundle.type")},
        ),
        (sample().replace("</Patient>", "</Patient><Patient/>", 1), {("fhirxml.resource", PATIENT)}),
        (sample().replace("</Patient>", '</Patient><a:b xmlns:a="urn:a"/>', 1), {("fhirxml.resource", PATIENT)}),
        (sample().replace("<resource><Patient>", '<resource id="a"><Patient>', 1), {("fhirxml.resource", PATIENT)}),
        (
            sample().replace(
                "<Patient>", "<Patient><contained><Patient><active value='true'/></Patient>x</contained>", 1
            ),
            {
                ("fhirxml.resource", f"{PATIENT}.contained"),
                *(("fhirxml.order", f"{PATIENT}.{name}") for name in ("id", "text")),
            },
        ),
    ],
)
def test_nothing_without_a_place_is_lost(text: str, expected: set[tuple[str, str]]) -> None:
    data = text.encode()
    assert text != sample()
    assert {
        pair for pair in found_in_fhir(data) if pair[0] != "fhir.kept" and pair[0] != "fhirxml.not-carried"
    } == expected
    assert not medcom_bu.validate(data).ok
    message = kept(data)
    report = medcom_bu.validate(message, layers=("syntax", "schema"))
    assert {code for code, _ in expected} - {"fhirxml.order"} <= {issue.code for issue in report}


def test_the_first_of_what_may_stand_once_counts() -> None:
    text = sample().replace("<type value", '<type value="collection"/><type value', 1)
    message = kept(text.encode())
    assert message.type == "collection"
    assert [(loss.code, loss.path) for loss in medcom_bu.losses(message, "fhir")] == [("loss.fhir-xml-only", "/")]


def test_a_wrong_namespace_for_all_is_said_once() -> None:
    for namespace in ("", "urn:x"):
        text = sample().replace('xmlns="http://hl7.org/fhir"', f'xmlns="{namespace}"', 1)
        assert found_in_fhir(text.encode()) == {("fhirxml.namespace", "Bundle")}
        assert medcom_bu.read(text.encode()).message == fhir_by_hand.message()


HOSTILE = [
    {"{@}xmlns": "urn:x"},
    {"{@}id": "a", "id": "b"},
    {"{@}a b": "x", "{@}é": "y", "{@}": "z"},
    {"{@http://www.w3.org/2000/xmlns/}a": "x"},
    {"{@http://www.w3.org/XML/1998/namespace}lang": "da", "{@urn:x}a": "1", "{@urn:y}a": "2"},
    {"{#}": "<&>\x01\ud800]]>", "{}x": "<x/>", "{urn:x}y": '<y xmlns="urn:x"/>'},
    {"{}x": "</x><y>", "{urn:x}y": "<y/>", "{": "x", "{urn:x}": "<z/>"},
    {"{}x": "<x/><x/>", "{}y": " <y/>", "{}z": "<!-- --><z/>", "{}v": '<?xml version="1.0"?><v/>'},
    {"{}x": '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "{}y": ["<y/>", 5, None, "<y>"]},
    {"{http://hl7.org/fhir}name": f'<name xmlns="{FHIR}"><family value="a"/></name>'},
    {"{@}value": "x", "{#}": ["a"], "{@}b": 5},
]


@pytest.mark.parametrize("plain", HOSTILE)
def test_names_that_look_like_leftovers_never_write_malformed_xml(plain: dict[str, Any]) -> None:
    sample_plain: Any = json.loads(medcom_bu.to_fhir(fhir_by_hand.message()))
    patient = sample_plain["entry"][1]["resource"]
    for holder, sibling in (
        (sample_plain, ""),
        (patient, ""),
        (patient["name"][0], ""),
        (patient, "_gender"),
        (patient, "egen"),
    ):
        before = dict(holder)
        if sibling:
            holder[sibling] = dict(plain)
        else:
            holder.update({key: item for key, item in plain.items() if key not in holder})
        message: Any = read(json.dumps(sample_plain).encode()).message
        if message is not None:
            data = medcom_bu.to_fhir(message, "xml")
            etree.fromstring(data)
            again = read(data).message
            assert again is not None
            assert (again == message) or medcom_bu.losses(message, "fhir+xml")
            assert not medcom_bu.validate(message).ok
        holder.clear()
        holder.update(before)


# --- losses between JSON and XML (SEC-26) -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "item", "expected"),
    [
        ("egen", True, "type"),
        ("egen", ["a"], "type"),
        ("egen", ["a", "b"], None),
        ("egen", ["a", 1], "type"),
        ("egen", None, "type"),
        ("egen", [], "type"),
        ("egen", {}, None),
        ("egen", {"a": []}, "type"),
        ("egen", [[]], "type"),
        ("egen", [["a"], ["b"]], "type"),
        ("egen", 5, "type"),
        ("egen", "", None),
        ("egen", "a", None),
        ("egen", {"a": "b", "c": {"d": ["e", "f"]}}, None),
        ("egen", {"id": {"a": "b"}}, "type"),
        ("egen", {"id": 5}, "type"),
        ("egen", {"value": "x"}, None),
        ("_egen", {"id": "x"}, "type"),
        ("e g", "x", "name"),
        ("egen", {"e g": "x"}, "name"),
        ("birthDate", 5, "type"),
        ("birthDate", ["2000-01-01"], "type"),
        ("birthDate", {"a": "b"}, "type"),
        ("birthDate", None, "type"),
        ("active", "true", "type"),
        ("active", "x", None),
        ("multipleBirthInteger", "5", "type"),
        ("name", {"family": "x"}, "type"),
        ("name", [], "type"),
        ("name", ["x"], "type"),
        ("name", [{"given": "x"}], "type"),
        ("name", [None], "type"),
        ("contained", [5], "type"),
        ("contained", [{"resourceType": "Device", "id": "a", "x": 5}], "type"),
        ("contained", [{"resourceType": "Device", "id": "a", "x": {"y": ["a", "b"]}}], None),
        ("_birthDate", {"id": 5}, "type"),
        ("resourceType", ["Patient"], "type"),
    ],
)
def test_what_xml_forgets_is_a_named_loss(key: str, item: Any, expected: str | None) -> None:
    plain: Any = json.loads(medcom_bu.to_fhir(fhir_by_hand.message()))
    plain["entry"][1]["resource"][key] = item
    message: Any = read(json.dumps(plain).encode()).message
    lost = medcom_bu.losses(message, "fhir+xml")
    again = read(medcom_bu.to_fhir(message, "xml")).message
    assert {loss.code for loss in lost} == ({f"loss.fhir-{expected}"} if expected else set())
    assert all(loss.path.startswith("entry[1].resource") for loss in lost)
    if not lost:
        assert again == message
    assert medcom_bu.losses(message, "fhir") == ()
    assert read(medcom_bu.to_fhir(message)).message == message


def test_what_has_nothing_to_lose_loses_nothing() -> None:
    for path in [*official_bundles(), *xml_examples()]:
        message: Any = medcom_bu.parse(path.read_bytes())
        assert medcom_bu.losses(message, "fhir") == medcom_bu.losses(message, "fhir+xml") == (), path.name
