"""EDIFACT letters as bytes, changed by hand, and what a report says of them."""

from __future__ import annotations

import re

import medcom_bu


def edited(data: bytes, *edits: tuple[str, str]) -> bytes:
    """The bytes with some parts replaced once, and UNT counted again."""
    for old, new in edits:
        assert old.encode("latin-1") in data, old
        data = data.replace(old.encode("latin-1"), new.encode("latin-1"), 1)
    count = data[data.index(b"UNH+") : data.index(b"UNT+")].count(b"'") + 1
    return re.sub(rb"UNT\+\d+", b"UNT+%d" % count, data)


def segments(data: bytes, tag: str) -> list[str]:
    """The segments of a tag."""
    return [text for text in data.decode("latin-1").split("'") if text.startswith(f"{tag}+")]


def said(report: medcom_bu.Report) -> list[tuple[str, str, str]]:
    """What a report says of the wire: severity, code and place, without the byte."""
    return [
        (str(issue.severity), issue.code.removeprefix("edifact."), re.sub(", byte .*", "", issue.path))
        for issue in report
        if issue.code.startswith("edifact.")
    ]
