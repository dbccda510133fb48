"""What the kit asks a system to send, as data: what a clinician would choose and write. JSON-ready."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any, Self

import attrs

from medcom_bu.arguments import Words, check_fields


class TaskAction(Words):
    """What a clinician does."""

    NEW = "new"
    REPLY = "reply"
    FORWARD = "forward"
    CORRECT = "correct"


@attrs.frozen(field_transformer=check_fields)
class TaskUnit:
    """An organisation: its name, its location number (GLN) and its SOR code."""

    name: str
    gln: str
    sor: str


@attrs.frozen(repr=False, field_transformer=check_fields)
class TaskPatient:
    """A citizen: all numbers (CPR, replacement numbers; the first is the main one) and the names."""

    numbers: tuple[str, ...]
    given: str
    family: str


@attrs.frozen(repr=False, field_transformer=check_fields)
class TaskAuthor:
    """Who writes: names, telephone, and the role as a code of MedCom's list, empty where it has none, and as text."""

    given: str
    family: str
    telephone: str
    role: str
    title: str


@attrs.frozen(repr=False, field_transformer=check_fields)
class TaskFile:
    """A file to attach: its title, its bytes and its type (MIME)."""

    title: str
    content: bytes
    content_type: str


@attrs.frozen(repr=False, kw_only=True, field_transformer=check_fields)
class Task:
    """One thing to send.

    ``action`` is what is done. ``standard`` and ``version`` say with which message: ``CareCommunication`` 5.0,
    ``XDIS91`` XD9134L, ``XREF01`` XH0131R. ``wire`` is ``fhir+json``, ``fhir+xml``, ``oioxml``, ``edifact``, or empty
    where the system chooses; ``enveloped`` asks for a VANSEnvelope around each message. ``sender`` is the system's own
    unit. ``texts`` are segments or ClinicalInformation, in order. ``topic`` is the heading or the subject. ``links``
    maps titles to addresses. ``previous`` is, in a reply, a forward and a correction, the id of the earlier message
    (MessageHeader.id or Letter/Identifier); ``chosen`` are, in a forward of parts, the ids of the messages whose
    segments go on. ``specific_recipient`` is an empty text where the one of the earlier message is taken away.
    ``details`` is what a standard has besides, by its own names.
    """

    action: TaskAction
    standard: str
    version: str
    patient: TaskPatient
    sender: TaskUnit
    receiver: TaskUnit
    author: TaskAuthor
    wire: str = ""
    enveloped: bool = False
    texts: tuple[str, ...] = ()
    files: tuple[TaskFile, ...] = ()
    links: Mapping[str, str] = attrs.field(factory=dict)
    category: str | None = None
    topic: str | None = None
    priority: str | None = None
    episode_of_care: str | None = None
    specific_sender: str | None = None
    specific_recipient: str | None = None
    previous: str | None = None
    chosen: tuple[str, ...] = ()
    details: Mapping[str, str] = attrs.field(factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The task as JSON-ready data, the bytes of files in base64."""
        data = attrs.asdict(self, value_serializer=_plain)
        return {name: content for name, content in data.items() if content not in (None, [], {}, False)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """The task that :meth:`to_dict` told. Raises TypeError or KeyError for what it would not tell."""
        files = tuple(
            TaskFile(each["title"], base64.b64decode(each["content"]), each["content_type"])
            for each in data.get("files", ())
        )
        parts = {
            "action": TaskAction(data["action"]),
            "patient": TaskPatient(**{**data["patient"], "numbers": tuple(data["patient"]["numbers"])}),
            "sender": TaskUnit(**data["sender"]),
            "receiver": TaskUnit(**data["receiver"]),
            "author": TaskAuthor(**data["author"]),
            "files": files,
            "texts": tuple(data.get("texts", ())),
            "chosen": tuple(data.get("chosen", ())),
        }
        return cls(**{**data, **parts})

    def __repr__(self) -> str:
        return f"<Task: {self.action} {self.standard} {self.version}>"


def _plain(_: object, __: object, value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value) if isinstance(value, TaskAction) else list(value) if isinstance(value, tuple) else value
