"""Numbers of persons and organisations. Check digits warn at most: official examples and issued numbers break them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medcom_bu.declare.oioxml import Value
from medcom_bu.issues import Issue
from medcom_bu.numerals import is_digits
from medcom_bu.rules.catalogue import (
    BINARY_LETTERS,
    CORRESPONDENCE,
    CPR_OFFICE,
    INFORMATION,
    SCHEMA_NOTE,
    WARNING,
    rule,
)
from medcom_bu.values.identifiers import BY_CODE, Cpr, Gln, ReplacementCpr
from medcom_bu.values.parties import PLACEHOLDER

CPR_DATE = rule(
    "identifier.cpr-date",
    WARNING,
    ("the CPR number starts with a date that does not exist", "CPR-nummeret begynder med en dato der ikke findes"),
    (
        "check the number; a replacement number has its own element",
        "kontrollér nummeret; et erstatningsnummer har sit eget element",
    ),
    CPR_OFFICE,
)
CPR_MODULUS = rule(
    "identifier.cpr-modulus-11",
    INFORMATION,
    ("the CPR number fails the modulus 11 check", "CPR-nummeret opfylder ikke modulus 11"),
    (
        "such numbers are issued; if in doubt, check it against the source",
        "sådanne numre udstedes; kontrollér ved tvivl",
    ),
    CPR_OFFICE,
)
REPLACEMENT_FORM = rule(
    "identifier.replacement-form",
    WARNING,
    (
        "the replacement number has neither the national nor a regional form",
        "erstatningsnummeret har hverken national eller regional form",
    ),
    (
        "DDMMYY, a digit for the century, then letters or digits and a last digit",
        "DDMMÅÅ, et ciffer for århundredet, så bogstaver eller cifre og et sidste ciffer",
    ),
    "MedCom, replacement CPR numbers, 2022",
)
UNCERTAIN_CPR = rule(
    "identifier.uncertain-cpr",
    INFORMATION,
    (
        "a CPR number in AlternativeIdentifier counts as uncertain",
        "et CPR-nummer som AlternativeIdentifier regnes for usikkert",
    ),
    (
        "put a number that is certain in CivilRegistrationNumber",
        "skriv et sikkert nummer i CivilRegistrationNumber",
    ),
    f"{BINARY_LETTERS}, page 17; {CORRESPONDENCE}, pages 19-20",
)
GLN_CHECK = rule(
    "identifier.gln-check-digit",
    WARNING,
    ("the check digit of the location number is wrong", "lokationsnummeret har forkert kontrolciffer"),
    ("check the number in SOR", "kontrollér nummeret i SOR"),
    "GS1 General Specifications, GLN",
)
GLN_FORM = rule(
    "identifier.gln-form",
    WARNING,
    ("a location number is 13 digits with nothing between them", "et lokationsnummer er 13 cifre uden mellemrum"),
    ("write only the 13 digits", "skriv de 13 cifre alene"),
    "GS1 General Specifications, GLN; practice of certified systems, 2026",
)
UNIT_FORM = rule(
    "identifier.code-mismatch",
    WARNING,
    ("the identifier does not look like a {code}", "identifikationen ligner ikke et {code}"),
    (
        "check that Identifier and IdentifierCode belong together",
        "kontrollér at Identifier og IdentifierCode hører sammen",
    ),
    SCHEMA_NOTE + "; SOR, SHAK and GS1 forms",
)
UNPAIRED = rule(
    "identifier.unpaired",
    WARNING,
    ("only one of Identifier and IdentifierCode is given", "kun den ene af Identifier og IdentifierCode er angivet"),
    ("give both, or leave both out", "angiv begge, eller udelad begge"),
    SCHEMA_NOTE,
)


def check_person(person: Any, path: str) -> Iterator[Issue]:
    """The CPR or replacement number of a patient or a relative."""
    if isinstance(person, Cpr):
        if not Cpr.has_date(person.reveal()):
            yield CPR_DATE.issue(path)
        elif not person.modulus11_ok:
            yield CPR_MODULUS.issue(path)
    elif isinstance(person, ReplacementCpr) and not ReplacementCpr.is_valid(person.reveal()):
        yield (UNCERTAIN_CPR if person.is_uncertain_cpr else REPLACEMENT_FORM).issue(path)


def check_unit(unit: Value | None, path: str) -> Iterator[Issue]:
    """Address and register number of a sender, receiver, referrer or copy receiver."""
    if unit is None:
        return
    attributes = unit.__dict__
    address = attributes.get("ean_identifier")
    if address is not None and is_digits(Gln.compact(address)[:1]):  # an operator of the network has a name instead
        if not Gln.has_form(address):
            yield GLN_FORM.issue(f"{path}.ean_identifier")
        elif not Gln.has_check_digit(address):
            yield GLN_CHECK.issue(f"{path}.ean_identifier")
    identifier, code = attributes.get("identifier"), attributes.get("identifier_code")
    if (identifier is None) != (code is None):
        yield UNPAIRED.issue(path)
    elif identifier is not None and identifier != PLACEHOLDER:
        kind = BY_CODE.get(code or "")
        if kind is not None and not kind.fits_code(identifier):
            yield UNIT_FORM.issue(f"{path}.identifier", code=str(code))
