"""What to do with a message that came: show it, answer it, or leave it, and what to answer.

Source: MedCom, governance of messaging 020, 030, 040 and 043; Acknowledgement 2.0.3; Den gode XML MEDBIN (2020), page
9; practice of certified systems, 2026, for what is not ruled. A letter is known by its number and its sender.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import attrs

from medcom_bu import wire
from medcom_bu.arguments import Words, check, typed_fields
from medcom_bu.binary_files import Data
from medcom_bu.directory import Directory
from medcom_bu.edifact.layout.notation import Layouts
from medcom_bu.envelopes.by_kind import kind_of
from medcom_bu.errors import InvalidMessage
from medcom_bu.exchange import answering
from medcom_bu.exchange.identity import (
    Incoming,
    MessageKey,
    identities,
    is_answer,
    is_asked_for,
    no_identity,
    open_incoming,
    open_unjudged,
    receipts_in,
    transmission,
    transmissions,
)
from medcom_bu.exchange.kinds import NOT_SUPPORTED, is_taken, showable_kinds
from medcom_bu.exchange.policy import DEFAULTS, AuditRecord, ExchangePolicy, showable, showable_key
from medcom_bu.exchange.reasons import Reason, Refusal
from medcom_bu.exchange.reuse import content_names, is_reused, trait_names
from medcom_bu.exchange.store import Box, Entry, State, Store, earlier, entry_name
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.issues import Issue, Report, Severity, Text
from medcom_bu.judgement import Packages
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.message import Message, NetworkEnvelope
from medcom_bu.values.codes import RefuseCode
from medcom_bu.values.fhir_resources import Bundle

_SHOWN = 3
"""So many errors are reported in the reason of a decision; its report has them all."""


class Action(Words):
    """What a receiver does with an incoming message."""

    SHOW = "show"
    DUPLICATE = "duplicate"
    REFUSE = "refuse"
    ANSWER = "answer"


_VALID = Text("it is valid", "den er gyldig")
_KNOWN = Text(
    "it was received before: it is not shown again, and gets the same answer",
    "den er kommet før: den vises ikke igen og besvares som første gang",
)
_CHANGED = Text(
    "it was received before with other content: it gets the same answer and is not shown; ask the sender which one "
    "is right",
    "den er kommet før med andet indhold: den besvares som første gang og vises ikke; spørg afsenderen hvad der gælder",
)
_IS_ANSWER = Text("it is an answer: give it to the outbox", "det er en kvittering: giv den til udbakken")
_INVALID = Text("it has errors: {errors}", "den har fejl: {errors}")
_NOT_TAKEN = Text(
    "this receiver does not accept messages of this type or version; it accepts {expected}",
    "denne modtager tager ikke imod meddelelser af denne type eller version; den tager imod {expected}",
)
_USED_AGAIN = Text(
    "its number was already used for another message: inform the sender, who gets only the first answer",
    "dens nummer er tidligere brugt til en anden meddelelse: giv afsenderen besked; kun det første svar gælder",
)
_REUSED = Text(
    "the sender already used Bundle.id for another message",
    "Bundle.id er tidligere brugt til en anden meddelelse fra afsenderen",
)
_NO_ONE = Text(
    "{why}; it cannot be answered, because it does not say who sent what: {missing}",
    "{why}; ingen kan få svar, for den siger ikke hvem der har sendt hvad: {missing}",
)
_BY_ENVELOPE = Text(
    "{why}; its envelope is answered, because nothing in it can be",
    "{why}; det er kuverten der besvares, for intet i den kan besvares",
)


@attrs.frozen(repr=False, field_transformer=typed_fields, kw_only=True)
class Decision:
    """What to do with an incoming message.

    ``action``: ``"show"``: give it to its reader, and keep it; ``"duplicate"``: it was shown or refused before, so
    ignore it; ``"refuse"``: do not show it; or ``"answer"``: pass it to :meth:`Outbox.answered`.
    ``answer``: what to send back, in the wire format of the message; None if no answer is due.
    ``message``: the received message without its envelope, as far as it could be read.
    ``report``: the report on it.
    ``keys``: its identities, one a letter.
    ``known``: those received before: of several letters, do not show these again.
    ``audit``: for your log.
    ``reason``: why, in English and in Danish; :meth:`text` gives one of them.
    ``params``: what is filled into the reason.
    ``must_tell``: whether your user must be informed: a number received before came again with other content, whether
    it is shown or not. See what is new in the message.
    """

    action: Action
    answer: bytes | None
    message: Message | None
    report: Report
    keys: tuple[MessageKey, ...]
    known: tuple[MessageKey, ...]
    audit: AuditRecord
    reason: Text
    params: tuple[tuple[str, object], ...] = ()
    must_tell: bool = False

    @property
    def why(self) -> str:
        """Why, in English. It holds no content."""
        return self.text("en")

    def text(self, lang: str = "en") -> str:
        """Why, in ``"en"`` or ``"da"``."""
        return self.reason.render(lang, dict(self.params))

    def __repr__(self) -> str:
        size = None if self.answer is None else len(self.answer)
        return f"<Decision {self.action}, answer of {size} bytes: {self.why}>"


def receive(
    data: Data,
    store: Store,
    now: datetime,
    *,
    takes: Collection[str] | None = None,
    policy: ExchangePolicy = DEFAULTS,
    layout: Layouts = None,
    packages: Packages = None,
    directory: Directory | None = None,
    ids: IdsAndClock | None = None,
) -> Decision:
    """Decide what to do with received bytes, once per message however often it arrives. Never raises for bad input.

    ``data`` is bytes, a path or a binary file: a message of either standard, in an envelope or not. ``store`` is where
    it is recorded; store the message yourself in the same transaction (``with store:``), so that neither is done
    without the other. ``now`` is the current time, in Danish time if it has no zone. ``takes`` are the codes of
    everything that you accept (``"XDIS91/XD9134L"``, ``"CareCommunication"``), which may include types that the library
    does not read; the default is everything that the library reads. ``policy`` is an :class:`ExchangePolicy`.
    ``layout``, ``packages`` and ``directory`` are those of ``read``: with a directory of your own units, a message to
    another is refused. ``ids`` makes numbers.

    A message is shown if it is valid for a receiver, and refused if it is not; the first verdict on a message applies
    to every copy. A file that arrives before its letter, and a reply before what it answers, are shown at once.

    Raises TypeError for what is none of these, OSError for a path that cannot be read, BadPackage for a package that
    cannot.
    """
    check("receive: store", store, Store)
    check("receive: now", now, datetime)
    if isinstance(takes, str):
        raise TypeError('receive: takes is a collection of codes, not a text: write ("XDIS91",)')
    check("receive: takes", takes, Collection[str] | None)
    check("receive: policy", policy, ExchangePolicy)
    around = attrs.evolve(answering.surroundings("receive", ids), clock=lambda: now)
    parsed = wire.read(data, layout=layout, packages=packages, directory=directory)
    came = open_incoming("receive", parsed, layout)
    store.forget(earlier(now, policy.retention))
    return _Receiver(came, store, now, takes, policy, around).decide()


_Before = Mapping[MessageKey, Entry]
"""What was remembered of each letter of a message that came before."""


class _Verdict(NamedTuple):
    """What is said of a message by itself: why it is refused, if it is, and in which words of an answer."""

    why: Text
    params: tuple[tuple[str, object], ...] = ()
    refusal: Refusal | None = None


@attrs.frozen
class _Receiver:
    """One message that came, and all that decides on it."""

    came: Incoming
    store: Store
    now: datetime
    takes: Collection[str] | None
    policy: ExchangePolicy
    ids: IdsAndClock

    def decide(self) -> Decision:
        """What to do with it."""
        message = self.came.message
        if is_answer(message):
            return self._decision(Action.ANSWER, None, _Verdict(_IS_ANSWER))
        keys = identities(message)
        if not keys:
            return self._unknown()
        before = {key: entry for key in keys if (entry := self.store.seen(Box.IN, entry_name(key))) is not None}
        traits = trait_names(message)
        used = [key for key, entry in before.items() if key in traits and is_reused([traits[key]], entry)]
        new = [key for key in keys if key not in before]
        names = (*map(entry_name, new), *(traits[key] for key in (*new, *used) if key in traits))
        if used:
            return self._reused(names, before, used)
        return self._first(names, before) if new else self._copy(before)

    # --- the first time ---

    def _first(self, names: tuple[str, ...], before: _Before) -> Decision:
        verdict = self._verdict()
        answer, why = self._answer(verdict)
        state = State.SHOWN if verdict.refusal is None else State.REFUSED
        answer = _consistent(answer, state, before)
        said = content_names(self.came) if state is State.SHOWN else {}
        names = (*names, *(said[key] for key in said if key not in before))
        names = names if self._is_reused() else (*names, *self._sendings())
        entry = Entry(
            box=Box.IN,
            names=tuple(dict.fromkeys(names)),
            state=state,
            moment=self.now,
            data=b"" if answer is None else answering.bare(answer, self.came),
        )
        if self.store.remember(entry) is not None:  # another worker was faster
            return self.decide()
        action = Action.SHOW if verdict.refusal is None else Action.REFUSE
        return self._decision(action, self._written(answer), why, before)

    def _verdict(self) -> _Verdict:
        """Whether the message by itself is taken."""
        message, errors = self.came.message, self._errors()
        if self.takes is not None and message is not None and not is_taken(message, self.takes):
            taken = {"expected": ", ".join(sorted(self.takes)) or "-"}
            own = Reason(_NOT_TAKEN.render(self.policy.lang, taken), RefuseCode.VERSION_PROBLEM)
            return _Verdict(_NOT_TAKEN, tuple(taken.items()), self._refusal(own))
        if self._is_reused():
            own = Reason(_REUSED.render(self.policy.lang, {}), RefuseCode.NOT_SPECIFIED, "MSG_DUPLICATE_ID")
            return _Verdict(_REUSED, (), self._refusal(own))
        if errors:
            return self._invalid(errors)
        return _Verdict(_VALID)

    def _errors(self) -> tuple[Issue, ...]:
        """What is wrong with it; that the library does not read its type is nothing where that is taken."""
        allowed = NOT_SUPPORTED if self.takes is not None else ()
        return tuple(i for i in self.came.report if i.severity is Severity.ERROR and i.code not in allowed)

    def _invalid(self, errors: tuple[Issue, ...]) -> _Verdict:
        return _Verdict(_INVALID, (("errors", _sentences(errors)),), self._refusal(None, errors))

    def _refusal(self, own: Reason | None, errors: tuple[Issue, ...] = ()) -> Refusal:
        return Refusal(own, errors, False, self.policy.lang)

    def _is_reused(self) -> bool:
        """Whether the number of a Bundle is that of another message (043). Of envelopes of letters nothing is ruled."""
        return any(self.store.seen(Box.IN, name) is not None for name in self._sendings())

    def _sendings(self) -> tuple[str, ...]:
        """The names of the transmission, where a message may not share it with another."""
        message = self.came.message
        numbers: Collection[MessageKey] = transmissions(message) if isinstance(message, Bundle) else ()
        return tuple(entry_name(number, "sending ") for number in numbers)

    def _answer(self, verdict: _Verdict) -> tuple[Any, _Verdict]:
        """The answer that is due, and what is to be said of that."""
        message = self.came.message
        try:
            if verdict.refusal is not None:
                return answering.refused(self.came, verdict.refusal, self.ids), verdict
            is_due = message is not None and is_asked_for(message)
            return (answering.accepted(self.came, self.ids) if is_due else None), verdict
        except InvalidMessage as error:
            return self._by_envelope(verdict, error.report)

    # --- again ---

    def _copy(self, before: _Before, names: tuple[str, ...] = ()) -> Decision:
        """The same answer as the first copy got, in a new transmission; for letters, naming the one that came.

        ``names`` are what the first entry is known by from now on too.
        """
        entries = [*{entry.name: entry for entry in before.values()}.values()]
        said = content_names(self.came) if not self._errors() else {}
        is_changed = any(is_reused([said[key]], entry) for key, entry in before.items() if key in said)
        for entry in entries:
            own = [said[key] for key, each in before.items() if is_changed and each is entry and key in said]
            self._count(entry, (*own, *names) if entry is entries[0] else (*own,))
        answers = [open_unjudged(entry.data).message for entry in entries if entry.data]
        answer: Any = None
        if answers and answers[0] is not None:
            answer = answering.again(answers[0], ids=self.ids)
            if isinstance(answer, Emessage):
                answer = _together(answer, answers[1:], transmission(self.came.message))
        elif entries[0].state is State.SHOWN and self.came.message is not None and is_asked_for(self.came.message):
            answer = _consistent(self._answer(_Verdict(_KNOWN))[0], State.SHOWN, before)
        verdict = _Verdict(_CHANGED if is_changed else _KNOWN)
        return self._decision(Action.DUPLICATE, self._written(answer), verdict, before, must_tell=is_changed)

    def _reused(self, names: tuple[str, ...], before: _Before, used: Collection[MessageKey]) -> Decision:
        """Another message with a number that came before: no second kind of answer, and nothing is lost silently.

        It is shown where the first was, and answered as that was; where it cannot be shown, nobody is told that it was.
        """
        verdict, state = self._verdict(), next(iter(before.values())).state
        again = self._copy(before, names)
        is_shown = verdict.refusal is None and state is State.SHOWN
        answer = again.answer if is_shown or state is State.REFUSED else None
        known = [key for key in before if key not in used]
        action = Action.SHOW if is_shown else Action.REFUSE
        return self._decision(action, answer, _Verdict(_USED_AGAIN), known, must_tell=True)

    def _count(self, known: Entry | None, more: tuple[str, ...]) -> None:
        """Count a copy, and remember its transmission, though another worker may count one at the same time."""
        while known is not None:
            names = tuple(dict.fromkeys((*known.names, *self._sendings(), *more)))
            if self.store.keep(known.changed(names=names, count=known.count + 1, moment=self.now)):
                return
            known = self.store.seen(Box.IN, known.name)

    # --- what cannot be told from others ---

    def _unknown(self) -> Decision:
        errors = self._errors() or (no_identity(self.came.message),)
        verdict = self._invalid(errors)
        answer, why = self._answer(verdict)
        return self._decision(Action.REFUSE, self._written(answer), why)

    def _by_envelope(self, verdict: _Verdict, report: Report) -> tuple[NetworkEnvelope | None, _Verdict]:
        """The receipt for an envelope whose content cannot be answered, where there is one that wants it."""
        envelope, params = self.came.envelope or self.came.message, dict(verdict.params)
        params |= {"why": verdict.why, "missing": _sentences(report)}
        if isinstance(envelope, NetworkEnvelope) and kind_of(envelope).wants_receipt(envelope):
            description = verdict.why.render(self.policy.lang, params)
            receipt = kind_of(envelope).negative(envelope, description[:512] or "?", ids=self.ids)
            if wire.validate(receipt).ok:
                return receipt, verdict._replace(why=_BY_ENVELOPE, params=tuple(params.items()))
        return None, verdict._replace(why=_NO_ONE, params=tuple(params.items()))

    # --- said ---

    def _written(self, answer: Any) -> bytes | None:
        """The answer as bytes, on the wire and in the envelope that this copy came in."""
        return None if answer is None else answering.written(answer, self.came, self.ids)

    def _decision(
        self,
        action: Action,
        answer: bytes | None,
        verdict: _Verdict,
        before: Collection[MessageKey] = (),
        *,
        must_tell: bool = False,
    ) -> Decision:
        message, keys = self.came.message, identities(self.came.message)
        codes = tuple(dict.fromkeys(issue.code for issue in self.came.report if issue.severity is Severity.ERROR))
        audit = AuditRecord(
            moment=self.now,
            step=f"{action}, other content" if must_tell else str(action),
            kind=showable_kinds(message),
            key=", ".join(map(showable_key, keys)),
            sending=showable(transmission(message)),
            codes=codes,
        )
        return Decision(
            action=action,
            answer=answer,
            message=message,
            report=self.came.report,
            keys=keys,
            known=tuple(key for key in keys if key in before),
            audit=audit,
            reason=verdict.why,
            params=verdict.params,
            must_tell=must_tell,
        )


def _sentences(issues: Iterable[Issue]) -> Text:
    """What is wrong, in both languages: the first errors, and how many there are beside them."""
    errors = [*dict.fromkeys(issue for issue in issues if issue.severity is Severity.ERROR)]
    shown, more = errors[:_SHOWN], len(errors) - _SHOWN
    english = "; ".join([*(issue.text("en") for issue in shown), *([f"and {more} more"] if more > 0 else ())])
    danish = "; ".join([*(issue.text("da") for issue in shown), *([f"og {more} mere"] if more > 0 else ())])
    return Text(*(text.replace("{", "{{").replace("}", "}}") for text in (english, danish)))


def _together(answer: Emessage, others: Iterable[Message | None], envelope: str | None) -> Emessage:
    """A receipt that names the letters of others of its kind too, and the transmission which came last.

    A sender may know its message by that alone; letters that came one by one may come again in one transmission.
    """
    receipt: Any = answer.letters[0]
    alike = [each.original_emessage for other in others for each in receipts_in(other) if type(each) is type(receipt)]
    whole = receipt.original_emessage
    letters = {each.original_letter_identifier: each for told in (whole, *alike) for each in told.original_letter}
    envelope = envelope or whole.original_envelope_identifier
    whole = whole.replace(original_letter=tuple(letters.values()), original_envelope_identifier=envelope)
    return answer.replace(letters=(receipt.replace(original_emessage=whole),))


def _consistent(answer: Any, state: State, before: _Before) -> Any:
    """A receipt without the letters that had another answer before: a letter never gets answers of two kinds (020)."""
    otherwise = {key.identifier for key, entry in before.items() if entry.state is not state}
    if not otherwise or not isinstance(answer, Emessage):
        return answer
    receipt: Any = answer.letters[0]
    letters = receipt.original_emessage.original_letter
    kept = tuple(each for each in letters if " ".join((each.original_letter_identifier or "").split()) not in otherwise)
    whole = receipt.original_emessage.replace(original_letter=kept)
    return answer.replace(letters=(receipt.replace(original_emessage=whole),))
