"""Real messages: verdict, issues, and the way back to the same XML. An oracle test; nothing of a message is here."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from lxml import etree

import medcom_bu
from medcom_bu.issues import Severity
from medcom_bu.values.text import Mark, Style
from tests.support.oracle import oracle

MODULUS = "identifier.cpr-modulus-11"
GLN = "identifier.gln-check-digit"
MISMATCH = "identifier.code-mismatch"
BLANK = "text.placeholder"
SPECIALITY = "letter.speciality"
CLOSING = "correspondence.closing-line"
DECLARED = "xml.encoding-other"
CODES: dict[str, list[str]] = {
    "xbin01-xb0130x-flow1-pdf-history-d4e4b90e.xml": [MODULUS],
    "xbin01-xb0130x-flow3-pdf-history-064bbf44.xml": [MODULUS],
    "xbin01-xb0130x-flow3-pdf-history-823f2475.xml": [*["xml.element-missing"] * 3],
    "xbin01-xb0130x-gif-inline-test.xml": [DECLARED],
    "xbin01-xb0131x-bmp.xml": [GLN, BLANK, BLANK, DECLARED],
    "xbin01-xb0131x-flow1-and-flow3-pdf.xml": [MISMATCH, MODULUS, DECLARED],
    "xbin01-xb0131x-jpeg-hip.xml": [],
    "xbin01-xb0131x-jpeg-photo.xml": [BLANK, BLANK, DECLARED],
    "xbin01-xb0131x-jpeg.xml": [BLANK, BLANK, DECLARED],
    "xbin01-xb0131x-scp-ecg.xml": ["attachment.optional-type", GLN, BLANK, BLANK, DECLARED],
    "xbin01-xb0131x-tiff-fundus.xml": [BLANK, BLANK, DECLARED],
    "xbin01-xb0131x-txt-hello-world-gzipped.xml": ["attachment.content-type"],
    "xbin01-xb0131x-wav.xml": [BLANK, BLANK, DECLARED],
    "xctl01-xc0130q-unknown-receiver.xml": [DECLARED],
    "xctl02-xc0230q-os2-syntax-error.xml": [GLN, GLN, DECLARED, "xml.not-carried"],
    "xctl02-xc0230q-version-problem.xml": [DECLARED],
    "xctl03-xc0330q-flow2-for-xbin01-history-0b8e320c.xml": [],
    "xctl03-xc0330q-flow2-for-xbin01.xml": [],
    "xctl03-xc0330q-flow2-for-xdis91.xml": [],
    "xctl03-xc0330q-flow4-for-xbin01-history-21c87caa.xml": [],
    "xctl03-xc0330q-flow4-for-xbin01.xml": [],
    "xctl03-xc0330q-flow4-for-xdis91.xml": [],
    "xctl03-xc0330q-positive.xml": [DECLARED],
    "xdis91-xd9134l-fixedfont.xml": ["identifier.cpr-date", GLN, GLN],
    "xdis91-xd9134l-flow1-with-reference-history-8c58c020.xml": [MODULUS],
    "xdis91-xd9134l-flow1-with-reference-history-b8ad0baf.xml": [
        "xml.code",
        *["xml.element-unexpected"] * 11,
        "xml.encoding-declaration",
    ],
    "xdis91-xd9134l-flow1-with-reference.xml": [MISMATCH, MODULUS, DECLARED],
    "xdis91-xd9134l-flow3-with-reference-history-e58bf909.xml": [CLOSING, MODULUS, SPECIALITY],
    "xdis91-xd9134l-flow3-with-reference.xml": [
        CLOSING,
        MODULUS,
        SPECIALITY,
        "xml.encoding-declaration",
    ],
    "xdis91-xd9134l-hospital-to-gp-high-priority.xml": [GLN, GLN, DECLARED],
    "xdis91-xd9134l-os2-escaped-tags.xml": [
        CLOSING,
        "date.authorised-after-sent",
        MISMATCH,
        MODULUS,
        GLN,
        GLN,
        "text.escaped-markup",
        "xml.not-carried",
    ],
    "xdis91-xd9134l-os2-formatted-text.xml": [CLOSING, "date.authorised-after-sent", MISMATCH, MODULUS, GLN, GLN],
    "xdis91-xd9134l-os2-special-characters.xml": [CLOSING, "date.authorised-after-sent", MISMATCH, MODULUS, GLN, GLN],
    "xdis91-xd9134l-physio-episode-of-care.xml": [DECLARED],
    "xref01-xh0130r-hypertension-from-ehmisbdh.xml": [
        MODULUS,
        MODULUS,
        "letter.statistical-code",
        "referral.advised",
        "text.mojibake",
    ],
    "xref01-xh0130r-hypertension-full-history-58b1b2f1.xml": [MODULUS, MODULUS, "referral.advised", BLANK, DECLARED],
    "xref01-xh0130r-hypertension-full.xml": [MODULUS, MODULUS, "referral.advised", BLANK, DECLARED],
}
"""File -> the codes of its issues, sorted. Official examples break rules, but none that is an error."""

XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
MIXED = {*Style, *Mark, "Supplementary", "ClinicalReason", "Cave", "Anamnesis", "Examination", "ActualMedicine"}
MIXED |= {"Information", "Text01", "RefuseText"}
NAMES = pytest.mark.parametrize("name", sorted(CODES))


def index() -> dict[str, bool]:
    """File -> whether it is valid, by the table of the index."""
    rows = re.findall(
        r"^\| `([\w-]+\.xml)` \|.*\| (yes|NO) \|$", oracle("examples/xml/INDEX.md").read_text("utf-8"), re.MULTILINE
    )
    return {name: verdict == "yes" for name, verdict in rows}


def data_of(name: str) -> bytes:
    return oracle(f"examples/xml/{name}").read_bytes()


def canonical_letter(data: bytes) -> bytes:
    """C14N without comments, processing instructions, schema locations and white space between elements."""
    root = etree.fromstring(data, etree.XMLParser(remove_comments=True, remove_pis=True, huge_tree=True))
    for node in root.iter():
        for name in ("schemaLocation", "noNamespaceSchemaLocation"):
            node.attrib.pop(XSI + name, "")
        if len(node) and etree.QName(node).localname not in MIXED:
            for holder, place in [(node, "text"), *((child, "tail") for child in node)]:
                if not (getattr(holder, place) or "").strip():
                    setattr(holder, place, None)
    etree.cleanup_namespaces(root)
    return etree.tostring(root, method="c14n", with_comments=False)


def test_the_index_and_the_table_name_the_files_there_are() -> None:
    verdicts = index()
    assert set(verdicts) == set(CODES) == {path.name for path in oracle("examples/xml").glob("*.xml")}
    assert (len(verdicts), sum(verdicts.values())) == (37, 35)


@NAMES
def test_verdict_and_issues(name: str) -> None:
    data = data_of(name)
    report = medcom_bu.validate(data)
    assert report.ok == index()[name] == medcom_bu.validate(data, layers=("syntax", "schema")).ok
    assert report.complete == report.ok
    assert sorted(issue.code for issue in report) == CODES[name]
    if report.ok:
        assert not [issue for issue in report if issue.severity is Severity.ERROR]
        assert medcom_bu.parse(data) == medcom_bu.read(data).message
    else:
        with pytest.raises(medcom_bu.InvalidMessage) as raised:
            medcom_bu.parse(data)
        assert [issue.code for issue in raised.value.report] == [issue.code for issue in report]


@NAMES
def test_what_is_written_is_what_came(name: str) -> None:
    data = data_of(name)
    message: Any = medcom_bu.read(data).message
    for encoding in ("ISO-8859-1", "UTF-8"):
        assert canonical_letter(medcom_bu.to_xml(message, encoding=encoding)) == canonical_letter(data)


@NAMES
def test_a_file_object_is_read_as_its_bytes_are(name: str) -> None:
    data = data_of(name)
    parsed = medcom_bu.read(io.BytesIO(data))
    assert parsed.message == medcom_bu.read(data).message
    assert parsed.report == medcom_bu.read(data).report
    assert medcom_bu.validate(io.BytesIO(data)) == medcom_bu.validate(data)


def test_a_wrong_encoding_is_reported_and_never_repaired() -> None:
    wrong = [name for name, codes in CODES.items() if "xml.encoding-declaration" in codes]
    assert len(wrong) == 2
    for name in wrong:
        data = data_of(name)
        report = medcom_bu.validate(data)
        (issue,) = (issue for issue in report if issue.code == "xml.encoding-declaration")
        assert (issue.severity, issue.path) == (Severity.WARNING, "/")
        message: Any = medcom_bu.read(data).message
        assert "Ã" in medcom_bu.to_xml(message).decode("latin-1")


def test_the_comparison_sees_a_difference() -> None:
    one = b"<Cave> a </Cave>"
    assert canonical_letter(b"<e><!-- x -->\n <Cave> a </Cave> </e>") == canonical_letter(b"<e>" + one + b"</e>")
    for other in (b"<e><Cave>a</Cave></e>", b"<e>" + one * 2 + b"</e>", b"<e>x" + one + b"</e>"):
        assert canonical_letter(other) != canonical_letter(b"<e>" + one + b"</e>")
