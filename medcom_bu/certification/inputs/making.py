"""From the tables of a case to what a system is given: a task, a message, an answer, the same message once more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import attrs

from medcom_bu import exchange, wire
from medcom_bu.certification.inputs.breaking import BREAKS
from medcom_bu.certification.inputs.files import AUTHORS, FILES, LARGE, PATIENTS, file_named
from medcom_bu.certification.inputs.varying import VARIATIONS
from medcom_bu.certification.model.cases import BadCase
from medcom_bu.certification.model.scenes import Scene, Wired
from medcom_bu.certification.model.tasks import Task, TaskAction, TaskAuthor, TaskUnit
from medcom_bu.certification.reference.writing import Earlier, put_on_wire, write_messages
from medcom_bu.detection import WireFormat
from medcom_bu.envelopes.by_kind import kind_of
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.issues import Parsed
from medcom_bu.values.codes import RefuseCode

_REASON = "Meddelelsen kan ikke indlæses"


def make_task(row: Mapping[str, Any], scene: Scene) -> Task:
    """The task of a ``send`` table. Raises BadCase for anything else."""
    return _task(row, scene, scene.system, scene.counterpart)


def make_inputs(row: Mapping[str, Any], scene: Scene) -> tuple[bytes, ...]:
    """What a ``receive`` or ``convert`` table stands for: a message and the letters with its files, answers, a copy.

    ``broken`` names how it is broken, ``varied`` ways in which it is odd; ``ago`` are minutes that it is older;
    ``parts`` are the numbers of the messages that come of it, where some are lost. Raises BadCase for what is not a
    table."""
    given = {name: content for name, content in row.items() if name not in ("held", "into")}
    broken, parts = given.pop("broken", None), given.pop("parts", None)
    made: tuple[bytes, ...]
    if parts is not None:
        made = make_inputs(given, scene)
        made = tuple(made[number] for number in parts)
    elif "answers" in given:
        codes = enumerate(given["answers"])
        made = tuple(_answer({**given, "answer": code, "number": n}, scene) for n, code in codes)
    elif "answer" in given:
        made = (_answer(given, scene),)
    elif "again" in given:
        made = (_copy(given, scene),)
    else:
        made = _message(given, scene)
    if broken is None:
        return made
    if broken not in BREAKS:
        raise BadCase(f"broken is one of {', '.join(BREAKS)}")
    return (BREAKS[broken].change(made[0]), *made[1:])


def _message(row: dict[str, Any], scene: Scene) -> tuple[bytes, ...]:
    order = row.pop("order", "letter first")
    varied, ago = row.pop("varied", ()), row.pop("ago", 0)
    bundle_of, thread_of = row.pop("bundle_of", None), row.pop("thread_of", None)
    if not {*varied} <= {*VARIATIONS}:
        raise BadCase(f"varied are of {', '.join(VARIATIONS)}")
    task = _task(row, scene, scene.counterpart, scene.system)
    ids = attrs.evolve(scene.ids, clock=lambda: scene.ids.clock() - timedelta(minutes=ago))
    messages: Any = write_messages(task, ids, _earlier(row.get("previous"), scene))
    made = tuple(_varied(message, task, varied, ids) for message in messages)
    for name, known in ((bundle_of, "id"), (thread_of, "communication_identifier")):
        if name is not None:  # the number of another message in place of the own one, wherever it stands
            old, new = (getattr(each, known).encode() for each in (messages[0], _subject(name, scene).message))
            made = tuple(data.replace(old, new) for data in made)
    return tuple(reversed(made)) if order == "files first" else made


def _varied(message: Any, task: Task, ways: Sequence[str], ids: IdsAndClock) -> bytes:
    """The bytes of a message, written in ways that are odd but valid."""
    if not ways:
        return put_on_wire(message, task, ids)
    data = put_on_wire(message, attrs.evolve(task, wire=WireFormat.FHIR_JSON, enveloped=False), ids)
    for way in ways:
        data = VARIATIONS[way].change(data)
    changed: Any = wire.read(data).message
    return put_on_wire(changed, task, ids) if task.wire or task.enveloped else data


def _earlier(name: str | None, scene: Scene) -> Earlier | None:
    if name is None:
        return None
    subject = _subject(name, scene)
    others = tuple(stage.subject.message for stage in scene.taken.values() if stage.subject is not None)
    is_own = scene.stage(name).given is not None and _wrote(scene.counterpart, subject.message)
    return Earlier(subject.message, is_own, others)


def _wrote(unit: TaskUnit, message: Any) -> bool:
    """Whether a unit sent a CareCommunication; of other messages that came the counterpart is the only sender."""
    sender = getattr(message, "sender", None)
    return sender is None or (sender.sor is not None and sender.sor.reveal() == unit.sor)


def _subject(name: str, scene: Scene) -> Any:
    """What a stage is about. Raises LookupError where there is no message."""
    subject = scene.stage(name).subject
    if subject is None or subject.message is None:
        raise LookupError(name)
    return subject


def _task(row: Mapping[str, Any], scene: Scene, sender: TaskUnit, receiver: TaskUnit) -> Task:
    """The parts that a table leaves out are of the kit; what it names is put in its place."""
    parts = {**row}
    previous = parts.pop("previous", None)
    subject = scene.stage(previous).subject if previous else None
    files = parts.pop("files", ())
    repeated = parts.pop("repeated", 1)
    units = {"system": scene.system, "counterpart": scene.counterpart, "other": scene.other}
    if not {*files} <= {*FILES, *LARGE} or parts.get("patient", "lonni") not in PATIENTS:
        raise BadCase(f"files are of {', '.join((*FILES, *LARGE))}; a patient is one of {', '.join(PATIENTS)}")
    author = parts.pop("author", None)
    if author is not None and author not in AUTHORS:
        raise BadCase(f"an author is one of {', '.join(AUTHORS)}")
    own_author = scene.author if sender is scene.system else _their_author(scene)
    sender = units[parts.pop("from")] if "from" in parts else sender
    return Task(
        action=TaskAction(parts.pop("action")),
        patient=PATIENTS[parts.pop("patient", "lonni")],
        sender=sender,
        receiver=units[parts.pop("to", "")] if "to" in parts else receiver,
        author=own_author if author is None else AUTHORS[author],
        files=tuple(map(file_named, files)),
        chosen=tuple(_number(name, scene) for name in parts.pop("chosen", ())),
        previous=subject.number if subject else None,
        texts=tuple(each * repeated for each in parts.pop("texts", ())),
        **parts,
    )


def _number(name: str, scene: Scene) -> str:
    """The number of the message of a stage. Raises LookupError where it has none."""
    subject = scene.stage(name).subject
    if subject is None or subject.number is None:
        raise LookupError(name)
    return subject.number


def _their_author(scene: Scene) -> TaskAuthor:
    return attrs.evolve(scene.author, given="Lasse", family="Læge", role="speciallaegeipraksis", title="Læge")


def _answer(row: Mapping[str, Any], scene: Scene) -> bytes:
    """The counterpart's answer to what the system sent: ``ok``, ``fatal-error`` or ``transient-error``."""
    stage = scene.stage(row["to"])
    number = row.get("number", 0)
    if len(stage.gave) <= number:
        raise LookupError(row["to"])
    sent: Wired = stage.gave[number]
    if row["answer"] == "ok":
        answer: Any = exchange.accept(sent.message, ids=scene.ids)  # type: ignore[arg-type]
    else:
        transient = row["answer"] == "transient-error"
        reason = None if transient else exchange.Reason(_REASON, RefuseCode.NOT_SPECIFIED)
        answer = exchange.refuse(sent.message, reason=reason, transient=transient, ids=scene.ids)  # type: ignore[arg-type]
    if "wire" in row:
        return wire.to_fhir(answer, row["wire"].removeprefix("fhir+"))
    like = Parsed(sent.came.envelope or sent.message, sent.report, wire.detect(sent.data))
    return exchange.write(answer, like, ids=scene.ids)


def _copy(row: Mapping[str, Any], scene: Scene) -> bytes:
    """What came in a stage once more: the same bytes, or the same message in a new transmission."""
    given = scene.stage(row["again"]).given
    if given is None:
        raise LookupError(row["again"])
    if row.get("as", "copy") == "copy":
        return given.data
    if given.came.envelope is not None:
        return wire.to_xml(kind_of(given.came.envelope).rewrap(given.came.envelope, ids=scene.ids))
    message: Any = exchange.again(given.message, ids=scene.ids)  # type: ignore[type-var]
    return exchange.write(message, Parsed(given.message, given.report, wire.detect(given.data)), ids=scene.ids)
