"""EDIFACT in and out: bytes to a consignment with what is wrong with it, a consignment to bytes.

An interchange holds one letter or several, each by the layout that its UNH names.
"""

from __future__ import annotations

from typing import BinaryIO

from medcom_bu.arguments import check
from medcom_bu.edifact.interchange import interchange_of, read_interchange, written_consignment
from medcom_bu.edifact.interchange import losses as lost
from medcom_bu.edifact.layout.notation import Layout, Layouts
from medcom_bu.edifact.syntax import catalogue
from medcom_bu.edifact.syntax import codec as syntax
from medcom_bu.issues import Issue, Layer, Loss, Reading, Severity
from medcom_bu.limits import LIMITS, Limits
from medcom_bu.messages.emessage import Emessage
from medcom_bu.positions import in_edifact

LAYERS = (Layer.SYNTAX, Layer.SCHEMA, Layer.RULE)
"""What can be asked of an interchange; the last is not the codec's."""
_COUNTS = (catalogue.SEGMENT_COUNT, catalogue.MESSAGE_COUNT)


def read(
    data: bytes | BinaryIO,
    limits: Limits = LIMITS,
    *,
    layout: Layouts = None,
) -> Reading[Emessage]:
    """Read bytes, or a seekable binary file. Never raises for bad input.

    ``layout`` is one or several that are not known here, or are to be used instead of those that are.

    Issues: those of ``syntax.catalogue`` and, where the syntax has no error, of ``layout.catalogue``; of these the
    errors alone where nothing of the syntax is wrong but a count.
    """
    parsed = syntax.read(data, limits)
    interchange = parsed.message
    if interchange is None:
        return Reading(None, parsed.issues, (Layer.SYNTAX,), place_of=in_edifact)
    decoded = read_interchange(interchange, _several(layout))
    if parsed.failed:
        why = _behind_a_count(parsed.issues, decoded.issues)
        issues = (*parsed.issues, *why)
        return Reading(decoded.message, issues, (Layer.SYNTAX,), decoded.locate, place_of=in_edifact)
    issues = (*parsed.issues, *decoded.issues)
    return Reading(decoded.message, issues, decoded.ran, decoded.locate, place_of=in_edifact)


def _behind_a_count(found: tuple[Issue, ...], by_layout: tuple[Issue, ...]) -> tuple[Issue, ...]:
    """The errors of the layout where the syntax has none but a wrong count: a segment too few or too many is why."""
    errors = (issue.kind for issue in found if issue.severity is Severity.ERROR)
    if not all(kind in _COUNTS for kind in errors):
        return ()
    return tuple(issue for issue in by_layout if issue.severity is Severity.ERROR)


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
