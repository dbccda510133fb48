"""The parts that a CareCommunication is made of, from what is available: numbers, names, a letter that came.

Source: MedCom, CareCommunication 5.0.2 and 4.0.3; MedCom Core 3.0.1; HL7 Denmark's dk-core.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import Any

from medcom_bu.arguments import check_arguments
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.values.codes import IdentifierCode
from medcom_bu.values.fhir_codes import EPISODE_OF_LPR3
from medcom_bu.values.fhir_resources import Organization, Patient
from medcom_bu.values.fhir_types import Address, ContactPoint, HumanName, Identifier
from medcom_bu.values.identifiers import Cpr, Gln, ReplacementCpr, SorCode, person_identifier
from medcom_bu.values.parties import Sender


@check_arguments
def organization(name: str | None, *, sor: str, gln: str) -> Organization:
    """A unit that sends or receives.

    ``name`` is its name. ``sor`` is its SOR code, ``gln`` its GLN (lokationsnummer); they may contain blanks and
    hyphens until the message is built.
    """
    identifiers = (Identifier(system=SorCode(sor).system, value=sor), Identifier(system=Gln(gln).system, value=gln))
    return Organization(identifier=identifiers, name=name)


@check_arguments
def patient(
    number: str,
    *,
    given: str | Iterable[str],
    family: str | None,
    gender: str | None = None,
    birth_date: str | None = None,
    telecom: Iterable[ContactPoint] = (),
    address: Iterable[Address] = (),
) -> Patient:
    """A citizen.

    ``number`` is the CPR or replacement number, with or without a hyphen. ``given`` is the given name, or several;
    ``family`` the family name, which every citizen has in a message. ``gender`` is ``female``, ``male``, ``other`` or
    ``unknown``, ``birth_date`` YYYY-MM-DD. ``telecom`` and ``address`` are as FHIR has them.
    """
    kind = person_identifier(number)
    names = (given,) if isinstance(given, str) else tuple(given)
    return Patient(
        identifier=(Identifier(system=kind.system, value=kind.compact(number)),),
        name=(HumanName(use="official", family=family, given=names),),
        gender=gender,
        birth_date=birth_date,
        telecom=tuple(telecom),
        address=tuple(address),
    )


@check_arguments
def episode_of_care(value: str, *, system: str = EPISODE_OF_LPR3) -> Identifier:
    """An episode of care in FHIR's form: a UUID gets its hyphens, and one from LPR3 the prefix ``urn:uuid:``.

    ``value`` is its number; ``system`` says whose number it is, LPR3's by default, whose UUIDs are of version 5.
    """
    try:
        text = str(uuid.UUID(value))
    except ValueError:
        return Identifier(system=system, value=value)
    return Identifier(system=system, value=f"urn:uuid:{text}" if system == EPISODE_OF_LPR3 else text)


@check_arguments
def letter_fields(received: Emessage | Consignment[Any]) -> dict[str, Any]:
    """What the reply to the letter in ``received`` takes from it, as fields of the builder.

    Its course number is an episode of care that the receiver of the reply has defined, named by its SOR code.

    Raises ValueError where there is no letter, or one without the numbers that a reply names it by.
    """
    messages = received if isinstance(received, Consignment) else (received,)
    letters: Any = (candidate for message in messages for candidate in message.letters)
    letter = next((candidate for candidate in letters if isinstance(candidate.sender, Sender)), None)
    if letter is None or letter.letter is None:
        raise ValueError("there is no letter in what was received")
    if not letter.sender.ean_identifier or not letter.letter.identifier:
        raise ValueError("the letter does not tell its identifier, or the location number of its sender")
    sender, receiver = _unit(letter.receiver), _unit(letter.sender)
    reply_fields = {
        "gln": letter.sender.ean_identifier,
        "letter_identifier": letter.letter.identifier,
        "sender": sender,
        "receiver": receiver,
        "patient": _citizen(getattr(letter, "patient", None)),
        "topic": getattr(getattr(letter, "additional_information", None), "subject", None),
    }
    course = letter.letter.episode_of_care_identifier
    if course and receiver is not None and receiver.sor is not None:
        reply_fields["episode_of_care"] = episode_of_care(
            course, system=f"https://sor2.sum.dsdn.dk/#id={receiver.sor.reveal()}"
        )
    return {name: content for name, content in reply_fields.items() if content is not None}


def _unit(party: Any) -> Organization | None:
    """A party of a letter as an organisation, where the letter has its SOR code."""
    if party is None or party.identifier_code != IdentifierCode.SOR_CODE:
        return None
    if not party.identifier or not party.ean_identifier:
        return None
    return organization(party.organisation_name, sor=party.identifier, gln=party.ean_identifier)


def _citizen(person: Any) -> Patient | None:
    """The patient of a letter, where the number is certain."""
    if person is None or not isinstance(person.identifier, Cpr | ReplacementCpr):
        return None
    if isinstance(person.identifier, ReplacementCpr) and person.identifier.is_uncertain_cpr:
        return None
    names = person.person_given_name or ()
    return patient(person.identifier.reveal(), family=person.person_surname_name, given=names)
