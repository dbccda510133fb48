"""EDIFACT in and out: bytes to a consignment with what is wrong with it, a consignment to bytes.

An interchange holds one letter or several, each by the layout that its UNH names.
"""

from __future__ import annotations

from typing import BinaryIO

from medcom_bu.arguments import check
from medcom_bu.edifact.interchange import interchange_of, read_interchange, written_consignment
from medcom_bu.edifact.interchange import losses as lost
from medcom_bu.edifact.layout.notation import Layout, Layouts
from medcom_bu.edifact.syntax import codec as syntax
from medcom_bu.issues import Layer, Loss, Reading
from medcom_bu.limits import LIMITS, Limits
from medcom_bu.messages.emessage import Emessage
from medcom_bu.positions import in_edifact

LAYERS = (Layer.SYNTAX, Layer.SCHEMA, Layer.RULE)
"""What can be asked of an interchange; the last is not the codec's."""


def read(
    data: bytes | BinaryIO,
    limits: Limits = LIMITS,
    *,
    layout: Layouts = None,
) -> Reading[Emessage]:
    """Read bytes, or a seekable binary file. Never raises for bad input.

    ``layout`` is one or several that are not known here, or are to be used instead of those that are.

    Issues: those of ``syntax.catalogue`` and, where the syntax has no error, of ``layout.catalogue``.
    """
    parsed = syntax.read(data, limits)
    interchange = parsed.message
    if interchange is None:
        return Reading(None, parsed.issues, (Layer.SYNTAX,), place_of=in_edifact)
    decoded = read_interchange(interchange, _several(layout))
    if parsed.failed:
        return Reading(decoded.message, parsed.issues, (Layer.SYNTAX,), decoded.locate, place_of=in_edifact)
    issues = (*parsed.issues, *decoded.issues)
    return Reading(decoded.message, issues, decoded.ran, decoded.locate, place_of=in_edifact)


def write(message: Emessage, file: BinaryIO, version: str | None = None, layout: Layouts = None) -> None:
    """Write the consignment to a binary file. Raises InvalidMessage where a letter has no layout that is known."""
    written = written_consignment(message, version, _several(layout))
    syntax.write(interchange_of(written.unb, written.bodies), file)


def _several(layout: Layouts) -> tuple[Layout, ...]:
    check("layout", layout, Layouts)
    return () if layout is None else (layout,) if isinstance(layout, Layout) else tuple(layout)


def losses(message: Emessage, version: str | None = None, layout: Layouts = None) -> tuple[Loss, ...]:
    """What would be lost by writing, in document order. Raises InvalidMessage as writing does."""
    return lost(message, version, _several(layout))
