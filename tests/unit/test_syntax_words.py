"""What a parser says of broken text, told in Danish: each word is reached, and the parser's own text follows it."""

from __future__ import annotations

import json
import re

import pytest
from lxml import etree

from medcom_bu import validate
from medcom_bu.fhir.model import data
from medcom_bu.issues import Text
from medcom_bu.xmlio import _FAULTS, fault_of, parse

XML = {
    "ERR_DOCUMENT_EMPTY": b"x",
    "ERR_DOCUMENT_END": b"<a/>x",
    "ERR_TAG_NAME_MISMATCH": b"<a></b>",
    "ERR_TAG_NOT_FINISHED": b"<a>",
    "ERR_GT_REQUIRED": b"<a",
    "ERR_NAME_REQUIRED": b"<a>& </a>",
    "ERR_SPACE_REQUIRED": b"<a b='1'c='2'/>",
    "ERR_ATTRIBUTE_WITHOUT_VALUE": b"<a b>",
    "ERR_ATTRIBUTE_NOT_STARTED": b"<a b=1/>",
    "ERR_ATTRIBUTE_NOT_FINISHED": b"<a b='x",
    "ERR_ATTRIBUTE_REDEFINED": b"<a b='1' b='2'/>",
    "ERR_LT_IN_ATTRIBUTE": b"<a b='<'/>",
    "ERR_UNDECLARED_ENTITY": b"<a>&b;</a>",
    "ERR_ENTITYREF_SEMICOL_MISSING": b"<a>&b</a>",
    "ERR_INVALID_CHAR": b"<a>\x01</a>",
    "ERR_INVALID_HEX_CHARREF": b"<a>&#xZ;</a>",
    "ERR_INVALID_DEC_CHARREF": b"<a>&#Z;</a>",
    "ERR_COMMENT_NOT_FINISHED": b"<a><!-- x</a>",
    "ERR_HYPHEN_IN_COMMENT": b"<a><!-- -- --></a>",
    "ERR_CDATA_NOT_FINISHED": b"<a><![CDATA[x</a>",
    "ERR_MISPLACED_CDATA_END": b"<a>]]></a>",
    "ERR_RESERVED_XML_NAME": b" <?xml version='1.0'?><a/>",
    "NS_ERR_UNDEFINED_NAMESPACE": b"<x:a/>",
}
JSON = {
    "Expecting value": "[x]",
    "Expecting ',' delimiter": "[1 2]",
    "Expecting ':' delimiter": '{"a" 1}',
    "Expecting property name enclosed in double quotes": "{a: 1}",
    "Illegal trailing comma before end of object": '{"a": 1,}',
    "Illegal trailing comma before end of array": "[1,]",
    "Invalid control character at": '["\x01"]',
    "Invalid \\escape": '["\\q"]',
    "Invalid \\uXXXX escape": '["\\uZZZZ"]',
    "Unterminated string starting at": '["a',
}
OF_3_13 = {name for name in JSON if name.startswith("Illegal trailing comma")}


@pytest.mark.parametrize("name", XML)
def test_a_fault_of_xml_is_told_in_both_languages(name: str) -> None:
    with pytest.raises(etree.XMLSyntaxError) as caught:
        parse(XML[name])
    assert fault_of(caught.value) == Text(f"{_FAULTS[name].en} ({name})", f"{_FAULTS[name].da} ({name})")


def test_what_libxml2_seldom_finds_is_told_by_its_name() -> None:
    with pytest.raises(etree.XMLSyntaxError) as caught:
        parse(b"<?pi <a/>")
    assert fault_of(caught.value) == "ERR_PI_NOT_FINISHED"


def test_every_word_on_xml_is_tried() -> None:
    assert XML.keys() == _FAULTS.keys()


def test_every_word_on_json_is_of_what_the_parser_says() -> None:
    said = set()
    for text in JSON.values():
        with pytest.raises(json.JSONDecodeError) as caught:
            json.loads(text)
        said.add(caught.value.msg)
    assert JSON.keys() == data._IN_DANISH.keys()
    assert said | OF_3_13 == JSON.keys()


@pytest.mark.parametrize(
    ("message", "told"),
    [
        (
            b"<Emessage><a></b>",
            "XML'en er ikke velformet: et sluttag passer ikke til sit starttag (ERR_TAG_NAME_MISMATCH)",
        ),
        (
            b'<Bundle xmlns="http://hl7.org/fhir"><id>',
            "XML'en er ikke velformet: et element er ikke afsluttet (ERR_TAG_NOT_FINISHED)",
        ),
        (b'{"resourceType": x}', "teksten er ikke JSON: der mangler en v\u00e6rdi (Expecting value)"),
    ],
)
def test_a_report_says_it_before_the_words_of_the_parser(message: bytes, told: str) -> None:
    (issue,) = validate(message)
    assert issue.text("da") == told
    own = re.escape(told[told.index("(") + 1 : -1])
    assert re.search(own, issue.text("en"))
