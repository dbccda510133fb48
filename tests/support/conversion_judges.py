"""What official judges say of the results of a conversion: MedCom's schemas, by two engines, and the FHIR validator."""

from __future__ import annotations

import functools
import io
from typing import Any

import xmlschema
from lxml import etree

from medcom_bu import AcknowledgementMessage, Emessage, to_fhir, to_xml
from medcom_bu.messages.message import Message
from tests.support.java_oracle import JavaOracle, with_official
from tests.support.oracle import oracle


def official_validator() -> JavaOracle:
    """The JVM, with the packages of what a conversion makes."""
    return with_official(["CC-5.0.2", "ACK-2.0.3"])


def errors_of_validator(java: JavaOracle, message: Any, *forms: str) -> set[str]:
    """The ids of the errors that the official validator finds in the forms of a message, all if none is named."""
    version = "ACK-2.0.3" if isinstance(message, AcknowledgementMessage) else "CC-5.0.2"
    found = set()
    for form in forms or ("json", "xml"):
        found |= java.judge(version, to_fhir(message, form)).error_ids
    return found


def refused_by_schema(message: Message) -> set[str]:
    """The engines by which MedCom's own schema refuses a letter."""
    assert isinstance(message, Emessage)
    return refused(to_xml(message), f"xsd-current/{message.namespace.rstrip('/')[-10:]}/EMessage.xsd")


def refused(data: bytes, path: str) -> set[str]:
    """The engines by which the official schema at ``path`` refuses a document."""
    libxml2, python = _engines(path)
    verdicts = {"lxml": libxml2.validate(etree.fromstring(data)), "xmlschema": python.is_valid(io.BytesIO(data))}
    return {engine for engine, is_valid in verdicts.items() if not is_valid}


@functools.cache
def _engines(path: str) -> tuple[etree.XMLSchema, Any]:
    schema = oracle(f"reference/{path}")
    return etree.XMLSchema(etree.parse(schema)), xmlschema.XMLSchema(str(schema))
