"""The patient: rows 32 to 42 of the mapping, both ways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medcom_bu.conversion import additions as made
from medcom_bu.conversion import losses as lost
from medcom_bu.conversion import refusals
from medcom_bu.conversion.episodes import taken_status
from medcom_bu.conversion.notes import Notes, Origin
from medcom_bu.conversion.units import cut
from medcom_bu.declare.fhir import made_of
from medcom_bu.messages.clinical_email import EmailPatient
from medcom_bu.values.codes import EpisodeOfCareStatusCode
from medcom_bu.values.fhir_resources import Patient
from medcom_bu.values.fhir_types import Address, HumanName, Identifier
from medcom_bu.values.identifiers import Cpr, ReplacementCpr
from medcom_bu.values.parties import given

_LONGEST_NAME, _LONGEST_PLACE, _LONGEST_CODE = 70, 35, 9
_NUMBER_LENGTH = 10

FURTHER_NUMBERS = (
    "Der er modtaget flere end et CPR-nummer i korrespondancemeddelelsen."
    " Derfor er de resterende medsendte CPR-numre indsat her"
)
"""MedCom's sentence before the numbers that a letter has no place for: use cases of the VANS conversion service, S2."""


def to_patient(person: EmailPatient, path: str, notes: Notes) -> Patient:
    """The patient of a letter as FHIR has it."""
    number = person.identifier
    text = number.compact(number.reveal()) if isinstance(number, Cpr | ReplacementCpr) else ""
    if not isinstance(number, Cpr | ReplacementCpr) or not number.is_valid(text):
        notes.refuse(refusals.NO_PERSON_NUMBER, f"{path}.identifier")
    elif isinstance(number, ReplacementCpr):
        notes.make(made.PERSON_KIND, "Patient.identifier[0].system", Origin.DERIVED)
    family = given(person.person_surname_name)
    if family is None or not family.strip():
        notes.refuse(refusals.NO_SURNAME, f"{path}.person_surname_name")
    called = given(person.person_given_name)
    notes.make(made.NAME_USE, "Patient.name[0].use", Origin.CONSTANT)
    is_dead = taken_status(person.episode_of_care_status_code) is EpisodeOfCareStatusCode.DEAD
    if is_dead:
        notes.make(made.DECEASED, "Patient.deceased_boolean", Origin.DERIVED)
    street, city, code = map(given, (person.street_name, person.district_name, person.post_code_identifier))
    address = made_of(Address, line=(street,) if street else (), city=city or None, postal_code=code or None)
    return made_of(
        Patient,
        identifier=(made_of(Identifier, system=getattr(number, "system", None), value=text),),
        name=(made_of(HumanName, use="official", family=family, given=(called,) if called else ()),),
        deceased_boolean=True if is_dead else None,
        address=(address,) if street or city or code else (),
    )


def to_person(patient: Patient, path: str, notes: Notes) -> dict[str, Any]:
    """The patient of FHIR as the fields of a letter's patient, but for the status."""
    names = [*enumerate(patient.name)]
    at, name = next((each for each in names if each[1].use == "official"), names[0] if names else (0, HumanName()))
    for number, _ in names:
        if number != at:
            notes.lose(lost.OTHER_NAMES, f"{path}.name[{number}]")
    if not (name.family or "").strip():
        notes.refuse(refusals.NO_SURNAME, f"{path}.name")
    if len(name.given) > 1:
        notes.lose(lost.GIVEN_NAMES, f"{path}.name[{at}].given")
    called = f"{path}.name[{at}]"
    return {
        "identifier": _first_number(patient, path, notes),
        "person_surname_name": cut(name.family, _LONGEST_NAME, f"{called}.family", notes),
        "person_given_name": cut(" ".join(name.given) or None, _LONGEST_NAME, f"{called}.given", notes),
        **_place(patient, path, notes),
    }


def _place(patient: Patient, path: str, notes: Notes) -> dict[str, str | None]:
    first = patient.address[0] if patient.address else Address()
    for number in range(1, len(patient.address)):
        notes.lose(lost.ADDRESS, f"{path}.address[{number}]")
    for number in range(1, len(first.line)):
        notes.lose(lost.ADDRESS, f"{path}.address[0].line[{number}]")
    here = f"{path}.address[0]"
    return {
        "street_name": cut(first.line[0] if first.line else None, _LONGEST_PLACE, f"{here}.line[0]", notes),
        "district_name": cut(first.city, _LONGEST_PLACE, f"{here}.city", notes),
        "post_code_identifier": cut(first.postal_code, _LONGEST_CODE, f"{here}.postal_code", notes),
    }


def _numbers(patient: Patient) -> Iterator[tuple[int, int, Cpr | ReplacementCpr]]:
    """Rank, place and number of each: a real CPR number first, then a national replacement number."""
    for place, identifier in enumerate(patient.identifier):
        number = identifier.number
        if isinstance(number, Cpr):
            yield 0, place, number
        elif isinstance(number, ReplacementCpr):
            yield (1 if identifier.system == ReplacementCpr.X_SYSTEM else 2), place, number


def _first_number(patient: Patient, path: str, notes: Notes) -> Cpr | ReplacementCpr | None:
    ranked = sorted(_numbers(patient), key=lambda each: each[:2])
    for number in range(len(patient.identifier)):
        if not ranked or number != ranked[0][1]:
            notes.lose(lost.PERSON_NUMBERS, f"{path}.identifier[{number}]")
    if not ranked:
        notes.refuse(refusals.NO_PERSON_NUMBER, f"{path}.identifier")
        return None
    _, place, first = ranked[0]
    bare = type(first)(first.compact(first.reveal()))
    is_right = Cpr.has_form(bare.reveal()) if isinstance(first, Cpr) else len(bare.reveal()) == _NUMBER_LENGTH
    if not is_right:
        notes.refuse(refusals.NO_PERSON_NUMBER, f"{path}.identifier[{place}]")
    return bare


def further_numbers(patient: Patient) -> str | None:
    """What the text says of the numbers that the letter has no place for; None where there is none."""
    ranked = sorted(_numbers(patient), key=lambda each: each[:2])
    first = ranked[0][1] if ranked else None
    others = [identifier.value for n, identifier in enumerate(patient.identifier) if n != first and identifier.value]
    return f"{FURTHER_NUMBERS}\n" + "\n".join(others) if others else None
