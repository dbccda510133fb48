"""A MedCom letter of a type that has no class of its own: who it is from, to and about, and all else as it came.

Source: MedCom's XML schemas, of which every letter begins with the same header, sender, receiver and patient; the
groups S01, S02 and S07 of MedCom's EDIFACT letters.
"""

from __future__ import annotations

from collections.abc import Iterable

from medcom_bu.declare.base import masked
from medcom_bu.declare.oioxml import Value, Version, declaration, element, letter
from medcom_bu.issues import Text
from medcom_bu.messages.headers import LetterHeader
from medcom_bu.messages.letter_types import bare_type, type_name
from medcom_bu.values.parties import POST_CODE, STRING_35, Person, Receiver, Sender

OTHER = Version("OtherLetter", "OtherLetter", "")
"""The version by which every such letter is read and written: none of MedCom's."""


@declaration
class OtherPatient(Person):
    """The patient of a letter of another type, as far as most letters say the same."""

    street_name: str | None = element("StreetName", STRING_35, default=None, danish="Vej")
    suburb_name: str | None = element("SuburbName", STRING_35, default=None, danish="Bydel")
    district_name: str | None = element("DistrictName", STRING_35, default=None, danish="By")
    post_code_identifier: str | None = element("PostCodeIdentifier", POST_CODE, default=None, danish="Postnummer")
    occupancy_text: str | None = element("OccupancyText", STRING_35, default=None, danish="Stilling")


@letter("OtherLetter", danish="Brev af en anden type")
@declaration
class OtherLetter(Value):
    """A letter of a type that is known to MedCom and not read here.

    What is in the usual place is read; codes and texts are as they came, also those of the version and the type.
    ``unexpected`` keeps the rest, of EDIFACT every segment from UNH on, and is what is written: such a letter goes out
    on the wire that it came on. ``element_name`` is its element in OIO-XML, empty where it came as EDIFACT.
    """

    letter: LetterHeader = element("Letter", LetterHeader, danish="Brevoplysninger")
    sender: Sender = element("Sender", Sender, danish="Afsender")
    receiver: Receiver = element("Receiver", Receiver, danish="Modtager")
    patient: OtherPatient | None = element("Patient", OtherPatient, default=None, danish="Patient")
    element_name: str = ""

    @property
    def type_code(self) -> str:
        """The code of its type without the ``X`` of OIO-XML, such as ``DIS01``; empty where it says none."""
        return bare_type(self.letter.type_code if self.letter else None)

    @property
    def type_name(self) -> Text:
        """What it is called, in English (``.en``) and Danish (``.da``), with the code of its type: Epikrise (DIS01)."""
        name, code = type_name(self.type_code, self.element_name), self.type_code
        return Text(f"{name.en} ({code})", f"{name.da} ({code})") if code else name

    @property
    def body(self) -> tuple[str, ...]:
        """What is kept as it came, in its order: XML elements, or EDIFACT segments with UNH first.

        Texts whose ``repr`` shows their length alone.
        """
        return tuple(_Kept(extra.content) for extra in self.unexpected if extra.kind in ("element", "text", "segment"))


class _Kept(str):
    """A text that may be a patient's: its ``repr`` masks it, as that of a value does."""

    __slots__ = ()

    def __repr__(self) -> str:
        return masked(str(self))


def has_other(letters: Iterable[Value]) -> bool:
    """Whether one of some letters is of another type."""
    return any(isinstance(letter, OtherLetter) for letter in letters)
