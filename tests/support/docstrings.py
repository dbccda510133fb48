"""Docstrings taken apart: what they say of each parameter, the standard behind a name, and the rest as Markdown.

What a docstring says of a parameter is a line of its own (``name`` (Danish): text) or begins with a sentence whose
subject is the parameter, and goes on to the next parameter, to the end of the paragraph, or to the errors.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Collection

_NAMES = r"``\w+``(?:(?:,|\s+and)\s+``\w+``)*"
_IN_BRACKETS = r"(?:\s+\((?P<brackets>[^)]*)\))?"
_SUBJECT = re.compile(rf"(?:(?:An?|The|and)\s+)*(?P<names>{_NAMES}){_IN_BRACKETS}(?::|\s+is\b|\s+are\b|(?=\s))")
_BEGINNING = re.compile(
    rf"^(?={_NAMES}(?:\s+\([^)]*\))?:\s)"  # a line of its own
    rf"|(?:\A|(?<=[.]\s))(?=(?:(?:An?|The)\s+)?{_NAMES}\s|Raises\s|Sources?:\s)"  # a sentence
    rf"|(?:(?<=[^`],\s)|(?<=;\s))(?=(?:and\s+)?{_NAMES}\s)",  # half a sentence
    re.MULTILINE,
)
_ELSEWHERE = re.compile(r"[Pp]arameters(?: and errors)? are those of (:\w+:`[^`]+`)")
_EXAMPLE = re.compile(r"(^>>> .*?)(?=\n\n|\Z)", re.MULTILINE | re.DOTALL)


def text_of(value: object) -> str:
    """The docstring of a value, without its indentation."""
    return inspect.getdoc(value) or ""


def taken_apart(doc: str, parameters: Collection[str]) -> tuple[str, dict[str, str]]:
    """The docstring without what it says of parameters, and what it says of each."""
    said: dict[str, str] = {}
    kept = (
        paragraph if paragraph.startswith(">>>") else _rest(paragraph, parameters, said)
        for paragraph in doc.split("\n\n")
    )
    return "\n\n".join(filter(None, kept)), said


def _rest(paragraph: str, parameters: Collection[str], said: dict[str, str]) -> str:
    """The paragraph without what it says of parameters, which is added to what is said."""
    kept, about = "", tuple[str, ...]()
    for part in _BEGINNING.split(paragraph):
        subject = _SUBJECT.match(part)
        names = tuple(re.findall(r"``(\w+)``", subject["names"])) if subject else ()
        told = " ".join(part.split())
        if subject is not None and set(names) <= set(parameters):
            brackets = f"({subject['brackets']}) " if subject["brackets"] else ""
            kept, about = re.sub(r"[,;]\s*$", ". ", kept), names
            told = brackets + " ".join(part[subject.end() :].split())
        elif not part.startswith("``") or not about:
            kept, about = kept + part, ()
            continue
        said |= {name: f"{said.get(name, '')} {told}".strip() for name in about}
    return kept.strip()


def meaning(doc: str, name: str, parameters: Collection[str]) -> str:
    """What a docstring says of a parameter, or where that is said instead; empty where it says nothing."""
    said = taken_apart(doc, parameters)[1]
    if name in said:
        return said[name].rstrip(",;")
    if elsewhere := _ELSEWHERE.search(doc):
        return f"as in {elsewhere[1]}"
    return next((one for one in _sentences(doc) if f"``{name}" in one), "")


def sentence(doc: str, name: str) -> str:
    """The first sentence of a docstring that names a parameter as any word; empty where none does."""
    spoken = rf"\b{re.sub('_', '[_ ]', name)}(s|es)?\b"
    return next((one for one in _sentences(doc) if re.search(spoken, one, re.IGNORECASE)), "")


def _sentences(doc: str) -> list[str]:
    return re.split(r"(?<=\.)\s+(?=[A-Z`:])|\n\n", _EXAMPLE.sub("", doc))


def prose(doc: str, parameters: Collection[str] = ()) -> str:
    """A docstring as Markdown, without what it says of those parameters; errors and source are paragraphs."""
    doc, _ = taken_apart(doc, parameters)
    doc = re.sub(r"^(?=``\w+``(?:, ``\w+``)*: )", "* ", doc, flags=re.MULTILINE)  # a list of something else
    doc = re.sub(r"^([^*\s].*\n)(?=\* ``)", r"\1\n", doc, flags=re.MULTILINE)  # which needs a blank line before it
    doc = re.sub(r"(?:^|\n|(?<=\.)\s+)(Raises|Sources?:)\s", r"\n\n**\1** ", doc)
    return re.sub(r"\n{3,}", "\n\n", _EXAMPLE.sub(r"```python\n\1\n```", marked(doc))).strip()


def marked(text: str) -> str:
    """The roles of a docstring as code."""
    return re.sub(r":\w+:`[~.]?([^`]+)`", r"`\1`", text).replace("``", "`").replace("::\n", ":\n")


def cell(text: str) -> str:
    """A text as a cell of a table."""
    return " ".join(marked(text).split()).replace("<", "&lt;")


def source(doc: str, home: str) -> str:
    """What the module that declares a name gives as its source, where its own docstring gives none; as Markdown."""
    found = re.search(r"Sources?:\s+(.*?)(?=\n\n|\Z)", text_of(sys.modules.get(home)), re.DOTALL)
    return "" if found is None or re.search(r"\bSources?:\s", doc) else f"**Source:** {marked(found[1])}"
