"""The table of codecs: the wire formats, and the messages that each serves. All else about a wire is read off it."""

from __future__ import annotations

import functools
import importlib
import sys
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO, NamedTuple, Protocol, cast

from medcom_bu.arguments import ADVICE
from medcom_bu.declare.base import Declared
from medcom_bu.declare.fhir import Structure
from medcom_bu.declare.oioxml import Value
from medcom_bu.detection import WireFormat
from medcom_bu.issues import Layer, Loss, Reading
from medcom_bu.limits import LIMITS, Limits
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.message import NetworkEnvelope


class WireCodec(Protocol):
    """What the module of a codec has. Its own options, such as an encoding or a layout, have defaults."""

    LAYERS: tuple[Layer, ...]
    """Those that apply to its messages; what it does not judge itself is that of the rules."""

    def read(self, data: bytes | BinaryIO, limits: Limits = LIMITS, **options: Any) -> Reading[Any]:
        """What can be read of bytes. Never raises for bad input."""

    def judge(self, message: Any) -> Reading[Any]:
        """The verdict on the bytes that would be sent, at attribute paths."""

    def write(self, message: Any, file: BinaryIO, version: str | None = None, **options: Any) -> None:
        """Write a message to a binary file."""

    def losses(self, message: Any, version: str | None = None, **options: Any) -> tuple[Loss, ...]:
        """What writing it loses."""


@functools.cache
def _loaded(module: str) -> WireCodec:
    return cast("WireCodec", importlib.import_module(module))


class Wire(NamedTuple):
    """A wire format: the word for it as a target, the class that it carries, its codec and what is passed to it."""

    format: WireFormat
    target: str
    carries: str
    module: str
    options: Mapping[str, str] = {}
    takes_layouts: bool = False
    second_engine: str | None = None
    """The module of another schema engine, whose ``accepts(data)`` is its verdict."""

    def is_for(self, message: object) -> bool:
        """Whether it carries a message. Where the module of its class was not loaded, nothing is of that class."""
        module, _, name = self.carries.rpartition(".")
        return module in sys.modules and isinstance(message, getattr(sys.modules[module], name, ()))

    @property
    def verb(self) -> str:
        """The function that writes it."""
        return "to_" + self.target.partition("-")[0]

    @property
    def codec(self) -> WireCodec:
        """The module, loaded when it is first needed."""
        return _loaded(self.module)


_EMESSAGE, _STRUCTURE = "medcom_bu.messages.emessage.Emessage", "medcom_bu.declare.fhir.Structure"
_VANS = "medcom_bu.messages.envelopes.VansEnvelope"
_SBDH = "medcom_bu.messages.standard_business_document.StandardBusinessDocument"
_SECOND = "medcom_bu.oioxml.second_engine"

WIRES = (
    Wire(WireFormat.OIOXML, "xml", _EMESSAGE, "medcom_bu.oioxml.codec", second_engine=_SECOND),
    Wire(WireFormat.EDIFACT, "edifact", _EMESSAGE, "medcom_bu.edifact.codec", takes_layouts=True),
    Wire(WireFormat.VANS_ENVELOPE, "xml", _VANS, "medcom_bu.oioxml.vans", second_engine=_SECOND),
    Wire(WireFormat.SBDH, "xml", _SBDH, "medcom_bu.oioxml.sbdh", second_engine=_SECOND),
    Wire(WireFormat.FHIR_JSON, "fhir", _STRUCTURE, "medcom_bu.fhir.codec", {"form": "json"}),
    Wire(WireFormat.FHIR_XML, "fhir-xml", _STRUCTURE, "medcom_bu.fhir.codec", {"form": "xml"}),
)
"""A value is judged by the first that carries it."""

WIRE_OF = {wire.format: wire for wire in WIRES}
"""The row of each format that has a codec."""


def wires_of(message: object) -> list[Wire]:
    """The formats that carry a message."""
    return [wire for wire in WIRES if wire.is_for(message)] if isinstance(message, Declared) else []


def wire_to(message: object, *formats: WireFormat) -> Wire:
    """That of some formats which carries a message. Raises TypeError where none does."""
    wires = [WIRE_OF[wire_format] for wire_format in formats]
    for wire in wires:
        if wire.is_for(message):
            return wire
    verbs = " or ".join(dict.fromkeys(wire.verb for wire in wires_of(message)))
    kinds = [wire.carries.rpartition(".")[2] for wire in wires]
    raise _refused(wires[0].verb, message, kinds, f": use {verbs}" if verbs else "")


def check_message(verb: str, message: object, *kinds: type) -> None:
    """Raises TypeError, which says what to give instead, where a verb is given no message of the kinds it takes."""
    if not isinstance(message, kinds or (Emessage, NetworkEnvelope, Structure)):
        raise _refused(verb, message, [kind.__name__ for kind in kinds])


def _refused(verb: str, message: object, kinds: Iterable[str], hint: str = "") -> TypeError:
    taken = " or ".join(dict.fromkeys(_TAKEN[kind] for kind in kinds)) or "a message"
    came = type(message).__name__
    if isinstance(message, Value) and type(message).__letter__:
        hint = ": give the Emessage that it stands in"
    elif callable(getattr(message, "build", None)):
        hint = ": call its build()"
    hint = hint or ADVICE.get(came) or _INSTEAD.get(came, "")
    return TypeError(f"{verb} takes {taken}, not {came}{hint}")


_TAKEN = {
    "Emessage": "an Emessage",
    "VansEnvelope": "a VansEnvelope",
    "StandardBusinessDocument": "a StandardBusinessDocument",
    "NetworkEnvelope": "an envelope",
    "Structure": "a FHIR message",
}
_INSTEAD = {
    "bytes": ": parse the bytes first",
    "bytearray": ": parse the bytes first",
    "dict": ": from_dict makes a message of what to_dict gave",
}
