"""What must be so of every message that a system sends, whatever its standard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from medcom_bu.certification.checks.findings import NOTHING, UNREADABLE, is_same, is_so, named
from medcom_bu.certification.model.results import Conclusion, Finding
from medcom_bu.certification.model.scenes import Scene, Taken, Wired
from medcom_bu.exchange.identity import transmission
from medcom_bu.exchange.kinds import kinds as kinds_of
from medcom_bu.issues import Severity, Text
from medcom_bu.values.fhir_resources import Bundle

_VALID = Text("valid", "gyldig")
_NOT_CHECKED = Text("not fully checked", "ikke fuldt kontrolleret")
_NEW = Text("a number that was not used before", "et nummer der ikke er brugt før")


@named(
    "sent",
    "exactly this many messages of this type are sent, and no others",
    "så mange meddelelser af denne type sendes",
)
def find_sent(_: Scene, stage: Taken, *, kinds: list[str]) -> Iterator[Finding]:
    """``kinds`` are types and versions, such as ``XREF01/XH0131R``, in the order in which they are sent."""
    found = [kind for each in stage.gave for kind in kinds_of(each.message) or (UNREADABLE,)]
    yield is_same(kinds, found, rule="certification.sent", path="/")


@named("sent-nothing", "nothing is sent", "intet sendes")
def find_nothing(_: Scene, stage: Taken) -> Iterator[Finding]:
    """A stage in which the network gets nothing."""
    yield is_same(0, len(stage.gave), rule="certification.sent-nothing", path="/")


@named("valid", "each message is valid for its sender", "hver meddelelse er gyldig for sin afsender")
def find_valid(_: Scene, stage: Taken) -> Iterator[Finding]:
    """Each message is judged by all layers; one that could not be fully judged has not passed."""
    if not stage.gave:
        yield is_so(False, _VALID, NOTHING, rule="certification.valid", path="/")
    for each in stage.gave:
        yield from _judged(each)


@named("on-wire", "the message is in this format", "meddelelsen er i dette format")
def find_wire(_: Scene, stage: Taken, *, wire: str) -> Iterator[Finding]:
    """``wire`` is ``fhir+json``, ``fhir+xml``, ``oioxml`` or ``edifact``."""
    if not stage.gave:
        yield is_so(False, wire, NOTHING, rule="certification.on-wire", path="/")
    for each in stage.gave:
        yield is_same(wire, str(each.came.wire), rule="certification.on-wire", path="/")


@named("valid-if-sent", "nothing invalid is sent", "intet ugyldigt sendes")
def find_valid_if_sent(_: Scene, stage: Taken) -> Iterator[Finding]:
    """What cannot be sent as it is, is not sent, or is put right before."""
    if not stage.gave:
        yield is_so(True, _VALID, NOTHING, rule="certification.valid", path="/")
    for each in stage.gave:
        yield from _judged(each)


def _judged(sent: Wired) -> Iterator[Finding]:
    errors = [issue for issue in sent.report if issue.severity is Severity.ERROR]
    for issue in errors:
        found = Text(issue.text("en"), issue.text("da"))
        yield Finding(conclusion=Conclusion.FAILED, expected=_VALID, found=found, rule=issue.code, path=issue.place())
    if not errors:
        conclusion = Conclusion.PASSED if sent.report.complete else Conclusion.FAILED
        found = _VALID if sent.report.complete else _NOT_CHECKED
        yield Finding(conclusion=conclusion, expected=_VALID, found=found, rule="certification.valid", path="/")


@named(
    "new-numbers",
    "the message and the transmission have separate numbers",
    "meddelelse og forsendelse har deres egne numre",
)
def find_new_numbers(scene: Scene, stage: Taken) -> Iterator[Finding]:
    """The number of each message, and of its transmission, was not seen before in the case."""
    earlier = [each for taken in scene.before(stage.name) for each in (*taken.came, *taken.gave)]
    seen = {number for each in earlier for number in (each.number, transmission(each.message))}
    for each in stage.gave:
        is_bundle = isinstance(each.message, Bundle)
        own = ("MessageHeader.id", "Bundle.id") if is_bundle else ("Letter/Identifier", "Envelope/Identifier")
        for path, number in zip(own, (each.number, transmission(each.message)), strict=True):
            is_new = number is not None and number not in seen
            yield is_so(is_new, _NEW, number, rule="certification.new-numbers", path=path)
            seen.add(number)


@named("patient", "the citizen is that of the task", "borgeren er opgavens")
def find_patient(_: Scene, stage: Taken) -> Iterator[Finding]:
    """All numbers and the names of the citizen."""
    task = stage.task
    if not stage.gave or task is None:
        yield is_so(False, UNREADABLE, NOTHING, rule="certification.patient", path="/")
        return
    for each in stage.gave:
        numbers, name, path = _patient_of(each.message)
        wanted = set(task.patient.numbers if isinstance(each.message, Bundle) else task.patient.numbers[:1])
        yield is_same(wanted, numbers, rule="certification.patient", path=f"{path[0]}", private=True)
        full = f"{task.patient.given} {task.patient.family}"
        yield is_same(full, name, rule="certification.patient", path=f"{path[1]}", private=True)


def _patient_of(message: Any) -> tuple[set[str], str, tuple[str, str]]:
    if isinstance(message, Bundle):
        citizen: Any = getattr(message, "patient", None)
        numbers = {each.value for each in citizen.identifier} if citizen else set()
        name = citizen.name[0].full if citizen and citizen.name else ""
        return numbers, name, ("Patient.identifier", "Patient.name")
    person = getattr(message.letters[0], "patient", None) or getattr(message.letters[0], "subject", None)
    number = getattr(person, "identifier", None)
    names = (getattr(person, "person_given_name", None), getattr(person, "person_surname_name", None))
    own = ("Patient/CivilRegistrationNumber", "Patient/PersonSurnameName")
    return {number.reveal()} if number is not None else set(), " ".join(filter(None, names)), own


@named("parties", "sender and receiver are those of the task", "afsender og modtager er opgavens")
def find_parties(_: Scene, stage: Taken) -> Iterator[Finding]:
    """The location numbers of both, and the SOR codes in FHIR."""
    task = stage.task
    if not stage.gave or task is None:
        yield is_so(False, UNREADABLE, NOTHING, rule="certification.parties", path="/")
        return
    for each in stage.gave:
        for side, unit in (("sender", task.sender), ("receiver", task.receiver)):
            gln, sor, path = _unit_of(each.message, side)
            yield is_same(unit.gln, gln, rule="certification.parties", path=path)
            if isinstance(each.message, Bundle):
                yield is_same(unit.sor, sor, rule="certification.parties", path=path)


def _unit_of(message: Any, side: str) -> tuple[str | None, str | None, str]:
    if isinstance(message, Bundle):
        unit: Any = getattr(message, side)
        gln, sor = (unit.gln, unit.sor) if unit else (None, None)
        header = "MessageHeader.sender" if side == "sender" else "MessageHeader.destination.receiver"
        return gln and gln.reveal(), sor and sor.reveal(), header
    party = getattr(message.letters[0], side, None)
    return getattr(party, "ean_identifier", None), None, f"{side.capitalize()}/EANIdentifier"
