"""A message as one HTML file that a clinician reads: Danish, without script, asking for nothing from outside.

What it shows is a :class:`medcom_bu.rendering.view.View`. Persons are shown in full: the page belongs to the record.
:func:`medcom_bu.rendering.text.as_text` is the masked form.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any

from medcom_bu.arguments import check
from medcom_bu.directory import Directory
from medcom_bu.issues import Parsed
from medcom_bu.messages.emessage import Consignment
from medcom_bu.rendering.page_options import PageOptions
from medcom_bu.rendering.view import ShownFile
from medcom_bu.rendering.viewing import view_of
from medcom_bu.values.fhir_resources import Bundle
from medcom_bu.wire import Message

Shown = Message | Parsed[Any] | Consignment[Any]
"""What can be shown on a page, alone or among others."""


def as_page(
    message: Shown | Sequence[Shown],
    *,
    directory: Directory | None = None,
    link: Callable[[ShownFile], str | None] | None = None,
    unread: Collection[Message | Parsed[Any] | str] = (),
    embed: bool = True,
) -> str:
    """The message as a complete HTML5 file in Danish: no script, no request to anywhere.

    CareCommunications of one thread about one citizen become one article, with each segment once, the newest first. For
    an envelope its content is shown first, and then the envelope.

    ``message``: a message; what :func:`medcom_bu.read` gave, whose report is shown with it; a consignment, whose files
    are shown with the letter that names them; or a sequence of these.
    ``directory``: names units that the message gives no name for, as of the day it was sent.
    ``link``: called for each file (``.name``, ``.identifier``, ``.file_name``, ``.size``, ``.content``), returns the
    address to open it at, http, https or a path, or None.
    ``unread``: messages (or what ``read`` gave), ids of messages (MessageHeader.id) and identifiers of segments that
    are to be marked as unread.
    ``embed``: whether the other files are put into the page, so that they can be opened from it; a page grows by four
    thirds of their size.

    Raises TypeError for what is none of these, ValueError for an address from ``link`` that is not safe.
    Source: Den gode XML korrespondance, 2020, pages 10-12; MedCom, test protocols for receiving CareCommunication.
    """
    check("as_page: directory", directory, Directory | None)
    check("as_page: link", link, Callable | None)
    check("as_page: unread", unread, Collection[Message | Parsed[Any] | str])
    check("as_page: embed", embed, bool)
    from medcom_bu.rendering.html import document  # MarkupSafe is loaded where a page is made

    return document(view_of(message, options_of(directory, link, unread)), embed=embed)


def options_of(
    directory: Directory | None,
    link: Callable[[ShownFile], str | None] | None,
    unread: Collection[Message | Parsed[Any] | str],
) -> PageOptions:
    """What a caller knows besides the message, in one value."""
    names = frozenset(one for one in unread if isinstance(one, str))
    messages = tuple(one.message if isinstance(one, Parsed) else one for one in unread if not isinstance(one, str))
    ids = (one.header.id for one in messages if isinstance(one, Bundle) and one.header)
    return PageOptions(directory, link, names.union(filter(None, ids)), messages)
