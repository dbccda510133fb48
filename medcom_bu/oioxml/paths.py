"""From an attribute path (``letters[0].patient.identifier``) to a named XPath, by the declaration."""

from __future__ import annotations

import bisect
import functools
import re
from collections import Counter
from typing import Any

from medcom_bu.declare.base import fields
from medcom_bu.declare.oioxml import Element, Value, elements, held_element
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.letters import element_of, shown_element
from medcom_bu.messages.other_letter import OtherLetter

_STEP = re.compile(r"(\w+)(?:\[(\d+)\])?")


def to_xpath(message: Value, path: str) -> str:
    """The named XPath of an attribute path in a consignment: see :class:`Locator`, which is for many of them."""
    return Locator(message)(path)


class Locator:
    """Turns attribute paths in a message into named XPaths; a number is given where an element occurs more than once.

    What the letters are called is found out once, since a report may lead to each of very many.
    """

    def __init__(self, message: Value, root: str = "Emessage") -> None:
        self.message = message
        self.root = root

    def __call__(self, path: str) -> str:
        """The named XPath of an attribute path."""
        steps = ["/" + self.root]
        holder: Any = self.message
        for name, number in _STEP.findall(path):
            if isinstance(holder, Emessage) and name == "letters":
                steps.append(self._letter_steps[int(number)])
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

    @functools.cached_property
    def _letter_steps(self) -> list[str]:
        """The step to each letter: a name that may not be shown is ``*`` with its number among all children."""
        message: Any = self.message
        names = [
            shown_element(letter.element_name) if isinstance(letter, OtherLetter) else element_of(letter)
            for letter in message.letters
        ]
        locals_after = sorted(local.after for local in message.local_elements)
        totals, so_far = Counter(names), Counter[str]()
        steps = []
        for number, name in enumerate(names):
            before = number + 1 + bisect.bisect_left(locals_after, number)
            steps.append(f"*[{before + 1}]" if name == "*" else _numbered(name, so_far[name], totals[name]))
            so_far[name] += 1
        return steps


def _is_inline(element: Element) -> bool:
    return isinstance(element.type, type) and bool(getattr(element.type, "inline", False))


def _numbered(name: str, index: int, total: int) -> str:
    return f"{name}[{index + 1}]" if total > 1 else name
