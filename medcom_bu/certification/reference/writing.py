"""From what a clinician chooses to the messages that go out: a task, with the builders of the library."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from medcom_bu import exchange, wire
from medcom_bu.builders import (
    BinaryLetterBuilder,
    CareCommunicationBuilder,
    ClinicalEmailBuilder,
    HospitalReferralBuilder,
)
from medcom_bu.builders.care_parts import episode_of_care, organization, patient
from medcom_bu.builders.threads import Author
from medcom_bu.certification.model.system import NotSupported
from medcom_bu.certification.model.tasks import Task, TaskAction, TaskPatient, TaskUnit
from medcom_bu.detection import WireFormat
from medcom_bu.envelopes import vans
from medcom_bu.fhir.assembly import SOR_URL
from medcom_bu.ids_and_clock import IdsAndClock
from medcom_bu.messages.clinical_email import EmailPatient
from medcom_bu.messages.hospital_referral import MainDiagnosis, ReferralPatient, Relative
from medcom_bu.messages.message import Message
from medcom_bu.values.codes import DiagnoseTypeCode, EpisodeOfCareStatusCode, IdentifierCode, RelationCode
from medcom_bu.values.fhir_resources import Organization, Patient
from medcom_bu.values.fhir_types import Identifier
from medcom_bu.values.identifiers import person_identifier
from medcom_bu.values.parties import Person, Receiver, Referrer, ReferringSender, Sender
from medcom_bu.values.specialities import MedicalSpecialityCode


@attrs.frozen(repr=False)
class Earlier:
    """The message that a reply, a forward or a correction is about. ``is_own`` says that the writer sent it.

    ``thread`` are the other messages of its thread, which may have files that it only names.
    """

    message: Any
    is_own: bool
    thread: tuple[Any, ...] = ()


def write_messages(task: Task, ids: IdsAndClock, earlier: Earlier | None = None) -> tuple[Message, ...]:
    """The messages of a task: the letter, then those with its files.

    Raises InvalidMessage where what was chosen makes none, NotSupported for a standard that is not known here.
    """
    make = _MAKERS.get(task.standard)
    if make is None or (earlier is None and task.action is not TaskAction.NEW):
        raise NotSupported(f"{task.standard}: {task.action}")
    return tuple(make(task, ids, earlier))


def put_on_wire(message: Message, task: Task, ids: IdsAndClock) -> bytes:
    """The bytes of a message, in an envelope where the task asks for one."""
    data = write_in(message, task.wire)
    return wire.to_xml(vans.wrap(data, ids=ids)) if task.enveloped else data


def write_in(message: Message, form: str) -> bytes:
    """The bytes of a message in a format; an empty one is that of its standard. Raises KeyError for no format."""
    writers: Mapping[str, Callable[[Any], bytes]] = {
        "": lambda each: wire.to_xml(each) if hasattr(each, "letters") else wire.to_fhir(each),
        WireFormat.OIOXML: wire.to_xml,
        WireFormat.EDIFACT: wire.to_edifact,
        WireFormat.FHIR_JSON: wire.to_fhir,
        WireFormat.FHIR_XML: lambda each: wire.to_fhir(each, "xml"),
    }
    return writers[form](message)


# --- CareCommunication -----------------------------------------------------------------------------------------------


def _care_communication(task: Task, ids: IdsAndClock, earlier: Earlier | None) -> Iterable[Message]:
    chosen: dict[str, Any] = {
        "category": task.category,
        "topic": task.topic,
        "priority": task.priority,
        "specific_sender": task.specific_sender,
        "specific_recipient": task.specific_recipient,
        "episode_of_care": _episode(task),
    }
    given = {name: content or None for name, content in chosen.items() if content is not None}
    if task.category is not None and task.category != "regarding-referral":
        given["priority"] = None
    given |= {"ids": ids, "version": task.version}
    builder = _care_builder(task, earlier, given)
    author = Author(
        given=task.author.given,
        family=task.author.family,
        telephone=task.author.telephone,
        role_code=task.author.role or None,
        role=None if task.author.role else task.author.title,
    )
    for text in task.texts:
        builder.write(text, author=author)
    for file in task.files:
        builder.attach(file.content, title=file.title, content_type=file.content_type, author=author)
    for title, url in task.links.items():
        builder.link(url, title=title, author=author)
    return (builder.build(),)


def _episode(task: Task) -> Identifier | None:
    """The episode of care: of LPR3, where the task names no system of its own."""
    system = task.details.get("episode_system")
    named = {"system": system} if system else {}
    return episode_of_care(task.episode_of_care, **named) if task.episode_of_care else None


def _care_builder(task: Task, earlier: Earlier | None, given: dict[str, Any]) -> CareCommunicationBuilder:
    if earlier is None:
        parties: dict[str, Any] = {
            "sender": _organization(task.sender),
            "receiver": _organization(task.receiver),
        }
        return CareCommunicationBuilder.new(**parties, patient=_citizen(task.patient), **given)
    if task.action is TaskAction.REPLY:
        if hasattr(earlier.message, "letters"):
            parties = {"sender": _organization(task.sender), "receiver": _organization(task.receiver)}
            given |= {**parties, "patient": _citizen(task.patient), **_course(earlier.message, task.receiver)}
        return CareCommunicationBuilder.reply_to(earlier.message, own=earlier.is_own, **given)
    return CareCommunicationBuilder.forward(
        earlier.message,
        own=earlier.is_own,
        earlier=earlier.thread,
        only=task.chosen or None,
        receiver=_organization(task.receiver),
        **given,
    )


def _course(letter: Any, of: TaskUnit) -> dict[str, Any]:
    """The episode of care of a letter, which the unit that wrote it has defined."""
    course = letter.letters[0].letter.episode_of_care_identifier
    return {"episode_of_care": episode_of_care(course, system=SOR_URL + of.sor)} if course else {}


def _organization(unit: TaskUnit) -> Organization:
    return organization(unit.name, sor=unit.sor, gln=unit.gln)


def _citizen(about: TaskPatient) -> Patient:
    first, *others = about.numbers
    citizen = patient(first, given=about.given, family=about.family)
    more = (person_identifier(number) for number in others)
    added = tuple(Identifier(system=number.system, value=number.reveal()) for number in more)
    return citizen.replace(identifier=(*citizen.identifier, *added))


# --- letters ---------------------------------------------------------------------------------------------------------


def _correspondence(task: Task, ids: IdsAndClock, earlier: Earlier | None) -> Iterable[Message]:
    chosen: dict[str, Any] = {
        "subject": task.topic,
        "priority": task.priority,
        "episode_of_care_identifier": task.episode_of_care,
    }
    given = {name: content for name, content in chosen.items() if content is not None}
    given |= {"text": task.texts, "ids": ids}
    if earlier is None:
        builder: Any = ClinicalEmailBuilder(
            sender=_sender(task.sender),
            receiver=_receiver(task.receiver),
            patient=_email_patient(task.patient),
            **given,
        )
    elif task.action is TaskAction.CORRECT:
        builder = exchange.correct(earlier.message, **given)
    elif task.action is TaskAction.FORWARD:
        receiver = _receiver(task.receiver)
        builder = ClinicalEmailBuilder.forward(earlier.message, own=earlier.is_own, receiver=receiver, **given)
    else:
        builder = ClinicalEmailBuilder.reply_to(earlier.message, own=earlier.is_own, **given)
    builder.sign(f"{task.author.given} {task.author.family}", title=task.author.title)
    return _with_files(builder, task)


def _referral(task: Task, ids: IdsAndClock, earlier: Earlier | None) -> Iterable[Message]:
    texts = {name: task.details[name] for name in _REFERRAL_TEXTS if name in task.details}
    reason = {"clinical_reason": "\n".join(task.texts), **texts, "ids": ids}
    if earlier is not None:
        return _with_files(exchange.correct(earlier.message, **reason), task)
    referrer = Referrer(person_name=f"{task.author.given} {task.author.family}", person_title=task.author.title)
    details = task.details
    named = {"priority": task.priority} if task.priority else {}
    builder = HospitalReferralBuilder(
        sender=ReferringSender(**_party(task.sender), **_ADDRESS, referrer=referrer),
        receiver=_receiver(task.receiver),
        patient=ReferralPatient(**_person(task.patient)),
        relative=_relative(details),
        diagnosis=MainDiagnosis(
            diagnose_code=details["diagnosis_code"],
            diagnose_type_code=DiagnoseTypeCode.SKS,
            diagnose_text=details["diagnosis_text"],
        ),
        version=task.version,
        **named,  # type: ignore[arg-type]
        **reason,  # type: ignore[arg-type]
    )
    return _with_files(builder, task)


_REFERRAL_TEXTS = ("cave", "anamnesis", "examination", "actual_medicine", "supplementary")


def _relative(details: Mapping[str, str]) -> Relative | None:
    if "relative_family" not in details:
        return None
    return Relative(
        relation_code=RelationCode.MOTHER,
        person_surname_name=details["relative_family"],
        person_given_name=details.get("relative_given"),
    )


def _files_alone(task: Task, ids: IdsAndClock, _: Earlier | None) -> Iterable[Message]:
    builder = BinaryLetterBuilder(
        sender=_sender(task.sender), receiver=_receiver(task.receiver), patient=Person(**_person(task.patient)), ids=ids
    )
    for file in task.files:
        builder.attach(file.content)
    return builder.build()


def _with_files(builder: Any, task: Task) -> Iterable[Message]:
    for file in task.files:
        builder.attach(file.content, title=file.title)
    for title, url in task.links.items():
        builder.link(url, title=title)
    consignment: Iterable[Message] = builder.build()
    return consignment


def _party(unit: TaskUnit) -> dict[str, Any]:
    return {
        "ean_identifier": unit.gln,
        "identifier": unit.gln,
        "identifier_code": IdentifierCode.LOCATION_NUMBER,
        "organisation_name": unit.name,
        "department_name": "Børn og Unge",
    }


_ADDRESS: dict[str, Any] = {
    "street_name": "Prøvevej 1",
    "district_name": "Eksempelstad",
    "post_code_identifier": "9999",
    "telephone_subscriber_identifier": "00000000",
    "medical_speciality_code": MedicalSpecialityCode.NOT_CLASSIFIED,
}


def _sender(unit: TaskUnit) -> Sender:
    return Sender(**_party(unit), **_ADDRESS)


def _receiver(unit: TaskUnit) -> Receiver:
    return Receiver(**_party(unit))


def _person(about: TaskPatient) -> dict[str, Any]:
    return {
        "identifier": person_identifier(about.numbers[0]),
        "person_surname_name": about.family,
        "person_given_name": about.given,
    }


def _email_patient(about: TaskPatient) -> EmailPatient:
    return EmailPatient(**_person(about), episode_of_care_status_code=EpisodeOfCareStatusCode.OUTPATIENT)


_MAKERS: Mapping[str, Callable[[Task, IdsAndClock, Earlier | None], Iterable[Message]]] = {
    "CareCommunication": _care_communication,
    "XDIS91": _correspondence,
    "XREF01": _referral,
    "XBIN01": _files_alone,
}
