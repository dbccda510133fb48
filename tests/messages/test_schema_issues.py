"""Every fault that reading can find, in bytes that have it and in bytes that just do not: exactly what is said, where.

Where a value can hold the fault, it is judged as well: its attribute path is that of the element.
"""

from __future__ import annotations

import io
import re
from typing import NamedTuple

import pytest

import medcom_bu
from medcom_bu.issues import Kind, Layer, Severity
from medcom_bu.oioxml import catalogue
from tests.support.all_kinds import placeholders
from tests.support.clean_letters import DOCUMENT, FILES, MAIL, OLD_REFERRAL, REFERRAL, WRAPPED
from tests.support.issues import found

KINDS = {item.code: item for item in vars(catalogue).values() if isinstance(item, Kind)}
XREF, OLD_XREF, XBIN, XDIS = (medcom_bu.to_xml(message) for message in (REFERRAL, OLD_REFERRAL, FILES, MAIL))
VANS, SBDH = medcom_bu.to_xml(WRAPPED), medcom_bu.to_xml(DOCUMENT)
CURRENT, OLDER = b"/medcom.dk/xml/schemas/2017/05/01/", b"/medcom.dk/xml/schemas/2099/01/01/"
LETTER, REF = "letters[0]", "/Emessage/HospitalReferral"
SENDER, SENDER_X = f"{LETTER}.sender", f"{REF}/Sender"
CAVE_X = f"{REF}/RelevantClinicalInformation/Cave"
NAME = b"<OrganisationName>Eksempel Kommune</OrganisationName>"
DEPARTMENT = "<DepartmentName>Børn og Unge</DepartmentName>".encode("latin-1")
BETWEEN = b"\n      "
PERSON = b"<AlternativeIdentifier>0703921VJ5</AlternativeIdentifier>"
CPR = b"<CivilRegistrationNumber>0201609995</CivilRegistrationNumber>"
SPECIALITY = b"ikkeklassificeret</MedicalSpecialityCode>"
XSI = b' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:'
REFERENCE = re.findall(rb"\n    <Reference>.*?</Reference>", XREF, re.DOTALL)[0]


IDENTIFICATION = "standard_business_document_header.document_identification"
IDENTIFICATION_X = "/StandardBusinessDocumentHeader/DocumentIdentification"
SCOPE, SCOPE_X = (
    "standard_business_document_header.business_scope.scope",
    "/StandardBusinessDocumentHeader/BusinessScope/Scope",
)
SERVICE = f"{SCOPE}[10].scope_information[1].service_transaction"
SERVICE_X = f"{SCOPE_X}[11]/BusinessService/ServiceTransaction"


class Case(NamedTuple):
    """In ``base``, the first ``old`` becomes ``bad`` or ``good``; the fault is at ``xpath`` on the wire.

    In the value read from it, it is at ``attribute``; None where a value cannot hold it.
    """

    code: str
    base: bytes
    old: bytes
    bad: bytes
    good: bytes
    xpath: str
    attribute: str | None


def leaf(code: str, element: str, holder: str, old: bytes, bad: bytes, good: bytes, attribute: str) -> Case:
    """The frequent case: the text of one element of the referral."""
    path = f"{holder}/{element}"
    before, broken, sound = (b"<%s>%s<" % (element.encode(), text) for text in (old, bad, good))
    return Case(code, XREF, before, broken, sound, path, attribute)


def in_cave(code: str, bad: bytes, good: bytes, step: str) -> Case:
    return Case(code, XREF, b"<Cave>", b"<Cave>" + bad, b"<Cave>" + good, CAVE_X + step, f"{LETTER}.{CAVE}")


CAVE = "relevant_clinical_information.cave"
SYNTAX = [
    Case("xml.not-well-formed", XREF, b"</Emessage>", b"</emessage>", b"</Emessage >", "line 119, column 12", None),
    Case("xml.encoding", XREF, b"ISO-8859-1", b"UTF-8", b"iso-8859-1", "line 32, column 24", None),
    Case("xml.character", XREF, b"Eksempel K", b"Eksempel\x1fK", b"Eksempel\tK", "line 31, column 33", None),
    Case("xml.character", XREF, b"Eksempel K", b"Eksempel&#xB;K", b"Eksempel&#xA;K", "line 31, column 33", None),
    Case("xml.doctype", XREF, b"<Emessage", b"<!DOCTYPE Emessage>\n<Emessage", b"\n<Emessage", "/", None),
    Case("xml.not-carried", XREF, b"<Envelope>", b"<!-- --><Envelope>", b" <Envelope>", "/", None),
    Case("xml.not-carried", XREF, b"<Envelope>", b"<?a b?><Envelope>", b"\n<Envelope>", "/", None),
]
SHAPE = [
    Case(
        "xml.namespace",
        XREF,
        b"http://rep.oio.dk/medcom.dk",
        b"urn:x",
        b"http://rep.oio.dk/medcom.dk",
        "/Emessage",
        "namespace",
    ),
    Case("xml.unknown-version", XREF, CURRENT, OLDER, CURRENT, REF, LETTER),
    Case("xml.element-missing", XREF, NAME, b"", NAME, SENDER_X, f"{SENDER}.organisation_name"),
    Case("xml.element-missing", XREF, PERSON, b"", PERSON, f"{REF}/Patient", f"{LETTER}.patient.identifier"),
    Case("xml.element-unexpected", XREF, NAME, NAME + b"<URL>x</URL>", NAME, f"{SENDER_X}/URL", SENDER),
    Case("xml.element-unexpected", XREF, NAME, NAME + b"<Ole/>", NAME + b" ", f"{SENDER_X}/*[5]", SENDER),
    Case(
        "xml.letter", XREF, b"</Emessage>", b"<Ole/></Emessage>", b"<Local_Elements/></Emessage>", "/Emessage/*[3]", "/"
    ),
    Case(
        "xml.element-order",
        XREF,
        NAME + BETWEEN + DEPARTMENT,
        DEPARTMENT + NAME,
        NAME + DEPARTMENT,
        f"{SENDER_X}/OrganisationName",
        f"{SENDER}.organisation_name",
    ),
    Case(
        "xml.element-repeated",
        XREF,
        NAME,
        NAME + NAME,
        NAME,
        f"{SENDER_X}/OrganisationName[2]",
        f"{SENDER}.organisation_name",
    ),
    Case(
        "xml.element-repeated",
        XREF,
        REFERENCE,
        REFERENCE * 11,
        REFERENCE * 10,
        f"{REF}/Reference[11]",
        f"{LETTER}.reference[10]",
    ),
    Case(
        "xml.choice",
        XREF,
        PERSON,
        CPR + PERSON,
        PERSON,
        f"{REF}/Patient/AlternativeIdentifier",
        f"{LETTER}.patient.identifier",
    ),
    Case("xml.text-unexpected", XREF, NAME, NAME + b"x", NAME + b" \t\r\n", SENDER_X, SENDER),
    Case("xml.attribute", XREF, b"<Sender>", b'<Sender lang="da">', b"<Sender >", SENDER_X, SENDER),
    Case(
        "xml.attribute",
        XREF,
        b"<Emessage",
        b"<Emessage" + XSI + b'nil="false"',
        b"<Emessage" + XSI + b'schemaLocation="a b"',
        "/Emessage",
        "/",
    ),
    Case(
        "xml.content",
        XREF,
        b">Eksempel K",
        b"><Break/>K",
        b"><![CDATA[Eksempel]]> K",
        f"{SENDER_X}/OrganisationName",
        f"{SENDER}.organisation_name",
    ),
    in_cave("xml.not-empty", b"<Break> </Break>", b"<Break></Break>", "/Break[1]"),
    in_cave("xml.element-unexpected", b"<Bold><Italic/></Bold>", b"<Bold><Break/></Bold>", "/Bold[1]/Italic"),
    Case("xml.schema", XREF, b"<Sender>", b"<Sender" + XSI + b'type="Ukendt">', b"<Sender>", SENDER_X, "/"),
    Case(
        "xml.attribute-missing",
        VANS,
        b' EndPointType="EAN"',
        b"",
        b" EndPointType='EAN'",
        "/VANSEnvelope/SenderID",
        "sender_id",
    ),
    Case("xml.base64", VANS, b"Cg==", b"Ch==", b"C g=\n=", "/VANSEnvelope/Message/Data", "content.data"),
    Case("xml.code", VANS, b'"EAN"', b'"SOR"', b'"VANS"', "/VANSEnvelope/SenderID", "sender_id"),
    Case(
        "xml.element-missing",
        VANS,
        b"<Name>MCM:XDIS91</Name>",
        b"",
        b"<Name>mcm:xdis91</Name>",
        "/VANSEnvelope/Message/MetaInformation/Document",
        "content.meta_information.document.name",
    ),
    Case("vans.version", VANS, b"1.0.4", b"1.0.3", b"1.0.4", "/VANSEnvelope", "namespace"),
    *(
        Case(code, SBDH, old, bad, good, f"/StandardBusinessDocument{xpath}", attribute)
        for code, old, bad, good, xpath, attribute in (
            (
                "xml.other-namespace",
                b"<BinaryContent",
                b'<BinaryContent xmlns="http://peppol.eu/xsd/ticc/envelope/1.0"',
                b'<BinaryContent xmlns="http://www.unece.org/cefact/namespaces/StandardBusinessDocumentHeader"',
                "/BinaryContent",
                "binary_content",
            ),
            ("sbdh.namespace", b"www.unece.org", b"www.unece.net", b"www.unece.org", "", "namespace"),
            (
                "xml.attribute-missing",
                b' mimeType="application/fhir+json"',
                b"",
                b" mimeType='application/fhir+json'",
                "/BinaryContent",
                "binary_content",
            ),
            ("xml.pattern", b'"600000"', b'"0"', b'"600000" ', SERVICE_X, SERVICE),
            (
                "xml.text-unexpected",
                b'Recurrence="0"/>',
                b'Recurrence="0">x</ServiceTransaction>',
                b'Recurrence="0"></ServiceTransaction>',
                SERVICE_X,
                SERVICE,
            ),
            ("xml.attribute", b"Recurrence=", b"Recurence='1' Recurrence=", b"Recurrence =", SERVICE_X, SERVICE),
            (
                "xml.code",
                b"<Type>PROCESSID",
                b"<Type>PROCESS",
                b"<Type>PROCESSID",
                f"{SCOPE_X}[2]/Type",
                f"{SCOPE}[1].type",
            ),
            (
                "xml.base64",
                b"</BinaryContent>",
                b"!</BinaryContent>",
                b"\n</BinaryContent>",
                "/BinaryContent",
                "binary_content",
            ),
            (
                "xml.element-missing",
                b"<TypeVersion>2.0</TypeVersion>",
                b"",
                b"<TypeVersion >2.0</TypeVersion>",
                f"{IDENTIFICATION_X}",
                f"{IDENTIFICATION}.type_version",
            ),
        )
    ),
    Case("vans.namespace", VANS, b"urn:oio:medcom", b"urn:oio", b"urn:oio:medcom", "/VANSEnvelope", "namespace"),
]
AUTHORISED, URL = b"<Authorisation>\n        <Date>", b"<URL>https://example.invalid/bilag</URL>"
HEADER, HEADER_X = f"{LETTER}.letter", f"{REF}/Letter"
LEAVES = [
    leaf("xml.text-empty", "OrganisationName", SENDER_X, b"Eksempel Kommune", b"", b"x", f"{SENDER}.organisation_name"),
    leaf(
        "xml.pattern",
        "AlternativeIdentifier",
        f"{REF}/Patient",
        b"0703921VJ5",
        b"070392",
        b"1206550VK9",
        f"{LETTER}.patient.identifier",
    ),
    leaf(
        "xml.text-too-long",
        "OrganisationName",
        SENDER_X,
        b"Eksempel Kommune",
        b"\xe6" * 36,
        b"\xe6" * 35,
        f"{SENDER}.organisation_name",
    ),
    leaf("xml.pattern", "Time", "/Emessage/Envelope/Sent", b"09:30", b"24:00", b"23:59", "envelope.sent.time"),
    *(
        leaf("xml.pattern", "Date", "/Emessage/Envelope/Sent", b"2026-05-04", bad, good, "envelope.sent.date")
        for bad, good in ((b"2027-02-29", b"2028-02-29"), (b"2100-02-29", b"2400-02-29"))
    ),
    Case(
        "xml.pattern",
        XBIN,
        b"5f0c3b1e-",
        b"5f0c3b1e ",
        b"5F0C3B1E-",
        "/Emessage/BinaryLetter/BinaryObject/ObjectIdentifier",
        f"{LETTER}.binary_object[0].object_identifier",
    ),
    Case(
        "xml.pattern",
        XBIN,
        b"<OriginalObjectSize>",
        b"<OriginalObjectSize>-",
        b"<OriginalObjectSize> +0",
        "/Emessage/BinaryLetter/BinaryObject/OriginalObjectSize",
        f"{LETTER}.binary_object[0].original_object_size",
    ),
    leaf("xml.code", "StatusCode", HEADER_X, b"nytbrev", b"Nytbrev", b"rettetbrev", f"{HEADER}.status_code"),
    Case(
        "xml.code-version",
        OLD_XREF,
        b">ambulant<",
        b">hjemmet<",
        b">indlaeggelse<",
        f"{REF}/AdditionalInformation/ReferralStatus",
        f"{LETTER}.additional_information.referral_status",
    ),
    leaf("xml.fixed", "VersionCode", HEADER_X, b"XH0131R", b"XH0130R", b"XH0131R", f"{HEADER}.version_code"),
    leaf("xml.fixed", "TypeCode", HEADER_X, b"XREF01", b"XREF02", b"XREF01", f"{HEADER}.type_code"),
    Case(
        "xml.older-schema",
        XREF,
        SPECIALITY,
        SPECIALITY.replace(b"ikkeklassificeret", b"patologi "),
        SPECIALITY.replace(b"ikkeklassificeret", b"patologi"),
        f"{SENDER_X}/MedicalSpecialityCode",
        f"{SENDER}.medical_speciality_code",
    ),
    leaf(
        "xml.older-schema",
        "Date",
        "/Emessage/Envelope/Sent",
        b"2026-05-04",
        b"2026-05-04Z",
        b"2026-05-04",
        "envelope.sent.date",
    ),
    *(
        Case(
            "xml.pattern",
            XREF,
            AUTHORISED + b"2026-05-04",
            AUTHORISED + bad,
            AUTHORISED + b"0999-12-31",
            f"{HEADER_X}/Authorisation/Date",
            f"{HEADER}.authorisation.date",
        )
        for bad in (b"0000-01-01", b"02005-01-15", b"2026-13-01", b"2026-00-01", b"2026-05-00")
    ),
    Case(
        "xml.pattern",
        XREF,
        URL,
        b"<SUP>1</SUP>",
        b"<SUP> true </SUP>",
        f"{REF}/Reference/SUP",
        f"{LETTER}.reference[0].target",
    ),
]
CASES = [*SYNTAX, *SHAPE, *LEAVES]
IDS = [f"{case.code}-{number}" for number, case in enumerate(CASES)]


def with_fault(case: Case) -> bytes:
    return case.base.replace(case.old, case.bad, 1)


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_one_fault(case: Case) -> None:
    assert case.old in case.base
    assert found(medcom_bu.validate(case.base.replace(case.old, case.good, 1))) == []
    assert found(medcom_bu.validate(with_fault(case))) == [(case.code, case.xpath)]


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_the_same_fault_in_a_value(case: Case) -> None:
    message = medcom_bu.read(with_fault(case)).message
    if message is not None:
        expected = [(case.code, case.attribute)] if case.attribute else []
        assert found(medcom_bu.validate(message)) == expected


@pytest.mark.parametrize("case", CASES, ids=IDS)
def test_a_fault_in_danish(case: Case) -> None:
    (issue,) = medcom_bu.validate(with_fault(case))
    assert issue.kind is KINDS[case.code]
    assert placeholders(issue.kind.message.en + issue.kind.hint.en) <= {name for name, _ in issue.params}
    assert issue.text("da") != issue.text("en")
    assert "{" not in issue.text("da") + issue.hint_text("da")


def test_the_parameters_of_a_fault_in_both_languages() -> None:
    (issue,) = medcom_bu.validate(XREF.replace(b"Eksempel Kommune", b"x" * 36, 1))
    assert issue.message == "OrganisationName has 36 characters; at most 35 are allowed"
    assert issue.text("da") == "OrganisationName har 36 tegn, højst 35 er tilladt"
    assert (issue.hint, issue.hint_text("da")) == ("shorten it to 35 characters", "forkort til 35 tegn")


# --- what one change cannot show -------------------------------------------------------------------------------------


def test_the_root() -> None:
    assert found(medcom_bu.validate(XREF.replace(b"Emessage", b"EMessage"))) == [("xml.root", "/EMessage")]
    prefixed = re.sub(rb"(</?)(?=[A-Z])", rb"\1m:", XREF).replace(b"xmlns=", b"xmlns:m=")
    assert found(medcom_bu.validate(prefixed)) == []


def test_the_root_of_an_envelope() -> None:
    """Detection reads no further than the middle dot, which XML allows in a name."""
    longer = VANS.replace(b"VANSEnvelope", b"VANSEnvelope\xb7")
    assert found(medcom_bu.validate(longer)) == [("vans.root", "/*")]
    longer = SBDH.replace(b"StandardBusinessDocument ", b"StandardBusinessDocument\xb7 ", 1)
    longer = longer.replace(b"/StandardBusinessDocument>", b"/StandardBusinessDocument\xb7>")
    assert found(medcom_bu.validate(longer)) == [("sbdh.root", "/*")]
    assert found(medcom_bu.validate(VANS)) == []


@pytest.mark.parametrize("text", [b"A", b"!", b"QQ", b"QQ=", b"=", b"QUJD=", b"QR=="])
def test_data_that_does_not_decode_is_one_fault(text: bytes) -> None:
    wrong = re.sub(rb"<Data>[^<]*", b"<Data>" + text, VANS)
    assert found(medcom_bu.validate(wrong)) == [("xml.base64", "/VANSEnvelope/Message/Data")]
    value = medcom_bu.read(wrong).message
    assert value is not None
    assert found(medcom_bu.validate(value)) == [("xml.base64", "content.data")]
    twice = wrong.replace(b"<Name>", b"<Navn>").replace(b"</Name>", b"</Navn>")
    assert ("xml.base64", "/VANSEnvelope/Message/Data") in found(medcom_bu.validate(twice))
    assert len(medcom_bu.validate(twice)) > 1


def test_windows_1252_read_as_latin_1_is_seen_twice() -> None:
    """The declaration does not fit, and a control character was read."""
    control = ("text.characters", f"{SENDER_X}/UnitName")
    lying = XREF.replace(b"ingstilbud", b"ing \x96 tilbud", 1)
    assert found(medcom_bu.validate(lying)) == [control, ("xml.encoding-declaration", "/")]
    assert found(medcom_bu.validate(XREF.replace(b"ingstilbud", b"ing \xbd tilbud", 1))) == []


def test_utf_8_read_as_latin_1_is_told_once() -> None:
    """The declaration does not fit: that the text that was read is damaged follows from it."""
    ascii_only = XREF.decode("latin-1").encode("ascii", "ignore")
    lying = ascii_only.replace(b"Eksempel Kommune", "Køge".encode(), 1)
    assert found(medcom_bu.validate(lying)) == [("xml.encoding-declaration", "/")]
    assert found(medcom_bu.validate(lying.replace(b"ISO-8859-1", b"UTF-8"))) == [("xml.encoding-other", "/")]
    damaged = XREF.replace(b"Eksempel Kommune", "Køge".encode(), 1)  # in one text, where others are as declared
    assert found(medcom_bu.validate(damaged)) == [("text.mojibake", f"{SENDER_X}/OrganisationName")]
    assert found(medcom_bu.validate(ascii_only)) == []


@pytest.mark.parametrize(
    ("declaration", "named"),
    [
        (b'<?xml version="1.0" encoding="ISO-8859-1"?>', None),
        (b"<?xml version='1.0' encoding='iso-8859-1' standalone='yes'?>", None),
        (b'<?xml version="1.0" encoding="UTF-8"?>', "UTF-8"),
        (b'<?xml version="1.0" encoding="windows-1252"?>', "windows-1252"),
        (b'<?xml version="1.0"?>', "no encoding"),
        (b"", "no encoding"),
    ],
)
def test_the_declaration_of_a_letter(declaration: bytes, named: str | None) -> None:
    """LET-20, LET-21: ISO-8859-1 is to be declared (MEDBIN, page 12; korrespondance, 16); any is read as declared."""
    data = XREF.decode("latin-1").encode("ascii", "ignore")
    data = declaration + data[data.index(b"?>") + 2 :]
    for source in (data, io.BytesIO(data), io.BytesIO(b"x" + data)):
        if isinstance(source, io.BytesIO):
            source.seek(len(source.getvalue()) - len(data))
        issues = tuple(medcom_bu.validate(source))
        expected = (
            [] if named is None else [("xml.encoding-other", f"the XML declaration names {named}, not ISO-8859-1")]
        )
        assert [(issue.code, issue.message) for issue in issues] == expected
        assert all(issue.severity is Severity.INFORMATION for issue in issues)
    wrong = data.replace(b"<Patient>", b"<Egen/><Patient>", 1)  # where more is wrong, it is not told
    assert [issue.code for issue in medcom_bu.validate(wrong)] == ["xml.element-unexpected"]


@pytest.mark.parametrize("lang", ["en", "da"])
def test_a_font_for_running_text(lang: str) -> None:
    """LET-37: page 30 of Den gode XML korrespondance prints ``<Font>``, which no schema has: the hint tells."""
    hints = {"en": "write it as it is", "da": "skriv den som den er"}
    for name, is_named in ((b"Font", True), (b"Fond", False)):
        data = XREF.replace(b"<Cave>", b"<Cave><%b>a</%b>" % (name, name), 1)
        (issue,) = medcom_bu.validate(data)
        assert issue.code == "xml.element-unexpected"
        assert ("Font" in issue.text(lang)) is (hints[lang] in issue.hint_text(lang)) is is_named
        assert "Break, Space, Right, Center, Bold, Italic, Underline, FixedFont" in issue.hint_text(lang)


def test_a_letter_with_the_comment_as_it_is_printed() -> None:
    """LET-22: the comment that page 16 of Den gode XML korrespondance recommends is not XML as it is printed there."""
    comment = b"?><!-- MedCom_De_gode_XMLbreve_01062004 --"
    printed, right = XREF.replace(b"?>", comment + b"!>", 1), XREF.replace(b"?>", comment + b">", 1)
    assert medcom_bu.detect(printed) is medcom_bu.WireFormat.OIOXML
    ((code, path),) = found(medcom_bu.validate(printed))
    assert (code, path[:7]) == ("xml.not-well-formed", "line 1,")
    assert found(medcom_bu.validate(right)) == [("xml.not-carried", "/")]


def test_a_text_of_many_characters() -> None:
    """Below the limit the text is long for receivers, but it is read."""
    data = XREF.replace(b"<Cave>", b"<Cave>" + b"x" * 100_000, 1)
    for limit, expected in (
        (len(data), [("text.practice-limit", CAVE_X)]),
        (len(data) - 1, [("xml.too-large", "/")]),
    ):
        assert found(medcom_bu.validate(data, limits=medcom_bu.Limits(text=limit))) == expected


def test_nesting_in_128_levels() -> None:
    def in_levels(depth: int) -> bytes:
        return XREF.replace(
            b"</Emessage>", b"<Local_Elements>" + b"<a>" * depth + b"</a>" * depth + b"</Local_Elements></Emessage>"
        )

    assert found(medcom_bu.validate(in_levels(126))) == []
    for depth in (127, 254, 255, 5_000):
        assert found(medcom_bu.validate(in_levels(depth))) == [("xml.too-large", "line 119, column 395")]


SHOWN_ELSEWHERE = {
    "xml.root",
    "xml.encoding-declaration",
    "xml.encoding-other",
    "attachment.letter-too-large",
    "vans.root",
    "sbdh.root",
    "xml.too-large",
    "xml.unwritable",
    "version.unknown",
    "version.no-letter",
}


def test_every_kind_is_shown() -> None:
    assert {case.code for case in CASES} | SHOWN_ELSEWHERE == set(KINDS)
    assert not SHOWN_ELSEWHERE & {case.code for case in CASES}
    assert {kind.layer for kind in KINDS.values()} == {Layer.SYNTAX, Layer.SCHEMA, Layer.RULE}
