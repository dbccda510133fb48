"""Plain FHIR data: what the codecs read and write and the profile engine judges.

A resource or complex value is a ``dict`` in the order of the wire, a repetition a ``list``, a text a ``str``, a
boolean a ``bool``; a JSON number is a :class:`Number`, which keeps the text as it was written.
"""

from __future__ import annotations


class Number(str):
    """A JSON number, as it stands on the wire: ``1.50`` is not ``1.5``."""

    __slots__ = ()
