"""Which letters there are, in which versions and namespaces, read off the declarations; a message in one of them."""

from __future__ import annotations

import operator

import attrs

from medcom_bu.declare.oioxml import Value, Version
from medcom_bu.errors import InvalidMessage
from medcom_bu.issues import Layer, Report
from medcom_bu.messages.crossing import Crossed, crossed, own_version, placed, versions_of
from medcom_bu.messages.emessage import Emessage
from medcom_bu.messages.letters import element_of, spec_of, told_element
from medcom_bu.messages.other_letter import OTHER, OtherLetter
from medcom_bu.oioxml.catalogue import NO_LETTER_IN_VERSION, NO_VERSION


@attrs.frozen
class Said:
    """A message as it is written: in the versions of one namespace, as far as its letters have one there.

    ``versions`` are those by which the letters are written. ``made_up`` names what they demand and the message lacked:
    attribute path, element. ``strangers`` are the numbers of the letters that do not belong to the namespace.
    """

    message: Emessage
    versions: tuple[Version, ...]
    made_up: tuple[tuple[str, str], ...]
    strangers: frozenset[int]


def said_in(message: Emessage, version: str | None) -> Said:
    """The message in its own version, or in the one that is asked for, as ``XH0130R`` or ``H0130R``.

    A letter that has no version in the namespace stays as it is.
    """
    code = None if version is None else full_code(version)
    namespace = message.namespace
    if code is not None:
        every = (version for letter in message.letters for version in versions_of(type(letter)))
        namespace = {version.code: version.namespace for version in every}.get(code, namespace)
    letters: list[Value] = []
    versions: list[Version] = []
    made_up: list[tuple[str, str]] = []
    strangers: set[int] = set()
    for number, letter in enumerate(message.letters):
        own, target = own_version(letter), _target(letter, namespace, code)
        if isinstance(letter, OtherLetter):
            target, crossing, is_stranger = OTHER, Crossed(letter), namespace != message.namespace
        elif target is None:
            target = own or spec_of(type(letter)).versions[0]
            crossing, is_stranger = Crossed(letter), True
        elif code is None:
            crossing, is_stranger = placed(letter, target), own not in (None, target)
        else:
            crossing, is_stranger = crossed(letter, target), False
        letters.append(crossing.letter)
        versions.append(target)
        made_up += [(f"letters[{number}].{path}", name) for path, name in crossing.made_up]
        if is_stranger:
            strangers.add(number)
    is_as_it_is = namespace == message.namespace and all(map(operator.is_, letters, message.letters))
    written = message if is_as_it_is else message.replace(letters=tuple(letters), namespace=namespace)
    return Said(written, tuple(versions), tuple(made_up), frozenset(strangers))


def full_code(version: str) -> str:
    """The version code of OIO-XML, from that or from EDIFACT's, which lacks the ``X``."""
    return "X" + version.removeprefix("X")


def _target(letter: Value, namespace: str, code: str | None) -> Version | None:
    """The version in which a letter is in a namespace: the one that is wanted, else one of its own class."""
    versions = spec_of(type(letter)).versions if code is None else versions_of(type(letter))
    return next((version for version in versions if version.namespace == namespace), None)


def check_version(message: Emessage, version: str | None) -> None:
    """Raise InvalidMessage where a version is asked for that no letter of the message has."""
    if version is None:
        return
    all_versions = [versions_of(type(letter)) for letter in message.letters]
    if not any(candidate.code == full_code(version) for versions in all_versions for candidate in versions):
        issues = [
            NO_VERSION.issue(
                f"letters[{number}]",
                element=told_element(element_of(letter)),
                expected=", ".join(candidate.code for candidate in versions) or "-",
            )
            for number, (letter, versions) in enumerate(zip(message.letters, all_versions, strict=True))
        ]
        issues = issues or [NO_LETTER_IN_VERSION.issue("letters")]
        raise InvalidMessage(Report.from_issues(issues, [Layer.SCHEMA], [Layer.SCHEMA]))
