"""Bytes in memory are cut at once where all is usual: to what the cutter makes of the same bytes as a file."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import medcom_bu
from medcom_bu.oioxml import cutting
from medcom_bu.testing.letters import letter_samples

PIECES = (
    *(b"<Data>", b"</Data>", b"<Data/>", b"<Data >QUJD</Data>", b"<x:Data>QUJD\nQUJD\n</x:Data >", b"<Data></Data>"),
    *(b'<Data a="1">QUJD</Data>', b"<Database>QUJD</Database>", b'<a b="Data">Data</a>', b"<a>", b"</a>", b"\n"),
    *(b"<!--<Data>-->", b"<?Data?>", b"QUJD", b"QUJ", b"<Data>QUI=</Data>", b"<Data>QUJD<a/>QUJD</Data>", b"<Data"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=8))
def test_what_is_cut_at_once_is_what_the_cutter_cuts(pieces: list[bytes]) -> None:
    xml = b"<?xml version='1.0'?>\n<m>" + b"".join(pieces)
    usual = cutting._cut_usual(xml, "Data", "")
    if usual is not None:
        assert seen(usual) == seen(cutting.cut(io.BytesIO(xml), "Data", 1 << 20))


def seen(document: cutting.CutDocument) -> tuple[Any, ...]:
    """All that there is of a document whose attachments are cut out."""
    contents = [content and (content.content, content.text, content.layout) for content in document.cut]
    places = [document.original(line, column) for line in range(1, 6) for column in (1, 8, 30)]
    return document.skeleton, contents, document.declared, document.is_wide, document.fault, list(document.gaps), places


@pytest.mark.parametrize("sample", ["XBIN01/XB0131X", "XBIN02/XB0210X"])
def test_what_the_library_writes_is_usual(sample: str) -> None:
    xml = medcom_bu.to_xml(letter_samples()[sample])
    usual = cutting._cut_usual(xml, cutting.PAYLOAD, "ISO-8859-1")
    assert usual is not None
    assert len(usual.cut) == xml.count(b"<Object_Base64Encoded>") > 0
