"""The numbers of both sides of a conversion: what is kept so that an answer can be converted.

Source: use cases of the VANS conversion service 3.1.0, 4.1 and 4.5.1: at least three months, unless all receipts came.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Self

import attrs

from medcom_bu.arguments import check, check_fields
from medcom_bu.conversion.refusals import NOT_PAIRED
from medcom_bu.declare.fhir import Structure
from medcom_bu.dicts import SCHEMA, from_json, to_json
from medcom_bu.errors import InvalidMessage
from medcom_bu.fhir.values import to_plain, to_value
from medcom_bu.issues import Layer, Report
from medcom_bu.values.fhir_resources import Organization, Provenance

_STRUCTURES: Mapping[str, type[Structure]] = {
    "sender": Organization,
    "receiver": Organization,
    "provenance": Provenance,
}


@attrs.frozen(kw_only=True, field_transformer=check_fields)
class PairedLetter:
    """A letter on one side of a conversion.

    ``envelope_identifier``: Emessage/Envelope/Identifier.
    ``letter_identifier``: Letter/Identifier.
    ``version_code``: the code of its version, such as ``XD9134L``.
    ``wants_receipt``: whether it asks for a positive receipt.
    """

    envelope_identifier: str
    letter_identifier: str
    version_code: str
    wants_receipt: bool


@attrs.frozen(kw_only=True, field_transformer=check_fields, repr=False)
class PairedMessage:
    """A CareCommunication and the letters that it was converted from or to.

    ``bundle_id``: Bundle.id.
    ``message_id``: MessageHeader.id.
    ``letters``: the correspondence first, then its binary letters.
    ``sender``, ``receiver``, ``provenance``: those of the CareCommunication, the provenance the latest: an
    Acknowledgement repeats them.
    ``is_incomplete``: whether a file was missing, or of a type that is not permitted, so that a refusal is to be
    expected.
    """

    bundle_id: str
    message_id: str
    letters: tuple[PairedLetter, ...]
    sender: Organization
    receiver: Organization
    provenance: Provenance | None = None
    is_incomplete: bool = False

    def __repr__(self) -> str:
        return f"<PairedMessage of MessageHeader/{self.message_id}, {len(self.letters)} letters>"


@attrs.frozen(field_transformer=check_fields, repr=False)
class Pairs:
    """What the caller of a conversion must store. The library keeps nothing.

    ``to_dict`` returns JSON-ready data, with nothing masked, and ``from_dict`` the same pairs again.

    ``messages``: one entry per CareCommunication.
    """

    messages: tuple[PairedMessage, ...] = ()

    def of_message(self, message_id: str | None) -> PairedMessage:
        """The entry of a CareCommunication by ``message_id``, the id of its MessageHeader.

        Raises InvalidMessage for one that is not among them.
        """
        return _only((paired for paired in self.messages if paired.message_id == message_id), "entry[0].resource")

    def of_letter(self, envelope_identifier: str | None, letter_identifier: str | None) -> PairedMessage:
        """The entry of a letter by its number in the envelope ``envelope_identifier``, or of that envelope where
        ``letter_identifier`` is None.

        Raises InvalidMessage where there is none.
        """
        fitting = (
            paired
            for paired in self.messages
            for letter in paired.letters
            if letter.letter_identifier == letter_identifier
            or (letter_identifier is None and letter.envelope_identifier == envelope_identifier)
        )
        return _only(fitting, "letters[0].original_emessage")

    def to_dict(self) -> dict[str, Any]:
        """The pairs as JSON-ready data, with nothing masked: names and numbers of organisations are in it."""
        return {"schema": SCHEMA, "pairs": [_plain(paired) for paired in self.messages]}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The pairs in the ``data`` of ``to_dict``. Raises ValueError for other data, TypeError for another type."""
        check("data", data, Mapping[str, Any])
        if data.get("schema") != SCHEMA or data.keys() != {"schema", "pairs"}:
            raise ValueError(f"Pairs.from_dict takes the schema {SCHEMA} and pairs")
        try:
            return cls(tuple(_paired(each) for each in data["pairs"]))
        except (TypeError, AttributeError, KeyError):
            pass
        raise ValueError("the data are no pairs: a key is missing, not known, or holds what it cannot")

    def __repr__(self) -> str:
        return f"<Pairs of {len(self.messages)} messages>"


def _only(fitting: Iterable[PairedMessage], path: str) -> PairedMessage:
    paired = next(iter(fitting), None)
    if paired is None:
        raise InvalidMessage(Report.from_issues([NOT_PAIRED.issue(path)], [Layer.RULE], [Layer.RULE]))
    return paired


def _plain(paired: PairedMessage) -> dict[str, Any]:
    data = {name: getattr(paired, name) for name in attrs.fields_dict(PairedMessage)}
    resources = {name: None if data[name] is None else to_json(to_plain(data[name])) for name in _STRUCTURES}
    return data | resources | {"letters": [attrs.asdict(letter) for letter in paired.letters]}


def _paired(data: Mapping[str, Any]) -> PairedMessage:
    resources = {
        name: None if data[name] is None else _resource(kind, data[name]) for name, kind in _STRUCTURES.items()
    }
    letters = tuple(PairedLetter(**letter) for letter in data["letters"])
    return PairedMessage(**{**data, **resources, "letters": letters})


def _resource(kind: type[Structure], data: Mapping[str, Any]) -> Structure:
    plain = from_json({key: item for key, item in data.items() if key != "resourceType"})
    return to_value(kind, plain)
