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
    """An organisation.

    ``name``: its name.
    ``gln``: its location number (GLN), 13 digits.
    ``sor``: its SOR code.
    """

    name: str
    gln: str
    sor: str


@attrs.frozen(repr=False, field_transformer=check_fields)
class TaskPatient:
    """A citizen.

    ``numbers``: all numbers, CPR and replacement numbers; the first is the main one.
    ``given``: the given names.
    ``family``: the family name.
    """

    numbers: tuple[str, ...]
    given: str
    family: str


@attrs.frozen(repr=False, field_transformer=check_fields)
class TaskAuthor:
    """Who writes.

    ``given``: the given names.
    ``family``: the family name.
    ``telephone``: the telephone number.
    ``role``: the role as a code of MedCom's list; empty where the list has none.
    ``title``: the role in words.
    """

    given: str
    family: str
    telephone: str
    role: str
    title: str


@attrs.frozen(repr=False, field_transformer=check_fields)
class TaskFile:
    """A file to attach.

    ``title``: what it is called.
    ``content``: its bytes.
    ``content_type``: its MIME type.
    """

    title: str
    content: bytes
    content_type: str


@attrs.frozen(repr=False, kw_only=True, field_transformer=check_fields)
class Task:
    """One thing to send.

    ``action``: what is done.
    ``standard``, ``version``: the message to send: ``CareCommunication`` 5.0, ``XDIS91`` XD9134L, ``XREF01`` XH0131R.
    ``patient``: the citizen that it is about.
    ``sender``: the system's own unit.
    ``receiver``: the unit that it goes to.
    ``author``: who writes.
    ``wire``: ``fhir+json``, ``fhir+xml``, ``oioxml``, ``edifact``, or empty where the system chooses.
    ``enveloped``: whether each message goes in a VANSEnvelope.
    ``texts``: segments or ClinicalInformation, in order.
    ``files``: the files to attach, in order.
    ``links``: titles of web pages, with their addresses.
    ``category``: what a CareCommunication is about, as its code; here and below, None is for what is not chosen.
    ``topic``: the heading or the subject.
    ``priority``: how urgent it is, as a code of the standard.
    ``episode_of_care``: the number of the course of treatment.
    ``specific_sender``: the care team or person within the sender's unit.
    ``specific_recipient``: the one within the receiver's; an empty text takes that of the earlier message away.
    ``previous``: in a reply, a forward and a correction, the id of the earlier message (MessageHeader.id or
    Letter/Identifier).
    ``chosen``: in a forward of parts, the ids of the messages whose segments go on.
    ``details``: what a standard has besides, by its own names.
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
        """The task from the data of :meth:`to_dict`. Raises TypeError or KeyError for any other data."""
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
