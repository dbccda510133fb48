"""What has no place in the standard, and the content of a letter that is not read here: shown as it came."""

from __future__ import annotations

from collections.abc import Iterable

from medcom_bu.declare.oioxml import Value, walk_unexpected
from medcom_bu.messages.emessage import LocalElements
from medcom_bu.messages.other_letter import OtherLetter
from medcom_bu.rendering.values import section
from medcom_bu.rendering.view import AsItCame, Listing, Note, Paragraph, Section

_KINDS = {
    "element": "Ukendt element",
    "text": "Tekst uden plads",
    "attribute": "Ukendt attribut",
    "segment": "EDIFACT-segment uden plads",
}


def rest(
    message: Value, parts: Iterable[Value | None], local_elements: Iterable[LocalElements] = ()
) -> tuple[Section, ...]:
    """What a message keeps beside its fields, and its parts do; a letter of another type shows its own."""
    judged = [part for part in parts if part is not None and not isinstance(part, OtherLetter)]
    extras = [*message.unexpected, *(extra for part in judged for _, extra in walk_unexpected(part, ""))]
    shown = [(f"{_KINDS[extra.kind]}: ", extra.content) for extra in extras if extra.kind in _KINDS]
    shown += [("Local_Elements: ", local.xml) for local in local_elements]
    items = tuple((Paragraph((name, AsItCame(content))),) for name, content in shown)
    return section("Øvrigt indhold", *((Listing(items),) if items else ()))


def as_it_came(letter: OtherLetter) -> tuple[Section, ...]:
    """The content of a letter of a type that is not read here."""
    contents = tuple(Paragraph((AsItCame(extra.content),)) for _, extra in walk_unexpected(letter, ""))
    return section("Indhold", *(contents or (Paragraph((Note("Intet indhold"),)),)))
