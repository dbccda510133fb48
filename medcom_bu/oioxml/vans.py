"""VANSEnvelope in and out. The verdict is that of the schema of 1.0.4, and of XML Schema on what base64 is.

A version other than 1.0.4 is read as far as it has the same shape, with an error that says which version was seen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from medcom_bu.issues import Kind, Loss, Reading
from medcom_bu.messages.envelopes import NAMESPACE_ROOT, VANS_104, VansEnvelope
from medcom_bu.oioxml import catalogue
from medcom_bu.oioxml.envelopes import LAYERS, EnvelopeCodec
from medcom_bu.oioxml.faults import Location, shown
from medcom_bu.values.base64 import Base64

__all__ = ["LAYERS", "judge", "losses", "read", "write"]


def _with_data(envelope: Any, data: Base64) -> VansEnvelope:
    changed: VansEnvelope = envelope.replace(content=envelope.content.replace(data=data))
    return changed


def _namespace_fault(namespace: str) -> tuple[Kind, dict[str, object]] | None:
    if namespace == VANS_104.namespace:
        return None
    if namespace.startswith(NAMESPACE_ROOT):
        return catalogue.ENVELOPE_VERSION, {"version": shown(namespace[len(NAMESPACE_ROOT) :])}
    return catalogue.ENVELOPE_NAMESPACE, {}


_CODEC = EnvelopeCodec(
    cls=VansEnvelope,
    version=VANS_104,
    schema="vans-envelope-1.0.4.xsd",
    data=Location("/VANSEnvelope/Message/Data", VansEnvelope.data_path),
    wrong_root=catalogue.ENVELOPE_ROOT,
    with_data=_with_data,
    namespace_fault=_namespace_fault,
)
read: Callable[..., Reading[Any]] = _CODEC.read
judge: Callable[[Any], Reading[Any]] = _CODEC.judge
losses: Callable[..., tuple[Loss, ...]] = _CODEC.losses
write: Callable[..., None] = _CODEC.write
