"""What must be so of single parts of letters: priority, links, the kind of number; and what is never shown of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from medcom_bu.certification.checks.display import shown_of
from medcom_bu.certification.checks.findings import ABSENT, NOTHING, PRESENT, is_same, is_so, named
from medcom_bu.certification.checks.letters import letters_in
from medcom_bu.certification.model.results import Finding
from medcom_bu.certification.model.scenes import Scene, Taken
from medcom_bu.issues import Text
from medcom_bu.values.codes import CorrespondencePriority, IdentifierCode
from medcom_bu.values.identifiers import ReplacementCpr
from medcom_bu.values.parties import Url

_REPLACEMENT = Text("a replacement number in AlternativeIdentifier", "et erstatningsnummer i AlternativeIdentifier")
_OTHERWISE = Text("another kind of number", "en anden slags nummer")
_DATE = Text("a date without a time", "en dato uden klokkeslæt")
_MIDNIGHT = Text("midnight", "midnat")


@named("letter-priority", "the letter has this priority", "brevet har denne prioritet")
def find_priority(_: Scene, stage: Taken, *, priority: str) -> Iterator[Finding]:
    """``priority`` is ``rutine``, which may be left out, or ``høj_prioritet``; of a referral ``akut`` and others."""
    letters = letters_in(stage)
    information = getattr(letters[0], "additional_information", None) if letters else None
    found = _priority(getattr(information, "priority", None)) if letters else None
    yield is_same(priority, found, rule="K20", path="AdditionalInformation/Priority")


@named("shown-priority", "the priority is shown", "prioriteten vises")
def find_shown_priority(scene: Scene, stage: Taken, *, priority: str) -> Iterator[Finding]:
    """``priority`` is ``rutine``, which is shown too where nothing is, or ``høj_prioritet``."""
    shown = shown_of(scene, stage)
    found = None if shown is None else _priority(shown.get("priority"))
    yield is_same(priority, found, rule="K12", path="display.priority")


def _priority(value: Any) -> str:
    return str(value or CorrespondencePriority.ROUTINE)


@named("letter-links", "the links are those of the task", "opgavens links er i brevet")
def find_links(_: Scene, stage: Taken) -> Iterator[Finding]:
    """Titles and addresses of the references of kind URL."""
    letters, task = letters_in(stage), stage.task
    references = getattr(letters[0], "reference", ()) if letters else ()
    found = {(each.ref_description, str(each.target)) for each in references if isinstance(each.target, Url)}
    wanted = set(task.links.items()) if task else None
    yield is_same(wanted, found, rule="K21", path="Reference/URL", private=True)


@named("replacement-number", "the number is sent as a replacement number", "nummeret sendes som erstatningsnummer")
def find_replacement_number(_: Scene, stage: Taken) -> Iterator[Finding]:
    """It is in AlternativeIdentifier, never as a CPR number."""
    letters = letters_in(stage)
    number = letters[0].patient.identifier if letters else None
    is_one = isinstance(number, ReplacementCpr)
    found = _REPLACEMENT if is_one else _OTHERWISE if letters else NOTHING
    yield is_so(is_one, _REPLACEMENT, found, rule="S10", path="Patient/AlternativeIdentifier")


@named("never-shown", "a placeholder text is not shown", "en tekst der intet betyder, vises ikke")
def find_never_shown(scene: Scene, stage: Taken, *, text: str) -> Iterator[Finding]:
    """``text`` is not part of what a user sees, such as ``_`` for a name that is not known."""
    seen = text in set(_texts(shown_of(scene, stage)))
    yield is_so(not seen, ABSENT, PRESENT if seen else ABSENT, rule="R12", path="display")


def _texts(shown: Any) -> Iterator[str]:
    if isinstance(shown, str):
        yield shown
    elif isinstance(shown, Mapping | list | tuple):
        for each in shown.values() if isinstance(shown, Mapping) else shown:
            yield from _texts(each)


@named("no-time-shown", "an unknown time is not shown", "et klokkeslæt der ikke kendes, vises ikke")
def find_no_time(scene: Scene, stage: Taken) -> Iterator[Finding]:
    """00:00 stands for no time: the day alone is shown."""
    for post in (shown_of(scene, stage) or {}).get("posts", ()):
        is_day = len(str(post.get("sent"))) == len("2026-12-01")
        yield is_so(is_day, _DATE, _DATE if is_day else _MIDNIGHT, rule="S2", path="display.posts.sent")


@named("letter-codes", "the codes of the letter agree with each other", "brevets koder passer sammen")
def find_codes(_: Scene, stage: Taken) -> Iterator[Finding]:
    """StatisticalCode is TypeCode; the code beside a location number says that it is one."""
    letters = letters_in(stage)
    if not letters:
        yield is_so(False, PRESENT, NOTHING, rule="S5", path="/")
    for letter in letters:
        header = letter.letter
        yield is_same(str(header.type_code), str(header.statistical_code), rule="S5", path="Letter/StatisticalCode")
        for path, party in (("Sender", letter.sender), ("Receiver", letter.receiver)):
            if party.identifier == party.ean_identifier:
                code = str(party.identifier_code)
                wanted = str(IdentifierCode.LOCATION_NUMBER)
                yield is_same(wanted, code, rule="S7", path=f"{path}/IdentifierCode")


@named("relative", "the relative is that of the task", "den pårørende er opgavens")
def find_relative(_: Scene, stage: Taken) -> Iterator[Finding]:
    """The names of the first relative of a referral."""
    letters, task = letters_in(stage), stage.task
    relatives = getattr(letters[0], "relative", None) if letters else None
    first = relatives[0] if isinstance(relatives, tuple) and relatives else relatives
    found = tuple(getattr(first, name, None) for name in ("person_given_name", "person_surname_name"))
    details = task.details if task else {}
    wanted = tuple(details.get(name) for name in ("relative_given", "relative_family"))
    yield is_same(wanted, found, rule="certification.relative", path="Relative", private=True)
