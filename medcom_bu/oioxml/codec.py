"""OIO-XML in and out: bytes to a consignment with what is wrong with it, a consignment to bytes."""

from __future__ import annotations

from typing import BinaryIO

from medcom_bu.issues import Layer, Loss
from medcom_bu.messages.emessage import Emessage
from medcom_bu.oioxml.reading import judge, read

LAYERS = (Layer.SYNTAX, Layer.SCHEMA, Layer.RULE)
"""What can be asked of a consignment; the last is not the codec's."""

__all__ = ["LAYERS", "judge", "losses", "read", "write"]


def write(message: Emessage, file: BinaryIO, version: str | None = None, encoding: str = "ISO-8859-1") -> None:
    """Write the consignment to a binary file; attachments are encoded in pieces of bounded size.

    Raises InvalidMessage where no letter has the version, and where the message holds XML that cannot be written,
    ValueError for an encoding that is not written.
    """
    from medcom_bu.oioxml.encode import write as write_xml

    write_xml(message, file, version, encoding)


def losses(message: Emessage, version: str | None = None) -> tuple[Loss, ...]:
    """Every loss: what is not written or otherwise, then what makes a receiver refuse what is written.

    Raises InvalidMessage where no letter has the version.
    """
    from medcom_bu.oioxml.losses import losses as losses_of

    return losses_of(message, version)
