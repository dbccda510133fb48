"""Who sends, who receives, who is written about: the parts that several letters share.

Source: MedCom's XML schemas (Sender, Receiver, Referrer, CCReceiver, Reference, BinaryObject), the same in every
namespace but for what is marked with a version.
"""

from __future__ import annotations

from medcom_bu.declare.base import NUMBERS, WORDS
from medcom_bu.declare.oioxml import (
    ByVersion,
    Codes,
    Element,
    Flag,
    PositiveInteger,
    String,
    Value,
    Wrapped,
    choice,
    declaration,
    element,
)
from medcom_bu.issues import Text
from medcom_bu.values.codes import IdentifierCode, ObjectCode, ObjectExtensionCode
from medcom_bu.values.identifiers import Cpr, ReplacementCpr
from medcom_bu.values.specialities import MedicalSpecialityCode

_OLD_BINARY = ("XB0130X",)

STRING_35 = String(1, 35)
STRING_70 = String(1, 70)
LOCATION_NUMBER = String(1, 35, form=Text("a location number of 13 digits", "et lokationsnummer på 13 cifre"))
UNIT_NUMBER = String(1, 17, form=Text("the number alone, at most 17 characters", "nummeret alene, højst 17 tegn"))
TELEPHONE = String(1, 25, form=Text("one number of at most 25 characters", "ét nummer på højst 25 tegn"))
UUID_OR_NUMBER = String(
    1, 35, form=Text("a UUID without hyphens (at most 35 characters)", "et UUID uden bindestreger (højst 35 tegn)")
)
_POST_CODE = Text("a post code of at most 9 characters", "et postnummer på højst 9 tegn")
POST_CODE = ByVersion(String(0, 9, form=_POST_CODE), {"XD9134L": String(1, 9, form=_POST_CODE)})
TEN_DIGITS = Text("ten digits without a hyphen", "ti cifre uden bindestreg")
_WEB_ADDRESS = Text("a web address of at most 350 characters", "en webadresse på højst 350 tegn")
PLACEHOLDER = "_"
"""What converted messages hold where a mandatory text was missing. Accessors treat it as absent."""

CPR = Element("CivilRegistrationNumber", Wrapped(String(10, 10, "[0-9]{10}", TEN_DIGITS), Cpr), danish="CPR-nummer")
REPLACEMENT_CPR = Element(
    "AlternativeIdentifier",
    Wrapped(String(10, 10, form=Text("ten characters without a hyphen", "ti tegn uden bindestreg")), ReplacementCpr),
    danish="Erstatnings-CPR eller usikkert CPR-nummer",
)


def given(text: str | None) -> str | None:
    """The text, or None where it is absent or the placeholder ``_``."""
    return None if text == PLACEHOLDER else text


@declaration
class Sender(Value):
    """The sending unit. ``ean_identifier`` is its address on the network."""

    ean_identifier: str = element("EANIdentifier", LOCATION_NUMBER, danish="Lokationsnummer (EAN)", shown=NUMBERS)
    identifier: str = element("Identifier", UNIT_NUMBER, danish="Enhedens nummer", shown=NUMBERS)
    identifier_code: IdentifierCode | str = element("IdentifierCode", Codes(IdentifierCode), danish="Nummertype")
    organisation_name: str = element("OrganisationName", STRING_35, danish="Organisation", shown=WORDS)
    department_name: str | None = element("DepartmentName", STRING_35, default=None, danish="Afdeling", shown=WORDS)
    unit_name: str | None = element("UnitName", STRING_35, default=None, danish="Afsnit", shown=WORDS)
    street_name: str | None = element("StreetName", STRING_35, default=None, required_in=_OLD_BINARY, danish="Vej")
    suburb_name: str | None = element("SuburbName", STRING_35, default=None, danish="Bydel")
    district_name: str | None = element("DistrictName", STRING_35, default=None, required_in=_OLD_BINARY, danish="By")
    post_code_identifier: str | None = element(
        "PostCodeIdentifier", POST_CODE, default=None, required_in=_OLD_BINARY, danish="Postnummer"
    )
    telephone_subscriber_identifier: str | None = element(
        "TelephoneSubscriberIdentifier", TELEPHONE, default=None, danish="Telefon"
    )
    medical_speciality_code: MedicalSpecialityCode | str | None = element(
        "MedicalSpecialityCode", Codes(MedicalSpecialityCode), default=None, required_in=_OLD_BINARY, danish="Speciale"
    )

    @property
    def name(self) -> str:
        """Organisation, department and unit, as far as they are given."""
        return ", ".join(filter(None, map(given, (self.organisation_name, self.department_name, self.unit_name))))


@declaration
class Referrer(Value):
    """The person who refers."""

    identifier: str | None = element("Identifier", UNIT_NUMBER, default=None, danish="Henvisers nummer")
    identifier_code: IdentifierCode | str | None = element(
        "IdentifierCode", Codes(IdentifierCode), default=None, danish="Nummertype"
    )
    person_name: str = element("PersonName", STRING_35, danish="Navn")
    person_title: str | None = element("PersonTitle", STRING_35, default=None, danish="Stilling")


@declaration
class ReferringSender(Sender):
    """The sending unit of a referral, with the person who refers."""

    referrer: Referrer = element("Referrer", Referrer, danish="Henviser")


@declaration
class Receiver(Value):
    """The receiving unit."""

    ean_identifier: str = element("EANIdentifier", LOCATION_NUMBER, danish="Lokationsnummer (EAN)", shown=NUMBERS)
    identifier: str = element("Identifier", UNIT_NUMBER, danish="Enhedens nummer", shown=NUMBERS)
    identifier_code: IdentifierCode | str = element("IdentifierCode", Codes(IdentifierCode), danish="Nummertype")
    organisation_name: str | None = element(
        "OrganisationName", STRING_35, default=None, danish="Organisation", shown=WORDS
    )
    department_name: str | None = element("DepartmentName", STRING_35, default=None, danish="Afdeling", shown=WORDS)
    unit_name: str | None = element("UnitName", STRING_35, default=None, danish="Afsnit", shown=WORDS)
    street_name: str | None = element("StreetName", STRING_35, default=None, danish="Vej")
    suburb_name: str | None = element("SuburbName", STRING_35, default=None, danish="Bydel")
    district_name: str | None = element("DistrictName", STRING_35, default=None, danish="By")
    post_code_identifier: str | None = element("PostCodeIdentifier", POST_CODE, default=None, danish="Postnummer")

    @property
    def name(self) -> str:
        """Organisation, department and unit, as far as they are given."""
        return ", ".join(filter(None, map(given, (self.organisation_name, self.department_name, self.unit_name))))


@declaration
class AnswerCCReceiver(Value):
    """Another unit that should also get the answer. It has no network address."""

    identifier: str = element("Identifier", UNIT_NUMBER, danish="Enhedens nummer", shown=NUMBERS)
    identifier_code: IdentifierCode | str = element("IdentifierCode", Codes(IdentifierCode), danish="Nummertype")
    organisation_name: str | None = element(
        "OrganisationName", STRING_35, default=None, danish="Organisation", shown=WORDS
    )
    department_name: str | None = element("DepartmentName", STRING_35, default=None, danish="Afdeling", shown=WORDS)
    unit_name: str | None = element("UnitName", STRING_35, default=None, danish="Afsnit", shown=WORDS)
    street_name: str | None = element("StreetName", STRING_35, default=None, danish="Vej")
    suburb_name: str | None = element("SuburbName", STRING_35, default=None, danish="Bydel")
    district_name: str | None = element("DistrictName", STRING_35, default=None, danish="By")
    post_code_identifier: str | None = element("PostCodeIdentifier", POST_CODE, default=None, danish="Postnummer")
    telephone_subscriber_identifier: str | None = element(
        "TelephoneSubscriberIdentifier", TELEPHONE, default=None, danish="Telefon"
    )


@declaration
class Person(Value):
    """A patient as every letter knows one: a CPR number or a replacement number, and names."""

    identifier: Cpr | ReplacementCpr = choice(CPR, REPLACEMENT_CPR)
    person_surname_name: str = element("PersonSurnameName", STRING_70, danish="Efternavn")
    person_given_name: str | None = element("PersonGivenName", STRING_70, default=None, danish="Fornavn")

    @property
    def civil_registration_number(self) -> Cpr | None:
        """The CPR number, or None where the patient has a replacement number."""
        return self.identifier if isinstance(self.identifier, Cpr) else None

    @property
    def alternative_identifier(self) -> ReplacementCpr | None:
        """The replacement number, or None where the patient has a CPR number."""
        return self.identifier if isinstance(self.identifier, ReplacementCpr) else None


@declaration
class BinaryReference(Value):
    """Points to an object in a binary letter. A UUID goes without hyphens: 32 characters of the 35 allowed."""

    object_identifier: str = element("ObjectIdentifier", UUID_OR_NUMBER, danish="Fil-id", shown=NUMBERS)
    object_code: ObjectCode | str = element("ObjectCode", Codes(ObjectCode), danish="Indholdstype")
    object_extension_code: ObjectExtensionCode | str = element(
        "ObjectExtensionCode", Codes(ObjectExtensionCode), danish="Filtype"
    )
    original_object_size: str = element("OriginalObjectSize", PositiveInteger(), danish="Oplyst størrelse")


class Url(str):
    """A web address in a reference."""

    __slots__ = ()


class PatientRecordExtract(str):
    """Marks a reference to the SUP patient record extract; its text is ``true``."""

    __slots__ = ()

    def __new__(cls, text: str = "true") -> PatientRecordExtract:
        return super().__new__(cls, text)


@declaration
class Reference(Value):
    """Points to something outside the letter: a web address, the patient record extract, or an attached object."""

    ref_description: str = element("RefDescription", STRING_70, danish="Beskrivelse")
    target: Url | PatientRecordExtract | BinaryReference = choice(
        Element("URL", Wrapped(String(1, 350, form=_WEB_ADDRESS), Url), danish="Link"),
        Element("SUP", Wrapped(Flag(), PatientRecordExtract), danish="SUP-journaludtræk"),
        Element("BIN", BinaryReference, danish="Vedhæftet fil"),
    )
