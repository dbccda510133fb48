"""Whole stories for tests, demonstrations and load: a child, and all that is sent about it, from question to answer.

>>> from medcom_bu.testing import cases
>>> case = next(cases("a test", 1))
>>> [(step.file, str(step.action)) for step in case.steps][:2]
[('01-question.xml', 'show'), ('02-accepted.xml', 'answer')]
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import attrs

from medcom_bu.arguments import check_arguments
from medcom_bu.bu.sharing import ActiveCase, shared_text
from medcom_bu.bu.values import Contact
from medcom_bu.detection import WireFormat
from medcom_bu.exchange import Action
from medcom_bu.messages.message import Message
from medcom_bu.testing import case_texts as texts
from medcom_bu.testing.case_family import Child, Draw, Party, child, parties
from medcom_bu.testing.case_referral import LENGTHS, Draft, draft, drawing
from medcom_bu.testing.case_steps import FHIR, CaseStep, Sent, Story
from medcom_bu.values.codes import StatusCode

SCHEMA, SIDECAR = "medcom_bu/case/1", "case.json"

_DAY = 24 * 60
_ROLES = ("municipality", "hospital", "doctor")
_WIRES = (WireFormat.OIOXML, WireFormat.EDIFACT, WireFormat.FHIR_JSON, WireFormat.FHIR_XML)


@attrs.frozen(repr=False)
class Case:
    """One story: a child, who writes about it, and every transmission in its order.

    ``seed`` and ``number`` tell the case; ``child`` has its replacement number, names and birth; ``parties`` maps the
    roles ``"municipality"``, ``"hospital"`` and ``"doctor"`` to who they are, with ``takes`` where a party does not
    take every type of message; ``steps`` are the transmissions.
    """

    seed: str
    number: int
    child: Mapping[str, str]
    parties: Mapping[str, Mapping[str, Any]]
    steps: tuple[CaseStep, ...]

    @property
    def name(self) -> str:
        """The name of its folder, such as ``case-00001``."""
        return f"case-{self.number:05}"

    def to_dict(self) -> dict[str, Any]:
        """What ``case.json`` says: plain data, the bytes of the messages left out."""
        return {
            "schema": SCHEMA,
            "seed": self.seed,
            "number": self.number,
            "child": dict(self.child),
            "parties": {role: dict(party) for role, party in self.parties.items()},
            "steps": [step.to_dict() for step in self.steps],
        }

    def files(self) -> dict[str, bytes]:
        """The files of its folder, by their names: ``case.json`` first, then each step."""
        told = json.dumps(self.to_dict(), ensure_ascii=False, indent=2) + "\n"
        return {SIDECAR: told.encode(), **{step.file: step.data for step in self.steps}}

    def __repr__(self) -> str:
        return f"<Case {self.number}: {len(self.steps)} steps>"


@check_arguments
def cases(seed: str, count: int) -> Iterator[Case]:
    """Whole stories, the same for the same ``seed`` each time with the same version of the library.

    ``seed`` is any text; ``count`` is how many.

    A municipality asks the family doctor about a child, refers it to the region's child and adolescent psychiatry, and
    sends the doctor's reply on; all is answered, and some of it is corrected, refused, or sent again. By number the
    cases take turns: the correspondence is on OIO-XML, EDIFACT, FHIR JSON and FHIR XML, in a VANSEnvelope in every
    third; the texts are short, usual, long, or continue in a PDF; one in eight has a doctor who takes letters alone.
    Eight in a row have all of it.

    Children have replacement numbers, which are not CPR numbers; names and texts are made up. The PDF of a text that
    goes on is the same with the same version of typst, where the extra ``pdf`` is installed.

    Raises ValueError for a ``count`` below 0, TypeError for what is not text or number.
    """
    if count < 0:
        raise ValueError("cases takes a count of 0 or more")
    return (_case(seed, number) for number in range(1, count + 1))


def _case(seed: str, number: int) -> Case:
    draw = Draw(seed, number)
    about = child(draw)
    known = parties(draw, letters_alone=number % 8 == 6)
    story = Story(draw, about)
    _Telling(story, known, number).tell()
    return Case(seed, number, _told(about), {role: _shown(party) for role, party in known.items()}, tuple(story.steps))


def _told(about: Child) -> dict[str, str]:
    return {
        "number": about.number.reveal(),
        "given_name": about.given,
        "family_name": about.family,
        "born": about.born.isoformat(),
    }


def _shown(party: Party) -> dict[str, Any]:
    known = {"name": party.name, "unit": party.unit, "gln": party.gln, "sor": party.sor}
    return known if party.takes is None else {**known, "takes": list(party.takes)}


class _Telling:
    """Tells one story from beginning to end."""

    def __init__(self, story: Story, known: Mapping[str, Party], number: int) -> None:
        self.story = story
        self.draw = story.draw
        self.number = number
        self.municipality, self.hospital, self.doctor = (known[role] for role in _ROLES)

    def tell(self) -> None:
        """All of it, in its order."""
        wire_format = _WIRES[self.number % len(_WIRES)]
        if self.doctor.takes is not None:
            self._refused_question(wire_format)
            wire_format = WireFormat.OIOXML
        question = self._question(wire_format)
        reply, reply_answer = self._reply(question)
        self.draw.wait(_DAY)
        made = self._draft()
        referral, referral_answer = self._referral("referral", made.build())
        self._forward(reply, question)
        if self.number % 4 == 0:
            self.story.resend(referral, referral_answer, self.municipality, self.hospital)
        else:
            self.story.resend(reply, reply_answer, self.doctor, self.municipality)
        if self.number % 3 == 0:
            self.draw.wait(_DAY)
            reason = f"{made.fields['reason']}\n{self._say(texts.CORRECTIONS)}"
            corrected = made.build(StatusCode.CORRECTED, reason=reason)
            self._referral("correction", corrected, corrects=referral.step.file)
        self._note()

    def _say(self, choices: tuple[str, ...]) -> str:
        about = self.story.child
        theme = about.say(self.draw.one(about.theme.symptoms))
        return self.draw.one(choices).format(**about.words, theme=theme)

    def _refused_question(self, wire_format: WireFormat) -> None:
        """The doctor's system takes letters alone: what it refuses is not resent, but sent as a letter."""
        by, to = self.municipality, self.doctor
        (message,) = self.story.new(self._say(texts.QUESTIONS), by, to, wire_format)
        sent = self._send("question", message, by, to, wire_format, Action.REFUSE)
        self.story.answer(sent, to, by, reason=texts.NOT_TAKEN)
        self.draw.wait(60)

    def _question(self, wire_format: WireFormat) -> Sent:
        by, to, text = self.municipality, self.doctor, self._say(texts.QUESTIONS)
        if self.number % 5 == 2:
            contact = Contact(name=by.person, title=by.title, telephone="00000000")
            active_case = ActiveCase(authority=f"PPR, {by.name}", since=self.draw.now.date())
            text = f"{text}\n\n{shared_text(contact_data=contact, active_case=active_case)}"
        files = [(texts.DRAWING, drawing(self.draw))] if self.number % 3 == 2 else []
        sent, _ = self._sent_with_files("question", self.story.new(text, by, to, wire_format, files), to, wire_format)
        if wire_format not in FHIR and self.number % 3 == 1:
            message = self.story.correction(sent, self._say(texts.CORRECTIONS), by)
            self._accepted("correction", message, by, to, wire_format, corrects=sent.step.file)
        return sent

    def _reply(self, question: Sent) -> tuple[Sent, Sent]:
        self.draw.wait(60 + self.draw.below(120))
        message = self.story.reply(question.message, self._say(texts.ANSWERS_OF_DOCTOR), self.doctor)
        step = question.step
        return self._accepted("reply", message, self.doctor, self.municipality, step.wire, continues=step.file)

    def _forward(self, reply: Sent, question: Sent) -> None:
        by, to, step = self.municipality, self.hospital, reply.step
        message = self.story.forward(reply.message, question.message, self._say(texts.FORWARDS), by, to)
        self._accepted("forward", message, by, to, step.wire, continues=step.file)

    def _draft(self) -> Draft:
        is_edifact = self._referral_wire() is WireFormat.EDIFACT
        length = LENGTHS[self.number % 5 % len(LENGTHS)]
        return draft(
            self.draw, self.story.child, self.municipality, self.hospital, length=length, as_edifact=is_edifact
        )

    def _referral(self, kind: str, consignment: Iterable[Message], **belongs: str) -> tuple[Sent, Sent]:
        return self._sent_with_files(kind, consignment, self.hospital, self._referral_wire(), **belongs)

    def _referral_wire(self) -> WireFormat:
        return WireFormat.EDIFACT if self.number % 7 in (1, 4) else WireFormat.OIOXML

    def _note(self) -> None:
        """What the psychiatry writes when it has looked at the referral."""
        self.draw.wait(2 * _DAY)
        by, to, wire_format = self.hospital, self.municipality, _WIRES[(self.number + 1) % len(_WIRES)]
        (message,) = self.story.new(self._say(texts.CLINIC_REPLIES), by, to, wire_format)
        self._accepted("note", message, by, to, wire_format)

    def _sent_with_files(
        self, kind: str, messages: Iterable[Message], to: Party, wire_format: WireFormat, **belongs: str
    ) -> tuple[Sent, Sent]:
        """A message of the municipality and the letter with its files, both accepted; the first and its answer."""
        first, *rest = messages
        sent, answer = self._accepted(kind, first, self.municipality, to, wire_format, **belongs)
        for message in rest:
            self._accepted("files", message, self.municipality, to, wire_format, files_of=sent.step.file)
        return sent, answer

    def _accepted(
        self, kind: str, message: Message, by: Party, to: Party, wire_format: WireFormat, **belongs: str
    ) -> tuple[Sent, Sent]:
        sent = self._send(kind, message, by, to, wire_format, Action.SHOW, **belongs)
        return sent, self.story.answer(sent, to, by)

    def _send(
        self, kind: str, message: Message, by: Party, to: Party, wire_format: WireFormat, action: Action, **belongs: str
    ) -> Sent:
        is_enveloped = self.number % 3 == 1
        return self.story.send(kind, message, by, to, wire_format, is_enveloped=is_enveloped, action=action, **belongs)
