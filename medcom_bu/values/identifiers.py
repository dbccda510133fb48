"""Numbers that name a person or an organisation in Danish health care: CPR, replacement CPR, GLN, SOR and the others.

A value keeps the text exactly as it came, right or wrong. What is known about a text are class methods, the same for
every kind of number: ``has_form`` judges the text as it stands on the wire; all others leave out blanks and hyphens
first. Digits are the ASCII digits alone, leading zeros are data, and nothing depends on today. A failing check digit
makes ``is_valid`` False; whether that is worth a warning or more is for the rules to say.

Sources: CPR-kontoret (numbers, centuries, replacement numbers); MedCom, eCPR; HL7 Denmark's dk-core (identifier
systems, GLN, SOR, CVR); Sundhedsdatastyrelsen (SHAK); MedCom's XML schemas and examples (lengths).

>>> Cpr.is_valid("250947-9989"), Cpr.has_modulus11("250947-9989")
(True, False)
>>> Cpr("2509479989")
Cpr(******-****)
>>> Gln.is_valid("5790000120406"), Gln.is_valid("5790000120400")
(True, False)
"""

from __future__ import annotations

import operator
import re
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import ClassVar, Literal

import attrs

from medcom_bu.numerals import is_digits
from medcom_bu.values.codes import IdentifierCode

Sex = Literal["female", "male"]
"""As FHIR's AdministrativeGender writes it."""

_SEPARATORS = re.compile(r"[\s-]+")
_NEVER = re.compile(r"(?!)")
_PERSONAL = re.compile(r"[0-9]{10}")


@attrs.frozen(repr=False)
class DanishIdentifier:
    """What all the numbers share. Equality and hash are by class and text."""

    SYSTEMS: ClassVar[tuple[str, ...]] = ()
    """The FHIR identifier systems that a reader may meet; a writer uses the first."""
    PERSONAL: ClassVar[bool] = False
    """Whether it is the number of a person, which nothing shows unless it is asked to."""
    CODE: ClassVar[IdentifierCode | None] = None
    """How a letter names the register, where letters do."""
    is_made_of_text: ClassVar[bool] = True
    """Says to whoever gives the text itself that it goes in here."""
    _FORM: ClassVar[re.Pattern[str]] = _NEVER

    _text: str = attrs.field()

    @_text.validator
    def _is_text(self, _: object, text: object) -> None:
        if not isinstance(text, str):
            raise TypeError(f"{type(self).__name__} takes str, not {type(text).__name__}")

    @classmethod
    def compact(cls, text: str) -> str:
        """The text without blanks and hyphens; nothing else is changed."""
        return text if text.isalnum() else _SEPARATORS.sub("", text)

    @classmethod
    def format(cls, text: str) -> str:
        """The text as people write the number. What has not the form of one is only compacted."""
        return cls.compact(text)

    @classmethod
    def has_form(cls, text: str) -> bool:
        """Whether the text, as it stands, has the characters and the length of such a number."""
        return cls._FORM.fullmatch(text) is not None

    @classmethod
    def is_valid(cls, text: str) -> bool:
        """Whether the text, blanks and hyphens left out, is such a number by every rule known for it."""
        return cls.has_form(cls.compact(text))

    @classmethod
    def fits_code(cls, text: str) -> bool:
        """Whether the text, as it stands, may be the identifier in a letter that names the register."""
        return cls.has_form(text)

    @property
    def system(self) -> str | None:
        """The FHIR identifier system, where one is known."""
        return next(iter(self.SYSTEMS), None)

    def reveal(self) -> str:
        """The text exactly as it came. The one way to show it."""
        return self._text

    def __repr__(self) -> str:
        shown = repr(self._text) if self.is_valid(self._text) else f"<{len(self._text)} characters>"
        return f"{type(self).__name__}({shown})"

    def __str__(self) -> str:
        """The number, where it has the form of one, and not that of a CPR number; else what ``repr`` shows."""
        is_number = self.is_valid(self._text) or (self.has_form(self._text) and not _PERSONAL.fullmatch(self._text))
        return self._text if is_number else repr(self)


@attrs.frozen(repr=False)
class _PersonIdentifier(DanishIdentifier):
    """A number of a person: ``DDMMYY`` and four more characters. Never shown but by :meth:`reveal`."""

    PERSONAL: ClassVar[bool] = True

    @classmethod
    def format(cls, text: str) -> str:
        """``DDMMYY-NNNN``. What has not the form of such a number is only compacted."""
        bare = cls.compact(text)
        return f"{bare[:6]}-{bare[6:]}" if cls.has_form(bare) else bare

    @classmethod
    def has_date(cls, text: str) -> bool:
        """Whether the number has the form and its first six digits are a date that exists."""
        return cls._date(cls.compact(text)) is not None

    @classmethod
    def is_valid(cls, text: str) -> bool:
        """Whether the text, blanks and hyphens left out, has the form and a date that exists."""
        return cls.has_date(text)

    @classmethod
    def _date(cls, bare: str) -> date | None:
        raise NotImplementedError

    @property
    def birth_date(self) -> date | None:
        """The date in the number, or None where it holds none that exists."""
        return self._date(self.compact(self._text))

    @property
    def sex(self) -> Sex | None:
        """By the last digit: odd male, even female. None where the text has not the form of such a number."""
        bare = self.compact(self._text)
        if not self.has_form(bare):
            return None
        return "male" if int(bare[-1]) % 2 else "female"

    def __repr__(self) -> str:
        return f"{type(self).__name__}(******-****)"

    def __str__(self) -> str:
        return repr(self)


@attrs.frozen(repr=False)
class Cpr(_PersonIdentifier):
    """CPR number: ``DDMMYY`` and four digits, of which the first gives the century.

    Valid is every number whose date exists. Modulus 11 never decides: numbers that fail it are issued since 2007. A
    replacement number of the CPR office has 60 added to its day; its date must exist too, but it vouches for neither
    the birth date nor the sex of its bearer, so both are None. Source: CPR-kontoret, Personnummeret i CPR.
    """

    SYSTEMS: ClassVar[tuple[str, ...]] = ("urn:oid:1.2.208.176.1.2",)
    _FORM = re.compile(r"[0-9]{10}")
    _MODULUS_11 = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)

    @classmethod
    def has_modulus11(cls, text: str) -> bool:
        """Whether the weighted digit sum is divisible by 11. False says nothing about whether the number exists."""
        bare = cls.compact(text)
        return cls.has_form(bare) and _weighted(bare, cls._MODULUS_11) % 11 == 0

    @classmethod
    def _date(cls, bare: str) -> date | None:
        if not cls.has_form(bare):
            return None
        day, year = int(bare[:2]), int(bare[4:6])
        return _existing(_cpr_century(int(bare[6]), year) + year, bare[2:4], day - 60 if day > 60 else day)

    @property
    def is_replacement(self) -> bool:
        """Whether it is a replacement number of the CPR office: the day plus 60."""
        bare = self.compact(self._text)
        return self.has_form(bare) and 61 <= int(bare[:2]) <= 91

    @property
    def modulus11_ok(self) -> bool:
        """Whether the number passes modulus 11; worth an information at most."""
        return self.has_modulus11(self._text)

    @property
    def birth_date(self) -> date | None:
        """The date in the number, or None where it holds none that exists or is a replacement number."""
        return None if self.is_replacement else super().birth_date

    @property
    def sex(self) -> Sex | None:
        """By the last digit: odd male, even female. None for a replacement number and for what is not a CPR number."""
        return None if self.is_replacement else super().sex


@attrs.frozen(repr=False)
class ReplacementCpr(_PersonIdentifier):
    """Replacement CPR number (eCPR): ``DDMMYY``, a century digit, two capital letters and a sex digit.

    The national one (X-eCPR) has century digit 1 or 7, the decentral one of a region (D-eCPR) 0, 5 or 6. In OIO-XML it
    is the ``AlternativeIdentifier``. Source: MedCom, eCPR (2022); dk-core, invariants x-ecpr and d-ecpr.
    """

    X_SYSTEM, D_SYSTEM = "urn:oid:1.2.208.176.1.6.1.1", "urn:oid:1.2.208.176.1.6.1.3"
    SYSTEMS: ClassVar[tuple[str, ...]] = (
        X_SYSTEM,
        D_SYSTEM,
        f"{D_SYSTEM}.177",  # Region Sjælland
        f"{D_SYSTEM}.179",  # Region Nordjylland
        f"{D_SYSTEM}.181",  # Region Midtjylland
        f"{D_SYSTEM}.183",  # Region Syddanmark
        f"{D_SYSTEM}.187",  # Region Hovedstaden
    )
    _FORM = re.compile(r"[0-9]{6}[01567][A-Z]{2}[0-9]")
    _CENTURY = MappingProxyType({"0": 1900, "1": 1900, "5": 1800, "6": 2000, "7": 2000})

    @classmethod
    def _date(cls, bare: str) -> date | None:
        if not cls.has_form(bare):
            return None
        return _existing(cls._CENTURY[bare[6]] + int(bare[4:6]), bare[2:4], int(bare[:2]))

    @property
    def is_uncertain_cpr(self) -> bool:
        """Whether it is a CPR number: one that is not certain takes the place of a replacement number.

        Source: Den gode XML MEDBIN, 2020, page 17; Den gode XML korrespondance, 2020, pages 19-20.
        """
        return Cpr.has_form(self.compact(self._text))

    @property
    def kind(self) -> Literal["X-eCPR", "D-eCPR"]:
        """``"X-eCPR"`` when the seventh character is 1 or 7, else ``"D-eCPR"``: MedCom's rule, whatever the text."""
        return "X-eCPR" if self.compact(self._text)[6:7] in ("1", "7") else "D-eCPR"

    @property
    def system(self) -> str:
        """The FHIR identifier system of its kind."""
        return self.X_SYSTEM if self.kind == "X-eCPR" else self.D_SYSTEM


def person_identifier(text: str) -> Cpr | ReplacementCpr:
    """The kind of number that a text looks like: digits alone make a :class:`Cpr`, anything else a replacement number.

    Blanks and hyphens do not count; the value keeps them. Nothing is checked.
    """
    bare = DanishIdentifier.compact(text)
    return Cpr(text) if is_digits(bare) else ReplacementCpr(text)


@attrs.frozen(repr=False)
class Gln(DanishIdentifier):
    """Location number (GLN, EAN): 13 digits, the last a check digit. It is the address on the network.

    Source: GS1; dk-core, invariants gln-length and gln-modulus-10. MedCom's own examples hold failing check digits.
    """

    # the second in MedCom's mapping of receipts
    SYSTEMS: ClassVar[tuple[str, ...]] = ("https://www.gs1.org/gln", "urn:oid:1.3.88")
    CODE: ClassVar[IdentifierCode | None] = IdentifierCode.LOCATION_NUMBER
    _FORM = re.compile(r"[0-9]{13}")
    _WEIGHTS = (1, 3) * 6 + (1,)

    @classmethod
    def has_check_digit(cls, text: str) -> bool:
        """Whether it is 13 digits of which the last is the GS1 check digit of the others."""
        bare = cls.compact(text)
        return cls.has_form(bare) and _weighted(bare, cls._WEIGHTS) % 10 == 0

    @classmethod
    def is_valid(cls, text: str) -> bool:
        """Whether it is 13 digits and the check digit is right."""
        return cls.has_check_digit(text)

    @classmethod
    def fits_code(cls, text: str) -> bool:
        """Whether the text, as it stands, is 13 digits and the check digit is right."""
        return cls.has_form(text) and cls.has_check_digit(text)


@attrs.frozen(repr=False)
class SorCode(DanishIdentifier):
    """SOR code: item number, the Danish namespace 1000016, partition 00 and a Verhoeff check digit.

    ``has_form`` takes 6 to 17 digits, which is what messages can hold. Source: SNOMED CT identifiers; dk-core,
    invariant min-digits-sor; MedCom's XML schemas (``DanishIdentifier``).
    """

    SYSTEMS: ClassVar[tuple[str, ...]] = ("urn:oid:1.2.208.176.1.1",)
    CODE: ClassVar[IdentifierCode | None] = IdentifierCode.SOR_CODE
    _FORM = re.compile(r"[0-9]{6,17}")
    _NATIONAL = re.compile(r"[0-9]{1,8}100001600[0-9]")

    @classmethod
    def has_national_form(cls, text: str) -> bool:
        """Whether the namespace and the partition stand where Danish numbers have them."""
        return cls._NATIONAL.fullmatch(cls.compact(text)) is not None

    @classmethod
    def has_check_digit(cls, text: str) -> bool:
        """Whether the last digit is the Verhoeff check digit of the others."""
        bare = cls.compact(text)
        return cls.has_form(bare) and _verhoeff(bare) == 0

    @classmethod
    def is_valid(cls, text: str) -> bool:
        """Whether form, national form and check digit are right."""
        return cls.has_national_form(text) and cls.has_check_digit(text)

    @classmethod
    def fits_code(cls, text: str) -> bool:
        """Whether it is a SOR code by every rule known for it."""
        return cls.is_valid(text)


@attrs.frozen(repr=False)
class ProviderNumber(DanishIdentifier):
    """Provider number of a practice (ydernummer): 6 digits. No check digit is known."""

    SYSTEMS: ClassVar[tuple[str, ...]] = ("urn:oid:1.2.208.176.1.4",)
    CODE: ClassVar[IdentifierCode | None] = IdentifierCode.PROVIDER_NUMBER
    _FORM = re.compile(r"[0-9]{6}")


@attrs.frozen(repr=False)
class Shak(DanishIdentifier):
    """Hospital department number (SHAK, sygehusafdelingsnummer): 4 characters hospital, 6 department, 7 section.

    ``has_form`` takes 4 to 9, since regions append an eighth and a ninth. Source: Sundhedsdatastyrelsen, SHAK.
    """

    CODE: ClassVar[IdentifierCode | None] = IdentifierCode.HOSPITAL_DEPARTMENT_NUMBER
    _FORM = re.compile(r"[0-9A-Z]{4,9}")

    @classmethod
    def is_valid(cls, text: str) -> bool:
        """Whether it is a national number: 4, 6 or 7 digits or capital letters."""
        bare = cls.compact(text)
        return cls.has_form(bare) and len(bare) in (4, 6, 7)


@attrs.frozen(repr=False)
class MunicipalityNumber(DanishIdentifier):
    """Municipality number (kommunenummer): 3 digits; with a leading zero 4, as dk-core writes it."""

    CODE: ClassVar[IdentifierCode | None] = IdentifierCode.MUNICIPALITY_NUMBER
    _FORM = re.compile(r"0?[0-9]{3}")


@attrs.frozen(repr=False)
class Cvr(DanishIdentifier):
    """Company number (CVR): 8 digits, weighted sum divisible by 11. Source: dk-core, CVR-length and CVR-modulus-11."""

    # the second in dk-core's organisations
    SYSTEMS: ClassVar[tuple[str, ...]] = ("http://cvr.dk", "urn:oid:2.16.840.1.113883.2.24.1.1")
    _FORM = re.compile(r"[0-9]{8}")
    _WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 1)

    @classmethod
    def has_check_digit(cls, text: str) -> bool:
        """Whether it is 8 digits whose weighted sum is divisible by 11."""
        bare = cls.compact(text)
        return cls.has_form(bare) and _weighted(bare, cls._WEIGHTS) % 11 == 0

    @classmethod
    def is_valid(cls, text: str) -> bool:
        """Whether it is 8 digits and the check digit is right."""
        return cls.has_check_digit(text)


KINDS: tuple[type[DanishIdentifier], ...] = tuple(
    kind
    for name, kind in list(globals().items())
    if isinstance(kind, type)
    and issubclass(kind, DanishIdentifier)
    and kind is not DanishIdentifier
    and not name.startswith("_")
)
"""Every kind of number, as it stands above."""

BY_SYSTEM: Mapping[str, type[DanishIdentifier]] = MappingProxyType(
    {uri: kind for kind in KINDS for uri in kind.SYSTEMS}
)
"""FHIR identifier system -> the number it stands for: all that a reader may meet. No system is known for SHAK."""

BY_CODE: Mapping[str, type[DanishIdentifier]] = MappingProxyType({kind.CODE: kind for kind in KINDS if kind.CODE})
"""The code of a register in letters -> the number that it keeps."""


def _cpr_century(digit: int, year: int) -> int:
    """The century (1800, 1900, 2000) of a two-digit year, by the seventh digit of a CPR number."""
    if digit <= 3:
        return 1900
    if digit in (4, 9):
        return 2000 if year <= 36 else 1900
    return 2000 if year <= 57 else 1800


def _existing(year: int, month: str, day: int) -> date | None:
    try:
        return date(year, int(month), day)
    except ValueError:
        return None


def _weighted(digits: str, weights: Sequence[int]) -> int:
    of_codes: int = sum(map(operator.mul, digits.encode(), weights))
    return of_codes - ord("0") * sum(weights)


def _verhoeff(digits: str) -> int:
    """The checksum by Verhoeff's scheme, 0 where the last digit fits."""
    state = 0
    for place, digit in enumerate(map(int, reversed(digits))):
        state = _PRODUCTS[state][_PERMUTED[place % 8][digit]]
    return state


def _product(a: int, b: int) -> int:
    """The product in the symmetry group of the pentagon; 0 to 4 are rotations, 5 to 9 reflections."""
    turn = (a + b if a < 5 else a - b) % 5
    return turn if (a < 5) == (b < 5) else turn + 5


def _permutations() -> tuple[tuple[int, ...], ...]:
    powers = [tuple(range(10))]
    for _ in range(7):
        powers.append(tuple((1, 5, 7, 6, 2, 8, 3, 0, 9, 4)[digit] for digit in powers[-1]))
    return tuple(powers)


_PERMUTED = _permutations()
_PRODUCTS = tuple(tuple(_product(a, b) for b in range(10)) for a in range(10))
