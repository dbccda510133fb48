"""What a sender does about what it sent: wait, send again, take the answer, give up, tell the user.

Source: MedCom, governance of messaging 020, 040 (KR4 to KR7) and 043; test protocol for receiving Acknowledgements
2.0.4, 3.3 and 3.4; the states of MedCom's general technical use cases 1.0.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import attrs

from medcom_bu import wire
from medcom_bu.arguments import Content, as_bytes, check, check_fields, typed_fields
from medcom_bu.binary_files import Data
from medcom_bu.errors import InvalidMessage
from medcom_bu.exchange import answering
from medcom_bu.exchange.identity import (
    Incoming,
    MessageKey,
    identities,
    is_answer,
    is_asked_for,
    keys,
    matches,
    open_incoming,
    open_unjudged,
    transmissions,
)
from medcom_bu.exchange.kinds import showable_kinds
from medcom_bu.exchange.outcomes import Answered, envelope_name, outcomes
from medcom_bu.exchange.policy import DEFAULTS, AuditRecord, ExchangePolicy, showable, showable_key
from medcom_bu.exchange.reasons import report_of
from medcom_bu.exchange.reuse import MARK, content_names, is_reused, trait_names
from medcom_bu.exchange.store import Box, Entry, State, Store, earlier, entry_name, later
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.issues import Kind, Layer, Severity, Text
from medcom_bu.messages.emessage import Consignment
from medcom_bu.messages.message import Message
from medcom_bu.values.fhir_codes import ResponseCode
from medcom_bu.values.fhir_resources import Bundle

NUMBER_REUSED = Kind(
    "exchange.number-reused",
    Severity.ERROR,
    Layer.RULE,
    Text(
        "a number of the message, its letters or its transmission was used for another message before",
        "et nummer på meddelelsen, dens breve eller dens forsendelse er tidligere brugt til en anden meddelelse",
    ),
    Text("create each message with its own numbers", "giv hver meddelelse egne numre"),
    "MedCom, governance of messaging, 043; Den gode XML MEDBIN, 2020, pages 12-13; Den gode XML korrespondance, 2020, "
    "page 16",
)

_SENT = Text("this is its first transmission", "den sendes første gang")
_ANEW = Text("it was given up, and is now sent as a new message", "den var opgivet og sendes på ny")
_AFTER_TROUBLE = Text(
    "the receiver had a technical problem: it is sent again", "modtageren havde et teknisk problem: den sendes igen"
)
_AGAIN = Text("there is no answer: it is sent again", "der er ikke kommet svar: den sendes igen")
_NOT_AGAIN = Text(
    "it was sent before; it is not sent twice by mistake", "den er sendt før; den sendes ikke igen ved en fejltagelse"
)
_TOO_LATE = Text(
    "the receiver has a technical problem, and the message was given up before: send it as a new message if it is "
    "still needed",
    "modtageren har et teknisk problem, og meddelelsen er opgivet: send den på ny hvis den stadig skal frem",
)
_GIVEN_UP = Text(
    "there is no answer after {count} transmissions: the receiver may not have the message; inform the user",
    "der er ikke kommet svar efter {count} afsendelser: modtageren har den måske ikke; giv brugeren besked",
)
_TOLD: Mapping[State, Text] = {
    State.ACKNOWLEDGED: Text("the receiver has accepted it", "modtageren har taget imod den"),
    State.REJECTED: Text(
        "the receiver rejects it: read the reason, correct the error, and send a new message",
        "modtageren afviser den: se hvad den skriver, og send en ny meddelelse, rettet hvis den var forkert",
    ),
    State.RETRY: Text(
        "the receiver has a technical problem: it is due to be sent again",
        "modtageren har et teknisk problem: den skal sendes igen",
    ),
}
_UNDELIVERED = Text(
    "the network could not deliver it: check the receiver, and send a new message",
    "netværket kunne ikke levere den: kontrollér modtageren, og send en ny meddelelse",
)
_ANSWERED_BEFORE = Text(
    "it was answered before: the first answer counts", "den er besvaret før: det første svar gælder"
)
_AFTER = {
    ResponseCode.OK: State.ACKNOWLEDGED,
    ResponseCode.FATAL_ERROR: State.REJECTED,
    ResponseCode.TRANSIENT_ERROR: State.RETRY,
}
_OPEN = (State.SENT, State.AWAITING, State.RETRY, State.GIVEN_UP)
_TROUBLED = (State.RETRY, State.GIVEN_UP)
"""States that the user was told of: that it went well after all is reported too."""


@attrs.frozen(repr=False, field_transformer=typed_fields, kw_only=True)
class OutboxStep:
    """The status of a sent message, and what to do about it.

    ``key``: the number of the message, and its sender.
    ``state``: its state.
    ``data``: what to send now, or None.
    ``must_tell``: whether the user must be informed.
    ``whom``: whom to inform, as given when the message was sent.
    ``said``: the receiver's own words, intended only for the user.
    ``audit``: for your log.
    ``reason``: why, in English and in Danish; :meth:`text` gives one of them.
    ``params``: what is filled into the reason.
    """

    key: MessageKey
    state: State
    data: bytes | None
    must_tell: bool
    whom: str
    said: str
    audit: AuditRecord
    reason: Text
    params: tuple[tuple[str, object], ...] = ()

    @property
    def why(self) -> str:
        """Why, in English. It holds no content."""
        return self.text("en")

    def text(self, lang: str = "en") -> str:
        """Why, in ``"en"`` or ``"da"``."""
        return self.reason.render(lang, dict(self.params))

    def __repr__(self) -> str:
        return f"<OutboxStep {self.state}, {None if self.data is None else len(self.data)} bytes to send: {self.why}>"


@attrs.frozen(field_transformer=check_fields)
class Outbox:
    """The sender's half of an exchange: it keeps what was sent until it is answered, and sends it again.

    ``policy`` says how long it waits and how often it sends again.

    It holds no state: all of that is in the store.
    """

    policy: ExchangePolicy = DEFAULTS

    def send(
        self,
        message: Message | Content,
        store: Store,
        now: datetime,
        *,
        whom: str = "",
        ids: IdsAndClock | None = None,
    ) -> OutboxStep:
        """Remember a message, and what to send: ``.data``. Sending the same message again by mistake sends nothing.

        The same is what says the same, under whatever number and time of the transmission; on another wire, what has
        the same type, status and patient.

        ``message`` is a message, which goes as OIO-XML or JSON, an envelope with one, or the bytes to send, which are
        sent as they are. ``store`` is where it is remembered; put ``.data`` into your own queue in the same transaction
        (``with store:``). ``now`` is the moment, Danish time where it has no zone; ``whom`` your own word for whom to
        tell what becomes of it, such as the id of a user. ``ids`` makes the numbers where a message that was given up
        is sent again.

        Raises InvalidMessage, which has the report, for a message that is not valid, and for one with a number that was
        used for another message; TypeError for anything else. Source: MedCom, governance 030: a sender validates before
        sending; 043: Bundle.id is never used twice.
        """
        check("Outbox.send: store", store, Store)
        check("Outbox.send: now", now, datetime)
        check("Outbox.send: whom", whom, str)
        around = _at(now, ids)
        came, data = _checked(message)
        is_due = is_asked_for(came.message) if came.message is not None and not is_answer(came.message) else False
        entry = Entry(
            box=Box.OUT,
            names=_joined(_names(came), tuple(content_names(came, data).values())),
            state=State.AWAITING if is_due else State.SENT,
            moment=now,
            due=later(now, self.policy.timeout) if is_due else None,
            data=data if is_due else b"",
            whom=whom,
        )
        known = store.remember(entry)
        if known is None:
            return _step(entry, now, _SENT, came.message, data)
        if is_reused((name for name in entry.names if name.startswith(MARK)), known) or not {
            entry_name(key) for key in identities(came.message)
        } <= {*known.names}:
            raise InvalidMessage(report_of([NUMBER_REUSED.issue("/")]))
        if known.state is not State.GIVEN_UP:
            return _step(known, now, _NOT_AGAIN, came.message)
        data, names = _again(data, around)
        renewed = known.changed(
            names=_joined(known.names, names), state=entry.state, moment=now, due=entry.due, data=data, count=1
        )
        store.keep(renewed)
        return _step(renewed, now, _ANEW, came.message, data)

    def answered(self, data: Data, store: Store, now: datetime) -> tuple[OutboxStep, ...]:
        """Take an answer that came: what has become of each message that it answers. Never raises for bad input.

        ``data`` is bytes, a path or a binary file, ``store`` and ``now`` are those of :meth:`send`.

        The first answer counts, but one after a technical problem, and a refusal of one of several letters. Of an
        answer to what is not remembered nothing is said. A message that was given up is acknowledged all the same when
        its answer comes late.
        Raises TypeError for what is none of these.
        """
        check("Outbox.answered: store", store, Store)
        check("Outbox.answered: now", now, datetime)
        came = open_unjudged(data)
        found: dict[str, Answered] = {}
        for outcome in sorted(outcomes(came.message), key=lambda each: each.code is ResponseCode.OK):
            entry = store.seen(Box.OUT, outcome.name)
            if entry is not None and _is_from_receiver(entry, came):
                found.setdefault(entry.name, outcome)
        steps = (self._after(name, outcome, store, now) for name, outcome in found.items())
        return tuple(step for step in steps if step is not None)

    def _after(self, name: str, outcome: Answered, store: Store, now: datetime) -> OutboxStep | None:
        while True:
            entry = store.seen(Box.OUT, name)
            if entry is None:  # forgotten this moment
                return None
            state = _AFTER[outcome.code]
            is_of_another = state is State.REJECTED and entry.state is State.ACKNOWLEDGED and _has_several(entry)
            if entry.state not in _OPEN and not is_of_another:
                return _step(entry, now, _ANSWERED_BEFORE, None, said=outcome.said)
            if state is State.RETRY and not entry.data:
                return _step(entry, now, _TOO_LATE, None, said=outcome.said)
            if state is State.RETRY:  # at once the first time; a receiver that stays out of order is given time
                due = now if entry.count == 1 else later(now, self.policy.timeout)
                new = entry.changed(state=state, moment=now, due=due)
            else:
                new = entry.changed(state=state, moment=now, due=None, data=b"")
            if store.keep(new):
                must_tell = state is not State.ACKNOWLEDGED or entry.state in _TROUBLED
                why = _UNDELIVERED if outcome.is_undelivered else _TOLD[state]
                return _step(new, now, why, None, said=outcome.said, must_tell=must_tell)

    def due(self, store: Store, now: datetime, *, ids: IdsAndClock | None = None) -> tuple[OutboxStep, ...]:
        """What is to be sent again now, and what is given up, of which the user must be told.

        ``store`` and ``now`` are those of :meth:`send`: do your sending and telling in the same transaction. ``ids``
        makes the numbers of the new transmissions.

        Ask every minute or so. What is older than the retention of the policy is forgotten.
        """
        check("Outbox.due: store", store, Store)
        check("Outbox.due: now", now, datetime)
        around = _at(now, ids)
        store.forget(earlier(now, self.policy.retention))
        steps = []
        for entry in store.waiting(Box.OUT, now):
            data, names = b"", tuple[str, ...]()
            state, due, why = State.GIVEN_UP, None, _GIVEN_UP
            if entry.count <= self.policy.max_resends:
                data, names = _again(entry.data, around)
                why = _AFTER_TROUBLE if entry.state is State.RETRY else _AGAIN
                state, due = State.AWAITING, later(now, self.policy.timeout)
            new = entry.changed(
                names=_joined(entry.names, names),
                state=state,
                moment=now,
                due=due,
                data=data,
                count=entry.count + (1 if data else 0),
            )
            if store.keep(new):  # else another worker does it, or the answer came
                params = (("count", entry.count),)
                steps.append(_step(new, now, why, None, data or None, must_tell=not data, params=params))
        return tuple(steps)


def _at(now: datetime, ids: IdsAndClock | None) -> IdsAndClock:
    return attrs.evolve(answering.surroundings("Outbox", ids), clock=lambda: now)


def _checked(message: Message | Content) -> tuple[Incoming, bytes]:
    """A message that is to be sent, and its bytes. Raises InvalidMessage where it is not valid, or has no identity."""
    if isinstance(message, Consignment):
        raise TypeError("Outbox.send takes a message or bytes, not Consignment: send each of its messages")
    if isinstance(message, Message):
        came = open_incoming("send", message)
        report, data = wire.validate(message), answering.bare(message, came)
    else:
        data = as_bytes("Outbox.send: message", message)
        report, came = wire.validate(data), open_unjudged(data)
    if not report.ok or came.message is None:
        raise InvalidMessage(report)
    keys(came.message)  # which raises
    return came, data


def _names(came: Incoming) -> tuple[str, ...]:
    """What the entry of a message is found by: its keys, its transmission, its envelope."""
    numbers = transmissions(came.message)
    names = [*map(entry_name, identities(came.message)), *(entry_name(number, "sending ") for number in numbers)]
    names += trait_names(came.message).values()
    if came.envelope is not None and came.envelope.identifier:
        names.append(envelope_name(came.envelope.identifier))
    return tuple(dict.fromkeys(names))


def _joined(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*old, *new)))


def _again(data: bytes, ids: IdsAndClock) -> tuple[bytes, tuple[str, ...]]:
    """The bytes of the next transmission of what was sent, on the same wire, and its names."""
    came = open_unjudged(data)
    if came.envelope is not None:
        new = wire.to_xml(answering.again(came.envelope, ids=ids))
    else:
        new = answering.next_transmission(came, data, ids)
    return new, _names(open_unjudged(new))


def _is_from_receiver(entry: Entry, came: Incoming) -> bool:
    """Whether an Acknowledgement comes from whom the message went to, as far as that is still known."""
    if not entry.data or not isinstance(came.message, Bundle):
        return True
    sent = open_unjudged(entry.data).message
    return sent is None or matches(sent, came.message)


def _has_several(entry: Entry) -> bool:
    """Whether a message has several letters, which a receiver may answer one by one."""
    return sum(not name.startswith(("sending ", "envelope ", MARK)) for name in entry.names) > 1


def _last_transmission(entry: Entry) -> str:
    numbers = [name.partition("/")[2] for name in entry.names if name.startswith("sending ")]
    return numbers[-1] if numbers else ""


def _step(
    entry: Entry,
    now: datetime,
    why: Text,
    message: Message | None,
    data: bytes | None = None,
    *,
    said: str = "",
    must_tell: bool = False,
    params: tuple[tuple[str, object], ...] = (),
) -> OutboxStep:
    sender, _, number = entry.name.partition("/")
    key = MessageKey(sender, number)
    audit = AuditRecord(
        moment=now,
        step=f"{'sent, ' if data is not None else ''}{entry.state}",
        kind=showable_kinds(message),
        key=showable_key(key),
        sending=showable(_last_transmission(entry)),
    )
    return OutboxStep(
        key=key,
        state=entry.state,
        data=data,
        must_tell=must_tell,
        whom=entry.whom,
        said=said,
        audit=audit,
        reason=why,
        params=params,
    )
