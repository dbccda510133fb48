"""Our schema of ehmiSBDH gives the verdict of the official one on MedCom's examples, and on what is near them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

from lxml import etree

from medcom_bu.resources import folder
from tests.support import FULL
from tests.support.instances import XSI
from tests.support.oracle import oracle

COUNT = 2_000 if FULL else 200
TEXTS = ("", "false", "true", "0", "1.0", "DOCUMENTID", "2026-01-01T00:00:00", " 2026-01-01T00:00:00Z ", "SGVq", "SGV")
TYPES = (
    *(
        "ehmiPartner",
        "PartnerIdentification",
        "Scope",
        "BusinessScope",
        "BusinessServiceType",
        "CorrelationInformation",
    ),
    *("ServiceTransaction", "ehmiScopeType", "Manifest", "ContactInformation", "Language", "xs:string", "unknown"),
)
VALID = {"message-homecareobservation.xml", "receipt-positive-x.xml"}
"""The examples without a fault, by libxml2."""


def examples() -> dict[str, Any]:
    """The examples, by the names of their files."""
    return {path.name: etree.parse(path).getroot() for path in sorted(oracle("examples/sbdh").glob("*.xml"))}


def judges() -> tuple[etree.XMLSchema, etree.XMLSchema]:
    """Our schema, the official one."""
    official = oracle("reference/xsd/ehmiSBDH/ehmiStandardBusinessDocumentHeader.xsd")
    return etree.XMLSchema(etree.parse(folder("xsd") / "ehmi-sbdh.xsd")), etree.XMLSchema(etree.parse(official))


def test_the_examples_are_judged_alike() -> None:
    ours, official = judges()
    held = examples()
    assert {name for name, root in held.items() if official.validate(root)} == VALID
    for name, root in held.items():
        faults = []
        for schema in (ours, official):
            schema.validate(root)
            faults.append(sorted((entry.line, entry.type_name) for entry in schema.error_log))  # type: ignore[attr-defined]
        assert faults[0] == faults[1], name


def test_what_is_near_the_examples_is_judged_alike() -> None:
    ours, official = judges()
    drawn, verdicts = random.Random(2026), Counter[bool]()
    for name in sorted(VALID):
        for mutant in mutants(etree.tostring(examples()[name]), drawn):
            verdict = official.validate(mutant)
            verdicts[verdict] += 1
            assert ours.validate(mutant) == verdict, etree.tostring(mutant)
    assert min(verdicts.values()) > COUNT // 10


def mutants(data: bytes, drawn: random.Random) -> Iterator[Any]:
    """The document with one thing changed."""
    for _ in range(COUNT):
        root = etree.fromstring(data)
        node = drawn.choice([each for each in root.iter(etree.Element) if each is not root])
        parent: Any = node.getparent()
        match drawn.randrange(6):
            case 0:
                parent.remove(node)
            case 1:
                parent.append(node)
            case 2:
                node.addnext(etree.fromstring(etree.tostring(node)))
            case 3:
                node.text = drawn.choice(TEXTS)
            case 4:
                node.set(f"{{{XSI}}}type", drawn.choice(TYPES))
            case _ if node.attrib:
                node.set(drawn.choice(sorted(map(str, node.attrib))), drawn.choice(TEXTS))
            case _:
                node.set(drawn.choice(("Authority", "encoding", "other")), drawn.choice(TEXTS))
        yield root
