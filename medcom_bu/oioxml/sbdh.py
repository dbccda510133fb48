"""ehmiSBDH in and out. The verdict is that of its schema, and of XML Schema on what base64 and white space are."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

from medcom_bu.issues import Kind, Loss, Reading
from medcom_bu.messages.standard_business_document import EHMI_SBDH, NAMESPACE, StandardBusinessDocument
from medcom_bu.oioxml import catalogue
from medcom_bu.oioxml.envelopes import LAYERS, EnvelopeCodec
from medcom_bu.oioxml.faults import Location
from medcom_bu.oioxml.kept import XML_BLANKS
from medcom_bu.oioxml.source import Document
from medcom_bu.values.base64 import Base64
from medcom_bu.xmlio import parse

__all__ = ["LAYERS", "judge", "losses", "read", "write"]

_TIMES = ("CreationDateAndTime", "RequestingDocumentCreationDateTime", "ExpectedResponseDateTime")


def _with_data(envelope: Any, data: Base64) -> StandardBusinessDocument:
    changed: StandardBusinessDocument = envelope.replace(binary_content=envelope.binary_content.replace(data=data))
    return changed


def _namespace_fault(namespace: str) -> tuple[Kind, dict[str, object]] | None:
    return None if namespace == NAMESPACE else (catalogue.SBDH_NAMESPACE, {})


def _refused_by(document: Document, schema: etree.XMLSchema) -> list[Any]:
    """The errors of the schema. libxml2 refuses the blanks around a time that XML Schema takes out before it looks."""
    errors = document.refused_by(schema)
    if not errors or not any(_is_padded(node) for node in _times(document.root)):
        return errors
    xml = etree.tostring(document.root)
    root = parse(xml, has_many_names=document.markup.has_many_names)
    for node in _times(root):
        if not len(node):
            node.text = (node.text or "").strip(XML_BLANKS)
    try:
        parse(etree.tostring(root), has_many_names=document.markup.has_many_names, schema=schema)
    except etree.XMLSyntaxError:
        return errors
    return []


def _times(root: etree._Element) -> Any:
    return root.iter(*(f"{{{NAMESPACE}}}{name}" for name in _TIMES))


def _is_padded(node: etree._Element) -> bool:
    return (node.text or "").strip(XML_BLANKS) != (node.text or "")


_CODEC = EnvelopeCodec(
    cls=StandardBusinessDocument,
    version=EHMI_SBDH,
    schema="ehmi-sbdh.xsd",
    data=Location("/StandardBusinessDocument/BinaryContent", "binary_content"),
    wrong_root=catalogue.SBDH_ROOT,
    with_data=_with_data,
    namespace_fault=_namespace_fault,
    refused_by=_refused_by,
)
read: Callable[..., Reading[Any]] = _CODEC.read
judge: Callable[[Any], Reading[Any]] = _CODEC.judge
losses: Callable[..., tuple[Loss, ...]] = _CODEC.losses
write: Callable[..., None] = _CODEC.write
