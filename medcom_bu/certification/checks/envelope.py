"""What must be so of a VANSEnvelope around a message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medcom_bu import wire
from medcom_bu.certification.checks.findings import NOTHING, PRESENT, is_same, is_so, named
from medcom_bu.certification.model.results import Finding
from medcom_bu.certification.model.scenes import Scene, Taken
from medcom_bu.envelopes.contents import contents
from medcom_bu.issues import Text
from medcom_bu.messages.envelopes import VansEnvelope


@named("enveloped", "each message is in a VANSEnvelope that describes it", "hver meddelelse er i en VANSEnvelope")
def find_enveloped(_: Scene, stage: Taken) -> Iterator[Finding]:
    """Format, name with its postfix, version, size, sender and receiver are those of the message inside."""
    if not stage.gave:
        yield is_so(False, PRESENT, NOTHING, rule="certification.enveloped", path="/")
    for each in stage.gave:
        envelope: Any = each.came.envelope
        if not isinstance(envelope, VansEnvelope) or envelope.payload is None:
            form = str(wire.detect(each.data))
            yield is_so(False, PRESENT, Text(form, form), rule="certification.enveloped", path="/VANSEnvelope")
            continue
        inside, meta = contents(envelope.payload)[0], _meta(envelope)
        document, path = meta.document, "/VANSEnvelope/Message/MetaInformation/Document"
        for name, expected, found in (
            ("Format", inside.format, document.format),
            ("Name", inside.name, document.name),
            ("Version", inside.version, document.version),
            ("SizeInBytes", str(len(envelope.payload)), document.size_in_bytes),
        ):
            wanted, came = (None if value is None else str(value) for value in (expected, found))
            yield is_same(wanted, came, rule="CCS-3.4.4.3", path=f"{path}/{name}")
        ends = ((envelope.sender_id, inside.sender, "SenderID"), (envelope.receiver_id, inside.receiver, "ReceiverID"))
        for end, expected, name in ends:
            yield is_same(_number(expected), _number(end), rule="CCS-3.4.4.2", path=f"/VANSEnvelope/{name}")


def _number(end: Any) -> str | None:
    return None if end is None else getattr(end, "text", None) or str(end)


def _meta(envelope: VansEnvelope) -> Any:
    return getattr(envelope.content, "meta_information", None)
