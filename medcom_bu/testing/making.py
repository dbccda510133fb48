"""A referral like this, but: complete, valid messages made by the public builders, of which a test changes a part.

Everything is made up; the patients are of :data:`~medcom_bu.testing.persons.TEST_PERSONS`, the numbers of units are
MedCom's published examples.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar, Unpack

import attrs

from medcom_bu.arguments import check, check_fields
from medcom_bu.builders import (
    BinaryLetterBuilder,
    CareCommunicationBuilder,
    ClinicalEmailBuilder,
    HospitalReferralBuilder,
)
from medcom_bu.builders.care_parts import organization, patient
from medcom_bu.builders.fields import (
    BinaryLetterFields,
    CareCommunicationFields,
    ClinicalEmailFields,
    HospitalReferralFields,
)
from medcom_bu.builders.threads import Author
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.messages.binary_letter import BinaryLetter, ReferralAttachment
from medcom_bu.messages.care_communication import CareCommunicationMessage
from medcom_bu.messages.clinical_email import ClinicalEmail, EmailPatient
from medcom_bu.messages.emessage import Consignment
from medcom_bu.messages.hospital_referral import (
    HospitalReferral,
    MainDiagnosis,
    ReferralPatient,
    Relative,
)
from medcom_bu.testing.clock import START, frozen
from medcom_bu.testing.letters import CONTENT
from medcom_bu.values.codes import (
    DiagnoseTypeCode,
    EpisodeOfCareStatusCode,
    IdentifierCode,
    RelationCode,
)
from medcom_bu.values.fhir_codes import Category
from medcom_bu.values.identifiers import ReplacementCpr
from medcom_bu.values.parties import Person, Receiver, Referrer, ReferringSender, Sender
from medcom_bu.values.specialities import MedicalSpecialityCode

T = TypeVar("T")


_GLN, _OTHER_GLN = "5790000121526", "5790001348120"
_NUMBER = ReplacementCpr("0703921VJ5")
"""A national replacement number: no rule has anything to say of it."""

ADDRESS: dict[str, Any] = {
    "street_name": "Prøvevej 1",
    "district_name": "Eksempelstad",
    "post_code_identifier": "9999",
    "telephone_subscriber_identifier": "00000000",
    "medical_speciality_code": MedicalSpecialityCode.NOT_CLASSIFIED,
}
_SENDER = Sender(
    ean_identifier=_GLN,
    identifier=_GLN,
    identifier_code=IdentifierCode.LOCATION_NUMBER,
    organisation_name="Eksempel Kommune",
    department_name="Børn og Unge",
    **ADDRESS,
)
_RECEIVER = Receiver(
    ean_identifier=_OTHER_GLN,
    identifier=_OTHER_GLN,
    identifier_code=IdentifierCode.LOCATION_NUMBER,
    organisation_name="Eksempel Region",
    department_name="Børne- og Ungdomspsykiatri",
)
_PERSON = Person(identifier=_NUMBER, person_surname_name="Hansen", person_given_name="Peter")
_REFERRAL: HospitalReferralFields = {
    "receiver": _RECEIVER,
    "sender": ReferringSender(
        ean_identifier=_GLN,
        identifier=_GLN,
        identifier_code=IdentifierCode.LOCATION_NUMBER,
        organisation_name="Eksempel Kommune",
        department_name="Børn og Unge",
        **ADDRESS,
        referrer=Referrer(person_name="Test Psykolog", person_title="Psykolog"),
    ),
    "patient": ReferralPatient(identifier=_NUMBER, person_surname_name="Hansen", person_given_name="Peter"),
    "relative": Relative(relation_code=RelationCode.MOTHER, person_surname_name="Hansen", person_given_name="Petra"),
    "clinical_reason": "Udredning i børne- og ungdomspsykiatrien ønskes.",
    "diagnosis": MainDiagnosis(
        diagnose_code="DZ032",
        diagnose_type_code=DiagnoseTypeCode.SKS,
        diagnose_text="Observation pga. mistanke om psykisk sygdom",
    ),
    "cave": "Ingen kendte.",
    "anamnesis": "Tiltagende skolefravær gennem et år.",
    "examination": "Fem samtaler i kommunens lettilgængelige tilbud.",
    "actual_medicine": "Ingen.",
}
_CORRESPONDENCE: ClinicalEmailFields = {
    "receiver": _RECEIVER,
    "sender": _SENDER,
    "patient": EmailPatient(
        identifier=_NUMBER,
        person_surname_name="Hansen",
        person_given_name="Peter",
        episode_of_care_status_code=EpisodeOfCareStatusCode.OUTPATIENT,
    ),
    "subject": "Opfølgning på henvisning",
    "text": f"Kære læge\nHermed vores vurdering.\n{START:%d.%m.%Y} Petra Prøve, psykolog",
}
_BINARY_LETTER: BinaryLetterFields = {"receiver": _RECEIVER, "sender": _SENDER, "patient": _PERSON}
_CARE_COMMUNICATION: CareCommunicationFields = {
    "sender": organization("Eksempel Kommune", sor="265161000016000", gln=_GLN),
    "receiver": organization("Eksempel Lægehus", sor="953741000016009", gln=_OTHER_GLN),
    "patient": patient(_NUMBER.reveal(), given="Peter", family="Hansen"),
    "category": Category.HEALTHCARE,
    "topic": "Opfølgning på henvisning",
}
AUTHOR = Author(given="Petra", family="Prøve", telephone="00000000", role_code="paedagog")
"""Who writes and attaches in a CareCommunication, where a test names nobody."""


@attrs.frozen(field_transformer=check_fields)
class Factories:
    """Makes complete, valid messages; a test says what is to be otherwise, in the words of the builder.

    ``ids`` is where numbers and times come from. Without it every call has the same, so that it gives the same message
    each time; with it, as in the fixture ``medcom_factories``, each message has numbers of its own.
    """

    ids: IdsAndClock | None = None

    def referral(
        self, *, files: Mapping[str, bytes] | None = None, **but: Unpack[HospitalReferralFields]
    ) -> Consignment[HospitalReferral]:
        """A referral XH0131R and, where there are ``files``, the letter that carries them.

        ``files`` maps the title of a file to its bytes. ``but`` are parameters of HospitalReferralBuilder; None leaves
        out what may be absent. Raises what the builder raises.
        """
        given: HospitalReferralFields = {**_REFERRAL, "ids": self._ids(), **but}
        builder = HospitalReferralBuilder(**given)
        for title, content in _titled("files", files, bytes):
            builder.attach(content, title=title)
        return builder.build()

    def correspondence(
        self, *, files: Mapping[str, bytes] | None = None, **but: Unpack[ClinicalEmailFields]
    ) -> Consignment[ClinicalEmail]:
        """A correspondence XD9134L and, where there are ``files``, the letter that carries them.

        ``files`` maps the title of a file to its bytes. ``but`` are parameters of ClinicalEmailBuilder. Raises what the
        builder raises.
        """
        given: ClinicalEmailFields = {**_CORRESPONDENCE, "ids": self._ids(), **but}
        builder = ClinicalEmailBuilder(**given)
        for title, content in _titled("files", files, bytes):
            builder.attach(content, title=title)
        return builder.build()

    def binary_letter(
        self, *, files: Sequence[bytes] = (CONTENT,), **but: Unpack[BinaryLetterFields]
    ) -> Consignment[BinaryLetter | ReferralAttachment]:
        """A letter XB0131X that carries files, on its own.

        ``files`` are their bytes. ``but`` are parameters of BinaryLetterBuilder. Raises what the builder raises.
        """
        given: BinaryLetterFields = {**_BINARY_LETTER, "ids": self._ids(), **but}
        builder = BinaryLetterBuilder(**given)
        for content in files:
            builder.attach(content)
        return builder.build()

    def care_communication(
        self,
        *,
        text: str = "Kære læge\nHermed vores vurdering.",
        author: Author = AUTHOR,
        files: Mapping[str, bytes] | None = None,
        links: Mapping[str, str] | None = None,
        **but: Unpack[CareCommunicationFields],
    ) -> CareCommunicationMessage:
        """The first message of a thread: a CareCommunication 5.0 with one text, then ``files``, then ``links``.

        ``author`` writes the ``text``. ``files`` maps the title of a file to its bytes, ``links`` that of a page to its
        address. ``but`` are parameters of CareCommunicationBuilder. Raises what the builder raises.
        """
        given: CareCommunicationFields = {**_CARE_COMMUNICATION, "ids": self._ids(), **but}
        builder = CareCommunicationBuilder.new(**given)
        builder.write(text, author=author)
        for title, content in _titled("files", files, bytes):
            builder.attach(content, title=title)
        for title, url in _titled("links", links, str):
            builder.link(url, title=title)
        return builder.build()

    def _ids(self) -> IdsAndClock:
        return self.ids or frozen()


def _titled(name: str, titled: Mapping[str, T] | None, kind: type[T]) -> Iterable[tuple[str, T]]:
    check(name, titled, Mapping[str, kind] | None)  # type: ignore[valid-type]
    return (titled or {}).items()


factories: Factories = Factories()
"""Makes messages, with the same numbers and time on every call."""
