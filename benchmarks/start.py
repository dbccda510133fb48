"""From a cold start: what an import and one command cost, in processes of their own, with bytecode as installed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import medcom_bu
from benchmarks.measure import process
from benchmarks.oioxml import REFERRAL, schema_of
from benchmarks.table import Row, at_most, faster
from medcom_bu.testing.letters import letter_samples

HEAVY = ("lxml", "xmlschema", "fhir", "pydantic", "pytest", "hypothesis", "rich")


def importing(place: Path) -> Iterator[Row]:
    """The package, and its XML codec."""
    base = process(["-c", "import attrs, lxml.etree"], place)
    own = process(["-c", "import medcom_bu"], place)
    yield at_most("import medcom_bu", "import attrs, lxml.etree", 1.5, own, base)
    process(["-c", f"import sys, medcom_bu; sys.exit(bool(set({HEAVY!r}) & set(sys.modules)))"], place)()
    yield Row("import medcom_bu", "sys.modules", "nothing heavy", "nothing heavy", True)
    codec = process(["-c", "import medcom_bu.oioxml.codec"], place)
    yield at_most("import medcom_bu and its XML codec", "import attrs, lxml.etree", None, codec, base)


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


def command_line(place: Path) -> Iterator[Row]:
    """One referral judged."""
    message = letter_samples()[REFERRAL]
    file, schema = place / "message.xml", schema_of(message)
    file.write_bytes(medcom_bu.to_xml(message))
    path = "medcom-bu validate, one XREF01, cold"
    own = process(["-c", _CLI_SCRIPT, "validate", str(file)], place)
    bare = process(["-c", _LXML_SCRIPT, str(schema), str(file)], place)
    yield at_most(path, "bare lxml script", 2.0, own, bare)
    with_attrs = process(["-c", "import attrs" + _LXML_SCRIPT, str(schema), str(file)], place)
    yield at_most(path, "bare lxml script that imports attrs", None, own, with_attrs)
    peer = process(["-c", _XMLSCHEMA_SCRIPT, str(schema), str(file)], place)
    yield faster(path, "xmlschema", 10, own, lambda: peer, "xmlschema")


PATHS = (importing, command_line)
