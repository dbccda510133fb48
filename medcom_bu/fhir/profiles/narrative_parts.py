"""What the checks of narratives look at: the ``div`` of a Narrative, and what is directly in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medcom_bu.limits import LIMITS
from medcom_bu.values.fhir_types import XmlEvent, xml_events


def div_of(narrative: Any) -> str | None:
    """The XHTML of a Narrative; None where there is none, which is reported where it stands."""
    div = narrative.get("div") if type(narrative) is dict else None
    return div if type(div) is str else None


def parts_of(div: str) -> Iterator[XmlEvent]:
    """The elements, texts and asides directly in the outermost element, in order."""
    depth = 0
    for name, content in xml_events(div, LIMITS.depth) or ():
        if name == "#end":
            depth -= 1
        else:
            if depth == 1:
                yield name, content
            depth += name[0] != "#"
