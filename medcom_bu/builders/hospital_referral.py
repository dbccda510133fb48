"""Making an XREF01 referral with its attachments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from medcom_bu.arguments import check_fields, word_of
from medcom_bu.builders.assembly import checked, header
from medcom_bu.builders.attachments import ReferringBuilder, problems
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
_TEXTS = ("clinical_reason", "supplementary", "cave", "anamnesis", "examination", "actual_medicine")


@attrs.define(kw_only=True, repr=False, field_transformer=check_fields)
class HospitalReferralBuilder(ReferringBuilder):
    """A referral to a hospital department, and the letters that carry its attachments.

    Texts may be plain: a line end becomes a line break. What is left out is left out of the message, but for what the
    standard settles (versions, codes, numbers, times) and an ``episode_of_care``, which XH0131R demands: without one, a
    new course number of type :data:`EPISODE_OF_CARE_TYPE` is made. ``attachments_as`` says which letter carries files.
    """

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
        return checked(clean._messages(clean._letter()), [*problems(self.attachments), *issues])

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
            sender=self.sender,  # type: ignore[arg-type]
            receiver=self.receiver,  # type: ignore[arg-type]
            answer_cc_receiver=self.answer_cc_receiver,
            patient=self.patient,  # type: ignore[arg-type]
            relative=self.relative,
            additional_information=_given(
                AdditionalInformation,
                priority=self.priority,
                referral_status=self.referral_status,
                transport=self.transport,
                supplementary=self.supplementary,
                clinical_reason=self.clinical_reason,
                hospital_choice=self.hospital_choice,
            ),
            referral=_given(
                Referral, refer=self._main_diagnosis(newest), referral_additional=tuple(self.additional_diagnoses)
            ),
            relevant_clinical_information=_given(
                RelevantClinicalInformation,
                cave=self.cave,
                anamnesis=self.anamnesis,
                examination=self.examination,
                actual_medicine=self.actual_medicine,
            ),
            reference=tuple(self.references),
        )

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
