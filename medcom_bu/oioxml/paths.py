"""From an attribute path (``letters[0].patient.identifier``) to a named XPath, by the declaration."""

from __future__ import annotations

import re
from typing import Any

from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Element, Value, elements, held_element
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.letters import spec_of

_STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")


def to_xpath(message: Value, path: str, root: str = "Emessage") -> str:
    """The named XPath of an attribute path; a number is given where an element occurs more than once."""
    steps = ["/" + root]
    holder: Any = message
    for name, number in _STEP.findall(path):
        if isinstance(holder, Emessage) and name == "letters":
            letters = [spec_of(type(letter)).element for letter in holder.letters]
            step, index = letters[int(number)], letters[: int(number)].count(letters[int(number)])
            steps.append(_numbered(step, index, letters.count(step)))
            holder = holder.letters[int(number)]
            continue
        declared = fields(type(holder)).get(name) if isinstance(holder, Value) else None
        if declared is None:
            break
        content = getattr(holder, name)
        child = content[int(number)] if number and content else content
        element = held_element(declared, child) or elements(declared)[0]
        if not _is_inline(element):
            many = len(content) if isinstance(content, tuple) else 1
            steps.append(_numbered(element.name, int(number or 0), many))
        holder = child
    return "/".join(steps)


def _is_inline(element: Element) -> bool:
    return isinstance(element.type, type) and bool(getattr(element.type, "inline", False))


def _numbered(name: str, index: int, total: int) -> str:
    return f"{name}[{index + 1}]" if total > 1 else name
