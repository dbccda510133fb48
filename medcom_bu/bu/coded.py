"""What has an element of its own in the letter: diagnoses, transport, the doctor who gets a copy. All else is text."""

from __future__ import annotations

from collections.abc import Sequence

from medcom_bu.bu.keys import BY_NAME
from medcom_bu.messages.hospital_referral import Diagnosis, MainDiagnosis
from medcom_bu.values.characters import not_letter, with_line_feeds
from medcom_bu.values.codes import DiagnoseDescriptionCode, DiagnoseTypeCode, Transport

_DIAGNOSIS_LENGTH, _DIAGNOSES = 70, 5


def is_coded(name: str, value: object) -> bool:
    """Whether an element holds the value of a field, so that no block has it."""
    if not BY_NAME[name].element or value is None or value == "":
        return False
    if not isinstance(value, str):
        return bool(value)
    if name == "transport":
        return value in set(Transport)
    if name == "referral_diagnosis":
        return _is_line(value)
    return name == "additional_diagnoses" and len(_lines(value)) <= _DIAGNOSES and all(map(_is_line, _lines(value)))


def _lines(text: str) -> list[str]:
    return with_line_feeds(text).split("\n")


def _is_line(text: str) -> bool:
    """Whether the text of a diagnosis comes back from its element as it is."""
    return 0 < len(text) <= _DIAGNOSIS_LENGTH and text == " ".join(text.split()) and not not_letter().search(text)


def main_diagnosis(value: MainDiagnosis | str | None) -> MainDiagnosis | None:
    """A main diagnosis; a text is one without a code."""
    if isinstance(value, str):
        return MainDiagnosis(diagnose_type_code=DiagnoseTypeCode.UNSPECIFIED, diagnose_text=value)
    return value


def diagnoses(value: Sequence[Diagnosis] | str | None) -> Sequence[Diagnosis]:
    """Further diagnoses; each line of a text is one without a code."""
    if isinstance(value, str):
        return [
            Diagnosis(
                diagnose_description_code=DiagnoseDescriptionCode.SECONDARY,
                diagnose_type_code=DiagnoseTypeCode.UNSPECIFIED,
                diagnose_text=line,
            )
            for line in _lines(value)
        ]
    return value or ()
