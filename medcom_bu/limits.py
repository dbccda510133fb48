"""How much one message may hold before it is refused: one set of limits for every wire.

No official message and no long thread comes near them. A caller who expects larger ones gives other limits to
``parse``, ``read`` and ``validate``. What exceeds a limit is an issue that names it. Attachments do not count: memory
alone limits them.
"""

from __future__ import annotations

import attrs

from medcom_bu.arguments import check_fields

_MIB = 1 << 20


@attrs.frozen(kw_only=True, field_transformer=check_fields)
class Limits:
    """The largest numbers that are accepted.

    ``attributes``: attributes of one XML element.
    ``prefixes``: namespace prefixes that a document declares; default namespaces do not count.
    ``depth``: elements, objects or arrays nested in each other.
    ``issues``: issues of a report; the last one says how many more there are.
    ``contained``: contained resources of a FHIR resource.
    ``text``: bytes of a message without its attachments.
    ``names``: distinct names of elements, attributes and properties.
    ``package``: bytes of a FHIR package when it is unpacked.
    """

    attributes: int = 256
    prefixes: int = 64
    depth: int = 128
    issues: int = 1_000
    contained: int = 200
    text: int = 64 * _MIB
    names: int = 10_000
    package: int = 256 * _MIB


LIMITS = Limits()
"""The limits that hold where a caller gives none."""
