"""The choices where two MedCom documents differ, or leave one open.

Source: MedCom, mappings of January 2026; use cases of the VANS conversion service 3.1.0; governance 080.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

import attrs

from medcom_bu.arguments import check_fields, word_of
from medcom_bu.values.codes import AcknowledgementCode
from medcom_bu.values.fhir_codes import ResponseCode

_WORDS = "words"
_WISHES = (AcknowledgementCode.WANTED, AcknowledgementCode.NOT_WANTED)
_REFUSALS = (ResponseCode.FATAL_ERROR, ResponseCode.TRANSIENT_ERROR)


def _choice(*words: str) -> Any:
    """A field that takes one of the words; the first is the default."""
    return attrs.field(default=words[0], validator=word_of(words), metadata={_WORDS: {word: word for word in words}})


@attrs.frozen(kw_only=True, repr=False, field_transformer=check_fields)
class Policy:
    """What a conversion does where MedCom's documents differ, one field per choice; the defaults follow the test
    protocol.

    ``episode_of_care`` says which of several numbers a letter gets: ``"local"``, the locally defined one (test protocol
    1.4, 3.2.7; governance 080), or ``"lpr3"``, that of LPR3, else the first (mapping workbook, January 2026).
    ``episode_system`` says whose number a letter's episode of care is: a FHIR identifier system. Without it, which
    governance 080 leaves open, it is a local one of the sender's.
    ``titles`` says where the title of a file goes: ``"reference"``, into RefDescription (mapping workbook), or
    ``"none"``: it does not survive (use cases of the VANS conversion service 3.1.0, 4.6.2).
    ``binary_acknowledgement`` says whether a binary letter asks for a receipt: ``pluspositivkvitt`` (mapping workbook;
    use cases, 4.3, need one), or ``minuspositivkvitt`` (MedCom's example flows).
    ``refused`` is what XCTL02 and XCTL01 become: ``fatal-error`` or ``transient-error``; use cases, 4.3, name both.
    ``unwanted_receipts`` makes an XCTL03 also for a letter that asked for none, as MedCom's example flow 2 does.
    ``long_text`` says what becomes of a text beyond the practice limit of 3150 characters: ``"one"``, one Text01, which
    targets must take (use cases, 1.4.2.3), or ``"split"``, up to ten parts (Den gode XML korrespondance, 2020, page
    15). Nothing is cut off in either.
    """

    episode_of_care: Literal["local", "lpr3"] = _choice("local", "lpr3")
    episode_system: str | None = None
    titles: Literal["reference", "none"] = _choice("reference", "none")
    binary_acknowledgement: AcknowledgementCode | str = _choice(*_WISHES)  # noqa: RUF009 - makes a field
    refused: ResponseCode | str = _choice(*_REFUSALS)  # noqa: RUF009 - makes a field
    unwanted_receipts: bool = attrs.field(default=False, metadata={_WORDS: {"no": False, "yes": True}})
    long_text: Literal["one", "split"] = _choice("one", "split")

    def __repr__(self) -> str:
        chosen = {field.name: getattr(self, field.name) for field in attrs.fields(type(self))}
        plain = {name: str(value) if isinstance(value, str) else value for name, value in chosen.items()}
        others = (name for name, value in chosen.items() if value != getattr(_DEFAULT, name))
        return f"Policy({', '.join(f'{name}={plain[name]!r}' for name in others)})"


_DEFAULT = Policy()

CHOICES: Mapping[str, Mapping[str, Any] | None] = {
    field.name: field.metadata.get(_WORDS) for field in attrs.fields(Policy)
}
"""Field of a Policy -> word -> the value that it stands for, where the field takes words alone; else None."""
