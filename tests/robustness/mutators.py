"""Structure-aware mutators: the tree of a message, whatever its wire, changed in one to four places.

A message of any wire becomes the same tree of :class:`Node`: elements of XML, objects and lists of JSON, segments,
elements and components of EDIFACT. Most changes know no wire: they drop, double, move, nest, rename and rewrite. What
the wires do not share are how a text is written, and changes of their own (attributes and namespaces, doubled keys,
service characters). Changes of bytes come last: cuts, flips, encodings, other wires.

Everything comes from one ``random.Random``: the same generator gives the same mutant.
"""

from __future__ import annotations

import base64
import functools
import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from tests.robustness.bases import EDIFACT, FHIR_JSON, FHIR_XML, VANS, WIRES, bases, small

CANARY = "CANARYsen"
CANARY_NUMBER = "2512489996"
"""A name and a number that no living person has: they may be in no issue, exception or ``repr``."""

LONGEST = 200_000

DIGITS = ("²", "٣", "Ⅷ", "5.²", "1_0", "５", "𝟙", "0x1F", "+5", "-0", "1e999", "-1e-999", "9" * 30, "9" * 5000, "007")
MOMENTS = (
    *("0001-01-01", "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z", "0000-01-01", "00010101", "000101010000"),
    *("9999-12-31", "9999-12-31T23:59:59Z", "9999-12-31T23:59:59-14:00", "9999-12-31T23:59:59.999999999-23:59"),
    *("99991231", "999912312359", "99", "10000-01-01", "-0001-01-01T00:00:00Z", "2026-02-30", "2026-12-31T24:00:00Z"),
    *(
        "2026-06-30T23:59:60Z",
        "2026-05-04T10:00:00+24:00",
        "2026-05-04T10:00",
        "T",
        "2026-W18-1",
        "2026-03-29T02:30:00",
    ),
    *("00:00", "24:00", "23:59:60", "٠٩:٣٠", "0", "24", "2400", "9:5"),
)
SIGNS = (
    *("\0", "\x01", "\t", "\n", "\r", "\r\n", "\v", "\f", "\x1b[2J\x1b]0;x\a", "\x7f", "\x80", "\x85", "\x9b31m"),
    *(
        "\u2028",
        "\u2029",
        "\u200b",
        "\u202e",
        "\u2066",
        "\ufeff",
        "\ufffd",
        "\ufffe",
        "\uffff",
        "\U0001f9d2",
        "\U0010ffff",
    ),
    *("\ud800", "\udfff", "\udc80", "\ud83e", "e\u0301", "Å", "ﬁ", "ẞ", "Ł", "“", "œ"),
)
MARKUP = (
    "<",
    ">",
    "&",
    '"',
    "'",
    "]]>",
    "<!--",
    "-->",
    "</a>",
    "<b>x</b>",
    "&amp;",
    "&#0;",
    "&x;",
    "<script>x</script>",
)
SERVICE = ("'", "+", ":", "?", "??", "?'", "*", "!", "UNA:+.? '", "\x1d", "UNZ+1+1'", "a'b+c:d?e")
ADDRESSES = (
    *("http://x/\x1b[2J?cpr=" + CANARY_NUMBER, f"http://{CANARY}/", "urn:uuid:", "urn:oid:1.²", "#", "#x", "|", "||"),
    *("x|5.²", "http://x|" + "9" * 5000, "Patient/²", "Patient/../x", "urn:uuid:00000000-0000-0000-0000-000000000000"),
    *("javascript:alert(1)", "file:///etc/hostname", "http://[::1", "https://exa mple/", "data:,x", "\\\\x\\y"),
)
ODD = (
    "",
    " ",
    "  x  ",
    "_",
    "true",
    "null",
    "x" * 18,
    "x" * 351,
    "x" * 3151,
    "ø" * 70,
    "=HYPERLINK(1)",
    "{0}",
    "%s",
    "%(x)s",
)
CANARIES = (
    *(CANARY, CANARY_NUMBER, f"mor' {CANARY}, 251248-9996, er bekymret", f"{CANARY}\u202e{CANARY_NUMBER}"),
    f"<{CANARY}>" * 3,
)
TEXTS = (DIGITS, DIGITS, MOMENTS, MOMENTS, SIGNS, SIGNS, MARKUP, SERVICE, ADDRESSES, ODD, CANARIES)
NAMES = (CANARY, f"n{CANARY_NUMBER}", "x:y", "xml:lang", "ÆØÅ", "²", "a" * 300, "__class__", "_id", "extension", "Data")
COUNTS = (2, 2, 2, 2, 3, 3, 3, 5, 10, 11, 11, 12, 70, 100, 101) * 4 + (1100,)
NAME_COUNTS = (20,) * 48 + (300,) * 6 + (3_000, 12_000)
DEPTHS = (2, 3, 60, 127, 128, 129, 254, 260) * 4 + (1000, 5000)
"""Great ones are rare: how the work grows with them is measured elsewhere."""
FHIR_NAMESPACES = ("http://hl7.org/fhir", "http://www.w3.org/1999/xhtml")


# --- trees ------------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Node:
    """A part of a message that holds others: what comes before, between and after them."""

    open: bytes
    items: list[Node | bytes] = field(default_factory=list)
    separator: bytes = b""
    close: bytes = b""

    def copy(self) -> Node:
        """A copy that shares nothing that can change."""
        items = [item if isinstance(item, bytes) else item.copy() for item in self.items]
        return Node(self.open, items, self.separator, self.close)

    def __bytes__(self) -> bytes:
        """The bytes, in order."""
        pieces: list[bytes] = []
        waiting: list[Node | bytes] = [self]
        while waiting:
            item = waiting.pop()
            if isinstance(item, bytes):
                pieces.append(item)
                continue
            pieces.append(item.open)
            waiting.append(item.close)
            for number in range(len(item.items) - 1, -1, -1):
                waiting.append(item.items[number])
                if number and item.separator:
                    waiting.append(item.separator)
        return b"".join(pieces)

    def nodes(self) -> list[Node]:
        """This node and all below it, each before those in it."""
        found: list[Node] = []
        waiting = [self]
        while waiting:
            node = waiting.pop()
            found.append(node)
            waiting += [item for item in reversed(node.items) if type(item) is Node]
        return found


_XML = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<[^<>]*>|[^<]+|<", re.DOTALL)
_JSON = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s"\[\]{},:]+|"', re.DOTALL)
_SEGMENT = re.compile(rb"(?:\?.|[^?'])*'|.+", re.DOTALL)
_OBJECT = re.compile(rb"UNO(?:\+[^+']*){2}\+(\d+)[^']*'")
_ELEMENT, _COMPONENT = re.compile(rb"(?<!\?)\+"), re.compile(rb"(?<!\?):")


def xml_tree(data: bytes) -> Node:
    """Elements in elements; texts, comments and instructions are leaves."""
    root = Node(b"")
    stack = [root]
    for token in _XML.findall(data):
        if token[:2] == b"</" and len(stack) > 1:
            stack.pop().close = token
        elif token[:1] == b"<" and token[1:2].isalpha():
            made = Node(token)
            stack[-1].items.append(made)
            if token[-2:] != b"/>":
                stack.append(made)
        else:
            stack[-1].items.append(token)
    return root


def json_tree(data: bytes) -> Node:
    """Objects hold members, lists hold values; a member is a node that opens with its key."""
    root = Node(b"")
    stack = [root]
    for token in _JSON.findall(data):
        if token in (b"{", b"["):
            made = Node(token, [], b",", b"}" if token == b"{" else b"]")
            stack[-1].items.append(made)
            stack.append(made)
        elif token in (b"}", b"]", b","):
            if stack[-1].open[-1:] == b":":
                stack.pop()
            if token != b"," and len(stack) > 1:
                stack.pop()
        elif token == b":":
            key = stack[-1].items.pop()
            member = Node(bytes(key) + b":")
            stack[-1].items.append(member)
            stack.append(member)
        else:
            stack[-1].items.append(token)
    return root


def edifact_tree(data: bytes) -> Node:
    """Segments, their elements, and of these the components; the bytes of an object are one leaf."""
    root = Node(b"")
    at = 0
    if data[:3] == b"UNA":
        root.items.append(data[:9])
        at = 9
    while at < len(data):
        found = _SEGMENT.match(data, at)
        assert found is not None
        at = found.end()
        text, end = (found[0][:-1], b"'") if found[0].endswith(b"'") else (found[0], b"")
        elements = [Node(b"", list(_COMPONENT.split(element)), b":") for element in _ELEMENT.split(text)]
        root.items.append(Node(b"", list(elements), b"+", end))
        if opened := _OBJECT.fullmatch(found[0].strip()):
            root.items.append(data[at : at + int(opened[1][:9])])
            at += int(opened[1][:9])
    return root


def tree_of(wire: str) -> Callable[[bytes], Node]:
    """How the bytes of a wire become a tree."""
    return edifact_tree if wire == EDIFACT else json_tree if wire == FHIR_JSON else xml_tree


@functools.cache
def trees(wire: str) -> tuple[Node, ...]:
    """The messages that mutants of a wire start from."""
    found = list(bases(wire).values())
    if wire in (FHIR_JSON, FHIR_XML):
        found += [small(wire, data) for data in found] * 4
    return tuple(map(tree_of(wire), found))


# --- changes that know no wire ----------------------------------------------------------------------------------------

Change = Callable[[random.Random, str, Node], None]


def inner(r: random.Random, root: Node) -> Node:
    """Any node that holds something."""
    return r.choice([node for node in root.nodes() if node.items])


def spot(r: random.Random, root: Node) -> tuple[Node, int]:
    """Any place: a node and the number of an item in it."""
    node = inner(r, root)
    return node, r.randrange(len(node.items))


def copied(item: Node | bytes) -> Node | bytes:
    return item.copy() if isinstance(item, Node) else item


def drop(r: random.Random, _: str, root: Node) -> None:
    node, at = spot(r, root)
    del node.items[at]


def double(r: random.Random, _: str, root: Node) -> None:
    node, at = spot(r, root)
    node.items.insert(r.randrange(len(node.items) + 1), copied(node.items[at]))


def multiply(r: random.Random, _: str, root: Node) -> None:
    node, at = spot(r, root)
    item = node.items[at]
    size = len(item if isinstance(item, bytes) else bytes(item))
    node.items[at:at] = [item] * min(r.choice(COUNTS), LONGEST // 8 // (size + 1))


def shuffle(r: random.Random, _: str, root: Node) -> None:
    r.shuffle(inner(r, root).items)


def move(r: random.Random, wire: str, root: Node) -> None:
    """Something of this message, or of another one, to another place."""
    other = root if r.random() < 0.6 else r.choice(trees(wire))
    node, at = spot(r, other)
    item = copied(node.items[at])
    if other is root and r.random() < 0.5:
        del node.items[at]
    target = r.choice(list(root.nodes()))
    target.items.insert(r.randrange(len(target.items) + 1), item)


def exchange(r: random.Random, _: str, root: Node) -> None:
    (one, first), (other, second) = spot(r, root), spot(r, root)
    one.items[first], other.items[second] = copied(other.items[second]), copied(one.items[first])


def nest(r: random.Random, _: str, root: Node) -> None:
    node, depth = inner(r, root), r.choice(DEPTHS)
    if len(node.open) * depth < LONGEST:
        node.open, node.close = node.open * depth, node.close * depth


def unbalance(r: random.Random, _: str, root: Node) -> None:
    node = inner(r, root)
    if r.random() < 0.5:
        node.close = b""
    else:
        node.open = b""


def rewrite(r: random.Random, wire: str, root: Node) -> None:
    """A text of the message becomes a hostile one, or holds it."""
    for _ in range(8):
        node, at = spot(r, root)
        item = node.items[at]
        if isinstance(item, bytes):
            node.items[at] = LEAVES[wire](r, item)
            return
        if wire in XML_WIRES and b"=" in item.open:
            item.open = rewritten_attribute(r, item.open)
            return


def swap_texts(r: random.Random, wire: str, root: Node) -> None:
    """A text of one place is in another."""
    found = [(node, at) for node in root.nodes() for at, item in enumerate(node.items) if isinstance(item, bytes)]
    if found:
        (one, first), (other, second) = r.choice(found), r.choice(found)
        one.items[first] = other.items[second]


def rename(r: random.Random, wire: str, root: Node) -> None:
    """An element, a key or a segment gets another name, known or unknown."""
    nodes = list(root.nodes())
    name = r.choice(NAMES).encode()
    if wire == EDIFACT:
        segment = inner(r, root)
        segment.items[0] = r.choice((name, name[:3], b"UNB", b"UNH", b"UNT", b"FTX", b"S01", b"\xb2", b"nad"))
        return
    node = r.choice(nodes)
    if r.random() < 0.5 and (other := r.choice(nodes)).open:
        node.open, node.close = other.open, node.close and other.close
    elif wire == FHIR_JSON and node.open[-1:] == b":":
        node.open = json.dumps(r.choice(NAMES)).encode() + b":"
    elif wire != FHIR_JSON and node.open:
        start = re.compile(rb"(?<=^<)[^\s/>]+")
        node.open = start.sub(name, node.open)
        node.close = b"</" + name + b">" if node.close else b""


def many_names(r: random.Random, wire: str, root: Node) -> None:
    """Names that differ, by the hundred."""
    node = r.choice(list(root.nodes()))
    form = {FHIR_JSON: b'"n%d":1', EDIFACT: b"X%02X+1'"}.get(wire, b"<n%d/>")
    node.items[:0] = [form % number for number in range(r.choice(NAME_COUNTS))]


def damage_base64(r: random.Random, wire: str, root: Node) -> None:
    """What looks like base64 is damaged, or holds something else: another wire, another type of file."""
    found = [
        (node, at)
        for node in root.nodes()
        for at, item in enumerate(node.items)
        if isinstance(item, bytes) and _BASE64.fullmatch(item)
    ]
    if not found:
        rewrite(r, wire, root)
        return
    node, at = r.choice(found)
    text = bytes(node.items[at]).strip(b'"')
    where = r.randrange(len(text) + 1)
    damaged = text[:where] + r.choice(DAMAGE) + text[r.choice((where, where, len(text))) :]
    text = damaged if r.random() < 0.5 else base64.b64encode(payload(r))
    node.items[at] = b'"' + text + b'"' if wire == FHIR_JSON else text


_BASE64 = re.compile(rb'"?[A-Za-z0-9+/=\s]{24,}"?')
DAMAGE = (
    *(b"<", b"&", b"!", b"=", b"====", b"A", b"<!-- x -->", b"<![CDATA[QUJD]]>", b"<?p x?>", b"<b>QUJD</b>", b"\xe6"),
    *(b"\r\n", b"&#13;", b" " * 80, b"\n" * 3, b"-_", b"\\n", b"\\/", b"\0", b"QUI=QUI=", b"QR=="),
)


def payload(r: random.Random) -> bytes:
    """What a file or an envelope may hold: a message of any wire, sound or cut, or no message at all."""
    data = r.choice(list(bases(r.choice(WIRES)).values()))
    if r.random() < 0.3:
        data = data[: r.randrange(len(data))]
    return r.choice((data, data, data, b"", b"%PDF-1.4\n", b"PK\3\4", b"\xff\xd8\xff\xe0", b"MZ", r.randbytes(50)))


COMMON: tuple[Change, ...] = (
    *(drop, drop, drop, double, double, multiply, shuffle, move, move, exchange, nest, unbalance, rename, rename),
    *(rewrite,) * 12,
    *(swap_texts, swap_texts, many_names, damage_base64, damage_base64),
)


# --- texts of a wire --------------------------------------------------------------------------------------------------


def hostile(r: random.Random) -> str:
    """A text that is hard to take."""
    return r.choice(r.choice(TEXTS))


def placed(r: random.Random, old: str, new: str) -> str:
    """The hostile text alone, or somewhere in the text that was."""
    if r.random() < 0.7:
        return new
    at = r.randrange(len(old) + 1)
    return old[:at] + new + old[at:]


def xml_leaf(r: random.Random, old: bytes) -> bytes:
    if old.startswith(b"<"):
        return r.choice(SNIPPETS)
    return xml_text(r, placed(r, old.decode("latin-1"), hostile(r)))


_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(r: random.Random, text: str) -> bytes:
    """Escaped mostly; as character references, as bytes of UTF-8, half characters too."""
    how = r.random()
    safe = text if how < 0.1 else escape(text if how > 0.8 else _NO_XML.sub("", text))
    if how < 0.6:
        return safe.encode("ascii", "xmlcharrefreplace") if how < 0.4 else safe.encode("latin-1", "xmlcharrefreplace")
    return safe.encode("utf-8", "surrogatepass")


_ATTRIBUTE = re.compile(rb"""([\w:.-]+\s*=\s*)("[^"]*"|'[^']*')""")


def rewritten_attribute(r: random.Random, tag: bytes) -> bytes:
    """The tag with another value for one of its attributes."""
    found = r.choice(list(_ATTRIBUTE.finditer(tag)) or [None])
    if found is None:
        return tag
    value = xml_text(r, placed(r, found[2][1:-1].decode("latin-1"), hostile(r)))
    return tag[: found.start(2)] + b'"' + value + b'"' + tag[found.end(2) :]


RAW_JSON = (
    *(b"null", b"true", b"false", b"{}", b"[]", b"[null]", b'""', b"0", b"-0", b"1.50", b"1e999", b"-1E-999", b"NaN"),
    *(b"Infinity", b"9" * 30, b"9" * 5000, b"0." + b"1" * 5000, b"01", b"+1", b".5", b"1_0", b"'x'", b"undefined"),
    *(
        b'"\\ud800"',
        b'"\\udc00\\ud800"',
        b'"\\ud83e\\uddd2"',
        b'"\\u0000"',
        b'"\\x"',
        b'"\\"',
        b'"\x01"',
        b'"\n"',
        b'"\xed\xa0\x80"',
    ),
    *(
        b'{"resourceType":"X"}',
        b'{"resourceType":"Patient","resourceType":"X"}',
        b'{"id":"a","id":"b"}',
        b'{"":1}',
        b"// x",
    ),
    *(b"[[]]", b'[{"extension":[{"url":"a"}]}]', b'{"reference":"#a"}', b'{"reference":5}', b'{"coding":{}}'),
)


def json_leaf(r: random.Random, old: bytes) -> bytes:
    if r.random() < 0.3:
        return r.choice(RAW_JSON)
    text = placed(r, old.strip(b'"').decode("utf-8", "replace"), hostile(r))
    if r.random() < 0.5:
        return json.dumps(text).encode()
    return json.dumps(text, ensure_ascii=False).encode("utf-8", "surrogatepass")


def edifact_leaf(r: random.Random, old: bytes) -> bytes:
    text = placed(r, old.decode("latin-1"), hostile(r))
    if r.random() < 0.7:
        text = re.sub(r"(?=['+:?])", "?", text)
    return text.encode("latin-1", "replace") if r.random() < 0.7 else text.encode("utf-8", "surrogatepass")


XML_WIRES = tuple(wire for wire in WIRES if wire not in (EDIFACT, FHIR_JSON))
LEAVES: dict[str, Callable[[random.Random, bytes], bytes]] = {
    **dict.fromkeys(XML_WIRES, xml_leaf),
    FHIR_JSON: json_leaf,
    EDIFACT: edifact_leaf,
}


# --- changes of one wire ----------------------------------------------------------------------------------------------

EXPANSION = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 9))
SNIPPETS = (
    *(b"<!-- x -->", b"<!--", b"-->", b"<![CDATA[<x>]]>", b"<![CDATA[", b"]]>", b"<?pi x?>", b"<?xml version='1.0'?>"),
    *(b"<?", b"?>", b"<", b">", b"&", b"&amp;", b"&lt;", b"&x;", b"&#0;", b"&#xD800;", b"&#xFFFE;", b"&#x10FFFF;"),
    *(b"&#x110000;", b"&#99999999999999999999;", b"&#x" + b"F" * 5000 + b";", b"<a:b/>", b"<a:b xmlns:a='u'/>"),
    *(b"<!DOCTYPE x>", b"<!DOCTYPE x [<!ENTITY e0 'ha'>" + EXPANSION + b"]>", b"<!ENTITY x 'y'>"),
    *(b"<!DOCTYPE x SYSTEM 'http://example.invalid/x.dtd'>", b"\x00", b"\xff", b"\xef\xbb\xbf", b"\xed\xa0\x80"),
    *(b"\x1b", b"\x85", b"\xc2\x85", b"\r", b"\r\n", b"<Object_Base64Encoded>", b"</Object_Base64Encoded>"),
    *(b"<Object_Base64Encoded/>", b"<Object_Base64Encoded>QQ==</Object_Base64Encoded>", b"<Local_Elements/>"),
    *(b"<Local_Elements><Object_Base64Encoded>QQ==</Object_Base64Encoded></Local_Elements>", b"<Break/>", b"<Space/>"),
    *(b"<Data>", b"</Data>", b"<Data/>", b"<Data>QQ==</Data>", b"<Receipt/>", b"<Bold><Bold>x</Bold></Bold>"),
    *(b"<x:Object_Base64Encoded>QQ==</x:Object_Base64Encoded>", b"<Object_Base64Encoded a='>'>QQ=="),
    *(
        b"<div xmlns='http://www.w3.org/1999/xhtml'/>",
        b"<div xmlns='http://www.w3.org/1999/xhtml'><p>x<b>y</b></p></div>",
    ),
    *(b"<extension url='x'><valueString value='\xc2\xb2'/></extension>", b"<id value='x'/>", b"<contained/>"),
    *(b"<contained><Organization><id value='a'/></Organization></contained>", b"<resource/>", b"<entry/>"),
    *(b"<HospitalReferral/>", b"<ClinicalEmail/>", b"<BinaryLetter/>", b"<Letter/>", b"<Emessage/>", b"<Envelope/>"),
    b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/hostname" parse="text"/>',
)
ATTRIBUTES = (
    *(b" a='b'", b" a='b' a='c'", b" xmlns='u'", b" xmlns=''", b" xmlns:a='u'", b" xml:lang='da'", b" xsi:type='x'"),
    *(
        b" a:b='c'",
        b" xml:id='x'",
        b" xml:space='preserve'",
        b" xmlns:xml='u'",
        b" xmlns:xmlns='u'",
        b" value='\xc2\xb2'",
    ),
    *(b" value=''", b" url='x'", b" id='a b'", b" EndPointType='VANS'", b" name='a'", b" " * 5000, b' a="\'"', b" a=b"),
    f" {CANARY}='{CANARY_NUMBER}'".encode(),
    b" xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' xsi:nil='true'",
    *(f" xmlns='{namespace}'".encode() for namespace in FHIR_NAMESPACES),
)


def _in_tag(tag: bytes, addition: bytes) -> bytes:
    end = len(tag) - (2 if tag.endswith(b"/>") else 1)
    return tag[:end] + addition + tag[end:]


def _element(r: random.Random, root: Node) -> Node:
    return r.choice([node for node in root.nodes() if node.open[:1] == b"<"] or [Node(b"<x>", [], b"", b"</x>")])


def add_attribute(r: random.Random, _: str, root: Node) -> None:
    node = _element(r, root)
    node.open = _in_tag(node.open, r.choice(ATTRIBUTES))


def many_attributes(r: random.Random, _: str, root: Node) -> None:
    node, form = _element(r, root), r.choice((b" a%d='1'", b" xmlns:p%d='u'", b" xmlns:p%d='u%d'", b" xml:a%d=''"))
    count = r.choice((10, 10, 10, 63, 64, 65, 255, 256, 257, 3000))
    node.open = _in_tag(node.open, b"".join(form % ((number,) * form.count(b"%d")) for number in range(count)))


def add_snippet(r: random.Random, _: str, root: Node) -> None:
    node = r.choice(list(root.nodes()))
    node.items.insert(r.randrange(len(node.items) + 1), r.choice(SNIPPETS))


def split_text(r: random.Random, wire: str, root: Node) -> None:
    """A text, with something that is not text in the middle."""
    for _ in range(8):
        node, at = spot(r, root)
        item = node.items[at]
        if isinstance(item, bytes) and len(item) > 1:
            where = r.randrange(len(item))
            node.items[at : at + 1] = [item[:where], r.choice(SNIPPETS), item[where:]]
            return


def prefix(r: random.Random, _: str, root: Node) -> None:
    """All elements, or those of a part, in a prefix; declared mostly."""
    part = r.choice((root, root, _element(r, root)))
    for node in part.nodes():
        node.open = re.sub(rb"^<(?=[A-Za-z_])", b"<p:", node.open)
        node.close = re.sub(rb"^</(?=[A-Za-z_])", b"</p:", node.close)
    if r.random() < 0.9:
        first = next((node for node in root.nodes() if b"xmlns=" in node.open), root)
        first.open = first.open.replace(b"xmlns=", b"xmlns:p=", 1)


def change_namespace(r: random.Random, _: str, root: Node) -> None:
    named = [node for node in root.nodes() if b"xmlns" in node.open]
    if named:
        node = r.choice(named)
        namespace = r.choice(
            (b"", b"urn:x", b"urn:x&amp;y", CANARY.encode(), b"http://hl7.org/fhir", b"urn:\xc2\xb2", b" x ")
        )
        node.open = re.sub(rb'(xmlns[^=]*=")[^"]*', lambda found: found[1] + namespace, node.open, count=1)


def double_key(r: random.Random, _: str, root: Node) -> None:
    """A key that occurs twice in its object, with the same or another value."""
    objects = [node for node in root.nodes() if node.open == b"{" and node.items]
    if objects:
        node = r.choice(objects)
        member = copied(r.choice(node.items))
        if isinstance(member, Node) and r.random() < 0.5:
            member.items = [r.choice(RAW_JSON)]
        node.items.insert(r.randrange(len(node.items) + 1), member)


MEMBERS = (
    *(b'"resourceType":"Patient"', b'"_id":{"id":"x"}', b'"id":"\xc2\xb2"', b'"fhir_comments":["x"]', b'"":1'),
    *(
        b'"extension":[{"url":"a","valueString":"b"}]',
        b'"extension":{}',
        b'"modifierExtension":[{"url":"x","valueCode":"y"}]',
    ),
    *(b'"contained":[{"resourceType":"Organization","id":"a","partOf":{"reference":"#a"}}]', b'"contained":[{}]'),
    *(
        b'"meta":{"profile":["x|5.\xc2\xb2"]}',
        b'"meta":[]',
        b'"language":"da"',
        b'"text":{"div":"<div>"}',
        b'"div":"<b/>"',
    ),
    *(
        b'"_given":[null,{"id":"a"}]',
        b'"given":[null]',
        b'"value[x]":1',
        b'"valueInteger":99999999999',
        b'"valueDecimal":1.0e400',
    ),
    f'"{CANARY}":"{CANARY_NUMBER}"'.encode(),
)


def add_member(r: random.Random, _: str, root: Node) -> None:
    objects = [node for node in root.nodes() if node.open == b"{"]
    if objects:
        node = r.choice(objects)
        node.items.insert(r.randrange(len(node.items) + 1), r.choice(MEMBERS))


SEGMENTS = (
    *(b"UNA:+.? '", b"UNA", b"UNA+:.? '", b"UNA:+.?*'", b"UNA''''''", b"UNZ+1+X'", b"UNT+3+X'", b"UNB+UNOB:1+a+b'"),
    *(b"UNH+1+MEDDIS:D:93A:UN:D9134L'", b"UNH+\xb2+MEDREF:2:90:UN:H0130R'", b"UNG+1'", b"UNE+1+1'", b"UNP+9'"),
    *(b"UNO+1+9+BIN:a:b+99999'", b"UNO+1+2'", b"UNO+1+1+1+\xb2'", b"FTX+NC+P00++a:b:c'", b"S99+01'", b"'''''''"),
    *(
        b"DTM+137:000101010000:203'",
        b"DTM+137:999912312359:203'",
        b"DTM+137:\xb2:203'",
        b"RFF+XX:1'",
        b"++++'",
        b"::::'",
    ),
    f"{CANARY}, 251248-9996, er bekymret'".encode(),
)


def add_segment(r: random.Random, _: str, root: Node) -> None:
    root.items.insert(r.randrange(len(root.items) + 1), r.choice(SEGMENTS))


def service_characters(r: random.Random, _: str, root: Node) -> None:
    """Another UNA, and separators that follow it, or do not."""
    signs = r.choice(
        (b":+.? '", b":+,? '", b"*!.# ~", b"\x1f\x1d.  \x1c", b"::::::", b"abcdef", b"\xe6\xf8\xe5\xc6\xd8\xc5")
    )
    root.items[:1] = (
        [b"UNA" + signs] if root.items[:1] and type(root.items[0]) is bytes else [b"UNA" + signs, *root.items[:1]]
    )
    if r.random() < 0.7:
        for node in root.nodes():
            node.separator = {b"+": signs[1:2], b":": signs[:1]}.get(node.separator, node.separator)
            node.close = signs[5:6] if node.close == b"'" else node.close


def line_breaks(r: random.Random, _: str, root: Node) -> None:
    end = r.choice((b"\n", b"\r\n", b"\r", b"\n\n", b" ", b"\0"))
    for node in root.nodes():
        if node.close == b"'":
            node.close += end


def recount(r: random.Random, _: str, root: Node) -> None:
    """A number of UNT, UNZ, UNO or UNP that is not true."""
    tags = (b"UNT", b"UNZ", b"UNO", b"UNP")
    found = [
        node for node in root.nodes() if node.separator == b"+" and bytes(node)[:3] in tags and len(node.items) > 1
    ]
    if found:
        node = r.choice(found)
        at = r.randrange(1, len(node.items))
        node.items[at] = r.choice((b"0", b"1", b"99", b"-1", b"\xb2", b"9" * 5000, b"007", b"1.0", b"", b"1:1"))


XML_CHANGES: tuple[Change, ...] = (
    *(add_attribute, add_attribute, many_attributes, add_snippet, add_snippet, add_snippet, split_text, split_text),
    *(prefix, change_namespace, change_namespace),
)
OWN: dict[str, tuple[Change, ...]] = {
    **dict.fromkeys(XML_WIRES, XML_CHANGES),
    FHIR_JSON: (double_key, double_key, add_member, add_member, add_member),
    EDIFACT: (add_segment, add_segment, service_characters, line_breaks, recount, recount),
}


# --- changes of bytes -------------------------------------------------------------------------------------------------

ByteChange = Callable[[random.Random, bytes], bytes]


def flip(r: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _ in range(r.choice((1, 1, 2, 5, 20))):
        if changed:
            changed[r.randrange(len(changed))] ^= 1 << r.randrange(8)
    return bytes(changed)


def insert(r: random.Random, data: bytes) -> bytes:
    at = r.randrange(len(data) + 1)
    return data[:at] + r.choice((r.randbytes(1), r.randbytes(10), b"\0", *SNIPPETS[:30])) + data[at:]


def delete(r: random.Random, data: bytes) -> bytes:
    at = r.randrange(len(data) + 1)
    return data[:at] + data[at + r.choice((1, 2, 8, 64, 1000)) :]


def cut(r: random.Random, data: bytes) -> bytes:
    return data[: r.randrange(len(data) + 1)]


def join(r: random.Random, data: bytes) -> bytes:
    """The beginning of one and the end of another message, of any wire."""
    other = payload(r)
    return data[: r.randrange(len(data) + 1)] + other[r.randrange(len(other) + 1) :]


def twice(_: random.Random, data: bytes) -> bytes:
    return data + data


ENCODINGS = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig", "utf-32", "cp1252", "utf-7", "cp037", "cp500")
DECLARED = (*ENCODINGS, "UTF-16", "ISO-8859-1", "ISO-8859-15", "US-ASCII", "EBCDIC-CP-DK", "IBM277", "UCS-4", "x", "")
MARKS = (b"", b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\0\0", b"\0\0\xfe\xff", b" ", b"\n\n", b"\x1a")


def recode(r: random.Random, data: bytes) -> bytes:
    if r.random() < 0.6:
        data = redeclare(r, data)
    return r.choice(MARKS) + data.decode(r.choice(("latin-1", "utf-8")), "replace").encode(
        r.choice(ENCODINGS), "replace"
    )


def redeclare(r: random.Random, data: bytes) -> bytes:
    return re.sub(rb'encoding="[^"]*"', b'encoding="' + r.choice(DECLARED).encode() + b'"', data, count=1)


def mark(r: random.Random, data: bytes) -> bytes:
    return r.choice(MARKS) + data


def wrap(r: random.Random, data: bytes) -> bytes:
    """The mutant in an envelope, in place of what it holds."""
    outer = r.choice(list(bases(VANS).values()))
    return re.sub(rb"(<Data>)[^<]*", lambda found: found[1] + base64.b64encode(data), outer, count=1)


def noise(r: random.Random, data: bytes) -> bytes:
    return r.choice((b"", b"<", b"{", b"UNA", b"UNB+", b"<?xml ", data[:200])) + r.randbytes(r.randrange(300))


BYTE_CHANGES: tuple[ByteChange, ...] = (
    *(flip, flip, insert, insert, delete, delete, cut, cut, join, twice, recode, redeclare, mark, wrap, wrap, noise),
)


# --- mutants ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Mutant:
    """Bytes, and what was done to a sound message to get them."""

    data: bytes
    changes: tuple[str, ...]


def mutant(r: random.Random, wire: str, data: bytes | None = None) -> Mutant:
    """A sound message of the wire, or the one given, changed."""
    return changed_tree(r, wire, r.choice(trees(wire)).copy() if data is None else tree_of(wire)(data))


def changed_tree(r: random.Random, wire: str, root: Node) -> Mutant:
    """The tree with one to four changes, most of them in its structure."""
    done: list[str] = []
    for _ in range(r.choice((1, 1, 1, 2, 2, 3, 4))):
        change = r.choice(OWN[wire]) if r.random() < 0.3 else r.choice(COMMON)
        if any(node.items for node in root.nodes()):
            change(r, wire, root)
            done.append(change.__name__)
    data = bytes(root)[:LONGEST]
    if r.random() < 0.25:
        byte_change = r.choice(BYTE_CHANGES)
        data = byte_change(r, data)[:LONGEST]
        done.append(byte_change.__name__)
    return Mutant(data, tuple(done))
