"""The compiled schemas of ``xsd/``, made at first use.

A thread has its own, as libxml2 asks; and one thread compiles at a time, since the first compilation sets up the
built-in types of XML Schema for the whole process without a lock.
"""

from __future__ import annotations

import re
import threading

from lxml import etree

from medcom_bu.once import MAKING
from medcom_bu.resources import folder

_of_thread = threading.local()
_DATE = re.compile(r"/(\d{4})/(\d{2})/(\d{2})/$")


def schema_for(namespace: str) -> etree.XMLSchema:
    """The schema of a namespace of Emessages that has letters."""
    return schema_in(file_of(namespace))


def file_of(namespace: str) -> str:
    """The file of ``xsd/`` for the Emessages of a namespace, named after its date: ``emessage-2012-03-28.xsd``."""
    date = _DATE.search(namespace)
    return "emessage-" + "-".join(date.groups() if date else ()) + ".xsd"


def schema_in(file: str) -> etree.XMLSchema:
    """The schema in a file of ``xsd/``."""
    compiled: dict[str, etree.XMLSchema] = _of_thread.__dict__
    if file not in compiled:
        with MAKING:
            compiled[file] = etree.XMLSchema(etree.parse(folder("xsd") / file))
    return compiled[file]
