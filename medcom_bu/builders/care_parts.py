"""What the makers of CareCommunications are given: who writes, to whom, about whom, with which files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs

from medcom_bu.fhir.making import (
    moment_text,
)
from medcom_bu.values import filetypes
from medcom_bu.values.fhir_codes import (
    ROLES,
)
from medcom_bu.values.fhir_resources import Organization, Patient
from medcom_bu.values.fhir_types import (
    Attachment,
    Coding,
    HumanName,
    Identifier,
)
from medcom_bu.values.identifiers import Cpr, Gln, ReplacementCpr, SorCode

MIME_TYPES = ("application/pdf", "image/gif", "image/jpeg", "image/png", "image/tiff", "image/bmp")
"""The types of files that a CareCommunication may carry. Source: MedCom Terminology, attachmentMimeTypes 1.8.1."""


@attrs.frozen(kw_only=True, repr=False)
class Author:
    """Who writes: a person in a role, with the telephone number to call.

    ``role`` is a code of MedCom's role list (``Coding(system=ROLES, code="paedagog")``, see :func:`role`) or, from
    version 5.0, a text.
    """

    family: str
    given: str | Sequence[str] = ()
    role: Coding | str
    telephone: str

    def name(self) -> HumanName:
        """The person's name."""
        given = (self.given,) if isinstance(self.given, str) else tuple(self.given)
        return HumanName(given=given, family=self.family)


@attrs.frozen(kw_only=True, repr=False)
class Team:
    """A team that sends or receives, of the organisation that sends or receives."""

    name: str


def role(code: str) -> Coding:
    """A role of MedCom's list of administrative roles, such as ``"paedagog"`` or ``"psykolog"``."""
    return Coding(system=ROLES, code=code)


def patient(
    number: Cpr | ReplacementCpr, *, family: str, given: str | Sequence[str] = (), system: str | None = None
) -> Patient:
    """The citizen, by CPR number or replacement number.

    ``system`` names the region of a decentral replacement number; else it follows from the number.
    """
    compact = number.compact(number.reveal())
    use = "official" if isinstance(number, Cpr) else "temp"
    names = (given,) if isinstance(given, str) else tuple(given)
    return Patient(
        identifier=(Identifier(use=use, system=system or number.system, value=compact),),
        name=(HumanName(use="official", family=family, given=names),),
    )


def organization(name: str, *, sor: SorCode | str, gln: Gln | str) -> Organization:
    """A unit that sends or receives: MedCom wants both its SOR code and its location number (GLN)."""
    numbers = ((Gln.SYSTEM, gln), (SorCode.SYSTEM, sor))
    identifiers = tuple(
        Identifier(system=system, value=number if isinstance(number, str) else number.reveal())
        for system, number in numbers
    )
    return Organization(identifier=identifiers, name=name)


@attrs.frozen(repr=False)
class File:
    """A segment with a file or a link, on its way into the message."""

    content: bytes | None
    url: str | None
    title: str
    content_type: str | None
    creation: datetime | None

    @property
    def type(self) -> str | None:
        """The MIME type, given or told from the content; a link has none unless it is given."""
        if self.content_type is not None or self.content is None:
            return self.content_type
        known = filetypes.FILE_TYPES.get(filetypes.sniff(self.content[: filetypes.HEAD]) or "")
        return known.mime_type if known else None

    def attachment(self) -> Attachment:
        """What the segment holds."""
        creation = None if self.creation is None else moment_text(self.creation)
        return Attachment(content_type=self.type, data=self.content, url=self.url, title=self.title, creation=creation)
