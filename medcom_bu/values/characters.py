"""The characters of a text: what ends a line, and what no message can hold.

Source: XML 1.0, production Char; ISO 8859-1, in which EDIFACT's UNOC is written; FHIR R4, string. What ends a line is
what Python's ``str.splitlines`` takes for an end: line feed, carriage return, vertical tab, form feed, the separators
U+001C to U+001E, next line, U+2028 and U+2029.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable

from medcom_bu.errors import InvalidMessage
from medcom_bu.issues import Kind, Layer, Report, Severity, Text

UNSENDABLE = Kind(
    "builder.characters",
    Severity.ERROR,
    Layer.RULE,
    Text("{field} has characters that cannot be sent: {examples}", "{field} har tegn der ikke kan sendes: {examples}"),
    Text(
        "remove them: they are control characters, or halves of a character",
        "fjern dem: de er styretegn eller halve tegn",
    ),
    "XML 1.0, Char; EDIFACT UNOC, ISO 8859-1",
)
"""What a builder, or a maker of receipts, says of a text that it is given and that no message can hold."""

_LINE_END = re.compile("\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_OTHER_LINE_END = re.compile("[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")


def with_line_feeds(text: str) -> str:
    """The text with a line feed for every line end."""
    return _LINE_END.sub("\n", text)


def lines_apart(text: str) -> list[str]:
    """The parts of a text between the line ends that are not a line feed or carriage return."""
    return _OTHER_LINE_END.split(text)


def on_one_line(text: str) -> str:
    """The text with a blank for every line end between its lines, and none at its end."""
    return " ".join(text.splitlines())


@functools.cache
def not_xml() -> re.Pattern[str]:
    """A character that XML cannot hold."""
    return re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@functools.cache
def not_letter() -> re.Pattern[str]:
    """A character that no letter can hold: XML lacks it, or it is a control character, which UNOC does not have."""
    return re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@functools.cache
def not_latin() -> re.Pattern[str]:
    """A character that ISO 8859-1 does not have."""
    return re.compile("[^\t\n\r -~\xa0-\xff]")


def named(characters: Iterable[str]) -> str:
    """Up to five different characters by their numbers: ``U+000B, U+FFFE``."""
    return ", ".join(f"U+{ord(character):04X}" for character in sorted(set(characters))[:5])


def sendable(field: str, text: str, lacks: re.Pattern[str] | None = None) -> str:
    """The text with a line feed for every line end.

    Raises InvalidMessage, which names the field, where the message ``lacks`` a character of it: a letter, if nothing
    else is said.
    """
    clean = with_line_feeds(text)
    unsendable = (lacks or not_letter()).findall(clean)
    if unsendable:
        issue = UNSENDABLE.issue(field, field=field, examples=named(unsendable))
        raise InvalidMessage(Report.from_issues([issue], [issue.layer], [issue.layer]))
    return clean
