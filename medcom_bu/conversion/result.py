"""What a conversion gives: the messages, what was lost, what was made up, and the pairs to keep.

Source: MedCom, mappings of January 2026; use cases of the VANS conversion service 3.1.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import attrs

from medcom_bu.arguments import check, check_fields
from medcom_bu.conversion import additions, losses
from medcom_bu.conversion.notes import MadeUp, Origin
from medcom_bu.conversion.pairs import Pairs
from medcom_bu.dicts import SCHEMA, from_dict, to_dict
from medcom_bu.edifact import losses as edifact_losses
from medcom_bu.fhir import losses as fhir_losses
from medcom_bu.issues import MORE_LOST, Kind, Loss, Text
from medcom_bu.messages.message import Message
from medcom_bu.oioxml import losses as xml_losses

_MODULES = (losses, additions, edifact_losses, xml_losses, fhir_losses)
KINDS: Mapping[str, Kind] = {MORE_LOST.code: MORE_LOST} | {
    kind.code: kind
    for module in _MODULES
    for kind in vars(module).values()
    if isinstance(kind, Kind) and kind.code.startswith(("loss.", "made-up."))
}
"""Code -> what a conversion can name as lost or made up."""

_KEYS = {"schema", "messages", "losses", "made_up", "pairs"}


@attrs.frozen(kw_only=True, repr=False, field_transformer=check_fields)
class Conversion:
    """A message converted to the other standard.

    ``messages`` are those of the target: the letter, then its binary letters, or the FHIR message; none while answers
    are incomplete. ``losses`` name everything that the target does not say, at attribute paths of the original
    (``letters[0].sender.street_name``; ``attachments[0]...`` in a binary letter given beside it; ``messages[0]...`` in
    a consignment), and then what is lost in writing to the target, at paths of the result, as ``made_up``
    has them. ``made_up`` names everything that the target says and the original does not, at attribute paths that start
    with ``messages[0]``. ``pairs`` are for the caller to store, so that answers can be converted.
    """

    messages: tuple[Message, ...]
    losses: tuple[Loss, ...] = ()
    made_up: tuple[MadeUp, ...] = ()
    pairs: Pairs = attrs.field(factory=Pairs)

    def to_dict(self) -> dict[str, Any]:
        """The conversion as JSON-ready data, with nothing masked: the whole messages are in it."""
        return {
            "schema": SCHEMA,
            "messages": [to_dict(message) for message in self.messages],
            "losses": [{"code": loss.code, "path": loss.path, "params": _to_plain(loss)} for loss in self.losses],
            "made_up": [{"code": made.code, "path": made.path, "origin": str(made.origin)} for made in self.made_up],
            "pairs": self.pairs.to_dict(),
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The conversion in the ``data`` of ``to_dict``. Raises ValueError for other data, TypeError for no mapping."""
        check("data", data, Mapping[str, Any])
        if data.get("schema") != SCHEMA or data.keys() != _KEYS:
            raise ValueError(f"Conversion.from_dict takes the schema {SCHEMA} and {', '.join(sorted(_KEYS))}")
        pairs = Pairs.from_dict(data["pairs"])
        messages = tuple(map(from_dict, data["messages"]))
        try:
            lost = tuple(Loss(KINDS[o["code"]], o["path"], _params(o["params"])) for o in data["losses"])
            made = tuple(MadeUp(KINDS[o["code"]], o["path"], Origin(o["origin"])) for o in data["made_up"])
            return cls(messages=messages, losses=lost, made_up=made, pairs=pairs)
        except (TypeError, AttributeError, KeyError):
            pass
        raise ValueError("the data are no conversion: a key is missing, not known, or holds what it cannot")

    def __repr__(self) -> str:
        return (
            f"<Conversion to {len(self.messages)} messages, {len(self.losses)} losses,"
            f" {len(self.made_up)} made-up values>"
        )


def _to_plain(loss: Loss) -> dict[str, Any]:
    return {name: attrs.asdict(value) if isinstance(value, Text) else value for name, value in loss.params}


def _params(plain: Mapping[str, Any]) -> tuple[tuple[str, object], ...]:
    return tuple((name, Text(**value) if isinstance(value, dict) else value) for name, value in plain.items())
