"""The compiled schemas of ``xsd/``, one a namespace, made at first use. A thread has its own: libxml2 asks for that."""

from __future__ import annotations

import re
import threading

from lxml import etree

from medcom_bu.resources import folder

_cache = threading.local()
_DATE = re.compile(r"/(\d{4})/(\d{2})/(\d{2})/$")


def schema_for(namespace: str) -> etree.XMLSchema:
    """The schema of a namespace that ``versions.by_namespace`` knows."""
    compiled: dict[str, etree.XMLSchema] = _cache.__dict__.setdefault("compiled", {})
    if namespace not in compiled:
        found = _DATE.search(namespace)
        name = "emessage-" + "-".join(found.groups() if found else ()) + ".xsd"
        compiled[namespace] = etree.XMLSchema(etree.parse(folder("xsd") / name))
    return compiled[namespace]
