"""What a file of evidence is called, as each protocol writes it: standard, step, running letter, sender or receiver.

Source: MedCom's test protocols for CareCommunication 5.0, ``CareCommunication_3.4_A_S.xml``; for receiving
Acknowledgements 2.0.4, where the side follows the standard; for sending them 2.0.2, and for the conversion
service 1.4, where it is left out.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterator, Sequence

from medcom_bu.certification.model.cases import CaseRole, CertificationCase
from medcom_bu.certification.model.results import CaseResult, Evidence

_SIDES = {CaseRole.SENDER: "S", CaseRole.RECEIVER: "R", CaseRole.CONVERTER: ""}
_FORMS = {
    ("Acknowledgement", CaseRole.RECEIVER): "{standard}_{side}_{step}_{letter}",
    ("Acknowledgement", CaseRole.SENDER): "{standard}_{step}_{letter}",
}
_FORM, _CONVERTED = "{standard}_{step}_{letter}_{side}", "{standard}_{step}_{letter}"


def evidence_names(
    results: Sequence[tuple[CertificationCase, CaseResult]],
) -> Iterator[tuple[CertificationCase, Evidence, str]]:
    """Each piece of evidence of a run with the name of its file. Letters run on within a step of a standard."""
    count: Counter[tuple[str, str, CaseRole]] = Counter()
    for case, result in results:
        for each in result.evidence:
            own = (case.standard, case.section, case.role)
            form = _CONVERTED if case.role is CaseRole.CONVERTER else _FORMS.get((case.standard, case.role), _FORM)
            name = form.format(
                standard=case.standard,
                step=re.sub(r"[^0-9A-Za-z.-]+", "-", case.section),
                letter=running_letter(count[own]),
                side=_SIDES[case.role],
            )
            count[own] += 1
            yield case, each, f"{name}.{each.suffix}"


def running_letter(number: int) -> str:
    """The letter with this number, from 0: A to Z, then AA, AB ..."""
    rest, last = divmod(number, len(string.ascii_uppercase))
    return (running_letter(rest - 1) if rest else "") + string.ascii_uppercase[last]
