"""From an attribute path (``letters[0].patient.identifier``) to a named XPath, by the declaration."""

from __future__ import annotations

import re
from typing import Any

from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Element, Value, elements, held_element
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.letters import element_of, shown_element

_STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")


def to_xpath(message: Value, path: str, root: str = "Emessage") -> str:
    """The named XPath of an attribute path; a number is given where an element occurs more than once."""
    steps = ["/" + root]
    holder: Any = message
    for name, number in _STEP.findall(path):
        if isinstance(holder, Emessage) and name == "letters":
            steps.append(_letter_step(holder, int(number)))
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


def _letter_step(message: Emessage, number: int) -> str:
    """The step to a letter: a name that may not be shown is ``*`` with its number among all children."""
    letters = [shown_element(element_of(letter)) for letter in message.letters]
    step = letters[number]
    if step == "*":
        return f"*[{number + 2 + sum(local.after < number for local in message.local_elements)}]"
    return _numbered(step, letters[:number].count(step), letters.count(step))


def _is_inline(element: Element) -> bool:
    return isinstance(element.type, type) and bool(getattr(element.type, "inline", False))


def _numbered(name: str, index: int, total: int) -> str:
    return f"{name}[{index + 1}]" if total > 1 else name
