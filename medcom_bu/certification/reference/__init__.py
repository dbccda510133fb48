"""A system in the small that does all that the kit asks of one, made of the library alone. The best example of use.

>>> from medcom_bu.certification.reference import ReferenceSystem
>>> ReferenceSystem().receive(b"nothing")
()
"""

from __future__ import annotations

from medcom_bu.certification.reference.system import ReferenceSystem

__all__ = ["ReferenceSystem"]
