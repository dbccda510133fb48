"""xmlschema as a second engine for the schemas of ``xsd/``, asked for its verdict alone; loaded when it is asked."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from lxml import etree

from medcom_bu import xmlio
from medcom_bu.oioxml.schemas import file_of
from medcom_bu.once import MAKING
from medcom_bu.resources import folder

if TYPE_CHECKING:
    from xmlschema import XMLSchema

_ENVELOPES = {"VANSEnvelope": "vans-envelope-1.0.4.xsd", "StandardBusinessDocument": "ehmi-sbdh.xsd"}


def accepts(xml: bytes) -> bool:
    """Whether xmlschema accepts a document. Locations that it names are not followed."""
    try:
        root = xmlio.parse(xml, has_many_names=True)
    except etree.XMLSyntaxError:
        return False
    name = etree.QName(root)
    file = _ENVELOPES.get(name.localname) or file_of(name.namespace or "")
    if not (folder("xsd") / file).is_file():
        return False
    with MAKING:
        schema = _schema(file)
    return schema.is_valid(root, use_location_hints=False)


@functools.cache
def _schema(file: str) -> XMLSchema:
    from xmlschema import XMLSchema

    return XMLSchema(str(folder("xsd") / file), allow="local", defuse="always")
