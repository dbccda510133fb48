"""What FHIR messages share on a page: the citizen, the units, codes in Danish."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from datetime import date

from medcom_bu.fhir.profiles.packages import shipped
from medcom_bu.numerals import version_numbers
from medcom_bu.rendering.lines import age, joined, labelled, leaf, number, or_absent, point_in_time, quoted
from medcom_bu.rendering.page_options import PageOptions, named_by_directory
from medcom_bu.rendering.values import section
from medcom_bu.rendering.view import ABSENT, Described, Line, PatientLine, Quote, Section
from medcom_bu.values.codes import CodeList
from medcom_bu.values.fhir_codes import AUTHORISED_ROLES, ROLES
from medcom_bu.values.fhir_resources import Bundle, Organization, Patient, PractitionerRole
from medcom_bu.values.fhir_types import CodeableConcept, ContactPoint
from medcom_bu.values.identifiers import Cpr, ReplacementCpr

_TERMINOLOGY = "medcom.fhir.dk.terminology"


def coded(code: str | None) -> Line:
    """A code in Danish, or as it came."""
    return (code.danish,) if isinstance(code, CodeList) else quoted(code)


def patient_line(patient: Patient | None, on: date | None) -> PatientLine:
    """Who a message is about."""
    identifier = patient.number if patient else None
    name = quoted(patient.name[0].full) if patient and patient.name else ()
    kind = f"Erstatnings-CPR ({identifier.kind})" if isinstance(identifier, ReplacementCpr) else "CPR-nummer"
    born = identifier.birth_date if identifier is not None else None
    return PatientLine(or_absent(name), kind, or_absent(leaf(identifier)), age(born, on))


def patient_section(patient: Patient | None) -> Iterator[Section]:
    """What else is said of the citizen: other numbers, death, addresses."""
    if patient is None:
        return
    numbers = (identifier.number for identifier in patient.identifier)
    others = [one for one in numbers if isinstance(one, Cpr | ReplacementCpr) and one != patient.number]
    is_dead = patient.deceased_boolean or patient.deceased_date_time is not None
    addresses = (
        joined((*map(quoted, one.line), joined((quoted(one.postal_code), quoted(one.city)), " ")), ", ")
        or quoted(one.text)
        for one in patient.address
    )
    rows = (
        *labelled("Død", (point_in_time(patient.deceased_date_time) or ("Ja",)) if is_dead else ()),
        *labelled("Andre numre", *((Quote(number(one)),) for one in others)),
        *labelled("Adresse", *addresses),
        *labelled("Telefon", *map(contact, patient.telecom)),
    )
    yield from section("Borger", *((Described(rows),) if rows else ()))


def contact(point: ContactPoint) -> Line:
    """A telephone number or an e-mail address."""
    return quoted(point.value)


def party(unit: Organization | None, options: PageOptions, on: date | None) -> Line:
    """The name of a unit; where the message gives none, what the directory calls it, else its number."""
    if unit is None:
        return (ABSENT,)
    if unit.name:
        return quoted(unit.name)
    known = named_by_directory(options.name_of(on, unit.sor, unit.gln))
    numbers = (("SOR ", unit.sor), ("Lokationsnummer ", unit.gln))
    return known or next(((name, *leaf(number)) for name, number in numbers if number is not None), (ABSENT,))


def unit_sections(message: Bundle) -> Iterator[Section]:
    """The numbers of the parties."""
    for title, unit in (("Afsender", message.sender), ("Modtager", message.receiver)):
        rows = (*labelled("Lokationsnummer", leaf(unit.gln)), *labelled("SOR", leaf(unit.sor))) if unit else ()
        yield from section(title, *((Described(rows),) if rows else ()))


def role_name(role: PractitionerRole | None) -> Line:
    """The role of a person: its text, or what the standard calls its code."""
    concept = role.code[0] if role and role.code else None
    if concept is None or concept.text:
        return quoted(concept.text if concept else None)
    return concept_name(concept)


def concept_name(concept: CodeableConcept) -> Line:
    """The first coding of a concept by its Danish name in MedCom's terminology, else as it came."""
    coding = concept.coding[0] if concept.coding else None
    if coding is None:
        return ()
    known = _roles().get(coding.code or "") if coding.system in (ROLES, AUTHORISED_ROLES) else None
    return (known,) if known else quoted(coding.code)


@functools.cache
def _roles() -> Mapping[str, str]:
    """The roles of MedCom's terminology, the newest that is shipped: code -> what it is called."""
    packages = (package for package in shipped().packages if package.name == _TERMINOLOGY)
    newest = max(packages, key=lambda package: version_numbers(package.version))
    systems = (newest.definitions["CodeSystem", system] for system in (AUTHORISED_ROLES, ROLES))
    return {concept["code"]: concept["display"] for system in systems for concept in system["concept"]}
