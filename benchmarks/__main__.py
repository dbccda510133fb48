"""Prints one table of ratios. Each is the median over pairs that ran in turn, so a busy machine matters little."""

from __future__ import annotations

import base64
import functools
import gc
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from lxml import etree

import medcom_bu
from benchmarks import peers
from benchmarks.measure import Work, memory, process, ratio
from medcom_bu.envelopes import vans
from medcom_bu.exchange import receipts
from medcom_bu.messages.binary_letter import BinaryLetter
from medcom_bu.messages.emessage import Emessage
from medcom_bu.oioxml import codec
from medcom_bu.oioxml.source import PAYLOAD, load
from medcom_bu.oioxml.versions import by_namespace
from medcom_bu.resources import folder
from medcom_bu.testing.samples import samples
from medcom_bu.values.base64 import Base64

REFERRAL, SMALL, BINARY, RECEIPT = "XREF01/XH0131R", "XDIS91/XD9134L", "XBIN01/XB0131X", "XCTL02/XC0230Q"
PACKAGES = ("xsdata", "xmlschema")
MEBI = 1 << 20
ATTACHMENT = 30 * MEBI
HEAVY = ("lxml", "xmlschema", "fhir", "pydantic", "pytest", "hypothesis", "rich")


class Row(NamedTuple):
    """One line of the table."""

    path: str
    baseline: str
    target: str
    measured: str
    reached: bool | None


def at_most(path: str, baseline: str, limit: float | None, one: Work, other: Work) -> Row:
    """A path that may take some times as long as its baseline."""
    found = ratio(one, other)
    return Row(path, baseline, f"<= {limit}x" if limit else "-", f"{found:.2f}x", found <= limit if limit else None)


def faster(path: str, package: str, least: float, one: Work, peer: Callable[[], Work]) -> Row:
    """A path that shall be some times faster than a peer, which is made only where its package is installed."""
    if package in PACKAGES and not peers.is_installed(package):
        return Row(path, package, f">= {least}x faster", f"not measured: {package} is not installed", None)
    found = ratio(peer(), one)
    return Row(path, package, f">= {least}x faster", f"{found:.1f}x faster", found >= least)


def within(path: str, limit: float, found: float | None) -> Row:
    """Extra memory, in MB."""
    measured = "not measured: needs Linux" if found is None else f"{found:.1f} MB"
    return Row(path, "extra memory", f"<= {limit} MB", measured, None if found is None else found <= limit)


def schema_of(message: Emessage) -> Path:
    """The schema of a consignment."""
    return folder("xsd") / f"emessage-{'-'.join(message.namespace.strip('/').split('/')[-3:])}.xsd"


def messages(place: Path) -> Iterator[Row]:
    """Whole messages in memory."""
    kinds = {"full XREF01": REFERRAL, "small XDIS91": SMALL, "XCTL02": RECEIPT}
    for name, message in ((name, samples()[kind]) for name, kind in kinds.items()):
        data = medcom_bu.to_xml(message)
        tree, schema = etree.fromstring(data), etree.XMLSchema(etree.parse(schema_of(message)))
        read, write = partial(medcom_bu.parse, data), partial(medcom_bu.to_xml, message)
        least = partial(etree.fromstring, data)
        alone, judged = partial(unvalidated, data, message.namespace), partial(lxml_validated, schema, data)
        some = partial(medcom_bu.validate, data, layers=("syntax", "schema"))
        yield at_most(f"{name}: codec alone, no schema", "lxml.fromstring", 2.0, alone, least)
        yield at_most(f"{name}: parse", "lxml.fromstring", None, read, least)
        yield at_most(f"{name}: parse", "lxml parse + XMLSchema.validate", 1.7, read, judged)
        yield at_most(f"{name}: to_xml", "lxml.tostring of a ready tree", 1.3, write, partial(lxml_written, tree))
        yield at_most(f"{name}: validate", "syntax and schema alone", 1.3, partial(medcom_bu.validate, data), some)
    yield from envelope()
    yield from against_packages(place)


def envelope() -> Iterator[Row]:
    """A VANSEnvelope with a small message inside."""
    sent = vans.wrap(samples()[SMALL])
    data = medcom_bu.to_xml(sent)
    tree, schema = etree.fromstring(data), etree.XMLSchema(etree.parse(folder("xsd") / "vans-envelope-1.0.4.xsd"))
    read, write = partial(medcom_bu.parse, data), partial(medcom_bu.to_xml, sent)
    yield at_most(
        "VANSEnvelope: parse", "lxml parse + XMLSchema.validate", 1.7, read, partial(lxml_validated, schema, data)
    )
    yield at_most("VANSEnvelope: to_xml", "lxml.tostring of a ready tree", 1.3, write, partial(lxml_written, tree))
    answered, opened = receipts.positive(samples()[SMALL]), partial(medcom_bu.parse, medcom_bu.to_xml(samples()[SMALL]))
    yield at_most(
        "XCTL03 for a message", "parse of the message", None, partial(receipts.positive, samples()[SMALL]), opened
    )
    yield at_most(
        "match of a receipt",
        "parse of the message",
        None,
        partial(receipts.matches, samples()[SMALL], answered),
        opened,
    )


def against_packages(place: Path) -> Iterator[Row]:
    """The referral, and what others take for it."""
    message = samples()[REFERRAL]
    data, schema = medcom_bu.to_xml(message), schema_of(message)
    read, write = partial(medcom_bu.parse, data), partial(medcom_bu.to_xml, message)
    alone = partial(unvalidated, data, message.namespace)
    xsdata = functools.cache(partial(peers.Xsdata, schema, place))
    yield faster("full XREF01: codec alone, no schema", "xsdata", 12, alone, lambda: partial(xsdata().read, data))
    yield faster("full XREF01: to_xml", "xsdata", 75, write, lambda: partial(xsdata().write, xsdata().read(data)))
    objects = partial(peers.xmlschema_reader, schema, data)
    yield faster("full XREF01: parse", "xmlschema", 25, read, objects)


def unvalidated(data: bytes, namespace: str) -> Emessage:
    """Bytes to value, for bytes that the schema is known to accept."""
    document, _ = load(data)
    assert document is not None
    return codec._accepted(document, namespace, by_namespace()[namespace])


def lxml_validated(schema: etree.XMLSchema, data: bytes) -> bool:
    """The least that a validated reading costs."""
    return schema.validate(etree.fromstring(data))


def lxml_written(tree: Any) -> bytes:
    """The least that a writing costs."""
    return etree.tostring(tree, encoding="ISO-8859-1", xml_declaration=True)


def attachments(place: Path) -> Iterator[Row]:
    """A letter with one attachment of 30 MB."""
    content = bytes(range(256)) * (ATTACHMENT // 256)
    small = samples()[BINARY]
    large = with_content(small, content)
    source, target, plain = place / "source.xml", place / "target.xml", place / "plain"
    with source.open("wb") as file:
        medcom_bu.write_xml(large, file)
    plain.write_bytes(base64.b64encode(content))
    write, read = partial(written, large, target), partial(parsed, source)
    skeleton = medcom_bu.to_xml(small)
    yield at_most("30 MB: write_xml to a file", "base64 + file write", 1.5, write, partial(encoded, content, plain))
    setup = f"""
import medcom_bu
from benchmarks import __main__ as own
from pathlib import Path
small = own.samples()[own.BINARY]
source, target = Path({str(source)!r}), Path({str(target)!r})
medcom_bu.parse(medcom_bu.to_xml(small))
"""
    large_too = f"large = own.with_content(small, bytes(range(256)) * {ATTACHMENT // 256})"
    yield within("30 MB: write_xml to a file", 10, memory(setup + large_too, "own.written(large, target)"))
    tree = partial(peers.write_as_tree, skeleton, PAYLOAD, content, target)
    yield faster("30 MB: write_xml to a file", "lxml tree", 8, write, lambda: tree)
    yield at_most("30 MB: parse of a file", "read + decode", 1.5, read, partial(decoded, plain))
    yield within("30 MB: parse of a file, its payload of 30 MB in it", 40, memory(setup, "own.parsed(source)"))
    yield faster("30 MB: parse of a file", "lxml tree", 8, read, lambda: partial(peers.read_as_tree, source, PAYLOAD))


def with_content(message: Emessage, content: bytes) -> Emessage:
    """The message with another attachment."""
    letter = message.letters[0]
    assert isinstance(letter, BinaryLetter)
    held = letter.binary_object[0].replace(object_base64_encoded=Base64(content))
    return message.replace(letters=(letter.replace(binary_object=(held,)),))


def written(message: Emessage, path: Path) -> None:
    """Our writing."""
    with path.open("wb") as file:
        medcom_bu.write_xml(message, file)


def parsed(path: Path) -> Any:
    """Our reading."""
    with path.open("rb") as file:
        return medcom_bu.parse(file)


def encoded(content: bytes, path: Path) -> None:
    """The least that a writing costs."""
    path.write_bytes(base64.b64encode(content))


def decoded(path: Path) -> bytes:
    """The least that a reading costs."""
    return base64.b64decode(path.read_bytes())


_LXML_SCRIPT = """
import sys
from lxml import etree
schema = etree.XMLSchema(etree.parse(sys.argv[1]))
sys.exit(not schema.validate(etree.parse(sys.argv[2])))
"""
_XMLSCHEMA_SCRIPT = """
import sys
import xmlschema
xmlschema.XMLSchema(sys.argv[1]).validate(sys.argv[2])
"""
_CLI_SCRIPT = "import sys; from medcom_bu.cli import main; sys.exit(main())"


def processes(place: Path) -> Iterator[Row]:
    """From a cold start."""
    message = samples()[REFERRAL]
    file, schema = place / "message.xml", schema_of(message)
    file.write_bytes(medcom_bu.to_xml(message))
    base = process(["-c", "import attrs, lxml.etree"])
    yield at_most("import medcom_bu", "import attrs, lxml.etree", 1.5, process(["-c", "import medcom_bu"]), base)
    code = f"import sys, medcom_bu; sys.exit(bool(set({HEAVY!r}) & set(sys.modules)))"
    heavy = process(["-c", code])
    heavy()
    yield Row("import medcom_bu", "sys.modules", "nothing heavy", "nothing heavy", True)
    first = process(["-c", "import medcom_bu.oioxml.codec"])
    yield at_most("import medcom_bu and its XML codec", "import attrs, lxml.etree", None, first, base)
    own = process(["-c", _CLI_SCRIPT, "validate", str(file)])
    bare = process(["-c", _LXML_SCRIPT, str(schema), str(file)])
    yield at_most("medcom-bu validate, one XREF01, cold", "bare lxml script", 2.0, own, bare)
    peer = process(["-c", _XMLSCHEMA_SCRIPT, str(schema), str(file)])
    yield faster("medcom-bu validate, one XREF01, cold", "xmlschema", 10, own, lambda: peer)


def main() -> int:
    """Measure everything, and print the table."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        print(f"Python {platform.python_version()}, lxml {etree.__version__}, {platform.system()}\n")
        print("| path | baseline | target | measured | reached |\n|---|---|---|---|---|")
        for part in (messages, attachments, processes):
            gc.collect()
            gc.freeze()
            for row in part(place):
                reached = "-" if row.reached is None else "yes" if row.reached else "no"
                print(f"| {row.path} | {row.baseline} | {row.target} | {row.measured} | {reached} |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
