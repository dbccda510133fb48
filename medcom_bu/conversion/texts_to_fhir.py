"""The text of a letter as the text of a segment: rows 48 and 49 of the mapping, on the way to FHIR."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medcom_bu.conversion import additions as made
from medcom_bu.conversion import losses as lost
from medcom_bu.conversion import refusals
from medcom_bu.conversion.notes import Notes, Origin
from medcom_bu.values.text import RawMarkup, Styled, TextNode

HIGH_PRIORITY = "Denne meddelelse har høj prioritet."
"""MedCom's sentence for the high priority of a letter."""

_BETWEEN_PARTS = "\n\n"


def to_string(letter: Any, path: str, notes: Notes) -> str:
    """All the text of a letter: a break is a line feed, and no other formatting survives."""
    texts = []
    for number, part in enumerate(letter.clinical_information):
        if part.text01 is not None:
            place = f"{path}.clinical_information[{number}].text01"
            _note_markup(part.text01.nodes, place, notes)
            texts.append(part.text01.plain())
    if len(texts) > 1:
        notes.lose(lost.TEXT_PARTS, f"{path}.clinical_information")
    text = _BETWEEN_PARTS.join(texts)
    if not text.strip():
        notes.refuse(refusals.NO_TEXT, f"{path}.clinical_information")
    information = letter.additional_information
    if information is not None and information.priority is not None:
        place = f"{path}.additional_information.priority"
        if letter.is_urgent:
            notes.lose(lost.HIGH_PRIORITY, place)
            notes.make(made.PRIORITY_WORDS, "Communication.payload[0].content_string", Origin.MEDCOM_WORDS)
            return f"{HIGH_PRIORITY} {text}"
        notes.lose(lost.ROUTINE, place)
    return text


def _note_markup(nodes: tuple[TextNode, ...], path: str, notes: Notes) -> None:
    kinds = {type(node) for node in _all(nodes)}
    if Styled in kinds:
        notes.lose(lost.FORMATTING, path)
    if RawMarkup in kinds:
        notes.lose(lost.MARKUP, path)


def _all(nodes: tuple[TextNode, ...]) -> Iterator[TextNode]:
    for node in nodes:
        yield node
        if isinstance(node, Styled):
            yield from _all(node.nodes)
