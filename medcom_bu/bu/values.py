"""Small values for what a referral says in words: who has custody, who consented, who interprets, whom to call.

Each is written as one line of Danish text. None of them is shown by ``repr``: they are about a family.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import attrs

from medcom_bu.arguments import Words, check_arguments, check_fields
from medcom_bu.frozen import FrozenDict
from medcom_bu.messages.hospital_referral import Diagnosis, MainDiagnosis, Relative
from medcom_bu.values.codes import DiagnoseTypeCode, RelationCode
from medcom_bu.values.identifiers import Cpr
from medcom_bu.values.parties import AnswerCCReceiver, given

NONE_TEXT, YES, NO = "Ingen", "Ja", "Nej"


class ConsentBy(Words):
    """Who gives or refuses consent."""

    YOUNG_PERSON = "den unge"
    CUSTODY_HOLDER = "forældremyndighedsindehaver"
    GUARDIAN = "værge"


@attrs.frozen(kw_only=True, repr=False)
class Worded:
    """What is written as a line of text."""

    @property
    def text(self) -> str:
        """The line, in Danish. Raises NotImplementedError where a class of your own says none."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"


def _line(*parts: str | None) -> str:
    return ", ".join(part.strip() for part in parts if part and part.strip())


@attrs.frozen(kw_only=True, repr=False, field_transformer=check_fields)
class Contact(Worded):
    """Somebody to call.

    ``name``: the person or the office.
    ``title``: the position (stilling), or the relation to the child.
    ``telephone``, ``email``, ``address``: where to reach them.
    ``note``: what else to know, such as when the telephone is answered.
    """

    name: str
    title: str | None = None
    telephone: str | None = None
    email: str | None = None
    address: str | None = None
    note: str | None = None

    @property
    def text(self) -> str:
        """``Mette Prøve, mor, tlf. 00000000 (dagtid)``."""
        telephone = f"tlf. {self.telephone}" if self.telephone else None
        note = f" ({self.note})" if self.note else ""
        return _line(self.name, self.title, telephone, self.email, self.address) + note


@attrs.frozen(kw_only=True, repr=False, field_transformer=check_fields)
class CustodyHolder(Worded):
    """Who has custody.

    ``surname``, ``given_name``: kept apart: the letter's relative has an element for each.
    ``relation``: a :class:`RelationCode`, or a word such as ``"plejemor"``, for which the relative has no code.
    ``cpr``: the CPR number.
    ``telephone``, ``address``: where to reach them.
    ``consents``: whether this person consents to the referral: True, False, or None where it is not told.
    """

    surname: str
    given_name: str | None = None
    relation: RelationCode | str = RelationCode.UNSPECIFIED
    cpr: Cpr | None = None
    telephone: str | None = None
    address: str | None = None
    consents: bool | None = None

    @property
    def text(self) -> str:
        """``Mette Prøve, mor, CPR-nr. 000000-0000, tlf. 00000000, samtykker``."""
        consents = {None: None, True: "samtykker", False: "samtykker ikke"}[self.consents]
        return _line(
            f"{self.given_name or ''} {self.surname}",
            self._relation(),
            f"CPR-nr. {Cpr.format(self.cpr.reveal())}" if self.cpr else None,
            f"tlf. {self.telephone}" if self.telephone else None,
            self.address,
            consents,
        )

    def _relation(self) -> str | None:
        code = RelationCode.get(self.relation)
        if code is RelationCode.UNSPECIFIED:
            return None
        return code.danish.lower() if isinstance(code, RelationCode) else code

    def relative(self) -> Relative:
        """The person as the letter's relative, which has no room for telephone and address."""
        code = RelationCode.get(self.relation)
        return Relative(
            relation_code=code if isinstance(code, RelationCode) else RelationCode.UNSPECIFIED,
            person_identifier=self.cpr,
            person_surname_name=self.surname,
            person_given_name=self.given_name,
        )


@attrs.frozen(kw_only=True, repr=False, field_transformer=check_fields)
class Consent(Worded):
    """A consent that was given, or was refused.

    ``by``: who gives or refuses it, a :class:`ConsentBy`.
    ``name``: that person's name.
    ``to``: what it is to, such as ``"henvisning og udveksling af oplysninger med skolen"``.
    ``on``: the day.
    ``given``: True, False where it was refused, None where nobody has asked yet.
    """

    by: ConsentBy | str
    to: str = "henvisningen"
    name: str | None = None
    on: date | None = None
    given: bool | None = True

    @property
    def text(self) -> str:
        """``Givet til henvisningen af forældremyndighedsindehaver Mette Prøve den 01.12.2026``."""
        word = {True: "Givet til", False: "Afslået til", None: "Endnu ikke indhentet til"}[self.given]
        name = f" {self.name}" if self.name else ""
        day = f" den {self.on:%d.%m}.{self.on.year:04}" if self.on else ""
        return f"{word} {self.to} {'fra' if self.given is None else 'af'} {self.by}{name}{day}"


@attrs.frozen(kw_only=True, repr=False, field_transformer=check_fields)
class Interpreter(Worded):
    """Whether an interpreter is needed.

    ``needed``: whether one is.
    ``language``: for which language.
    ``who``: for whom.
    ``name``: the name of one who is known.
    """

    needed: bool
    language: str | None = None
    who: str | None = None
    name: str | None = None

    @property
    def text(self) -> str:
        """``Ja, der er behov for tolk, sprog: arabisk``, or ``Nej, der er ikke behov for tolk``."""
        return _line(
            "Ja, der er behov for tolk" if self.needed else "Nej, der er ikke behov for tolk",
            f"sprog: {self.language}" if self.language else None,
            f"til: {self.who}" if self.who else None,
            f"kendt tolk: {self.name}" if self.name else None,
        )


@attrs.frozen(kw_only=True, repr=False, field_transformer=check_fields)
class School(Worded):
    """A school or day care.

    ``name``: its name.
    ``grade``: the child's grade or group.
    ``contact``: a person there.
    ``telephone``: its telephone number.
    """

    name: str
    grade: str | None = None
    contact: str | None = None
    telephone: str | None = None

    @property
    def text(self) -> str:
        """``Eksempelskolen, 4. klasse, kontakt: Ida Prøve, tlf. 00000000``."""
        return _line(
            self.name,
            self.grade,
            f"kontakt: {self.contact}" if self.contact else None,
            f"tlf. {self.telephone}" if self.telephone else None,
        )


@attrs.frozen(kw_only=True, repr=False, field_transformer=check_fields)
class Medication(Worded):
    """A medicine.

    ``name``: its name.
    ``dose``: how much and how often.
    ``since``: since when, in words.
    ``note``: what else to know, such as what it is for.
    """

    name: str
    dose: str | None = None
    since: str | None = None
    note: str | None = None

    @property
    def text(self) -> str:
        """``Eksempelpræparat, 5 mg morgen, siden 2025``."""
        return _line(self.name, self.dose, f"siden {self.since}" if self.since else None, self.note)


def worded(value: Any) -> str:
    """A parameter's value as text: plain text as it is, a value as its line, several as lines; empty where absent.

    Raises TypeError, which names the type, for anything else.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return YES if value else NO
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Worded):
        return value.text
    if isinstance(value, MainDiagnosis | Diagnosis):
        return f"{value.diagnose_code or ''} {value.diagnose_text or ''}".strip()
    if isinstance(value, AnswerCCReceiver):
        telephone = value.telephone_subscriber_identifier
        names = map(given, (value.organisation_name, value.department_name, value.unit_name))
        return _line(*names, f"tlf. {telephone}" if telephone else None) or value.identifier
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        return "\n".join(map(worded, value))
    raise TypeError(f"a field of a referral takes text or a value of medcom_bu.bu, not {type(value).__name__}")


def text_of(name: str, value: Any) -> str:
    """The text of a field, by its name: as :func:`worded`, but no medicine is given where ``medication`` is empty.

    Raises TypeError as :func:`worded` does.
    """
    return NONE_TEXT if name == "medication" and value in ((), []) else worded(value)


# --- diagnoses -------------------------------------------------------------------------------------------------------

SUSPECTED: Mapping[str, str] = FrozenDict(
    {
        "DZ032": "Observation ved mistanke om psykisk lidelse",
        "DF20": "Skizofreni",
        "DF32": "Depressiv enkeltepisode",
        "DF33": "Tilbagevendende depression",
        "DF40": "Fobisk angst",
        "DF41": "Anden angsttilstand",
        "DF42": "OCD",
        "DF43": "Belastningsreaktion og tilpasningsreaktion",
        "DF50": "Spiseforstyrrelse",
        "DF80": "Specifik udviklingsforstyrrelse af tale og sprog",
        "DF81": "Specifik udviklingsforstyrrelse af skolefærdigheder",
        "DF84": "Gennemgribende udviklingsforstyrrelse (autismespektrum)",
        "DF90": "Hyperkinetisk forstyrrelse (ADHD)",
        "DF91": "Adfærdsforstyrrelse",
        "DF92": "Blandet adfærds- og følelsesmæssig forstyrrelse",
        "DF93": "Emotionel forstyrrelse i barndommen",
        "DF94": "Forstyrrelse af social funktion i barndommen",
        "DF95": "Tics",
        "DF98": "Anden forstyrrelse med debut i barndom eller ungdom",
    }
)
"""SKS code -> Danish text, for what children are referred for. Source: ICD-10, chapter F, and Z03.2; SKS."""


@check_arguments
def suspected(code: str) -> MainDiagnosis:
    """The referral diagnosis with an SKS code of :data:`SUSPECTED`, such as ``"DF90"``, and its Danish text.

    A municipality suspects, it does not diagnose: :data:`OBSERVATION` is the careful choice, and the reason names what
    is suspected.

    Raises ValueError for a code that is not of the list: make a ``MainDiagnosis`` of it, with its text.

    Source: ICD-10, chapter F, and Z03.2; SKS.
    """
    if code not in SUSPECTED:
        raise ValueError(f"suspected takes one of {', '.join(SUSPECTED)}; make a MainDiagnosis of any other code")
    return MainDiagnosis(diagnose_code=code, diagnose_type_code=DiagnoseTypeCode.SKS, diagnose_text=SUSPECTED[code])


OBSERVATION = suspected("DZ032")
"""Observation for a suspected mental disorder: the careful referral diagnosis of one who may not diagnose."""
