"""The transmissions of a synthetic case: each message on its wire, each answer to it, what a receiver should do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import attrs

from medcom_bu import danish_time, wire
from medcom_bu.arguments import typed_fields
from medcom_bu.builders import CareCommunicationBuilder, ClinicalEmailBuilder
from medcom_bu.detection import WireFormat
from medcom_bu.envelopes import vans
from medcom_bu.exchange import Action, accept, again, correct, keys, refuse, write
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.message import Message
from medcom_bu.testing.case_family import Child, Draw, Party
from medcom_bu.values.fhir_codes import Category

FHIR = (WireFormat.FHIR_JSON, WireFormat.FHIR_XML)


@attrs.frozen(repr=False, field_transformer=typed_fields, kw_only=True)
class CaseStep:
    """One transmission of a case.

    ``file``: its name in the folder of the case.
    ``data``: its bytes.
    ``kind``: ``"question"``, ``"reply"``, ``"forward"``, ``"referral"``, ``"files"``, ``"note"``, ``"correction"``,
    ``"resent"``, ``"accepted"`` or ``"refused"``.
    ``moment``: when it comes.
    ``sender``, ``receiver``: roles of the case.
    ``wire``: the format of the message.
    ``enveloped``: whether it is in a VANSEnvelope.
    ``action``: what the receiver does with it, as :func:`~medcom_bu.exchange.receive` says it.
    ``keys``: what the message is known by, as texts.
    ``answers``, ``continues``, ``corrects``: the file of the earlier step that it answers, that it replies to or
    forwards, or that it corrects.
    ``repeats``: the file of the step that it is, sent again.
    ``files_of``: the file of the letter whose files it carries.
    """

    file: str
    data: bytes
    kind: str
    moment: datetime
    sender: str
    receiver: str
    wire: WireFormat
    enveloped: bool
    action: Action
    keys: tuple[str, ...]
    answers: str | None = None
    continues: str | None = None
    corrects: str | None = None
    repeats: str | None = None
    files_of: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """What ``case.json`` says of it: plain data without the bytes, and without what it does not belong to."""
        told = attrs.asdict(self, filter=lambda field, value: field.name != "data" and value is not None)
        return {**told, "moment": self.moment.isoformat(), "keys": list(self.keys)}

    def __repr__(self) -> str:
        return f"<CaseStep {self.file}: {self.action}>"


@attrs.frozen(repr=False)
class Sent:
    """A step and the message that it carries."""

    step: CaseStep
    message: Any


class Story:
    """Sends the messages of one case, one after the other, and keeps the steps."""

    def __init__(self, draw: Draw, child: Child) -> None:
        self.draw: Draw = draw
        self.child: Child = child
        self.steps: list[CaseStep] = []

    # --- sending ---

    def send(
        self,
        kind: str,
        message: Message,
        by: Party,
        to: Party,
        wire_format: WireFormat,
        *,
        is_enveloped: bool,
        action: Action,
        **belongs: str,
    ) -> Sent:
        """A message on its wire."""
        self.draw.wait(1 + self.draw.below(20))
        data = on_wire(message, wire_format)
        if is_enveloped:
            data = wire.to_xml(vans.wrap(data, ids=self.draw.ids))
        return self._keep(kind, data, message, by, to, wire_format, is_enveloped, action, **belongs)

    def answer(self, sent: Sent, by: Party, to: Party, *, reason: str | None = None) -> Sent:
        """The answer to a step: accepted, or refused for a ``reason``."""
        self.draw.wait(1 + self.draw.below(5))
        ids = self.draw.ids
        made: Message = refuse(sent.message, reason=reason, ids=ids) if reason else accept(sent.message, ids=ids)
        return self._answered(made, sent, by, to, "refused" if reason else "accepted")

    def answer_again(self, first: Sent, resent: Sent, by: Party, to: Party) -> Sent:
        """The answer to a step that came once more: the first one again."""
        self.draw.wait(1 + self.draw.below(5))
        return self._answered(again(first.message, ids=self.draw.ids), resent, by, to, first.step.kind)

    def resend(self, first: Sent, answer: Sent, by: Party, to: Party) -> None:
        """The same message once more, since its answer is late, and the same answer once more."""
        self.draw.wait(30)
        step = first.step
        resent = self.send(
            "resent",
            again(first.message, ids=self.draw.ids),
            by,
            to,
            step.wire,
            is_enveloped=step.enveloped,
            action=Action.DUPLICATE,
            repeats=step.file,
        )
        self.answer_again(answer, resent, to, by)

    def _answered(self, made: Message, sent: Sent, by: Party, to: Party, kind: str) -> Sent:
        step = sent.step
        data = write(made, like=wire.read(step.data), ids=self.draw.ids)
        return self._keep(kind, data, made, by, to, step.wire, step.enveloped, Action.ANSWER, answers=step.file)

    def _keep(
        self,
        kind: str,
        data: bytes,
        message: Message,
        by: Party,
        to: Party,
        wire_format: WireFormat,
        is_enveloped: bool,
        action: Action,
        **belongs: str,
    ) -> Sent:
        ending = "xml" if is_enveloped else wire_format.suffix
        step = CaseStep(
            file=f"{len(self.steps) + 1:02}-{kind}.{ending}",
            data=data,
            kind=kind,
            moment=danish_time.aware(self.draw.now),
            sender=by.role,
            receiver=to.role,
            wire=wire_format,
            enveloped=is_enveloped,
            action=action,
            keys=tuple(key.text for key in keys(message)),
            **belongs,
        )
        self.steps.append(step)
        return Sent(step, message)

    # --- correspondence ---

    def new(
        self, text: str, by: Party, to: Party, wire_format: WireFormat, files: Iterable[tuple[str, bytes]] = ()
    ) -> tuple[Message, ...]:
        """The first message of a thread, and, of a letter, the one that carries its files."""
        subject, ids = self.child.theme.subject, self.draw.ids
        builder: Any
        if wire_format in FHIR:
            builder = CareCommunicationBuilder.new(
                sender=by.in_care(),
                receiver=to.in_care(),
                patient=self.child.in_care(),
                category=Category.HEALTHCARE,
                topic=subject,
                ids=ids,
            ).write(text, author=by.author())
        else:
            builder = ClinicalEmailBuilder(
                sender=by.sender(),
                receiver=to.receiver(),
                patient=self.child.in_email(),
                subject=subject,
                text=text,
                ids=ids,
            ).sign(by.person, title=by.title)
        for title, content in files:
            builder.attach(content, title=title)
        return _messages(builder.build())

    def reply(self, received: Message, text: str, by: Party) -> Message:
        """The reply to a message."""
        if isinstance(received, Emessage):
            letter = ClinicalEmailBuilder.reply_to(received, text=text, ids=self.draw.ids)
            return letter.sign(by.person, title=by.title).build().messages[0]
        care: Any = received
        return CareCommunicationBuilder.reply_to(care, ids=self.draw.ids).write(text, author=by.author()).build()

    def forward(self, received: Message, earlier: Message, text: str, by: Party, to: Party) -> Message:
        """The forward of a message, the latest of its thread, to another party."""
        ids = self.draw.ids
        if isinstance(received, Emessage):
            letter = ClinicalEmailBuilder.forward(received, receiver=to.receiver(), text=text, ids=ids)
            return letter.sign(by.person, title=by.title).build().messages[0]
        care: Any = received
        before: Any = earlier
        builder = CareCommunicationBuilder.forward(care, earlier=[before], receiver=to.in_care(), ids=ids)
        return builder.write(text, author=by.author()).build()

    def correction(self, sent: Sent, text: str, by: Party) -> Message:
        """The correction of a correspondence that was sent."""
        builder: Any = correct(wire.read(on_wire(sent.message, sent.step.wire)), text=text, ids=self.draw.ids)
        message: Message = builder.sign(by.person, title=by.title).build().messages[0]
        return message


def on_wire(message: Message, wire_format: WireFormat) -> bytes:
    """A message as bytes."""
    content: Any = message
    if wire_format is WireFormat.OIOXML:
        return wire.to_xml(content)
    if wire_format is WireFormat.EDIFACT:
        return wire.to_edifact(content)
    return wire.to_fhir(content, "json" if wire_format is WireFormat.FHIR_JSON else "xml")


def _messages(built: Any) -> tuple[Message, ...]:
    return tuple(built) if hasattr(built, "messages") else (built,)
