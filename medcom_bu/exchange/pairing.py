"""A letter and the letters that carry its files, in whatever order they came.

Source: Den gode XML MEDBIN XB0131X (2020), page 9: either may come first; pages 4, 30 and 32: the UUID of a file has
hyphens in its own letter alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import attrs

from medcom_bu.arguments import check_fields
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.rules.attachments import OTHER_PATIENT, UNKNOWN_PATIENT, check_references_resolve, key
from medcom_bu.values.parties import BinaryReference
from medcom_bu.wire_table import check_message


@attrs.frozen(field_transformer=check_fields, kw_only=True)
class Pairing:
    """What belongs together, and what does not.

    ``consignment`` is the letter and the binaries that carry its files, the letter first. ``missing`` are the
    identifiers of files that the letter names and that have not come; ``others`` are binaries that carry none of its
    files, or are about another patient.
    """

    consignment: Consignment[Any]
    missing: tuple[str, ...]
    others: tuple[Emessage, ...]


def pair(letter: Emessage, binaries: Iterable[Emessage]) -> Pairing:
    """Join a letter with those of some binary letters that carry its files, however late they come.

    ``letter`` is the message that refers to files, ``binaries`` are messages with binary letters that are available.

    They belong together by the identifier of a file; one about another patient is never joined, since that would show
    one person's file in the record of another. If there are no CPR numbers to compare, the names decide. Raises
    TypeError for what is not an Emessage.
    """
    check_message("pair", letter, Emessage)
    wanted = dict.fromkeys(filter(None, _referenced(letter)))
    joined, others, found = [], [], set[str]()
    for binary in binaries:
        check_message("pair", binary, Emessage)
        own = {*_carried(binary)} & {*wanted}
        if own and not _is_of_another(letter, binary):
            joined.append(binary)
            found |= own
        else:
            others.append(binary)
    missing = tuple(identifier for identifier in wanted if identifier not in found)
    return Pairing(consignment=Consignment((letter, *joined)), missing=missing, others=tuple(others))


def _referenced(message: Emessage) -> list[str]:
    letters: tuple[Any, ...] = message.letters
    targets = (reference.target for letter in letters for reference in getattr(letter, "reference", ()))
    return [key(target.object_identifier) for target in targets if isinstance(target, BinaryReference)]


def _carried(message: Emessage) -> list[str]:
    letters: tuple[Any, ...] = message.letters
    files = (file for letter in letters for file in getattr(letter, "binary_object", ()))
    return [key(file.object_identifier) for file in files if file.object_identifier]


def _is_of_another(letter: Emessage, binary: Emessage) -> bool:
    return any(
        issue.kind in (OTHER_PATIENT, UNKNOWN_PATIENT) for _, issue in check_references_resolve((letter, binary))
    )
