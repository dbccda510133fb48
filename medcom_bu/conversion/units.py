"""Sender and receiver: rows 17 to 30 of the mapping, both ways. Only the caller's directory is looked up."""

from __future__ import annotations

from datetime import date
from typing import Any

import attrs

from medcom_bu.conversion import additions as made
from medcom_bu.conversion import losses as lost
from medcom_bu.conversion import refusals
from medcom_bu.conversion.notes import Notes, Origin
from medcom_bu.declare.fhir import made_of
from medcom_bu.directory import Directory, Unit
from medcom_bu.numerals import is_digits
from medcom_bu.rules.receivers import UNKNOWN
from medcom_bu.values.codes import IdentifierCode
from medcom_bu.values.fhir_resources import Organization
from medcom_bu.values.fhir_types import Identifier
from medcom_bu.values.identifiers import Gln, ProviderNumber, SorCode
from medcom_bu.values.parties import Receiver, Sender, given

_LEAST_SOR = 11
"""Digits of a SOR code in FHIR: dk-core, invariant min-digits-sor."""
_LONGEST_NUMBER, _LONGEST_NAME = 17, 35
_NAMES = ("organisation_name", "department_name", "unit_name")


@attrs.frozen
class WhoIsWho:
    """The caller's directory on the day of the message."""

    directory: Directory | None
    day: date | None

    def unit(self, *, gln: str | None = None, sor: str | None = None) -> Unit | None:
        """The unit that the directory has by these numbers; None where it has none, or there is no directory."""
        if self.directory is None or (gln is None and sor is None):
            return None
        units = self.directory.matching(gln=gln, sor=sor, on=self.day)
        return units[0] if len(units) == 1 else None

    def check_receiver(self, gln: str | None, sor: str | None, path: str, notes: Notes) -> None:
        """Refuse a receiver that the directory, where there is one, does not have on that day."""
        if self.directory is None or (gln is None and sor is None):
            return
        numbers = {"gln": gln} if gln is not None else {"sor": sor}
        if not self.directory.matching(on=self.day, **numbers):
            notes.refuse(UNKNOWN, path)


# --- to FHIR ---------------------------------------------------------------------------------------------------------


def to_organization(party: Sender | Receiver, path: str, name: str, who: WhoIsWho, notes: Notes) -> Organization:
    """A party of a letter as an Organization, called ``name`` in what is noted. Its mandatory numbers are refused."""
    gln = given(party.ean_identifier)
    if gln is None or not Gln.is_valid(gln):
        notes.refuse(refusals.UNIT_NUMBER, f"{path}.ean_identifier", name="GLN")
    unit = who.unit(gln=gln)
    sor = _own_sor(party) or (unit.sor if unit is not None else None)
    if sor is None or not (is_digits(sor) and len(sor) >= _LEAST_SOR):
        notes.refuse(refusals.UNIT_NUMBER, path, name="SOR")
    elif _own_sor(party) is None:
        notes.make(made.UNIT_NUMBER, f"{name}.identifier[0]", Origin.DIRECTORY)
    identifiers = [
        made_of(Identifier, system=SorCode.SYSTEMS[0], value=sor),
        made_of(Identifier, system=Gln.SYSTEMS[0], value=gln),
    ]
    if party.identifier_code == IdentifierCode.PROVIDER_NUMBER and party.identifier:
        identifiers.append(made_of(Identifier, system=ProviderNumber.SYSTEMS[0], value=party.identifier))
    elif party.identifier is not None and party.identifier not in (_own_sor(party), gln):
        notes.lose(lost.UNIT_NUMBER, f"{path}.identifier")
    called = party.name if isinstance(party, Sender) else given(party.organisation_name)
    if isinstance(party, Sender):
        named = [field for field in _NAMES if given(getattr(party, field))]
        if named and named != ["organisation_name"]:  # in a letter that comes back, all of them are there
            for field in dict.fromkeys(("organisation_name", *named)):
                notes.lose(lost.NAMES_JOINED, f"{path}.{field}")
    if not called and unit is not None and unit.name:
        called = unit.name
        notes.make(made.UNIT_NAME, f"{name}.name", Origin.DIRECTORY)
    return made_of(Organization, identifier=tuple(identifiers), name=called or None)


def _own_sor(party: Sender | Receiver) -> str | None:
    return given(party.identifier) if party.identifier_code == IdentifierCode.SOR_CODE else None


# --- to a letter -----------------------------------------------------------------------------------------------------


def to_party(
    cls: type[Any], organization: Organization, path: str, name: str, who: WhoIsWho, notes: Notes, **more: Any
) -> Any:
    """An Organization as the Sender or Receiver of a letter, called ``name`` in what is noted."""
    gln, sor = _text(organization.gln), _text(organization.sor)
    unit = who.unit(gln=gln, sor=sor)
    if gln is None and unit is not None and unit.gln is not None:
        gln = unit.gln
        notes.make(made.UNIT_NUMBER, f"{name}.ean_identifier", Origin.DIRECTORY)
    if gln is None:
        notes.refuse(refusals.UNIT_NUMBER, path, name="GLN")
    number, code, origin = _number(organization, sor, unit, is_sender=cls is Sender)
    if number is None or len(number) > _LONGEST_NUMBER:
        notes.refuse(refusals.UNIT_NUMBER, path, name="SOR")
    notes.make(made.SOR_CODE, f"{name}.identifier_code", Origin.CONSTANT)
    if origin is not None:
        notes.make(made.UNIT_NUMBER, f"{name}.identifier", origin)
    _note_numbers(organization, (gln, number), path, notes)
    return cls(
        ean_identifier=gln,
        identifier=number,
        identifier_code=code,
        organisation_name=_name(cls, organization, unit, path, name, notes),
        **more,
    )


def _text(number: Gln | SorCode | None) -> str | None:
    return number.reveal() if number is not None else None


def _number(
    organization: Organization, sor: str | None, unit: Unit | None, *, is_sender: bool
) -> tuple[str | None, IdentifierCode, Origin | None]:
    """The number that a letter knows a unit by, its kind, and where it comes from if not from the message.

    A sender always goes by its SOR code; a receiver by its provider number, the municipality number that a directory
    has, or its SOR code.
    """
    if not is_sender:
        own = next((i.value for i in organization.identifier if i.system in ProviderNumber.SYSTEMS and i.value), None)
        if own is not None:
            return own, IdentifierCode.PROVIDER_NUMBER, None
        if unit is not None and unit.provider_number is not None:
            return unit.provider_number, IdentifierCode.PROVIDER_NUMBER, Origin.DIRECTORY
        if unit is not None and unit.municipality_number is not None:
            return unit.municipality_number, IdentifierCode.MUNICIPALITY_NUMBER, Origin.DIRECTORY
    if sor is None and unit is not None and unit.sor is not None:
        return unit.sor, IdentifierCode.SOR_CODE, Origin.DIRECTORY
    return sor, IdentifierCode.SOR_CODE, None


def _note_numbers(organization: Organization, written: tuple[str | None, ...], path: str, notes: Notes) -> None:
    for number, identifier in enumerate(organization.identifier):
        if identifier.value not in written:
            notes.lose(lost.UNIT_NUMBER, f"{path}.identifier[{number}]")


def _name(cls: type[Any], organization: Organization, unit: Unit | None, path: str, name: str, notes: Notes) -> Any:
    called = organization.name
    if cls is Sender and not (called or "").strip():
        if unit is None or unit.name is None:
            notes.refuse(refusals.UNIT_NAME, f"{path}.name")
            return None
        called = unit.name
        notes.make(made.UNIT_NAME, f"{name}.organisation_name", Origin.DIRECTORY)
    return cut(called, _LONGEST_NAME, f"{path}.name", notes)


def cut(text: str | None, limit: int, path: str, notes: Notes) -> str | None:
    """A name as far as a letter holds it; what is cut off is named."""
    if text is not None and len(text) > limit:
        notes.lose(lost.NAME_CUT, path, length=len(text), max=limit)
        return text[:limit]
    return text
