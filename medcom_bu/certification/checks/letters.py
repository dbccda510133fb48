"""What must be so of letters that a system sends: XREF01, XDIS91, and XBIN01 with their files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from medcom_bu.certification.checks.findings import ABSENT, AS_ASKED, DIFFERENT, NOTHING, PRESENT, is_same, is_so, named
from medcom_bu.certification.model.results import Finding
from medcom_bu.certification.model.scenes import Scene, Taken
from medcom_bu.exchange import pair
from medcom_bu.messages.emessage import Emessage
from medcom_bu.rules.attachments import key


def letters_in(stage: Taken) -> list[Any]:
    """The letters that the system gave in a stage."""
    return [letter for each in stage.gave if isinstance(each.message, Emessage) for letter in each.message.letters]


CLINICAL_TEXTS = ("cave", "anamnesis", "examination", "actual_medicine")
"""The texts of a referral's relevant clinical information."""


def diagnoses(letter: Any) -> list[Any]:
    """The diagnoses of a referral, the main one first; other letters have none."""
    referral = getattr(letter, "referral", None)
    main = getattr(referral, "refer", None)
    return [*([] if main is None else [main]), *getattr(referral, "referral_additional", ())]


def plain_texts(letter: Any) -> list[str]:
    """All texts of a letter, without their formats: of a correspondence, of a referral."""
    parts = [part.text01 for part in getattr(letter, "clinical_information", ())]
    information = getattr(letter, "additional_information", None)
    parts += [getattr(information, name, None) for name in ("clinical_reason", "supplementary")]
    relevant = getattr(letter, "relevant_clinical_information", None)
    parts += [getattr(relevant, name, None) for name in CLINICAL_TEXTS]
    return [part.plain() for part in parts if part is not None]


@named("subject", "the subject is that of the task", "emnet er opgavens")
def find_subject(_: Scene, stage: Taken) -> Iterator[Finding]:
    """Subject of a correspondence."""
    letters, task = letters_in(stage), stage.task
    information = getattr(letters[0], "additional_information", None) if letters else None
    wanted = task.topic if task else None
    found = getattr(information, "subject", None)
    yield is_same(wanted, found, rule="certification.subject", path="AdditionalInformation/Subject", private=True)


@named("letter-texts", "the texts of the task are in the letter", "opgavens tekster er i brevet")
def find_letter_texts(_: Scene, stage: Taken, *, if_sent: bool = False) -> Iterator[Finding]:
    """Each text in full, with its line breaks; a closing line may follow it.

    One that is longer than a Text01 may be divided anywhere. ``if_sent`` allows that nothing is sent.
    """
    letters, task = letters_in(stage), stage.task
    if if_sent and not stage.gave:
        yield is_so(True, NOTHING, NOTHING, rule="certification.letter-texts", path="/")
        return
    if not letters or task is None:
        yield is_so(False, PRESENT, NOTHING, rule="certification.letter-texts", path="/")
        return
    whole = "\n".join(plain_texts(letters[0]))
    texts = [*task.texts, *(task.details[name] for name in CLINICAL_TEXTS if name in task.details)]
    for number, text in enumerate(texts):
        is_there = text in whole or (len(text) > _TEXT01 and _packed(text) in _packed(whole))
        found = AS_ASKED if is_there else DIFFERENT if whole else ABSENT
        yield is_so(is_there, AS_ASKED, found, rule="certification.letter-texts", path=f"Text01[{number}]")


_TEXT01 = 3150
"""So many characters a Text01 may have. Source: MedCom, Den gode XML korrespondance (2020), K21."""


def _packed(text: str) -> str:
    return "".join(text.split())


@named("letter-files", "each file of the letter is in its binary letter", "hver af brevets filer er i sit binære brev")
def find_letter_files(_: Scene, stage: Taken, *, if_sent: bool = False) -> Iterator[Finding]:
    """Titles and bytes are those of the task; each reference has its object, and the object the length it declares.

    ``if_sent`` allows that nothing is sent.
    """
    if if_sent and not stage.gave:
        yield is_so(True, NOTHING, NOTHING, rule="certification.letter-files", path="/")
        return
    messages = [each.message for each in stage.gave if isinstance(each.message, Emessage)]
    task = stage.task
    if not messages or task is None:
        yield is_so(False, PRESENT, NOTHING, rule="certification.letter-files", path="/")
        return
    pairing = pair(messages[0], messages[1:])
    yield is_same(0, len(pairing.missing), rule="rules.reference-unresolved", path="Reference/BIN/ObjectIdentifier")
    letter: Any = messages[0].letters[0]
    objects = {
        key(file.object_identifier): file
        for each in messages
        for held in each.letters
        for file in getattr(held, "binary_object", ())
    }
    references = Counter(
        (reference.ref_description, _bytes(objects.get(key(getattr(reference.target, "object_identifier", None)))))
        for reference in getattr(letter, "reference", ())
        if hasattr(reference.target, "object_identifier")
    )
    wanted = Counter((file.title, file.content) for file in task.files)
    yield is_same(wanted, references, rule="certification.letter-files", path="Reference", private=True)
    for file in objects.values():
        length = str(len(file.content or b""))
        yield is_same(length, file.original_object_size, rule="attachment.size", path="OriginalObjectSize")


def _bytes(file: Any) -> bytes | None:
    return None if file is None else file.content


@named("status", "the status of the letter is this one", "brevets status er denne")
def find_status(_: Scene, stage: Taken, *, code: str) -> Iterator[Finding]:
    """``code`` is ``nytbrev`` or ``rettetbrev``."""
    letters = letters_in(stage)
    header = letters[0].letter if letters else None
    found = str(header.status_code) if header else None
    yield is_same(code, found, rule="certification.status", path="Letter/StatusCode")


@named("diagnosis", "the diagnosis is that of the task", "diagnosen er opgavens")
def find_diagnosis(_: Scene, stage: Taken) -> Iterator[Finding]:
    """Code and text of the main diagnosis of a referral."""
    letters, task = letters_in(stage), stage.task
    referral = getattr(letters[0], "referral", None) if letters else None
    found = getattr(referral, "refer", None)
    details = task.details if task else {}
    path = "Referral/Refer"
    code, text = (getattr(found, name, None) for name in ("diagnose_code", "diagnose_text"))
    yield is_same(details.get("diagnosis_code"), code, rule="certification.diagnosis", path=f"{path}/DiagnoseCode")
    wanted = details.get("diagnosis_text")
    yield is_same(wanted, text, rule="certification.diagnosis", path=f"{path}/DiagnoseText", private=True)
