"""What has no place in a declaration: kept where it stood, written back as it was, the same however often."""

from __future__ import annotations

import base64
import io
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree

import medcom_bu
from medcom_bu.declare.oioxml import Unexpected
from medcom_bu.envelopes import vans
from medcom_bu.exchange import refuse
from medcom_bu.messages.binary_letter import SystemInformation
from medcom_bu.messages.emessage import Emessage, LocalElements
from medcom_bu.oioxml import cutting
from medcom_bu.oioxml.kept import Malformed
from medcom_bu.resources import folder
from medcom_bu.testing.letters import letter_samples
from medcom_bu.values.text import FormattedText, RawMarkup
from tests.support import mutants
from tests.support.mutants import Mutator
from tests.support.typed import of_xml, read_as

MESSAGES: dict[str, Any] = letter_samples()
MAIL, FILES, REFERRAL = (
    medcom_bu.to_xml(MESSAGES[key], encoding="UTF-8") for key in ("XDIS91/XD9134L", "XBIN01/XB0131X", "XREF01/XH0131R")
)
WRAPPED = medcom_bu.to_xml(vans.wrap(MESSAGES["XDIS91/XD9134L"], service_tags=(("a", "b"),)), encoding="UTF-8")
XSI = "http://www.w3.org/2001/XMLSchema-instance"
LAID_OUT = base64.encodebytes(bytes(range(256)) * 9)
COPY = b"<Object_Base64Encoded>%b</Object_Base64Encoded>"
LOCAL = b"<Local_Elements><Kopi>%b</Kopi></Local_Elements></Emessage>"


def infoset(data: bytes) -> list[tuple[Any, ...]]:
    """Names, attributes and texts, white space around texts left out."""
    rows = []
    for node in etree.fromstring(data, etree.XMLParser(remove_comments=True, remove_pis=True)).iter():
        attributes = {name: text for name, text in node.attrib.items() if "chemaLocation" not in name}
        rows.append((node.tag, attributes, (node.text or "").strip(), (node.tail or "").strip()))
    return rows


def check_fixed_point(data: bytes) -> Any:
    """Read, written and read again it is the same value; written again it is the same bytes. The value."""
    value: Any = medcom_bu.read(data).message
    written = medcom_bu.to_xml(value)
    again = medcom_bu.read(written)
    assert again.message == value
    assert medcom_bu.to_xml(of_xml(again.message)) == written
    return value


# --- base64 that is kept ----------------------------------------------------------------------------------------------


def with_base64(content: bytes) -> dict[str, bytes]:
    """Base64 in every place but that of an attachment, and in attachments that cannot be read as such."""
    copy = COPY % content
    payload = re.findall(rb"<Object_Base64Encoded>[^<]*</Object_Base64Encoded>", FILES)[0]
    return {
        "in a private extension": MAIL.replace(b"</Emessage>", LOCAL % copy),
        "a private extension": MAIL.replace(b"</Emessage>", b"<Local_Elements>%b</Local_Elements></Emessage>" % copy),
        "under a prefix": MAIL.replace(b"</Emessage>", LOCAL % copy.replace(b"Object", b"e:Object")).replace(
            b"<Emessage", b'<Emessage xmlns:e="urn:egen"'
        ),
        "under a prefix beyond ASCII": MAIL.replace(
            b"</Emessage>", LOCAL % copy.replace(b"Object", "æ:Object".encode())
        ).replace(b"<Emessage", '<Emessage xmlns:æ="urn:egen"'.encode()),
        "in a private extension beside an attribute": MAIL.replace(
            b"</Emessage>", LOCAL % copy.replace(b"Encoded>", b'Encoded a="=">', 1)
        ),
        "twice": FILES.replace(payload, payload + copy),
        "in an unknown letter": MAIL.replace(b"</Emessage>", b"<Nyt>%b</Nyt></Emessage>" % copy),
        "in an unknown element": MAIL.replace(b"</Envelope>", b"<Nyt>%b</Nyt></Envelope>" % copy),
        "in a name": MAIL.replace(b"</OrganisationName>", copy + b"</OrganisationName>", 1),
        "in a text": REFERRAL.replace(b"<Cave>", b"<Cave>" + copy),
        "in a style": REFERRAL.replace(b"<Cave>", b"<Cave><Bold>%b</Bold>" % copy),
        "before the envelope": FILES.replace(b"<Envelope>", copy + b"<Envelope>"),
        "of an unknown version": FILES.replace(b"/2012/03/28/", b"/2099/03/28/").replace(
            b"</BinaryLetter>", copy + b"</BinaryLetter>"
        ),
        "of another namespace": FILES.replace(
            payload, payload.replace(b"Encoded>", b'Encoded xmlns="urn:egen">', 1) + copy
        ),
        "with an attribute": FILES.replace(payload, copy.replace(b"Encoded>", b'Encoded a="b">', 1)),
        "in an envelope": WRAPPED.replace(b"</Message>", b"<Kopi><Data>%b</Data></Kopi></Message>" % content),
        "twice in an envelope": WRAPPED.replace(b"</Data>", b"</Data><Data>%b</Data>" % content),
        "in an envelope of another version": WRAPPED.replace(b":1.0.4", b":2.0").replace(
            b"</Message>", b"<Data>%b</Data></Message>" % content
        ),
        "in meta information": WRAPPED.replace(b"<Document>", b"<Document><Data>%b</Data>" % content),
    }


@pytest.mark.parametrize("content", [b"QUFBQQ==", LAID_OUT, b" QUJD\nQ UI= ", b"QR==", b"ikke base64", b"QUI&#61;"])
@pytest.mark.parametrize("place", with_base64(b""))
def test_base64_comes_back_wherever_it_is_kept(place: str, content: bytes) -> None:
    data = with_base64(content)[place]
    value = check_fixed_point(data)
    assert infoset(medcom_bu.to_xml(value)) == infoset(data)
    texts = [node.text for node in etree.fromstring(data).iter("{*}Object_Base64Encoded", "{*}Data")]
    written = etree.fromstring(medcom_bu.to_xml(value)).iter("{*}Object_Base64Encoded", "{*}Data")
    assert [node.text for node in written] == texts


def test_an_extension_is_valid_and_whole() -> None:
    data = with_base64(LAID_OUT)["in a private extension"]
    message = medcom_bu.parse(data, Emessage)
    assert medcom_bu.validate(data).ok
    assert medcom_bu.losses(message, "xml") == ()
    assert LAID_OUT in medcom_bu.to_xml(message)


@pytest.mark.parametrize(("name", "length", "is_valid"), [("String_1_70", 60, True), ("String_1_70", 72, False)])
@pytest.mark.parametrize("many", [5_000, 0])
def test_a_type_tells_the_length_of_what_was_cut_out(
    name: str, length: int, is_valid: bool, many: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("medcom_bu.oioxml.source.MANY", many)
    namespace = MESSAGES["XBIN01/XB0131X"].namespace
    typed = (
        f'<Object_Base64Encoded xmlns:t="{namespace}" xmlns:xsi="{XSI}" xsi:type="t:{name}">{"QUJD" * (length // 4)}'
    )
    data = re.sub(rb"<Object_Base64Encoded>[^<]*", typed.encode(), FILES)
    assert medcom_bu.validate(data, layers=("syntax", "schema")).ok is is_valid
    check_fixed_point(data)


# --- places -----------------------------------------------------------------------------------------------------------


def test_an_attribute_stays_on_the_second_element_of_a_choice() -> None:
    namespace = MESSAGES["XBIN01/XB0131X"].namespace
    mark = f'xmlns:t="{namespace}" xmlns:xsi="{XSI}" xsi:type="t:String_1_70"'
    new = f"<SystemInformation>true</SystemInformation><Contents {mark}>abc</Contents>"
    data = re.sub(rb"<Patient>.*</Patient>", new.encode(), FILES, flags=re.DOTALL)
    written = medcom_bu.to_xml(check_fixed_point(data), encoding="UTF-8")
    assert medcom_bu.validate(data).ok
    assert medcom_bu.validate(written).ok
    assert re.findall(rb"<(\w+)[^>]*xsi:type", written) == [b"Contents"]


SYSTEM = b"<SystemInformation>true</SystemInformation>%b<Contents>abc</Contents>%b"


@pytest.mark.parametrize("between", [b"", b"<Nyt/>", b"ord", b"<Nyt/>ord<Nyt a='b'/>"])
@pytest.mark.parametrize("after", [b"", b"<Nyt/>", b"ord"])
@pytest.mark.parametrize("marked", [b"SystemInformation", b"Contents", b"ObjectIdentifier", b"FileExtensionCode"])
def test_all_that_surrounds_two_elements_of_one_field_stays(between: bytes, after: bytes, marked: bytes) -> None:
    data = re.sub(rb"<Patient>.*</Patient>", SYSTEM % (between, after), FILES, flags=re.DOTALL)
    data = data.replace(b"<" + marked + b">", b"<" + marked + b' egen="1" xml:lang="da">')
    assert infoset(medcom_bu.to_xml(check_fixed_point(data))) == infoset(data)


def test_attributes_stay_where_the_order_is_wrong() -> None:
    old = re.findall(rb"<PersonSurnameName>.*?</PersonSurnameName>", MAIL)[0]
    given = re.findall(rb"<PersonGivenName>.*?</PersonGivenName>", MAIL)[0]
    marked = given.replace(b"Name>", b'Name a="given">', 1), old.replace(b"Name>", b'Name a="surname">', 1)
    both = re.escape(old) + rb"\s*" + re.escape(given)
    data = re.sub(both, b"foran" + marked[0] + b"imellem<Nyt/>" + marked[1], MAIL)
    assert infoset(medcom_bu.to_xml(check_fixed_point(data))) == infoset(data)


def test_a_second_value_never_takes_the_place_of_the_first() -> None:
    """Time, Date, Time: the first time is the one that counts."""
    sent = b"<Sent><Time>01:01</Time><Date>2026-05-04</Date><Time>02:02</Time></Sent>"
    data = re.sub(rb"<Sent>.*?</Sent>", sent, MAIL, flags=re.DOTALL)
    value = check_fixed_point(data)
    assert value.envelope.sent.time == "01:01"
    assert infoset(medcom_bu.to_xml(value)) == infoset(data)


def swapped(data: bytes, first: bytes, second: bytes) -> bytes:
    """The document with two elements that follow each other the other way round."""
    found = re.search(rb"(<%b[ >].*?</%b>)\s*(<%b[ >].*?</%b>)" % (first, first, second, second), data, re.DOTALL)
    assert found is not None
    return data.replace(found[0], found[2] + found[1], 1)


SWAPPED = {
    "leaves": swapped(MAIL, b"PersonSurnameName", b"PersonGivenName"),
    "elements": swapped(MAIL, b"Sender", b"Receiver"),
    "letters": swapped(MAIL, b"Envelope", b"ClinicalEmail"),
    "private extensions": swapped(MAIL.replace(b"<Envelope>", b"<Local_Elements/><Envelope>"), b"Sent", b"Identifier"),
    "an inline class": swapped(REFERRAL, b"PersonSurnameName", b"PersonGivenName"),
    "of a file": swapped(FILES, b"ObjectIdentifier", b"ObjectCode"),
}


@pytest.mark.parametrize("name", SWAPPED)
def test_the_order_that_came_is_kept_and_has_the_same_verdict(name: str) -> None:
    """OIO-16: what is wrong on the wire is wrong of the value too, and is not put right without a word."""
    data = SWAPPED[name]
    value = check_fixed_point(data)
    assert infoset(medcom_bu.to_xml(value)) == infoset(data)
    of_bytes, of_value = medcom_bu.validate(data), medcom_bu.validate(value)
    assert not of_bytes.ok
    assert sorted(issue.code for issue in of_value) == sorted(issue.code for issue in of_bytes)
    (loss,) = {loss.code for loss in medcom_bu.losses(value, "xml")}
    assert loss == "loss.xml-refused"


def test_an_order_is_followed_as_far_as_the_value_has_children() -> None:
    value = read_as(Emessage, SWAPPED["leaves"])
    letter: Any = value.letters[0]
    fewer = value.replace(letters=(letter.replace(patient=letter.patient.replace(person_given_name=None)),))
    assert medcom_bu.to_xml(fewer).count(b"PersonSurnameName") == 2
    assert medcom_bu.to_xml(fewer) == medcom_bu.to_xml(check_fixed_point(medcom_bu.to_xml(fewer)))


def test_edifact_has_an_order_of_its_own() -> None:
    of_right, of_swapped = (
        {str(loss) for loss in medcom_bu.losses(read_as(Emessage, data), "edifact")}
        for data in (MAIL, SWAPPED["leaves"])
    )
    assert of_swapped - of_right == {
        "loss.edifact-kept at letters[0].patient.unexpected[0]: "
        "the order in which the elements came has no place in the letter and is not written"
    }


def test_a_diagnosis_that_a_version_puts_first_moves_the_others() -> None:
    """XH0131R gives the role of the main diagnosis in an element before those that XH0130R has."""
    older = medcom_bu.to_xml(MESSAGES["XREF01/XH0130R"], encoding="UTF-8")
    data = swapped(older, b"DiagnoseCode", b"DiagnoseTypeCode")
    value = read_as(Emessage, data)
    written = medcom_bu.to_xml(value, version="XH0131R", encoding="UTF-8")
    refer = re.findall(rb"<Refer>.*?</Refer>", written, re.DOTALL)[0]
    names = re.findall(rb"<(Diagnose\w+)>", refer)
    assert names[:3] == [b"DiagnoseDescriptionCode", b"DiagnoseTypeCode", b"DiagnoseCode"]


def test_another_version_takes_no_attribute_along_to_another_element() -> None:
    """The newer version has elements that the older one lacks: what follows them keeps its own."""
    data = REFERRAL.replace(b"<StatusCode>", b'<StatusCode a="status">')
    data = data.replace(b"<EpisodeOfCare>", b"ord<EpisodeOfCare>")
    for name in (b"PostCodeIdentifier", b"CountyName", b"EpisodeOfCareStatusCode"):
        data = data.replace(b"<" + name + b">", b"<" + name + b' a="' + name + b'">')
    written = medcom_bu.to_xml(read_as(Emessage, data), version="XH0130R", encoding="UTF-8")
    for name, value in re.findall(rb'<(\w+)[^>]* a="(\w+)"', written):
        assert value == {b"StatusCode": b"status"}.get(name, name)


@pytest.mark.parametrize("text", [b"ord", b" ord ", b"\n  to\n  ord\n", b"&amp;&lt;", "ł".encode()])
def test_stray_text_does_not_grow(text: bytes) -> None:
    for tag in (b"</Sent>", b"<Identifier>", b"</Envelope>", b"</Emessage>", b"<Envelope>"):
        data = MAIL.replace(tag, text + tag, 1)
        assert infoset(medcom_bu.to_xml(check_fixed_point(data))) == infoset(data)


# --- namespaces -------------------------------------------------------------------------------------------------------


def prefixed(data: bytes) -> bytes:
    """All elements under a prefix, without a default namespace."""
    return re.sub(rb"<(/?)(?=[A-Za-z])", rb"<\1p:", data).replace(b"xmlns=", b"xmlns:p=", 1)


EXTENSIONS = {
    "of no namespace": b"<p:Local_Elements><Contact/><x><Date/></x></p:Local_Elements>",
    "under a default of its own": b'<p:Local_Elements xmlns="urn:a"><x/><y xmlns=""><z/></y></p:Local_Elements>',
    "a prefix bound twice": b'<p:Local_Elements xmlns:q="u:a"><q:x><q:y xmlns:q="u:b"/></q:x></p:Local_Elements>',
    "a prefix in a text": b'<p:Local_Elements xmlns:q="urn:a"><x>q:navn</x></p:Local_Elements>',
    "a prefix in an attribute": b'<p:Local_Elements xmlns:q="urn:a"><x type="q:navn"/></p:Local_Elements>',
    "two prefixes of a namespace": b'<p:Local_Elements xmlns:q="u:a" xmlns:r="u:a"><r:x q:y=""/></p:Local_Elements>',
    "beyond Latin-1": '<p:Local_Elements><Łódź ł="ł">ł</Łódź></p:Local_Elements>'.encode(),
    "signs": b"<p:Local_Elements><x y='&lt;&amp;&quot;&#10;&#9;'>&lt;&amp;&gt;&#13;\n]]&gt;</x></p:Local_Elements>",
    "xml:lang": b'<p:Local_Elements><x xml:lang="da" xml:space="preserve">  </x></p:Local_Elements>',
}


@pytest.mark.parametrize("name", EXTENSIONS)
def test_an_extension_keeps_its_namespaces(name: str) -> None:
    data = prefixed(MAIL).replace(b"</p:Emessage>", EXTENSIONS[name] + b"</p:Emessage>")
    assert medcom_bu.validate(data).ok
    value = check_fixed_point(data)
    assert medcom_bu.parse(medcom_bu.to_xml(value)) == medcom_bu.parse(data)
    written = medcom_bu.to_xml(value)
    assert medcom_bu.validate(written).ok
    assert [row[:2] for row in infoset(written)] == [row[:2] for row in infoset(data)]
    texts = [node.text for node in etree.fromstring(data).iter() if not len(node)]
    assert [node.text for node in etree.fromstring(written).iter() if not len(node)] == texts


def test_a_letter_of_an_extension_in_no_namespace_is_not_pulled_into_that_of_the_letters() -> None:
    data = prefixed(MAIL).replace(b"</p:Emessage>", EXTENSIONS["of no namespace"] + b"</p:Emessage>")
    assert b'xmlns=""' in medcom_bu.to_xml(medcom_bu.parse(data, Emessage))


def test_two_attributes_of_one_namespace_declare_it_once() -> None:
    data = MAIL.replace(b"<Sender>", b'<Sender xmlns:q="urn:q" q:a="1" q:b="2" c="q:3">')
    assert infoset(medcom_bu.to_xml(check_fixed_point(data))) == infoset(data)


def test_a_type_without_prefix_that_means_nothing_still_means_nothing() -> None:
    data = prefixed(MAIL).replace(b"<p:Sender>", f'<p:Sender xmlns:xsi="{XSI}" xsi:type="SenderType">'.encode())
    assert not medcom_bu.validate(data).ok
    written = medcom_bu.to_xml(check_fixed_point(data))
    assert not medcom_bu.validate(written).ok
    assert infoset(written) == infoset(data)


# --- mutants ----------------------------------------------------------------------------------------------------------


def attributes(self: Mutator, root: Any) -> None:
    names = ("{urn:x}a", "{urn:x}b", "{urn:y}c", "plain", f"{{{XSI}}}type")
    texts = ("v", "x:String_1_70", "q:T", "String_1_70", 'a\n"<&>é\tł')
    element = self.element(root)
    for _ in range(self.random.choice((1, 2, 3))):
        element.set(self.random.choice(names), self.random.choice(texts))


def base64_text(self: Mutator, root: Any) -> None:
    made = etree.Element(self.tag(root, self.random.choice(("Object_Base64Encoded", "Data"))))
    made.text = self.random.choice(("QUFB", "QUJD\nQUJD", "nej!", "  QQ==  ", "QUJDREVG" * 3))
    made.tail = self.random.choice((None, "x"))
    place(self, root, made)


def foreign(self: Mutator, root: Any) -> None:
    made = etree.Element("{urn:z}W", nsmap={"z": "urn:z"})
    made.text = "z:q"
    etree.SubElement(made, "plain").text = "t"
    etree.SubElement(made, "{urn:z}in").set("{urn:z}k", "v")
    place(self, root, made)


def place(self: Mutator, root: Any, made: Any) -> None:
    element = self.element(root)
    if element is not root:
        self.random.choice((element.addnext, element.append, element.addprevious))(made)


CHANGES = (
    *mutants.CHANGES,
    *(mutants.text_between, mutants.text_between, mutants.attribute, mutants.local_elements, mutants.local_elements),
    *(mutants.swap, mutants.swap, mutants.move, mutants.move, mutants.double),
    *(attributes, attributes, attributes, base64_text, base64_text, foreign, foreign),
)
NAMES = ("Date", "Time", "Sender", "Patient", "Reference", "Object_Base64Encoded", "Contents", "Identifier")


def in_style(data: bytes, style: str) -> bytes:
    """The document under other prefixes."""
    namespace = etree.fromstring(data).tag[1:].partition("}")[0]
    text = data.decode("ascii")
    if style == "prefix":
        text = text.replace(f'xmlns="{namespace}"', f'xmlns:p="{namespace}"', 1)
        return re.sub(r"<(/?)(?![\w.-]+:|\?|!)(?=[A-Z])", r"<\1p:", text).encode()
    more = f'xmlns="{namespace}" xmlns:p="{namespace}" xmlns:q="urn:q"' if style == "both" else f'xmlns="{namespace}"'
    return text.replace(f'xmlns="{namespace}"', more, 1).encode()


def mutated(seed: int, count: int) -> Iterator[bytes]:
    r = random.Random(seed)
    bases = [medcom_bu.to_xml(message, encoding="UTF-8") for message in MESSAGES.values()] + [WRAPPED]
    mutator = Mutator(seed, (), NAMES, ("Date", "Sender"))
    for _ in range(count):
        (mutant,) = mutator.mutants(r.choice(bases), 1)
        yield in_style(mutant, r.choice(("default", "prefix", "both")))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(4))
def test_mutants_are_fixed_points(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mutants, "CHANGES", CHANGES)
    verdicts = {True: 0, False: 0}
    for data in mutated(seed, 150):
        parsed = medcom_bu.read(data)
        if parsed.message is None:
            continue
        written = medcom_bu.to_xml(check_fixed_point(data))
        layers = ("syntax", "schema")
        was_ok, is_ok = (medcom_bu.validate(each, layers=layers).ok for each in (data, written))
        verdicts[was_ok] += 1
        assert is_ok == was_ok, data
        assert infoset(written) == infoset(data), data
    assert min(verdicts.values()) > 10


# --- values made by hand ----------------------------------------------------------------------------------------------

L = "letters[0]"


def with_extra(*extra: Unexpected) -> Any:
    message = MESSAGES["XDIS91/XD9134L"]
    letter = message.letters[0]
    return message.replace(letters=(letter.replace(sender=letter.sender.replace(unexpected=extra)),))


def with_text(*nodes: Any) -> Any:
    message = MESSAGES["XREF01/XH0131R"]
    letter = message.letters[0]
    information = letter.relevant_clinical_information.replace(cave=FormattedText(nodes))
    return message.replace(letters=(letter.replace(relevant_clinical_information=information),))


def with_local(*elements: LocalElements) -> Any:
    return MESSAGES["XDIS91/XD9134L"].replace(local_elements=elements)


BROKEN = (
    *("</Anamnesis><Evil/>", "</Sender><Sender>", "<a>", "</a>", "<a", "&x;", "<p:a/>", "<!DOCTYPE x>", "<?xml a?>"),
    *("\x00", "\ud800", "<a>\x1f</a>", "</w><w>", "</w><!--", "]]>", "<a b='1' b='2'/>", "<![CDATA["),
)
BROKEN_ATTRIBUTES = (
    *("a", 'a="1"/><Evil/><b c="1"', 'a="<"', 'p:a="1"', 'a="1"><Evil/><w b="1"', 'xmlns="urn:x"', 'a="\x01"'),
)
SENDER = f"{L}.sender.unexpected[0]"
UNWRITABLE: list[tuple[Any, str]] = [
    *((with_extra(Unexpected("element", 0, "*", xml)), SENDER) for xml in BROKEN),
    *((with_extra(Unexpected("text", 0, "", xml)), SENDER) for xml in (*BROKEN, "<a/>", "", " \n", "<!-- x -->")),
    *((with_text(RawMarkup(xml)), f"{L}.relevant_clinical_information.cave") for xml in BROKEN),
    *((with_local(LocalElements(0, xml)), "local_elements[0]") for xml in BROKEN),
    *((with_extra(Unexpected("attribute", -1, "*", xml)), SENDER) for xml in BROKEN_ATTRIBUTES),
    (with_extra(*[Unexpected("attribute", -1, "*", 'a="1"')] * 2), "/"),
    *(
        (with_extra(Unexpected("order", -1, "", order)), SENDER)
        for order in ("", "a", "1", "0 0", "0  1", "-1 0", "² 0")
    ),
    (with_extra(Unexpected("attribute", 99, "*", 'a="1"')), "/"),
    (MESSAGES["XDIS91/XD9134L"].replace(namespace='&<>"'), "namespace"),
    (MESSAGES["XDIS91/XD9134L"].replace(namespace="urn:\x01"), "namespace"),
    (vans.wrap(MESSAGES["XDIS91/XD9134L"]).replace(namespace='&<>"'), "namespace"),
]


@pytest.mark.parametrize(("value", "path"), UNWRITABLE)
def test_malformed_and_foreign_bytes_are_never_written(value: Any, path: str) -> None:
    with pytest.raises(medcom_bu.InvalidMessage) as caught:
        medcom_bu.to_xml(value)
    assert [(issue.code, issue.path) for issue in caught.value.report] == [("xml.unwritable", path)]
    chain: BaseException | None = caught.value
    while chain is not None:  # an error of the parser would show what it met
        assert type(chain) in (medcom_bu.InvalidMessage, Malformed)
        chain = chain.__cause__ or chain.__context__
    report = medcom_bu.validate(value)
    assert [(issue.code, issue.path) for issue in report if issue.layer == "syntax"] == [("xml.unwritable", path)]
    assert not report.ok
    medcom_bu.losses(value, "xml")


def test_an_attribute_of_an_address_is_not_given_twice() -> None:
    envelope = vans.wrap(MESSAGES["XDIS91/XD9134L"])
    for extra in (
        Unexpected("attribute", -1, "*", 'EndPointType="EAN"'),
        Unexpected("element", 0, "*", "<a/>"),
        Unexpected("attribute", 0, "*", 'a="1"'),
    ):
        sender = envelope.sender_id.replace(unexpected=(extra,))
        with pytest.raises(medcom_bu.InvalidMessage):
            medcom_bu.to_xml(envelope.replace(sender_id=sender))


@pytest.mark.parametrize("after", [-5, -1, 0, 1, 99])
def test_a_private_extension_never_vanishes(after: int) -> None:
    value = with_local(LocalElements(after, "<Local_Elements><a/></Local_Elements>"))
    assert medcom_bu.to_xml(value).count(b"<a/>") == 1
    assert medcom_bu.validate(value).ok is (after >= 0)
    twice = with_local(*value.local_elements, LocalElements(after, "<Local_Elements><b/></Local_Elements>"))
    written = medcom_bu.to_xml(twice)
    assert written.index(b"<a/>") < written.index(b"<b/>")
    assert not medcom_bu.validate(twice).ok
    assert medcom_bu.to_xml(read_as(Emessage, written)).count(b"<b/>") == 1
    check_fixed_point(written)


def test_names_that_the_encoding_lacks_are_written_in_one_that_has_them() -> None:
    data = MAIL.replace(b"</Emessage>", "<Local_Elements><Łódź/></Local_Elements></Emessage>".encode())
    message = medcom_bu.parse(data, Emessage)
    for encoding in ("ISO-8859-1", "US-ASCII", "windows-1252", "UTF-8"):
        written = medcom_bu.to_xml(message, encoding=encoding)
        assert written.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
        assert medcom_bu.parse(written) == message
    text = medcom_bu.parse(MAIL.replace(b"</OrganisationName>", "ł</OrganisationName>".encode(), 1), Emessage)
    assert medcom_bu.to_xml(text).startswith(b'<?xml version="1.0" encoding="ISO-8859-1"?>')
    assert medcom_bu.parse(medcom_bu.to_xml(text)) == text


def test_very_much_is_kept_in_one_piece_and_comes_back() -> None:
    flood = b"<a/>x<b c='d'/>" * 2_000
    for tag in (b"</Envelope>", b"</Emessage>"):
        data = MAIL.replace(tag, flood + tag, 1)
        value = check_fixed_point(data)
        assert infoset(medcom_bu.to_xml(value)) == infoset(data)
        holder = value.envelope if tag == b"</Envelope>" else value
        assert len(holder.unexpected) < 1_100


def test_an_unknown_letter_with_a_large_file_is_answered() -> None:
    """Its base64 is kept as XML; parsers take no more than 10 million characters for a text, unless told otherwise."""
    content = base64.b64encode(b"x" * 9_000_000)
    data = re.sub(rb"<Object_Base64Encoded>[^<]*", b"<Object_Base64Encoded>" + content, FILES)
    data = data.replace(b"BinaryLetter>", b"NytBrev>")
    came: Any = medcom_bu.read(data)
    identifier = re.findall(rb"<Letter>\s*<Identifier>(\w+)", FILES)[0].decode()
    answer: Any = refuse(came).letters[0]
    assert [each.original_letter_identifier for each in answer.original_emessage.original_letter] == [identifier]
    assert content in medcom_bu.to_xml(came.message)


def test_a_payload_is_cut_wherever_its_tag_lies_across_chunks() -> None:
    start, end = b"<m:Object_Base64Encoded>", b"</m:Object_Base64Encoded></a>"
    for within in range(len(start) + 1):
        before = b"<a>".ljust(cutting._CHUNK - within)
        file = io.BytesIO(before + start + base64.b64encode(b"indhold") + end)
        document = cutting.cut(file, cutting.PAYLOAD, 2 * cutting._CHUNK)
        assert document.skeleton == before + start + end
        assert [payload.content if payload else None for payload in document.cut] == [b"indhold"]


def test_what_is_left_of_base64_is_more_than_a_type_allows() -> None:
    facets = [
        int(number)
        for path in folder("xsd").glob("*.xsd")
        for number in re.findall(r'[lL]ength value="(\d+)"', path.read_text(encoding="utf-8"))
    ]
    assert max(facets) < cutting._SAMPLE


def test_an_attribute_of_an_element_that_a_version_lacks_is_a_loss() -> None:
    data = REFERRAL.replace(b"<HospitalChoice>", b'<HospitalChoice egen="1">').replace(b"<Cave>", b'<Cave egen="2">')
    value: Any = medcom_bu.read(data).message
    plain = read_as(Emessage, REFERRAL)
    assert medcom_bu.to_xml(value, version="XH0130R").count(b"egen=") == 1
    new = {
        (str(loss), loss.path)
        for loss in set(medcom_bu.losses(value, "xml", version="XH0130R"))
        - set(medcom_bu.losses(plain, "xml", version="XH0130R"))
        if loss.code == "loss.xml-element"
    }
    path = "letters[0].additional_information.unexpected[0]"
    assert new == {(f"loss.xml-element at {path}: XH0130R has no @*", path)}


def test_an_attribute_that_no_element_bears_is_not_written() -> None:
    """``SystemInformation`` and ``Contents`` are in the letter: what they are read into is not an element itself."""
    message = MESSAGES["XBIN01/XB0131X"]
    letter = message.letters[0]
    inline = SystemInformation(system_information="true", unexpected=(Unexpected("attribute", -1, "a", 'a="1"'),))
    value = message.replace(letters=(letter.replace(subject=inline),))
    with pytest.raises(medcom_bu.InvalidMessage) as caught:
        medcom_bu.to_xml(value)
    assert [issue.code for issue in caught.value.report] == ["xml.unwritable"]


KEPT = '<Tegning xmlns="urn:x"/>'
BESIDE = f'<Local_Elements xmlns="{MESSAGES["XDIS91/XD9134L"].namespace}"><a/></Local_Elements>'
OTHER_FORMS = (
    *((with_text("a ", RawMarkup(xml)), f"{L}.relevant_clinical_information.cave") for xml in (
        "<!-- tekst -->", "abc", "<Bold>x</Bold>", "<![CDATA[x]]>", KEPT * 2, f"{KEPT} ", KEPT.replace('"', "'"), "",
    )),
    *((with_local(LocalElements(after, xml)), "local_elements[0]") for after, xml in (
        (0, ""), (0, BESIDE * 2), (5, BESIDE), (-2, BESIDE),
    )),
    (with_local(LocalElements(0, BESIDE), LocalElements(-1, BESIDE)), "local_elements[1]"),
)  # fmt: skip


@pytest.mark.parametrize(("value", "path"), OTHER_FORMS)
def test_what_is_kept_by_hand_and_arrives_otherwise_is_a_loss(value: Emessage, path: str) -> None:
    losses = [(loss.code, loss.path) for loss in medcom_bu.losses(value, "xml") if loss.code == "loss.xml-form"]
    assert losses == [("loss.xml-form", path)]
    assert medcom_bu.read(medcom_bu.to_xml(value)).message != value


@pytest.mark.parametrize("value", [with_text(RawMarkup(KEPT)), with_local(LocalElements(0, BESIDE))])
def test_what_is_kept_as_a_reader_keeps_it_is_no_loss(value: Emessage) -> None:
    assert "loss.xml-form" not in {loss.code for loss in medcom_bu.losses(value, "xml")}
    assert medcom_bu.read(medcom_bu.to_xml(value)).message == value
