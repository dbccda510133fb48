"""Reading a referral back into the fields of the form, and what a correction changes in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from medcom_bu.arguments import check_arguments
from medcom_bu.bu.keys import HEADED, KEYS, TextField
from medcom_bu.bu.layout import ON_ITS_OWN, ON_THE_LINE, REST_OF_REASON, blocks_of, told
from medcom_bu.bu.overflow import POINTER
from medcom_bu.bu.values import worded
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.messages.hospital_referral import HospitalReferral
from medcom_bu.messages.letter_union import Letter
from medcom_bu.values.text import FormattedText


@check_arguments
def fields_of(letter: HospitalReferral | Emessage | Consignment[Letter]) -> dict[str, str]:
    """The fields of a referral as plain text, by the names of :class:`BupReferralBuilder`'s parameters.

    ``letter`` is a referral, or a message or consignment that holds one; it may come from XML or EDIFACT.

    What the builder laid out comes back as it was given, but for a line break at the end; where a field went on in an
    attachment, what is in the letter comes back, with the line that names the attachment. What was given as a value
    comes back as its text, a code as the code. Of another vendor's letter, what its elements and headings tell: text
    that is under no known heading is in the letter alone.

    Raises TypeError for anything else, ValueError where there is no referral in it.
    """
    referral = referral_of(letter, "fields_of")
    texts = {name: _text_of(referral, name) for name in TextField}
    found = {name: text for field in HEADED for name, text in blocks_of(texts[field]).items()}
    for key in KEYS:
        if not key.has_heading and key.name not in found:
            text = told(texts[key.text_field])
            found |= {key.name: text} if text else {}
    found |= _coded(referral, found)
    _join_reason(found)
    return {key.name: found[key.name] for key in KEYS if key.name in found}


def referral_of(letter: HospitalReferral | Emessage | Consignment[Letter], verb: str) -> HospitalReferral:
    """The referral itself; ``verb`` is who asks. Raises ValueError where there is none."""
    if isinstance(letter, HospitalReferral):
        return letter
    messages = letter if isinstance(letter, Consignment) else (letter,)
    letters = (one for message in messages for one in message.letters)
    found = next((one for one in letters if isinstance(one, HospitalReferral)), None)
    if found is None:
        raise ValueError(f"there is no referral (XREF01) in what was given to {verb}")
    return found


def _text_of(referral: HospitalReferral, name: TextField) -> FormattedText | None:
    part = referral.additional_information if name is TextField.REASON else referral.relevant_clinical_information
    text = getattr(part, name, None)
    return text if isinstance(text, FormattedText) else None


def _coded(referral: HospitalReferral, found: Mapping[str, str]) -> dict[str, str]:
    """What is in elements of its own; a headed block goes before them."""
    information, diagnoses = referral.additional_information, referral.referral
    coded = {
        "transport": information.transport if information else None,
        "referral_diagnosis": diagnoses.refer if diagnoses else None,
        "additional_diagnoses": diagnoses.referral_additional if diagnoses else None,
        "family_doctor": referral.answer_cc_receiver,
    }
    return {
        name: worded(value)
        for name, value in coded.items()
        if name not in found and value is not None and worded(value)
    }


def _join_reason(found: dict[str, str]) -> None:
    """The reason with what of it is in the anamnesis."""
    rest = found.pop(REST_OF_REASON, None)
    kept = found.get("reason", "")
    if rest is None:
        return
    for pointer in (ON_ITS_OWN, ON_THE_LINE):
        if kept.endswith(pointer):
            found["reason"] = kept.removesuffix(pointer) + pointer[0] + rest
            return
    found["reason"] = f"{kept}\n{rest}" if kept else rest


@attrs.frozen(repr=False)
class Change:
    """A field that two referrals tell differently.

    ``name``: the parameter of :class:`BupReferralBuilder`.
    ``heading``: the Danish heading.
    ``before``, ``after``: its text in each referral; None for one that does not tell it.
    """

    name: str
    heading: str
    before: str | None
    after: str | None

    def __repr__(self) -> str:
        what = "added" if self.before is None else "removed" if self.after is None else "changed"
        return f"<Change {self.name} {what}>"


@check_arguments
def changes(
    before: HospitalReferral | Emessage | Consignment[Letter], after: HospitalReferral | Emessage | Consignment[Letter]
) -> tuple[Change, ...]:
    """What a correction changes: the fields that two referrals tell differently, in the order of the letter.

    ``before`` is the earlier referral, ``after`` the one that corrects it or adds to it.

    No letter says which letter a correction belongs to: the case system knows it by sender, patient and course number.
    The earlier letter stays as it is. Of a field that continues in an attachment what is in both letters is compared:
    where it was cut is no change, and the rest is in the attachments alone.

    Raises TypeError and ValueError as :func:`fields_of` does.
    Source: Den gode XML korrespondance, 2020, page 29; Den gode kiropraktorepikrise, 2015, pages 12 and 39.
    """
    return tuple(_changes(fields_of(before), fields_of(after)))


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for key in KEYS:
        old, new = before.get(key.name), after.get(key.name)
        if old != new and not _is_cut_elsewhere(old, new):
            yield Change(key.name, key.heading, old, new)


def _is_cut_elsewhere(old: str | None, new: str | None) -> bool:
    """Whether two texts differ by how much of them the letter had room for, and no more."""
    if old is None or new is None:
        return False
    short, long = sorted((old, new), key=lambda text: len(_head(text)))
    return short.endswith(POINTER) and _head(long).startswith(_head(short)) and len(_head(long)) > len(_head(short))


def _head(text: str) -> str:
    return text.removesuffix(POINTER).rstrip()
