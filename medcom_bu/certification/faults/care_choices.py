"""Faults of a system that sends CareCommunications, in what it does with what the user has chosen."""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping
from typing import Any

import attrs

from medcom_bu.certification.faults.changes import cases_of
from medcom_bu.certification.faults.twin import FaultPlace, SystemFault
from medcom_bu.certification.inputs.files import LARGE
from medcom_bu.certification.model.tasks import Task, TaskAction, TaskFile
from medcom_bu.issues import Text


def _task(name: str, en: str, da: str, change: Callable[[Task, dict[str, Any]], Task], fails: str) -> SystemFault:
    return SystemFault(name=name, says=Text(en, da), fails=cases_of(fails), place=FaultPlace.TASK, change=change)


def _always(**changes: Any) -> Callable[[Task, dict[str, Any]], Task]:
    return lambda task, _: attrs.evolve(task, **changes)


def _instead(name: str, wrong: Mapping[Any, Any]) -> Callable[[Task, dict[str, Any]], Task]:
    return lambda task, _: attrs.evolve(task, **{name: wrong.get(getattr(task, name), getattr(task, name))})


def _files(change: Callable[[tuple[TaskFile, ...]], Any]) -> Callable[[Task, dict[str, Any]], Task]:
    return lambda task, _: attrs.evolve(task, files=tuple(change(task.files)))


def _topic_made_up(task: Task, _: dict[str, Any]) -> Task:
    return attrs.evolve(task, topic=task.topic or ("Uden emne" if task.category == "other" else None))


def _category_of_its_own(task: Task, _: dict[str, Any]) -> Task:
    is_left = task.action is not TaskAction.NEW and task.category is None
    return attrs.evolve(task, category="healthcare" if is_left else task.category)


def _first_author(task: Task, memory: dict[str, Any]) -> Task:
    return attrs.evolve(task, author=memory.setdefault("author", task.author))


def _files_of_before(task: Task, memory: dict[str, Any]) -> Task:
    memory["files"] = (*memory.get("files", ()), *task.files)
    return attrs.evolve(task, files=memory["files"])


def _episode_of_before(task: Task, memory: dict[str, Any]) -> Task:
    return attrs.evolve(task, episode_of_care=memory.setdefault("episode", task.episode_of_care))


def _to_the_latest(task: Task, memory: dict[str, Any]) -> Task:
    return attrs.evolve(task, previous=memory["numbers"][-1]) if task.action is TaskAction.REPLY else task


def _without_role(task: Task, _: dict[str, Any]) -> Task:
    return attrs.evolve(task, author=attrs.evolve(task.author, role="", title="Medarbejder"))


CARE_CHOICES = (
    _task(
        "specific-sender-ignored",
        "the specific sender is not sent",
        "den specifikke afsender sendes ikke",
        _always(specific_sender=None),
        "3.3.1.4",
    ),
    _task(
        "specific-recipient-ignored",
        "the specific recipient that was chosen is not sent",
        "den valgte specifikke modtager sendes ikke",
        _instead("specific_recipient", {"Børneteamet": None}),
        "3.3.1.4",
    ),
    _task(
        "specific-recipient-stays",
        "the specific recipient of a reply cannot be removed",
        "den specifikke modtager af et svar kan ikke fjernes",
        _instead("specific_recipient", {"": None}),
        "3.3.4.5",
    ),
    _task(
        "category-mixed-up",
        "training is sent as discharge",
        "Træning sendes som Udskrivelse",
        _instead("category", {"training": "discharge"}),
        "3.3.1.5 3.3.3",
    ),
    _task(
        "category-list-of-4.0",
        "the categories of version 5.0 are sent as nursing",
        "kategorierne fra version 5.0 sendes som Sygepleje",
        _instead("category", {"acute-ambulant": "nursing", "extended-care-responsibility": "nursing"}),
        "CCS-3.3.1.5-new",
    ),
    _task(
        "topic-made-up",
        "a topic that is missing is made up",
        "systemet finder selv på et manglende emne",
        _topic_made_up,
        "3.3.1.7",
    ),
    _task(
        "topic-free-text-lost",
        "the topic is replaced by one of a fixed list",
        "emnet bliver til et fra en fast liste",
        _instead("topic", {"Genoptræning": "Andet", "Trivsel, status": "Andet"}),
        "3.3.3 3.3.4",
    ),
    _task(
        "priority-raised",
        "every priority is asap",
        "enhver prioritet er asap",
        _instead("priority", {"routine": "asap"}),
        "3.3.2",
    ),
    _task(
        "not-prefilled",
        "a reply or a forward has a category of its own",
        "et svar eller en videresendelse har sin egen kategori",
        _category_of_its_own,
        "3.3.4.6 3.3.5 3.3.7 3.3.9 3.3.10 3.4.2",
    ),
    _task(
        "signed-by-the-first-user",
        "whoever writes, the first user signs",
        "uanset hvem der skriver, underskriver den første bruger",
        _first_author,
        "3.4.1.18",
    ),
    _task(
        "role-unknown",
        "every author is an employee",
        "enhver forfatter er medarbejder",
        _without_role,
        "3.3.1 3.3.1.9 OUR-CCS-role-as-text",
    ),
    _task(
        "replies-to-the-latest",
        "a reply answers the last message received, whatever was chosen",
        "et svar besvarer det senest modtagne uanset hvad der er valgt",
        _to_the_latest,
        "OUR-CCS-two-threads OUR-CCS4-two-threads",
    ),
    _task(
        "texts-escaped",
        "special characters are escaped twice",
        "specialtegn bliver til entiteter to gange",
        lambda task, _: attrs.evolve(task, texts=tuple(map(html.escape, task.texts))),
        "3.4.1.15 3.4.1.15-xml 3.4.1.14",
    ),
    _task(
        "always-json",
        "what was requested in XML is sent in JSON",
        "det der ønskes i XML, sendes i JSON",
        _instead("wire", {"fhir+xml": "fhir+json"}),
        "3.4.1.15-xml",
    ),
    _task(
        "file-left-out", "the last file is not sent", "den sidste fil sendes ikke", _files(lambda f: f[:-1]), "3.3.2"
    ),
    _task("links-left-out", "links are not sent", "links sendes ikke", _always(links={}), "3.3.2 3.4.1.14"),
    _task(
        "other-types-left-out",
        "a file that is not permitted is left out, and the message sent",
        "en fil der ikke er tilladt, udelades, og meddelelsen sendes",
        _files(lambda found: [one for one in found if one.content_type not in ("application/msword", "video/mp4")]),
        "3.3.2.7",
    ),
    _task(
        "other-types-renamed",
        "a file that is not permitted is sent as if it were a PDF",
        "en fil der ikke er tilladt, sendes som om den var en PDF",
        _files(
            lambda found: [
                attrs.evolve(one, content_type="application/pdf") if one.content_type == "application/msword" else one
                for one in found
            ]
        ),
        "3.3.2.7",
    ),
    _task(
        "large-files-left-out",
        "a file that is too large is left out, and the message sent",
        "en for stor fil udelades, og meddelelsen sendes",
        _files(lambda found: [one for one in found if len(one.content) < max(LARGE.values())]),
        "3.4.3",
    ),
    _task(
        "files-of-another-citizen",
        "the files of the previous message are sent again",
        "filerne fra den forrige meddelelse sendes med igen",
        _files_of_before,
        "OUR-CCS-two-citizens OUR-CCS4-two-citizens",
    ),
    _task(
        "episode-of-another-citizen",
        "the episode of care of the previous message is sent again",
        "forløbet fra den forrige meddelelse sendes med igen",
        _episode_of_before,
        "OUR-CCS-two-citizens OUR-CCS4-two-citizens",
    ),
    _task(
        "forwards-everything",
        "the whole thread is forwarded, whatever was chosen",
        "hele tråden sendes videre uanset hvad der er valgt",
        _always(chosen=()),
        "3.3.10",
    ),
)
"""The faults, each with the cases that it must fail."""
