"""Making an XREF01 referral with its attachments.

Source: MedCom's XML schema HospitalReferral, versions XH0130R and XH0131R.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import attrs

from medcom_bu.arguments import check_fields, word_of
from medcom_bu.builders.assembly import checked, header
from medcom_bu.builders.attachments import ReferringBuilder, with_speciality
from medcom_bu.builders.problems import EITHER, NOT_IN_VERSION, check_given
from medcom_bu.issues import Issue
from medcom_bu.messages.emessage import Consignment
from medcom_bu.messages.headers import EPISODE_OF_CARE_TYPE, EpisodeOfCare
from medcom_bu.messages.hospital_referral import (
    XH0130R,
    XH0131R,
    AdditionalInformation,
    Diagnosis,
    HospitalReferral,
    MainDiagnosis,
    Referral,
    ReferralPatient,
    Relative,
    RelevantClinicalInformation,
)
from medcom_bu.values.codes import (
    DiagnoseDescriptionCode,
    HospitalChoice,
    Priority,
    ReferralStatus,
    StatusCode,
    Transport,
)
from medcom_bu.values.parties import (
    AnswerCCReceiver,
    Receiver,
    ReferringSender,
)
from medcom_bu.values.text import FormattedText

_LETTER_VERSIONS = {version.code: version for version in (XH0131R, XH0130R)}
_TextLike = FormattedText | str | None
_ADDITIONAL = ("priority", "referral_status", "transport", "supplementary", "clinical_reason", "hospital_choice")
_RELEVANT = ("cave", "anamnesis", "examination", "actual_medicine")
_OF_XH0131R = ("hospital_choice", "episode_of_care")
_TEXTS = ("supplementary", "clinical_reason", *_RELEVANT)


_WANTED = {
    "sender": "sender=ReferringSender(...)",
    "receiver": "receiver=Receiver(...)",
    "patient": "patient=ReferralPatient(...)",
}


@attrs.define(kw_only=True, repr=False, field_transformer=check_fields)
class HospitalReferralBuilder(ReferringBuilder):
    """A referral to a hospital department, and the letters that carry its attachments.

    The heading that a Danish reader sees is in brackets. A parameter that is left out is left out of the message,
    unless a default is given. A text may be plain, of any length: a line end becomes a line break. Numbers may contain
    spaces and hyphens: a CPR number, a GLN, a SOR code, and a UUID as course number, which is written without hyphens.
    A code is a member of its list, or its text.

    ``sender`` (Afsender): a :class:`ReferringSender`, which names the referrer too; its speciality is
    ``ikkeklassificeret`` by default. Required.
    ``receiver`` (Modtager): a :class:`Receiver`. Required.
    ``answer_cc_receiver`` (Kopi af svar til): an :class:`AnswerCCReceiver`.
    ``patient`` (Patient): a :class:`ReferralPatient`. Required.
    ``relative`` (Pårørende): a :class:`Relative`; there is room for one.
    ``priority`` (Prioritet): a :class:`Priority`; ``elektiv`` by default.
    ``referral_status`` (Henvisningstype): a :class:`ReferralStatus`; ``ambulant`` by default.
    ``transport`` (Transport): a :class:`Transport`.
    ``hospital_choice`` (Frit sygehusvalg): a :class:`HospitalChoice`; only XH0131R.
    ``clinical_reason`` (Ønsket undersøgelse/behandling/problemstilling): text.
    ``supplementary`` (Andet): text.
    ``diagnosis`` (Hoveddiagnose): a :class:`MainDiagnosis`; its role is ``henv_diagnose`` by default.
    ``additional_diagnoses`` (Øvrig diagnose): at most five of :class:`Diagnosis`.
    ``cave`` (Cave): text.
    ``anamnesis`` (Anamnese): text.
    ``examination`` (Undersøgelser/behandlinger): text.
    ``actual_medicine`` (Aktuel medicin): text.
    ``episode_of_care`` (Forløb): one or several of :class:`EpisodeOfCare`; only XH0131R, which requires one. By
    default it is one of type :data:`EPISODE_OF_CARE_TYPE`, with the next parameter as its number.
    ``episode_of_care_identifier`` (Forløbsnummer): 1 to 35 characters; in XH0131R a new UUID by default.
    ``status`` (Brevets status): a :class:`StatusCode`; ``nytbrev`` by default.
    ``version``: XH0131R, the default, or XH0130R.
    ``attachments_as``: the letter that carries the files: XB0131X, the default, XB0210X or XB0130X.
    ``acknowledgement_code`` (Positiv kvittering): ``pluspositivkvitt``, the default, or ``minuspositivkvitt``.

    ``ids`` makes numbers and times. A ``directory`` must know the receiver, and that it takes what is sent.
    """

    _PLACES: ClassVar[Mapping[str, str]] = {
        **{name: name for name in ("sender", "receiver", "answer_cc_receiver", "patient", "relative")},
        **{f"additional_information.{name}": name for name in _ADDITIONAL},
        **{f"relevant_clinical_information.{name}": name for name in _RELEVANT},
        "referral.refer": "diagnosis",
        "referral.referral_additional": "additional_diagnoses",
        "letter.episode_of_care": "episode_of_care",
        "letter.episode_of_care_identifier": "episode_of_care_identifier",
        "letter.status_code": "status",
    }

    sender: ReferringSender | None = None
    receiver: Receiver | None = None
    patient: ReferralPatient | None = None
    answer_cc_receiver: AnswerCCReceiver | None = None
    relative: Relative | None = None
    priority: Priority | str | None = Priority.ELECTIVE
    referral_status: ReferralStatus | str | None = ReferralStatus.OUTPATIENT
    transport: Transport | str | None = None
    hospital_choice: HospitalChoice | str | None = None
    clinical_reason: _TextLike = None
    supplementary: _TextLike = None
    diagnosis: MainDiagnosis | None = None
    additional_diagnoses: Sequence[Diagnosis] = ()
    cave: _TextLike = None
    anamnesis: _TextLike = None
    examination: _TextLike = None
    actual_medicine: _TextLike = None
    episode_of_care: EpisodeOfCare | Sequence[EpisodeOfCare] | None = None
    episode_of_care_identifier: str | None = None
    status: StatusCode | str = StatusCode.NEW
    version: str = attrs.field(default="XH0131R", validator=word_of(_LETTER_VERSIONS))

    def build(self) -> Consignment[HospitalReferral]:
        """The referral and, if there are attachments, the letter that carries them.

        Raises one InvalidMessage with all problems of all messages.
        """
        clean, issues = self._cleaned(_TEXTS)
        return checked(clean._messages(clean._letter()), [*self._problems(), *issues], self._place, self.directory)

    def _problems(self) -> Iterator[Issue]:
        """What is missing, and what would be silently left out of the message."""
        yield from check_given({"sender": self.sender, "receiver": self.receiver, "patient": self.patient}, _WANTED)
        given = [name for name in _OF_XH0131R if getattr(self, name) is not None]
        if self.version != XH0131R.code:
            for name in given:
                yield NOT_IN_VERSION.issue(name, field=name, version=self.version)
        elif self.episode_of_care is not None and self.episode_of_care_identifier is not None:
            name, other = "episode_of_care_identifier", "episode_of_care"
            yield EITHER.issue(name, field=name, other=other)

    def _place(self, path: str) -> str | None:
        """The parameter that filled a path in the messages; a course number given alone is not an episode of care."""
        number = "messages[0].letters[0].letter.episode_of_care[0].episode_of_care_identifier"
        is_alone = path == number and self.episode_of_care is None
        return "episode_of_care_identifier" if is_alone else super()._place(path)

    def _letter(self) -> HospitalReferral:
        newest = self.version == XH0131R.code
        return HospitalReferral(
            letter=header(
                _LETTER_VERSIONS[self.version],
                self.ids,
                self.status,
                self._episodes() if newest else (),
                None if newest else self.episode_of_care_identifier,
            ),
            sender=with_speciality(self.sender),
            receiver=self.receiver,  # type: ignore[arg-type]
            answer_cc_receiver=self.answer_cc_receiver,
            patient=self.patient,  # type: ignore[arg-type]
            relative=self.relative,
            additional_information=self._part(AdditionalInformation, _ADDITIONAL),
            referral=_given(
                Referral, refer=self._main_diagnosis(newest), referral_additional=tuple(self.additional_diagnoses)
            ),
            relevant_clinical_information=self._part(RelevantClinicalInformation, _RELEVANT),
            reference=tuple(self.references),
        )

    def _part(self, cls: Any, names: Sequence[str]) -> Any:
        """A part of the letter whose fields are parameters of the same names."""
        return _given(cls, **{name: getattr(self, name) for name in names})

    def _episodes(self) -> tuple[EpisodeOfCare, ...]:
        if self.episode_of_care is None:
            number = self.episode_of_care_identifier or self.ids.new_uuid().hex
            episode = EpisodeOfCare(episode_of_care_type=EPISODE_OF_CARE_TYPE, episode_of_care_identifier=number)
            return (episode,)
        if isinstance(self.episode_of_care, EpisodeOfCare):
            return (self.episode_of_care,)
        return tuple(self.episode_of_care)

    def _main_diagnosis(self, newest: bool) -> MainDiagnosis | None:
        """The main diagnosis; where XH0131R wants its role and none is given, it is a referral diagnosis."""
        if newest and self.diagnosis is not None and self.diagnosis.diagnose_description_code is None:
            return self.diagnosis.replace(diagnose_description_code=DiagnoseDescriptionCode.REFERRAL)
        return self.diagnosis


def _given(cls: Any, **values: Any) -> Any:
    """A value of what is given, or None where nothing is."""
    return cls(**values) if any(value is not None and value != () for value in values.values()) else None
