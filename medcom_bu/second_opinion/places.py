"""Where issues are, in one spelling: the paths of validators name the same element in many.

>>> plain_path("Bundle.entry[2].resource/*Patient/1*/.name[0].extension('http://e.org/x').value.ofType(Coding).code")
'Bundle.entry[2].resource.name.extension.value.code'
>>> plain_path("/f:Bundle/f:entry[3]/f:resource/f:Patient/f:name[1]/@value")
'Bundle.entry[2].resource.name'
>>> plain_path("Bundle.entry[0].resource[0].eventCoding.code")
'Bundle.entry.resource.event.code'
>>> plain_path("two words")
''
"""

from __future__ import annotations

import re

_LONGEST = 2000
"""A path that is longer is none that a message within the limits has."""
_STEP = re.compile(r"([A-Za-z_][A-Za-z0-9_]*)(?:\[([0-9]{1,9})\])?")
_ADDRESS = re.compile(r"/\*([^*]*)\*/")
_FILE = re.compile(r"[A-Za-z]+/[^:\s]*: ")
_CALLS = re.compile(r"\.(?:ofType|where|as|first|resolve)\([^()]*\)|\('[^']*'\)|\[(?:x|url ?= ?'?[^'\]]*'?)\]")
_CHOICE = re.compile(
    "(value|deceased|multipleBirth|event|content|occurred|born|defaultValue)"
    "(?:Boolean|Integer|String|Decimal|Uri|Url|Canonical|Base64Binary|Instant|Date|DateTime|Time|Code|Oid|Id|Markdown"
    "|UnsignedInt|PositiveInt|Uuid|Attachment|CodeableConcept|Coding|ContactPoint|Identifier|Period|Quantity|Range"
    "|Reference|HumanName|Address|Annotation|Signature|Timing|Duration)"
)
_HOLDERS = ("resource", "contained")


def plain_path(path: str) -> str:
    """As :func:`tidy_path`, a first item without its index: some validators write ``name[0]``, some ``name``."""
    return tidy_path(path).replace("[0]", "")


def tidy_path(path: str) -> str:
    """A path in plain steps, each without its type; the empty text for what is not a path."""
    if len(path) > _LONGEST:
        return ""
    is_xpath = path.startswith("/")
    if is_xpath:
        text = path.strip("/").replace("/@value", "").replace("/@", ".").replace("/", ".")
        text = re.sub(r"(^|\.)[A-Za-z]+:", r"\1", text)
    else:
        text = _CALLS.sub("", _ADDRESS.sub("", _FILE.sub("", path, count=1)))
    steps: list[str] = []
    for part in text.split("."):
        found = _STEP.fullmatch(part)
        if found is None:
            return ""
        name, index = found[1], None if found[2] is None else int(found[2]) - is_xpath
        if is_xpath and name[0].isupper() and steps and steps[-1].partition("[")[0] in _HOLDERS:
            continue  # the resource itself, which a FHIRPath does not name
        choice = _CHOICE.fullmatch(name)
        steps.append((choice[1] if choice else name) + ("" if index is None else f"[{max(index, 0)}]"))
    return ".".join(steps)


def addresses(path: str) -> frozenset[str]:
    """The resources that a path names in its comments, as ``Type/id``."""
    return frozenset(_ADDRESS.findall(path)) if len(path) <= _LONGEST else frozenset()


def parent(path: str) -> str:
    """The path without its last step."""
    return path.rpartition(".")[0]


def resource_of(path: str) -> str:
    """The path of the entry's resource that a path is in; that of the bundle for what is in none."""
    found = re.match(r"Bundle\.entry(?:\[\d+\])?\.resource", path)
    return found[0] if found else path.partition(".")[0]
