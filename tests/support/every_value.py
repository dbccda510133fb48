"""Every public class of the package, found by walking it; examples of each, found by walking what the library makes."""

from __future__ import annotations

import functools
import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Mapping
from typing import Any, get_type_hints

import attrs

import medcom_bu
from medcom_bu import danish_time, exchange
from medcom_bu.builders.binary_letter import BinaryLetterBuilder
from medcom_bu.builders.care_communication import CareCommunicationBuilder
from medcom_bu.builders.clinical_email import ClinicalEmailBuilder
from medcom_bu.builders.hospital_referral import HospitalReferralBuilder
from medcom_bu.builders.threads import Author
from medcom_bu.declare.base import fields
from medcom_bu.declare.fhir import Number, Rest, Structure
from medcom_bu.declare.oioxml import Attributed, Value, attributes
from medcom_bu.envelopes import sbdh, statistics, vans
from medcom_bu.envelopes.contents import contents
from medcom_bu.fhir.profiles.packages import shipped
from medcom_bu.issues import Text
from medcom_bu.limits import Limits
from medcom_bu.messages.emessage import Consignment
from medcom_bu.messages.envelopes import Processing
from medcom_bu.messages.letters import letters, spec_of
from medcom_bu.messages.standard_business_document import CarriedContent, PeppolBinaryContent
from medcom_bu.testing.letters import complete, letter_samples
from medcom_bu.testing.sets import fhir_samples
from medcom_bu.values import filetypes, identifiers
from medcom_bu.values.codes import CodeList
from medcom_bu.values.fhir_codes import FROM_5
from medcom_bu.values.text import RawMarkup
from tests.support import other_letters
from tests.support.typed import care_communication

ROOMS = {
    *("arguments", "declare", "builders", "danish_time", "envelopes", "errors", "exchange", "issues", "limits"),
    *("frozen", "messages", "ids_and_clock", "values", "wire"),
}
"""Where what users hold is declared. Of the other rooms the exceptions reach them, and packages of FHIR."""
NOT_HELD = {
    "NetworkEnvelope",
    "Message",
    "FhirMessage",
    "Declared",
    "Descriptor",
    "Parts",
    "Cleaner",
    "CareCommunicationFields",
    "ClinicalEmailFields",
    "HospitalReferralFields",
    "BinaryLetterFields",
    "Crossed",
    "Base64Decoder",
    "Answered",
    "Incoming",
    "MemoryStore",
    "SqliteStore",
    "Store",
    "ReceivedLetter",
    "Reading",
    "Refusal",
    "Told",
    "ReferringBuilder",
    "Words",
    "CodeList",
}
"""Classes in these rooms that nobody outside holds: they work on one message and are gone, or are bases of others."""


@functools.cache
def modules() -> tuple[Any, ...]:
    return tuple(
        importlib.import_module(module.name)
        for module in pkgutil.walk_packages(medcom_bu.__path__, "medcom_bu.")
        if not module.name.endswith("__main__")
    )


@functools.cache
def classes() -> tuple[type, ...]:
    """Every public class whose instances a user can hold, abstract bases left out where nothing is made of them."""
    return tuple(
        held
        for module in modules()
        for name, held in vars(module).items()
        if inspect.isclass(held) and held.__module__ == module.__name__ and not name.startswith("_")
        if module.__name__.split(".")[1] in ROOMS or issubclass(held, BaseException) or name == "Package"
        if name not in NOT_HELD
    )


def exceptions() -> dict[type, BaseException]:
    """One of each exception, made as the library makes it."""
    report = medcom_bu.validate(b"<x/>")
    made: dict[type, BaseException] = {medcom_bu.InvalidMessage: medcom_bu.InvalidMessage(report)}
    for cls in classes():
        if issubclass(cls, BaseException) and cls not in made:
            made[cls] = cls(*_arguments(cls))
    return made


def _arguments(cls: type) -> list[Any]:
    """What an exception is made of: texts in both languages, parameters, or a plain text."""
    init: Any = vars(cls).get("__init__", BaseException.__init__)
    if not inspect.isfunction(init):
        return ["text"]
    held: dict[Any, Any] = {Text: Text("text", "tekst"), Mapping[str, object]: {}}
    hints = get_type_hints(init)
    return [held.get(hints.get(name), "text") for name in list(inspect.signature(init).parameters)[1:]]


def roots() -> Iterator[Any]:
    """What the library makes, of every kind."""
    yield from _letters()
    yield from _envelopes()
    yield from _exchanged()
    yield from _builders()
    yield from fhir_samples().values()
    yield care_communication().segments
    yield (filetypes.FILE_TYPES, RawMarkup("<x/>"), danish_time.EuropeanRule(), danish_time.now(), shipped(), FROM_5)
    yield (Value(), Attributed(), Structure(), Number("1.50"), Rest({"a": [{"b": "c"}]}), Limits())
    yield [cls("2509479989") for cls in classes() if issubclass(cls, identifiers.DanishIdentifier)]
    for cls in classes():
        if issubclass(cls, Value):
            yield [cls.__letter__, *fields(cls).values(), *attributes(cls).values()]
        if issubclass(cls, Structure):
            yield [_filled(cls), *fields(cls).values()]


def _letters() -> Iterator[Any]:
    for cls in letters():
        for version in spec_of(cls).versions:
            for alternative in range(3):
                message = complete(cls, version, alternative)
                yield message
                yield medcom_bu.read(medcom_bu.to_xml(message).replace(b"<Sent>", b'<Sent a="1"><b/>'))
                yield Consignment((message,))
    yield medcom_bu.losses(letter_samples()["XREF01/XH0131R"], "edifact", version="H0130R")
    mail = medcom_bu.to_xml(letter_samples()["XDIS91/XD9134L"])
    yield from map(medcom_bu.read, (other_letters.DISCHARGE, other_letters.EPICRISIS))
    yield medcom_bu.read(mail.replace(b"</Emessage>", b"<Local_Elements><a/></Local_Elements></Emessage>"))


def _envelopes() -> Iterator[Any]:
    mail = letter_samples()["XDIS91/XD9134L"]
    envelope = vans.wrap(mail, service_tags=[("a", "b")])
    yield from (envelope, vans.positive(envelope), vans.negative(envelope, "x", "1"), vans.vans_negative(envelope, "x"))
    document = sbdh.wrap(fhir_samples()["Acknowledgement/2.0"])
    yield from (
        document,
        sbdh.positive(document),
        sbdh.negative(document, "x"),
        CarriedContent(data=None, mime_type=None),
        PeppolBinaryContent(data=None, mime_type=None),
    )
    yield sbdh.signal(sbdh.positive(document))
    yield Processing(provider_identifier="1", service_identifier="2")
    records = [statistics.record(envelope)]
    yield from (records, statistics.count(records, ["5790000121526"]), contents(mail))


def _exchanged() -> Iterator[Any]:
    yield exchange.key(letter_samples()["XDIS91/XD9134L"])
    yield exchange.Reason("x", medcom_bu.RefuseCode.SYNTAX_ERROR, "MSG_BAD_SYNTAX")
    mail, store, now = letter_samples()["XDIS91/XD9134L"], exchange.MemoryStore(), danish_time.now()
    outbox = exchange.Outbox(exchange.ExchangePolicy(max_resends=0))
    yield (outbox, outbox.send(mail, store, now), outbox.due(store, now.replace(year=now.year + 1)))
    yield (exchange.receive(medcom_bu.to_xml(mail), store, now), list(store.waiting(exchange.Box.OUT)))
    yield exchange.pair(mail, [])


def _builders() -> Iterator[Any]:
    author = Author(given="Petra", family="Prøve", telephone="00000000", role="Psykolog")
    yield CareCommunicationBuilder.reply_to(care_communication()).write("x", author=author)
    correspondence = ClinicalEmailBuilder.forward(letter_samples()["XDIS91/XD9134L"])
    referring = correspondence.sign("Petra Prøve", title="Psykolog"), HospitalReferralBuilder()
    for builder in referring:
        builder.attach(b"%PDF-1.4", title="x")
        yield builder
    files = BinaryLetterBuilder()
    files.attach(b"%PDF-1.4")
    yield files


def _filled(cls: type) -> Any:
    """A FHIR value with something in each property that takes a text."""
    given = {name: "x" for name, held in fields(cls).items() if held.type is str and not held.is_many}
    return cls(**given, rest=Rest({"x": [1, "a", {"b": True}]}))


@functools.cache
def examples() -> Mapping[type, Any]:
    """A class -> an instance of it, the fullest that was found."""
    found: dict[type, Any] = dict(exceptions())
    seen: set[int] = set()
    waiting: list[Any] = list(roots())
    kept = []
    while waiting:
        item = waiting.pop()
        if id(item) in seen:
            continue
        seen.add(id(item))
        kept.append(item)
        cls = type(item)
        if cls in found:
            found[cls] = max(found[cls], item, key=_given)
        elif cls in classes():
            found[cls] = item
        waiting += _inside(item)
    return found


def _given(item: Any) -> int:
    return sum(1 for held in _inside(item) if held not in (None, ()))


def _inside(item: Any) -> list[Any]:
    if isinstance(item, Mapping):
        return [*item, *item.values()]
    if isinstance(item, list | tuple | frozenset | set):
        return list(item)
    if isinstance(item, CodeList):
        return [item.edifact]
    if attrs.has(type(item)):
        return [getattr(item, field.name) for field in attrs.fields(type(item))]
    return []
