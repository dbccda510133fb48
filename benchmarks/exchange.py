"""What goes around a letter: the VANSEnvelope and the receipts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

from lxml import etree

import medcom_bu
from benchmarks.oioxml import SMALL, lxml_validated
from benchmarks.table import Row, at_most
from medcom_bu.envelopes import vans
from medcom_bu.exchange import accept, matches
from medcom_bu.resources import folder
from medcom_bu.testing.letters import letter_samples


def envelope(_: Path) -> Iterator[Row]:
    """A VANSEnvelope with a small message inside."""
    sent = vans.wrap(letter_samples()[SMALL])
    data = medcom_bu.to_xml(sent)
    tree, schema = etree.fromstring(data), etree.XMLSchema(etree.parse(folder("xsd") / "vans-envelope-1.0.4.xsd"))
    read, judged = partial(medcom_bu.parse, data), partial(lxml_validated, schema, data)
    yield at_most("VANSEnvelope: parse", "lxml parse + XMLSchema.validate", 1.7, read, judged)
    write = partial(medcom_bu.to_xml, sent)
    yield at_most(
        "VANSEnvelope: to_xml",
        "lxml.tostring of a ready tree",
        1.3,
        write,
        lambda: etree.tostring(tree, encoding="UTF-8"),
    )


def receipts(_: Path) -> Iterator[Row]:
    """Answers, measured against reading what is answered."""
    message = letter_samples()[SMALL]
    opened, answered = partial(medcom_bu.parse, medcom_bu.to_xml(message)), accept(message)
    answer = partial(accept, message)
    yield at_most("XCTL03 for a message", "parse of the message", None, answer, opened)
    match = partial(matches, message, answered)
    yield at_most("match of a receipt", "parse of the message", None, match, opened)


PATHS = (envelope, receipts)
