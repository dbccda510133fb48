"""The other side of an exchange: answers as a hospital, a doctor, DNHF or a VANS provider would, or badly on request.

It opens no connection: a test carries the bytes, and says what time it is. The same seed gives the same bytes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Unpack

from medcom_bu import danish_time, exchange, wire
from medcom_bu.arguments import Words, check, check_word
from medcom_bu.builders.fields import CareCommunicationFields, ClinicalEmailFields
from medcom_bu.conversion.convert import convert
from medcom_bu.conversion.result import Conversion
from medcom_bu.directory import Directory, Unit
from medcom_bu.envelopes import vans
from medcom_bu.errors import InvalidMessage
from medcom_bu.exchange.identity import identities, is_answer, open_incoming, open_unjudged
from medcom_bu.exchange.kinds import kinds
from medcom_bu.issues import Parsed
from medcom_bu.messages.care_communication import CareCommunicationMessage
from medcom_bu.messages.clinical_email import ClinicalEmail
from medcom_bu.messages.emessage import Consignment, Emessage
from medcom_bu.messages.envelopes import VansEnvelope
from medcom_bu.messages.letter_union import Letter
from medcom_bu.messages.message import Message
from medcom_bu.testing.case_family import Draw, Party, parties
from medcom_bu.testing.case_steps import on_wire
from medcom_bu.testing.clock import START
from medcom_bu.testing.making import Factories
from medcom_bu.values.codes import RefuseCode
from medcom_bu.wire import WireFormat


class CounterpartRole(Words):
    """Who the other side is."""

    HOSPITAL = "hospital"
    DOCTOR = "doctor"
    DNHF = "dnhf"
    VANS = "vans"


class Misbehaviour(Words):
    """What the other side does wrong with one message, one that comes to it or one that it sends."""

    LATE = "late"
    TWICE = "twice"
    REFUSED = "refused"
    TRANSIENT = "transient"
    WRONG_VERSION = "wrong version"
    LOST = "lost"
    ANSWER_LOST = "answer lost"
    REORDERED = "reordered"
    CONVERTED = "converted"


_OF_ANSWERS = (Misbehaviour.REFUSED, Misbehaviour.TRANSIENT, Misbehaviour.ANSWER_LOST)
_REASONS = (RefuseCode.NOT_SPECIFIED, RefuseCode.UNKNOWN_LOCATION_NUMBER)
_OPERATOR = "5790000121540"
_DNHF = Party(
    "dnhf", "Den Nationale Henvisningsformidling", "DNHF", _OPERATOR, "953741000016009", "Test Bruger", "sekretær",
    "sygeplejerske",
)  # fmt: skip
_TAKES: Mapping[CounterpartRole, tuple[str, ...]] = {
    CounterpartRole.DOCTOR: ("XDIS91", "XBIN01", "CareCommunication"),
    CounterpartRole.DNHF: ("XREF01", "XBIN01", "XBIN02"),
}
"""What the others take is all that there is."""


class Counterpart:
    """The other side, with the methods of a system: ``receive`` and ``tick``, and ``send`` for what it sends itself.

    A hospital takes all that the library reads, a doctor takes correspondences with their files and CareCommunication,
    DNHF referrals with their files. A VANS provider carries what it gets to the one behind it and the answers back; it
    refuses in its own name, and delivers twice where it is to do that.

    ``role``: the side that it plays, a :class:`CounterpartRole` or its text.
    ``seed``: decides all numbers and choices: two of a role in one test want two seeds.
    ``now``: the time until :meth:`tick` says another, Danish time where it has no zone.
    ``behind``: whom a VANS provider carries to; a hospital where none is given.
    ``directory``: has the SOR codes that a conversion of letters asks for; left out, it knows the units of
    ``factories`` and of the counterparts.

    Raises TypeError for an argument of another type, ValueError for another role, and for a ``behind`` that is given to
    anyone but a VANS provider.

    Source: MedCom, governance of messaging 020, 030, 040 and 043; MedCom's test protocols, the side that they simulate.
    """

    def __init__(
        self,
        role: CounterpartRole | str,
        *,
        seed: str = "",
        now: datetime = START,
        behind: Counterpart | None = None,
        directory: Directory | None = None,
    ) -> None:
        check("Counterpart: seed", seed, str)
        check("Counterpart: now", now, datetime)
        check("Counterpart: behind", behind, Counterpart | None)
        check("Counterpart: directory", directory, Directory | None)
        check_word("role", role, tuple(map(str, CounterpartRole)))
        self.role: CounterpartRole = CounterpartRole(role)
        if behind is not None and self.role is not CounterpartRole.VANS:
            raise ValueError("only a VANS provider has another party behind it")
        self._draw = Draw(f"{self.role}/{seed}", 0)
        self._draw.now = danish_time.aware(now)
        everyone = parties(self._draw, letters_alone=False)
        is_own = self.role in (CounterpartRole.HOSPITAL, CounterpartRole.DOCTOR)
        self._party = everyone[str(self.role)] if is_own else _DNHF
        self._other = everyone["municipality"]
        known = (Unit(gln=each.gln, sor=each.sor, name=each.name) for each in (*everyone.values(), _DNHF))
        self._directory = Directory(tuple(known)) if directory is None else directory
        if self.role is CounterpartRole.VANS and behind is None:
            behind = Counterpart(CounterpartRole.HOSPITAL, seed=seed, now=now)
        self._behind = behind
        self._store, self._outbox = exchange.MemoryStore(), exchange.Outbox()
        self._refusals: dict[str, tuple[Message, Parsed[Any]]] = {}
        self._orders: deque[tuple[Misbehaviour, int]] = deque()
        self._held: list[tuple[datetime, bytes]] = []
        self._after: list[bytes] = []
        self.decisions: list[exchange.Decision] = []
        """What it made of each message that came, the oldest first; of what was lost there is none."""
        self.steps: list[exchange.OutboxStep] = []
        """What became of what it sent."""

    def misbehave(self, *how: Misbehaviour | str, minutes: int | None = None) -> None:
        """What to do with the next messages, one each: what comes and is not an answer, or what it is to send.

        ``minutes`` is how late ``"late"`` is; without it the seed decides, between 31 and 90. Raises ValueError for any
        other word.
        """
        check("misbehave: minutes", minutes, int | None)
        for each in how:
            check_word("how", each, tuple(map(str, Misbehaviour)))
            is_drawn = minutes is None and each == Misbehaviour.LATE
            self._orders.append((Misbehaviour(each), 31 + self._draw.below(60) if is_drawn else minutes or 0))

    # --- what comes ---

    def receive(self, data: bytes) -> tuple[bytes, ...]:
        """What goes back at once for what came: answers, nothing for an answer. Never raises for bad input."""
        if is_answer(open_unjudged(data).message):
            return self._answered(data)
        how, minutes = self._order()
        if how is Misbehaviour.LOST:
            return ()
        if how is Misbehaviour.CONVERTED:
            answers = self._by_converter(data)
        elif how in (Misbehaviour.REFUSED, Misbehaviour.TRANSIENT):
            answers = self._refuse(data, is_transient=how is Misbehaviour.TRANSIENT)
        elif how is Misbehaviour.TWICE and self._behind is not None:
            return (*self._take(data), *self._take(data))
        else:
            answers = self._take(data, is_known=how is not Misbehaviour.WRONG_VERSION)
        return () if how is Misbehaviour.ANSWER_LOST else self._out(answers, how, minutes)

    def _answered(self, data: bytes) -> tuple[bytes, ...]:
        if self._behind is not None:
            return self._behind.receive(data)
        self.steps += self._outbox.answered(data, self._store, self._draw.now)
        return self._due()

    def _take(self, data: bytes, *, is_known: bool = True) -> tuple[bytes, ...]:
        """The answer by the rules; where its version ``is_known`` to nobody, a refusal that says so."""
        if self._behind is not None and is_known:
            return self._behind.receive(data)
        takes = _TAKES.get(self.role) if is_known else ()
        decision = exchange.receive(data, self._store, self._draw.now, takes=takes, ids=self._draw.ids)
        self.decisions.append(decision)
        if decision.action is exchange.Action.DUPLICATE:
            for key in decision.keys:
                if key.text in self._refusals:
                    refusal, like = self._refusals[key.text]
                    return (exchange.write(exchange.again(refusal, ids=self._draw.ids), like, ids=self._draw.ids),)
        return () if decision.answer is None else (decision.answer,)

    def _refuse(self, data: bytes, *, is_transient: bool) -> tuple[bytes, ...]:
        """A refusal of what is valid; a permanent one holds for each copy that comes."""
        came = wire.read(data)
        code = self._draw.one(_REASONS)
        try:
            if self._behind is not None and isinstance(came.message, VansEnvelope):
                why = "Kan ikke leveres nu" if is_transient else "Kan ikke leveres"
                return (wire.to_xml(vans.vans_negative(came.message, why, ids=self._draw.ids)),)
            refusal: Any
            if self._behind is not None and isinstance(came.message, Emessage):
                refusal = exchange.refuse_delivery(came, _OPERATOR, ids=self._draw.ids)
            else:
                refusal = exchange.refuse(
                    came, reason=None if is_transient else code, transient=is_transient, ids=self._draw.ids
                )
        except InvalidMessage:  # it cannot be answered
            return self._take(data)
        if not is_transient and self._behind is None:
            self._take(data, is_known=False)  # from now on it is known as refused
            inside = open_incoming("refuse", came).message
            self._refusals |= {key.text: (refusal, came) for key in identities(inside)}
        return (exchange.write(refusal, came, ids=self._draw.ids),)

    def _by_converter(self, data: bytes) -> tuple[bytes, ...]:
        """The answer as it comes where the conversion service is in between; what it cannot convert goes as it is."""
        plain, came = self._take(data), wire.read(data)
        message: Any = open_incoming("convert", came).message
        if not plain or not came.report.ok or message is None:
            return plain
        is_care, ids = isinstance(message, CareCommunicationMessage), self._draw.ids
        try:
            over = self._converted(message)
            first, *others = (exchange.accept(each, ids=ids) for each in over.messages)
            back = convert(first, "fhir" if is_care else "xml", attachments=others, pairs=over.pairs, ids=ids)  # type: ignore[arg-type]
        except InvalidMessage:
            return plain
        return tuple(exchange.write(each, came, ids=ids) for each in back.messages)

    def _converted(self, message: Message | Consignment[Letter]) -> Conversion:
        """A message in the other standard. Raises InvalidMessage where it cannot be."""
        if isinstance(message, CareCommunicationMessage):
            return convert(message, "xml", ids=self._draw.ids)
        return convert(message, "fhir", directory=self._directory, ids=self._draw.ids)

    # --- what it sends ---

    def care_communication(
        self,
        *,
        text: str = "Tak for jeres henvendelse.",
        files: Mapping[str, bytes] | None = None,
        **but: Unpack[CareCommunicationFields],
    ) -> CareCommunicationMessage:
        """A new CareCommunication of its own to a municipality, with a ``text`` and ``files`` (title to bytes).

        ``but`` are fields of :class:`CareCommunicationBuilder` to be set otherwise. Errors are those of ``factories``.
        """
        ends: CareCommunicationFields = {"sender": self._party.in_care(), "receiver": self._other.in_care(), **but}
        author = self._party.author()
        return Factories(self._draw.ids).care_communication(text=text, author=author, files=files, **ends)

    def correspondence(
        self, *, files: Mapping[str, bytes] | None = None, **but: Unpack[ClinicalEmailFields]
    ) -> Consignment[ClinicalEmail]:
        """A new correspondence of its own to a municipality, with ``files`` (title to bytes).

        ``but`` are fields of :class:`ClinicalEmailBuilder` to be set otherwise; the errors are those of ``factories``.
        """
        ends: ClinicalEmailFields = {"sender": self._party.sender(), "receiver": self._other.receiver(), **but}
        return Factories(self._draw.ids).correspondence(files=files, **ends)

    def send(
        self,
        message: Message | Consignment[Letter],
        *,
        wire_format: WireFormat | str | None = None,
        enveloped: bool = False,
    ) -> tuple[bytes, ...]:
        """What goes on the network for a message: OIO-XML or FHIR JSON, or the ``wire_format`` that is given.

        ``enveloped`` puts it into VANSEnvelopes.

        It is sent again by :meth:`tick` until it is answered, three times at most. ``"reordered"`` sends the letter
        with the files first, or holds back what is one message until the next one is sent. Raises InvalidMessage for
        what is not valid, or cannot be converted; ValueError where it is to misbehave in a way that only answers can.
        """
        check("send: message", message, Message | Consignment)
        if self._orders and self._orders[0][0] in _OF_ANSWERS:
            raise ValueError(f"{self._orders[0][0]} is of answers: the counterpart sends a message of its own")
        how, minutes = self._order()
        messages: tuple[Message, ...] = message.messages if isinstance(message, Consignment) else (message,)
        if how is Misbehaviour.CONVERTED:
            messages, wire_format = self._converted(message).messages, None
        sent = []
        for each in messages:
            is_letter = isinstance(each, Emessage)
            data = on_wire(each, WireFormat(wire_format or ("oioxml" if is_letter else "fhir+json")))
            if enveloped:
                data = wire.to_xml(vans.wrap(data, ids=self._draw.ids))
            step = self._outbox.send(data, self._store, self._draw.now, ids=self._draw.ids)
            self.steps.append(step)
            if step.data is not None:
                sent.append(_in_no_version(each, step.data) if how is Misbehaviour.WRONG_VERSION else step.data)
        if how is Misbehaviour.LOST:
            return ()
        if how is Misbehaviour.REORDERED and len(sent) > 1:
            return self._out(reversed(sent), None, 0)
        return self._out(sent, how, minutes)

    def tick(self, now: datetime) -> tuple[bytes, ...]:
        """It is ``now``: what was held back until then, and what nobody has answered, once more."""
        check("tick: now", now, datetime)
        self._draw.now = danish_time.aware(now)
        due = [data for moment, data in self._held if moment <= self._draw.now]
        self._held = [each for each in self._held if each[0] > self._draw.now]
        behind = () if self._behind is None else self._behind.tick(now)
        return self._out((*due, *behind, *self._due()), None, 0)

    def _due(self) -> tuple[bytes, ...]:
        steps = self._outbox.due(self._store, self._draw.now, ids=self._draw.ids)
        self.steps += steps
        return tuple(step.data for step in steps if step.data is not None)

    def _order(self) -> tuple[Misbehaviour | None, int]:
        return self._orders.popleft() if self._orders else (None, 0)

    def _out(self, data: Iterable[bytes], how: Misbehaviour | None, minutes: int) -> tuple[bytes, ...]:
        """What goes out now, and after it what was to come after the next."""
        out = tuple(data)
        if how is Misbehaviour.LATE:
            moment = self._draw.now + timedelta(minutes=minutes)
            self._held += [(moment, each) for each in out]
            return ()
        if how is Misbehaviour.REORDERED:
            self._after += out
            return ()
        if how is Misbehaviour.TWICE:
            out = (*out, *out)
        after, self._after = tuple(self._after), []
        return (*out, *after)


def _in_no_version(message: Message, data: bytes) -> bytes:
    """The same transmission, whose message names a version that does not exist."""
    came = open_unjudged(data)
    if isinstance(came.envelope, VansEnvelope):
        inside = _in_no_version(message, vans.unwrap(came.envelope))
        return wire.to_xml(vans.with_payload(came.envelope, inside))
    for kind in kinds(message):
        version = kind.rpartition("/")[2]
        if isinstance(message, Emessage):  # XD9134L on one wire, D9134L on the other
            plain = version.removeprefix("X")
            data = data.replace(plain.encode(), f"{plain[:-3]}99{plain[-1]}".encode())
        else:
            data = data.replace(f"|{version}".encode(), b"|9.9")
    return data
